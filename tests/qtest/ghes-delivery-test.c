/*
 * Tests that an error reaches the guest of a virt machine as it was reported
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qobject/qdict.h"
#include "ghes-machine.h"

/* UEFI 2.10, N.2.2: Memory, {A5BC1114-6F64-4EDE-B863-3E83ED7C83B1} */
static const uint8_t memory_section_type[16] = {
    0x14, 0x11, 0xbc, 0xa5, 0x64, 0x6f, 0xde, 0x4e,
    0xb8, 0x63, 0x3e, 0x83, 0xed, 0x7c, 0x83, 0xb1,
};

/* R34, R35: one entry of one section, and what is said of both */
static void assert_block(const uint8_t *block, uint64_t block_status,
                         uint64_t severity, uint64_t flags,
                         const char *fru_text, const GhesValue *section)
{
    const GhesValue block_values[] = {
        { "Block Status", block_status }, /* bit 0 UE, 1 CE; 13:4 entries */
        { "Data Length", 72 + 80 },
        { "Error Severity", severity },
        { }
    };
    const uint8_t *entry = ghes_entry(block, 0);
    const GhesValue entry_values[] = {
        { "Error Severity", severity },
        { "Revision", 0x0300 },
        { "Validation Bits", *fru_text ? 6 : 4 }, /* FRU text, timestamp */
        { "Flags", flags },
        { "Error Data Length", 80 },
        { "Timestamp", ghes_get(&ghes_layout_data_entry, entry, "Timestamp") },
        { }
    };

    ghes_assert_fields(&ghes_layout_status_block, block, block_values);
    g_assert_null(ghes_entry(block, 1));
    ghes_assert_fields(&ghes_layout_data_entry, entry, entry_values);
    g_assert_cmpmem(ghes_at(&ghes_layout_data_entry, entry, "Section Type"),
                    16, memory_section_type, 16);
    g_assert_cmpint(strncmp((const char *)ghes_at(&ghes_layout_data_entry,
                                                  entry, "FRU Text"),
                            fru_text, 20), ==, 0);
    ghes_assert_fields(&ghes_layout_memory_section, entry + 72, section);
}

/* R37, R39 */
static void test_all_fields(void)
{
    static const GhesValue section[] = {
        { "Validation Bits", 0xc7fe },  /* 1 to 10, type 14, rank 15 */
        { "Physical Address", GHES_PAGES_GPA },
        { "Physical Address Mask", ~0xfffULL },
        { "Node", 1 },
        { "Card", 2 },
        { "Module", 3 },
        { "Bank", 5 },
        { "Device", 6 },
        { "Row", 7 },
        { "Column", 8 },
        { "Bit Position", 65535 },
        { "Memory Error Type", 3 },     /* multi-bit ECC */
        { "Rank Number", 4 },
        { }
    };
    g_autofree uint8_t *block = NULL;
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    ghes_machine_inject(&m, "{ 'address': %" PRIu64 ", 'length': 4096,"
        "  'severity': 'corrected', 'error-type': 'multi-bit-ecc',"
        "  'node': 1, 'card': 2, 'module': 3, 'rank': 4, 'bank': 5,"
        "  'device': 6, 'row': 7, 'column': 8, 'bit-position': 65535,"
        "  'threshold-exceeded': true, 'fru-text': 'DIMM A1 of CPU 0 ...' }",
        GHES_PAGES_GPA);

    block = ghes_machine_read_block(&m, GHES_GED);
    /* Flags: primary, threshold exceeded */
    assert_block(block, 0x12, GHES_CORRECTED, 0x09, "DIMM A1 of CPU 0 ...",
                 section);
    g_assert_false(ghes_machine_has_error(&m, GHES_SEA));
    ghes_machine_quit(&m);
}

/* R39, R90: the other fields of the section, and an address in the page */
static void test_more_fields(void)
{
    static const GhesValue section[] = {
        /*
         * 0 error status, 1 address, 2 its mask, 8 row, 11 to 13 IDs,
         * 14 type, 16 and 17 handles, 18 extended row, 19 bank group,
         * 20 bank address, 21 chip
         */
        { "Validation Bits", 0x3f7907 },
        { "Error Status", 0x410400 },
        { "Physical Address", GHES_PAGES_GPA + 0xfc0 },
        { "Physical Address Mask", ~0x3fULL },
        { "Bank", 0x0a0b },             /* group 10, bank 11 */
        { "Row", 0x2345 },
        { "Requestor ID", 0x1122334455667788 },
        { "Responder ID", 0x7fffffffffffffff },
        { "Target ID", 1 },
        { "Extended", 0xa1 },           /* chip 5, row bits 17:16 = 1 */
        { "Card Handle", 0x1100 },
        { "Module Handle", 0x1101 },
        { }
    };
    g_autofree uint8_t *block = NULL;
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    ghes_machine_inject(&m, "{ 'address': %" PRIu64 ","
        "  'address-mask': 18446744073709551552, 'error-status': 4260864,"
        "  'bank-group': 10, 'bank-address': 11, 'row': 74565,"
        "  'chip-id': 5, 'requestor-id': 1234605616436508552,"
        "  'responder-id': 9223372036854775807, 'target-id': 1,"
        "  'card-handle': 4352, 'module-handle': 4353 }",
        GHES_PAGES_GPA + 0xfc0);

    block = ghes_machine_read_block(&m, GHES_GED);
    assert_block(block, 0x11, GHES_RECOVERABLE, 0x01, "", section);
    ghes_machine_quit(&m);
}

