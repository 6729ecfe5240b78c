/*
 * Records of all kinds of errors: what their cases share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_RECORD_H
#define RAS_GUEST_RECORD_H

#include "cases.h"

/* record_inject: a QMP command with its arguments as JSON */
bool record_inject(Guest *guest, const char *command, const char *json,
                   GError **error);

/* record_inject_block: inject-ghes-v2-error of these bytes */
bool record_inject_block(Guest *guest, const void *block, gsize length,
                         GError **error);

/**
 * record_expect: what the kernel's log has of a record
 * @number: which one since the guest booted, from 1 on
 * @lines: all of it from "event severity" on, without blanks in front, and
 *         without the time; ends with NULL
 *
 * A line that begins with a kernel's name and "|" is for that kernel only, and
 * one with "6.12+|" for that one and later ones.
 */
bool record_expect(Guest *guest, guint number, const char *const *lines,
                   GError **error);

/* record_expect_console: the same, of a kernel that has panicked after it */
bool record_expect_console(Guest *guest, const char *const *lines,
                           GError **error);

/* record_expect_said: each of @lines is part of what the kernel said */
bool record_expect_said(Guest *guest, const char *const *lines,
                        GError **error);

/* record_count: how many trace events have this text in them */
guint record_count(Guest *guest, const char *text);

/* record_pause: Linux prints no more than two records of a kind in 5 s. */
bool record_pause(Guest *guest, GError **error);

/* The cases */
bool record_memory(Guest *guest, GError **error);
bool record_processor(Guest *guest, GError **error);
bool record_processor_fatal(Guest *guest, GError **error);
bool record_pcie(Guest *guest, GError **error);
bool record_pcie_fatal(Guest *guest, GError **error);
bool record_raw(Guest *guest, GError **error);
bool record_repeat(Guest *guest, GError **error);

#endif
