/*
 * A GHES error source: its block in guest RAM, and the handshake
 *
 * The BQL protects a source and all that belongs to it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_SOURCE_H
#define HW_ACPI_GHES_SOURCE_H

#include "exec/hwaddr.h"
#include "ghes-queue.h"
#include "hw/acpi/hest.h"
#include "qemu/timer.h"

/* Fatal errors that are kept for the next boot */
#define GHES_FATAL_MAX 30

/**
 * GhesBlob: etc/hardware_errors in guest RAM
 * @sources: the machine's source table
 * @count: its entries
 * @offset: where each source's block is in the blob, and as the last entry
 *          where the registers are
 * @registers_le: where firmware's answer is: the guest-physical address of the
 *                first HestRegisters, little-endian; 0 if none yet
 * @hest_le: the same for the HEST, where the machine asks for it; or NULL
 * @placed_here: firmware gave the answer to this QEMU; it didn't come with a
 *               guest that migrated here
 */
typedef struct GhesBlob {
    const HestSource *sources;
    unsigned count;
    uint32_t *offset;
    const uint64_t *registers_le;
    const uint64_t *hest_le;
    bool placed_here;
} GhesBlob;

/**
 * GhesBlock: where one source's block is
 * @read_ack_gpa: guest-physical address of the Read Ack Register
 * @status_gpa: guest-physical address of the Generic Error Status Block
 * @size: its bytes
 */
typedef struct GhesBlock {
    hwaddr read_ack_gpa;
    hwaddr status_gpa;
    uint32_t size;
} GhesBlock;

/**
 * ghes_range_is_ram: whether a range of guest-physical addresses is RAM
 * @gpa: its first byte
 * @size: its bytes; the range must not wrap
 *
 * Returns: true if each byte is RAM that the guest can write and that isn't
 * poisoned, so that an access has no side effect.
 */
bool ghes_range_is_ram(hwaddr gpa, uint64_t size);

/**
 * ghes_blob_init: describe a blob that isn't placed yet
 * @blob: the blob
 * @sources: the machine's source table; must stay
 * @count: its entries
 *
 * The caller says where firmware's answer will be.
 */
void ghes_blob_init(GhesBlob *blob, const HestSource *sources, unsigned count);

/**
 * ghes_blob_check: check that the blob is where its blocks can be written
 * @blob: the blob
 * @errp: says why not
 */
bool ghes_blob_check(const GhesBlob *blob, Error **errp);

/**
 * ghes_block_locate: find a source's block
 * @block: where the answer goes
 * @blob: the blob
 * @index: the source's place in the machine's table
 *
 * Returns: false if ghes_blob_check() would fail, or if this blob, being one
 * of stock QEMU, has no such source.
 */
bool ghes_block_locate(GhesBlock *block, const GhesBlob *blob,
                       unsigned index);

/**
 * ghes_block_is_free: whether the guest is done with the block's content
 * @block: the block
 *
 * That is so when the status is clear and the acknowledge bit is set.
 * Source: ACPI 6.5, 18.3.2.8, Read Ack Register.
 */
bool ghes_block_is_free(const GhesBlock *block);

/**
 * ghes_block_write: give the guest a status block
 * @block: a free block
 * @status: the status block in guest byte order, at most @block->size long
 *
 * Returns: false if guest RAM could not be written; the guest sees no record.
 */
bool ghes_block_write(const GhesBlock *block, const GhesStatusBlock *status);

/* ghes_block_reclaim: take a status block back that the guest has not read */
void ghes_block_reclaim(const GhesBlock *block);

/**
 * GhesGuest: how a source deals with the guest
 * @notify: notifies it of an error in an asynchronous source
 * @vcpus_idle: whether none of its vCPUs has anything to do
 * @opaque: argument of @notify
 */
typedef struct GhesGuest {
    void (*notify)(void *opaque, const HestSource *source);
    bool (*vcpus_idle)(void);
    void *opaque;
} GhesGuest;

