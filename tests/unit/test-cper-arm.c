/*
 * Tests the encoder of the ARM Processor Error Section
 *
 * The bytes come from UEFI 2.10, N.2.4.4, not from the encoder.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "hw/acpi/cper-arm.h"

/* N.2.2, Section Type: {E19E3D16-BC11-11E4-9CAA-C2051D5D46B0} */
static void test_section_type(void)
{
    static const uint8_t guid[] = {
        0x16, 0x3d, 0x9e, 0xe1, 0x11, 0xbc, 0xe4, 0x11,
        0x9c, 0xaa, 0xc2, 0x05, 0x1d, 0x5d, 0x46, 0xb0,
    };

    g_assert_cmpmem(cper_arm_section_type, CPER_SECTION_TYPE_SIZE,
                    guid, sizeof(guid));
}

static void test_init(void)
{
    static const uint8_t nothing_valid[40] = {
        [8] = 40,                       /* Section Length */
    };
    CperArmSection section;

    memset(&section, 0xff, sizeof(section));
    cper_arm_init(&section);
    g_assert_cmpuint(cper_arm_length(&section), ==, 40);
    g_assert_cmpmem(&section, 40, nothing_valid, 40);
}

/* R80, R81: all of the section, with one structure and all its fields */
static void test_all_fields(void)
{
    static const uint8_t golden[] = {
        0x07, 0x00, 0x00, 0x00,         /* MPIDR, affinity, running state */
        0x01, 0x00,                     /* ERR_INFO_NUM */
        0x00, 0x00,                     /* CONTEXT_INFO_NUM */
        0x48, 0x00, 0x00, 0x00,         /* Section Length: 40 + 32 */
        0x02, 0x00, 0x00, 0x00,         /* Error Affinity Level 2 */
        /* MPIDR_EL1 0x0000000181020304 */
        0x04, 0x03, 0x02, 0x81, 0x01, 0x00, 0x00, 0x00,
        /* MIDR_EL1 0x00000000410fd083 */
        0x83, 0xd0, 0x0f, 0x41, 0x00, 0x00, 0x00, 0x00,
        0x01, 0x00, 0x00, 0x00,         /* Running State: running */
        0x00, 0x00, 0x00, 0x00,         /* PSCI State */

        0x00,                           /* Version */
        0x20,                           /* Length: 32 */
        0x1f, 0x00,                     /* all five are valid */
        0x08,                           /* Type: bus error */
        0x34, 0x12,                     /* Multiple Error 0x1234 */
        0x09,                           /* Flags: first error, overflow */
        /*
         * Error Information: 43 access mode 1, 42:34 attributes 0x155,
         * 33:32 address space 3, 31 time-out 1, 30:29 participation 2,
         * 28 restartable 0, 27 precise 1, 26 corrected 0, 25 corrupt 1,
         * 24:22 level 5, 21:18 operation 6, 17:16 transaction 1, 11:0 valid
         */
        0xff, 0x0f, 0x59, 0xcb, 0x57, 0x0d, 0x00, 0x00,
        /* Virtual Fault Address 0xffff800012345678 */
        0x78, 0x56, 0x34, 0x12, 0x00, 0x80, 0xff, 0xff,
        /* Physical Fault Address 0x0000000087654321 */
        0x21, 0x43, 0x65, 0x87, 0x00, 0x00, 0x00, 0x00,
    };
    CperArmSection section;
    CperArmInformation *info;

    cper_arm_init(&section);
    cper_arm_set_processor(&section, 0x181020304ULL, 0x410fd083);
    cper_arm_set_affinity_level(&section, 2);
    cper_arm_set_running(&section, true, 1);
    info = cper_arm_add_information(&section, CPER_ARM_ERROR_BUS);
    cper_arm_set_multiple(info, 0x1234);
    cper_arm_set_flags(info, CPER_ARM_FLAG_FIRST_ERROR |
                             CPER_ARM_FLAG_OVERFLOW);
    cper_arm_set_field(info, CPER_ARM_FIELD_TRANSACTION_TYPE, 1);
    cper_arm_set_field(info, CPER_ARM_FIELD_OPERATION, 6);
    cper_arm_set_field(info, CPER_ARM_FIELD_LEVEL, 5);
    cper_arm_set_field(info, CPER_ARM_FIELD_PROCESSOR_CONTEXT_CORRUPT, 1);
    cper_arm_set_field(info, CPER_ARM_FIELD_CORRECTED, 0);
    cper_arm_set_field(info, CPER_ARM_FIELD_PRECISE_PC, 1);
    cper_arm_set_field(info, CPER_ARM_FIELD_RESTARTABLE_PC, 0);
    cper_arm_set_field(info, CPER_ARM_FIELD_PARTICIPATION_TYPE, 2);
    cper_arm_set_field(info, CPER_ARM_FIELD_TIME_OUT, 1);
    cper_arm_set_field(info, CPER_ARM_FIELD_ADDRESS_SPACE, 3);
    cper_arm_set_field(info, CPER_ARM_FIELD_MEMORY_ATTRIBUTES, 0x155);
    cper_arm_set_field(info, CPER_ARM_FIELD_ACCESS_MODE, 1);
    cper_arm_set_virtual_address(info, 0xffff800012345678ULL);
    cper_arm_set_physical_address(info, 0x87654321);

    g_assert_cmpuint(sizeof(golden), ==, 72);
    g_assert_cmpuint(cper_arm_length(&section), ==, 72);
    g_assert_cmpmem(&section, 72, golden, 72);
}

