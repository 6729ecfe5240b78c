/*
 * Queues errors, and composes what goes into a status block together
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "ghes-queue.h"

void ghes_error_free(GhesError *error)
{
    g_free(error->block);
    g_free(error);
}

GhesError *ghes_error_copy(const GhesError *error)
{
    GhesError *copy = g_memdup2(error, sizeof(*error));

    copy->block = g_memdup2(error->block, error->block_length);
    return copy;
}

uint64_t ghes_error_records(const GhesError *error)
{
    return error->length ? error->length / GHES_PAGE_SIZE : 1;
}

bool ghes_error_is_uncorrected(const GhesError *error)
{
    return error->severity == CPER_SEVERITY_RECOVERABLE ||
           error->severity == CPER_SEVERITY_FATAL;
}

static GhesErrorList *list_of(GhesQueue *queue, const GhesError *error)
{
    return ghes_error_is_uncorrected(error) ? &queue->uncorrected
                                       : &queue->corrected;
}

static GhesError *queue_first(const GhesQueue *queue)
{
    return QTAILQ_FIRST(&queue->uncorrected) ?:
           QTAILQ_FIRST(&queue->corrected);
}

const GhesError *ghes_queue_peek(const GhesQueue *queue)
{
    return queue_first(queue);
}

static GhesError *queue_last(const GhesQueue *queue)
{
    return QTAILQ_LAST(&queue->corrected) ?: QTAILQ_LAST(&queue->uncorrected);
}

void ghes_queue_init(GhesQueue *queue)
{
    QTAILQ_INIT(&queue->uncorrected);
    QTAILQ_INIT(&queue->corrected);
    queue->reports = 0;
    queue->records = 0;
}

static void queue_added(GhesQueue *queue, const GhesError *error)
{
    queue->reports++;
    queue->records += ghes_error_records(error);
}

static void queue_remove(GhesQueue *queue, GhesError *error)
{
    QTAILQ_REMOVE(list_of(queue, error), error, next);
    queue->reports--;
    queue->records -= ghes_error_records(error);
}

void ghes_queue_clear(GhesQueue *queue)
{
    GhesError *error;

    while ((error = queue_first(queue))) {
        queue_remove(queue, error);
        ghes_error_free(error);
    }
}

void ghes_queue_append(GhesQueue *queue, GhesError *error)
{
    QTAILQ_INSERT_TAIL(list_of(queue, error), error, next);
    queue_added(queue, error);
}

GhesError *ghes_queue_put(GhesQueue *queue, GhesError *error)
{
    GhesError *dropped = NULL;

    if (queue->reports >= GHES_QUEUE_REPORTS_MAX) {
        dropped = queue_last(queue);
        if (ghes_error_is_uncorrected(dropped) ||
            !ghes_error_is_uncorrected(error)) {
            return error;
        }
        queue_remove(queue, dropped);
    }
    ghes_queue_append(queue, error);
    return dropped;
}

GhesError *ghes_queue_take(GhesQueue *queue, uint64_t records)
{
    GhesError *first = queue_first(queue);
    GhesError *head;

    if (ghes_error_records(first) <= records) {
        queue_remove(queue, first);
        return first;
    }

    head = ghes_error_copy(first);
    head->length = records * GHES_PAGE_SIZE;
    first->address += head->length;
    first->length -= head->length;
    queue->records -= records;
    return head;
}

/* Cut @error, which has some of the range, into what is before it and behind */
static void queue_cut(GhesQueue *queue, GhesError *error, uint64_t address,
                      uint64_t length)
{
    uint64_t start = MAX(address, error->address);
    uint64_t end = MIN(address + length - 1,
                       error->address + error->length - 1);
    uint64_t before = start - error->address;
    uint64_t behind = error->address + error->length - 1 - end;

    if (behind) {
        GhesError *rest = ghes_error_copy(error);

        rest->address = end + 1;
        rest->length = behind;
        QTAILQ_INSERT_AFTER(list_of(queue, error), error, rest, next);
        queue->reports++;
    }
    queue->records -= (error->length - before - behind) / GHES_PAGE_SIZE;
    error->length = before;
    if (!before) {
        QTAILQ_REMOVE(list_of(queue, error), error, next);
        queue->reports--;
        ghes_error_free(error);
    }
}

