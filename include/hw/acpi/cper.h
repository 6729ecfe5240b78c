/*
 * UEFI Common Platform Error Record (CPER) sections: layouts and encoders
 *
 * A section is encoded in place, in guest byte order (little-endian).  Each
 * setter stores one field together with the validation bit that announces
 * it, so that a section says exactly what its producer knew.
 *
 * The functions are pure: no locks, no guest memory, no failure.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_CPER_H
#define HW_ACPI_CPER_H

#include "qemu/uuid.h"

/* UEFI 2.10, N.2.1 Record Header, Error Severity */
typedef enum CperSeverity {
    CPER_SEVERITY_RECOVERABLE = 0,
    CPER_SEVERITY_FATAL = 1,
    CPER_SEVERITY_CORRECTED = 2,
    CPER_SEVERITY_INFORMATIONAL = 3,
    CPER_SEVERITY__MAX
} CperSeverity;

/* Section Types are GUIDs as they lie in memory: EFI_GUID, mixed-endian */
#define CPER_SECTION_TYPE_SIZE 16

extern const uint8_t cper_memory_section_type[CPER_SECTION_TYPE_SIZE];

/* UEFI 2.10, N.2.5 Memory Error Section, Memory Error Type */
typedef enum CperMemoryErrorType {
    CPER_MEMORY_ERROR_UNKNOWN = 0,
    CPER_MEMORY_ERROR_NONE = 1,
    CPER_MEMORY_ERROR_SINGLE_BIT_ECC = 2,
    CPER_MEMORY_ERROR_MULTI_BIT_ECC = 3,
    CPER_MEMORY_ERROR_SINGLE_SYMBOL_CHIPKILL_ECC = 4,
    CPER_MEMORY_ERROR_MULTI_SYMBOL_CHIPKILL_ECC = 5,
    CPER_MEMORY_ERROR_MASTER_ABORT = 6,
    CPER_MEMORY_ERROR_TARGET_ABORT = 7,
    CPER_MEMORY_ERROR_PARITY = 8,
    CPER_MEMORY_ERROR_WATCHDOG_TIMEOUT = 9,
    CPER_MEMORY_ERROR_INVALID_ADDRESS = 10,
    CPER_MEMORY_ERROR_MIRROR_BROKEN = 11,
    CPER_MEMORY_ERROR_SPARING = 12,
    CPER_MEMORY_ERROR_SCRUB_CORRECTED = 13,
    CPER_MEMORY_ERROR_SCRUB_UNCORRECTED = 14,
    CPER_MEMORY_ERROR_MAP_OUT_EVENT = 15,
    CPER_MEMORY_ERROR__MAX
} CperMemoryErrorType;

/* UEFI 2.10, N.2.5 Memory Error Section, table "Memory Error Record" */
typedef struct QEMU_PACKED CperMemorySection {
    uint64_t validation_bits;
    uint64_t error_status;
    uint64_t physical_address;
    uint64_t physical_address_mask;
    uint16_t node;
    uint16_t card;
    uint16_t module;
    uint16_t bank;
    uint16_t device;
    uint16_t row;
    uint16_t column;
    uint16_t bit_position;
    uint64_t requestor_id;
    uint64_t responder_id;
    uint64_t target_id;
    uint8_t memory_error_type;
    uint8_t extended;
    uint16_t rank_number;
    uint16_t card_handle;
    uint16_t module_handle;
} CperMemorySection;

QEMU_BUILD_BUG_ON(sizeof(CperMemorySection) != 80);

/**
 * cper_memory_init: start a Memory Error Section with no valid field
 * @section: the section, in guest byte order from here on
 *
 * Source: UEFI 2.10, N.2.5, table "Memory Error Record".
 */
void cper_memory_init(CperMemorySection *section);

/**
 * cper_memory_set_physical_address: say where the error is
 * @section: the section
 * @gpa: guest-physical address in bytes; low bits that @mask lacks are dropped
 * @mask: the address bits that are known, ~0xfff for a 4 KiB page
 */
void cper_memory_set_physical_address(CperMemorySection *section,
                                      uint64_t gpa, uint64_t mask);

/**
 * cper_memory_set_error_type: say what kind of memory error it was
 * @section: the section
 * @type: one of the types of UEFI 2.10, N.2.5
 */
void cper_memory_set_error_type(CperMemorySection *section,
                                CperMemoryErrorType type);

/**
 * cper_memory_set_error_status: say how the error showed
 * @section: the section
 * @status: as UEFI 2.10, N.2.12 Error Status, has it; host byte order
 */
void cper_memory_set_error_status(CperMemorySection *section,
                                  uint64_t status);

/*
 * The position of the failing cell, as far as it is known; plain numbers
 * that count from the hardware's own first.  A row has 18 bits: those that
 * the field Row has no room for are in Extended, and only then announced.
 */
void cper_memory_set_node(CperMemorySection *section, uint16_t value);
void cper_memory_set_card(CperMemorySection *section, uint16_t value);
void cper_memory_set_module(CperMemorySection *section, uint16_t value);
void cper_memory_set_bank(CperMemorySection *section, uint16_t value);
void cper_memory_set_device(CperMemorySection *section, uint16_t value);
void cper_memory_set_row(CperMemorySection *section, uint32_t value);
void cper_memory_set_column(CperMemorySection *section, uint16_t value);
void cper_memory_set_bit_position(CperMemorySection *section, uint16_t value);
void cper_memory_set_rank_number(CperMemorySection *section, uint16_t value);

/* The chip of a stack, 0 to 7: Chip Identification, a part of Extended */
void cper_memory_set_chip_id(CperMemorySection *section, uint8_t value);

/*
 * The two halves of Bank, for memory whose banks come in groups; not to be
 * used together with cper_memory_set_bank().
 */
void cper_memory_set_bank_group(CperMemorySection *section, uint8_t value);
void cper_memory_set_bank_address(CperMemorySection *section, uint8_t value);

/* Who asked for the access, who answered, and whom it was meant for */
void cper_memory_set_requestor_id(CperMemorySection *section, uint64_t value);
void cper_memory_set_responder_id(CperMemorySection *section, uint64_t value);
void cper_memory_set_target_id(CperMemorySection *section, uint64_t value);

/* Handles of the SMBIOS structures (type 16, 17) on the card, the module */
void cper_memory_set_card_handle(CperMemorySection *section, uint16_t value);
void cper_memory_set_module_handle(CperMemorySection *section, uint16_t value);

/**
 * cper_timestamp: encode a time as CPER records carry it
 * @seconds: since 1970-01-01 00:00:00 UTC; years 1970 to 9999
 *
 * Bytes from the lowest: seconds, minutes, hours, flags (bit 0: precise),
 * day, month, year, century; BCD, UTC.  Source: UEFI 2.10, N.2.1, table
 * "Common Platform Error Record Header", Timestamp.
 *
 * Returns: the eight bytes in guest byte order.
 */
uint64_t cper_timestamp(int64_t seconds);

#endif
