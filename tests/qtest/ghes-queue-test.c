/*
 * Tests in which order and in which portions errors reach the guest
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qobject/qdict.h"
#include "ghes-machine.h"

/* Records that fit into a block of 2 KiB, reports that a queue holds */
#define BATCH 13
#define QUEUE 16384

/* R26: a range goes out in blocks of up to 13 pages, each page once */
static void test_batches(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    ghes_machine_inject_range(&m, "recoverable", GHES_PAGES_GPA, 2 * BATCH + 4);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .busy = true, .queued = BATCH + 4, .recorded = BATCH, .notified = 1 });
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, GHES_PAGES_GPA, BATCH);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(BATCH), BATCH);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(2 * BATCH), 4);
    g_assert_false(ghes_machine_take_event(&m));
    g_assert_false(ghes_machine_has_error(&m, GHES_GED));
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .recorded = 30, .notified = 3, .acknowledged = 30 });
    ghes_machine_quit(&m);
}

/* R22, R26: single errors that wait go together as well, in order */
static void test_gather(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    for (unsigned i = 0; i < 15; i++) {
        ghes_machine_inject_page(&m, ghes_page(i));
    }
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, GHES_PAGES_GPA, 1);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(1), BATCH);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(14), 1);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .recorded = 15, .notified = 3, .acknowledged = 15 });
    ghes_machine_quit(&m);
}

/* R22, R26: uncorrected errors go first, and blocks have one severity */
static void test_severities(void)
{
    const uint64_t corrected = 0, recoverable = 0x100, fatal = 0x200;
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    ghes_machine_inject_range(&m, "corrected", ghes_page(corrected),
                              BATCH + 2);
    ghes_machine_inject_range(&m, "recoverable", ghes_page(recoverable), 2);
    ghes_machine_inject_range(&m, "fatal", ghes_page(fatal), 1);
    ghes_machine_inject_page(&m, ghes_page(recoverable + 2));

    ghes_machine_take_pages(&m, GHES_CORRECTED, ghes_page(corrected), BATCH);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(recoverable), 2);
    ghes_machine_take_pages(&m, GHES_FATAL, ghes_page(fatal), 1);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(recoverable + 2),
                            1);
    ghes_machine_take_pages(&m, GHES_CORRECTED, ghes_page(corrected + BATCH),
                            2);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .recorded = 19, .notified = 5, .acknowledged = 19 });
    ghes_machine_quit(&m);
}

/* R27: a status block that came whole goes alone, when it is its turn */
static void test_status_block_between(void)
{
    static const uint8_t cper[20] = {
        0x01, 0x00, 0x00, 0x00,         /* Block Status: UE */
        0x00, 0x00, 0x00, 0x00,         /* Raw Data Offset */
        0x00, 0x00, 0x00, 0x00,         /* Raw Data Length */
        0x00, 0x00, 0x00, 0x00,         /* Data Length */
        0x00, 0x00, 0x00, 0x00,         /* Error Severity: recoverable */
    };
    g_autofree char *base64 = g_base64_encode(cper, sizeof(cper));
    g_autofree uint8_t *block = NULL;
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    ghes_machine_inject_page(&m, GHES_PAGES_GPA);
    ghes_machine_inject_page(&m, ghes_page(1));
    qtest_qmp_assert_success(m.qts, "{ 'execute': 'inject-ghes-v2-error',"
                             "  'arguments': { 'cper': %s } }", base64);
    ghes_machine_inject_page(&m, ghes_page(2));

    ghes_machine_take_pages(&m, GHES_RECOVERABLE, GHES_PAGES_GPA, 1);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(1), 1);
    block = ghes_machine_read_block(&m, GHES_GED);
    g_assert_cmpmem(block, sizeof(cper), cper, sizeof(cper));
    g_assert_true(ghes_machine_take_event(&m));
    ghes_machine_acknowledge(&m, GHES_GED);
    ghes_machine_await_next(&m);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(2), 1);
    ghes_machine_quit(&m);
}

/* R38: a guest may drop a record that equals an earlier one: none may */
static void test_no_equal_records(void)
{
    g_autofree uint8_t *first = NULL, *second = NULL;
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    ghes_machine_inject_page(&m, GHES_PAGES_GPA);
    first = ghes_machine_read_block(&m, GHES_GED);
    ghes_machine_acknowledge(&m, GHES_GED);
    ghes_machine_await_next(&m);
    ghes_machine_inject_page(&m, GHES_PAGES_GPA);
    second = ghes_machine_read_block(&m, GHES_GED);

    g_assert_cmpint(memcmp(ghes_entry(first, 0), ghes_entry(second, 0),
                           72 + 80), !=, 0);
    /* What makes the difference means nothing: FRU Id is not marked valid */
    g_assert_cmphex(ghes_get(&ghes_layout_data_entry, ghes_entry(second, 0),
                             "Validation Bits") & 1, ==, 0);
    ghes_machine_quit(&m);
}

/* One report a page, sent in bulk: it is the queue that is to be tested */
static void inject_many(GhesMachine *m, const char *severity, uint64_t gpa,
                        unsigned pages)
{
    const unsigned bulk = 64;

    for (unsigned sent = 0, answered = 0; answered < pages; answered++) {
        g_autoptr(QDict) response = NULL;

        for (; sent < pages && sent < answered + bulk; sent++) {
            qtest_qmp_send(m->qts, "{ 'execute': 'inject-memory-error',"
                           "  'arguments': { 'address': %" PRIu64 ","
                           "                 'severity': %s } }",
                           gpa + sent * GHES_PAGE, severity);
        }
        response = qtest_qmp_receive(m->qts);
        g_assert_true(qdict_haskey(response, "return"));
    }
}

/* R20, R23 to R25: corrected errors are dropped first, and all drops counted */
static void test_overflow(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    /* One page is in the block, and keeps it busy */
    inject_many(&m, "corrected", GHES_PAGES_GPA, 1 + QUEUE);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .busy = true, .queued = QUEUE, .recorded = 1, .notified = 1 });

    ghes_machine_refuse(&m, "the queue is full",
        "{ 'execute': 'inject-memory-error', 'arguments': {"
        "  'address': %" PRIu64 ", 'severity': 'corrected' } }",
        GHES_PAGES_GPA);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .busy = true, .queued = QUEUE, .recorded = 1, .notified = 1,
        .dropped = 1 });

    ghes_machine_inject_range(&m, "fatal", GHES_PAGES_GPA, 3);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .busy = true, .queued = QUEUE - 1 + 3, .recorded = 1, .notified = 1,
        .dropped = 2 });

    /* The guest comes back to life, and finds what is worst */
    ghes_machine_take_pages(&m, GHES_CORRECTED, GHES_PAGES_GPA, 1);
    ghes_machine_take_pages(&m, GHES_FATAL, GHES_PAGES_GPA, 3);
    ghes_machine_take_pages(&m, GHES_CORRECTED, ghes_page(1), BATCH);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .busy = true, .queued = QUEUE - 1 - 2 * BATCH,
        .recorded = 4 + 2 * BATCH, .notified = 4, .acknowledged = 4 + BATCH,
        .dropped = 2 });
    ghes_machine_quit(&m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("ghes/queue/batches", test_batches);
    qtest_add_func("ghes/queue/gather", test_gather);
    qtest_add_func("ghes/queue/severities", test_severities);
    qtest_add_func("ghes/queue/status-block", test_status_block_between);
    qtest_add_func("ghes/queue/no-equal-records", test_no_equal_records);
    if (g_test_slow()) {
        qtest_add_func("ghes/queue/overflow", test_overflow);
    }

    return g_test_run();
}