void ghes_queue_remove_range(GhesQueue *queue, uint64_t address,
                             uint64_t length)
{
    GhesError *error, *next;

    QTAILQ_FOREACH_SAFE(error, &queue->uncorrected, next, next) {
        if (error->length && address + length - 1 >= error->address &&
            address <= error->address + error->length - 1) {
            queue_cut(queue, error, address, length);
        }
    }
}

void ghes_queue_return(GhesQueue *queue, GhesQueue *taken)
{
    GhesError *error;

    while ((error = queue_last(taken))) {
        queue_remove(taken, error);
        QTAILQ_INSERT_HEAD(list_of(queue, error), error, next);
        queue_added(queue, error);
    }
}

void ghes_queue_move_fatal(GhesQueue *from, GhesQueue *to)
{
    GhesError *error, *next;

    QTAILQ_FOREACH_SAFE(error, &from->uncorrected, next, next) {
        if (error->severity == CPER_SEVERITY_FATAL) {
            queue_remove(from, error);
            ghes_queue_append(to, error);
        }
    }
}

#define MEMORY_RECORD_SIZE (sizeof(GhesDataEntry) + sizeof(CperMemorySection))

/* The number identifies source and record */
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

void ghes_queue_compose(GhesQueue *from, GhesQueue *to, GhesSequence *sequence,
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

static bool block_length_is_sane(void *opaque, int version_id)
{
    GhesError *error = opaque;

    return error->block_length <= GHES_BLOCK_SIZE_MAX;
}

static int ghes_error_pre_load(void *opaque)
{
    memset(opaque, 0, sizeof(GhesError));
    return 0;
}

static int ghes_error_post_load(void *opaque, int version_id)
{
    GhesError *error = opaque;

    if (error->severity >= CPER_SEVERITY__MAX ||
        !!error->length == !!error->block_length ||
        (error->address | error->length) % GHES_PAGE_SIZE ||
        error->address + error->length < error->address ||
        error->fru_text[GHES_FRU_TEXT_SIZE]) {
        return -EINVAL;
    }
    if (error->block_length &&
        !ghes_status_validate(error->block, error->block_length,
                              GHES_BLOCK_SIZE_MAX, NULL)) {
        return -EINVAL;
    }
    return 0;
}

static const VMStateDescription vmstate_ghes_error = {
    .name = "acpi-ghes-error",
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_load = ghes_error_pre_load,
    .post_load = ghes_error_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(severity, GhesError),
        VMSTATE_UINT64(address, GhesError),
        VMSTATE_UINT64(length, GhesError),
        VMSTATE_BUFFER_UNSAFE(memory, GhesError, 0, sizeof(CperMemorySection)),
        VMSTATE_UINT8(flags, GhesError),
        VMSTATE_BUFFER_UNSAFE(fru_text, GhesError, 0, GHES_FRU_TEXT_SIZE + 1),
        VMSTATE_BUFFER_UNSAFE(timestamp, GhesError, 0, sizeof(uint64_t)),
        VMSTATE_UINT32(block_length, GhesError),
        VMSTATE_VALIDATE("status block fits", block_length_is_sane),
        VMSTATE_VBUFFER_ALLOC_UINT32(block, GhesError, 0, NULL, block_length),
        VMSTATE_END_OF_LIST()
    },
};

static int ghes_queue_pre_load(void *opaque)
{
    ghes_queue_clear(opaque);
    return 0;
}

static int ghes_queue_post_load(void *opaque, int version_id)
{
    GhesQueue *queue = opaque;
    GhesError *error;

    queue->reports = 0;
    queue->records = 0;
    QTAILQ_FOREACH(error, &queue->uncorrected, next) {
        if (!ghes_error_is_uncorrected(error)) {
            return -EINVAL;
        }
        queue_added(queue, error);
    }
    QTAILQ_FOREACH(error, &queue->corrected, next) {
        if (ghes_error_is_uncorrected(error)) {
            return -EINVAL;
        }
        queue_added(queue, error);
    }
    return 0;
}

const VMStateDescription vmstate_ghes_queue = {
    .name = "acpi-ghes-queue",
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_load = ghes_queue_pre_load,
    .post_load = ghes_queue_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_QTAILQ_V(uncorrected, GhesQueue, 1, vmstate_ghes_error,
                         GhesError, next),
        VMSTATE_QTAILQ_V(corrected, GhesQueue, 1, vmstate_ghes_error,
                         GhesError, next),
        VMSTATE_END_OF_LIST()
    },
};
