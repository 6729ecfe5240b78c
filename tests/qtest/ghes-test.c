/*
 * Tests which ACPI error sources a virt machine has, and when it has none
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qobject/qdict.h"
#include "qobject/qlist.h"
#include "ghes-machine.h"

static uint64_t rsdp_gpa(const GhesMachine *m)
{
    return ghes_firmware_blob(&m->fw, "etc/acpi/rsdp")->gpa;
}

static void assert_register(const uint8_t *source, const char *name,
                            uint64_t gpa)
{
    const GhesValue qword_in_memory[] = {
        { "Address Space ID", 0 },
        { "Register Bit Width", 64 },
        { "Access Size", 4 },
        { "Address", gpa },
        { }
    };

    ghes_assert_fields(&ghes_layout_gas,
                       ghes_at(&ghes_layout_ghes_v2, source, name),
                       qword_in_memory);
}

/* What a source says of itself; the registers follow each other at @gpa */
static void assert_source(const uint8_t *source, uint64_t gpa,
                          uint64_t notification, uint64_t block_length,
                          uint64_t sections)
{
    const GhesValue values[] = {
        { "Type", 10 },
        { "Source Id", ghes_get(&ghes_layout_ghes_v2, source, "Source Id") },
        { "Related Source Id", 0xffff },
        { "Enabled", 1 },
        { "Number of Records To Pre-allocate", 1 },
        { "Max Sections Per Record", sections },
        { "Max Raw Data Length", block_length },
        { "Error Status Block Length", block_length },
        { "Read Ack Preserve", ~1ULL },
        { "Read Ack Write", 1 },
        { }
    };
    const GhesValue notification_values[] = {
        { "Type", notification }, { "Length", 28 }, { }
    };

    ghes_assert_fields(&ghes_layout_ghes_v2, source, values);
    ghes_assert_fields(&ghes_layout_notification,
                       ghes_at(&ghes_layout_ghes_v2, source,
                               "Notification Structure"),
                       notification_values);
    assert_register(source, "Error Status Address", gpa);
    assert_register(source, "Read Ack Register", gpa + 8);
}

/* R1, R10; an entry of memory takes 72 + 80 bytes, a block's header 20 */
static void test_hest(void)
{
    GhesMachine m;
    g_autofree uint8_t *hest = NULL;
    const uint8_t *sea, *ged;
    uint64_t blob_gpa;
    uint32_t length;

    ghes_machine_start_and_boot(&m);
    blob_gpa = ghes_firmware_blob(&m.fw, GHES_HARDWARE_ERRORS)->gpa;
    hest = ghes_find_table(m.qts, rsdp_gpa(&m), "HEST", &length);

    g_assert_nonnull(hest);
    g_assert_cmpuint(length, ==, 40 + 2 * 92);
    g_assert_cmpuint(ghes_get(&ghes_layout_hest, hest, "Revision"), ==, 1);
    g_assert_cmpuint(ghes_get(&ghes_layout_hest, hest, "Error Source Count"),
                     ==, 2);

    sea = ghes_find_source(hest, length, GHES_SEA);
    ged = ghes_find_source(hest, length, GHES_GED);
    assert_source(sea, blob_gpa + 3072, 8, 1024, (1024 - 20) / 152);
    assert_source(ged, blob_gpa + 3088, 7, 2048, (2048 - 20) / 152);

    ghes_machine_quit(&m);
}

/* R5 to R9: the blob as firmware has placed it, and a guest finds it */
static void test_blob(void)
{
    static const uint64_t status_offset[] = { 0, 1024 };
    static const uint64_t read_ack_offset[] = { 3080, 3096 };
    static const uint8_t zero[GHES_BLOCK_SIZE_MAX];
    GhesMachine m;
    const GhesFirmwareBlob *blob;

    ghes_machine_start_and_boot(&m);
    blob = ghes_firmware_blob(&m.fw, GHES_HARDWARE_ERRORS);
    g_assert_cmpuint(blob->size, ==, 3104);

    for (unsigned i = 0; i < GHES_SOURCES; i++) {
        g_autofree uint8_t *block = ghes_machine_read_block(&m, i);

        g_assert_cmphex(m.status_gpa[i], ==, blob->gpa + status_offset[i]);
        g_assert_cmpmem(block, m.status_size[i], zero, m.status_size[i]);
        g_assert_cmphex(m.read_ack_gpa[i], ==, blob->gpa + read_ack_offset[i]);
        g_assert_cmphex(qtest_readq(m.qts, m.read_ack_gpa[i]), ==, 1);

        /*
         * EDK2 takes what a pointer points to for an ACPI table if there are
         * 36 bytes and the u32 at 4 is a length of so many at least that fits.
         */
        g_assert_cmpuint(qtest_readl(m.qts, m.status_gpa[i] + 4), <, 36);
        g_assert_cmpuint(blob->gpa + blob->size - (m.read_ack_gpa[i] - 8), <,
                         36);
    }
    ghes_machine_quit(&m);
}

static bool dsdt_has_error_device(GhesMachine *m)
{
    uint32_t length;
    g_autofree uint8_t *dsdt = ghes_find_dsdt(m->qts, rsdp_gpa(m), &length);

    return memmem(dsdt, length, "PNP0C33", strlen("PNP0C33"));
}

