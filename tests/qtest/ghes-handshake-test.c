/*
 * Tests how QEMU and the guest take turns at a status block
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "ghes-machine.h"

/* R15 */
static void test_acknowledge(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    ghes_machine_inject_page(&m, GHES_PAGES_GPA);
    g_assert_cmphex(qtest_readq(m.qts, m.read_ack_gpa[GHES_GED]), ==, 0);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .busy = true, .recorded = 1, .notified = 1 });

    ghes_machine_acknowledge(&m, GHES_GED);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .recorded = 1, .notified = 1, .acknowledged = 1 });
    ghes_machine_assert_counts(&m, GHES_SEA, (GhesCounts) { });
    ghes_machine_quit(&m);
}

/* R11: a block is not free until its status is 0 and its bit set */
static void test_half_acknowledged(void)
{
    const GhesCounts busy = { .busy = true, .queued = 1, .recorded = 1,
                              .notified = 1 };
    g_autofree uint8_t *before = NULL, *after = NULL;
    uint32_t block_status;
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    ghes_machine_inject_page(&m, GHES_PAGES_GPA);
    ghes_machine_inject_page(&m, ghes_page(1));
    before = ghes_machine_read_block(&m, GHES_GED);
    ghes_machine_assert_counts(&m, GHES_GED, busy);

    /* The status is clear, as Linux leaves it before it acknowledges */
    block_status = qtest_readl(m.qts, m.status_gpa[GHES_GED]);
    qtest_writel(m.qts, m.status_gpa[GHES_GED], 0);
    ghes_machine_run_ms(&m, 200);
    g_assert_false(ghes_machine_has_error(&m, GHES_GED));
    ghes_machine_assert_counts(&m, GHES_GED, busy);

    /* The acknowledge bit is set, but not the status clear */
    qtest_writel(m.qts, m.status_gpa[GHES_GED], block_status);
    qtest_writeq(m.qts, m.read_ack_gpa[GHES_GED], 1);
    ghes_machine_run_ms(&m, 200);
    ghes_machine_assert_counts(&m, GHES_GED, busy);
    after = ghes_machine_read_block(&m, GHES_GED);
    g_assert_cmpmem(before, m.status_size[GHES_GED], after,
                    m.status_size[GHES_GED]);

    ghes_machine_acknowledge(&m, GHES_GED);
    ghes_machine_run_ms(&m, 100 + 1);       /* R17, R65 */
    ghes_machine_assert_pages(&m, GHES_RECOVERABLE, ghes_page(1), 1);
    ghes_machine_quit(&m);
}

/* R13: Read Ack Preserve is all bits but one; they are the guest's */
static void test_other_bits(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    qtest_writeq(m.qts, m.read_ack_gpa[GHES_GED], 0xfedcba9876543211ULL);
    ghes_machine_inject_page(&m, GHES_PAGES_GPA);
    g_assert_cmphex(qtest_readq(m.qts, m.read_ack_gpa[GHES_GED]), ==,
                    0xfedcba9876543210ULL);
    ghes_machine_acknowledge(&m, GHES_GED);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .recorded = 1, .notified = 1, .acknowledged = 1 });
    ghes_machine_quit(&m);
}

/* R11, R21: while the guest has the block nobody touches it */
static void test_busy(void)
{
    g_autofree uint8_t *before = NULL, *after = NULL;
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    ghes_machine_inject_page(&m, GHES_PAGES_GPA);
    g_assert_true(ghes_machine_take_event(&m));
    before = ghes_machine_read_block(&m, GHES_GED);

    ghes_machine_inject_range(&m, "fatal", ghes_page(1), 1);
    ghes_machine_run_ms(&m, 500);
    after = ghes_machine_read_block(&m, GHES_GED);
    g_assert_cmpmem(before, m.status_size[GHES_GED], after,
                    m.status_size[GHES_GED]);
    g_assert_false(ghes_machine_take_event(&m));
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .busy = true, .queued = 1, .recorded = 1, .notified = 1 });

    /* The longer the guest takes, the less often is looked: 100 ms */
    ghes_machine_acknowledge(&m, GHES_GED);
    ghes_machine_run_ms(&m, 100 + 1);
    g_assert_true(ghes_machine_take_event(&m));
    ghes_machine_assert_pages(&m, GHES_FATAL, ghes_page(1), 1);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .busy = true, .recorded = 2, .notified = 2, .acknowledged = 1 });
    ghes_machine_quit(&m);
}

/* R65: what the guest has acknowledged it has still to work off */
static void test_pace(void)
{
    static const GhesCounts waits = {
        .queued = 1, .recorded = 8, .notified = 1, .acknowledged = 8,
    };
    GhesMachine m;

    ghes_machine_start(&m, "ras=on", "-global arm-cpu.start-powered-off=off");
    ghes_machine_boot(&m);
    ghes_machine_inject_range(&m, "recoverable", GHES_PAGES_GPA, 8);
    g_assert_true(ghes_machine_take_event(&m));
    ghes_machine_inject_page(&m, ghes_page(8));
    ghes_machine_acknowledge(&m, GHES_GED);
    ghes_machine_assert_counts(&m, GHES_GED, waits);

    /* The CPU is switched on, but this host gives it no time: 1 s a record */
    ghes_machine_run_ms(&m, 990);
    ghes_machine_assert_counts(&m, GHES_GED, waits);
    g_assert_false(ghes_machine_take_event(&m));
    ghes_machine_run_ms(&m, 20);
    g_assert_true(ghes_machine_take_event(&m));
    ghes_machine_assert_pages(&m, GHES_RECOVERABLE, ghes_page(8), 1);
    ghes_machine_quit(&m);
}

/* R16: a guest that did not react is told again, of the same record */
static void test_notify_again(void)
{
    g_autofree uint8_t *before = NULL, *after = NULL;
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    ghes_machine_inject_page(&m, GHES_PAGES_GPA);
    g_assert_true(ghes_machine_take_event(&m));
    before = ghes_machine_read_block(&m, GHES_GED);

    /* A second after it was told, as soon as is looked: every 100 ms */
    ghes_machine_run_ms(&m, 150);
    for (uint64_t times = 2; times < 5; times++) {
        ghes_machine_run_ms(&m, 700);
        g_assert_false(ghes_machine_take_event(&m));
        ghes_machine_run_ms(&m, 300);
        g_assert_true(ghes_machine_take_event(&m));
        ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
            .busy = true, .recorded = 1, .notified = times });
    }
    after = ghes_machine_read_block(&m, GHES_GED);
    g_assert_cmpmem(before, m.status_size[GHES_GED], after,
                    m.status_size[GHES_GED]);

    ghes_machine_acknowledge(&m, GHES_GED);
    ghes_machine_run_ms(&m, 5000);
    g_assert_false(ghes_machine_take_event(&m));
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .recorded = 1, .notified = 4, .acknowledged = 1 });
    ghes_machine_quit(&m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("ghes/handshake/acknowledge", test_acknowledge);
    qtest_add_func("ghes/handshake/half", test_half_acknowledged);
    qtest_add_func("ghes/handshake/other-bits", test_other_bits);
    qtest_add_func("ghes/handshake/busy", test_busy);
    qtest_add_func("ghes/handshake/pace", test_pace);
    qtest_add_func("ghes/handshake/notify-again", test_notify_again);

    return g_test_run();
}
