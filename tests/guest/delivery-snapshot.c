/*
 * Delivery case: snapshots, taken without errors and with some under way
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib/gstdio.h>
#include "delivery.h"

/* In the middle of 512 MiB, where nothing is */
#define FREE_GPA        (GUEST_RAM_GPA + 0x10000000)

#define BUSY_TIME       (1 * G_TIME_SPAN_MILLISECOND)
#define BUSY_TRIES      50
#define POLL_TIME       (10 * G_TIME_SPAN_MILLISECOND)
#define JOB_TIMEOUT     (60 * G_TIME_SPAN_SECOND)
#define JOB             "snapshots"
#define DISK            "disk"
#define DISK_FILE       "disk.qcow2"
#define DISK_SIZE       0x40000000

/* @format: JSON, with the arguments as members */
static bool G_GNUC_PRINTF(4, 5)
call(Guest *guest, const char *command, GError **error, const char *format,
     ...)
{
    g_autofree char *text = NULL;
    g_autoptr(JsonNode) arguments = NULL, reply = NULL;
    va_list ap;

    va_start(ap, format);
    text = g_strdup_vprintf(format, ap);
    va_end(ap);
    arguments = json_from_string(text, error);
    if (!arguments) {
        return false;
    }
    reply = qmp_call(guest->qmp, command, json_node_dup_object(arguments),
                     error);
    return reply;
}

/* Our only job, or NULL while it works */
static JsonObject *concluded_job(Guest *guest, GError **error)
{
    g_autoptr(JsonNode) reply = qmp_call(guest->qmp, "query-jobs", NULL,
                                         error);
    JsonObject *job;

    if (!reply) {
        return NULL;
    }
    job = json_array_get_object_element(json_node_get_array(reply), 0);
    return g_str_equal(json_object_get_string_member(job, "status"),
                       "concluded") ? json_object_ref(job) : NULL;
}

static bool finish_job(Guest *guest, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + JOB_TIMEOUT;
    g_autoptr(JsonObject) job = NULL;
    g_autoptr(GError) failure = NULL;

    while (!job && !failure && g_get_monotonic_time() < deadline) {
        g_usleep(POLL_TIME);
        job = concluded_job(guest, &failure);
    }
    if (!job) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "job: %s",
                    failure ? failure->message : "takes too long");
        return false;
    }
    if (json_object_has_member(job, "error")) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "job: %s",
                    json_object_get_string_member(job, "error"));
        return false;
    }
    return call(guest, "job-dismiss", error, "{'id': '" JOB "'}");
}

/* A disk for the VM's state alone; the guest has none. */
static bool add_disk(Guest *guest, const char *file, GError **error)
{
    return call(guest, "blockdev-create", error, "{'job-id': '" JOB "', "
                "'options': {'driver': 'file', 'filename': '%s', 'size': 0}}",
                file) &&
           finish_job(guest, error) &&
           call(guest, "blockdev-add", error, "{'driver': 'file', "
                "'node-name': 'file', 'filename': '%s'}", file) &&
           call(guest, "blockdev-create", error, "{'job-id': '" JOB "', "
                "'options': {'driver': 'qcow2', 'file': 'file', 'size': %d}}",
                DISK_SIZE) &&
           finish_job(guest, error) &&
           call(guest, "blockdev-add", error, "{'driver': 'qcow2', "
                "'node-name': '" DISK "', 'file': 'file'}");
}

/* @command: snapshot-save or snapshot-load */
static bool snapshot(Guest *guest, const char *command, const char *tag,
                     GError **error)
{
    return call(guest, command, error, "{'job-id': '" JOB "', 'tag': '%s', "
                "'vmstate': '" DISK "', 'devices': ['" DISK "']}", tag) &&
           finish_job(guest, error);
}

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

static bool run_snapshots(Guest *guest, const char *file, GError **error)
{
    enum { PAGES = 400, MORE = 10 };
    gint64 queued;

    if (!delivery_tally(guest, error) || !add_disk(guest, file, error) ||
        !snapshot(guest, "snapshot-save", "clean", error) ||
        !stop_under_load(guest, PAGES, error) ||
        !delivery_counter(guest, "queued", &queued, error) ||
        !snapshot(guest, "snapshot-save", "busy", error)) {
        return false;
    }
    case_note("snapshot with %" PRId64 " of %d errors queued", queued, PAGES);
    return delivery_do(guest, "cont", error) &&
           delivery_expect_pages(guest, PAGES, true, error) &&
           /* The guest has not seen the rest of the errors. */
           delivery_do(guest, "stop", error) &&
           snapshot(guest, "snapshot-load", "busy", error) &&
           delivery_expect_counters(guest, (DeliveryCounter[]) {
               { "queued", queued }, { NULL } }, error) &&
           delivery_do(guest, "cont", error) &&
           delivery_expect_pages(guest, PAGES, true, error) &&
           /* The guest has seen none. */
           snapshot(guest, "snapshot-load", "clean", error) &&
           delivery_do(guest, "cont", error) &&
           delivery_expect_pages(guest, 0, true, error) &&
           report(guest, MORE, error) &&
           delivery_expect_pages(guest, MORE, true, error);
}

bool delivery_snapshots(Guest *guest, GError **error)
{
    g_autofree char *file = g_build_filename(guest->directory, DISK_FILE,
                                             NULL);
    bool ok;

    g_unlink(file);
    ok = run_snapshots(guest, file, error);
    g_unlink(file);
    return ok;
}
