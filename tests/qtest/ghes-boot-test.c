/*
 * Tests the BERT, and which errors the next boot finds in its region
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <glib/gstdio.h>
#include "qemu/bswap.h"
#include "ghes-boot-region.h"
#include "ghes-start.h"

#define OPTIONS "ras=on,bert=on"

static void start(GhesMachine *m)
{
    ghes_machine_start(m, OPTIONS, "");
    ghes_machine_boot(m);
}

static void boot_anew(GhesMachine *m)
{
    qtest_system_reset(m->qts);
    ghes_machine_boot(m);
}

/* R104, R106, R107 */
static void test_table(void)
{
    g_autofree uint8_t *bert = NULL;
    const GhesFirmwareBlob *region;
    uint32_t length;
    GhesMachine m;

    start(&m);
    bert = ghes_find_table(m.qts,
                           ghes_firmware_blob(&m.fw, "etc/acpi/rsdp")->gpa,
                           "BERT", &length);
    region = ghes_firmware_blob(&m.fw, GHES_BOOT_ERRORS);
    g_assert_nonnull(bert);
    g_assert_cmpuint(length, ==, 48);
    g_assert_cmpuint(bert[8], ==, 1);                   /* Revision */
    g_assert_cmpuint(ldl_le_p(bert + 36), ==, 5120);    /* Region Length */
    g_assert_cmphex(ldq_le_p(bert + 40), ==, region->gpa);
    g_assert_cmpuint(region->size, ==, 5120);
    ghes_boot_region_assert_empty(&m);
    ghes_machine_quit(&m);
}

/* R104 */
static void test_off(void)
{
    g_autofree uint8_t *bert = NULL;
    uint32_t length;
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    bert = ghes_find_table(m.qts,
                           ghes_firmware_blob(&m.fw, "etc/acpi/rsdp")->gpa,
                           "BERT", &length);
    g_assert_null(bert);
    g_assert_false(ghes_firmware_has_file(&m.fw, GHES_BOOT_ERRORS));
    ghes_machine_quit(&m);
}

/* R105 */
static void test_refused(void)
{
    ghes_start_refused("-machine virt,bert=on -cpu cortex-a57 -bios /dev/null",
                       "bert=on needs ras=on");
}

/* R108, R111: what Linux does: it reads a fatal error, panics, reboots */
static void test_fatal_read(void)
{
    GhesMachine m;

    start(&m);
    ghes_machine_inject(&m, "{ 'address': %" PRIu64 ", 'severity': 'fatal',"
                        "  'bank': 1799, 'fru-text': 'DIMM A1' }",
                        ghes_page(0));
    ghes_machine_acknowledge(&m, GHES_GED);
    boot_anew(&m);

    ghes_boot_region_assert(&m, (GhesBootRecord[]) {
        { GHES_FATAL, { 0 }, 1 }, { }
    });
    ghes_boot_region_assert_dimm(&m, ghes_page(0), 1799, "DIMM A1");
    g_assert_false(ghes_machine_has_error(&m, GHES_GED));
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .recorded = 1, .notified = 1, .acknowledged = 1 });

    boot_anew(&m);
    ghes_boot_region_assert_empty(&m);
    ghes_machine_quit(&m);
}

/* R108: the guest has died before it could acknowledge */
static void test_fatal_unread(void)
{
    GhesMachine m;

    start(&m);
    ghes_machine_inject_range(&m, "fatal", ghes_page(0), 1);
    boot_anew(&m);
    ghes_boot_region_assert(&m, (GhesBootRecord[]) {
        { GHES_FATAL, { 0 }, 1 }, { }
    });
    ghes_machine_quit(&m);
}

/* R108, R112: what the guest has read is no news, and is told nobody */
static void test_read(void)
{
    GhesMachine m;

    start(&m);
    ghes_machine_inject_page(&m, ghes_page(0));
    ghes_machine_acknowledge(&m, GHES_GED);
    boot_anew(&m);
    ghes_boot_region_assert_empty(&m);
    ghes_machine_quit(&m);
}

/* R108, R110, R112: fatal ones first, each kind in its order, and once */
static void test_order(void)
{
    GhesMachine m;

    start(&m);
    ghes_machine_inject_range(&m, "corrected", ghes_page(9), 1);
    ghes_machine_inject_page(&m, ghes_page(4));
    ghes_machine_inject_range(&m, "fatal", ghes_page(2), 1);
    ghes_machine_inject_page(&m, ghes_page(3));
    ghes_machine_inject_range(&m, "fatal", ghes_page(1), 1);
    boot_anew(&m);
    ghes_boot_region_assert(&m, (GhesBootRecord[]) {
        { GHES_FATAL, { 2, 1 }, 2 }, { GHES_RECOVERABLE, { 4, 3 }, 2 }, { }
    });
    ghes_machine_take_pages(&m, GHES_CORRECTED, ghes_page(9), 1);
    ghes_machine_run_ms(&m, 1000);
    g_assert_false(ghes_machine_has_error(&m, GHES_GED));
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .recorded = 2, .notified = 2, .acknowledged = 1 });

    boot_anew(&m);
    ghes_boot_region_assert_empty(&m);
    ghes_machine_quit(&m);
}

