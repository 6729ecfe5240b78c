/*
 * Encodes the CPER section on errors of an Arm processor
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/bswap.h"
#include "hw/acpi/cper-arm.h"

/* UEFI 2.10, N.2.2, table "Section Descriptor", Section Type: ARM processor */
const uint8_t cper_arm_section_type[CPER_SECTION_TYPE_SIZE] =
    UUID_LE(0xe19e3d16, 0xbc11, 0x11e4, 0x9c, 0xaa,
            0xc2, 0x05, 0x1d, 0x5d, 0x46, 0xb0);

/* N.2.4.4, table "ARM Processor Error Section", Validation Bits */
#define VALID_MPIDR          0x1
#define VALID_AFFINITY_LEVEL 0x2
#define VALID_RUNNING_STATE  0x4

/* The same table, Running State */
#define RUNNING_STATE_RUNNING 0x1

/* N.2.4.4.1, table "ARM Processor Error Information Structure" */
#define INFORMATION_VERSION       0
#define INFORMATION_VALID_MULTIPLE          0x01
#define INFORMATION_VALID_FLAGS             0x02
#define INFORMATION_VALID_ERROR_INFORMATION 0x04
#define INFORMATION_VALID_VIRTUAL_ADDRESS   0x08
#define INFORMATION_VALID_PHYSICAL_ADDRESS  0x10

/*
 * Where a field of Error Information is; its validation bit has the field's
 * own number.  The greatest values of the kinds of error follow, -1 for none.
 */
typedef struct FieldLayout {
    uint8_t shift;
    uint8_t width;
    int16_t cache_max;
    int16_t tlb_max;
    int16_t bus_max;
} FieldLayout;

/* N.2.4.4.1.1 to .3, tables "ARM Cache / TLB / Bus Error Structure" */
static const FieldLayout fields[CPER_ARM_FIELD__MAX] = {
    [CPER_ARM_FIELD_TRANSACTION_TYPE]          = { 16, 2, 2, 2, 2 },
    [CPER_ARM_FIELD_OPERATION]                 = { 18, 4, 10, 8, 6 },
    [CPER_ARM_FIELD_LEVEL]                     = { 22, 3, 7, 7, 7 },
    [CPER_ARM_FIELD_PROCESSOR_CONTEXT_CORRUPT] = { 25, 1, 1, 1, 1 },
    [CPER_ARM_FIELD_CORRECTED]                 = { 26, 1, 1, 1, 1 },
    [CPER_ARM_FIELD_PRECISE_PC]                = { 27, 1, 1, 1, 1 },
    [CPER_ARM_FIELD_RESTARTABLE_PC]            = { 28, 1, 1, 1, 1 },
    [CPER_ARM_FIELD_PARTICIPATION_TYPE]        = { 29, 2, -1, -1, 3 },
    [CPER_ARM_FIELD_TIME_OUT]                  = { 31, 1, -1, -1, 1 },
    [CPER_ARM_FIELD_ADDRESS_SPACE]             = { 32, 2, -1, -1, 3 },
    [CPER_ARM_FIELD_MEMORY_ATTRIBUTES]         = { 34, 9, -1, -1, 511 },
    [CPER_ARM_FIELD_ACCESS_MODE]               = { 43, 1, -1, -1, 1 },
};

void cper_arm_init(CperArmSection *section)
{
    memset(section, 0, sizeof(*section));
    section->section_length = cpu_to_le32(offsetof(CperArmSection,
                                                   information));
}

uint32_t cper_arm_length(const CperArmSection *section)
{
    return le32_to_cpu(section->section_length);
}

static void set_valid(CperArmSection *section, uint32_t bits)
{
    section->validation_bits |= cpu_to_le32(bits);
}

void cper_arm_set_processor(CperArmSection *section, uint64_t mpidr_el1,
                            uint64_t midr_el1)
{
    section->mpidr_el1 = cpu_to_le64(mpidr_el1);
    set_valid(section, VALID_MPIDR);
    section->midr_el1 = cpu_to_le64(midr_el1);
}

void cper_arm_set_affinity_level(CperArmSection *section, uint8_t level)
{
    section->error_affinity_level = level;
    set_valid(section, VALID_AFFINITY_LEVEL);
}

void cper_arm_set_running(CperArmSection *section, bool running,
                          uint32_t psci_state)
{
    section->running_state = cpu_to_le32(running ? RUNNING_STATE_RUNNING : 0);
    set_valid(section, VALID_RUNNING_STATE);
    /* The PSCI State is one of a processor that doesn't run */
    section->psci_state = cpu_to_le32(running ? 0 : psci_state);
}

CperArmInformation *cper_arm_add_information(CperArmSection *section,
                                             CperArmErrorType type)
{
    unsigned count = le16_to_cpu(section->error_information_count);
    CperArmInformation *info = &section->information[count];

    assert(count < CPER_ARM_INFORMATION_MAX);
    section->error_information_count = cpu_to_le16(count + 1);
    section->section_length = cpu_to_le32(cper_arm_length(section) +
                                          sizeof(*info));
    *info = (CperArmInformation) {
        .version = INFORMATION_VERSION,
        .length = sizeof(*info),
        .type = type,
    };
    return info;
}

static void set_information_valid(CperArmInformation *info, uint16_t bits)
{
    info->validation_bits |= cpu_to_le16(bits);
}

int cper_arm_field_max(CperArmErrorType type, CperArmField field)
{
    switch (type) {
    case CPER_ARM_ERROR_CACHE:
        return fields[field].cache_max;
    case CPER_ARM_ERROR_TLB:
        return fields[field].tlb_max;
    case CPER_ARM_ERROR_BUS:
        return fields[field].bus_max;
    default:
        return -1;
    }
}

void cper_arm_set_field(CperArmInformation *info, CperArmField field,
                        unsigned value)
{
    const FieldLayout *layout = &fields[field];
    uint64_t word = le64_to_cpu(info->error_information);

    assert((int)value <= cper_arm_field_max(info->type, field));
    word = deposit64(word, layout->shift, layout->width, value);
    word |= BIT_ULL(field);
    info->error_information = cpu_to_le64(word);
    set_information_valid(info, INFORMATION_VALID_ERROR_INFORMATION);
}

void cper_arm_set_vendor_information(CperArmInformation *info, uint64_t value)
{
    info->error_information = cpu_to_le64(value);
    set_information_valid(info, INFORMATION_VALID_ERROR_INFORMATION);
}

void cper_arm_set_multiple(CperArmInformation *info, uint16_t value)
{
    info->multiple_error = cpu_to_le16(value);
    set_information_valid(info, INFORMATION_VALID_MULTIPLE);
}

void cper_arm_set_flags(CperArmInformation *info, uint8_t flags)
{
    info->flags = flags;
    set_information_valid(info, INFORMATION_VALID_FLAGS);
}

void cper_arm_set_virtual_address(CperArmInformation *info, uint64_t address)
{
    info->virtual_fault_address = cpu_to_le64(address);
    set_information_valid(info, INFORMATION_VALID_VIRTUAL_ADDRESS);
}

void cper_arm_set_physical_address(CperArmInformation *info, uint64_t address)
{
    info->physical_fault_address = cpu_to_le64(address);
    set_information_valid(info, INFORMATION_VALID_PHYSICAL_ADDRESS);
}
