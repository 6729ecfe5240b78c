/*
 * Lost memory of a guest under TCG: what its cases share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_POISON_H
#define RAS_GUEST_POISON_H

#include "cases.h"

/* Linux, include/uapi/asm-generic/siginfo.h: BUS_MCEERR_AR */
#define POISON_SIGBUS   "signal=7 code=4 offset=0 "

bool poison_fail(GError **error, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

/* Have a process of the guest allocate pages, and learn where they are. */
bool poison_alloc(Guest *guest, guint count, guint64 *gpas, GError **error);

/* poison_do: @command of QMP, of one page, which must succeed */
bool poison_do(Guest *guest, const char *command, guint64 gpa,
               GError **error);

/* poison_refuse: the same, which must fail, with a message that has @why */
bool poison_refuse(Guest *guest, const char *command, guint64 gpa,
                   const char *why, GError **error);

/* A process touches page @page as @way says: the agent's answer must be so. */
bool poison_expect_access(Guest *guest, guint page, const char *way,
                          const char *answer, GError **error);

/* Processes touch @count pages at once: each gets its SIGBUS. */
bool poison_expect_crowd(Guest *guest, guint first, guint count,
                         const char *how, GError **error);

/* poison_and_report: poison pages, and report each as a scrubber does */
bool poison_and_report(Guest *guest, const guint64 *gpas, guint count,
                       GError **error);

/*
 * Processes consume @count pages: each gets its SIGBUS, whether or not the
 * guest has taken the page out of use before, which is up to the guest.
 */
bool poison_expect_consumed(Guest *guest, guint first, guint count,
                            GError **error);

/* What a source has recorded and the guest has acknowledged, now and in all */
bool poison_expect_records(Guest *guest, int source, gint64 records,
                           GError **error);

/* The same, but any number from @records on */
bool poison_expect_records_at_least(Guest *guest, int source, gint64 records,
                                    GError **error);

/* The guest's kernel took @count pages out of use, each of them once. */
bool poison_expect_taken(Guest *guest, const guint64 *gpas, guint count,
                         GError **error);

/* The cases */
bool poison_ways(Guest *guest, GError **error);
bool poison_walk(Guest *guest, GError **error);
bool poison_storm(Guest *guest, GError **error);
bool poison_same_page(Guest *guest, GError **error);
bool poison_slow_read(Guest *guest, GError **error);
bool poison_slow_write(Guest *guest, GError **error);
bool poison_kernel(Guest *guest, GError **error);
bool poison_debugger(Guest *guest, GError **error);
bool poison_replaced(Guest *guest, GError **error);
bool poison_reset(Guest *guest, GError **error);
bool poison_migrates(Guest *guest, GError **error);
bool poison_snapshots(Guest *guest, GError **error);

#endif
