/*
 * qtest of guests that stock QEMU 10.2 started: R150 to R153
 *
 * The test plays such a guest: it has a HEST and a file etc/hardware_errors as
 * that QEMU makes them, and firmware that told where the HEST is and no more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "ghes-machine.h"

#define HEST_ADDRESS "etc/acpi_table_hest_addr"

/* Somewhere in RAM; a HEST isn't aligned to more than its blob is */
#define STOCK_HEST_GPA (GHES_BLOBS_GPA + 0x800024)
#define STOCK_BLOB_GPA (GHES_BLOBS_GPA + 0x900008)

/* ACPI 6.5, 18.3.2 and 18.3.2.8 */
#define SOURCE_COUNT    36
#define SOURCE(n)       (40 + 92 * (n))
#define STATUS_ADDRESS  24
#define READ_ACK        68

static void write_table(GhesMachine *m, uint64_t hest, uint64_t blob)
{
    qtest_memset(m->qts, hest, 0, 40 + 2 * 92);
    qtest_writel(m->qts, hest + SOURCE_COUNT, 2);
    for (unsigned n = 0; n < GHES_SOURCES; n++) {
        const uint64_t source = hest + SOURCE(n);

        qtest_writew(m->qts, source, 10);
        qtest_writew(m->qts, source + 2, n);
        qtest_writeq(m->qts, source + STATUS_ADDRESS, blob + 8 * n);
        qtest_writeq(m->qts, source + READ_ACK, blob + 16 + 8 * n);
    }
}

/* Two block addresses, two acknowledge registers, two blocks of 1 KiB */
static void write_blob(GhesMachine *m, uint64_t blob)
{
    qtest_memset(m->qts, blob, 0, 32 + 2 * 1024);
    for (unsigned n = 0; n < GHES_SOURCES; n++) {
        qtest_writeq(m->qts, blob + 8 * n, blob + 32 + 1024 * n);
        qtest_writeq(m->qts, blob + 16 + 8 * n, 1);
        m->status_gpa[n] = blob + 32 + 1024 * n;
        m->status_size[n] = 1024;
        m->read_ack_gpa[n] = blob + 16 + 8 * n;
    }
}

/*
 * A machine with a guest that came from there.  What firmware tells is used
 * only where the guest goes to: here its blob is ours.
 */
static void start(GhesMachine *m, uint64_t hest, uint64_t blob)
{
    GhesMachine from;

    ghes_machine_start(&from, "ras=on", "");
    ghes_machine_power_up(&from);
    write_table(&from, STOCK_HEST_GPA, blob);
    write_blob(&from, STOCK_BLOB_GPA);
    ghes_firmware_write_u64(&from.fw, HEST_ADDRESS, 0, hest);
    ghes_machine_refuse_page(&from, "has not placed", ghes_page(0));
    ghes_machine_migrate(&from, m);
}

/* R150: each source's block and register are where that QEMU has them */
static void test_deliver(void)
{
    GhesMachine m;

    start(&m, STOCK_HEST_GPA, STOCK_BLOB_GPA);
    ghes_machine_inject_page(&m, ghes_page(0));
    g_assert_cmphex(qtest_readq(m.qts, STOCK_BLOB_GPA + 16), ==, 1);
    g_assert_cmphex(qtest_readq(m.qts, STOCK_BLOB_GPA + 24), ==, 0);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(0), 1);
    /* A block of 1 KiB has room for 6 records, of 152 bytes behind 20 */
    ghes_machine_inject_range(&m, "recoverable", ghes_page(1), 8);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(1), 6);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(7), 2);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .recorded = 9, .notified = 3, .acknowledged = 9 });
    ghes_machine_quit(&m);
}

/* R150: after a reset the guest has our tables, and the same errors wait */
static void test_reset(void)
{
    GhesMachine m;

    start(&m, STOCK_HEST_GPA, STOCK_BLOB_GPA);
    ghes_machine_inject_page(&m, ghes_page(0));
    qtest_system_reset(m.qts);
    ghes_machine_boot(&m);
    g_assert_cmpuint(m.status_size[GHES_GED], ==, 2048);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(0), 1);
    ghes_machine_quit(&m);
}

/* R151: our own tables have it told where the HEST is, for that QEMU */
static void test_tell(void)
{
    GhesMachine m;
    uint64_t tables;

    ghes_machine_start_and_boot(&m);
    g_assert_true(ghes_firmware_has_file(&m.fw, HEST_ADDRESS));
    tables = ghes_firmware_blob(&m.fw, "etc/acpi/tables")->gpa;
    for (uint32_t i = 0; ; i++) {
        g_assert_cmpuint(i, <, 0x10000);
        if (qtest_readl(m.qts, tables + i) == 0x54534548 /* HEST */) {
            g_assert_cmphex(ghes_firmware_read_u64(&m.fw, HEST_ADDRESS), ==,
                            tables + i);
            break;
        }
    }
    ghes_machine_quit(&m);
}

/* R152: not for the types of machines of earlier releases */
static void test_old_type(void)
{
    GhesMachine m;

    ghes_machine_start_bare(&m, "-machine virt-10.1,ras=on -cpu cortex-a57 "
                            "-bios /dev/null");
    ghes_machine_power_up(&m);
    ghes_machine_boot(&m);
    g_assert_false(ghes_firmware_has_file(&m.fw, HEST_ADDRESS));
    ghes_machine_inject_page(&m, ghes_page(0));
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(0), 1);
    ghes_machine_quit(&m);
}

/* R153: nothing is written anywhere for a HEST that makes no sense */
static void refuse(uint64_t hest, uint64_t blob, const char *reason)
{
    static const uint8_t zero[1024];
    uint8_t block[1024];
    GhesMachine m;

    start(&m, hest, blob);
    ghes_machine_refuse_page(&m, reason, ghes_page(0));
    for (unsigned n = 0; n < GHES_SOURCES; n++) {
        qtest_memread(m.qts, m.status_gpa[n], block, sizeof(block));
        g_assert_cmpmem(block, sizeof(block), zero, sizeof(zero));
    }
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) { });
    ghes_machine_quit(&m);
}

static void test_refuse(void)
{
    /* No RAM, the last bytes of RAM, the end of all addresses */
    refuse(0x08000000, STOCK_BLOB_GPA, "HEST at 0x8000000");
    refuse(GHES_RAM_END - 64, STOCK_BLOB_GPA, "not lie in RAM");
    refuse(UINT64_MAX - 64, STOCK_BLOB_GPA, "not lie in RAM");
    /* No HEST: zeros, with no source */
    refuse(STOCK_HEST_GPA + 0x10000, STOCK_BLOB_GPA, "not that of this");
    /* The same of the blob; it has to be aligned besides */
    refuse(STOCK_HEST_GPA, 0x08000000, "hardware_errors is at 0x8000000");
    refuse(STOCK_HEST_GPA, GHES_RAM_END - 2048, "not lie in RAM");
    refuse(STOCK_HEST_GPA, UINT64_MAX - 7, "not lie in RAM");
    refuse(STOCK_HEST_GPA, STOCK_BLOB_GPA + 4, "not lie in RAM");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("ghes/hest/deliver", test_deliver);
    qtest_add_func("ghes/hest/old-type", test_old_type);
    qtest_add_func("ghes/hest/refuse", test_refuse);
    qtest_add_func("ghes/hest/reset", test_reset);
    qtest_add_func("ghes/hest/tell", test_tell);

    return g_test_run();
}
