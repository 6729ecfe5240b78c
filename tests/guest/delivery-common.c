/*
 * Injection and verdict for the delivery cases
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "delivery.h"

/* The kernel counts its own trace events, by page. */
#define TALLY   "/sys/kernel/tracing/events/ras/memory_failure_event/"

/* The same for what it prints, whether or not the console shows it */
#define LOSSES  "/sys/kernel/tracing/events/printk/console/"

/* A guest that comes from elsewhere, or has much to do, takes its time. */
#define PAGES_TIMEOUT   (90 * G_TIME_SPAN_SECOND)
#define PLACED_TIMEOUT  (60 * G_TIME_SPAN_SECOND)
#define POLL_TIME       (10 * G_TIME_SPAN_MILLISECOND)

static bool send_inject(Qmp *qmp, guint64 gpa, const char *severity,
                        GError **error)
{
    JsonObject *arguments = json_object_new();

    json_object_set_int_member(arguments, "address", gpa);
    json_object_set_string_member(arguments, "severity", severity);
    return qmp_send(qmp, "inject-memory-error", arguments, error);
}

static bool await_inject(Qmp *qmp, guint *refused, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(JsonNode) reply = qmp_await(qmp, "inject-memory-error",
                                          &failure);

    if (reply) {
        return true;
    }
    if (refused && g_error_matches(failure, QMP_REFUSED, 0)) {
        (*refused)++;
        return true;
    }
    g_propagate_error(error, g_steal_pointer(&failure));
    return false;
}

bool delivery_inject(Qmp *qmp, guint64 gpa, guint pages, const char *severity,
                     guint *refused, GError **error)
{
    if (refused) {
        *refused = 0;
    }
    for (guint i = 0; i < pages; i++) {
        if (!send_inject(qmp, gpa + i * GUEST_PAGE_SIZE, severity, error)) {
            return false;
        }
    }
    for (guint i = 0; i < pages; i++) {
        if (!await_inject(qmp, refused, error)) {
            return false;
        }
    }
    return true;
}

bool delivery_inject_when_placed(Guest *guest, guint64 gpa,
                                 const char *severity, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + PLACED_TIMEOUT;
    guint refused;

    do {
        if (!delivery_inject(guest->qmp, gpa, 1, severity, &refused, error)) {
            return false;
        }
        if (!refused) {
            return true;
        }
        g_usleep(POLL_TIME);
    } while (g_get_monotonic_time() < deadline);
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                        "firmware never placed etc/hardware_errors");
    return false;
}

bool delivery_do(Guest *guest, const char *command, GError **error)
{
    g_autoptr(JsonNode) reply = qmp_call(guest->qmp, command, NULL, error);

    return reply;
}

bool delivery_counter(Guest *guest, const char *name, gint64 *value,
                      GError **error)
{
    g_autoptr(JsonObject) source =
        guest_query_source(guest, GUEST_SOURCE_GED, error);

    if (source) {
        *value = json_object_get_int_member(source, name);
    }
    return source;
}

bool delivery_own_memory(Guest *guest, guint64 *kb, GError **error)
{
    g_autofree char *path = g_strdup_printf(
        "/proc/%s/status", g_subprocess_get_identifier(guest->process));
    g_autofree char *status = NULL;
    const char *line;

    if (!g_file_get_contents(path, &status, NULL, error)) {
        return false;
    }
    line = strstr(status, "RssAnon:");
    if (!line || sscanf(line, "RssAnon: %" SCNu64, kb) != 1) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                    "%s has no RssAnon", path);
        return false;
    }
    return true;
}

bool delivery_is_busy(Guest *guest, bool *busy, GError **error)
{
    g_autoptr(JsonObject) source =
        guest_query_source(guest, GUEST_SOURCE_GED, error);

    if (source) {
        *busy = g_str_equal(json_object_get_string_member(source, "state"),
                            "busy");
    }
    return source;
}

bool delivery_expect_counters(Guest *guest, const DeliveryCounter *expected,
                              GError **error)
{
    for (; expected->name; expected++) {
        gint64 value;

        if (!delivery_counter(guest, expected->name, &value, error)) {
            return false;
        }
        if (value != expected->value) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                        "query-ghes: %s is %" PRId64 " instead of %" PRId64,
                        expected->name, value, expected->value);
            return false;
        }
    }
    return true;
}

bool delivery_tally(Guest *guest, GError **error)
{
    g_autofree char *tally = guest_ask(
        guest, NULL, error, "write " TALLY "trigger hist:keys=pfn:size=131072");
    g_autofree char *losses = tally ? guest_ask(
        guest, NULL, error, "write " LOSSES "trigger hist:keys=common_cpu "
        "if msg ~ \"*" GUEST_OVERFLOW "*\"") : NULL;

    return losses;
}

static bool tally_value(GPtrArray *lines, const char *name, guint *value)
{
    for (guint i = 0; i < lines->len; i++) {
        const char *at = strstr(g_ptr_array_index(lines, i), name);

        if (at && sscanf(at + strlen(name), " %u", value) == 1) {
            return true;
        }
    }
    return false;
}

static bool expect_tally(Guest *guest, guint pages, GError **error)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *answer = guest_ask(guest, lines, error,
                                        "tail 4 " TALLY "hist");
    guint hits, entries, dropped;

    if (!answer) {
        return false;
    }
    if (!tally_value(lines, "Hits:", &hits) ||
        !tally_value(lines, "Entries:", &entries) ||
        !tally_value(lines, "Dropped:", &dropped)) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                            "the guest's kernel shows no tally");
        return false;
    }
    if (hits != pages || entries != pages || dropped) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                    "the guest's kernel handled %u errors of %u different "
                    "pages, and %u uncounted ones, instead of %u",
                    hits, entries, dropped, pages);
        return false;
    }
    return true;
}

/* As long as there is progress, however slow the machine is */
static bool expect_delivered(Guest *guest, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + PAGES_TIMEOUT;
    gint64 waiting;

    do {
        if (!delivery_counter(guest, "queued", &waiting, error) ||
            !guest_settle(guest, POLL_TIME, error)) {
            return false;
        }
    } while (waiting && g_get_monotonic_time() < deadline);
    return guest_expect_idle(guest, GUEST_SOURCE_GED, error);
}

/* What the guest acknowledged and then lost by itself, while it told */
static void tell_losses(Guest *guest, GError **error)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *answer = guest_ask(guest, lines, NULL,
                                        "tail 4 " LOSSES "hist");
    g_autofree char *console = guest_log_tail(guest->directory, "console.log",
                                              G_MAXUINT);
    guint losses = 0;

    if (!answer || !tally_value(lines, "Hits:", &losses)) {
        /* Not counted; what came before the agent may be on the console. */
        for (const char *at = console; (at = strstr(at, GUEST_OVERFLOW)); at++) {
            losses++;
        }
    }
    g_prefix_error(error, "after %u times \"" GUEST_OVERFLOW "\" in the "
                   "guest's log, ", losses);
}

bool delivery_expect_pages(Guest *guest, guint pages, bool tallied,
                           GError **error)
{
    if (!expect_delivered(guest, error)) {
        return false;
    }
    if (!guest_expect_hwcorrupted(guest, (guint64)pages * GUEST_PAGE_KB,
                                  error) ||
        (tallied && !expect_tally(guest, pages, error))) {
        tell_losses(guest, error);
        return false;
    }
    return true;
}
