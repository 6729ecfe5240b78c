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
 * have other things to do have given theirs.  So it may lose reports, but no
 * process reads a poisoned page.
 */
bool delivery_crowded(Guest *guest, GError **error)
{
    g_autofree char *answer = guest_ask(guest, NULL, error, "churn %d",
                                        CHURNING);
    guint64 gpas[CROWDED_PAGES];

    return answer && poison_alloc(guest, CROWDED_PAGES, gpas, error) &&
           poison_and_report(guest, gpas, CROWDED_PAGES, error) &&
           guest_expect_idle(guest, GUEST_SOURCE_GED, error) &&
           poison_expect_consumed(guest, 0, CROWDED_PAGES, error) &&
           guest_expect_hwcorrupted(guest, CROWDED_PAGES * GUEST_PAGE_KB,
                                    error);
}