/**
 * GhesSource: an error source at work
 * @source: which one
 * @guest: how to deal with the guest
 * @blob: where its block is
 * @unread_to: the source that reports what this one couldn't; may be itself
 * @waiting: errors not yet in the block
 * @in_block: errors in the block, not yet acknowledged
 * @fatal: gets fatal errors that were in the block, at most GHES_FATAL_MAX; or
 *         NULL
 * @timer: looks for the acknowledge, on the virtual clock
 * @poll_ns: until it does so next
 * @recorded_ns: when the block was written
 * @notified_ns: when the guest was notified last
 * @busy_since_ns: when the guest last acknowledged errors that take it long to
 *                 handle; -1 if it has acknowledged none
 * @ignored_since: synchronous source: what @unread_to had acknowledged when the
 *                 guest had not read a record in time; UINT64_MAX if it has
 * @sequence: numbers its records
 * @recorded: records written to the block
 * @notified: notifications sent
 * @acknowledged: records acknowledged by the guest
 * @dropped: records dropped because the queue was full
 */
typedef struct GhesSource GhesSource;

struct GhesSource {
    const HestSource *source;
    const GhesGuest *guest;
    const GhesBlob *blob;
    GhesSource *unread_to;
    GhesQueue waiting;
    GhesQueue in_block;
    GhesQueue *fatal;
    QEMUTimer *timer;
    int64_t poll_ns;
    int64_t recorded_ns;
    int64_t notified_ns;
    int64_t busy_since_ns;
    uint64_t ignored_since;
    GhesSequence sequence;
    uint64_t recorded;
    uint64_t notified;
    uint64_t acknowledged;
    uint64_t dropped;
};

extern const VMStateDescription vmstate_ghes_source;

/**
 * ghes_source_init: start an idle source
 * @s: the state, zeroed
 * @guest: how to deal with the guest; must stay
 * @blob: the blob; must stay
 * @index: the source's place in the machine's table
 * @unread_to: an asynchronous source, @s if it is one
 */
void ghes_source_init(GhesSource *s, const GhesGuest *guest,
                      const GhesBlob *blob, unsigned index,
                      GhesSource *unread_to);

/* ghes_source_cleanup: free what belongs to @s, but not @s itself */
void ghes_source_cleanup(GhesSource *s);

/* ghes_source_is_synchronous: whether a vCPU reads the block in an exception */
bool ghes_source_is_synchronous(const HestSource *source);

/**
 * ghes_source_put: queue an error
 * @s: an asynchronous source
 * @error: the error; copied
 *
 * Returns: false if it had to be dropped.  That is counted and traced.
 */
bool ghes_source_put(GhesSource *s, const GhesError *error);

/**
 * ghes_source_drop: count and trace an error as dropped
 * @s: the source that had it
 * @error: the error; stays the caller's
 * @reason: for the user; QEMU warns the first time
 */
void ghes_source_drop(GhesSource *s, const GhesError *error,
                      const char *reason);

/**
 * ghes_source_run: do what can be done now, and arrange for the rest
 * @s: the source
 *
 * Sees an acknowledge and gives the guest what is queued.  Does nothing while
 * the VM is stopped or the blob not placed; call it when that changes.
 */
void ghes_source_run(GhesSource *s);

/* ghes_source_is_busy: whether the guest has not acknowledged the block */
bool ghes_source_is_busy(GhesSource *s);

/**
 * ghes_source_record: record an error that a vCPU consumed
 * @s: a synchronous source
 * @error: one page, uncorrected; copied
 * @busy: set if the guest has not acknowledged what it was given before
 *
 * Returns: false if nothing was recorded: as the source is busy, or as there is
 * no block, or a guest that doesn't read it.
 */
bool ghes_source_record(GhesSource *s, const GhesError *error, bool *busy);

/**
 * ghes_source_forget_block: the block is gone, or not the guest's any more
 * @s: the source
 *
 * What was in it and not acknowledged is queued again, in @s->unread_to; but a
 * fatal error has had its effect.
 */
void ghes_source_forget_block(GhesSource *s);

/**
 * ghes_source_reset: the guest is reset and its block is gone
 * @s: the source
 *
 * Sees an acknowledge that came before, then forgets the block.
 */
void ghes_source_reset(GhesSource *s);

/* ghes_source_clear: what is queued and counted is of a state that is left */
void ghes_source_clear(GhesSource *s);

/* ghes_source_is_unused: there was no error since the VM was made */
bool ghes_source_is_unused(const GhesSource *s);

#endif
