/*
 * What a guest learns of its life before the last reset: what cases share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_BOOT_H
#define RAS_GUEST_BOOT_H

#include "cases.h"

/* boot_again: wait for the agent of a guest that starts over */
bool boot_again(Guest *guest, GError **error);

/* boot_by_panic: have the kernel panic, which starts the guest over */
bool boot_by_panic(Guest *guest, GError **error);

/* boot_by_agent: have the guest reboot itself */
bool boot_by_agent(Guest *guest, GError **error);

/* boot_by_monitor: system_reset */
bool boot_by_monitor(Guest *guest, GError **error);

/* boot_move: migrate the guest to another QEMU on this machine */
bool boot_move(Guest *guest, const char *name, GError **error);

/* boot_await_status: wait until query-status says @status */
bool boot_await_status(Guest *guest, const char *status, GError **error);

bool boot_fail(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The cases */
bool erst_panic(Guest *guest, GError **error);
bool erst_migration(Guest *guest, GError **error);
bool bert_fatal(Guest *guest, GError **error);
bool bert_unread(Guest *guest, GError **error);
bool bert_migration(Guest *guest, GError **error);
bool bert_shutdown(Guest *guest, GError **error);
bool bert_snapshots(Guest *guest, GError **error);

#endif
