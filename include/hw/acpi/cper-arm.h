/*
 * CPER section on errors of an Arm processor: layout and encoder
 *
 * Encoded in place, in guest byte order (little-endian); each setter stores
 * one field together with the bit that announces it.
 *
 * The functions are pure: no locks, no guest memory, no failure.
 * Source: UEFI 2.10, N.2.4.4 ARM Processor Error Section.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_CPER_ARM_H
#define HW_ACPI_CPER_ARM_H

#include "hw/acpi/cper.h"

extern const uint8_t cper_arm_section_type[CPER_SECTION_TYPE_SIZE];

/* N.2.4.4.1, table "ARM Processor Error Information Structure", Type */
typedef enum CperArmErrorType {
    CPER_ARM_ERROR_CACHE = 0x02,
    CPER_ARM_ERROR_TLB = 0x04,
    CPER_ARM_ERROR_BUS = 0x08,
    CPER_ARM_ERROR_MICRO_ARCHITECTURAL = 0x10,
} CperArmErrorType;

/* The same table, Flags */
#define CPER_ARM_FLAG_FIRST_ERROR 0x1
#define CPER_ARM_FLAG_LAST_ERROR  0x2
#define CPER_ARM_FLAG_PROPAGATED  0x4
#define CPER_ARM_FLAG_OVERFLOW    0x8

/* N.2.4.4.1, table "ARM Processor Error Information Structure" */
typedef struct QEMU_PACKED CperArmInformation {
    uint8_t version;
    uint8_t length;
    uint16_t validation_bits;
    uint8_t type;
    uint16_t multiple_error;
    uint8_t flags;
    uint64_t error_information;
    uint64_t virtual_fault_address;
    uint64_t physical_fault_address;
} CperArmInformation;

QEMU_BUILD_BUG_ON(sizeof(CperArmInformation) != 32);

/* One for each kind of error that there is */
#define CPER_ARM_INFORMATION_MAX 4

/* N.2.4.4, table "ARM Processor Error Section" */
typedef struct QEMU_PACKED CperArmSection {
    uint32_t validation_bits;
    uint16_t error_information_count;
    uint16_t context_information_count;
    uint32_t section_length;
    uint8_t error_affinity_level;
    uint8_t reserved[3];
    uint64_t mpidr_el1;
    uint64_t midr_el1;
    uint32_t running_state;
    uint32_t psci_state;
    CperArmInformation information[CPER_ARM_INFORMATION_MAX];
} CperArmSection;

QEMU_BUILD_BUG_ON(offsetof(CperArmSection, information) != 40);

/*
 * N.2.4.4.1.1 to .3, tables "ARM Cache / TLB / Bus Error Structure": fields of
 * Error Information.  The last five are those of a bus error only.
 */
typedef enum CperArmField {
    CPER_ARM_FIELD_TRANSACTION_TYPE,
    CPER_ARM_FIELD_OPERATION,
    CPER_ARM_FIELD_LEVEL,
    CPER_ARM_FIELD_PROCESSOR_CONTEXT_CORRUPT,
    CPER_ARM_FIELD_CORRECTED,
    CPER_ARM_FIELD_PRECISE_PC,
    CPER_ARM_FIELD_RESTARTABLE_PC,
    CPER_ARM_FIELD_PARTICIPATION_TYPE,
    CPER_ARM_FIELD_TIME_OUT,
    CPER_ARM_FIELD_ADDRESS_SPACE,
    CPER_ARM_FIELD_MEMORY_ATTRIBUTES,
    CPER_ARM_FIELD_ACCESS_MODE,
    CPER_ARM_FIELD__MAX
} CperArmField;

/**
 * cper_arm_init: start a section without error information
 * @section: the section
 *
 * It has no context information, and is to be given an MPIDR and a MIDR.
 */
void cper_arm_init(CperArmSection *section);

/**
 * cper_arm_length: bytes of a section
 * @section: a section that has no more to come
 */
uint32_t cper_arm_length(const CperArmSection *section);

/**
 * cper_arm_set_processor: say which processor it is
 * @section: the section
 * @mpidr_el1: its MPIDR_EL1
 * @midr_el1: its MIDR_EL1, which no bit announces
 */
void cper_arm_set_processor(CperArmSection *section, uint64_t mpidr_el1,
                            uint64_t midr_el1);

/**
 * cper_arm_set_affinity_level: say which level of affinity has the error
 * @section: the section
 * @level: 0 to 3
 */
void cper_arm_set_affinity_level(CperArmSection *section, uint8_t level);

/**
 * cper_arm_set_running: say whether the processor runs
 * @section: the section
 * @running: it does
 * @psci_state: if not, the state that PSCI's AFFINITY_INFO gives
 */
void cper_arm_set_running(CperArmSection *section, bool running,
                          uint32_t psci_state);

/**
 * cper_arm_add_information: begin what is to be said of one error
 * @section: a section with fewer than CPER_ARM_INFORMATION_MAX of them
 * @type: what kind of error it is
 *
 * Returns: the structure, without a valid field, to be filled in by
 * cper_arm_set_field() and those below.
 */
CperArmInformation *cper_arm_add_information(CperArmSection *section,
                                             CperArmErrorType type);

/**
 * cper_arm_field_max: the greatest value of a field of Error Information
 * @type: kind of error
 * @field: the field
 *
 * Returns: the value, or -1 if errors of this kind don't have the field.
 */
int cper_arm_field_max(CperArmErrorType type, CperArmField field);

/**
 * cper_arm_set_field: set a field of Error Information
 * @info: the structure
 * @field: a field that an error of this kind has
 * @value: the value, up to cper_arm_field_max(), as the kind's table has it
 */
void cper_arm_set_field(CperArmInformation *info, CperArmField field,
                        unsigned value);

/* cper_arm_set_vendor_information: all of it, of a micro-architectural error */
void cper_arm_set_vendor_information(CperArmInformation *info, uint64_t value);

/* cper_arm_set_multiple: 0: one error, 1: several, else: how many */
void cper_arm_set_multiple(CperArmInformation *info, uint16_t value);

/* cper_arm_set_flags: CPER_ARM_FLAG_* */
void cper_arm_set_flags(CperArmInformation *info, uint8_t flags);

/* cper_arm_set_virtual_address: the Virtual Fault Address */
void cper_arm_set_virtual_address(CperArmInformation *info, uint64_t address);

/* cper_arm_set_physical_address: the Physical Fault Address */
void cper_arm_set_physical_address(CperArmInformation *info, uint64_t address);

#endif
