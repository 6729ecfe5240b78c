/*
 * A decoder of ACPI HEST and CPER that shares nothing with their encoders
 *
 * Each table below is one of ACPI 6.5 or UEFI 2.10, with its own names, byte
 * lengths and byte offsets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "acpi-utils.h"
#include "ghes-decode.h"

#define LAYOUT(table, size) \
    const GhesLayout ghes_layout_##table = { size, table##_fields }

/* ACPI 6.5, 18.3.2 ACPI Error Source, table "Hardware Error Source Table" */
static const GhesField hest_fields[] = {
    { "Signature", 4, 0 },
    { "Length", 4, 4 },
    { "Revision", 1, 8 },
    { "Checksum", 1, 9 },
    { "OEMID", 6, 10 },
    { "OEM Table ID", 8, 16 },
    { "OEM Revision", 4, 24 },
    { "Creator ID", 4, 28 },
    { "Creator Revision", 4, 32 },
    { "Error Source Count", 4, 36 },
    { }
};
LAYOUT(hest, 40);

/* ACPI 6.5, 5.2.3.2 Generic Address Structure */
static const GhesField gas_fields[] = {
    { "Address Space ID", 1, 0 },
    { "Register Bit Width", 1, 1 },
    { "Register Bit Offset", 1, 2 },
    { "Access Size", 1, 3 },
    { "Address", 8, 4 },
    { }
};
LAYOUT(gas, 12);

/* ACPI 6.5, 18.3.2.8 Generic Hardware Error Source version 2 */
static const GhesField ghes_v2_fields[] = {
    { "Type", 2, 0 },
    { "Source Id", 2, 2 },
    { "Related Source Id", 2, 4 },
    { "Flags", 1, 6 },
    { "Enabled", 1, 7 },
    { "Number of Records To Pre-allocate", 4, 8 },
    { "Max Sections Per Record", 4, 12 },
    { "Max Raw Data Length", 4, 16 },
    { "Error Status Address", 12, 20 },
    { "Notification Structure", 28, 32 },
    { "Error Status Block Length", 4, 60 },
    { "Read Ack Register", 12, 64 },
    { "Read Ack Preserve", 8, 76 },
    { "Read Ack Write", 8, 84 },
    { }
};
LAYOUT(ghes_v2, 92);

/* ACPI 6.5, 18.3.2.9 Hardware Error Notification */
static const GhesField notification_fields[] = {
    { "Type", 1, 0 },
    { "Length", 1, 1 },
    { "Configuration Write Enable", 2, 2 },
    { "Poll Interval", 4, 4 },
    { "Vector", 4, 8 },
    { "Switch To Polling Threshold Value", 4, 12 },
    { "Switch To Polling Threshold Window", 4, 16 },
    { "Error Threshold Value", 4, 20 },
    { "Error Threshold Window", 4, 24 },
    { }
};
LAYOUT(notification, 28);

/* ACPI 6.5, 18.3.2.7.1, table "Generic Error Status Block" */
static const GhesField status_block_fields[] = {
    { "Block Status", 4, 0 },
    { "Raw Data Offset", 4, 4 },
    { "Raw Data Length", 4, 8 },
    { "Data Length", 4, 12 },
    { "Error Severity", 4, 16 },
    { }
};
LAYOUT(status_block, 20);

/* ACPI 6.5, 18.3.2.7.1, table "Generic Error Data Entry" */
static const GhesField data_entry_fields[] = {
    { "Section Type", 16, 0 },
    { "Error Severity", 4, 16 },
    { "Revision", 2, 20 },
    { "Validation Bits", 1, 22 },
    { "Flags", 1, 23 },
    { "Error Data Length", 4, 24 },
    { "FRU Id", 16, 28 },
    { "FRU Text", 20, 44 },
    { "Timestamp", 8, 64 },
    { }
};
LAYOUT(data_entry, 72);

/* UEFI 2.10, N.2.5, table "Memory Error Record" */
static const GhesField memory_section_fields[] = {
    { "Validation Bits", 8, 0 },
    { "Error Status", 8, 8 },
    { "Physical Address", 8, 16 },
    { "Physical Address Mask", 8, 24 },
    { "Node", 2, 32 },
    { "Card", 2, 34 },
    { "Module", 2, 36 },
    { "Bank", 2, 38 },
    { "Device", 2, 40 },
    { "Row", 2, 42 },
    { "Column", 2, 44 },
    { "Bit Position", 2, 46 },
    { "Requestor ID", 8, 48 },
    { "Responder ID", 8, 56 },
    { "Target ID", 8, 64 },
    { "Memory Error Type", 1, 72 },
    { "Extended", 1, 73 },
    { "Rank Number", 2, 74 },
    { "Card Handle", 2, 76 },
    { "Module Handle", 2, 78 },
    { }
};
LAYOUT(memory_section, 80);

