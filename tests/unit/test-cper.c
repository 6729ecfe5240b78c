/*
 * Tests the encoders of CPER sections against bytes written down by hand
 *
 * The bytes come from UEFI 2.10, appendix N, not from the encoders.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/acpi/cper.h"

/* Table "Memory Error Record": Byte Length of the whole */
#define MEMORY_SECTION_LENGTH 80

static void assert_bytes(const void *actual, const uint8_t *expected,
                         size_t length)
{
    g_assert_cmpmem(actual, length, expected, length);
}

/* N.2.2, Section Type, Memory: {A5BC1114-6F64-4EDE-B863-3E83ED7C83B1} */
static void test_memory_section_type(void)
{
    static const uint8_t guid[] = {
        0x14, 0x11, 0xbc, 0xa5,         /* Data1, little-endian */
        0x64, 0x6f,                     /* Data2, little-endian */
        0xde, 0x4e,                     /* Data3, little-endian */
        0xb8, 0x63,                     /* Data4, as it is written */
        0x3e, 0x83, 0xed, 0x7c, 0x83, 0xb1,
    };

    g_assert_cmpmem(cper_memory_section_type, CPER_SECTION_TYPE_SIZE,
                    guid, sizeof(guid));
}

static void test_memory_init(void)
{
    static const uint8_t nothing_valid[MEMORY_SECTION_LENGTH];
    CperMemorySection section;

    memset(&section, 0xff, sizeof(section));
    cper_memory_init(&section);

    g_assert_cmpuint(sizeof(section), ==, MEMORY_SECTION_LENGTH);
    assert_bytes(&section, nothing_valid, sizeof(nothing_valid));
}

/* R39 */
static void test_memory_all_fields(void)
{
    static const uint8_t golden[MEMORY_SECTION_LENGTH] = {
        /*
         * Validation Bits: 0 error status, 1 address, 2 address mask, 3 node,
         * 4 card, 5 module, 6 bank, 7 device, 8 row, 9 column, 10 bit
         * position, 11 requestor, 12 responder, 13 target, 14 error type,
         * 15 rank number, 16 card handle, 17 module handle, 18 extended row,
         * 21 chip identification; not 19 bank group and 20 bank address
         */
        0xff, 0xff, 0x27, 0x00, 0x00, 0x00, 0x00, 0x00,
        /* Error Status 0x0000000000410400 */
        0x00, 0x04, 0x41, 0x00, 0x00, 0x00, 0x00, 0x00,
        /* Physical Address 0x0000000123456000 */
        0x00, 0x60, 0x45, 0x23, 0x01, 0x00, 0x00, 0x00,
        /* Physical Address Mask 0xfffffffffffff000 */
        0x00, 0xf0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0x02, 0x01,                     /* Node 0x0102 */
        0x04, 0x03,                     /* Card 0x0304 */
        0x06, 0x05,                     /* Module 0x0506 */
        0x08, 0x07,                     /* Bank 0x0708 */
        0x0a, 0x09,                     /* Device 0x090a */
        0x0c, 0x0b,                     /* Row 0x20b0c, bits 15:0 */
        0x0e, 0x0d,                     /* Column 0x0d0e */
        0x10, 0x0f,                     /* Bit Position 0x0f10 */
        /* Requestor ID 0x2122232425262728 */
        0x28, 0x27, 0x26, 0x25, 0x24, 0x23, 0x22, 0x21,
        /* Responder ID 0x3132333435363738 */
        0x38, 0x37, 0x36, 0x35, 0x34, 0x33, 0x32, 0x31,
        /* Target ID 0x4142434445464748 */
        0x48, 0x47, 0x46, 0x45, 0x44, 0x43, 0x42, 0x41,
        0x03,                           /* Memory Error Type: multi-bit ECC */
        0xa2,                           /* Extended: chip 5; row, bits 17:16 */
        0x12, 0x11,                     /* Rank Number 0x1112 */
        0x14, 0x13,                     /* Card Handle 0x1314 */
        0x16, 0x15,                     /* Module Handle 0x1516 */
    };
    CperMemorySection section;

    cper_memory_init(&section);
    cper_memory_set_physical_address(&section, 0x123456000ULL, ~0xfffULL);
    cper_memory_set_node(&section, 0x0102);
    cper_memory_set_card(&section, 0x0304);
    cper_memory_set_module(&section, 0x0506);
    cper_memory_set_bank(&section, 0x0708);
    cper_memory_set_device(&section, 0x090a);
    cper_memory_set_row(&section, 0x20b0c);
    cper_memory_set_column(&section, 0x0d0e);
    cper_memory_set_bit_position(&section, 0x0f10);
    cper_memory_set_error_type(&section, CPER_MEMORY_ERROR_MULTI_BIT_ECC);
    cper_memory_set_rank_number(&section, 0x1112);
    cper_memory_set_error_status(&section, 0x410400);
    cper_memory_set_requestor_id(&section, 0x2122232425262728ULL);
    cper_memory_set_responder_id(&section, 0x3132333435363738ULL);
    cper_memory_set_target_id(&section, 0x4142434445464748ULL);
    cper_memory_set_card_handle(&section, 0x1314);
    cper_memory_set_module_handle(&section, 0x1516);
    cper_memory_set_chip_id(&section, 5);

    assert_bytes(&section, golden, sizeof(golden));
}

