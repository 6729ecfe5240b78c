/*
 * One GHES error source: its queue, its block and the handshake
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_SOURCE_H
#define HW_ACPI_GHES_SOURCE_H

#include "hw/acpi/ghes-batch.h"
#include "hw/acpi/ghes-block.h"
#include "hw/acpi/ghes-pace.h"
#include "hw/acpi/ghes-queue.h"
#include "qemu/timer.h"

/**
 * GhesNotify: tell the guest that a source has an error for it
 * @opaque: what was given to ghes_source_init()
 * @source: the source, one that the machine notifies by an interrupt
 */
typedef void GhesNotify(void *opaque, const HestSource *source);

/* Pages remembered as the guest's work; one beyond may be recorded twice */
#define GHES_RECENT_PAGES 64

/* Fatal errors that are kept for who wants to know what the guest died of */
#define GHES_SOURCE_FATAL_MAX 30

/**
 * GhesRecentPage: a page that a vCPU ran into
 * @address: its guest-physical address
 * @recorded_ns: when its record was written
 * @pace: how long the guest is at work on it
 */
typedef struct GhesRecentPage {
    uint64_t address;
    int64_t recorded_ns;
    GhesPace pace;
} GhesRecentPage;

/**
 * GhesSourceState: an error source at work
 * @source: which one
 * @blob: where its block is
 * @unread_to: the source that reports what this one couldn't; may be itself
 * @notify: tells the guest
 * @notify_opaque: its argument
 * @waiting: errors not yet in the block
 * @in_block: errors in the block, not yet acknowledged
 * @fatal: gets fatal errors that were in the block, at most
 *         GHES_SOURCE_FATAL_MAX; or NULL
 * @timer: looks for the acknowledge, on the virtual clock
 * @poll_ns: until it does so next
 * @recorded_ns: when the block was written
 * @notified_ns: when the guest was told last
 * @pace: how many more the guest can take
 * @recent: synchronous source: the last pages recorded, by @recent_next
 * @recent_next: the one of them to replace next
 * @sequence: numbers its records
 * @recorded: records written to the block
 * @notified: notifications sent
 * @acknowledged: records taken by the guest
 * @dropped: records lost, as the queue was full
 */
typedef struct GhesSourceState GhesSourceState;

struct GhesSourceState {
    const HestSource *source;
    const GhesBlob *blob;
    GhesSourceState *unread_to;
    GhesNotify *notify;
    void *notify_opaque;
    GhesQueue waiting;
    GhesQueue in_block;
    GhesQueue *fatal;
    QEMUTimer *timer;
    int64_t poll_ns;
    int64_t recorded_ns;
    int64_t notified_ns;
    GhesPace pace;
    GhesRecentPage recent[GHES_RECENT_PAGES];
    unsigned recent_next;
    GhesSequence sequence;
    uint64_t recorded;
    uint64_t notified;
    uint64_t acknowledged;
    uint64_t dropped;
};

extern const VMStateDescription vmstate_ghes_source;

/**
 * GhesSourceStatus: what a source has done; counts are records, one a page
 * @source: which one
 * @busy: its block holds an error that the guest has not acknowledged
 * @queued: wait for the block
 * @recorded: written to the block
 * @notified: notifications sent, repeated ones included
 * @acknowledged: taken by the guest
 * @dropped: lost, as the queue was full
 */
typedef struct GhesSourceStatus {
    const HestSource *source;
    bool busy;
    uint64_t queued;
    uint64_t recorded;
    uint64_t notified;
    uint64_t acknowledged;
    uint64_t dropped;
} GhesSourceStatus;

/* What became of an error that a vCPU can't go on without */
typedef enum GhesSynchronousResult {
    GHES_SYNCHRONOUS_RECORDED,  /* in the block: raise the exception */
    GHES_SYNCHRONOUS_BUSY,      /* raise none and let the vCPU try again */
    GHES_SYNCHRONOUS_NO_RECORD, /* no way to record: raise it all the same */
} GhesSynchronousResult;

/**
 * ghes_source_is_synchronous: whether a vCPU reads the block in an exception
 * @source: the source
 *
 * Other sources are told by an interrupt, whenever it suits the guest.
 */
bool ghes_source_is_synchronous(const HestSource *source);

/**
 * ghes_source_init: start an idle source
 * @s: the state, zeroed
 * @blob: the blob; must stay
 * @index: the source's place in the machine's table
 * @unread_to: an asynchronous source, @s if it is one
 * @notify: tells the guest
 * @opaque: argument of @notify
 */
void ghes_source_init(GhesSourceState *s, const GhesBlob *blob, unsigned index,
                      GhesSourceState *unread_to, GhesNotify *notify,
                      void *opaque);

/**
 * ghes_source_put: queue an error
 * @s: an asynchronous source
 * @error: the error; copied
 *
 * Returns: false if it had to be dropped.  That is counted and traced.
 */
bool ghes_source_put(GhesSourceState *s, const GhesError *error);

/**
 * ghes_source_drop: give up an error
 * @s: the source that had it
 * @error: the error; stays the caller's
 * @reason: for the user
 *
 * It is counted and traced, and the first time QEMU warns.
 */
void ghes_source_drop(GhesSourceState *s, const GhesError *error,
                      const char *reason);

/**
 * ghes_source_run: do what can be done now, and arrange for the rest
 * @s: the source
 *
 * Takes note of an acknowledge and gives the guest what waits.  Does nothing
 * while the VM is stopped or the blob not placed; call it when that changes.
 */
void ghes_source_run(GhesSourceState *s);

/**
 * ghes_source_record: record an error that a vCPU can't go on without
 * @s: a synchronous source
 * @error: one page, uncorrected; copied
 */
GhesSynchronousResult ghes_source_record(GhesSourceState *s,
                                         const GhesError *error);

/**
 * ghes_source_forget_block: the block is gone, or not the guest's any more
 * @s: the source
 *
 * What was in it and not acknowledged waits again, in @s->unread_to; but a
 * fatal error has had its effect.
 */
void ghes_source_forget_block(GhesSourceState *s);

/**
 * ghes_source_reset: the guest is reset and has its block no more
 * @s: the source
 *
 * Takes note of an acknowledge that came before, then forgets the block.
 */
void ghes_source_reset(GhesSourceState *s);

/* ghes_source_status: what @s has done */
GhesSourceStatus ghes_source_status(GhesSourceState *s);

/* ghes_source_is_untouched: there was no error since the VM was made */
bool ghes_source_is_untouched(const GhesSourceState *s);

#endif
