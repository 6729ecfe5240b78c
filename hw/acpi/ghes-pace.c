/*
 * How many more errors a guest can be given
 *
 * Linux keeps memory errors that it has acknowledged in a queue of 16 a CPU
 * until it works them off, and loses what doesn't fit.  Nothing tells how far
 * it is with them; but a guest none of whose CPUs has anything to do has
 * worked them all off.
 *
 * One that is never seen like that gets time.  For each page Linux asks all
 * CPUs for the pages that they have at hand, and waits until the last one has
 * found time for that among all else that it has to do.  It is the guest that
 * needs the time, so what its host takes from it doesn't count; and while it
 * doesn't come to acknowledge what it is given, it is taken not to come to the
 * pages either.  As this is an estimate, half of the queue is kept free for
 * what it gets wrong.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "hw/acpi/ghes-guest.h"
#include "hw/acpi/ghes-pace.h"

/* Of these half, while it isn't known that the guest has worked all off */
#define ROOM_ESTIMATED (GHES_PACE_ROOM_MAX / 2)

/* What a page takes of each CPU that has other things to do */
#define RECORD_NS (100 * SCALE_MS)

/* A guest that doesn't get that from its host isn't waited for without end */
#define RECORD_LAST_NS (1000 * SCALE_MS)

void ghes_pace_init(GhesPace *pace)
{
    *pace = (GhesPace) { };
}

static void restart(GhesPace *pace, int64_t now, int64_t run_ns)
{
    pace->since_ns = now;
    pace->run_ns = run_ns;
}

void ghes_pace_acknowledged(GhesPace *pace, int64_t now, int64_t run_ns,
                            uint64_t records)
{
    if (records) {
        restart(pace, now, run_ns);
        pace->records += records;
    }
}

/* How many records it has had time for */
static uint64_t worked_off(const GhesPace *pace, int64_t now, int64_t run_ns,
                           int busy)
{
    int64_t time_ns = MAX(now - pace->since_ns, 0);
    int64_t had_ns = MAX(run_ns - pace->run_ns, 0);

    if (busy == GHES_GUEST_BUSY_UNKNOWN) {
        return time_ns / RECORD_NS;
    }
    return MAX(had_ns / (RECORD_NS * busy), time_ns / RECORD_LAST_NS);
}

uint64_t ghes_pace_left(GhesPace *pace, int64_t now, int64_t run_ns, int busy)
{
    uint64_t done = busy == 0 ? pace->records
                              : worked_off(pace, now, run_ns, busy);

    if (done) {
        restart(pace, now, run_ns);
        pace->records -= MIN(done, pace->records);
    }
    return pace->records;
}

unsigned ghes_pace_room(uint64_t left)
{
    return left ? ROOM_ESTIMATED - MIN(left, ROOM_ESTIMATED)
                : GHES_PACE_ROOM_MAX;
}
