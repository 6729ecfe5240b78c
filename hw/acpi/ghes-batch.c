/*
 * What goes into a status block together, and what it has the guest do
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "hw/acpi/ghes-batch.h"

/* How many pages an entry may be about that isn't one for memory */
#define OTHER_SECTION_PAGES 8

#define MEMORY_RECORD_SIZE (sizeof(GhesDataEntry) + sizeof(CperMemorySection))

/* The number tells source and record */
uint64_t ghes_sequence_next(GhesSequence *sequence)
{
    return (uint64_t)sequence->source_id << 48 | ++sequence->last;
}

/* The page at @done of a range; within it what the reporter knew better */
static void set_page_address(CperMemorySection *payload,
                             const GhesError *error, uint64_t done)
{
    uint64_t mask = le64_to_cpu(error->memory.physical_address_mask) ?:
                    ~(uint64_t)(GHES_PAGE_SIZE - 1);
    uint64_t offset = le64_to_cpu(error->memory.physical_address) %
                      GHES_PAGE_SIZE;

    cper_memory_set_physical_address(payload, error->address + done + offset,
                                     mask);
}

/* One record for each page of @error */
static void compose_memory_error(GhesSequence *sequence, const GhesError *error,
                                 GhesStatusBlock *status, size_t size)
{
    CperMemorySection payload = error->memory;
    GhesSection section = {
        .type = cper_memory_section_type,
        .severity = error->severity,
        .flags = error->flags,
        .fru_text = error->fru_text,
        .timestamp = error->timestamp,
        .payload = &payload,
        .payload_length = sizeof(payload),
    };

    for (uint64_t done = 0; done < error->length; done += GHES_PAGE_SIZE) {
        bool fits;

        set_page_address(&payload, error, done);
        section.sequence = ghes_sequence_next(sequence);
        fits = ghes_status_append(status, size, &section);
        assert(fits);
    }
}

void ghes_batch_compose(GhesQueue *from, GhesQueue *to, GhesSequence *sequence,
                        GhesStatusBlock *status, size_t size, unsigned room)
{
    const GhesError *next = ghes_queue_peek(from);
    const uint32_t severity = next->severity;

    room = MIN(room, (size - sizeof(*status)) / MEMORY_RECORD_SIZE);
    if (next->block) {
        memcpy(status, next->block, next->block_length);
        ghes_queue_append(to, ghes_queue_take(from, 1));
        return;
    }

    ghes_status_init(status);
    while (room && next && !next->block && next->severity == severity) {
        GhesError *error = ghes_queue_take(from, room);

        compose_memory_error(sequence, error, status, size);
        room -= ghes_error_records(error);
        ghes_queue_append(to, error);
        next = ghes_queue_peek(from);
    }
}

/*
 * An entry for memory is about one page.  Of others nothing tells how many
 * pages they are about.
 */
static uint64_t block_records(const GhesError *error)
{
    const GhesStatusBlock *block = (const GhesStatusBlock *)error->block;
    const uint8_t *entry = error->block + sizeof(*block);
    const uint8_t *end = entry + le32_to_cpu(block->data_length);
    uint64_t records = 0;

    for (; entry < end; entry += ghes_data_entry_length(entry)) {
        records += memcmp(entry, cper_memory_section_type,
                          CPER_SECTION_TYPE_SIZE) ? OTHER_SECTION_PAGES : 1;
    }
    return records;
}

uint64_t ghes_batch_work(const GhesQueue *batch)
{
    const GhesError *error;
    uint64_t records = 0;

    QTAILQ_FOREACH(error, &batch->uncorrected, next) {
        records += error->block ? block_records(error)
                                : ghes_error_records(error);
    }
    QTAILQ_FOREACH(error, &batch->corrected, next) {
        if (error->flags & GHES_DATA_ENTRY_FLAG_THRESHOLD_EXCEEDED) {
            records += ghes_error_records(error);
        }
    }
    return records;
}
