/*
 * Tests how many more errors a guest is given, by what it has acknowledged
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/acpi/ghes-guest.h"
#include "hw/acpi/ghes-pace.h"

#define MS  1000000LL

/* When it acknowledges, and how long it has run until then */
#define NOW (1000 * MS)
#define RUN (700 * MS)

static GhesPace pace;

static void acknowledged(uint64_t records)
{
    ghes_pace_init(&pace);
    ghes_pace_acknowledged(&pace, NOW, RUN, records);
}

/* What is left after a time in which it has run as long as this, in all */
static uint64_t left(int64_t later, int64_t run, int busy)
{
    return ghes_pace_left(&pace, NOW + later, RUN + run, busy);
}

/* R65: a guest that has got nothing has nothing left */
static void test_first(void)
{
    ghes_pace_init(&pace);
    g_assert_cmpuint(left(0, 0, 4), ==, 0);
    g_assert_cmpuint(left(0, 0, 0), ==, 0);
}

/* R65: what is only logged is no work, and doesn't stop that on what isn't */
static void test_logged(void)
{
    acknowledged(0);
    g_assert_cmpuint(left(0, 0, 4), ==, 0);
    acknowledged(8);
    ghes_pace_acknowledged(&pace, NOW + 90 * MS, RUN + 90 * MS, 0);
    g_assert_cmpuint(left(100 * MS, 100 * MS - 1, 1), ==, 8);
    g_assert_cmpuint(left(100 * MS, 100 * MS, 1), ==, 7);
}

/* R65: one that has nothing to do has worked it off */
static void test_idle(void)
{
    acknowledged(8);
    g_assert_cmpuint(left(1, 1, 1), ==, 8);
    g_assert_cmpuint(left(1, 1, 0), ==, 0);
    acknowledged(8);
    g_assert_cmpuint(left(0, 0, 0), ==, 0);
    g_assert_cmpuint(left(0, 0, 4), ==, 0);
}

/* R65: each busy vCPU has run for 100 ms a record, however long that took */
static void test_busy(void)
{
    acknowledged(1);
    g_assert_cmpuint(left(999 * MS, 100 * MS - 1, 1), ==, 1);
    g_assert_cmpuint(left(999 * MS, 100 * MS, 1), ==, 0);
    acknowledged(1);
    g_assert_cmpuint(left(100 * MS, 400 * MS - 1, 4), ==, 1);
    g_assert_cmpuint(left(100 * MS, 400 * MS, 4), ==, 0);

    /* One after the other */
    acknowledged(8);
    g_assert_cmpuint(left(100 * MS, 200 * MS, 1), ==, 6);
    g_assert_cmpuint(left(400 * MS, 800 * MS - 1, 2), ==, 4);
    g_assert_cmpuint(left(800 * MS, 1600 * MS, 4), ==, 2);
    g_assert_cmpuint(left(900 * MS, 1800 * MS, 1), ==, 0);

    /* Time in which there was nothing to work off isn't for what comes then */
    ghes_pace_acknowledged(&pace, NOW + 2000 * MS, RUN + 4000 * MS, 1);
    g_assert_cmpuint(left(2000 * MS, 4100 * MS - 1, 1), ==, 1);
    g_assert_cmpuint(left(2000 * MS, 4100 * MS, 1), ==, 0);

    /* Nor is time in which it didn't come to acknowledge what it was given */
    acknowledged(1);
    ghes_pace_acknowledged(&pace, NOW + 90 * MS, RUN + 90 * MS, 2);
    g_assert_cmpuint(left(190 * MS, 190 * MS - 1, 1), ==, 3);
    g_assert_cmpuint(left(190 * MS, 190 * MS, 1), ==, 2);
}

/* R65: a host that gives it no time doesn't stop all */
static void test_starved(void)
{
    acknowledged(2);
    g_assert_cmpuint(left(1000 * MS - 1, 0, 512), ==, 2);
    g_assert_cmpuint(left(1000 * MS, 0, 512), ==, 1);
    g_assert_cmpuint(left(2000 * MS - 1, 0, 1), ==, 1);
    g_assert_cmpuint(left(2000 * MS, 0, 1), ==, 0);
}

/* R65: where the host can't tell, time has to do */
static void test_unknown(void)
{
    acknowledged(2);
    g_assert_cmpuint(left(100 * MS - 1, 100000 * MS, GHES_GUEST_BUSY_UNKNOWN),
                     ==, 2);
    g_assert_cmpuint(left(100 * MS, 0, GHES_GUEST_BUSY_UNKNOWN), ==, 1);
    g_assert_cmpuint(left(200 * MS, 0, GHES_GUEST_BUSY_UNKNOWN), ==, 0);
}

/* From another machine by migration: clocks that can't be */
static void test_clocks(void)
{
    acknowledged(2);
    pace.since_ns = INT64_MAX;
    pace.run_ns = INT64_MAX;
    g_assert_cmpuint(left(5000 * MS, 5000 * MS, 1), ==, 2);
    g_assert_cmpuint(left(5000 * MS, 0, GHES_GUEST_BUSY_UNKNOWN), ==, 2);
    g_assert_cmpuint(left(5000 * MS, 0, 0), ==, 0);
}

/* R26: 16 in all, or half of that */
static void test_room(void)
{
    static const struct {
        uint64_t left;
        unsigned room;
    } rooms[] = {
        { 0, 16 }, { 1, 7 }, { 2, 6 }, { 7, 1 }, { 8, 0 }, { 9, 0 },
        { 13, 0 }, { 16, 0 }, { UINT64_MAX, 0 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rooms); i++) {
        g_assert_cmpuint(ghes_pace_room(rooms[i].left), ==, rooms[i].room);
    }
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
    g_test_add_func("/ghes-pace/clocks", test_clocks);
    g_test_add_func("/ghes-pace/room", test_room);
    return g_test_run();
}
