/*
 * Tests records of errors of vCPUs, and that bad arguments make none
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "ghes-inject.h"

/* UEFI 2.10, N.2.2: {E19E3D16-BC11-11E4-9CAA-C2051D5D46B0} */
static const uint8_t arm_section_type[16] = {
    0x16, 0x3d, 0x9e, 0xe1, 0x11, 0xbc, 0xe4, 0x11,
    0x9c, 0xaa, 0xc2, 0x05, 0x1d, 0x5d, 0x46, 0xb0,
};

static void start(GhesMachine *m)
{
    ghes_machine_start(m, "ras=on", "-smp 2");
    ghes_machine_boot(m);
}

/* R80, R82: of nothing at all, a recoverable cache error of CPU 0 */
static void test_least(void)
{
    static const GhesValue section_values[] = {
        { "Validation Bit", 0x5 },      /* MPIDR, running state */
        { "ERR_INFO_NUM", 1 },
        { "Section Length", 72 },
        { "MPIDR_EL1", 0x80000000 },
        { "MIDR_EL1", 0x411fd070 },     /* Arm, Cortex-A57 r1p0 */
        { "Running State", 1 },
        { }
    };
    static const GhesValue information_values[] = {
        { "Length", 32 },
        { "Type", 0x02 },               /* cache */
        { }
    };
    g_autofree uint8_t *block = NULL;
    const uint8_t *section;
    GhesMachine m;

    ghes_machine_start(&m, "ras=on",
                       "-global arm-cpu.start-powered-off=off");
    ghes_machine_boot(&m);
    ghes_inject(&m, "inject-processor-error", "{ }");
    section = ghes_inject_take_section(&m, &block, arm_section_type, 72, 0x11,
                                       GHES_RECOVERABLE, 0x01, "");
    ghes_assert_fields(&ghes_layout_arm_section, section, section_values);
    ghes_assert_fields(&ghes_layout_arm_information, section + 40,
                       information_values);
    ghes_machine_quit(&m);
}

/* R80, R81, R89: all that is said of CPU 1, which PSCI has off */
static void test_all(void)
{
    static const GhesValue section_values[] = {
        { "Validation Bit", 0x7 },      /* MPIDR, affinity, running state */
        { "ERR_INFO_NUM", 1 },
        { "Section Length", 72 },
        { "Error affinity level", 3 },
        { "MPIDR_EL1", 0x80000001 },
        { "MIDR_EL1", 0x411fd070 },
        { "PSCI State", 1 },            /* off */
        { }
    };
    static const GhesValue information_values[] = {
        { "Length", 32 },
        { "Validation Bit", 0x1f },
        { "Type", 0x08 },               /* bus */
        { "Multiple Error", 65535 },
        { "Flags", 0xd },               /* first, propagated, overflow */
        /*
         * 43 normal, 42:34 attributes 1, 33:32 device memory, 31 no time-out,
         * 30:29 observed, 28 restartable, 27 precise, 26 corrected,
         * 25 not corrupt, 24:22 level 7, 21:18 data write, 17:16 data access
         */
        { "Error Information", 0x0000080740000000 | 0x1dd10fff },
        { "Virtual Fault Address", 0xffff000012345678 },
        { "Physical Fault Address", 0x9000000 },
        { }
    };
    g_autofree uint8_t *block = NULL;
    const uint8_t *section;
    GhesMachine m;

    start(&m);
    ghes_inject(&m, "inject-processor-error",
        "{ 'cpu-index': 1, 'severity': 'corrected', 'errors': [ 'bus' ],"
        "  'affinity-level': 3, 'multiple-error': 65535,"
        "  'flags': [ 'overflow', 'first-error', 'propagated' ],"
        "  'address': 150994944, 'virtual-address': 18446462599038260856,"
        "  'transaction': 'data-access', 'operation': 'data-write',"
        "  'level': 7, 'processor-context-corrupt': false,"
        "  'corrected': true, 'precise-pc': true, 'restartable-pc': true,"
        "  'participation': 'observed', 'time-out': false,"
        "  'address-space': 'device-memory', 'memory-attributes': 1,"
        "  'access-mode': 'normal', 'threshold-exceeded': true,"
        "  'fru-text': 'Socket 1, core 12345' }");
    section = ghes_inject_take_section(&m, &block, arm_section_type, 72, 0x12,
                                       GHES_CORRECTED, 0x09,
                                       "Socket 1, core 12345");
    ghes_assert_fields(&ghes_layout_arm_section, section, section_values);
    ghes_assert_fields(&ghes_layout_arm_information, section + 40,
                       information_values);
    ghes_machine_quit(&m);
}

