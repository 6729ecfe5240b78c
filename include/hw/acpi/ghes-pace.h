/*
 * How soon a guest can be given more errors, and how many
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
 * @ready_ns: when it can take the next batch at the latest, 0 for now
 * @acknowledged_ns: when it acknowledged the last one
 * @run_ns: how long it had run then
 * @records: memory errors of that; 0 if unknown, as after migration
 */
typedef struct GhesPace {
    int64_t ready_ns;
    int64_t acknowledged_ns;
    int64_t run_ns;
    uint64_t records;
} GhesPace;

/* ghes_pace_init: the guest has worked off all that it got */
void ghes_pace_init(GhesPace *pace);

/**
 * ghes_pace_acknowledged: give the guest time for what it has acknowledged
 * @pace: the guest's pace
 * @now: the time in ns
 * @run_ns: ns that its vCPUs have run, together; from any time on
 * @records: how many memory errors it now works off; 0 if none
 */
void ghes_pace_acknowledged(GhesPace *pace, int64_t now, int64_t run_ns,
                            uint64_t records);

/**
 * ghes_pace_room: how many memory errors the guest can take now
 * @pace: the guest's pace
 * @now: the time in ns
 * @run_ns: ns that its vCPUs have run, together
 * @busy: what ghes_guest_busy_vcpus() says now
 *
 * Returns: 0 while it is at work; GHES_PACE_ROOM_MAX if it certainly isn't;
 * and what is left of that, but one at least, if it has had its time.
 */
unsigned ghes_pace_room(const GhesPace *pace, int64_t now, int64_t run_ns,
                        int busy);

#endif
