/*
 * Fuzz target: validation of status blocks that come from outside
 *
 * What ghes_status_validate() accepts must be readable by a guest without
 * leaving the block, which is walked here in a way of its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qapi/error.h"
#include "hw/acpi/ghes-status.h"

#define HEADER 20

/* ACPI 6.5, 18.3.2.7.1: walk the entries; false if they leave the data */
static bool walk(const uint8_t *block, size_t length)
{
    uint64_t end = HEADER + (uint64_t)ldl_le_p(block + 12);
    uint64_t raw_offset = ldl_le_p(block + 4);
    uint64_t raw_length = ldl_le_p(block + 8);
    uint64_t at = HEADER;

    if (end > length || ldl_le_p(block) == 0 || ldl_le_p(block + 16) > 3 ||
        (raw_length && (raw_offset < end || raw_offset + raw_length != length))
        || (!raw_length && end != length)) {
        return false;
    }
    while (at < end) {
        uint64_t header = 64;

        if (at + header <= end && lduw_le_p(block + at + 20) >= 0x300) {
            header = 72;
        }
        if (at + header > end || ldl_le_p(block + at + 16) > 3) {
            return false;
        }
        at += header + ldl_le_p(block + at + 24);
    }
    return at == end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A copy that ends where the input does, for the address sanitizer */
    g_autofree uint8_t *block = g_memdup2(data, size);
    Error *err = NULL;

    if (ghes_status_validate(block, size, GHES_BLOCK_SIZE_MAX, &err)) {
        g_assert(!err && size <= GHES_BLOCK_SIZE_MAX && walk(block, size));
        g_assert(ghes_status_length((GhesStatusBlock *)block) == size);
    } else {
        g_assert(err);
        error_free(err);
    }
    return 0;
}
