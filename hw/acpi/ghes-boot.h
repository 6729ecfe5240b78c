/*
 * Errors that the next boot of the guest learns of, in its boot error region
 *
 * The BQL protects them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_BOOT_H
#define HW_ACPI_GHES_BOOT_H

#include "ghes-source.h"

/**
 * GhesBoot: what the next boot learns of, in its boot error region
 * @region: BERT_REGION_SIZE bytes, what the guest was offered when it was reset
 *          last; NULL if the machine has none
 * @fetched: its firmware has read that
 * @fatal: what the guest has read since, and must have died of
 *
 * With each reset what was fatal, and what the guest had not read, moves to
 * the region and is reported no more.  What firmware has read once is gone with
 * the next reset.
 */
typedef struct GhesBoot {
    uint8_t *region;
    bool fetched;
    GhesQueue fatal;
} GhesBoot;

extern const VMStateDescription vmstate_ghes_boot;

/**
 * ghes_boot_init: keep errors for the next boot from here on
 * @boot: the state, its queue initialized
 * @region: BERT_REGION_SIZE zeroes; must stay
 * @sources: the machine's sources
 * @count: how many
 */
void ghes_boot_init(GhesBoot *boot, uint8_t *region, GhesSource *sources,
                    unsigned count);

/* ghes_boot_collect: the guest is reset; @s, its asynchronous source, was */
void ghes_boot_collect(GhesBoot *boot, GhesSource *s);

/* ghes_boot_clear: another guest's state is about to be loaded */
void ghes_boot_clear(GhesBoot *boot);

/* ghes_boot_is_used: whether there is something to migrate */
bool ghes_boot_is_used(const GhesBoot *boot);

/* ghes_boot_fetched: firmware reads the region; @opaque is the GhesBoot */
void ghes_boot_fetched(void *opaque);

#endif
