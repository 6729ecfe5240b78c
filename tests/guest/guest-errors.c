/*
 * Errors for a guest, and what is to come of them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "guest.h"

#define PANIC_TIMEOUT       (60 * G_TIME_SPAN_SECOND)
#define EVENT_TIMEOUT       (30 * G_TIME_SPAN_SECOND)
#define SETTLE_TIME         (300 * G_TIME_SPAN_MILLISECOND)
#define POLL_TIME           (10 * G_TIME_SPAN_MILLISECOND)

bool guest_hwcorrupted(Guest *guest, guint64 *kb, GError **error)
{
    g_autofree char *answer = guest_ask(guest, NULL, error, "hwcorrupted");

    return answer && sscanf(answer, "kb=%" SCNu64, kb) == 1;
}

bool guest_expect_event(Guest *guest, const char *text, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + EVENT_TIMEOUT;

    while (!guest_find_event(guest, text)) {
        if (g_get_monotonic_time() > deadline) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                        "the guest's kernel never said \"%s\"", text);
            return false;
        }
        if (!guest_settle(guest, POLL_TIME, error)) {
            return false;
        }
    }
    return true;
}

/* A panic is the last that it says, and says it on its console alone. */
bool guest_expect_panic(Guest *guest, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + PANIC_TIMEOUT;
    g_autoptr(JsonNode) status = NULL;

    for (;;) {
        g_autofree char *console = guest_log_tail(guest->directory,
                                                  "console.log", 100);

        if (strstr(console, "Kernel panic - not syncing") &&
            strstr(console, "Fatal hardware error")) {
            break;
        }
        if (g_get_monotonic_time() > deadline) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                        "the guest did not panic");
            return false;
        }
        g_usleep(50 * G_TIME_SPAN_MILLISECOND);
    }
    status = qmp_call(guest->qmp, "query-status", NULL, error);
    return status;
}

bool guest_expect_hwcorrupted(Guest *guest, guint64 kb, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + EVENT_TIMEOUT;
    guint64 now = 0;

    do {
        if (!guest_settle(guest, POLL_TIME, error) ||
            !guest_hwcorrupted(guest, &now, error)) {
            return false;
        }
    } while (now < kb && g_get_monotonic_time() < deadline);
    if (!guest_settle(guest, SETTLE_TIME, error) ||
        !guest_hwcorrupted(guest, &now, error)) {
        return false;
    }
    if (now != kb) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "the guest took %"
                    PRIu64 " kB out of use instead of %"
                    PRIu64 " kB", now, kb);
        return false;
    }
    return true;
}

bool guest_inject(Guest *guest, guint64 address, guint64 length,
                  const char *severity, GError **error)
{
    JsonObject *arguments = json_object_new();
    g_autoptr(JsonNode) reply = NULL;

    json_object_set_int_member(arguments, "address", address);
    if (length) {
        json_object_set_int_member(arguments, "length", length);
    }
    json_object_set_string_member(arguments, "severity", severity);
    reply = qmp_call(guest->qmp, "inject-memory-error", arguments, error);
    return reply;
}

bool guest_call(Guest *guest, const char *command, GError **error,
                const char *format, ...)
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

JsonObject *guest_query_source(Guest *guest, int id, GError **error)
{
    g_autoptr(JsonNode) reply = qmp_call(guest->qmp, "query-ghes", NULL,
                                         error);
    JsonArray *sources;

    if (!reply) {
        return NULL;
    }
    sources = json_object_get_array_member(json_node_get_object(reply),
                                           "sources");
    for (guint i = 0; sources && i < json_array_get_length(sources); i++) {
        JsonObject *source = json_array_get_object_element(sources, i);

        if (json_object_get_int_member(source, "source-id") == id) {
            return json_object_ref(source);
        }
    }
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                "query-ghes: no source %d", id);
    return NULL;
}

/* As long as it goes on acknowledging it may take its time */
bool guest_expect_idle(Guest *guest, int id, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + EVENT_TIMEOUT;
    gint64 before = 0, acknowledged;

    while (g_get_monotonic_time() < deadline) {
        g_autoptr(JsonObject) source = guest_query_source(guest, id, error);

        if (!source) {
            return false;
        }
        if (g_str_equal(json_object_get_string_member(source, "state"),
                        "idle") &&
            !json_object_get_int_member(source, "queued")) {
            return true;
        }
        acknowledged = json_object_get_int_member(source, "acknowledged");
        if (acknowledged != before) {
            deadline = g_get_monotonic_time() + EVENT_TIMEOUT;
            before = acknowledged;
        }
        if (!guest_settle(guest, POLL_TIME, error)) {
            return false;
        }
    }
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                "source %d: the guest does not acknowledge", id);
    return false;
}
