/*
 * Tests injections across reset, migration, snapshots and a hostile firmware
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "einj-machine.h"

#define MEMORY_CORRECTED 0x8
#define FLAG_MEMORY      0x2

/* How far an injection can have come */
typedef enum Stage { SET, EXECUTING, PLANTED, STAGES } Stage;

static void inject_up_to(GhesMachine *m, Stage stage)
{
    einj_machine_set_memory(m, MEMORY_CORRECTED, FLAG_MEMORY, ghes_page(1));
    einj_machine_command(m, EINJ_BEGIN);
    if (stage >= EXECUTING) {
        einj_machine_command(m, EINJ_EXECUTE);
    }
    if (stage >= PLANTED) {
        ghes_machine_run_ms(m, 1);
    }
}

/* What is left of it brings one error */
static void finish_from(GhesMachine *m, Stage stage)
{
    g_assert_cmphex(qtest_readq(m->qts, EINJ_BUSY), ==, stage == EXECUTING);
    if (stage == SET) {
        einj_machine_command(m, EINJ_EXECUTE);
    }
    if (stage <= EXECUTING) {
        ghes_machine_run_ms(m, 1);
    }
    g_assert_cmphex(qtest_readq(m->qts, EINJ_BUSY), ==, 0);
    g_assert_cmphex(qtest_readq(m->qts, EINJ_STATUS), ==, EINJ_SUCCESS);
    g_assert_false(ghes_machine_has_error(m, GHES_GED));
    einj_machine_command(m, EINJ_TRIGGER);
    ghes_machine_take_pages(m, GHES_CORRECTED, ghes_page(1), 1);
    g_assert_false(ghes_machine_has_error(m, GHES_GED));
}

/* R136: nothing is left of it, and firmware has to place the blob anew */
static void test_reset(void)
{
    for (Stage stage = SET; stage < STAGES; stage++) {
        GhesMachine m;

        einj_machine_start_and_boot(&m);
        inject_up_to(&m, stage);
        qtest_system_reset(m.qts);
        g_assert_cmphex(qtest_readq(m.qts, EINJ_BUSY), ==, 0);
        g_assert_cmphex(qtest_readq(m.qts, EINJ_STATUS), ==, EINJ_SUCCESS);
        einj_machine_set_memory(&m, MEMORY_CORRECTED, FLAG_MEMORY,
                                ghes_page(2));
        einj_machine_command(&m, EINJ_EXECUTE);
        g_assert_cmphex(qtest_readq(m.qts, EINJ_STATUS), ==,
                        EINJ_INVALID_ACCESS);
        einj_machine_expect(&m, EINJ_UNKNOWN_FAILURE);
        /* Not even read where it was */
        g_assert_cmphex(qtest_readl(m.qts, einj_machine_gpa(&m)), ==,
                        MEMORY_CORRECTED);
        ghes_machine_run_ms(&m, 100);

        ghes_machine_boot(&m);
        einj_machine_command(&m, EINJ_TRIGGER);
        ghes_machine_run_ms(&m, 100);
        g_assert_false(ghes_machine_has_error(&m, GHES_GED));
        inject_up_to(&m, PLANTED);
        finish_from(&m, PLANTED);
        ghes_machine_quit(&m);
    }
}

static void migrate(GhesMachine *from, GhesMachine *to)
{
    ghes_machine_migrate_to(from, to, "ras=on,einj=on");
}

/* R137 */
static void test_migrate(void)
{
    for (Stage stage = SET; stage < STAGES; stage++) {
        GhesMachine from, to;

        einj_machine_start_and_boot(&from);
        inject_up_to(&from, stage);
        migrate(&from, &to);
        finish_from(&to, stage);
        ghes_machine_quit(&to);
    }
}

