/*
 * What a guest finds in its boot error region
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef GHES_BOOT_REGION_H
#define GHES_BOOT_REGION_H

#include "ghes-machine.h"

#define GHES_BOOT_ERRORS "etc/boot_errors"

/* Linux prints no record of 1 KiB and more, so there is none with 7 pages */
#define GHES_BOOT_PAGES_MAX 6

/**
 * GhesBootRecord: a record of memory errors
 * @severity: of the record and all its pages
 * @pages: as ghes_page() takes them
 * @count: how many
 */
typedef struct GhesBootRecord {
    uint32_t severity;
    unsigned pages[GHES_BOOT_PAGES_MAX];
    unsigned count;
} GhesBootRecord;

/**
 * ghes_boot_region_assert: what must be there, and nothing else
 * @m: a machine whose firmware has placed the region
 * @records: in this order; the last has a count of 0
 */
void ghes_boot_region_assert(GhesMachine *m, const GhesBootRecord *records);

/* ghes_boot_region_assert_empty: all must be 0 */
void ghes_boot_region_assert_empty(GhesMachine *m);

/**
 * ghes_boot_region_assert_dimm: all integers of the first record's entry
 * @m: a machine whose firmware has placed the region
 * @gpa: Physical Address
 * @bank: Bank
 * @fru_text: FRU Text
 */
void ghes_boot_region_assert_dimm(GhesMachine *m, uint64_t gpa, uint16_t bank,
                                  const char *fru_text);

#endif
