/*
 * Delivery case: snapshots, taken without errors and with some under way
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "delivery.h"
#include "guest-snapshot.h"

/* In the middle of 512 MiB, where nothing is */
#define FREE_GPA        (GUEST_RAM_GPA + 0x10000000)

#define BUSY_TIME       (1 * G_TIME_SPAN_MILLISECOND)
#define BUSY_TRIES      50

static bool report(Guest *guest, guint pages, GError **error)
{
    return guest_inject(guest, FREE_GPA, pages * GUEST_PAGE_SIZE,
                        "recoverable", error);
}

/* Stops with the queue full and the block busy. */
static bool stop_under_load(Guest *guest, guint pages, GError **error)
{
    bool busy = false;

    if (!delivery_do(guest, "stop", error) || !report(guest, pages, error)) {
        return false;
    }
    for (guint i = 0; i < BUSY_TRIES && !busy; i++) {
        if (!delivery_do(guest, "cont", error)) {
            return false;
        }
        g_usleep(BUSY_TIME);
        if (!delivery_do(guest, "stop", error) ||
            !delivery_is_busy(guest, &busy, error)) {
            return false;
        }
    }
    if (!busy) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                            "the VM never stopped with the block busy");
    }
    return busy;
}

static bool run_snapshots(Guest *guest, GError **error)
{
    enum { PAGES = 400, MORE = 10 };
    gint64 queued;

    if (!delivery_tally(guest, error) ||
        !snapshot_save(guest, "clean", error) ||
        !stop_under_load(guest, PAGES, error) ||
        !delivery_counter(guest, "queued", &queued, error) ||
        !snapshot_save(guest, "busy", error)) {
        return false;
    }
    case_note("snapshot with %" PRId64 " of %d errors queued", queued, PAGES);
    return delivery_do(guest, "cont", error) &&
           delivery_expect_pages(guest, PAGES, true, error) &&
           /* The guest has not seen the rest of the errors. */
           delivery_do(guest, "stop", error) &&
           snapshot_load(guest, "busy", error) &&
           delivery_expect_counters(guest, (DeliveryCounter[]) {
               { "queued", queued }, { NULL } }, error) &&
           delivery_do(guest, "cont", error) &&
           delivery_expect_pages(guest, PAGES, true, error) &&
           /* Nor any, and none is to wait that another life left behind. */
           delivery_do(guest, "stop", error) && report(guest, MORE, error) &&
           snapshot_load(guest, "clean", error) &&
           delivery_expect_counters(guest, (DeliveryCounter[]) {
               { "queued", 0 }, { NULL } }, error) &&
           delivery_do(guest, "cont", error) &&
           delivery_expect_pages(guest, 0, true, error) &&
           report(guest, MORE, error) &&
           delivery_expect_pages(guest, MORE, true, error);
}

bool delivery_snapshots(Guest *guest, GError **error)
{
    return snapshot_with_disk(guest, run_snapshots, error);
}
