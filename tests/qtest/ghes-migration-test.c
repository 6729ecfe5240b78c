/*
 * Tests that errors outlast migration
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <glib/gstdio.h>
#include "qobject/qdict.h"
#include "ghes-machine.h"

/* R48: no error yet: the address alone makes the destination ready */
static void test_migrate_idle(void)
{
    GhesMachine from, to;

    ghes_machine_start_and_boot(&from);
    ghes_machine_migrate(&from, &to);
    ghes_machine_assert_counts(&to, GHES_GED, (GhesCounts) { });
    ghes_machine_inject_page(&to, GHES_PAGES_GPA);
    ghes_machine_take_pages(&to, GHES_RECOVERABLE, GHES_PAGES_GPA, 1);
    ghes_machine_assert_counts(&to, GHES_GED, (GhesCounts) {
        .recorded = 1, .notified = 1, .acknowledged = 1 });
    ghes_machine_quit(&to);
}

/* R49: the block is the guest's, and more wait: all arrive, each once */
static void test_migrate_busy(void)
{
    g_autofree uint8_t *before = NULL, *after = NULL;
    GhesMachine from, to;

    ghes_machine_start_and_boot(&from);
    ghes_machine_inject_page(&from, GHES_PAGES_GPA);
    ghes_machine_acknowledge(&from, GHES_GED);
    ghes_machine_await_next(&from);
    ghes_machine_inject_range(&from, "corrected", ghes_page(1), 15);
    ghes_machine_inject(&from, "{ 'address': %" PRIu64 ", 'bank': 1799,"
                        "  'fru-text': 'DIMM A1' }",
                        ghes_page(16));
    before = ghes_machine_read_block(&from, GHES_GED);
    ghes_machine_assert_counts(&from, GHES_GED, (GhesCounts) {
        .busy = true, .queued = 3, .recorded = 14, .notified = 2,
        .acknowledged = 1 });

    ghes_machine_migrate(&from, &to);
    after = ghes_machine_read_block(&to, GHES_GED);
    g_assert_cmpmem(before, to.status_size[GHES_GED], after,
                    to.status_size[GHES_GED]);
    ghes_machine_assert_counts(&to, GHES_GED, (GhesCounts) {
        .busy = true, .queued = 3, .recorded = 14, .notified = 2,
        .acknowledged = 1 });

    ghes_machine_take_pages(&to, GHES_CORRECTED, ghes_page(1), 13);
    g_free(after);
    after = ghes_machine_read_block(&to, GHES_GED);
    g_assert_cmpuint(ghes_get(&ghes_layout_memory_section,
                              ghes_entry(after, 0) + 72, "Bank"), ==, 1799);
    g_assert_cmpstr((const char *)ghes_at(&ghes_layout_data_entry,
                                          ghes_entry(after, 0), "FRU Text"),
                    ==, "DIMM A1");
    ghes_machine_take_pages(&to, GHES_RECOVERABLE, ghes_page(16), 1);
    ghes_machine_take_pages(&to, GHES_CORRECTED, ghes_page(14), 2);
    g_assert_false(ghes_machine_has_error(&to, GHES_GED));
    ghes_machine_assert_counts(&to, GHES_GED, (GhesCounts) {
        .recorded = 17, .notified = 4, .acknowledged = 17 });
    ghes_machine_quit(&to);
}

/* R49: acknowledged, which nobody has seen before the destination */
static void test_migrate_acknowledged(void)
{
    GhesMachine from, to;

    ghes_machine_start_and_boot(&from);
    ghes_machine_inject_page(&from, GHES_PAGES_GPA);
    ghes_machine_inject_page(&from, ghes_page(1));
    ghes_machine_acknowledge(&from, GHES_GED);
    ghes_machine_migrate(&from, &to);
    ghes_machine_await_next(&to);
    ghes_machine_take_pages(&to, GHES_RECOVERABLE, ghes_page(1), 1);
    ghes_machine_assert_counts(&to, GHES_GED, (GhesCounts) {
        .recorded = 2, .notified = 2, .acknowledged = 2 });
    ghes_machine_quit(&to);
}

/* R49, R50: errors that wait for firmware do so at the destination */
static void test_migrate_reset(void)
{
    GhesMachine from, to;

    ghes_machine_start_and_boot(&from);
    ghes_machine_inject_page(&from, GHES_PAGES_GPA);
    qtest_system_reset(from.qts);
    ghes_machine_migrate(&from, &to);
    ghes_machine_refuse_page(&to, "not placed", GHES_PAGES_GPA);
    ghes_machine_assert_counts(&to, GHES_GED, (GhesCounts) {
        .queued = 1, .recorded = 1, .notified = 1 });
    ghes_machine_boot(&to);
    ghes_machine_take_pages(&to, GHES_RECOVERABLE, GHES_PAGES_GPA, 1);
    ghes_machine_assert_counts(&to, GHES_GED, (GhesCounts) {
        .recorded = 2, .notified = 2, .acknowledged = 1 });
    ghes_machine_quit(&to);
}