/* R109, R110: 5 records of 6 pages; the others come to the new boot */
static void test_many(void)
{
    GhesMachine m;

    start(&m);
    ghes_machine_inject_range(&m, "recoverable", ghes_page(0), 40);
    boot_anew(&m);
    ghes_boot_region_assert(&m, (GhesBootRecord[]) {
        { GHES_RECOVERABLE, { 0, 1, 2, 3, 4, 5 }, 6 },
        { GHES_RECOVERABLE, { 6, 7, 8, 9, 10, 11 }, 6 },
        { GHES_RECOVERABLE, { 12, 13, 14, 15, 16, 17 }, 6 },
        { GHES_RECOVERABLE, { 18, 19, 20, 21, 22, 23 }, 6 },
        { GHES_RECOVERABLE, { 24, 25, 26, 27, 28, 29 }, 6 },
        { }
    });
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(30), 10);
    g_assert_false(ghes_machine_has_error(&m, GHES_GED));
    ghes_machine_quit(&m);
}

/* R110: nobody dies of an error of the boot before */
static void test_many_fatal(void)
{
    GhesMachine m;

    start(&m);
    ghes_machine_inject_range(&m, "fatal", ghes_page(0), 1);
    ghes_machine_inject_range(&m, "fatal", ghes_page(1), 40);
    boot_anew(&m);
    ghes_boot_region_assert(&m, (GhesBootRecord[]) {
        { GHES_FATAL, { 0 }, 1 },
        { GHES_FATAL, { 1, 2, 3, 4, 5, 6 }, 6 },
        { GHES_FATAL, { 7, 8, 9, 10, 11, 12 }, 6 },
        { GHES_FATAL, { 13, 14, 15, 16, 17, 18 }, 6 },
        { GHES_FATAL, { 19, 20, 21, 22, 23, 24 }, 6 },
        { }
    });
    ghes_machine_run_ms(&m, 1000);
    g_assert_false(ghes_machine_has_error(&m, GHES_GED));
    /* Pages 25 to 40 */
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .recorded = 1, .notified = 1, .dropped = 16 });
    ghes_machine_quit(&m);
}

/* R111: a boot that ends before firmware has looked was none */
static void test_not_fetched(void)
{
    GhesMachine m;

    start(&m);
    ghes_machine_inject_page(&m, ghes_page(0));
    qtest_system_reset(m.qts);
    qtest_system_reset(m.qts);
    qtest_system_reset(m.qts);
    ghes_machine_boot(&m);
    ghes_boot_region_assert(&m, (GhesBootRecord[]) {
        { GHES_RECOVERABLE, { 0 }, 1 }, { }
    });
    ghes_machine_quit(&m);
}

/* R108: an error of each life, and only of the last one */
static void test_again(void)
{
    GhesMachine m;

    start(&m);
    for (unsigned i = 0; i < 3; i++) {
        ghes_machine_inject_range(&m, "fatal", ghes_page(i), 1);
        ghes_machine_acknowledge(&m, GHES_GED);
        boot_anew(&m);
        ghes_boot_region_assert(&m, (GhesBootRecord[]) {
            { GHES_FATAL, { i }, 1 }, { }
        });
    }
    ghes_machine_quit(&m);
}

/* A fatal block of @entries, each with @payload bytes of a type of our own */
static size_t make_block(uint8_t *block, unsigned entries, uint32_t payload)
{
    size_t length = 20 + entries * (72 + payload);

    memset(block, 0, length);
    stl_le_p(block, 1 | entries << 4);              /* Block Status */
    stl_le_p(block + 12, length - 20);              /* Data Length */
    stl_le_p(block + 16, GHES_FATAL);               /* Error Severity */
    for (unsigned i = 0; i < entries; i++) {
        uint8_t *entry = block + 20 + i * (72 + payload);

        memset(entry, 0x50 + i, 16);                /* Section Type */
        stl_le_p(entry + 16, GHES_FATAL);
        stw_le_p(entry + 20, 0x0300);               /* Revision */
        stl_le_p(entry + 24, payload);              /* Error Data Length */
        memset(entry + 72, 0xa0 + i, payload);
    }
    return length;
}

