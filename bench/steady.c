/*
 * Guests without errors: what it costs to be ready for one
 *
 * The guests of a round all live at the same time, but only one of them runs:
 * so each load is measured many times, by turns, without a boot for each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "bench.h"

#define ROUNDS          5
#define TURNS           6       /* of each guest, in a round */

#define SPINS           30000000
#define DOZES           800
#define TINY_PART       1000

#define REST            (500 * G_TIME_SPAN_MILLISECOND)

static const char *const with[] = { "-machine", "ras=on", NULL };
static const char *const without[] = { "-machine", "ras=off", NULL };

/* What the agent does as fast as it can */
static const struct {
    const char *name;
    const char *command;
    guint count;
} loads[] = {
    { "computing", "spin", SPINS },
    { "timer interrupts", "doze", DOZES },
};

/* A way to start a guest, and the guest while there is one */
typedef struct Lane {
    const BenchVariant *variant;
    char *name;
    bool ras;
    Guest *guest;
    double took[G_N_ELEMENTS(loads)][TURNS];    /* of this guest's time */
    double used[G_N_ELEMENTS(loads)][TURNS];    /* of this machine's CPUs */
} Lane;

static void lane_free(Lane *lane)
{
    g_clear_pointer(&lane->guest, guest_free);
    g_free(lane->name);
    g_free(lane);
}

static GPtrArray *make_lanes(const Bench *bench)
{
    GPtrArray *lanes =
        g_ptr_array_new_with_free_func((GDestroyNotify)lane_free);

    for (guint i = 0; i < (bench->tiny ? 2 : 2 * bench->count); i++) {
        Lane *lane = g_new0(Lane, 1);

        lane->variant = &bench->variants[i / 2];
        lane->ras = i % 2 == 0;
        lane->name = g_strconcat(lane->variant->name,
                                 lane->ras ? "" : ", ras=off", NULL);
        g_ptr_array_add(lanes, lane);
    }
    return lanes;
}

static bool memory_total(Guest *guest, guint64 *kb, GError **error)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *answer = guest_ask(guest, lines, error,
                                        "read /proc/meminfo");

    for (guint i = 0; answer && i < lines->len; i++) {
        if (sscanf(g_ptr_array_index(lines, i), "MemTotal: %" SCNu64, kb) ==
            1) {
            return true;
        }
    }
    g_prefix_error(error, "MemTotal: ");
    return false;
}

/*
 * What QEMU has had of this machine's CPUs until now; what else the machine
 * does changes that less than the time that passes.
 */
static double cpu_seconds(Guest *guest)
{
    const char *pid = g_subprocess_get_identifier(guest->process);
    struct timespec time = { };
    clockid_t clock;

    if (!pid || clock_getcpuclockid(atoi(pid), &clock) ||
        clock_gettime(clock, &time)) {
        return NAN;             /* it has ended, which others tell */
    }
    return time.tv_sec + time.tv_nsec / 1e9;
}

static bool boot(const Bench *bench, Lane *lane, guint turn, GError **error)
{
    gint64 start = g_get_monotonic_time();
    double seconds, used;
    guint64 total, own;

    lane->guest = bench_boot(bench, lane->variant,
                             lane->ras ? "steady" : "steady-off",
                             lane->ras ? with : without, error);
    seconds = (g_get_monotonic_time() - start) / 1e6;
    used = lane->guest ? cpu_seconds(lane->guest) : 0;
    if (!lane->guest || !guest_settle(lane->guest, REST, error) ||
        !memory_total(lane->guest, &total, error) ||
        !delivery_own_memory(lane->guest, &own, error)) {
        return false;
    }
    bench_value("steady: boot, with firmware [s]", lane->name, seconds);
    bench_value("steady: boot, QEMU's time of CPUs [s]", lane->name, used);
    bench_value("steady: the guest's memory [KiB]", lane->name, total);
    bench_value("steady: QEMU's memory beside it [KiB]", lane->name, own);
    return delivery_do(lane->guest, "stop", error);
}

static bool load(const Bench *bench, Lane *lane, guint turn, GError **error)
{
    if (!delivery_do(lane->guest, "cont", error)) {
        return false;
    }
    for (guint i = 0; i < G_N_ELEMENTS(loads); i++) {
        double before = cpu_seconds(lane->guest);

        if (!bench_agent_seconds(lane->guest, &lane->took[i][turn], error,
                                 "%s %u", loads[i].command, loads[i].count /
                                 (bench->tiny ? TINY_PART : 1))) {
            return false;
        }
        lane->used[i][turn] = cpu_seconds(lane->guest) - before;
    }
    return delivery_do(lane->guest, "stop", error);
}

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static double median(double *values, guint count)
{
    qsort(values, count, sizeof(*values), compare);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

/*
 * One value for each guest: those of a guest are more like each other than like
 * another one's, and would feign a small interval.
 */
static void tell_loads(Lane *lane, guint turns)
{
    for (guint i = 0; i < G_N_ELEMENTS(loads); i++) {
        g_autofree char *took = g_strdup_printf("steady: load of %s [s]",
                                                loads[i].name);
        g_autofree char *used = g_strdup_printf("steady: load of %s, QEMU's "
                                                "time of CPUs [s]",
                                                loads[i].name);

        bench_value(took, lane->name, median(lane->took[i], turns));
        bench_value(used, lane->name, median(lane->used[i], turns));
    }
}

typedef bool Step(const Bench *bench, Lane *lane, guint turn, GError **error);

/* Each time another one is @first, so that none has the better place. */
static bool for_each(const Bench *bench, GPtrArray *lanes, guint first,
                     Step *step, guint turn, GError **error)
{
    for (guint i = 0; i < lanes->len; i++) {
        Lane *lane = g_ptr_array_index(lanes, (first + i) % lanes->len);

        if (!step(bench, lane, turn, error)) {
            g_prefix_error(error, "%s: ", lane->name);
            return false;
        }
    }
    return true;
}

static bool one_round(const Bench *bench, GPtrArray *lanes, guint number,
                      GError **error)
{
    const guint turns = bench->tiny ? 1 : TURNS;

    if (!for_each(bench, lanes, number, boot, 0, error)) {
        return false;
    }
    for (guint i = 0; i < turns; i++) {
        if (!for_each(bench, lanes, number + i, load, i, error)) {
            return false;
        }
    }
    for (guint i = 0; i < lanes->len; i++) {
        Lane *lane = g_ptr_array_index(lanes, i);

        tell_loads(lane, turns);
        g_clear_pointer(&lane->guest, guest_free);
    }
    return true;
}

bool bench_steady(const Bench *bench, GError **error)
{
    const guint rounds = bench->tiny ? 1 : ROUNDS;
    g_autoptr(GPtrArray) lanes = make_lanes(bench);

    for (guint i = 0; i < rounds; i++) {
        bench_progress("round %u of %u", i + 1, rounds);
        if (!one_round(bench, lanes, i, error)) {
            return false;
        }
    }
    return true;
}
