/*
 * Delivery cases: errors by the thousand
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "delivery.h"
#include "poison.h"

#define STORM_PAGES     2000

typedef struct Storm {
    const char *how;
    bool (*inject)(Guest *guest, guint64 gpa, GError **error);
} Storm;

static bool inject_commands(Guest *guest, guint64 gpa, GError **error)
{
    return delivery_inject(guest->qmp, gpa, STORM_PAGES, "recoverable", NULL,
                           error);
}

static bool inject_range(Guest *guest, guint64 gpa, GError **error)
{
    return guest_inject(guest, gpa, STORM_PAGES * GUEST_PAGE_SIZE,
                        "recoverable", error);
}

typedef struct Connection {
    GThread *thread;
    Qmp *qmp;
    guint64 gpa;
    guint pages;
    GError *error;
} Connection;

static gpointer inject_from_connection(gpointer opaque)
{
    Connection *connection = opaque;

    delivery_inject(connection->qmp, connection->gpa, connection->pages,
                    "recoverable", NULL, &connection->error);
    return NULL;
}

static bool inject_from_all(Guest *guest, guint64 gpa, GError **error)
{
    Connection connections[1 + GUEST_MONITORS_MAX] = { };
    const guint count = G_N_ELEMENTS(connections);
    bool ok = true;

    for (guint i = 0; i < count; i++) {
        const guint pages = STORM_PAGES / count;
        Connection *connection = &connections[i];

        connection->qmp = i ? g_ptr_array_index(guest->monitors, i - 1)
                            : guest->qmp;
        connection->gpa = gpa + i * pages * GUEST_PAGE_SIZE;
        connection->pages = pages;
        connection->thread = g_thread_new("connection",
                                          inject_from_connection, connection);
    }
    for (guint i = 0; i < count; i++) {
        g_thread_join(connections[i].thread);
        if (connections[i].error && ok) {
            g_propagate_error(error, connections[i].error);
            ok = false;
        } else {
            g_clear_error(&connections[i].error);
        }
    }
    return ok;
}

static const Storm storms[] = {
    { "2,000 commands", inject_commands },
    { "a range of 2,000 pages", inject_range },
    { "2,000 commands on 4 connections", inject_from_all },
};

static bool one_storm(Guest *guest, guint number, GError **error)
{
    const Storm *storm = &storms[number];
    const guint pages = (number + 1) * STORM_PAGES;
    const DeliveryCounter expected[] = {
        { "queued", 0 }, { "dropped", 0 },
        { "recorded", pages }, { "acknowledged", pages }, { NULL },
    };
    gint64 start = g_get_monotonic_time();
    double injected, delivered;

    if (!storm->inject(guest, GUEST_FREE_GPA + (guint64)number * STORM_PAGES *
                       GUEST_PAGE_SIZE, error)) {
        return false;
    }
    injected = (g_get_monotonic_time() - start) / 1e6;
    if (!guest_expect_idle(guest, GUEST_SOURCE_GED, error)) {
        return false;
    }
    delivered = (g_get_monotonic_time() - start) / 1e6;
    case_note("%s: reported in %.2f s, all acknowledged after %.2f s, "
              "%.0f pages a second", storm->how, injected, delivered,
              STORM_PAGES / delivered);
    return delivery_expect_pages(guest, pages, true, error) &&
           delivery_expect_counters(guest, expected, error);
}

bool delivery_storm(Guest *guest, GError **error)
{
    if (!delivery_tally(guest, error)) {
        return false;
    }
    for (guint i = 0; i < G_N_ELEMENTS(storms); i++) {
        if (!one_storm(guest, i, error)) {
            g_prefix_error(error, "%s: ", storms[i].how);
            return false;
        }
    }
    return true;
}

#define USED_PAGES  2000

static int compare_gpas(gconstpointer a, gconstpointer b)
{
    guint64 x = *(const guint64 *)a, y = *(const guint64 *)b;

    return (x > y) - (x < y);
}

/* As few commands as there are ranges, so that QEMU has all at once */
static bool inject_used(Guest *guest, const guint64 *gpas, guint pages,
                        guint *ranges, GError **error)
{
    guint first = 0;

    *ranges = 0;
    for (guint i = 1; i <= pages; i++) {
        if (i < pages && gpas[i] == gpas[i - 1] + GUEST_PAGE_SIZE) {
            continue;
        }
        if (!guest_inject(guest, gpas[first],
                          (guint64)(i - first) * GUEST_PAGE_SIZE,
                          "recoverable", error)) {
            return false;
        }
        (*ranges)++;
        first = i;
    }
    return true;
}

static bool lose_used(Guest *guest, guint pages, GError **error)
{
    g_autofree guint64 *gpas = g_new(guint64, pages);
    gint64 start;
    guint ranges;

    if (!delivery_tally(guest, error) ||
        !poison_alloc(guest, pages, gpas, error)) {
        return false;
    }
    qsort(gpas, pages, sizeof(*gpas), compare_gpas);
    start = g_get_monotonic_time();
    if (!inject_used(guest, gpas, pages, &ranges, error) ||
        !guest_expect_idle(guest, GUEST_SOURCE_GED, error)) {
        return false;
    }
    case_note("%u ranges with %u pages: all acknowledged after %.2f s",
              ranges, pages, (g_get_monotonic_time() - start) / 1e6);
    return delivery_expect_pages(guest, pages, true, error);
}

/* To take a page from a process is more work than to take one that is free. */
bool delivery_used(Guest *guest, GError **error)
{
    return lose_used(guest, USED_PAGES, error);
}

#define CROWDED_PAGES   64
#define CHURNING        2

/*
 * Linux has pages at hand on each CPU, and wants them all back before it goes
 * on with a lost one: it sleeps in the middle of its work, until CPUs that
 * have other things to do have given theirs.
 */
bool delivery_crowded(Guest *guest, GError **error)
{
    g_autofree char *answer = guest_ask(guest, NULL, error, "churn %d",
                                        CHURNING);

    return answer && lose_used(guest, CROWDED_PAGES, error);
}

#define FLOOD_TIME          (60 * G_TIME_SPAN_SECOND)
#define FLOOD_STEP          (20 * G_TIME_SPAN_MILLISECOND)
#define FLOOD_RATE          1000
#define UNCORRECTED_PERIOD  (500 * G_TIME_SPAN_MILLISECOND)
#define UNCORRECTED_MAX     (FLOOD_TIME / UNCORRECTED_PERIOD)
/* From the injection to the guest's last word on the page */
#define UNCORRECTED_LIMIT   (1 * G_TIME_SPAN_SECOND)
#define ANSWER_LIMIT        (2 * G_TIME_SPAN_SECOND)

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
           within("microseconds until an uncorrected error is handled",
                  slowest, UNCORRECTED_LIMIT, error) &&
           within("microseconds until the guest answers",
                  flood.slowest_answer, ANSWER_LIMIT, error) &&
           within("KiB that QEMU's own memory grew by in 8 s",
                  memory_growth(&flood), GROWTH_LIMIT_KB, error);
}
