/*
 * States of error sources that no source can have
 *
 * Such a stream is well-formed as far as its length is concerned, and so comes
 * further than one in which bytes are wrong.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "machine.h"
#include "spoil.h"

static GhesQueue *fetch_queue(Program *program)
{
    switch (fetch(program, 1) % 5) {
    case 0: return &machine_ghes.synchronous->waiting;
    case 1: return &machine_ghes.synchronous->in_block;
    case 2: return &machine_ghes.asynchronous->waiting;
    case 3: return &machine_ghes.asynchronous->in_block;
    default: return &machine_ghes.boot.fatal;
    }
}

/* Most of it as it should be, so that one fault isn't hidden by another */
static GhesError *fetch_error(Program *program)
{
    unsigned faults = fetch(program, 1);
    GhesError *error = g_new0(GhesError, 1);

    error->severity = fetch(program, 1) % (CPER_SEVERITY__MAX + !!(faults & 1));
    error->address = fetch(program, 1) << 12;
    error->length = (1 + fetch(program, 1)) << 12;
    if (faults & 2) {
        error->address = fetch(program, 8);
    }
    if (faults & 4) {
        error->length = fetch(program, 8);
    }
    if (faults & 8) {
        memset(error->fru_text, 'x', sizeof(error->fru_text));
    }
    return error;
}

/* A block that fits, with an entry of raw data, or something like that */
static void fetch_block(Program *program, GhesError *error)
{
    unsigned faults = fetch(program, 1);
    unsigned data = fetch(program, faults & 1 ? 2 : 1) %
                    (GHES_BLOCK_SIZE_MAX - 20 + 1);

    error->block_length = 20 + data;
    error->block = g_malloc0(error->block_length);
    error->length = faults & 2 ? error->length : 0;
    stl_le_p(error->block, 1);
    stl_le_p(error->block + 4, 20);
    stl_le_p(error->block + 8, data + !!(faults & 4));
    stl_le_p(error->block + 16, error->severity);
    if (faults & 8) {
        error->block[fetch(program, 1) % 20] = fetch(program, 1);
    }
}

static void add_error(Program *program)
{
    GhesQueue *queue = fetch_queue(program);
    GhesError *error = fetch_error(program);
    unsigned how = fetch(program, 1);

    if (how & 1) {
        fetch_block(program, error);
    }
    ghes_queue_append(queue, error);
    if (how & 2) {
        QTAILQ_REMOVE(ghes_error_is_uncorrected(error) ? &queue->uncorrected
                                                       : &queue->corrected,
                      error, next);
        if (ghes_error_is_uncorrected(error)) {
            QTAILQ_INSERT_TAIL(&queue->corrected, error, next);
        } else {
            QTAILQ_INSERT_TAIL(&queue->uncorrected, error, next);
        }
    }
}

static void set_time(Program *program)
{
    unsigned index = fetch(program, 1) % machine_ghes.source_count;
    GhesSource *s = &machine_ghes.source[index];
    unsigned which = fetch(program, 1);
    uint64_t value = fetch(program, 8);

    switch (which % 4) {
    case 0:
        s->recorded_ns = value;
        break;
    case 1:
        s->notified_ns = value;
        break;
    case 2:
        s->ignored_since = value;
        break;
    default:
        s->acknowledged = value;
        break;
    }
}

void spoil_sources(Program *program)
{
    static void (*const ways[])(Program *) = {
        add_error, add_error, set_time,
    };

    ways[fetch(program, 1) % ARRAY_SIZE(ways)](program);
    /* Or else none of it is sent */
    machine_ghes.asynchronous->recorded++;
}
