/*
 * How soon a guest can be given more errors
 *
 * The functions are pure: no clock of their own, no locks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_PACE_H
#define HW_ACPI_GHES_PACE_H

/**
 * GhesPace: what is known of how fast a guest is
 * @record_ns: the time that it gets for a record
 * @ready_ns: when it can take the next batch, 0 for now
 */
typedef struct GhesPace {
    int64_t record_ns;
    int64_t ready_ns;
} GhesPace;

/* ghes_pace_init: nothing is known of the guest, and it can take a batch */
void ghes_pace_init(GhesPace *pace);

/**
 * ghes_pace_acknowledged: give the guest time for what it has acknowledged
 * @pace: the guest's pace
 * @now: the time in ns
 * @read_ns: ns from the notification to the acknowledge
 * @records: how many memory errors it now works off; 0 if none
 */
void ghes_pace_acknowledged(GhesPace *pace, int64_t now, int64_t read_ns,
                            uint64_t records);

#endif
