/*
 * ACPI Generic Error Status Block: layout, composing and validation
 *
 * The functions are pure: bytes in, bytes out, no locks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_STATUS_H
#define HW_ACPI_GHES_STATUS_H

#include "hw/acpi/cper.h"

/* ACPI 6.5, 18.3.2.7.1, table "Generic Error Status Block" */
typedef struct QEMU_PACKED GhesStatusBlock {
    uint32_t block_status;
    uint32_t raw_data_offset;
    uint32_t raw_data_length;
    uint32_t data_length;
    uint32_t error_severity;
} GhesStatusBlock;

QEMU_BUILD_BUG_ON(sizeof(GhesStatusBlock) != 20);

/* Block Status: what kinds of error, and in bits 13:4 how many entries */
#define GHES_BLOCK_STATUS_UNCORRECTABLE          0x1
#define GHES_BLOCK_STATUS_CORRECTABLE            0x2
#define GHES_BLOCK_STATUS_MULTIPLE_UNCORRECTABLE 0x4
#define GHES_BLOCK_STATUS_MULTIPLE_CORRECTABLE   0x8
#define GHES_BLOCK_STATUS_COUNT_SHIFT            4
#define GHES_BLOCK_STATUS_COUNT_MAX              0x3ff

#define GHES_FRU_TEXT_SIZE 20

/* No error source has a larger block */
#define GHES_BLOCK_SIZE_MAX 4096

/* ACPI 6.5, 18.3.2.7.1, table "Generic Error Data Entry", Revision 0x0300 */
typedef struct QEMU_PACKED GhesDataEntry {
    uint8_t section_type[CPER_SECTION_TYPE_SIZE];
    uint32_t error_severity;
    uint16_t revision;
    uint8_t validation_bits;
    uint8_t flags;
    uint32_t error_data_length;
    uint8_t fru_id[16];
    char fru_text[GHES_FRU_TEXT_SIZE];
    uint64_t timestamp;
} GhesDataEntry;

QEMU_BUILD_BUG_ON(sizeof(GhesDataEntry) != 72);

#define GHES_DATA_ENTRY_FRU_TEXT_VALID  0x2
#define GHES_DATA_ENTRY_TIMESTAMP_VALID 0x4

#define GHES_DATA_ENTRY_FLAG_PRIMARY            0x01
#define GHES_DATA_ENTRY_FLAG_RESET              0x04
#define GHES_DATA_ENTRY_FLAG_THRESHOLD_EXCEEDED 0x08

/**
 * GhesSection: one section to append to a status block
 * @type: Section Type, CPER_SECTION_TYPE_SIZE bytes
 * @severity: its Error Severity
 * @flags: GHES_DATA_ENTRY_FLAG_*
 * @fru_text: up to GHES_FRU_TEXT_SIZE characters, or empty for none
 * @timestamp: as cper_timestamp() gives it
 * @sequence: a number that no other recent record has, host byte order
 * @payload: the encoded section
 * @payload_length: its length in bytes
 *
 * A guest may take two records that are equal byte by byte for one and drop
 * the second (Linux does so for 10 s), and the timestamp counts in seconds.
 * So @sequence goes into the FRU Id, which is not marked valid and thereby
 * has no meaning to the guest.
 */
typedef struct GhesSection {
    const uint8_t *type;
    CperSeverity severity;
    uint8_t flags;
    const char *fru_text;
    uint64_t timestamp;
    uint64_t sequence;
    const void *payload;
    uint32_t payload_length;
} GhesSection;

/**
 * ghes_status_init: start a status block without entries
 * @block: the block, in guest byte order from here on
 *
 * Source: ACPI 6.5, 18.3.2.7.1, table "Generic Error Status Block".
 */
void ghes_status_init(GhesStatusBlock *block);

/**
 * ghes_status_append: append a section to a status block
 * @block: a block that ghes_status_init() started
 * @size: bytes that there are at @block, header included
 * @section: what to append
 *
 * The block is well-formed after each call: lengths, entry count, the kinds
 * of error in Block Status, and as Error Severity the worst of its entries.
 *
 * Returns: true if appended, false (and @block as before) if it doesn't fit.
 */
bool ghes_status_append(GhesStatusBlock *block, size_t size,
                        const GhesSection *section);

/**
 * ghes_status_length: bytes that a well-formed block takes
 * @block: a block that ghes_status_validate() accepted or
 *         ghes_status_append() made
 *
 * Returns: the length in bytes, raw data included.
 */
size_t ghes_status_length(const GhesStatusBlock *block);

/**
 * ghes_data_entry_length: bytes that an entry takes, its section included
 * @entry: an entry of a well-formed block; need not be aligned
 *
 * Source: ACPI 6.5, 18.3.2.7.1, table "Generic Error Data Entry".
 */
size_t ghes_data_entry_length(const void *entry);

/**
 * ghes_status_validate: check a status block that somebody else made
 * @data: the block in guest byte order; need not be aligned
 * @length: bytes at @data
 * @limit: the largest block in bytes that the error source can hold
 * @errp: says which field is wrong
 *
 * Checked are: non-zero Block Status, known severities, Data Length and Raw
 * Data against @length, entries that fill the data exactly, and their count
 * (a count of 0 is taken as not given).  What the sections themselves say
 * is not looked at.  Source: ACPI 6.5, 18.3.2.7.1.
 *
 * Returns: true if the block is well-formed, else false with @errp set.
 */
bool ghes_status_validate(const void *data, size_t length, size_t limit,
                          Error **errp);

#endif