/* R137: Command Status goes along */
static void test_migrate_refused(void)
{
    GhesMachine from, to;

    einj_machine_start_and_boot(&from);
    einj_machine_expect(&from, EINJ_INVALID_ACCESS);
    migrate(&from, &to);
    g_assert_cmphex(qtest_readq(to.qts, EINJ_STATUS), ==, EINJ_INVALID_ACCESS);
    ghes_machine_quit(&to);
}

/* R138: a stopped guest's injection goes on when the guest does */
static void test_stopped(void)
{
    GhesMachine m;

    einj_machine_start_and_boot(&m);
    inject_up_to(&m, EXECUTING);
    qtest_qmp_assert_success(m.qts, "{ 'execute': 'stop' }");
    g_assert_cmphex(qtest_readq(m.qts, EINJ_BUSY), ==, 1);
    qtest_qmp_assert_success(m.qts, "{ 'execute': 'cont' }");
    finish_from(&m, EXECUTING);
    ghes_machine_quit(&m);
}

/* R138: what was triggered is reported when the guest goes on, if it does */
static void test_stopped_trigger(void)
{
    GhesMachine m;

    einj_machine_start_and_boot(&m);
    for (unsigned resets = 0; resets < 2; resets++) {
        inject_up_to(&m, PLANTED);
        qtest_qmp_assert_success(m.qts, "{ 'execute': 'stop' }");
        einj_machine_command(&m, EINJ_TRIGGER);
        ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
            .recorded = resets, .notified = resets, .acknowledged = resets });
        if (resets) {
            qtest_system_reset_nowait(m.qts);
        }
        qtest_qmp_assert_success(m.qts, "{ 'execute': 'cont' }");
        if (!resets) {
            ghes_machine_await_next(&m);
            ghes_machine_take_pages(&m, GHES_CORRECTED, ghes_page(1), 1);
        }
    }
    qtest_qmp_eventwait(m.qts, "RESET");
    ghes_machine_boot(&m);
    ghes_machine_run_ms(&m, 100);
    g_assert_false(ghes_machine_has_error(&m, GHES_GED));
    ghes_machine_quit(&m);
}

/* R126, R128: only RAM, all of it and aligned, is where parameters can be */
static void test_places(void)
{
    static const uint64_t bad[] = {
        0, 8, 0x40000001, 0x43000008, 0x43000ff8, 0x09020000, 0x090f0000,
        0x3ffff000, 0x48000000, 0xfffffffffffff000, 0xffffffffffffffff,
        0x8000000000000000,
    };
    GhesMachine m;

    einj_machine_start_and_boot(&m);
    for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
        ghes_firmware_write_u64(&m.fw, EINJ_BLOB_ADDRESS, 0, bad[i]);
        einj_machine_set_memory(&m, MEMORY_CORRECTED, FLAG_MEMORY,
                                ghes_page(1));
        einj_machine_expect(&m, EINJ_UNKNOWN_FAILURE);
    }
    /* The last page of RAM is as good as any */
    ghes_firmware_write_u64(&m.fw, EINJ_BLOB_ADDRESS, 0, 0x47fff000);
    qtest_writel(m.qts, 0x47fff000 + EINJ_P_ERROR_TYPE, MEMORY_CORRECTED);
    qtest_writel(m.qts, 0x47fff000 + EINJ_P_FLAGS, FLAG_MEMORY);
    qtest_writeq(m.qts, 0x47fff000 + EINJ_P_ADDRESS, ghes_page(1));
    qtest_writeq(m.qts, 0x47fff000 + EINJ_P_MASK, ~0ULL);
    einj_machine_expect(&m, EINJ_SUCCESS);
    finish_from(&m, PLANTED);
    ghes_machine_quit(&m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("einj/reset", test_reset);
    qtest_add_func("einj/migrate/stages", test_migrate);
    qtest_add_func("einj/migrate/refused", test_migrate_refused);
    qtest_add_func("einj/stopped/execute", test_stopped);
    qtest_add_func("einj/stopped/trigger", test_stopped_trigger);
    qtest_add_func("einj/places", test_places);

    return g_test_run();
}