/* R80: a processor that PSCI has off isn't running */
static void test_off(void)
{
    static const uint8_t golden[40] = {
        [0] = 0x04,                     /* running state is valid */
        [8] = 40,                       /* Section Length */
        [36] = 1,                       /* PSCI State: off */
    };
    CperArmSection section;

    cper_arm_init(&section);
    cper_arm_set_running(&section, false, 1);
    g_assert_cmpmem(&section, 40, golden, 40);
}

/* R81: each structure's type, in a section with all four */
static void test_types(void)
{
    static const uint8_t type[] = { 0x02, 0x04, 0x08, 0x10 };
    CperArmSection section;
    const uint8_t *bytes = (const uint8_t *)&section;

    cper_arm_init(&section);
    cper_arm_add_information(&section, CPER_ARM_ERROR_CACHE);
    cper_arm_add_information(&section, CPER_ARM_ERROR_TLB);
    cper_arm_add_information(&section, CPER_ARM_ERROR_BUS);
    cper_arm_add_information(&section, CPER_ARM_ERROR_MICRO_ARCHITECTURAL);

    g_assert_cmpuint(lduw_le_p(bytes + 4), ==, 4);      /* ERR_INFO_NUM */
    g_assert_cmpuint(ldl_le_p(bytes + 8), ==, 168);     /* Section Length */
    for (size_t i = 0; i < sizeof(type); i++) {
        uint8_t expected[32] = { [1] = 32, [4] = type[i] };

        g_assert_cmpmem(bytes + 40 + i * 32, 32, expected, 32);
    }
}

static CperArmInformation *begin(CperArmErrorType type)
{
    static CperArmSection section;

    cper_arm_init(&section);
    return cper_arm_add_information(&section, type);
}

/* R81: what a setter of the structure stores, and which bit announces it */
static void test_setters(void)
{
    static const uint8_t multiple[32] = { [1] = 32, [2] = 0x01, [4] = 2,
                                          [5] = 0xff, [6] = 0xff };
    static const uint8_t flags[32] = { [1] = 32, [2] = 0x02, [4] = 2,
                                       [7] = 0x06 };
    static const uint8_t vendor[32] = { [1] = 32, [2] = 0x04, [4] = 0x10,
                                        0, 0, 0, 0xef, 0xcd, 0xab, 0x89,
                                        0x67, 0x45, 0x23, 0x01 };
    static const uint8_t virtual[32] = { [1] = 32, [2] = 0x08, [4] = 2,
                                         [16] = 1, [23] = 0xff };
    static const uint8_t physical[32] = { [1] = 32, [2] = 0x10, [4] = 2,
                                          [24] = 2, [31] = 0x80 };
    CperArmInformation *info;

    info = begin(CPER_ARM_ERROR_CACHE);
    cper_arm_set_multiple(info, 0xffff);
    g_assert_cmpmem(info, 32, multiple, 32);

    info = begin(CPER_ARM_ERROR_CACHE);
    cper_arm_set_flags(info, CPER_ARM_FLAG_LAST_ERROR |
                             CPER_ARM_FLAG_PROPAGATED);
    g_assert_cmpmem(info, 32, flags, 32);

    info = begin(CPER_ARM_ERROR_MICRO_ARCHITECTURAL);
    cper_arm_set_vendor_information(info, 0x0123456789abcdefULL);
    g_assert_cmpmem(info, 32, vendor, 32);

    info = begin(CPER_ARM_ERROR_CACHE);
    cper_arm_set_virtual_address(info, 0xff00000000000001ULL);
    g_assert_cmpmem(info, 32, virtual, 32);

    info = begin(CPER_ARM_ERROR_CACHE);
    cper_arm_set_physical_address(info, 0x8000000000000002ULL);
    g_assert_cmpmem(info, 32, physical, 32);
}

