/*
 * Finds, writes and watches a GHES error status block in guest RAM
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "hw/acpi/ghes-block.h"

/*
 * Stock QEMU before 10.2 has one source.  Its blob opens with the registers,
 * in our order, and goes on with a block of 1 KiB.
 */
#define STOCK_BLOCK_OFFSET sizeof(HestRegisters)
#define STOCK_BLOCK_SIZE (1 * KiB)

/* RAM, or a failure without any access */
static const MemTxAttrs ram_only = { .memory = 1 };

static hwaddr blob_registers_gpa(const GhesBlob *blob)
{
    return le64_to_cpu(*blob->registers_le);
}

/* Looked up for each record, so it isn't to take longer with more sources */
void ghes_blob_init(GhesBlob *blob, const HestSource *sources, unsigned count,
                    const uint64_t *registers_le)
{
    *blob = (GhesBlob) {
        .sources = sources,
        .count = count,
        .offset = g_new(uint32_t, count + 1),
        .registers_le = registers_le,
    };
    for (unsigned i = 0; i < count; i++) {
        blob->offset[i] = hest_block_offset(sources, i);
    }
    blob->offset[count] = hest_registers_offset(sources, count);
}

static uint32_t registers_offset(const GhesBlob *blob)
{
    return blob->offset[blob->count];
}

/*
 * A guest that stock QEMU started, and that migrated here, has its blob.
 * That one's registers are at the start of a page and ours never are.
 */
static bool blob_is_stock(const GhesBlob *blob)
{
    return !blob->placed_here &&
           blob_registers_gpa(blob) % HEST_BLOB_ALIGN != registers_offset(blob);
}

/* Memory of the guest that is lost lies as a region of its own in its RAM */
static bool is_lost_ram(const MemoryRegion *mr)
{
    return mr->container && memory_region_is_ram(mr->container);
}

static bool range_is_ram(hwaddr gpa, uint64_t size, bool or_lost)
{
    while (size) {
        MemoryRegionSection section =
            memory_region_find(get_system_memory(), gpa, size);
        bool ram;

        if (!section.mr) {
            return false;
        }
        ram = section.offset_within_address_space == gpa &&
              ((memory_region_is_ram(section.mr) &&
                !memory_region_is_ram_device(section.mr) &&
                !section.readonly) ||
               (or_lost && is_lost_ram(section.mr)));
        memory_region_unref(section.mr);
        if (!ram) {
            return false;
        }
        gpa += int128_get64(section.size);
        size -= int128_get64(section.size);
    }
    return true;
}

bool ghes_range_is_ram(hwaddr gpa, uint64_t size)
{
    return range_is_ram(gpa, size, false);
}

bool ghes_range_is_ram_or_lost(hwaddr gpa, uint64_t size)
{
    return range_is_ram(gpa, size, true);
}

/* Where the blob begins, for registers that are where they should be */
static hwaddr blob_gpa(const GhesBlob *blob)
{
    return blob_registers_gpa(blob) -
           (blob_is_stock(blob) ? 0 : registers_offset(blob));
}

static uint64_t blob_size(const GhesBlob *blob)
{
    return blob_is_stock(blob) ? STOCK_BLOCK_OFFSET + STOCK_BLOCK_SIZE
                               : registers_offset(blob) +
                                 blob->count * sizeof(HestRegisters);
}

bool ghes_blob_check(const GhesBlob *blob, Error **errp)
{
    hwaddr registers = blob_registers_gpa(blob);
    hwaddr gpa = blob_gpa(blob);
    unsigned align = blob_is_stock(blob) ? sizeof(uint64_t) : HEST_BLOB_ALIGN;

    if (!registers) {
        error_setg(errp, "guest firmware has not placed " HEST_BLOB_FILE);
        return false;
    }
    if (gpa % align) {
        error_setg(errp, "guest firmware has placed the registers of "
                   HEST_BLOB_FILE " at 0x%" HWADDR_PRIx
                   ", which is not aligned", registers);
        return false;
    }
    if (gpa + blob_size(blob) < gpa ||
        !ghes_range_is_ram(gpa, blob_size(blob))) {
        error_setg(errp, "guest firmware has placed the registers of "
                   HEST_BLOB_FILE " at 0x%" HWADDR_PRIx
                   ", where the file does not lie in RAM", registers);
        return false;
    }
    return true;
}

bool ghes_block_locate(GhesBlock *block, const GhesBlob *blob, unsigned index)
{
    hwaddr registers = blob_registers_gpa(blob);

    if (!ghes_blob_check(blob, NULL)) {
        return false;
    }
    if (!blob_is_stock(blob)) {
        block->status_gpa = blob_gpa(blob) + blob->offset[index];
        block->size = blob->sources[index].block_size;
    } else if (index == 0) {
        block->status_gpa = registers + STOCK_BLOCK_OFFSET;
        block->size = STOCK_BLOCK_SIZE;
    } else {
        return false;
    }
    block->read_ack_gpa = registers + index * sizeof(HestRegisters) +
                          offsetof(HestRegisters, read_ack);
    return true;
}

static bool read_guest(hwaddr gpa, void *data, size_t size)
{
    return address_space_read(&address_space_memory, gpa, ram_only, data,
                              size) == MEMTX_OK;
}

static bool write_guest(hwaddr gpa, const void *data, size_t size)
{
    return address_space_write(&address_space_memory, gpa, ram_only, data,
                               size) == MEMTX_OK;
}

/* The guest owns all bits of the register but the one of the handshake */
static bool write_read_ack(const GhesBlock *block, bool done)
{
    uint64_t read_ack;

    if (!read_guest(block->read_ack_gpa, &read_ack, sizeof(read_ack))) {
        return false;
    }
    read_ack &= cpu_to_le64(~(uint64_t)HEST_READ_ACK_DONE);
    read_ack |= cpu_to_le64(done ? HEST_READ_ACK_DONE : 0);
    return write_guest(block->read_ack_gpa, &read_ack, sizeof(read_ack));
}

static bool write_block_status(const GhesBlock *block, uint32_t block_status)
{
    return write_guest(block->status_gpa +
                       offsetof(GhesStatusBlock, block_status),
                       &block_status, sizeof(block_status));
}

bool ghes_block_is_free(const GhesBlock *block)
{
    uint64_t read_ack;
    uint32_t block_status;

    return read_guest(block->read_ack_gpa, &read_ack, sizeof(read_ack)) &&
           read_guest(block->status_gpa, &block_status,
                      sizeof(block_status)) &&
           (le64_to_cpu(read_ack) & HEST_READ_ACK_DONE) && !block_status;
}

bool ghes_block_write(const GhesBlock *block, const GhesStatusBlock *status)
{
    const size_t rest = sizeof(status->block_status);

    if (!write_read_ack(block, false) ||
        !write_guest(block->status_gpa + rest, (const uint8_t *)status + rest,
                     ghes_status_length(status) - rest)) {
        return false;
    }
    /* Non-zero, the status says that all the rest is there */
    smp_wmb();
    return write_block_status(block, status->block_status);
}

void ghes_block_reclaim(const GhesBlock *block)
{
    write_block_status(block, 0);
    /* No one may take a block as free whose status is still to be cleared */
    smp_wmb();
    write_read_ack(block, true);
}
