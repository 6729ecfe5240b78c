/*
 * Finds the blocks of a guest that stock QEMU 10.2 started
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "system/address-spaces.h"
#include "system/memory.h"
#include "hw/acpi/ghes-hest.h"

/* ACPI 6.5, 18.3.2, and 18.3.2.8 GHESv2: offsets from the table's start */
#define HEST_SOURCE_COUNT       36
#define HEST_FIRST_SOURCE       40
#define GHES_V2_SIZE            92
#define GHES_V2_TYPE            10
#define GHES_V2_STATUS_ADDRESS  24  /* of Error Status Address's register */

/* The blob has all block addresses, all acknowledge registers, all blocks */
#define BLOCK_SIZE (1 * KiB)

static uint64_t blob_size(unsigned count)
{
    return count * (2 * sizeof(uint64_t) + BLOCK_SIZE);
}

/* Where our blob is firmware tells by another file, before or after this one */
void ghes_hest_told(void *opaque, off_t start, size_t len)
{
    GhesBlob *blob = opaque;

    blob->placed_here = true;
}

/* Firmware that tells it to this QEMU has our blob, and not all told yet */
bool ghes_hest_is_used(const GhesBlob *blob)
{
    return !blob->placed_here && !*blob->registers_le && *blob->hest_addr_le;
}

static bool read_hest(hwaddr hest, unsigned offset, void *data, size_t size)
{
    const MemTxAttrs ram_only = { .memory = 1 };

    return address_space_read(&address_space_memory, hest + offset, ram_only,
                              data, size) == MEMTX_OK;
}

/* The blob opens with the cell that the first source's register points to */
static bool find_blob(const GhesBlob *blob, hwaddr *gpa, Error **errp)
{
    const hwaddr hest = le64_to_cpu(*blob->hest_addr_le);
    const uint64_t hest_size = HEST_FIRST_SOURCE + blob->count * GHES_V2_SIZE;
    uint64_t cell;
    uint32_t count;
    uint16_t type;

    if (hest + hest_size < hest || !ghes_range_is_ram(hest, hest_size) ||
        !read_hest(hest, HEST_SOURCE_COUNT, &count, sizeof(count)) ||
        !read_hest(hest, HEST_FIRST_SOURCE, &type, sizeof(type)) ||
        !read_hest(hest, HEST_FIRST_SOURCE + GHES_V2_STATUS_ADDRESS, &cell,
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
    *gpa = le64_to_cpu(cell);
    if (*gpa % sizeof(uint64_t) || *gpa + blob_size(blob->count) < *gpa ||
        !ghes_range_is_ram(*gpa, blob_size(blob->count))) {
        error_setg(errp, "the HEST at 0x%" HWADDR_PRIx " says that "
                   HEST_BLOB_FILE " is at 0x%" HWADDR_PRIx
                   ", where it does not lie in RAM", hest, *gpa);
        return false;
    }
    return true;
}

bool ghes_hest_check(const GhesBlob *blob, Error **errp)
{
    hwaddr gpa;

    return find_blob(blob, &gpa, errp);
}

bool ghes_hest_locate(GhesBlock *block, const GhesBlob *blob, unsigned index)
{
    hwaddr gpa;

    if (!find_blob(blob, &gpa, NULL)) {
        return false;
    }
    block->read_ack_gpa = gpa + (blob->count + index) * sizeof(uint64_t);
    block->status_gpa = gpa + blob->count * 2 * sizeof(uint64_t) +
                        index * BLOCK_SIZE;
    block->size = BLOCK_SIZE;
    return true;
}