/* Table "Memory Error Record": where a field lies and what announces it */
typedef struct MemoryField {
    const char *name;
    void (*set)(CperMemorySection *section, uint16_t value);
    unsigned offset;
    unsigned validation_bit;
} MemoryField;

static const MemoryField memory_fields[] = {
    { "node", cper_memory_set_node, 32, 3 },
    { "card", cper_memory_set_card, 34, 4 },
    { "module", cper_memory_set_module, 36, 5 },
    { "bank", cper_memory_set_bank, 38, 6 },
    { "device", cper_memory_set_device, 40, 7 },
    { "column", cper_memory_set_column, 44, 9 },
    { "bit-position", cper_memory_set_bit_position, 46, 10 },
    { "rank-number", cper_memory_set_rank_number, 74, 15 },
    { "card-handle", cper_memory_set_card_handle, 76, 16 },
    { "module-handle", cper_memory_set_module_handle, 78, 17 },
};

/* R39: a setter stores its field and that field's validation bit */
static void test_memory_field(gconstpointer opaque)
{
    static const uint16_t values[] = { 0, 1, 0xa55a, 0xffff };
    const MemoryField *field = opaque;

    for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
        uint8_t expected[MEMORY_SECTION_LENGTH] = { };
        CperMemorySection section;

        expected[field->validation_bit / 8] = 1 << field->validation_bit % 8;
        expected[field->offset] = values[i] & 0xff;
        expected[field->offset + 1] = values[i] >> 8;

        cper_memory_init(&section);
        field->set(&section, values[i]);
        assert_bytes(&section, expected, sizeof(expected));

        /* The last value stands */
        field->set(&section, 0x1234);
        field->set(&section, values[i]);
        assert_bytes(&section, expected, sizeof(expected));
    }
}