/*
 * R46: an address that firmware can't have got from us came from stock QEMU.
 * Its blob has no place for this error, which waits until the guest is reset.
 */
static void test_stock_blob(void)
{
    const uint64_t gpa = GHES_BLOBS_GPA + 0x800000;
    static const uint8_t zero[4096];
    uint8_t blob[4096];
    GhesMachine from, to;

    ghes_machine_start_and_boot(&from);
    ghes_firmware_write_u64(&from.fw, GHES_HARDWARE_ERRORS_ADDRESS, 0, gpa);
    ghes_machine_refuse_page(&from, "not aligned", ghes_page(0));
    ghes_machine_migrate(&from, &to);

    ghes_machine_inject_page(&to, ghes_page(0));
    ghes_machine_run_ms(&to, 2000);
    g_assert_false(ghes_machine_take_event(&to));
    qtest_memread(to.qts, gpa, blob, sizeof(blob));
    g_assert_cmpmem(blob, sizeof(blob), zero, sizeof(zero));
    ghes_machine_assert_counts(&to, GHES_GED, (GhesCounts) { .queued = 1 });

    qtest_system_reset(to.qts);
    ghes_machine_boot(&to);
    ghes_machine_take_pages(&to, GHES_RECOVERABLE, ghes_page(0), 1);
    ghes_machine_assert_counts(&to, GHES_GED, (GhesCounts) {
        .recorded = 1, .notified = 1, .acknowledged = 1 });
    ghes_machine_quit(&to);
}

/* Whether a migration stream says that errors there are or were */
static bool stream_has_errors(GhesMachine *m)
{
    static const char section[] = "acpi-ghes-device";
    size_t length;
    g_autofree char *stream = ghes_machine_save(m, &length);

    return memmem(stream, length, section, strlen(section));
}

/* R47: a guest that had no error can go to where nobody knows of errors */
static void test_stream(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    g_assert_false(stream_has_errors(&m));
    qtest_qmp_assert_success(m.qts, "{ 'execute': 'cont' }");
    ghes_machine_inject_page(&m, ghes_page(0));
    g_assert_true(stream_has_errors(&m));
    qtest_qmp_assert_success(m.qts, "{ 'execute': 'cont' }");
    ghes_machine_acknowledge(&m, GHES_GED);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .recorded = 1, .notified = 1, .acknowledged = 1 });
    g_assert_true(stream_has_errors(&m));
    ghes_machine_quit(&m);
}

/* Returns whether QEMU has it */
static bool set_capability(GhesMachine *m, const char *name)
{
    g_autoptr(QDict) response = qtest_qmp(
        m->qts, "{ 'execute': 'migrate-set-capabilities', 'arguments': {"
        "  'capabilities': [ { 'capability': %s, 'state': true } ] } }", name);

    return qdict_haskey(response, "return");
}

static void set_bandwidth(GhesMachine *m, int64_t bytes)
{
    qtest_qmp_assert_success(
        m->qts, "{ 'execute': 'migrate-set-parameters', 'arguments': {"
        "  'max-bandwidth': %" PRId64 ","
        "  'max-postcopy-bandwidth': %" PRId64 " } }", bytes, bytes);
}

static void await_status(GhesMachine *m, const char *status)
{
    for (;;) {
        g_autoptr(QDict) info = qtest_qmp_assert_success_ref(
            m->qts, "{ 'execute': 'query-migrate' }");
        const char *now = qdict_get_str(info, "status");

        if (!strcmp(now, status)) {
            break;
        }
        g_assert_cmpstr(now, !=, "failed");
        g_usleep(1000);
    }
}

/* Start a migration that has @capability, and wait until it is in @status */
static bool migrate_until(GhesMachine *from, GhesMachine *to,
                          const char *capability, const char *status)
{
    g_autofree char *dir = g_dir_make_tmp("ghes-test-XXXXXX", NULL);
    g_autofree char *path = g_strdup_printf("%s/migration", dir);
    g_autofree char *uri = g_strdup_printf("unix:%s", path);
    g_autofree char *incoming = g_strdup_printf("-incoming %s", uri);
    bool able;

    ghes_machine_start(to, "ras=on", incoming);
    able = set_capability(to, capability) && set_capability(from, capability);
    if (able) {
        qtest_qmp_assert_success(from->qts, "{ 'execute': 'migrate',"
                                 "  'arguments': { 'uri': %s } }", uri);
        await_status(from, status);
    } else {
        g_test_skip("the host or QEMU can't do this kind of migration");
        ghes_machine_quit(to);
        ghes_machine_quit(from);
    }
    g_unlink(path);
    g_rmdir(dir);
    return able;
}