/* Tables "ARM Cache / TLB / Bus Error Structure": a field with all bits set */
typedef struct Field {
    const char *name;
    CperArmField field;
    int max[3];                 /* of a cache, TLB and bus error */
    uint64_t bits;              /* Error Information, with that of a bus */
} Field;

static const Field fields[] = {
    { "transaction-type", CPER_ARM_FIELD_TRANSACTION_TYPE, { 2, 2, 2 },
      0x20001 },
    { "operation", CPER_ARM_FIELD_OPERATION, { 10, 8, 6 }, 0x180002 },
    { "level", CPER_ARM_FIELD_LEVEL, { 7, 7, 7 }, 0x1c00004 },
    { "processor-context-corrupt", CPER_ARM_FIELD_PROCESSOR_CONTEXT_CORRUPT,
      { 1, 1, 1 }, 0x2000008 },
    { "corrected", CPER_ARM_FIELD_CORRECTED, { 1, 1, 1 }, 0x4000010 },
    { "precise-pc", CPER_ARM_FIELD_PRECISE_PC, { 1, 1, 1 }, 0x8000020 },
    { "restartable-pc", CPER_ARM_FIELD_RESTARTABLE_PC, { 1, 1, 1 },
      0x10000040 },
    { "participation-type", CPER_ARM_FIELD_PARTICIPATION_TYPE, { -1, -1, 3 },
      0x60000080 },
    { "time-out", CPER_ARM_FIELD_TIME_OUT, { -1, -1, 1 }, 0x80000100 },
    { "address-space", CPER_ARM_FIELD_ADDRESS_SPACE, { -1, -1, 3 },
      0x300000200 },
    { "memory-attributes", CPER_ARM_FIELD_MEMORY_ATTRIBUTES, { -1, -1, 511 },
      0x7fc00000400 },
    { "access-mode", CPER_ARM_FIELD_ACCESS_MODE, { -1, -1, 1 },
      0x80000000800 },
};

/* R81 */
static void test_field(gconstpointer opaque)
{
    static const CperArmErrorType types[] = {
        CPER_ARM_ERROR_CACHE, CPER_ARM_ERROR_TLB, CPER_ARM_ERROR_BUS,
    };
    const Field *f = opaque;
    CperArmSection section;
    CperArmInformation *info;

    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        g_assert_cmpint(cper_arm_field_max(types[i], f->field), ==, f->max[i]);
    }
    g_assert_cmpint(cper_arm_field_max(CPER_ARM_ERROR_MICRO_ARCHITECTURAL,
                                       f->field), ==, -1);

    cper_arm_init(&section);
    info = cper_arm_add_information(&section, CPER_ARM_ERROR_BUS);
    cper_arm_set_field(info, f->field, f->max[2]);
    g_assert_cmphex(lduw_le_p((uint8_t *)info + 2), ==, 0x04);
    g_assert_cmphex(ldq_le_p((uint8_t *)info + 8), ==, f->bits);
    /* The last value stands */
    cper_arm_set_field(info, f->field, 0);
    g_assert_cmphex(ldq_le_p((uint8_t *)info + 8), ==, f->bits & 0xffff);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    g_test_add_func("/cper-arm/section-type", test_section_type);
    g_test_add_func("/cper-arm/init", test_init);
    g_test_add_func("/cper-arm/all-fields", test_all_fields);
    g_test_add_func("/cper-arm/off", test_off);
    g_test_add_func("/cper-arm/types", test_types);
    g_test_add_func("/cper-arm/setters", test_setters);
    for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
        g_autofree char *path = g_strdup_printf("/cper-arm/field/%s",
                                                fields[i].name);

        g_test_add_data_func(path, &fields[i], test_field);
    }

    return g_test_run();
}
