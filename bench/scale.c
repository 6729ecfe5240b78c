/*
 * A large range of lost memory in a real guest
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "bench.h"

#define RANGE           (64 << 20)
#define RANGE_TINY      (1 << 20)

bool bench_scale(const Bench *bench, GError **error)
{
    const BenchVariant *ours = &bench->variants[0];
    const guint64 range = bench->tiny ? RANGE_TINY : RANGE;
    const guint64 pages = range / GUEST_PAGE_SIZE;
    g_autoptr(Guest) guest = NULL;
    guint64 before, waiting, taken_kb;
    gint64 start, changed;

    bench_progress("a guest boots and loses %" PRIu64 " MiB", range >> 20);
    guest = bench_boot(bench, ours, "scale", bench_no_trace, error);
    if (!guest || !delivery_own_memory(guest, &before, error)) {
        return false;
    }
    start = g_get_monotonic_time();
    if (!guest_inject(guest, GUEST_FREE_GPA, range, "recoverable", error) ||
        !delivery_own_memory(guest, &waiting, error) ||
        !bench_settle(guest, range / 1024, &taken_kb, &changed, error)) {
        return false;
    }
    bench_value("scale, 64 MiB in a guest: until the last page [s]",
                ours->name, (changed - start) / 1e6);
    bench_value("scale, 64 MiB in a guest: lost [pages]", ours->name,
                pages - taken_kb / GUEST_PAGE_KB);
    bench_value("scale, 64 MiB in a guest: QEMU's memory grew by [KiB]",
                ours->name, (double)waiting - before);
    return true;
}