/* R81: one structure a kind, in the order of the command */
static void test_kinds(void)
{
    static const uint8_t types[] = { 0x10, 0x08, 0x04, 0x02 };
    g_autofree uint8_t *block = NULL;
    const uint8_t *section;
    GhesMachine m;

    start(&m);
    ghes_inject(&m, "inject-processor-error",
           "{ 'severity': 'fatal',"
           "  'errors': [ 'micro-arch', 'bus', 'tlb', 'cache' ] }");
    section = ghes_inject_take_section(&m, &block, arm_section_type, 168, 0x11,
                                       GHES_FATAL, 0x01, "");
    g_assert_cmpuint(ghes_get(&ghes_layout_arm_section, section,
                              "ERR_INFO_NUM"), ==, 4);
    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        const GhesValue values[] = {
            { "Length", 32 }, { "Type", types[i] }, { }
        };

        ghes_assert_fields(&ghes_layout_arm_information,
                           section + 40 + 32 * i, values);
    }
    ghes_machine_quit(&m);
}

/* R81: N.2.4.4.1.1 and .2, Operation of a cache and of a TLB */
static void test_operations(void)
{
    static const struct {
        const char *json;
        uint64_t number;
    } operations[] = {
        { "{ 'operation': 'generic-error' }", 0 },
        { "{ 'operation': 'generic-read' }", 1 },
        { "{ 'operation': 'generic-write' }", 2 },
        { "{ 'operation': 'data-read' }", 3 },
        { "{ 'operation': 'data-write' }", 4 },
        { "{ 'operation': 'instruction-fetch' }", 5 },
        { "{ 'operation': 'prefetch' }", 6 },
        { "{ 'operation': 'eviction' }", 7 },
        { "{ 'operation': 'snooping' }", 8 },
        { "{ 'operation': 'snooped' }", 9 },
        { "{ 'operation': 'management' }", 10 },
        { "{ 'operation': 'prefetch', 'errors': [ 'tlb' ] }", 6 },
        { "{ 'operation': 'local-management', 'errors': [ 'tlb' ] }", 7 },
        { "{ 'operation': 'external-management', 'errors': [ 'tlb' ] }", 8 },
        { "{ 'operation': 'prefetch', 'errors': [ 'bus' ] }", 6 },
    };
    GhesMachine m;

    start(&m);
    for (size_t i = 0; i < ARRAY_SIZE(operations); i++) {
        g_autofree uint8_t *block = NULL;
        const uint8_t *section;

        ghes_inject(&m, "inject-processor-error", operations[i].json);
        section = ghes_inject_take_section(&m, &block, arm_section_type, 72,
                                           0x11, GHES_RECOVERABLE, 0x01, "");
        g_assert_cmphex(ghes_get(&ghes_layout_arm_information, section + 40,
                                 "Error Information"), ==,
                        operations[i].number << 18 | 0x2);
    }
    ghes_machine_quit(&m);
}

/* R81: Error Information of a micro-architectural error is the vendor's */
static void test_vendor(void)
{
    static const GhesValue values[] = {
        { "Length", 32 },
        { "Validation Bit", 0x04 },
        { "Type", 0x10 },
        { "Error Information", 0xfedcba9876543210 },
        { }
    };
    g_autofree uint8_t *block = NULL;
    const uint8_t *section;
    GhesMachine m;

    start(&m);
    ghes_inject(&m, "inject-processor-error",
           "{ 'errors': [ 'micro-arch' ],"
           "  'vendor-information': 18364758544493064720 }");
    section = ghes_inject_take_section(&m, &block, arm_section_type, 72, 0x11,
                                       GHES_RECOVERABLE, 0x01, "");
    ghes_assert_fields(&ghes_layout_arm_information, section + 40, values);
    ghes_machine_quit(&m);
}

