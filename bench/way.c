/*
 * One error at a time: from the command to the page that is out of use
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "bench.h"

#define ERRORS          200
#define ERRORS_TINY     3
#define BLOCK           20      /* errors before it is another one's turn */

/* A way to inject */
typedef struct Command {
    const char *name;
    JsonObject *(*arguments)(guint64 gpa);
} Command;

static const Command commands[] = {
    { "inject-ghes-v2-error", bench_block_arguments },
    { "inject-memory-error", bench_error_arguments },
};

/* One guest that gets its errors by one command; times in microseconds */
typedef struct Lane {
    const BenchVariant *variant;
    const Command *command;
    char *directory;
    Guest *guest;
    gint64 sent[ERRORS];
    gint64 out[ERRORS];
} Lane;

static void lane_free(Lane *lane)
{
    g_clear_pointer(&lane->guest, guest_free);
    g_free(lane->directory);
    g_free(lane);
}

/* No lane, and no error: this QEMU doesn't know the command */
static bool lane_open(const Bench *bench, const BenchVariant *variant,
                      const Command *command, GPtrArray *lanes,
                      GError **error)
{
    g_autofree char *what = g_strconcat("way-", command->name, NULL);
    Lane *lane = g_new0(Lane, 1);
    g_autofree char *answer = NULL;
    bool has;

    g_ptr_array_add(lanes, lane);
    lane->variant = variant;
    lane->command = command;
    lane->guest = bench_start(bench, variant, what, NULL, error);
    if (!lane->guest ||
        !bench_has_command(lane->guest, command->name, &has, error)) {
        return false;
    }
    if (!has) {
        bench_progress("%s has no %s", variant->name, command->name);
        g_ptr_array_remove(lanes, lane);
        return true;
    }
    bench_progress("%s, %s: its guest boots", variant->name, command->name);
    lane->directory = g_strdup(lane->guest->directory);
    if (!guest_boot_quietly(lane->guest, error)) {
        return false;
    }
    answer = guest_ask(lane->guest, NULL, error, "trace");
    return answer;
}

static bool one_error(Lane *lane, guint number, GError **error)
{
    guint64 gpa = GUEST_FREE_GPA + number * GUEST_PAGE_SIZE;

    return bench_one_error(lane->guest, lane->command->name,
                           lane->command->arguments(gpa), gpa,
                           &lane->sent[number], &lane->out[number], error);
}

static bool some_errors(Lane *lane, guint first, guint count, GError **error)
{
    if (!guest_set_clock(lane->guest, error)) {
        return false;
    }
    bench_value("way: the guest's clock may be off by [ms]",
                lane->variant->name, lane->guest->clock_error / 1e3);
    for (guint i = first; i < first + count; i++) {
        if (!one_error(lane, i, error)) {
            g_prefix_error(error, "%s, error %u: ", lane->variant->name, i);
            return false;
        }
    }
    return true;
}

/* The next event of QEMU's called @name from @at on; NULL: there is none */
static const char *next_event(const char *at, const char *name, gint64 *time)
{
    const char *end;

    while (at && *at) {
        gint64 sec, usec;
        int rest = 0;

        end = strchr(at, '\n');
        if (sscanf(at, "%*d@%" SCNd64 ".%" SCNd64 ":%n", &sec, &usec, &rest)
            == 2 && rest && g_str_has_prefix(at + rest, name)) {
            *time = sec * G_TIME_SPAN_SECOND + usec;
            return end;
        }
        at = end ? end + 1 : NULL;
    }
    return NULL;
}

/* Where the time goes; QEMU tells if it has the series. */
static void tell_breakdown(const Lane *lane, guint errors)
{
    g_autofree char *log = guest_log_tail(lane->directory, "trace.log",
                                          G_MAXUINT);
    const char *variant = lane->variant->name, *at = log;

    for (guint i = 0; i < errors; i++) {
        gint64 recorded, notified, acknowledged;

        at = next_event(at, "ghes_recorded", &recorded);
        at = at ? next_event(at, "ghes_notified", &notified) : NULL;
        at = at ? next_event(at, "ghes_acknowledged", &acknowledged) : NULL;
        if (!at) {
            return;
        }
        bench_value("way, in parts: command to record in guest RAM [ms]",
                    variant, (recorded - lane->sent[i]) / 1e3);
        bench_value("way, in parts: record to notification [ms]",
                    variant, (notified - recorded) / 1e3);
        bench_value("way, in parts: notification to page out of use [ms]",
                    variant, (lane->out[i] - notified) / 1e3);
        bench_value("way, in parts: notification to acknowledge seen [ms]",
                    variant, (acknowledged - notified) / 1e3);
    }
}

static void tell(Lane *lane, guint errors)
{
    g_autofree char *metric = g_strdup_printf(
        "way: %s to page out of use [ms]", lane->command->name);

    for (guint i = 0; i < errors; i++) {
        bench_value(metric, lane->variant->name,
                    (lane->out[i] - lane->sent[i]) / 1e3);
    }
    if (lane->command->arguments == bench_error_arguments) {
        g_clear_pointer(&lane->guest, guest_free);  /* its log is complete */
        tell_breakdown(lane, errors);
    }
}

bool bench_way(const Bench *bench, GError **error)
{
    const guint errors = bench->tiny ? ERRORS_TINY : ERRORS;
    g_autoptr(GPtrArray) lanes =
        g_ptr_array_new_with_free_func((GDestroyNotify)lane_free);

    for (guint i = 0; i < bench->count; i++) {
        for (guint j = 0; j < G_N_ELEMENTS(commands); j++) {
            if (!lane_open(bench, &bench->variants[i], &commands[j], lanes,
                           error)) {
                return false;
            }
        }
    }
    for (guint first = 0; first < errors; first += BLOCK) {
        bench_progress("%u of %u errors", first, errors);
        for (guint i = 0; i < lanes->len; i++) {
            if (!some_errors(g_ptr_array_index(lanes, i), first,
                             MIN(BLOCK, errors - first), error)) {
                return false;
            }
        }
    }
    for (guint i = 0; i < lanes->len; i++) {
        tell(g_ptr_array_index(lanes, i), errors);
    }
    return true;
}
