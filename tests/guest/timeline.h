/*
 * Timeline: who did what when, from QEMU's trace log and the guest's kernel
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_TIMELINE_H
#define RAS_GUEST_TIMELINE_H

#include "guest.h"

typedef struct Timeline Timeline;

/* @start: time zero, as g_get_real_time(); what came before is left out */
Timeline *timeline_new(gint64 start);
void timeline_free(Timeline *timeline);

/* @who, @stage: string constants */
void timeline_add(Timeline *timeline, gint64 time, const char *who,
                  const char *stage, const char *format, ...)
    G_GNUC_PRINTF(5, 6);

/* What QEMU traced into @guest's trace.log. */
bool timeline_add_trace_log(Timeline *timeline, const Guest *guest,
                            GError **error);

/* What @guest's kernel said about hardware errors. */
void timeline_add_events(Timeline *timeline, const Guest *guest);

void timeline_print(Timeline *timeline);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Timeline, timeline_free)

#endif