static void go_on_at(GhesMachine *to, const GhesMachine *from)
{
    QTestState *qts = to->qts;

    *to = *from;
    to->qts = to->fw.qts = qts;
}

static void refuse_poison(GhesMachine *m, const char *command,
                          const char *reason, uint64_t gpa)
{
    ghes_machine_refuse(m, reason, "{ 'execute': %s,"
                        "  'arguments': { 'address': %" PRIu64 " } }",
                        command, gpa);
}

static void assert_guest_has_left(GhesMachine *m)
{
    static const char reason[] = "migrated to another QEMU";

    ghes_machine_refuse_page(m, reason, ghes_page(0));
    refuse_poison(m, "poison-memory", reason, ghes_page(0));
    refuse_poison(m, "unpoison-memory", reason, ghes_page(0));
}

/* R49, R66: the guest runs at the destination while its memory follows */
static void test_postcopy(void)
{
    enum { MIB = 1024 * 1024 };
    GhesMachine from, to;

    ghes_machine_start_and_boot(&from);
    qtest_memset(from.qts, GHES_PAGES_GPA, 0x55, 16 * MIB);
    set_bandwidth(&from, MIB);
    if (!migrate_until(&from, &to, "postcopy-ram", "active")) {
        return;
    }
    ghes_machine_inject_page(&from, ghes_page(0));
    qtest_qmp_assert_success(from.qts,
                             "{ 'execute': 'migrate-start-postcopy' }");
    await_status(&from, "postcopy-active");
    assert_guest_has_left(&from);

    set_bandwidth(&from, 0);
    qtest_qmp_eventwait(to.qts, "RESUME");
    await_status(&from, "completed");
    assert_guest_has_left(&from);
    go_on_at(&to, &from);
    ghes_machine_quit(&from);
    ghes_machine_inject_page(&to, ghes_page(1));
    ghes_machine_take_pages(&to, GHES_RECOVERABLE, ghes_page(0), 1);
    ghes_machine_take_pages(&to, GHES_RECOVERABLE, ghes_page(1), 1);
    ghes_machine_quit(&to);
}

/* R49, R66: up to the last moment errors are taken, and go with the guest */
static void test_switchover(void)
{
    GhesMachine from, to;

    ghes_machine_start_and_boot(&from);
    if (!migrate_until(&from, &to, "pause-before-switchover",
                       "pre-switchover")) {
        return;
    }
    ghes_machine_inject_page(&from, ghes_page(0));
    qtest_qmp_assert_success(from.qts, "{ 'execute': 'migrate-continue',"
                             "  'arguments': { 'state': 'pre-switchover' } }");
    qtest_qmp_eventwait(to.qts, "RESUME");
    await_status(&from, "completed");
    assert_guest_has_left(&from);
    go_on_at(&to, &from);
    ghes_machine_quit(&from);
    ghes_machine_take_pages(&to, GHES_RECOVERABLE, ghes_page(0), 1);
    ghes_machine_quit(&to);
}

/* R49: a guest that has stayed takes its errors here */
static void test_cancelled(void)
{
    GhesMachine from, to;

    ghes_machine_start_and_boot(&from);
    if (!migrate_until(&from, &to, "pause-before-switchover",
                       "pre-switchover")) {
        return;
    }
    qtest_qmp_assert_success(from.qts, "{ 'execute': 'migrate_cancel' }");
    await_status(&from, "cancelled");
    qtest_set_expected_status(to.qts, EXIT_FAILURE);
    ghes_machine_quit(&to);
    ghes_machine_inject_page(&from, ghes_page(0));
    ghes_machine_take_pages(&from, GHES_RECOVERABLE, ghes_page(0), 1);
    ghes_machine_quit(&from);
}

/* R49: nor is one gone that was saved to a file and is run on here */
static void test_saved(void)
{
    g_autofree char *stream = NULL;
    size_t length;
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    stream = ghes_machine_save(&m, &length);
    assert_guest_has_left(&m);
    qtest_qmp_assert_success(m.qts, "{ 'execute': 'cont' }");
    ghes_machine_inject_page(&m, ghes_page(0));
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(0), 1);
    ghes_machine_quit(&m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("ghes/migrate/idle", test_migrate_idle);
    qtest_add_func("ghes/migrate/busy", test_migrate_busy);
    qtest_add_func("ghes/migrate/acknowledged", test_migrate_acknowledged);
    qtest_add_func("ghes/migrate/reset", test_migrate_reset);
    qtest_add_func("ghes/migrate/stock-blob", test_stock_blob);
    qtest_add_func("ghes/migrate/stream", test_stream);

    qtest_add_func("ghes/migrate/postcopy", test_postcopy);
    qtest_add_func("ghes/migrate/switchover", test_switchover);
    qtest_add_func("ghes/migrate/cancelled", test_cancelled);
    qtest_add_func("ghes/migrate/saved", test_saved);

    return g_test_run();
}
