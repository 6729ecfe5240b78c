/*
 * Guests without errors: what it costs to be ready for one
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "bench.h"

#define ROUNDS          5
#define ROUNDS_TINY     1

#define SPINS           100000000
#define DOZES           5000
#define TINY_PART       1000

#define REST            (500 * G_TIME_SPAN_MILLISECOND)

static const char *const with[] = { "-machine", "ras=on", NULL };
static const char *const without[] = { "-machine", "ras=off", NULL };

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

static bool one_guest(const Bench *bench, const BenchVariant *variant,
                      const char *name, const char *const *more,
                      GError **error)
{
    const guint part = bench->tiny ? TINY_PART : 1;
    gint64 start = g_get_monotonic_time();
    g_autoptr(Guest) guest = bench_boot(bench, variant, "steady", more, error);
    double boot = (g_get_monotonic_time() - start) / 1e6, spin, doze;
    guint64 total, own;

    if (!guest || !guest_settle(guest, REST, error) ||
        !memory_total(guest, &total, error) ||
        !delivery_own_memory(guest, &own, error) ||
        !bench_agent_seconds(guest, &spin, error, "spin %u", SPINS / part) ||
        !bench_agent_seconds(guest, &doze, error, "doze %u", DOZES / part)) {
        return false;
    }
    bench_value("steady: boot, with firmware [s]", name, boot);
    bench_value("steady: the guest's memory [KiB]", name, total);
    bench_value("steady: QEMU's memory beside it [KiB]", name, own);
    bench_value("steady: load of computing [s]", name, spin);
    bench_value("steady: load of timer interrupts [s]", name, doze);
    return true;
}

bool bench_steady(const Bench *bench, GError **error)
{
    const guint rounds = bench->tiny ? ROUNDS_TINY : ROUNDS;
    const guint variants = bench->tiny ? 1 : bench->count;

    for (guint i = 0; i < rounds; i++) {
        bench_progress("round %u of %u", i + 1, rounds);
        for (guint j = 0; j < variants; j++) {
            const BenchVariant *variant = &bench->variants[j];
            g_autofree char *off = g_strconcat(variant->name, ", ras=off",
                                               NULL);

            if (!one_guest(bench, variant, variant->name, with, error) ||
                !one_guest(bench, variant, off, without, error)) {
                return false;
            }
        }
    }
    return true;
}