static const GhesField *find_field(const GhesLayout *layout, const char *name)
{
    const GhesField *field = layout->fields;

    while (field->name && strcmp(field->name, name)) {
        field++;
    }
    g_assert_nonnull(field->name);
    return field;
}

static uint64_t get_integer(const GhesField *field, const uint8_t *bytes)
{
    uint64_t value = 0;

    g_assert_cmpuint(field->length, <=, sizeof(value));
    for (unsigned i = 0; i < field->length; i++) {
        value |= (uint64_t)bytes[field->offset + i] << 8 * i;
    }
    return value;
}

uint64_t ghes_get(const GhesLayout *layout, const void *bytes,
                  const char *name)
{
    return get_integer(find_field(layout, name), bytes);
}

const uint8_t *ghes_at(const GhesLayout *layout, const void *bytes,
                       const char *name)
{
    return (const uint8_t *)bytes + find_field(layout, name)->offset;
}

void ghes_assert_fields(const GhesLayout *layout, const void *bytes,
                        const GhesValue *values)
{
    for (const GhesField *field = layout->fields; field->name; field++) {
        const GhesValue *value = values;
        uint64_t is;

        if (field->length > sizeof(is)) {
            continue;
        }
        while (value->name && strcmp(value->name, field->name)) {
            value++;
        }
        is = get_integer(field, bytes);
        if (is != (value->name ? value->value : 0)) {
            g_test_message("%s is 0x%" PRIx64, field->name, is);
            g_assert_cmphex(is, ==, value->name ? value->value : 0);
        }
    }
    for (; values->name; values++) {
        find_field(layout, values->name);
    }
}

static uint8_t *fetch_table(QTestState *qts, const uint8_t *pointer,
                            const char *signature, uint32_t *length)
{
    uint8_t *table;

    acpi_fetch_table(qts, &table, length, pointer, 8, signature, true);
    return table;
}

uint8_t *ghes_find_table(QTestState *qts, uint64_t rsdp_gpa,
                         const char *signature, uint32_t *length)
{
    g_autofree uint8_t *xsdt = NULL;
    uint8_t rsdp[36];
    uint32_t xsdt_length;

    acpi_fetch_rsdp_table(qts, rsdp_gpa, rsdp);
    g_assert_cmpuint(acpi_calc_checksum(rsdp, 20), ==, 0);
    g_assert_cmpuint(acpi_calc_checksum(rsdp, sizeof(rsdp)), ==, 0);

    /* RSDP: XsdtAddress at 24; XSDT: addresses of 8 bytes from 36 on */
    xsdt = fetch_table(qts, rsdp + 24, "XSDT", &xsdt_length);
    for (uint32_t i = 36; i + 8 <= xsdt_length; i += 8) {
        uint8_t *table = fetch_table(qts, xsdt + i, NULL, length);

        if (!memcmp(table, signature, 4)) {
            return table;
        }
        g_free(table);
    }
    return NULL;
}

uint8_t *ghes_find_dsdt(QTestState *qts, uint64_t rsdp_gpa, uint32_t *length)
{
    g_autofree uint8_t *fadt = ghes_find_table(qts, rsdp_gpa, "FACP", length);

    /* FADT: X_DSDT at 140 */
    g_assert_nonnull(fadt);
    return fetch_table(qts, fadt + 140, "DSDT", length);
}

const uint8_t *ghes_find_source(const uint8_t *hest, uint32_t length,
                                uint16_t source_id)
{
    const unsigned size = ghes_layout_ghes_v2.length;
    uint32_t count = ghes_get(&ghes_layout_hest, hest, "Error Source Count");

    g_assert_cmpuint(length, ==, ghes_layout_hest.length + count * size);
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *source = hest + ghes_layout_hest.length + i * size;

        if (ghes_get(&ghes_layout_ghes_v2, source, "Source Id") == source_id) {
            return source;
        }
    }
    return NULL;
}

const uint8_t *ghes_entry(const uint8_t *block, unsigned index)
{
    const uint8_t *entry = block + ghes_layout_status_block.length;
    const uint8_t *end = entry + ghes_get(&ghes_layout_status_block, block,
                                          "Data Length");

    for (; entry < end; index--) {
        uint32_t length;

        g_assert_cmpint(end - entry, >=, ghes_layout_data_entry.length);
        length = ghes_get(&ghes_layout_data_entry, entry, "Error Data Length");
        g_assert_cmpint(end - entry - ghes_layout_data_entry.length, >=,
                        length);
        if (index == 0) {
            return entry;
        }
        entry += ghes_layout_data_entry.length + length;
    }
    return NULL;
}
