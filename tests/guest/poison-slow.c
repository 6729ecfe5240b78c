/*
 * Test cases: poisoned pages of a guest that waits for a slow disk
 *
 * Linux handles no memory error while it waits for a page that is locked, and
 * loses what doesn't fit its queue of 16.  A process that consumes such a page
 * has its SIGBUS all the same, and nobody reads it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "poison.h"

/* How long the disk takes: pages are poisoned, reported and consumed in it */
#define DISK_TIME_MS    4000

#define PAGES           128
#define HALF            (PAGES / 2)

static bool start_transfer(Guest *guest, const char *command, guint64 *gpa,
                           GError **error)
{
    g_autofree char *file = guest_ask(guest, NULL, error, "slow-file %d",
                                      DISK_TIME_MS);
    g_autofree char *answer = file ? guest_ask(guest, NULL, error, "%s",
                                               command) : NULL;

    return answer && (sscanf(answer, "gpa=0x%" SCNx64, gpa) == 1 ||
                      poison_fail(error, "%s: %s", command, answer));
}

static bool run(Guest *guest, const char *command, GError **error)
{
    guint64 gpas[PAGES], transferred;

    if (!poison_alloc(guest, PAGES, gpas, error) ||
        !start_transfer(guest, command, &transferred, error) ||
        !poison_and_report(guest, &transferred, 1, error) ||
        !poison_and_report(guest, gpas, PAGES, error)) {
        return false;
    }
    /* While the guest waits for the disk, and after that */
    return poison_expect_consumed(guest, 0, HALF, error) &&
           guest_expect_idle(guest, GUEST_SOURCE_GED, error) &&
           poison_expect_consumed(guest, HALF, HALF, error) &&
           guest_expect_hwcorrupted(guest, (PAGES + 1) * GUEST_PAGE_KB,
                                    error) &&
           guest_expect_idle(guest, GUEST_SOURCE_SEA, error);
}

bool poison_slow_read(Guest *guest, GError **error)
{
    return run(guest, "slow-read", error);
}

bool poison_slow_write(Guest *guest, GError **error)
{
    return run(guest, "slow-write", error);
}
