/*
 * Delivery cases: guests that do not acknowledge, or not yet
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "delivery.h"

/* What docs/specs/acpi_hest_ghes.rst says */
#define BATCH               13
#define QUEUE_REPORTS       16384

#define RANGE_PAGES         100
#define CORRECTED_PAGES     10
#define WATCH_TIME          (3 * G_TIME_SPAN_SECOND)

static bool expect_busy(Guest *guest, GError **error)
{
    bool busy = false;

    if (delivery_is_busy(guest, &busy, error) && !busy) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                            "query-ghes: the block isn't busy");
    }
    return busy;
}

/* R16: told again each second */
static bool expect_notified_again(Guest *guest, gint64 before, GError **error)
{
    gint64 now;

    if (!delivery_counter(guest, "notified", &now, error)) {
        return false;
    }
    if (now <= before) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                            "the guest was not notified again");
        return false;
    }
    return true;
}

bool delivery_deaf_linux(Guest *guest, GError **error)
{
    const DeliveryCounter expected[] = {
        { "recorded", BATCH }, { "acknowledged", 0 }, { "dropped", 0 },
        { "queued", RANGE_PAGES + CORRECTED_PAGES - BATCH }, { NULL },
    };
    gint64 notified;

    return guest_inject(guest, GUEST_FREE_GPA, RANGE_PAGES * GUEST_PAGE_SIZE,
                        "recoverable", error) &&
           delivery_inject(guest->qmp, GUEST_FREE_GPA + RANGE_PAGES *
                           GUEST_PAGE_SIZE, CORRECTED_PAGES, "corrected",
                           NULL, error) &&
           delivery_counter(guest, "notified", &notified, error) &&
           guest_settle(guest, WATCH_TIME, error) &&
           expect_busy(guest, error) &&
           delivery_expect_counters(guest, expected, error) &&
           expect_notified_again(guest, notified, error) &&
           guest_expect_hwcorrupted(guest, 0, error);
}

/* What is reported to a source with one record in its block, one by one */
typedef struct Step {
    guint pages;
    const char *severity;
    guint refused;
    /* after it */
    guint queued;
    guint dropped;
} Step;

static const Step steps[] = {
    { 1000, "corrected", 0, 1000, 0 },
    { QUEUE_REPORTS - 1000, "recoverable", 0, QUEUE_REPORTS, 0 },
    /* An uncorrected error takes the place of a corrected one... */
    { 600, "recoverable", 0, QUEUE_REPORTS, 600 },
    /* ...for which there is no place now... */
    { 100, "corrected", 100, QUEUE_REPORTS, 700 },
    { 400, "recoverable", 0, QUEUE_REPORTS, 1100 },
    /* ...and, with no corrected one left, not for any. */
    { 50, "recoverable", 50, QUEUE_REPORTS, 1150 },
};

/* Takes one step; @gpa moves on past the pages it used. */
static bool take_step(Guest *guest, const Step *step, guint64 *gpa,
                      GError **error)
{
    const DeliveryCounter expected[] = {
        { "queued", step->queued }, { "dropped", step->dropped }, { NULL },
    };
    guint refused;

    if (!delivery_inject(guest->qmp, *gpa, step->pages, step->severity,
                         &refused, error)) {
        return false;
    }
    *gpa += (guint64)step->pages * GUEST_PAGE_SIZE;
    if (refused != step->refused) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                    "%u errors were refused instead of %u", refused,
                    step->refused);
        return false;
    }
    return delivery_expect_counters(guest, expected, error);
}

static bool expect_warning(Guest *guest, GError **error)
{
    g_autofree char *log = guest_log_tail(guest->directory, "qemu.log", 100);
    const char *warning = strstr(log, "drops an error");

    if (!warning || strstr(warning + 1, "drops an error")) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                            "QEMU does not warn of drops exactly once");
        return false;
    }
    return true;
}

/* The VM stands still in its firmware while the queue is filled. */
bool delivery_deaf_firmware(Guest *guest, GError **error)
{
    const DeliveryCounter at_the_end[] = {
        { "queued", 0 }, { "acknowledged", QUEUE_REPORTS + 1 }, { NULL },
    };
    guint64 gpa = GUEST_FREE_GPA + GUEST_PAGE_SIZE;
    gint64 start = g_get_monotonic_time();

    if (!delivery_inject_when_placed(guest, GUEST_FREE_GPA, "corrected",
                                     error) ||
        !delivery_do(guest, "stop", error) || !expect_busy(guest, error)) {
        return false;
    }
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        if (!take_step(guest, &steps[i], &gpa, error)) {
            g_prefix_error(error, "step %u: ", i);
            return false;
        }
    }
    case_note("placed and filled after %.1f s",
              (g_get_monotonic_time() - start) / 1e6);
    if (!expect_warning(guest, error) || !delivery_do(guest, "cont", error) ||
        !guest_boot_quietly(guest, error)) {
        return false;
    }
    case_note("booted after %.1f s", (g_get_monotonic_time() - start) / 1e6);
    if (!delivery_expect_pages(guest, QUEUE_REPORTS, false, error)) {
        return false;
    }
    case_note("%u pages lost after %.1f s", QUEUE_REPORTS,
              (g_get_monotonic_time() - start) / 1e6);
    return delivery_expect_counters(guest, at_the_end, error);
}
