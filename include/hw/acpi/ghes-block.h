/*
 * A source's status block and acknowledge register in guest RAM
 *
 * Guest memory is hostile: an address is used only where all of the blob
 * lies in RAM, and nothing that is read there decides where to write.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_BLOCK_H
#define HW_ACPI_GHES_BLOCK_H

#include "exec/hwaddr.h"
#include "hw/acpi/ghes-status.h"
#include "hw/acpi/hest.h"

/**
 * GhesBlob: etc/hardware_errors in guest RAM
 * @sources: the machine's source table
 * @count: its entries
 * @offset: where each source's block is in the blob, and as the last entry
 *          where the registers are
 * @registers_le: where firmware's answer is kept: the guest-physical address
 *                of the first HestRegisters, little-endian; 0 if none yet
 * @placed_here: the answer was given to this QEMU and didn't come with the
 *               guest from another one
 */
typedef struct GhesBlob {
    const HestSource *sources;
    unsigned count;
    uint32_t *offset;
    const uint64_t *registers_le;
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
 * ghes_blob_init: a blob that isn't placed yet
 * @blob: the blob
 * @sources: the machine's source table; must stay
 * @count: its entries
 * @registers_le: where firmware's answer will be
 */
void ghes_blob_init(GhesBlob *blob, const HestSource *sources, unsigned count,
                    const uint64_t *registers_le);

/**
 * ghes_range_is_ram: whether a range of guest-physical addresses is RAM
 * @gpa: its first byte
 * @size: its bytes; the range must not wrap
 *
 * Returns: true if each byte is RAM that the guest can write, and thus an
 * access has no side effect.
 */
bool ghes_range_is_ram(hwaddr gpa, uint64_t size);

/* ghes_range_is_ram_or_lost: the same, but that some of it may be lost */
bool ghes_range_is_ram_or_lost(hwaddr gpa, uint64_t size);

/**
 * ghes_blob_check: whether the blob is where a block can be written
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
 * ghes_block_is_free: whether the guest is done with what it was given
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

/**
 * ghes_block_reclaim: take a status block back that the guest has not read
 * @block: the block
 */
void ghes_block_reclaim(const GhesBlock *block);

#endif
