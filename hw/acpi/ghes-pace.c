/*
 * How soon a guest can be given more errors, and how many
 *
 * Linux keeps memory errors that it has acknowledged in a queue of 16 a CPU
 * until it works them off, and loses what doesn't fit.  Nothing tells how far
 * it is with them; but a guest none of whose CPUs has anything to do has
 * worked them all off.
 *
 * One that is never seen like that gets time.  For each page Linux asks all
 * CPUs for the pages that they have at hand, and waits until the last one has
 * found time for that among all else that it has to do.  It is the guest that
 * needs the time, so what its host takes from it doesn't count.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "hw/acpi/ghes-guest.h"
#include "hw/acpi/ghes-pace.h"

/* What a page takes of each CPU that has other things to do */
#define RECORD_NS (100 * SCALE_MS)

/* A guest that doesn't get that from its host isn't waited for without end */
#define RECORD_LAST_NS (1000 * SCALE_MS)

void ghes_pace_init(GhesPace *pace)
{
    *pace = (GhesPace) { };
}

void ghes_pace_acknowledged(GhesPace *pace, int64_t now, int64_t run_ns,
                            uint64_t records)
{
    if (records) {
        pace->acknowledged_ns = now;
        pace->ready_ns = now + records * RECORD_LAST_NS;
        pace->run_ns = run_ns;
        pace->records = records;
    }
}

static bool has_had_its_time(const GhesPace *pace, int64_t now, int64_t run_ns,
                             int busy)
{
    int64_t had_ns, takes_ns = pace->records * RECORD_NS;

    if (now >= pace->ready_ns) {
        return true;
    }
    if (busy == GHES_GUEST_BUSY_UNKNOWN) {
        had_ns = now - pace->acknowledged_ns;
    } else {
        had_ns = run_ns - pace->run_ns;
        takes_ns *= busy;
    }
    return pace->records && had_ns >= takes_ns;
}

unsigned ghes_pace_room(const GhesPace *pace, int64_t now, int64_t run_ns,
                        int busy)
{
    if (busy == 0 || !pace->ready_ns) {
        return GHES_PACE_ROOM_MAX;
    }
    if (!has_had_its_time(pace, now, run_ns, busy)) {
        return 0;
    }
    /* That it has had its time doesn't prove that nothing of it is left */
    return pace->records && pace->records < GHES_PACE_ROOM_MAX
           ? GHES_PACE_ROOM_MAX - pace->records : 1;
}
