/*
 * QMP: one command, one reply
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_QMP_H
#define RAS_GUEST_QMP_H

#include <stdbool.h>
#include <json-glib/json-glib.h>
#include "channel.h"

typedef struct Qmp Qmp;

/**
 * qmp_new: greet QEMU
 * @fd: its monitor's socket; closed by qmp_free()
 * @log_path: where to keep a copy of what it sends
 */
Qmp *qmp_new(int fd, const char *log_path, GError **error);
void qmp_free(Qmp *qmp);

/**
 * qmp_call: execute a command and wait for its reply
 * @arguments: taken over; NULL for none
 *
 * Returns what the command returned, or NULL with QEMU's own words in @error.
 */
JsonNode *qmp_call(Qmp *qmp, const char *command, JsonObject *arguments,
                   GError **error);

/**
 * qmp_send: the first half of qmp_call(), qmp_await() is the second
 *
 * More than one command may be on its way; replies come in their order.
 */
bool qmp_send(Qmp *qmp, const char *command, JsonObject *arguments,
              GError **error);
JsonNode *qmp_await(Qmp *qmp, const char *command, GError **error);

/* The domain of errors that are QEMU's own refusal of a command */
#define QMP_REFUSED (g_quark_from_static_string("ras-guest-refused"))

/* qmp_take_events: those called @name that came before the last reply */
GPtrArray *qmp_take_events(Qmp *qmp, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Qmp, qmp_free)

#endif