/* R4 */
static void test_dsdt(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    g_assert_true(dsdt_has_error_device(&m));
    ghes_machine_quit(&m);
}

/* R42: there is nothing for firmware or for the guest, nor to inject to */
static void assert_absent(GhesMachine *m)
{
    g_autoptr(QDict) response = qtest_qmp(m->qts,
                                          "{ 'execute': 'query-ghes' }");
    QDict *info = qdict_get_qdict(response, "return");

    g_assert_false(qdict_get_bool(info, "present"));
    g_assert_true(qlist_empty(qdict_get_qlist(info, "sources")));
    g_assert_false(ghes_firmware_has_file(&m->fw, GHES_HARDWARE_ERRORS));
    g_assert_false(ghes_firmware_has_file(&m->fw,
                                          GHES_HARDWARE_ERRORS_ADDRESS));
    ghes_machine_refuse(m, "ras=on", "{ 'execute': 'inject-memory-error',"
                        "  'arguments': { 'address': %" PRIu64 " } }",
                        GHES_PAGES_GPA);
    ghes_machine_refuse(m, "ras=on", "{ 'execute': 'inject-ghes-v2-error',"
                        "  'arguments': { 'cper': 'AAAA' } }");
    ghes_machine_refuse(m, "ras=on",
                        "{ 'execute': 'inject-processor-error' }");
    ghes_machine_refuse(m, "ras=on", "{ 'execute': 'inject-pcie-error',"
                        "  'arguments': { 'device': 'port0' } }");
}

/* R2; with QEMU 10.2 the error device came into each machine's DSDT */
static void test_off(void)
{
    bool always_has_device = qtest_has_machine("virt-10.2");
    GhesMachine m;
    g_autofree uint8_t *hest = NULL;
    uint32_t length;

    ghes_machine_start(&m, "ras=off", "");
    ghes_machine_boot(&m);
    hest = ghes_find_table(m.qts, rsdp_gpa(&m), "HEST", &length);
    g_assert_null(hest);
    g_assert(dsdt_has_error_device(&m) == always_has_device);
    assert_absent(&m);
    ghes_machine_quit(&m);
}

/* R3: ras=on alone doesn't make sources, and doesn't keep from starting */
static void test_missing(gconstpointer options)
{
    GhesMachine m;

    ghes_machine_start_bare(&m, options);
    ghes_machine_power_up(&m);
    assert_absent(&m);
    ghes_machine_quit(&m);
}

static void assert_source_info(const QListEntry *entry, uint16_t source_id,
                               const char *notification, uint32_t block_size)
{
    QDict *info = qobject_to(QDict, qlist_entry_obj(entry));

    g_assert_cmpuint(qdict_get_int(info, "source-id"), ==, source_id);
    g_assert_cmpstr(qdict_get_str(info, "notification"), ==, notification);
    g_assert_cmpuint(qdict_get_int(info, "block-size"), ==, block_size);
}

/* R53, and that queries count from 0 */
static void test_query(void)
{
    g_autoptr(QDict) response = NULL;
    GhesMachine m;
    QDict *info;
    const QListEntry *entry;

    ghes_machine_start(&m, "ras=on", "");
    response = qtest_qmp(m.qts, "{ 'execute': 'query-ghes' }");
    info = qdict_get_qdict(response, "return");
    g_assert_true(qdict_get_bool(info, "present"));
    entry = qlist_first(qdict_get_qlist(info, "sources"));
    assert_source_info(entry, GHES_SEA, "sea", 1024);
    entry = qlist_next(entry);
    assert_source_info(entry, GHES_GED, "gpio", 2048);
    g_assert_null(qlist_next(entry));

    ghes_machine_assert_counts(&m, GHES_SEA, (GhesCounts) { });
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) { });
    ghes_machine_quit(&m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("ghes/tables/hest", test_hest);
    qtest_add_func("ghes/tables/blob", test_blob);
    qtest_add_func("ghes/tables/dsdt", test_dsdt);
    qtest_add_func("ghes/absent/ras-off", test_off);
    qtest_add_data_func("ghes/absent/default",
                        "-machine virt -cpu cortex-a57 -bios /dev/null",
                        test_missing);
    qtest_add_data_func("ghes/absent/acpi-off",
                        "-machine virt,ras=on,acpi=off -cpu cortex-a57 "
                        "-bios /dev/null", test_missing);
    /* Not all versions of QEMU have such a CPU without TCG */
    if (qtest_has_accel("tcg")) {
        qtest_add_data_func("ghes/absent/32-bit-cpu",
                            "-machine virt,ras=on -accel tcg -S "
                            "-cpu cortex-a15 -bios /dev/null", test_missing);
    }
    qtest_add_data_func("ghes/absent/no-firmware",
                        "-machine virt,ras=on -cpu cortex-a57", test_missing);
    if (qtest_has_machine("virt-4.1")) {
        qtest_add_data_func("ghes/absent/no-ged",
                            "-machine virt-4.1,ras=on -cpu cortex-a57 "
                            "-bios /dev/null", test_missing);
    }
    qtest_add_func("ghes/query", test_query);

    return g_test_run();
}
