/*
 * A decoder of ACPI HEST and CPER that shares nothing with their encoders
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef GHES_DECODE_H
#define GHES_DECODE_H

#include "libqtest.h"

/**
 * GhesField: a row of a table of the specification
 * @name: as it stands there
 * @length: in bytes
 * @offset: in bytes
 */
typedef struct GhesField {
    const char *name;
    unsigned length;
    unsigned offset;
} GhesField;

/**
 * GhesLayout: a table of the specification
 * @length: of the whole, in bytes
 * @fields: its rows; the last has no name
 */
typedef struct GhesLayout {
    unsigned length;
    const GhesField *fields;
} GhesLayout;

extern const GhesLayout ghes_layout_hest;
extern const GhesLayout ghes_layout_gas;
extern const GhesLayout ghes_layout_ghes_v2;
extern const GhesLayout ghes_layout_notification;
extern const GhesLayout ghes_layout_status_block;
extern const GhesLayout ghes_layout_data_entry;
extern const GhesLayout ghes_layout_memory_section;
extern const GhesLayout ghes_layout_arm_section;
extern const GhesLayout ghes_layout_arm_information;
extern const GhesLayout ghes_layout_pcie_section;

/* GhesValue: an integer that a field is to have; ends with one without name */
typedef struct GhesValue {
    const char *name;
    uint64_t value;
} GhesValue;

/**
 * ghes_get: read an integer
 * @layout: what lies at @bytes
 * @bytes: the record
 * @name: the field
 */
uint64_t ghes_get(const GhesLayout *layout, const void *bytes,
                  const char *name);

/**
 * ghes_at: find a field that is no integer
 *
 * Returns: where in @bytes it begins.
 */
const uint8_t *ghes_at(const GhesLayout *layout, const void *bytes,
                       const char *name);

/**
 * ghes_assert_fields: check all integers of a record
 * @layout: what lies at @bytes
 * @bytes: the record
 * @values: those which are not 0
 */
void ghes_assert_fields(const GhesLayout *layout, const void *bytes,
                        const GhesValue *values);

/**
 * ghes_find_table: find an ACPI table as an operating system does
 * @qts: the machine
 * @rsdp_gpa: where the RSDP is
 * @signature: four characters
 * @length: set to the table's bytes
 *
 * All check sums on the way are checked.
 *
 * Returns: a copy of the table, or NULL if there is none.
 */
uint8_t *ghes_find_table(QTestState *qts, uint64_t rsdp_gpa,
                         const char *signature, uint32_t *length);

/**
 * ghes_find_dsdt: find the DSDT
 */
uint8_t *ghes_find_dsdt(QTestState *qts, uint64_t rsdp_gpa, uint32_t *length);

/**
 * ghes_find_source: find an error source in the HEST
 * @hest: the table
 * @length: its bytes
 * @source_id: which one
 *
 * Returns: its GHESv2 structure in @hest, or NULL.
 */
const uint8_t *ghes_find_source(const uint8_t *hest, uint32_t length,
                                uint16_t source_id);

/**
 * ghes_entry: find an entry of a status block, asserting well-formedness
 * @block: the block
 * @index: which entry
 *
 * Returns: the Generic Error Data Entry in @block, or NULL behind the last.
 */
const uint8_t *ghes_entry(const uint8_t *block, unsigned index);

#endif
