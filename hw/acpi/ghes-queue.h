/*
 * Errors on their way to a guest, and the bounded queue that holds them
 *
 * The BQL protects a queue.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_QUEUE_H
#define HW_ACPI_GHES_QUEUE_H

#include "ghes-status.h"
#include "migration/vmstate.h"
#include "qemu/queue.h"

/* The unit in which guests take memory out of use: one record each */
#define GHES_PAGE_SIZE 4096

/* Reports that one queue holds; a range of any length is one report */
#define GHES_QUEUE_REPORTS_MAX 16384

/**
 * GhesError: a report of an error that has no place in guest RAM yet
 * @severity: a CperSeverity
 * @address: memory error: first guest-physical address, GHES_PAGE_SIZE aligned
 * @length: memory error: bytes, a multiple of GHES_PAGE_SIZE; otherwise 0
 * @memory: memory error: what else is known of it, guest byte order; with a
 *          Physical Address Mask, its Physical Address says where in the page
 * @flags: memory error: GHES_DATA_ENTRY_FLAG_*
 * @fru_text: memory error: NUL-terminated, or empty
 * @timestamp: memory error: as cper_timestamp() gives it
 * @block: other errors: a whole status block, validated
 * @block_length: its bytes
 */
typedef struct GhesError {
    uint32_t severity;
    uint64_t address;
    uint64_t length;
    CperMemorySection memory;
    uint8_t flags;
    char fru_text[GHES_FRU_TEXT_SIZE + 1];
    uint64_t timestamp;
    uint8_t *block;
    uint32_t block_length;
    QTAILQ_ENTRY(GhesError) next;
} GhesError;

typedef QTAILQ_HEAD(GhesErrorList, GhesError) GhesErrorList;

/**
 * GhesQueue: reports in the order in which the guest gets them
 * @uncorrected: recoverable and fatal errors, which go first
 * @corrected: all others
 * @reports: how many
 * @records: how many records they make, one a page
 */
typedef struct GhesQueue {
    GhesErrorList uncorrected;
    GhesErrorList corrected;
    uint32_t reports;
    uint64_t records;
} GhesQueue;

extern const VMStateDescription vmstate_ghes_queue;

void ghes_error_free(GhesError *error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GhesError, ghes_error_free)

/* ghes_error_copy: a copy of @error that is in no queue */
GhesError *ghes_error_copy(const GhesError *error);

/* ghes_error_records: how many records @error makes, one a page */
uint64_t ghes_error_records(const GhesError *error);

/* ghes_error_is_uncorrected: whether it is recoverable or fatal */
bool ghes_error_is_uncorrected(const GhesError *error);

void ghes_queue_init(GhesQueue *queue);

/* ghes_queue_clear: free all that is in @queue */
void ghes_queue_clear(GhesQueue *queue);

static inline bool ghes_queue_is_empty(const GhesQueue *queue)
{
    return !queue->reports;
}

/* ghes_queue_peek: the report that goes next, still the queue's, or NULL */
const GhesError *ghes_queue_peek(const GhesQueue *queue);

/**
 * ghes_queue_put: queue a report
 * @queue: the queue
 * @error: the report; the queue owns it from here on, whatever is returned
 *
 * Uncorrected reports go before corrected ones.  A full queue drops the
 * corrected report that came last; if it holds none, @error.
 *
 * Returns: the report that had to be dropped, which may be @error and is the
 * caller's now, or NULL.
 */
GhesError *ghes_queue_put(GhesQueue *queue, GhesError *error);

/**
 * ghes_queue_take: take what the guest gets next
 * @queue: a queue that is not empty
 * @records: the most records to take, not 0; a longer range is split
 *
 * Returns: a report that the caller owns.
 */
GhesError *ghes_queue_take(GhesQueue *queue, uint64_t records);

/**
 * ghes_queue_remove_range: remove pages from the uncorrected reports
 * @queue: the queue
 * @address: guest-physical address, a multiple of GHES_PAGE_SIZE
 * @length: bytes, a multiple of GHES_PAGE_SIZE and not 0
 */
void ghes_queue_remove_range(GhesQueue *queue, uint64_t address,
                             uint64_t length);

/* ghes_queue_append: add @error, which the queue owns then, even if full */
void ghes_queue_append(GhesQueue *queue, GhesError *error);

/**
 * ghes_queue_return: put back what was taken and not read by the guest
 * @queue: the queue, which may exceed its bound by this
 * @taken: what was taken from it, in that order; empty afterwards
 */
void ghes_queue_return(GhesQueue *queue, GhesQueue *taken);

/* ghes_queue_move_fatal: move what is fatal to the end of @to, in its order */
void ghes_queue_move_fatal(GhesQueue *from, GhesQueue *to);

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
 * ghes_queue_compose: put reports that fit together into a status block
 * @from: the reports, at least one
 * @to: gets those that are in the block
 * @sequence: numbers their records
 * @status: gets the block in guest byte order; GHES_BLOCK_SIZE_MAX bytes
 * @size: how many of them to use
 * @room: the most records of memory errors to put into it
 *
 * A block that was handed in as a whole goes alone.
 */
void ghes_queue_compose(GhesQueue *from, GhesQueue *to, GhesSequence *sequence,
                        GhesStatusBlock *status, size_t size, unsigned room);

#endif