/* R39: a row of 16 bits is in Row, and two more are in Extended */
static void test_memory_row(void)
{
    static const struct {
        uint32_t row;
        uint8_t valid[3];       /* bits 8 row, 18 extended row */
        uint8_t bytes[2];
        uint8_t extended;
    } rows[] = {
        { 0, { 0x00, 0x01, 0x00 }, { 0x00, 0x00 }, 0 },
        { 0xffff, { 0x00, 0x01, 0x00 }, { 0xff, 0xff }, 0 },
        { 0x10000, { 0x00, 0x01, 0x04 }, { 0x00, 0x00 }, 1 },
        { 0x3ffff, { 0x00, 0x01, 0x04 }, { 0xff, 0xff }, 3 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        uint8_t expected[MEMORY_SECTION_LENGTH] = { };
        CperMemorySection section;

        memcpy(expected, rows[i].valid, 3);
        memcpy(expected + 42, rows[i].bytes, 2);
        expected[73] = rows[i].extended;
        cper_memory_init(&section);
        cper_memory_set_row(&section, rows[i].row);
        assert_bytes(&section, expected, sizeof(expected));
    }
}

/* R39: Bank, bits 15:8 the group, bits 7:0 the bank in it; each by itself */
static void test_memory_bank_parts(void)
{
    static const uint8_t group[MEMORY_SECTION_LENGTH] = {
        [2] = 0x08, [39] = 0xfe,
    };
    static const uint8_t address[MEMORY_SECTION_LENGTH] = {
        [2] = 0x10, [38] = 0x7f,
    };
    static const uint8_t both[MEMORY_SECTION_LENGTH] = {
        [2] = 0x18, [38] = 0x7f, [39] = 0xfe,
    };
    CperMemorySection section;

    cper_memory_init(&section);
    cper_memory_set_bank_group(&section, 0xfe);
    assert_bytes(&section, group, sizeof(group));
    cper_memory_set_bank_address(&section, 0x7f);
    assert_bytes(&section, both, sizeof(both));

    cper_memory_init(&section);
    cper_memory_set_bank_address(&section, 0x7f);
    assert_bytes(&section, address, sizeof(address));
}

/* R39: Extended, bits 7:5 */
static void test_memory_chip_id(void)
{
    static const uint8_t last[MEMORY_SECTION_LENGTH] = {
        [2] = 0x20, [73] = 0xe0,
    };
    static const uint8_t first[MEMORY_SECTION_LENGTH] = { [2] = 0x20 };
    CperMemorySection section;

    cper_memory_init(&section);
    cper_memory_set_chip_id(&section, 7);
    assert_bytes(&section, last, sizeof(last));
    cper_memory_set_chip_id(&section, 0);
    assert_bytes(&section, first, sizeof(first));
}

static void test_memory_physical_address(void)
{
    static const uint8_t page[] = {
        0x06, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* address, mask */
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* Error Status */
        0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0x00, 0x00, /* Address */
        0x00, 0xf0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, /* Address Mask */
    };
    static const uint8_t exact[] = {
        0x06, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    };
    static const uint8_t nothing[MEMORY_SECTION_LENGTH - sizeof(page)];
    CperMemorySection section;

    /* The address has no bits that the mask says are unknown */
    cper_memory_init(&section);
    cper_memory_set_physical_address(&section, 0x80001fff, ~0xfffULL);
    assert_bytes(&section, page, sizeof(page));
    assert_bytes((uint8_t *)&section + sizeof(page), nothing, sizeof(nothing));

    cper_memory_set_physical_address(&section, 0x0123456789abcdefULL, ~0ULL);
    assert_bytes(&section, exact, sizeof(exact));
    assert_bytes((uint8_t *)&section + sizeof(exact), nothing,
                 sizeof(nothing));
}

/* N.2.5, Memory Error Type: the numbers as the specification lists them */
static void test_memory_error_type(void)
{
    static const struct {
        CperMemoryErrorType type;
        uint8_t number;
    } types[] = {
        { CPER_MEMORY_ERROR_UNKNOWN, 0 },
        { CPER_MEMORY_ERROR_NONE, 1 },
        { CPER_MEMORY_ERROR_SINGLE_BIT_ECC, 2 },
        { CPER_MEMORY_ERROR_MULTI_BIT_ECC, 3 },
        { CPER_MEMORY_ERROR_SINGLE_SYMBOL_CHIPKILL_ECC, 4 },
        { CPER_MEMORY_ERROR_MULTI_SYMBOL_CHIPKILL_ECC, 5 },
        { CPER_MEMORY_ERROR_MASTER_ABORT, 6 },
        { CPER_MEMORY_ERROR_TARGET_ABORT, 7 },
        { CPER_MEMORY_ERROR_PARITY, 8 },
        { CPER_MEMORY_ERROR_WATCHDOG_TIMEOUT, 9 },
        { CPER_MEMORY_ERROR_INVALID_ADDRESS, 10 },
        { CPER_MEMORY_ERROR_MIRROR_BROKEN, 11 },
        { CPER_MEMORY_ERROR_SPARING, 12 },
        { CPER_MEMORY_ERROR_SCRUB_CORRECTED, 13 },
        { CPER_MEMORY_ERROR_SCRUB_UNCORRECTED, 14 },
        { CPER_MEMORY_ERROR_MAP_OUT_EVENT, 15 },
    };

    g_assert_cmpuint(ARRAY_SIZE(types), ==, CPER_MEMORY_ERROR__MAX);
    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        uint8_t expected[MEMORY_SECTION_LENGTH] = { };
        CperMemorySection section;

        expected[1] = 0x40;             /* Validation Bits: 14 */
        expected[72] = types[i].number; /* Memory Error Type */

        cper_memory_init(&section);
        cper_memory_set_error_type(&section, types[i].type);
        assert_bytes(&section, expected, sizeof(expected));
    }
}

