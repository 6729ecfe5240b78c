/*
 * Delivery case: corrected errors without end, and uncorrected ones among them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>

#include "delivery.h"

#define FLOOD_TIME          (60 * G_TIME_SPAN_SECOND)
#define FLOOD_STEP          (20 * G_TIME_SPAN_MILLISECOND)
#define FLOOD_RATE          1000
#define UNCORRECTED_PERIOD  (500 * G_TIME_SPAN_MILLISECOND)
#define UNCORRECTED_MAX     (FLOOD_TIME / UNCORRECTED_PERIOD)

/*
 * From the injection to the guest's last word on the page, and to the answer
 * of its agent: a busy host has its part of both.
 */
#define TIME_LIMIT          (10 * G_TIME_SPAN_SECOND)

/*
 * The emulator has more memory from time to time, for code or for a larger
 * TLB.  What kept memory for each record would grow in most of the periods
 * between the looks: the least that malloc() gives are 32 bytes, of which some
 * may come from memory that was in use before.
 */
#define MEMORY_FIRST        (4 * G_TIME_SPAN_SECOND)
#define MEMORY_PERIOD       (8 * G_TIME_SPAN_SECOND)
#define MEMORY_PERIODS      ((FLOOD_TIME - MEMORY_FIRST) / MEMORY_PERIOD)
#define GROWTH_LIMIT_KB     (FLOOD_RATE * 8 * 8 / 1024)

/* Corrected errors come from this much memory, again and again. */
#define CORRECTED_GPA       (GUEST_FREE_GPA + 0x10000000)
#define CORRECTED_PAGES     16384

typedef struct Flood {
    Guest *guest;
    gint64 start;
    guint64 corrected;                  /* pages reported until now */
    guint uncorrected;
    gint64 reported[UNCORRECTED_MAX];   /* when; as g_get_real_time() */
    gint64 slowest_answer;
    gint64 most_queued;
    guint64 memory_kb[MEMORY_PERIODS + 1];  /* QEMU's own, at each look */
    guint looks;
} Flood;

static bool report_corrected(Flood *flood, gint64 elapsed, GError **error)
{
    guint64 due = elapsed * FLOOD_RATE / G_TIME_SPAN_SECOND;
    guint64 first = flood->corrected % CORRECTED_PAGES;
    guint64 pages = MIN(due - flood->corrected, CORRECTED_PAGES - first);

    flood->corrected += pages;
    return !pages || guest_inject(flood->guest,
                                  CORRECTED_GPA + first * GUEST_PAGE_SIZE,
                                  pages * GUEST_PAGE_SIZE, "corrected", error);
}

static guint64 uncorrected_gpa(guint number)
{
    return GUEST_FREE_GPA + (guint64)number * GUEST_PAGE_SIZE;
}

static bool report_uncorrected(Flood *flood, gint64 elapsed, GError **error)
{
    guint number = flood->uncorrected;

    if (number >= elapsed / UNCORRECTED_PERIOD) {
        return true;
    }
    flood->reported[number] = g_get_real_time();
    flood->uncorrected++;
    return guest_inject(flood->guest, uncorrected_gpa(number), 0,
                        "recoverable", error);
}

static bool have_answer(Flood *flood, GError **error)
{
    gint64 start = g_get_monotonic_time(), queued;
    guint64 kb;

    if (!guest_hwcorrupted(flood->guest, &kb, error)) {
        return false;
    }
    flood->slowest_answer = MAX(flood->slowest_answer,
                                g_get_monotonic_time() - start);
    if (!delivery_counter(flood->guest, "queued", &queued, error)) {
        return false;
    }
    flood->most_queued = MAX(flood->most_queued, queued);
    return true;
}

static bool look_at_memory(Flood *flood, gint64 elapsed, GError **error)
{
    return flood->looks > MEMORY_PERIODS ||
           elapsed < MEMORY_FIRST + flood->looks * MEMORY_PERIOD ||
           delivery_own_memory(flood->guest,
                               &flood->memory_kb[flood->looks++], error);
}

