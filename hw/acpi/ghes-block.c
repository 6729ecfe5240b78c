/*
 * Finds, writes and watches a GHES error status block in guest RAM
 *
 * Guest memory is hostile: an address is used only where all of the blob lies
 * in RAM, and nothing that is read there decides where to write, but for the
 * one cell by which a guest of stock QEMU 10.2 is found.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "ghes-source.h"

/* All blocks of stock QEMU have this size */
#define STOCK_BLOCK_SIZE (1 * KiB)

/* ACPI 6.5, 18.3.2, and 18.3.2.8 GHESv2: offsets from the table's start */
#define HEST_SOURCE_COUNT       36
#define HEST_FIRST_SOURCE       40
#define GHES_V2_SIZE            92
#define GHES_V2_TYPE            10
#define GHES_V2_STATUS_ADDRESS  24  /* of Error Status Address's register */

/**
 * BlobLayout: where the parts of a guest's blob are
 * @gpa: guest-physical address of the blob
 * @size: its bytes
 * @align: what @gpa is a multiple of
 * @blocks: how many it has
 * @first_ack: guest-physical address of the first Read Ack Register
 * @ack_stride: from one of these to the next, in bytes
 * @first_block: guest-physical address of the first block of stock QEMU; 0 if
 *               the blocks are where ours are
 */
typedef struct BlobLayout {
    hwaddr gpa;
    uint64_t size;
    unsigned align;
    unsigned blocks;
    hwaddr first_ack;
    unsigned ack_stride;
    hwaddr first_block;
} BlobLayout;

/* RAM, or a failure without any access */
static const MemTxAttrs ram_only = { .memory = 1 };