static const GhesInjectRefusal refusals[] = {
    { "cpu-index", "{ 'cpu-index': 2 }", "cpu-index: " },
    { "cpu-index-huge", "{ 'cpu-index': 4294967295 }", "cpu-index: " },
    { "cpu-index-negative", "{ 'cpu-index': -1 }", "cpu-index" },
    { "severity", "{ 'severity': 'bad' }", "severity" },
    { "errors-none", "{ 'errors': [ ] }", "errors: " },
    { "errors-twice", "{ 'errors': [ 'tlb', 'tlb' ] }", "errors: " },
    { "errors-unknown", "{ 'errors': [ 'tlb', 'fpu' ] }",
      "errors[1]" },
    { "affinity-level", "{ 'affinity-level': 4 }", "affinity-level: " },
    { "flags", "{ 'flags': [ 'first' ] }", "flags[0]" },
    { "multiple-error", "{ 'multiple-error': 65536 }", "multiple-error" },
    /* 0x09000000, the UART; RAM begins at 0x40000000, ends at 0x48000000 */
    { "address-mmio", "{ 'address': 150994944 }", "address: " },
    { "address-before-ram", "{ 'address': 1073741823 }", "address: " },
    { "address-behind-ram", "{ 'address': 1207959552 }", "address: " },
    { "address-last", "{ 'address': 18446744073709551615 }", "address: " },
    { "address-text", "{ 'address': 'here' }", "address" },
    { "virtual-address", "{ 'virtual-address': -1.5 }", "virtual-address" },
    { "transaction", "{ 'transaction': 'data' }", "transaction" },
    { "operation-tlb", "{ 'operation': 'local-management' }", "operation: " },
    { "operation-cache", "{ 'operation': 'eviction', 'errors': [ 'tlb' ] }",
      "operation: " },
    { "operation-bus", "{ 'operation': 'management', 'errors': [ 'bus' ] }",
      "operation: " },
    { "operation-one-of-two",
      "{ 'operation': 'eviction', 'errors': [ 'cache', 'bus' ] }",
      "operation: " },
    { "level", "{ 'level': 8 }", "level: " },
    { "corrected", "{ 'corrected': true }", "corrected: " },
    { "not-corrected", "{ 'corrected': false, 'severity': 'corrected' }",
      "corrected: " },
    { "restartable",
      "{ 'restartable-pc': true, 'processor-context-corrupt': true }",
      "restartable-pc: " },
    { "participation", "{ 'participation': 'generic' }", "participation: " },
    { "time-out", "{ 'time-out': false, 'errors': [ 'tlb' ] }", "time-out: " },
    { "address-space", "{ 'address-space': 'unknown' }", "address-space: " },
    { "memory-attributes", "{ 'memory-attributes': 0 }",
      "memory-attributes: " },
    { "memory-attributes-512",
      "{ 'memory-attributes': 512, 'errors': [ 'bus' ] }",
      "memory-attributes: " },
    { "access-mode", "{ 'access-mode': 'secure' }", "access-mode: " },
    { "micro-arch", "{ 'level': 1, 'errors': [ 'micro-arch' ] }",
      "level: " },
    { "micro-arch-precise",
      "{ 'precise-pc': true, 'errors': [ 'micro-arch' ] }", "precise-pc: " },
    { "vendor-information", "{ 'vendor-information': 1 }",
      "vendor-information: " },
    { "fru-text-21", "{ 'fru-text': '123456789012345678901' }",
      "fru-text: " },
    { "fru-text-control", "{ 'fru-text': 'A\\u007f' }", "fru-text: " },
    { "unknown-argument", "{ 'device': 'port0' }", "device" },
};

/* R38, R89: the same error twice makes records that differ */
static void test_repeat(void)
{
    g_autofree uint8_t *first = NULL;
    g_autofree uint8_t *second = NULL;
    GhesMachine m;

    start(&m);
    ghes_inject(&m, "inject-processor-error", "{ }");
    ghes_inject_take_section(&m, &first, arm_section_type, 72, 0x11,
                             GHES_RECOVERABLE, 0x01, "");
    ghes_inject(&m, "inject-processor-error", "{ }");
    ghes_inject_take_section(&m, &second, arm_section_type, 72, 0x11,
                             GHES_RECOVERABLE, 0x01, "");
    g_assert_cmpint(memcmp(ghes_at(&ghes_layout_data_entry,
                                   ghes_entry(first, 0), "FRU Id"),
                           ghes_at(&ghes_layout_data_entry,
                                   ghes_entry(second, 0), "FRU Id"), 16),
                    !=, 0);
    ghes_machine_quit(&m);
}

/* R42: before firmware has placed the memory for records */
static void test_refuse_early(void)
{
    GhesMachine m;

    ghes_machine_start(&m, "ras=on", "");
    ghes_machine_refuse(&m, "has not placed",
                        "{ 'execute': 'inject-processor-error' }");
    ghes_machine_refuse(&m, "has not placed",
                        "{ 'execute': 'inject-pcie-error',"
                        "  'arguments': { 'device': 'port0' } }");
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) { });
    ghes_machine_quit(&m);
}

/* R82 */
static void test_refuse(void)
{
    GhesMachine m;

    start(&m);
    ghes_inject_refuse_all(&m, "inject-processor-error", refusals,
                           ARRAY_SIZE(refusals));
    ghes_machine_quit(&m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("ghes/processor/least", test_least);
    qtest_add_func("ghes/processor/all", test_all);
    qtest_add_func("ghes/processor/kinds", test_kinds);
    qtest_add_func("ghes/processor/operations", test_operations);
    qtest_add_func("ghes/processor/vendor", test_vendor);
    qtest_add_func("ghes/processor/repeat", test_repeat);
    qtest_add_func("ghes/processor/refuse", test_refuse);
    qtest_add_func("ghes/processor/refuse-early", test_refuse_early);

    return g_test_run();
}
