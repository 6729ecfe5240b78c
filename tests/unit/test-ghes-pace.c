/*
 * Tests how much time a guest gets for what it has acknowledged
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/acpi/ghes-guest.h"
#include "hw/acpi/ghes-pace.h"

#define MS  1000000LL

/* When the batch is acknowledged, and how long the guest has run until then */
#define NOW (1000 * MS)
#define RUN (700 * MS)

static GhesPace pace;

static void acknowledged(uint64_t records)
{
    ghes_pace_init(&pace);
    ghes_pace_acknowledged(&pace, NOW, RUN, records);
}

static unsigned room(int64_t later, int64_t run, int busy)
{
    return ghes_pace_room(&pace, NOW + later, RUN + run, busy);
}

static bool is_ready(int64_t later, int64_t run, int busy)
{
    return room(later, run, busy);
}

/* R65: a guest that has got nothing can take something */
static void test_first(void)
{
    ghes_pace_init(&pace);
    g_assert_true(is_ready(0, 0, 4));
    g_assert_true(is_ready(0, 0, 0));
}

/* R65: what is only logged takes no time */
static void test_logged(void)
{
    acknowledged(0);
    g_assert_true(is_ready(0, 0, 4));

    /* ...and doesn't end that of what isn't */
    acknowledged(8);
    ghes_pace_acknowledged(&pace, NOW, RUN, 0);
    g_assert_false(is_ready(0, 0, 4));
}

/* R65: one that has nothing to do has worked it off */
static void test_idle(void)
{
    acknowledged(8);
    g_assert_false(is_ready(1, 1, 1));
    g_assert_true(is_ready(1, 1, 0));
    g_assert_true(is_ready(0, 0, 0));
}

/* R65: each busy vCPU has run for 100 ms a record, however long that took */
static void test_busy(void)
{
    acknowledged(1);
    g_assert_false(is_ready(999 * MS, 100 * MS - 1, 1));
    g_assert_true(is_ready(100 * MS, 100 * MS, 1));
    g_assert_false(is_ready(100 * MS, 400 * MS - 1, 4));
    g_assert_true(is_ready(100 * MS, 400 * MS, 4));
    acknowledged(8);
    g_assert_false(is_ready(800 * MS, 800 * MS - 1, 1));
    g_assert_true(is_ready(800 * MS, 800 * MS, 1));
    g_assert_false(is_ready(800 * MS, 6400 * MS - 1, 8));
    g_assert_true(is_ready(800 * MS, 6400 * MS, 8));

    /* What it ran before isn't for this batch */
    ghes_pace_acknowledged(&pace, NOW + 900 * MS, RUN + 900 * MS, 1);
    g_assert_false(is_ready(900 * MS, 999 * MS, 1));
    g_assert_true(is_ready(900 * MS, 1000 * MS, 1));
}

/* R65: a host that gives it no time doesn't stop all */
static void test_starved(void)
{
    acknowledged(1);
    g_assert_false(is_ready(1000 * MS - 1, 0, 512));
    g_assert_true(is_ready(1000 * MS, 0, 512));
    acknowledged(8);
    g_assert_false(is_ready(8000 * MS - 1, 0, 1));
    g_assert_true(is_ready(8000 * MS, 0, 1));
}

/* R65: where the host can't tell, all count as busy, and never stopped */
static void test_unknown(void)
{
    acknowledged(8);
    g_assert_false(is_ready(800 * MS - 1, 100000 * MS,
                            GHES_GUEST_BUSY_UNKNOWN));
    g_assert_true(is_ready(800 * MS, 0, GHES_GUEST_BUSY_UNKNOWN));
}

/* R65: how long it has run on another host, nobody knows */
static void test_migrated(void)
{
    acknowledged(8);
    pace.run_ns = 0;
    pace.records = 0;
    g_assert_false(is_ready(7999 * MS, 100000 * MS, 1));
    g_assert_false(is_ready(7999 * MS, 0, GHES_GUEST_BUSY_UNKNOWN));
    g_assert_true(is_ready(8000 * MS, 0, 1));
    g_assert_true(is_ready(1 * MS, 0, 0));
}

/* R26: 16 in all, of which one that is busy may have some left */
static void test_room(void)
{
    ghes_pace_init(&pace);
    g_assert_cmpuint(room(0, 0, 4), ==, 16);
    acknowledged(13);
    g_assert_cmpuint(room(1, 1, 0), ==, 16);
    g_assert_cmpuint(room(1, 1, 1), ==, 0);
    g_assert_cmpuint(room(1300 * MS, 1300 * MS, 1), ==, 3);
    g_assert_cmpuint(room(13000 * MS, 0, 1), ==, 3);
    g_assert_cmpuint(room(1300 * MS, 0, GHES_GUEST_BUSY_UNKNOWN), ==, 3);
    acknowledged(3);
    g_assert_cmpuint(room(300 * MS, 300 * MS, 1), ==, 13);

    /* More than it has room for, or nobody knows how many */
    acknowledged(16);
    g_assert_cmpuint(room(1600 * MS, 1600 * MS, 1), ==, 1);
    acknowledged(104);
    g_assert_cmpuint(room(10400 * MS, 10400 * MS, 1), ==, 1);
    acknowledged(8);
    pace.records = 0;
    g_assert_cmpuint(room(8000 * MS, 0, 1), ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ghes-pace/first", test_first);
    g_test_add_func("/ghes-pace/logged", test_logged);
    g_test_add_func("/ghes-pace/idle", test_idle);
    g_test_add_func("/ghes-pace/busy", test_busy);
    g_test_add_func("/ghes-pace/starved", test_starved);
    g_test_add_func("/ghes-pace/unknown", test_unknown);
    g_test_add_func("/ghes-pace/migrated", test_migrated);
    g_test_add_func("/ghes-pace/room", test_room);
    return g_test_run();
}