static gint compare_growth(gconstpointer a, gconstpointer b)
{
    const gint64 *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* What QEMU's memory grew by in a period, in KiB; the median */
static gint64 memory_growth(const Flood *flood)
{
    gint64 growth[MEMORY_PERIODS];

    for (guint i = 0; i < MEMORY_PERIODS; i++) {
        growth[i] = flood->memory_kb[i + 1] - flood->memory_kb[i];
    }
    qsort(growth, MEMORY_PERIODS, sizeof(*growth), compare_growth);
    return growth[MEMORY_PERIODS / 2];
}

static bool run_flood(Flood *flood, GError **error)
{
    gint64 elapsed = 0;

    flood->start = g_get_monotonic_time();
    while (elapsed < FLOOD_TIME) {
        if (!report_corrected(flood, elapsed, error) ||
            !report_uncorrected(flood, elapsed, error) ||
            !have_answer(flood, error) ||
            !guest_settle(flood->guest, FLOOD_STEP, error)) {
            return false;
        }
        elapsed = g_get_monotonic_time() - flood->start;
        if (!look_at_memory(flood, elapsed, error)) {
            return false;
        }
    }
    return true;
}

/* How long the slowest of the uncorrected errors took */
static bool slowest_uncorrected(Flood *flood, gint64 *slowest, GError **error)
{
    *slowest = 0;
    for (guint i = 0; i < flood->uncorrected; i++) {
        g_autofree char *text = g_strdup_printf(
            "memory_failure_event: pfn 0x%" PRIx64 ":",
            uncorrected_gpa(i) / GUEST_PAGE_SIZE);

        if (!guest_expect_event(flood->guest, text, error)) {
            return false;
        }
        *slowest = MAX(*slowest, guest_find_event(flood->guest, text)->time -
                                 flood->reported[i]);
    }
    return true;
}

/* R22: while an uncorrected error waits, no corrected one goes before it. */
static bool expect_order(Guest *guest, guint uncorrected, GError **error)
{
    g_autofree char *log = guest_log_tail(guest->directory, "trace.log",
                                          G_MAXUINT);
    g_auto(GStrv) lines = g_strsplit(log, "\n", -1);
    guint waiting = 0, seen = 0;

    for (char **line = lines; *line; line++) {
        const char *event = strstr(*line, "ghes_");
        guint64 gpa;
        guint records;

        if (!event) {
            continue;
        }
        if (sscanf(event, "ghes_queued source 1 address 0x%" SCNx64,
                   &gpa) == 1) {
            waiting += gpa < CORRECTED_GPA;
            seen += gpa < CORRECTED_GPA;
        } else if (sscanf(event, "ghes_recorded source 1 address 0x%" SCNx64
                          " block 0x%*x sections %u", &gpa, &records) == 2) {
            if (gpa < CORRECTED_GPA) {
                waiting -= records;
            } else if (waiting) {
                g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                            "%u uncorrected errors wait: %s", waiting, *line);
                return false;
            }
        }
    }
    if (seen != uncorrected || waiting) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                    "trace.log tells of %u uncorrected errors instead of %u, "
                    "and that %u wait", seen, uncorrected, waiting);
        return false;
    }
    return true;
}

static bool within(const char *what, gint64 value, gint64 limit,
                   GError **error)
{
    if (value > limit) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                    "%s: %" PRId64 ", more than %" PRId64, what, value, limit);
        return false;
    }
    return true;
}

bool delivery_flood(Guest *guest, GError **error)
{
    Flood flood = { .guest = guest };
    gint64 slowest;

    if (!run_flood(&flood, error) ||
        !slowest_uncorrected(&flood, &slowest, error)) {
        return false;
    }
    case_note("%" PRIu64 " corrected, %u uncorrected errors in %.0f s; at most "
              "%" PRId64 " records queued", flood.corrected, flood.uncorrected,
              FLOOD_TIME / 1e6, flood.most_queued);
    case_note("slowest: uncorrected error %.0f ms, agent's answer %.0f ms; "
              "QEMU's own memory grew from %" PRIu64 " to %" PRIu64 " KiB, "
              "in 8 s by %" PRId64 " KiB", slowest / 1e3,
              flood.slowest_answer / 1e3, flood.memory_kb[0],
              flood.memory_kb[MEMORY_PERIODS], memory_growth(&flood));
    return delivery_expect_pages(guest, flood.uncorrected, false, error) &&
           delivery_expect_counters(guest, (DeliveryCounter[]) {
               { "queued", 0 }, { "dropped", 0 },
               { "acknowledged", flood.corrected + flood.uncorrected },
               { NULL } }, error) &&
           expect_order(guest, flood.uncorrected, error) &&
           within("microseconds until an uncorrected error is handled",
                  slowest, TIME_LIMIT, error) &&
           within("microseconds until the guest answers",
                  flood.slowest_answer, TIME_LIMIT, error) &&
           within("KiB that QEMU's own memory grew by in 8 s",
                  memory_growth(&flood), GROWTH_LIMIT_KB, error);
}