void ghes_blob_init(GhesBlob *blob, const HestSource *sources, unsigned count)
{
    *blob = (GhesBlob) {
        .sources = sources,
        .count = count,
        .offset = g_new(uint32_t, count + 1),
    };
    /* Looked up for each record, so it isn't to grow with the sources */
    for (unsigned i = 0; i < count; i++) {
        blob->offset[i] = hest_block_offset(sources, i);
    }
    blob->offset[count] = hest_registers_offset(sources, count);
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

bool ghes_range_is_ram(hwaddr gpa, uint64_t size)
{
    while (size) {
        MemoryRegionSection section =
            memory_region_find(get_system_memory(), gpa, size);
        bool ram;

        if (!section.mr) {
            return false;
        }
        ram = section.offset_within_address_space == gpa &&
              memory_region_is_ram(section.mr) &&
              !memory_region_is_ram_device(section.mr) && !section.readonly;
        memory_region_unref(section.mr);
        if (!ram) {
            return false;
        }
        gpa += int128_get64(section.size);
        size -= int128_get64(section.size);
    }
    return true;
}

static BlobLayout our_layout(const GhesBlob *blob, hwaddr registers)
{
    uint32_t offset = blob->offset[blob->count];

    return (BlobLayout) {
        .gpa = registers - offset,
        .size = offset + blob->count * sizeof(HestRegisters),
        .align = HEST_BLOB_ALIGN,
        .blocks = blob->count,
        .first_ack = registers + offsetof(HestRegisters, read_ack),
        .ack_stride = sizeof(HestRegisters),
    };
}

/* Stock QEMU with one source: registers in our order, then the block */
static BlobLayout stock_layout(hwaddr registers)
{
    return (BlobLayout) {
        .gpa = registers,
        .size = sizeof(HestRegisters) + STOCK_BLOCK_SIZE,
        .align = sizeof(uint64_t),
        .blocks = 1,
        .first_ack = registers + offsetof(HestRegisters, read_ack),
        .first_block = registers + sizeof(HestRegisters),
    };
}

/* Stock QEMU from 10.2 on: all addresses, all Read Ack Registers, all blocks */
static BlobLayout hest_layout(const GhesBlob *blob, hwaddr gpa)
{
    const unsigned registers = blob->count * sizeof(uint64_t);

    return (BlobLayout) {
        .gpa = gpa,
        .size = 2 * registers + blob->count * STOCK_BLOCK_SIZE,
        .align = sizeof(uint64_t),
        .blocks = blob->count,
        .first_ack = gpa + registers,
        .ack_stride = sizeof(uint64_t),
        .first_block = gpa + 2 * registers,
    };
}

/* The blob opens with the cell that the first source's register points to */
static bool find_by_hest(const GhesBlob *blob, BlobLayout *layout,
                         Error **errp)
{
    const hwaddr hest = le64_to_cpu(*blob->hest_le);
    const uint64_t size = HEST_FIRST_SOURCE + blob->count * GHES_V2_SIZE;
    uint64_t cell;
    uint32_t count;
    uint16_t type;

    if (hest + size < hest || !ghes_range_is_ram(hest, size) ||
        !read_guest(hest + HEST_SOURCE_COUNT, &count, sizeof(count)) ||
        !read_guest(hest + HEST_FIRST_SOURCE, &type, sizeof(type)) ||
        !read_guest(hest + HEST_FIRST_SOURCE + GHES_V2_STATUS_ADDRESS, &cell,
                    sizeof(cell))) {
        error_setg(errp, "guest firmware has placed the HEST at 0x%"
                   HWADDR_PRIx ", where it does not lie in RAM", hest);
        return false;
    }
    if (le32_to_cpu(count) != blob->count ||
        le16_to_cpu(type) != GHES_V2_TYPE) {
        error_setg(errp, "the HEST at 0x%" HWADDR_PRIx
                   " is not that of this machine", hest);
        return false;
    }
    *layout = hest_layout(blob, le64_to_cpu(cell));
    return true;
}

/*
 * A guest that stock QEMU started, and that migrated here, has its blob.  If
 * that is found by its registers, they are at the start of a page, and ours
 * never are.
 */
static bool find_layout(const GhesBlob *blob, BlobLayout *layout, Error **errp)
{
    hwaddr registers = le64_to_cpu(*blob->registers_le);

    if (!blob->placed_here && !registers && blob->hest_le &&
        *blob->hest_le) {
        return find_by_hest(blob, layout, errp);
    }
    if (!registers) {
        error_setg(errp, "guest firmware has not placed " HEST_BLOB_FILE);
        return false;
    }
    *layout = blob->placed_here || registers % HEST_BLOB_ALIGN ==
              blob->offset[blob->count] ? our_layout(blob, registers)
                                        : stock_layout(registers);
    return true;
}

static bool find_checked(const GhesBlob *blob, BlobLayout *layout,
                         Error **errp)
{
    if (!find_layout(blob, layout, errp)) {
        return false;
    }
    if (layout->gpa % layout->align) {
        error_setg(errp, "guest firmware has placed " HEST_BLOB_FILE " at 0x%"
                   HWADDR_PRIx ", which is not aligned", layout->gpa);
        return false;
    }
    if (layout->gpa + layout->size < layout->gpa ||
        !ghes_range_is_ram(layout->gpa, layout->size)) {
        error_setg(errp, "guest firmware has placed " HEST_BLOB_FILE " at 0x%"
                   HWADDR_PRIx ", where it does not lie in RAM", layout->gpa);
        return false;
    }
    return true;
}

bool ghes_blob_check(const GhesBlob *blob, Error **errp)
{
    BlobLayout layout;

    return find_checked(blob, &layout, errp);
}

bool ghes_block_locate(GhesBlock *block, const GhesBlob *blob, unsigned index)
{
    BlobLayout layout;

    if (!find_checked(blob, &layout, NULL) || index >= layout.blocks) {
        return false;
    }
    block->read_ack_gpa = layout.first_ack + index * layout.ack_stride;
    if (layout.first_block) {
        block->status_gpa = layout.first_block + index * STOCK_BLOCK_SIZE;
        block->size = STOCK_BLOCK_SIZE;
    } else {
        block->status_gpa = layout.gpa + blob->offset[index];
        block->size = blob->sources[index].block_size;
    }
    return true;
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
    /* A status that isn't zero says that all the rest is there */
    smp_wmb();
    return write_block_status(block, status->block_status);
}

void ghes_block_reclaim(const GhesBlock *block)
{
    write_block_status(block, 0);
    /* A block must not look free before its status is clear */
    smp_wmb();
    write_read_ack(block, true);
}
