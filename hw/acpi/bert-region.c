/*
 * Composes an ACPI boot error region
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/cutils.h"
#include "bert-region.h"

#define COUNT_MASK (GHES_BLOCK_STATUS_COUNT_MAX << \
                    GHES_BLOCK_STATUS_COUNT_SHIFT)

static const GhesStatusBlock *block_at(const uint8_t *region, size_t offset)
{
    return (const GhesStatusBlock *)(region + offset);
}

/* Bytes that the records take; a header of zeroes is behind the last one */
static size_t region_used(const uint8_t *region, unsigned *records)
{
    size_t used = 0;

    *records = 0;
    while (*records < BERT_RECORDS_MAX &&
           block_at(region, used)->block_status) {
        used += ghes_status_length(block_at(region, used));
        (*records)++;
    }
    return used;
}

unsigned bert_region_records(const uint8_t *region)
{
    unsigned records;

    region_used(region, &records);
    return records;
}

/* Copy as many entries as fit, and say how many bytes of them there are */
static size_t copy_entries(GhesStatusBlock *to, const GhesStatusBlock *from,
                           unsigned *entries)
{
    const uint8_t *data = (const uint8_t *)(from + 1);
    size_t length = le32_to_cpu(from->data_length), taken = 0;

    *entries = 0;
    while (taken < length) {
        size_t entry = ghes_data_entry_length(data + taken);

        if (sizeof(*to) + taken + entry > BERT_RECORD_SIZE_MAX) {
            break;
        }
        taken += entry;
        (*entries)++;
    }
    memcpy(to + 1, data, taken);
    return taken;
}

void bert_region_append(uint8_t *region, const GhesStatusBlock *block)
{
    uint32_t status = le32_to_cpu(block->block_status) & ~COUNT_MASK;
    unsigned records, entries;
    size_t used = region_used(region, &records);
    GhesStatusBlock *to = (GhesStatusBlock *)(region + used);

    assert(records < BERT_RECORDS_MAX);
    *to = (GhesStatusBlock) { .error_severity = block->error_severity };
    to->data_length = cpu_to_le32(copy_entries(to, block, &entries));
    /* Somebody else's block may say nothing but how many entries it has */
    status |= GHES_BLOCK_STATUS_UNCORRECTABLE;
    status |= entries << GHES_BLOCK_STATUS_COUNT_SHIFT;
    to->block_status = cpu_to_le32(status);
}

bool bert_region_validate(const uint8_t *region)
{
    size_t used = 0;

    for (unsigned i = 0; i < BERT_RECORDS_MAX; i++) {
        const GhesStatusBlock *block = block_at(region, used);
        uint64_t length = sizeof(*block) +
                          (uint64_t)le32_to_cpu(block->data_length);

        if (!block->block_status) {
            break;
        }
        if (block->raw_data_offset || block->raw_data_length ||
            length > BERT_RECORD_SIZE_MAX ||
            !ghes_status_validate(block, length, BERT_RECORD_SIZE_MAX, NULL)) {
            return false;
        }
        used += length;
    }
    return buffer_is_zero(region + used, BERT_REGION_SIZE - used);
}