static void assert_least(GhesMachine *m, uint64_t block_status,
                         uint64_t severity)
{
    static const GhesValue section[] = {
        { "Validation Bits", 0x4006 },  /* address, its mask, type */
        { "Physical Address", GHES_PAGES_GPA },
        { "Physical Address Mask", ~0xfffULL },
        { }
    };
    g_autofree uint8_t *block = ghes_machine_read_block(m, GHES_GED);

    assert_block(block, block_status, severity, 0x01, "", section);
    ghes_machine_acknowledge(m, GHES_GED);
    ghes_machine_await_next(m);
}

/* R39: of only an address, a recoverable error of unknown type, one page */
static void test_severities(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    ghes_machine_inject_page(&m, GHES_PAGES_GPA);
    assert_least(&m, 0x11, GHES_RECOVERABLE);
    ghes_machine_inject_range(&m, "recoverable", GHES_PAGES_GPA, 1);
    assert_least(&m, 0x11, GHES_RECOVERABLE);
    ghes_machine_inject_range(&m, "corrected", GHES_PAGES_GPA, 1);
    assert_least(&m, 0x12, GHES_CORRECTED);
    ghes_machine_inject_range(&m, "fatal", GHES_PAGES_GPA, 1);
    assert_least(&m, 0x11, GHES_FATAL);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .recorded = 4, .notified = 4, .acknowledged = 4 });
    ghes_machine_assert_counts(&m, GHES_SEA, (GhesCounts) { });
    ghes_machine_quit(&m);
}

/* R27: one entry, a firmware error (UEFI N.2.10), and 4 bytes of raw data */
static void test_status_block(void)
{
    static const uint8_t cper[] = {
        0x11, 0x00, 0x00, 0x00,         /* Block Status: 1 entry, UE */
        0x6c, 0x00, 0x00, 0x00,         /* Raw Data Offset: 108 */
        0x04, 0x00, 0x00, 0x00,         /* Raw Data Length */
        0x58, 0x00, 0x00, 0x00,         /* Data Length: 72 + 16 */
        0x00, 0x00, 0x00, 0x00,         /* Error Severity: recoverable */
        /* Section Type: {81212A96-09ED-4996-9471-8D729C8E69ED} */
        0x96, 0x2a, 0x21, 0x81, 0xed, 0x09, 0x96, 0x49,
        0x94, 0x71, 0x8d, 0x72, 0x9c, 0x8e, 0x69, 0xed,
        0x00, 0x00, 0x00, 0x00,         /* Error Severity: recoverable */
        0x00, 0x03, 0x00, 0x00,         /* Revision, Validation, Flags */
        0x10, 0x00, 0x00, 0x00,         /* Error Data Length: 16 */
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,     /* FRU Id */
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0,         /* Timestamp */
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
        0xca, 0xfe, 0xba, 0xbe,         /* Raw Data */
    };
    g_autofree char *base64 = g_base64_encode(cper, sizeof(cper));
    g_autofree uint8_t *block = NULL;
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    qtest_qmp_assert_success(m.qts, "{ 'execute': 'inject-ghes-v2-error',"
                             "  'arguments': { 'cper': %s } }", base64);
    block = ghes_machine_read_block(&m, GHES_GED);
    g_assert_cmpmem(block, sizeof(cper), cper, sizeof(cper));
    g_assert_true(ghes_machine_take_event(&m));
    ghes_machine_acknowledge(&m, GHES_GED);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .recorded = 1, .notified = 1, .acknowledged = 1 });
    ghes_machine_quit(&m);
}

/* R14: the GED has the error event once for each notification */
static void test_event(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    g_assert_false(ghes_machine_take_event(&m));
    ghes_machine_inject_page(&m, GHES_PAGES_GPA);
    g_assert_true(ghes_machine_take_event(&m));
    g_assert_false(ghes_machine_take_event(&m));
    ghes_machine_quit(&m);
}

/* R54: management is told of what the guest lost, and of nothing else */
static void test_memory_failure(void)
{
    g_autoptr(QDict) event = NULL;
    GhesMachine m;
    QDict *data, *flags;

    ghes_machine_start_and_boot(&m);
    ghes_machine_inject_range(&m, "corrected", GHES_PAGES_GPA, 1);
    g_assert_null(qtest_qmp_event_ref(m.qts, "MEMORY_FAILURE"));

    ghes_machine_inject_page(&m, GHES_PAGES_GPA);
    event = qtest_qmp_eventwait_ref(m.qts, "MEMORY_FAILURE");
    data = qdict_get_qdict(event, "data");
    g_assert_cmpstr(qdict_get_str(data, "recipient"), ==, "guest");
    g_assert_cmpstr(qdict_get_str(data, "action"), ==, "inject");
    flags = qdict_get_qdict(data, "flags");
    g_assert_false(qdict_get_bool(flags, "action-required"));
    ghes_machine_quit(&m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("ghes/deliver/all-fields", test_all_fields);
    qtest_add_func("ghes/deliver/more-fields", test_more_fields);
    qtest_add_func("ghes/deliver/severities", test_severities);
    qtest_add_func("ghes/deliver/status-block", test_status_block);
    qtest_add_func("ghes/deliver/event", test_event);
    qtest_add_func("ghes/deliver/memory-failure", test_memory_failure);

    return g_test_run();
}
