/*
 * Guests with one to eight vCPUs: one error at a time, and many pages at once
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "bench.h"

#define COMMAND         "inject-ghes-v2-error"
#define ERRORS          20
#define ERRORS_TINY     2
#define BLOCK           10      /* errors before it is another one's turn */

#define STORM           4000    /* pages */
#define STORM_TINY      20

#define STORM_GPA       GUEST_FREE_GPA
#define WAY_GPA         (STORM_GPA + STORM * GUEST_PAGE_SIZE)

static const guint sizes[] = { 1, 2, 4, 8 };

/* Guests of one size: one for each variant that knows the command */
typedef struct Guests {
    const Bench *bench;
    guint cpus;
    guint errors;
    Guest *guest[BENCH_VARIANTS_MAX];
} Guests;

static void tell(const Guests *guests, guint variant, const char *what,
                 double value)
{
    g_autofree char *metric = g_strdup_printf("vCPUs: with %u, %s",
                                              guests->cpus, what);

    bench_value(metric, guests->bench->variants[variant].name, value);
}

/* They boot at the same time. */
static bool start(Guests *guests, GError **error)
{
    g_autofree char *cpus = g_strdup_printf("%u", guests->cpus);
    g_autofree char *what = g_strdup_printf("vcpus-%u", guests->cpus);
    const char *const more[] = {
        "-smp", cpus, bench_no_trace[0], bench_no_trace[1], NULL,
    };

    for (guint i = 0; i < guests->bench->count; i++) {
        bool has;

        guests->guest[i] = bench_start(guests->bench,
                                       &guests->bench->variants[i], what, more,
                                       error);
        if (!guests->guest[i] ||
            !bench_has_command(guests->guest[i], COMMAND, &has, error)) {
            return false;
        }
        if (!has) {
            g_clear_pointer(&guests->guest[i], guest_free);
        }
    }
    return true;
}

static bool boot(Guests *guests, GError **error)
{
    for (guint i = 0; i < guests->bench->count; i++) {
        if (guests->guest[i] && !guest_boot_quietly(guests->guest[i], error)) {
            return false;
        }
    }
    return true;
}

/*
 * Only this series can be told of so many at once. Nobody follows the kernel's
 * trace yet, which would cost it more than the errors do.
 */
static bool storm(Guests *guests, guint pages, GError **error)
{
    guint64 before, after;
    gint64 begin, changed;

    if (!guest_hwcorrupted(guests->guest[0], &before, error)) {
        return false;
    }
    begin = g_get_monotonic_time();
    if (!guest_inject(guests->guest[0], STORM_GPA,
                      (guint64)pages * GUEST_PAGE_SIZE, "recoverable",
                      error) ||
        !bench_settle(guests->guest[0], before + pages * GUEST_PAGE_KB, &after,
                      &changed, error)) {
        return false;
    }
    after = (after - before) / GUEST_PAGE_KB;
    tell(guests, 0, "storm of a range, handled [1/s]",
         after * 1e6 / MAX(changed - begin, 1));
    tell(guests, 0, "storm of a range, lost [pages]", (double)pages - after);
    return true;
}

static bool some_errors(Guests *guests, guint variant, guint first,
                        GError **error)
{
    Guest *guest = guests->guest[variant];
    const guint end = MIN(first + BLOCK, guests->errors);

    if (!guest_set_clock(guest, error)) {
        return false;
    }
    for (guint i = first; i < end; i++) {
        guint64 gpa = WAY_GPA + i * GUEST_PAGE_SIZE;
        gint64 sent, out;

        if (!bench_one_error(guest, COMMAND, bench_block_arguments(gpa), gpa,
                             &sent, &out, error)) {
            return false;
        }
        tell(guests, variant, "error to page out of use [ms]",
             (out - sent) / 1e3);
    }
    return true;
}

static bool follow(Guests *guests, GError **error)
{
    for (guint i = 0; i < guests->bench->count; i++) {
        Guest *guest = guests->guest[i];
        g_autofree char *answer = NULL;

        answer = guest ? guest_ask(guest, NULL, error, "trace") : NULL;
        if (guest && !answer) {
            return false;
        }
    }
    return true;
}

static bool one_by_one(Guests *guests, GError **error)
{
    if (!follow(guests, error)) {
        return false;
    }
    for (guint first = 0; first < guests->errors; first += BLOCK) {
        for (guint i = 0; i < guests->bench->count; i++) {
            if (guests->guest[i] && !some_errors(guests, i, first, error)) {
                g_prefix_error(error, "%s: ",
                               guests->bench->variants[i].name);
                return false;
            }
        }
    }
    return true;
}

static bool one_size(const Bench *bench, guint cpus, GError **error)
{
    Guests guests = {
        .bench = bench,
        .cpus = cpus,
        .errors = bench->tiny ? ERRORS_TINY : ERRORS,
    };
    bool ok;

    bench_progress("guests with %u vCPUs boot and get errors", cpus);
    ok = start(&guests, error) && boot(&guests, error) &&
         storm(&guests, bench->tiny ? STORM_TINY : STORM, error) &&
         one_by_one(&guests, error);
    for (guint i = 0; i < bench->count; i++) {
        g_clear_pointer(&guests.guest[i], guest_free);
    }
    return ok;
}

bool bench_cpus(const Bench *bench, GError **error)
{
    /* The largest is the one that may not run. */
    guint first = bench->tiny ? G_N_ELEMENTS(sizes) - 1 : 0;

    for (guint i = first; i < G_N_ELEMENTS(sizes); i++) {
        if (!one_size(bench, sizes[i], error)) {
            g_prefix_error(error, "%u vCPUs: ", sizes[i]);
            return false;
        }
    }
    return true;
}
