/*
 * Tests the content of a boot error region against the specification
 *
 * The expected bytes are written down from ACPI 6.5, 18.3.2.7.1.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/cutils.h"
#include "hw/acpi/bert-region.h"

#define ENTRY_REVISION_OFFSET 20
#define ENTRY_LENGTH_OFFSET   24

/* A status block of a fatal error with @length bytes of data behind it */
static void put_header(uint8_t *block, uint32_t status, uint32_t length)
{
    memset(block, 0, 20 + length);
    stl_le_p(block, status);
    stl_le_p(block + 12, length);
    stl_le_p(block + 16, 1);
}

/* An entry of 72 bytes, or of 64 as it was up to revision 2.2, and data */
static size_t put_entry(uint8_t *entry, bool is_old, uint32_t length)
{
    size_t header = is_old ? 64 : 72;

    stw_le_p(entry + ENTRY_REVISION_OFFSET, is_old ? 0x0201 : 0x0300);
    stl_le_p(entry + ENTRY_LENGTH_OFFSET, length);
    memset(entry + header, 0xd7, length);
    return header + length;
}

static void append(uint8_t *region, const uint8_t *block)
{
    bert_region_append(region, (const GhesStatusBlock *)block);
    g_assert_true(bert_region_validate(region));
}

static void test_empty(void)
{
    uint8_t region[5120] = { };

    g_assert_cmpuint(bert_region_records(region), ==, 0);
    g_assert_false(bert_region_is_full(region));
    g_assert_true(bert_region_validate(region));
}

/* One behind the other, at addresses that are aligned to nothing */
static void test_back_to_back(void)
{
    uint8_t region[5120] = { }, expected[5120] = { }, block[200];
    size_t at = 0;

    for (unsigned i = 1; i <= 5; i++) {
        put_header(block, 0x11, 72 + i);
        put_entry(block + 20, false, i);
        append(region, block);
        g_assert_cmpuint(bert_region_records(region), ==, i);
        g_assert_cmpint(bert_region_is_full(region), ==, i == 5);
        memcpy(expected + at, block, 20 + 72 + i);
        at += 20 + 72 + i;
    }
    g_assert_cmpmem(region, sizeof(region), expected, sizeof(expected));
}

/* 5 of the longest still fit */
static void test_longest(void)
{
    uint8_t region[5120] = { }, block[1023];

    put_header(block, 0x11, 1003);
    put_entry(block + 20, false, 931);
    for (unsigned i = 0; i < 5; i++) {
        append(region, block);
        g_assert_cmpmem(region + i * 1023, 1023, block, 1023);
    }
    g_assert_true(bert_region_is_full(region));
    g_assert_true(buffer_is_zero(region + 5115, 5));
}

static const struct {
    unsigned entries;   /* each with so many */
    uint32_t length;    /* bytes of data */
    bool is_old;
    uint32_t status;    /* before */
    uint32_t expected;  /* Block Status afterwards */
    unsigned kept;
} cuts[] = {
    { 2, 429, false, 0x25, 0x25, 2 },       /* 20 + 2 * 501 = 1022 */
    { 2, 430, false, 0x25, 0x15, 1 },       /* 1024 */
    { 2, 437, true, 0x25, 0x25, 2 },        /* the same without timestamps */
    { 2, 438, true, 0x25, 0x15, 1 },
    { 1, 932, false, 0x11, 0x01, 0 },
    /* Status that says no more than how many there are must not become 0 */
    { 1, 932, false, 0x10, 0x01, 0 },
    { 1, 8, false, 0x10, 0x11, 1 },
    /* A count of 0 is one that wasn't given */
    { 3, 8, false, 0x05, 0x35, 3 },
};

static void test_cut(void)
{
    uint8_t block[4096];

    for (unsigned i = 0; i < ARRAY_SIZE(cuts); i++) {
        size_t entry = (cuts[i].is_old ? 64 : 72) + cuts[i].length;
        uint8_t region[5120] = { };

        put_header(block, cuts[i].status, cuts[i].entries * entry);
        for (unsigned n = 0; n < cuts[i].entries; n++) {
            put_entry(block + 20 + n * entry, cuts[i].is_old, cuts[i].length);
        }
        append(region, block);
        g_assert_cmphex(ldl_le_p(region), ==, cuts[i].expected);
        g_assert_cmpuint(ldl_le_p(region + 12), ==, cuts[i].kept * entry);
        g_assert_cmpuint(ldl_le_p(region + 16), ==, 1);
        g_assert_cmpmem(region + 20, cuts[i].kept * entry, block + 20,
                        cuts[i].kept * entry);
        g_assert_true(buffer_is_zero(region + 20 + cuts[i].kept * entry,
                                     5100 - cuts[i].kept * entry));
    }
}

/* Neither the data nor where it would be */
static void test_raw_data(void)
{
    uint8_t region[5120] = { }, block[256] = { }, expected[256];

    put_header(block, 0x11, 80);
    put_entry(block + 20, false, 8);
    memcpy(expected, block, 100);
    stl_le_p(block + 4, 100);
    stl_le_p(block + 8, 156);
    memset(block + 100, 0xee, 156);
    append(region, block);
    g_assert_cmpmem(region, 100, expected, 100);
    g_assert_true(buffer_is_zero(region + 100, 5020));

    /* Without a length the offset says nothing */
    memset(region, 0, sizeof(region));
    stl_le_p(block + 8, 0);
    append(region, block);
    g_assert_cmpmem(region, 100, expected, 100);
}

/* Bytes of a region of two records that nobody here can have written */
static const struct {
    unsigned offset;
    uint32_t value;
} hostile[] = {
    { 4, 100 },                 /* Raw Data Offset */
    { 8, 1 },                   /* Raw Data Length */
    { 12, UINT32_MAX },         /* Data Length */
    { 12, 1004 },
    { 12, 79 },
    { 16, 4 },                  /* Error Severity */
    { 0, 0x21 },                /* Block Status: one more entry */
    { 0, 0 },                   /* ... or nothing, and a record behind it */
    { 20 + ENTRY_LENGTH_OFFSET, 9 },
    { 20 + ENTRY_LENGTH_OFFSET, UINT32_MAX },
    { 100 + 12, UINT32_MAX },
    { 204, 1 },                 /* what is no record */
    { 5116, 1 },
};

static void test_hostile(void)
{
    uint8_t block[100];

    put_header(block, 0x11, 80);
    put_entry(block + 20, false, 8);
    for (unsigned i = 0; i < ARRAY_SIZE(hostile); i++) {
        uint8_t region[5120] = { };

        append(region, block);
        append(region, block);
        stl_le_p(region + hostile[i].offset, hostile[i].value);
        g_assert_false(bert_region_validate(region));
    }
}

/* A sixth record */
static void test_overfull(void)
{
    uint8_t region[5120] = { };

    for (unsigned i = 0; i < 6; i++) {
        put_header(region + i * 20, 1, 0);
    }
    g_assert_false(bert_region_validate(region));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    g_test_add_func("/bert-region/empty", test_empty);
    g_test_add_func("/bert-region/back-to-back", test_back_to_back);
    g_test_add_func("/bert-region/longest", test_longest);
    g_test_add_func("/bert-region/cut", test_cut);
    g_test_add_func("/bert-region/raw-data", test_raw_data);
    g_test_add_func("/bert-region/hostile", test_hostile);
    g_test_add_func("/bert-region/overfull", test_overfull);

    return g_test_run();
}
