/*
 * Encodes sections of UEFI Common Platform Error Records
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bcd.h"
#include "qemu/bitops.h"
#include "qemu/bswap.h"
#include "hw/acpi/cper.h"

/* UEFI 2.10, N.2.2, table "Section Descriptor", Section Type: Memory */
const uint8_t cper_memory_section_type[CPER_SECTION_TYPE_SIZE] =
    UUID_LE(0xa5bc1114, 0x6f64, 0x4ede, 0xb8, 0x63,
            0x3e, 0x83, 0xed, 0x7c, 0x83, 0xb1);

/* UEFI 2.10, N.2.5, table "Memory Error Record", Validation Bits */
enum {
    MEMORY_VALID_ERROR_STATUS = 0,
    MEMORY_VALID_PHYSICAL_ADDRESS = 1,
    MEMORY_VALID_PHYSICAL_ADDRESS_MASK = 2,
    MEMORY_VALID_NODE = 3,
    MEMORY_VALID_CARD = 4,
    MEMORY_VALID_MODULE = 5,
    MEMORY_VALID_BANK = 6,
    MEMORY_VALID_DEVICE = 7,
    MEMORY_VALID_ROW = 8,
    MEMORY_VALID_COLUMN = 9,
    MEMORY_VALID_BIT_POSITION = 10,
    MEMORY_VALID_REQUESTOR_ID = 11,
    MEMORY_VALID_RESPONDER_ID = 12,
    MEMORY_VALID_TARGET_ID = 13,
    MEMORY_VALID_ERROR_TYPE = 14,
    MEMORY_VALID_RANK_NUMBER = 15,
    MEMORY_VALID_CARD_HANDLE = 16,
    MEMORY_VALID_MODULE_HANDLE = 17,
    MEMORY_VALID_EXTENDED_ROW = 18,
    MEMORY_VALID_BANK_GROUP = 19,
    MEMORY_VALID_BANK_ADDRESS = 20,
    MEMORY_VALID_CHIP_ID = 21,
};

/* The same table, Bank if it is split, and Extended */
#define BANK_ADDRESS_SHIFT 0
#define BANK_GROUP_SHIFT   8
#define EXTENDED_ROW_SHIFT 0
#define EXTENDED_ROW_WIDTH 2
#define CHIP_ID_SHIFT      5
#define CHIP_ID_WIDTH      3

void cper_memory_init(CperMemorySection *section)
{
    memset(section, 0, sizeof(*section));
}

static void memory_set_valid(CperMemorySection *section, unsigned bit)
{
    section->validation_bits |= cpu_to_le64(BIT_ULL(bit));
}

void cper_memory_set_physical_address(CperMemorySection *section,
                                      uint64_t gpa, uint64_t mask)
{
    section->physical_address = cpu_to_le64(gpa & mask);
    memory_set_valid(section, MEMORY_VALID_PHYSICAL_ADDRESS);
    section->physical_address_mask = cpu_to_le64(mask);
    memory_set_valid(section, MEMORY_VALID_PHYSICAL_ADDRESS_MASK);
}

void cper_memory_set_error_type(CperMemorySection *section,
                                CperMemoryErrorType type)
{
    section->memory_error_type = type;
    memory_set_valid(section, MEMORY_VALID_ERROR_TYPE);
}

void cper_memory_set_row(CperMemorySection *section, uint32_t value)
{
    section->row = cpu_to_le16(extract32(value, 0, 16));
    memory_set_valid(section, MEMORY_VALID_ROW);
    if (value > UINT16_MAX) {
        section->extended = deposit32(section->extended, EXTENDED_ROW_SHIFT,
                                      EXTENDED_ROW_WIDTH, value >> 16);
        memory_set_valid(section, MEMORY_VALID_EXTENDED_ROW);
    }
}

static void set_bank_part(CperMemorySection *section, unsigned shift,
                          uint8_t value)
{
    section->bank = cpu_to_le16(deposit32(le16_to_cpu(section->bank), shift,
                                          8, value));
}

void cper_memory_set_bank_group(CperMemorySection *section, uint8_t value)
{
    set_bank_part(section, BANK_GROUP_SHIFT, value);
    memory_set_valid(section, MEMORY_VALID_BANK_GROUP);
}

void cper_memory_set_bank_address(CperMemorySection *section, uint8_t value)
{
    set_bank_part(section, BANK_ADDRESS_SHIFT, value);
    memory_set_valid(section, MEMORY_VALID_BANK_ADDRESS);
}

void cper_memory_set_chip_id(CperMemorySection *section, uint8_t value)
{
    section->extended = deposit32(section->extended, CHIP_ID_SHIFT,
                                  CHIP_ID_WIDTH, value);
    memory_set_valid(section, MEMORY_VALID_CHIP_ID);
}

#define MEMORY_SETTER(field, bits, valid)                           \
    void cper_memory_set_##field(CperMemorySection *section,        \
                                 uint##bits##_t value)              \
    {                                                               \
        section->field = cpu_to_le##bits(value);                    \
        memory_set_valid(section, valid);                           \
    }

MEMORY_SETTER(error_status, 64, MEMORY_VALID_ERROR_STATUS)
MEMORY_SETTER(node, 16, MEMORY_VALID_NODE)
MEMORY_SETTER(card, 16, MEMORY_VALID_CARD)
MEMORY_SETTER(module, 16, MEMORY_VALID_MODULE)
MEMORY_SETTER(bank, 16, MEMORY_VALID_BANK)
MEMORY_SETTER(device, 16, MEMORY_VALID_DEVICE)
MEMORY_SETTER(column, 16, MEMORY_VALID_COLUMN)
MEMORY_SETTER(bit_position, 16, MEMORY_VALID_BIT_POSITION)
MEMORY_SETTER(requestor_id, 64, MEMORY_VALID_REQUESTOR_ID)
MEMORY_SETTER(responder_id, 64, MEMORY_VALID_RESPONDER_ID)
MEMORY_SETTER(target_id, 64, MEMORY_VALID_TARGET_ID)
MEMORY_SETTER(rank_number, 16, MEMORY_VALID_RANK_NUMBER)
MEMORY_SETTER(card_handle, 16, MEMORY_VALID_CARD_HANDLE)
MEMORY_SETTER(module_handle, 16, MEMORY_VALID_MODULE_HANDLE)

/* UEFI 2.10, N.2.1: the Timestamp's flags byte, bit 0, "time is precise" */
#define TIMESTAMP_PRECISE 1

uint64_t cper_timestamp(int64_t seconds)
{
    const time_t time = seconds;
    struct tm utc;
    uint64_t timestamp;

    gmtime_r(&time, &utc);
    const uint8_t bytes[8] = {
        to_bcd(utc.tm_sec),
        to_bcd(utc.tm_min),
        to_bcd(utc.tm_hour),
        TIMESTAMP_PRECISE,
        to_bcd(utc.tm_mday),
        to_bcd(utc.tm_mon + 1),
        to_bcd((utc.tm_year + 1900) % 100),
        to_bcd((utc.tm_year + 1900) / 100),
    };
    memcpy(&timestamp, bytes, sizeof(timestamp));
    return timestamp;
}
