/*
 * Tests how much time a guest gets for what it has acknowledged
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/acpi/ghes-pace.h"

#define MS 1000000LL

/* A batch that was read in @read_ns; returns what the guest gets for it */
static int64_t time_for(GhesPace *pace, int64_t read_ns, uint64_t records)
{
    static int64_t now = 1000 * MS;

    now += 10 * MS;
    ghes_pace_acknowledged(pace, now, read_ns, records);
    return pace->ready_ns - now;
}

/* R65: nothing is known of a guest at first */
static void test_first(void)
{
    GhesPace pace;

    ghes_pace_init(&pace);
    g_assert_cmpint(pace.ready_ns, ==, 0);
    g_assert_cmpint(time_for(&pace, 1 * MS, 8), ==, 8 * 2 * MS);
    ghes_pace_init(&pace);
    g_assert_cmpint(time_for(&pace, 1 * MS, 3), ==, 3 * 2 * MS);
}

/* R65: what is only logged takes no time and tells nothing */
static void test_logged(void)
{
    GhesPace pace;

    ghes_pace_init(&pace);
    ghes_pace_acknowledged(&pace, 1000 * MS, 1 * MS, 0);
    g_assert_cmpint(pace.ready_ns, ==, 0);
    g_assert_cmpint(time_for(&pace, 1 * MS, 8), ==, 8 * 2 * MS);
}

/* R65: an eighth less from batch to batch, but not nothing */
static void test_quick(void)
{
    GhesPace pace;
    int batches = 1;

    ghes_pace_init(&pace);
    time_for(&pace, 4 * MS, 8);
    g_assert_cmpint(time_for(&pace, 4 * MS, 8), ==, 14 * MS);
    g_assert_cmpint(time_for(&pace, 4 * MS, 8), ==, 12250000);
    while (time_for(&pace, 1 * MS, 8) > 500000) {
        batches++;
        g_assert_cmpint(batches, <, 100);
    }
    /* 2 ms * (7/8)^n first is below 62.5 us with n = 26 */
    g_assert_cmpint(batches, ==, 24);
    g_assert_cmpint(time_for(&pace, 0, 8), ==, 500000);
    g_assert_cmpint(time_for(&pace, 0, 1), ==, 62500);
}

/* R65: a guest that is slow to read it has other things to do */
static void test_slow(void)
{
    GhesPace pace;

    ghes_pace_init(&pace);
    for (int i = 0; i < 100; i++) {
        time_for(&pace, 1 * MS, 8);
    }
    g_assert_cmpint(time_for(&pace, 4 * MS + 1, 8), ==, 8 * 2 * MS + 4);
    g_assert_cmpint(time_for(&pace, 1 * MS, 8), ==, 8 * 2 * MS);
    g_assert_cmpint(time_for(&pace, 7 * MS, 3), ==, 4 * 7 * MS);
    /* ...but not for ever */
    g_assert_cmpint(time_for(&pace, 227 * MS, 3), ==, 500 * MS);
    g_assert_cmpint(time_for(&pace, INT64_MAX, 8), ==, 500 * MS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ghes-pace/first", test_first);
    g_test_add_func("/ghes-pace/logged", test_logged);
    g_test_add_func("/ghes-pace/quick", test_quick);
    g_test_add_func("/ghes-pace/slow", test_slow);
    return g_test_run();
}
