/*
 * The content of an ACPI boot error region
 *
 * A region is BERT_REGION_SIZE bytes of Generic Error Status Blocks, one
 * behind the other without a gap, and zeroes.  The functions are pure: bytes
 * in, bytes out, no locks.  Source: ACPI 6.5, 18.3.1 Boot Error Source.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_BERT_REGION_H
#define HW_ACPI_BERT_REGION_H

#include "hw/acpi/bert.h"
#include "ghes-status.h"

/* Linux prints so many records, of less than 1 KiB each, and no others */
#define BERT_RECORDS_MAX     5
#define BERT_RECORD_SIZE_MAX 1023

QEMU_BUILD_BUG_ON(BERT_RECORDS_MAX * BERT_RECORD_SIZE_MAX > BERT_REGION_SIZE);

/* bert_region_records: how many records a region has */
unsigned bert_region_records(const uint8_t *region);

static inline bool bert_region_is_full(const uint8_t *region)
{
    return bert_region_records(region) == BERT_RECORDS_MAX;
}

/**
 * bert_region_append: add a record of an uncorrected error
 * @region: a region that isn't full
 * @block: the record, well-formed and in guest byte order; need not be aligned
 *
 * Of a block that is longer than BERT_RECORD_SIZE_MAX the entries are taken
 * that fit, from the first on, and the count of entries says how many.  Raw
 * Data is left out: UEFI firmware looks whether the region is an ACPI table,
 * and takes Raw Data Offset for the table's length.
 */
void bert_region_append(uint8_t *region, const GhesStatusBlock *block);

/**
 * bert_region_validate: check a region that somebody else made
 * @region: the region
 *
 * Returns: whether bert_region_append() can have made it.
 */
bool bert_region_validate(const uint8_t *region);

#endif
