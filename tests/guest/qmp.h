/*
 * QMP: one command, one reply
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_QMP_H
#define RAS_GUEST_QMP_H

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

/* qmp_take_events: those called @name that came before the last reply */
GPtrArray *qmp_take_events(Qmp *qmp, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Qmp, qmp_free)

#endif
