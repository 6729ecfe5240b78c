/*
 * A batch: errors that go into a status block together
 *
 * No locks: who holds the queues calls these.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_BATCH_H
#define HW_ACPI_GHES_BATCH_H

#include "hw/acpi/ghes-queue.h"
#include "hw/acpi/ghes-status.h"

/**
 * GhesSequence: numbers the records of a source
 * @source_id: which source
 * @last: how many have a number
 */
typedef struct GhesSequence {
    uint16_t source_id;
    uint64_t last;
} GhesSequence;

/* ghes_sequence_next: a number that no other record has; see GhesSection */
uint64_t ghes_sequence_next(GhesSequence *sequence);

/**
 * ghes_batch_compose: put errors that can go together into a status block
 * @from: the errors, at least one
 * @to: gets those which are in the block
 * @sequence: numbers their records
 * @status: gets the block in guest byte order; GHES_BLOCK_SIZE_MAX bytes
 * @size: how many of them to use
 * @room: how many records the guest can take
 *
 * A block that was handed in as a whole takes what it needs.
 */
void ghes_batch_compose(GhesQueue *from, GhesQueue *to, GhesSequence *sequence,
                        GhesStatusBlock *status, size_t size, unsigned room);

/**
 * ghes_batch_work: what of a batch keeps the guest busy
 * @batch: the errors in a block
 *
 * Returns: how many pages it takes out of use, or may have to, after it has
 * acknowledged the block.
 */
uint64_t ghes_batch_work(const GhesQueue *batch);

#endif