/* N.2.1, Timestamp: BCD, year in two bytes, bit 0 of byte 3: precise */
typedef struct Timestamp {
    int64_t seconds;
    uint8_t bytes[8]; /* second, minute, hour, flags, day, month, yy, century */
} Timestamp;

static const Timestamp timestamps[] = {
    /* 1970-01-01 00:00:00, the first */
    { 0, { 0x00, 0x00, 0x00, 0x01, 0x01, 0x01, 0x70, 0x19 } },
    /* 1999-12-31 23:59:59, and the century changes */
    { 946684799, { 0x59, 0x59, 0x23, 0x01, 0x31, 0x12, 0x99, 0x19 } },
    /* 2000-01-01 00:00:00 */
    { 946684800, { 0x00, 0x00, 0x00, 0x01, 0x01, 0x01, 0x00, 0x20 } },
    /* 2000-02-29 23:59:58, a leap day of a whole century */
    { 951868798, { 0x58, 0x59, 0x23, 0x01, 0x29, 0x02, 0x00, 0x20 } },
    /* 2024-02-29 12:34:56, a leap day */
    { 1709210096, { 0x56, 0x34, 0x12, 0x01, 0x29, 0x02, 0x24, 0x20 } },
    /* 2099-12-31 23:59:59 */
    { 4102444799, { 0x59, 0x59, 0x23, 0x01, 0x31, 0x12, 0x99, 0x20 } },
    /* 2100-02-28 23:59:59, which is no leap year */
    { 4107542399, { 0x59, 0x59, 0x23, 0x01, 0x28, 0x02, 0x00, 0x21 } },
    /* 2100-03-01 00:00:00 */
    { 4107542400, { 0x00, 0x00, 0x00, 0x01, 0x01, 0x03, 0x00, 0x21 } },
    /* 9999-12-31 23:59:59, the last */
    { 253402300799, { 0x59, 0x59, 0x23, 0x01, 0x31, 0x12, 0x99, 0x99 } },
};

/* R36 */
static void test_timestamp(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(timestamps); i++) {
        uint64_t timestamp = cper_timestamp(timestamps[i].seconds);

        g_assert_cmpmem(&timestamp, sizeof(timestamp), timestamps[i].bytes,
                        sizeof(timestamps[i].bytes));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    g_test_add_func("/cper/memory/section-type", test_memory_section_type);
    g_test_add_func("/cper/memory/init", test_memory_init);
    g_test_add_func("/cper/memory/all-fields", test_memory_all_fields);
    for (size_t i = 0; i < ARRAY_SIZE(memory_fields); i++) {
        g_autofree char *path = g_strdup_printf("/cper/memory/%s",
                                                memory_fields[i].name);

        g_test_add_data_func(path, &memory_fields[i], test_memory_field);
    }
    g_test_add_func("/cper/memory/row", test_memory_row);
    g_test_add_func("/cper/memory/bank-parts", test_memory_bank_parts);
    g_test_add_func("/cper/memory/chip-id", test_memory_chip_id);
    g_test_add_func("/cper/memory/physical-address",
                    test_memory_physical_address);
    g_test_add_func("/cper/memory/error-type", test_memory_error_type);
    g_test_add_func("/cper/timestamp", test_timestamp);

    return g_test_run();
}
