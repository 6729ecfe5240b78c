/*
 * How near this series comes to what the guest can do by itself
 *
 * The guest's clock counts its instructions, a nanosecond each, and jumps while
 * it has none to do; so it is all the same how busy this machine is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "bench.h"

#define ERRORS          10000
#define ERRORS_TINY     1000
#define ROUNDS          3
#define METRIC          "storm, a range, 1 ns an instruction: handled [1/s]"
#define PATIENCE_MS     2000

static const char *const counted[] = {
    "-icount", "shift=0,sleep=off", "-trace", "enable=-ghes_*", NULL,
};

/* The agent listens before the first error comes. */
static bool range(Guest *guest, guint64 gpa, guint errors, guint before,
                  GError **error)
{
    const guint want = (before + errors) * GUEST_PAGE_KB;
    g_autofree char *command = g_strdup_printf("settled %u %u await", want,
                                               PATIENCE_MS);
    g_autofree char *answer = NULL;
    guint64 kb, took;

    if (!channel_send(guest->agent, command, error) ||
        !guest_inject(guest, gpa, (guint64)errors * GUEST_PAGE_SIZE,
                      "recoverable", error)) {
        return false;
    }
    answer = guest_await(guest, command, NULL, error);
    if (!answer) {
        return false;
    }
    if (sscanf(answer, "kb=%" SCNu64 " idle-usec=%*u took-usec=%" SCNu64, &kb,
               &took) != 2 || kb != want || !took) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                    "guest agent, %s: \"%s\"", command, answer);
        return false;
    }
    bench_value(METRIC, "ours", errors * 1e6 / took);
    return true;
}

bool bench_limit(const Bench *bench, GError **error)
{
    const guint errors = bench->tiny ? ERRORS_TINY : ERRORS;
    const guint64 size = (guint64)errors * GUEST_PAGE_SIZE;
    g_autoptr(Guest) guest = NULL;
    Bench alone = *bench;

    bench_progress("a guest boots on a clock that counts");
    alone.config.accel = "tcg,thread=single";
    guest = bench_boot(&alone, &bench->variants[0], "limit", counted, error);
    for (guint i = 0; guest && i < 2 * ROUNDS; i += 2) {
        if (!range(guest, GUEST_FREE_GPA + i * size, errors, i * errors,
                   error) ||
            !bench_lose(guest, GUEST_FREE_GPA + (i + 1) * size, errors, METRIC,
                        error)) {
            return false;
        }
    }
    return guest;
}
