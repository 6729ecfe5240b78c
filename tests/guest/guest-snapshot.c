/*
 * Snapshots of a guest
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib/gstdio.h>
#include "guest-snapshot.h"

#define POLL_TIME       (10 * G_TIME_SPAN_MILLISECOND)
#define JOB_TIMEOUT     (60 * G_TIME_SPAN_SECOND)
#define JOB             "snapshots"
#define DISK            "disk"
#define DISK_FILE       "disk.qcow2"
#define DISK_SIZE       0x40000000

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
    return guest_call(guest, "job-dismiss", error, "{'id': '" JOB "'}");
}

/* A disk for the VM's state alone; the guest has none. */
static bool add_disk(Guest *guest, const char *file, GError **error)
{
    return guest_call(guest, "blockdev-create", error, "{'job-id': '" JOB "', "
                "'options': {'driver': 'file', 'filename': '%s', 'size': 0}}",
                file) &&
           finish_job(guest, error) &&
           guest_call(guest, "blockdev-add", error, "{'driver': 'file', "
                "'node-name': 'file', 'filename': '%s'}", file) &&
           guest_call(guest, "blockdev-create", error, "{'job-id': '" JOB "', "
                "'options': {'driver': 'qcow2', 'file': 'file', 'size': %d}}",
                DISK_SIZE) &&
           finish_job(guest, error) &&
           guest_call(guest, "blockdev-add", error, "{'driver': 'qcow2', "
                "'node-name': '" DISK "', 'file': 'file'}");
}

/* @command: snapshot-save or snapshot-load */
static bool snapshot(Guest *guest, const char *command, const char *tag,
                     GError **error)
{
    return guest_call(guest, command, error, "{'job-id': '" JOB "', 'tag': '%s', "
                "'vmstate': '" DISK "', 'devices': ['" DISK "']}", tag) &&
           finish_job(guest, error);
}

bool snapshot_save(Guest *guest, const char *tag, GError **error)
{
    return snapshot(guest, "snapshot-save", tag, error);
}

bool snapshot_load(Guest *guest, const char *tag, GError **error)
{
    return snapshot(guest, "snapshot-load", tag, error);
}

bool snapshot_with_disk(Guest *guest,
                        bool (*run)(Guest *guest, GError **error),
                        GError **error)
{
    g_autofree char *file = g_build_filename(guest->directory, DISK_FILE,
                                             NULL);
    bool ok;

    g_unlink(file);
    ok = add_disk(guest, file, error) && run(guest, error);
    g_unlink(file);
    return ok;
}
