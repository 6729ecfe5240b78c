/*
 * What a guest finds in its boot error region
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "ghes-boot-region.h"

#define REGION_SIZE 5120
#define RECORD_SIZE_MAX 1023

static uint8_t *read_region(GhesMachine *m)
{
    uint8_t *region = g_malloc(REGION_SIZE);

    qtest_bufread(m->qts, ghes_firmware_blob(&m->fw, GHES_BOOT_ERRORS)->gpa,
                  region, REGION_SIZE);
    /* What EDK2 might take for the length of an ACPI table */
    g_assert_cmpuint(ghes_get(&ghes_layout_status_block, region,
                              "Raw Data Offset"), <, 36);
    return region;
}

static void assert_record(const uint8_t *block, const GhesBootRecord *record)
{
    const GhesValue values[] = {
        /* Uncorrectable, several of them, how many entries */
        { "Block Status", 1 | (record->count > 1) << 2 | record->count << 4 },
        { "Data Length", record->count * (72 + 80) },
        { "Error Severity", record->severity },
        { }
    };

    ghes_assert_fields(&ghes_layout_status_block, block, values);
    for (unsigned i = 0; i < record->count; i++) {
        const uint8_t *entry = ghes_entry(block, i);

        g_assert_cmpuint(ghes_get(&ghes_layout_data_entry, entry,
                                  "Error Severity"), ==, record->severity);
        g_assert_cmphex(ghes_get(&ghes_layout_memory_section, entry + 72,
                                 "Physical Address"), ==,
                        ghes_page(record->pages[i]));
    }
}

void ghes_boot_region_assert(GhesMachine *m, const GhesBootRecord *records)
{
    g_autofree uint8_t *region = read_region(m);
    const uint8_t *block = region;

    for (; records->count; records++) {
        size_t length = 20 + records->count * (72 + 80);

        g_assert_cmpuint(length, <=, RECORD_SIZE_MAX);
        assert_record(block, records);
        block += length;
    }
    g_assert_true(buffer_is_zero(block, region + REGION_SIZE - block));
}

void ghes_boot_region_assert_empty(GhesMachine *m)
{
    ghes_boot_region_assert(m, (GhesBootRecord[]) { { } });
}

void ghes_boot_region_assert_dimm(GhesMachine *m, uint64_t gpa, uint16_t bank,
                                  const char *fru_text)
{
    g_autofree uint8_t *region = read_region(m);
    const uint8_t *entry = ghes_entry(region, 0);
    const GhesValue section[] = {
        /* Physical Address and Mask, Bank, Memory Error Type */
        { "Validation Bits", 1 << 1 | 1 << 2 | 1 << 6 | 1 << 14 },
        { "Physical Address", gpa },
        { "Physical Address Mask", ~0xfffULL },
        { "Bank", bank },
        { }
    };

    g_assert_cmpuint(ghes_get(&ghes_layout_data_entry, entry, "Revision"), ==,
                     0x0300);
    /* FRU Text, Timestamp */
    g_assert_cmpuint(ghes_get(&ghes_layout_data_entry, entry,
                              "Validation Bits"), ==, 2 | 4);
    g_assert_cmpstr((const char *)ghes_at(&ghes_layout_data_entry, entry,
                                          "FRU Text"), ==, fru_text);
    ghes_assert_fields(&ghes_layout_memory_section, entry + 72, section);
}
