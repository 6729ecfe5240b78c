/*
 * Tests that errors outlast reset, new firmware and a guest that is stopped
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "ghes-machine.h"

/* R42: before firmware has run there is no place for an error */
static void test_no_firmware(void)
{
    GhesMachine m;

    ghes_machine_start(&m, "ras=on", "");
    ghes_machine_refuse_page(&m, "not placed", GHES_PAGES_GPA);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) { });
    ghes_machine_boot(&m);
    ghes_machine_inject_page(&m, GHES_PAGES_GPA);
    ghes_machine_assert_pages(&m, GHES_RECOVERABLE, GHES_PAGES_GPA, 1);
    ghes_machine_quit(&m);
}

/* R50, R52: an idle machine forgets the address and nothing else */
static void test_reset_idle(void)
{
    const GhesCounts counts = { .recorded = 1, .notified = 1,
                                .acknowledged = 1 };
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    ghes_machine_inject_page(&m, GHES_PAGES_GPA);
    ghes_machine_acknowledge(&m, GHES_GED);
    ghes_machine_assert_counts(&m, GHES_GED, counts);

    qtest_system_reset(m.qts);
    ghes_machine_refuse_page(&m, "not placed", GHES_PAGES_GPA);
    ghes_machine_assert_counts(&m, GHES_GED, counts);

    ghes_machine_boot(&m);
    ghes_machine_run_ms(&m, 1000);
    g_assert_false(ghes_machine_has_error(&m, GHES_GED));
    ghes_machine_assert_counts(&m, GHES_GED, counts);
    ghes_machine_quit(&m);
}

/* R50, R51: what was not acknowledged comes after reset, in order, once */
static void test_reset_busy(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    ghes_machine_inject_page(&m, GHES_PAGES_GPA);
    ghes_machine_inject_page(&m, ghes_page(1));
    ghes_machine_inject_range(&m, "corrected", ghes_page(2), 1);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .busy = true, .queued = 2, .recorded = 1, .notified = 1 });

    qtest_system_reset(m.qts);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .queued = 3, .recorded = 1, .notified = 1 });
    ghes_machine_run_ms(&m, 5000);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .queued = 3, .recorded = 1, .notified = 1 });

    ghes_machine_boot(&m);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, GHES_PAGES_GPA, 2);
    ghes_machine_take_pages(&m, GHES_CORRECTED, ghes_page(2), 1);
    g_assert_false(ghes_machine_has_error(&m, GHES_GED));
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .recorded = 4, .notified = 3, .acknowledged = 3 });
    ghes_machine_quit(&m);
}

/* R51: a fatal error has had its effect, and reset is the answer */
static void test_reset_fatal(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    ghes_machine_inject_range(&m, "fatal", GHES_PAGES_GPA, 1);
    ghes_machine_inject_page(&m, ghes_page(1));
    qtest_system_reset(m.qts);
    ghes_machine_boot(&m);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(1), 1);
    g_assert_false(ghes_machine_has_error(&m, GHES_GED));
    ghes_machine_quit(&m);
}

/* R51: acknowledged just before the reset, and not looked at since */
static void test_reset_acknowledged(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    ghes_machine_inject_page(&m, GHES_PAGES_GPA);
    ghes_machine_acknowledge(&m, GHES_GED);
    qtest_system_reset(m.qts);
    ghes_machine_boot(&m);
    ghes_machine_run_ms(&m, 100);
    g_assert_false(ghes_machine_has_error(&m, GHES_GED));
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .recorded = 1, .notified = 1, .acknowledged = 1 });
    ghes_machine_quit(&m);
}

/*
 * R41, R51: firmware places the blob elsewhere, and errors follow it; what it
 * says of block addresses, 0, is not read.
 */
static void test_moved(void)
{
    const uint64_t distance = 0x800000;
    GhesMachine m;
    uint64_t gpa;

    ghes_machine_start_and_boot(&m);
    gpa = ghes_firmware_blob(&m.fw, GHES_HARDWARE_ERRORS)->gpa + distance;
    ghes_machine_inject_page(&m, GHES_PAGES_GPA);
    ghes_machine_inject_page(&m, ghes_page(1));

    /* An empty blob, both sources acknowledged */
    qtest_memset(m.qts, gpa, 0, GHES_PAGE);
    for (unsigned i = 0; i < GHES_SOURCES; i++) {
        m.read_ack_gpa[i] += distance;
        m.status_gpa[i] += distance;
        qtest_writeq(m.qts, m.read_ack_gpa[i], 1);
    }
    ghes_firmware_write_u64(&m.fw, GHES_HARDWARE_ERRORS_ADDRESS, 0,
                            m.read_ack_gpa[0] - 8);

    ghes_machine_take_pages(&m, GHES_RECOVERABLE, GHES_PAGES_GPA, 2);
    g_assert_false(ghes_machine_has_error(&m, GHES_GED));
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .recorded = 3, .notified = 2, .acknowledged = 2 });
    ghes_machine_quit(&m);
}

/* R19: the RAM of a guest that is stopped may be on its way elsewhere */
static void test_stopped(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    qtest_qmp_assert_success(m.qts, "{ 'execute': 'stop' }");
    ghes_machine_inject_page(&m, GHES_PAGES_GPA);
    g_assert_false(ghes_machine_has_error(&m, GHES_GED));
    g_assert_cmphex(qtest_readq(m.qts, m.read_ack_gpa[GHES_GED]), ==, 1);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) { .queued = 1 });

    qtest_qmp_assert_success(m.qts, "{ 'execute': 'cont' }");
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, GHES_PAGES_GPA, 1);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .recorded = 1, .notified = 1, .acknowledged = 1 });
    ghes_machine_quit(&m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("ghes/firmware/none", test_no_firmware);
    qtest_add_func("ghes/firmware/moved", test_moved);
    qtest_add_func("ghes/reset/idle", test_reset_idle);
    qtest_add_func("ghes/reset/busy", test_reset_busy);
    qtest_add_func("ghes/reset/fatal", test_reset_fatal);
    qtest_add_func("ghes/reset/acknowledged", test_reset_acknowledged);
    qtest_add_func("ghes/stopped", test_stopped);

    return g_test_run();
}
