/*
 * How many more errors a guest can be given
 *
 * The functions are pure: no clock of their own, no locks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_PACE_H
#define HW_ACPI_GHES_PACE_H

/* Memory errors that Linux can keep until it works them off, on each CPU */
#define GHES_PACE_ROOM_MAX 16

/**
 * GhesPace: what a guest is at work on that it has acknowledged
 * @records: memory errors that it may not have worked off
 * @since_ns: since when it is at the next of them
 * @run_ns: how long it had run then
 */
typedef struct GhesPace {
    uint64_t records;
    int64_t since_ns;
    int64_t run_ns;
} GhesPace;

/* ghes_pace_init: the guest has worked off all that it got */
void ghes_pace_init(GhesPace *pace);

/**
 * ghes_pace_acknowledged: the guest has more to work off, and starts now
 * @pace: the guest's pace
 * @now: the time in ns
 * @run_ns: ns that its vCPUs have run, together; from any time on
 * @records: how many memory errors it has acknowledged
 */
void ghes_pace_acknowledged(GhesPace *pace, int64_t now, int64_t run_ns,
                            uint64_t records);

/**
 * ghes_pace_left: take note of what the guest has worked off
 * @pace: the guest's pace
 * @now: the time in ns
 * @run_ns: ns that its vCPUs have run, together
 * @busy: what ghes_guest_busy_vcpus() says now
 *
 * Returns: how many memory errors may be left.
 */
uint64_t ghes_pace_left(GhesPace *pace, int64_t now, int64_t run_ns, int busy);

/**
 * ghes_pace_room: how many memory errors the guest can be given
 * @left: what ghes_pace_left() says
 *
 * Returns: GHES_PACE_ROOM_MAX if nothing is left; else at most half of that,
 * as it is estimated how much is; 0 if the guest has to go on first.
 */
unsigned ghes_pace_room(uint64_t left);

#endif
