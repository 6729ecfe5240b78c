/*
 * Fuzz target: the boot error region
 *
 * Whatever blocks go into it, and whatever bert_region_validate() takes from a
 * migration stream, a guest must be able to read as Linux does.  That is done
 * here in a way of its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "hw/acpi/bert-region.h"
#include "fuzz.h"

#define HEADER 20
#define REGION 5120
#define LONGEST 1023
#define RECORDS 5

/* What all inputs together have reached */
static struct {
    uint64_t accepted;
    uint64_t refused;
    uint64_t appended;
    uint64_t cut;
    uint64_t full;
} reached;

/* ACPI 6.5, 18.3.1: block behind block up to one without status */
static unsigned walk(const uint8_t *region)
{
    unsigned records = 0;
    size_t at = 0;

    while (REGION - at >= HEADER && ldl_le_p(region + at)) {
        uint64_t length = HEADER + (uint64_t)ldl_le_p(region + at + 12);
        uint64_t entry = at + HEADER, entries = 0;

        g_assert(length <= LONGEST && at + length <= REGION);
        g_assert(!ldl_le_p(region + at + 4) && !ldl_le_p(region + at + 8));
        for (; entry < at + length; entries++) {
            g_assert(at + length - entry >= 64);
            entry += (lduw_le_p(region + entry + 20) >= 0x300 ? 72 : 64) +
                     ldl_le_p(region + entry + 24);
        }
        g_assert(entry == at + length);
        g_assert(!(ldl_le_p(region + at) >> 4 & 0x3ff) ||
                 (ldl_le_p(region + at) >> 4 & 0x3ff) == entries);
        at += length;
        records++;
    }
    for (; at < REGION; at++) {
        g_assert(!region[at]);
    }
    g_assert(records <= RECORDS && records == bert_region_records(region));
    return records;
}

/* A block whose entries, of any length and age, are told by @data */
static size_t make_block(uint8_t *block, const uint8_t *data, size_t size)
{
    size_t at = HEADER;
    unsigned entries = 0;

    memset(block, 0, HEADER);
    for (; size >= 4; data += 4, size -= 4) {
        size_t header = data[0] & 1 ? 64 : 72;
        size_t length = lduw_le_p(data + 2) % 1200;

        if (at + header + length > GHES_BLOCK_SIZE_MAX) {
            break;
        }
        memset(block + at, data[1], header + length);
        stl_le_p(block + at + 16, data[0] >> 1 & 3);
        stw_le_p(block + at + 20, header == 64 ? 0x201 : 0x300);
        stl_le_p(block + at + 24, length);
        at += header + length;
        entries++;
    }
    stl_le_p(block, 1 | entries << 4);
    stl_le_p(block + 12, at - HEADER);
    return at;
}

/* Each byte of @data that is 0xff ends a block */
static void check_append(const uint8_t *data, size_t size)
{
    QEMU_ALIGNED(8) uint8_t block[GHES_BLOCK_SIZE_MAX];
    g_autofree uint8_t *region = g_malloc0(REGION);
    unsigned records = 0;

    while (size && !bert_region_is_full(region)) {
        const uint8_t *end = memchr(data, 0xff, size) ?: data + size;
        size_t length = make_block(block, data, end - data);

        bert_region_append(region, (GhesStatusBlock *)block);
        g_assert(walk(region) == ++records);
        g_assert(bert_region_validate(region));
        reached.appended++;
        reached.cut += length > LONGEST;
        size -= MIN(size, end - data + 1);
        data = end + 1;
    }
    reached.full += records == RECORDS;
}

/* What comes by migration, and what is added behind it */
static void check_validate(const uint8_t *data, size_t size)
{
    QEMU_ALIGNED(8) uint8_t block[HEADER] = { 1 };
    g_autofree uint8_t *region = g_malloc0(REGION);

    memcpy(region, data, MIN(size, REGION));
    if (!bert_region_validate(region)) {
        reached.refused++;
        return;
    }
    reached.accepted += walk(region) > 0;
    if (!bert_region_is_full(region)) {
        bert_region_append(region, (GhesStatusBlock *)block);
        walk(region);
    }
}

static void print_reached(void)
{
    fprintf(stderr, "reached: accepted %" PRIu64 ", refused %" PRIu64
            ", appended %" PRIu64 ", cut %" PRIu64 ", full %" PRIu64 "\n",
            reached.accepted, reached.refused, reached.appended, reached.cut,
            reached.full);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    atexit(print_reached);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size && *data & 1) {
        check_validate(data + 1, size - 1);
    } else if (size) {
        check_append(data + 1, size - 1);
    }
    return 0;
}
