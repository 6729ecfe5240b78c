/*
 * The same error over and over: Linux drops what equals an earlier record
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "record.h"

#define REPEATS         1000
#define REPEAT_TIMEOUT  (120 * G_TIME_SPAN_SECOND)

/* All at once: none waits for the reply to the one before */
static bool inject_all(Guest *guest, const char *command, const char *json,
                       guint count, GError **error)
{
    for (guint i = 0; i < count; i++) {
        g_autoptr(JsonNode) arguments = json_from_string(json, error);

        if (!arguments ||
            !qmp_send(guest->qmp, command, json_node_dup_object(arguments),
                      error)) {
            return false;
        }
    }
    for (guint i = 0; i < count; i++) {
        g_autoptr(JsonNode) reply = qmp_await(guest->qmp, command, error);

        if (!reply) {
            return false;
        }
    }
    return true;
}

/* @json, @count times; returns once so many events with @event have come */
static bool repeat(Guest *guest, const char *command, const char *json,
                   const char *event, guint count, GError **error)
{
    gint64 start = g_get_monotonic_time();
    guint seen = 0;

    if (!inject_all(guest, command, json, count, error)) {
        return false;
    }
    while (seen < count &&
           g_get_monotonic_time() < start + REPEAT_TIMEOUT) {
        if (!guest_settle(guest, 200 * G_TIME_SPAN_MILLISECOND, error)) {
            return false;
        }
        seen = record_count(guest, event);
    }
    case_note("%u of %u x %s in %.1f s", seen, count, event,
              (g_get_monotonic_time() - start) / 1e6);
    if (seen != count) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                    "%u of %u events with \"%s\"", seen, count, event);
        return false;
    }
    return guest_expect_idle(guest, GUEST_SOURCE_GED, error);
}

bool record_repeat(Guest *guest, GError **error)
{
    return repeat(guest, "inject-processor-error",
                  "{ \"cpu-index\": 1, \"severity\": \"corrected\" }",
                  "arm_event: ", REPEATS, error) &&
           repeat(guest, "inject-pcie-error",
                  "{ \"device\": \"port0\", \"correctable-status\": 1 }",
                  "severity=Corrected, Receiver Error", REPEATS, error) &&
           repeat(guest, "inject-pcie-error",
                  "{ \"device\": \"up0\", \"uncorrectable-status\": 4096 }",
                  "severity=Uncorrected, non-fatal", REPEATS / 10, error);
}