/* R109: unchanged but for what is too long for Linux, and Raw Data */
static void test_block(void)
{
    static const struct {
        unsigned entries, payload, raw, kept;
    } blocks[] = {
        { 1, 8, 0, 1 },
        { 1, 8, 40, 1 },
        { 1, 931, 0, 1 },       /* 1023 bytes */
        { 1, 932, 0, 0 },       /* 1024 */
        { 3, 300, 0, 2 },       /* 20 + 3 * 372 */
    };
    uint8_t block[2048], expected[2048], region[2048];
    GhesMachine m;

    start(&m);
    for (unsigned i = 0; i < ARRAY_SIZE(blocks); i++) {
        size_t length = make_block(block, blocks[i].entries,
                                   blocks[i].payload);
        g_autofree char *cper = NULL;

        if (blocks[i].raw) {
            stl_le_p(block + 4, length);
            stl_le_p(block + 8, blocks[i].raw);
            memset(block + length, 0xee, blocks[i].raw);
        }
        cper = g_base64_encode(block, length + blocks[i].raw);
        qtest_qmp_assert_success(m.qts, "{ 'execute': 'inject-ghes-v2-error',"
                                 "  'arguments': { 'cper': %s } }", cper);
        boot_anew(&m);

        memset(expected, 0, sizeof(expected));
        make_block(expected, blocks[i].entries, blocks[i].payload);
        length = 20 + blocks[i].kept * (72 + blocks[i].payload);
        stl_le_p(expected, 1 | blocks[i].kept << 4);
        stl_le_p(expected + 12, length - 20);
        memset(expected + length, 0, sizeof(expected) - length);
        qtest_memread(m.qts, ghes_firmware_blob(&m.fw, GHES_BOOT_ERRORS)->gpa,
                      region, sizeof(region));
        g_assert_cmpmem(region, sizeof(region), expected, sizeof(expected));
    }
    ghes_machine_quit(&m);
}

/* R114: between death and boot */
static void test_migrate_reset(void)
{
    GhesMachine from, to;

    start(&from);
    ghes_machine_inject_range(&from, "fatal", ghes_page(0), 1);
    qtest_system_reset(from.qts);
    ghes_machine_migrate_to(&from, &to, OPTIONS);
    ghes_machine_boot(&to);
    ghes_boot_region_assert(&to, (GhesBootRecord[]) {
        { GHES_FATAL, { 0 }, 1 }, { }
    });
    boot_anew(&to);
    ghes_boot_region_assert_empty(&to);
    ghes_machine_quit(&to);
}

/* R114: between the last words and death, and after firmware had it all */
static void test_migrate_fatal(void)
{
    GhesMachine from, to, again;

    start(&from);
    ghes_machine_inject_range(&from, "fatal", ghes_page(0), 1);
    ghes_machine_acknowledge(&from, GHES_GED);
    ghes_machine_assert_counts(&from, GHES_GED, (GhesCounts) {
        .recorded = 1, .notified = 1, .acknowledged = 1 });
    ghes_machine_migrate_to(&from, &to, OPTIONS);
    boot_anew(&to);
    ghes_boot_region_assert(&to, (GhesBootRecord[]) {
        { GHES_FATAL, { 0 }, 1 }, { }
    });
    ghes_machine_migrate_to(&to, &again, OPTIONS);
    boot_anew(&again);
    ghes_boot_region_assert_empty(&again);
    ghes_machine_quit(&again);
}

/* R114: who has nothing to tell can go where nobody can tell it */
static void test_migrate_without(void)
{
    GhesMachine from, to;

    start(&from);
    ghes_machine_migrate_to(&from, &to, "ras=on");
    ghes_machine_inject_page(&to, ghes_page(0));
    ghes_machine_take_pages(&to, GHES_RECOVERABLE, ghes_page(0), 1);
    ghes_machine_quit(&to);
}

/* R114: QEMU ends there, and says what it can't take */
static void test_migrate_refused(void)
{
    g_autofree char *dir = g_dir_make_tmp("ghes-test-XXXXXX", NULL);
    g_autofree char *path = g_strdup_printf("%s/migration", dir);
    g_autofree char *uri = g_strdup_printf("unix:%s", path);
    g_autofree char *incoming = g_strdup_printf("-incoming %s", uri);
    GhesMachine from, to;

    start(&from);
    ghes_machine_inject_range(&from, "fatal", ghes_page(0), 1);
    qtest_system_reset(from.qts);
    ghes_machine_start(&to, "ras=on", incoming);
    qtest_set_expected_status(to.qts, EXIT_FAILURE);
    qtest_qmp_assert_success(from.qts, "{ 'execute': 'migrate',"
                             "  'arguments': { 'uri': %s } }", uri);
    qtest_wait_qemu(to.qts);
    ghes_machine_quit(&to);
    ghes_machine_quit(&from);
    g_unlink(path);
    g_rmdir(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("ghes/boot/table", test_table);
    qtest_add_func("ghes/boot/off", test_off);
    qtest_add_func("ghes/boot/refused", test_refused);
    qtest_add_func("ghes/boot/fatal-read", test_fatal_read);
    qtest_add_func("ghes/boot/fatal-unread", test_fatal_unread);
    qtest_add_func("ghes/boot/read", test_read);
    qtest_add_func("ghes/boot/order", test_order);
    qtest_add_func("ghes/boot/many", test_many);
    qtest_add_func("ghes/boot/many-fatal", test_many_fatal);
    qtest_add_func("ghes/boot/not-fetched", test_not_fetched);
    qtest_add_func("ghes/boot/again", test_again);
    qtest_add_func("ghes/boot/block", test_block);
    qtest_add_func("ghes/boot/migrate-reset", test_migrate_reset);
    qtest_add_func("ghes/boot/migrate-fatal", test_migrate_fatal);
    qtest_add_func("ghes/boot/migrate-without", test_migrate_without);
    qtest_add_func("ghes/boot/migrate-refused", test_migrate_refused);

    return g_test_run();
}
