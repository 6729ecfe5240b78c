/*
 * Talk with a guest's agent
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "guest.h"

#define BOOT_TIMEOUT        (120 * G_TIME_SPAN_SECOND)
#define ANSWER_TIMEOUT      (30 * G_TIME_SPAN_SECOND)
#define CLOCK_ROUNDS        5

/* "kmsg USEC LEVEL TEXT" or "trace USEC TEXT": keep it. */
static bool keep_event(Guest *guest, const char *line)
{
    bool trace = g_str_has_prefix(line, "trace ");
    GuestEvent *event;
    guint64 usec;
    int text = 0;

    if (sscanf(line, trace ? "trace %" SCNu64 " %n" :
               "kmsg %" SCNu64 " %*d %n", &usec, &text) != 1 || !text) {
        return false;
    }
    event = g_new0(GuestEvent, 1);
    event->time = usec + guest->clock_offset;
    event->trace = trace;
    event->text = g_strdup(line + text);
    g_ptr_array_add(guest->events, event);
    return true;
}

/* The agent's next line that is not an event. */
static Line *next_line(Guest *guest, gint64 deadline, GError **error)
{
    for (;;) {
        Line *line = channel_next(guest->agent, deadline, error);

        if (!line || !keep_event(guest, line->text)) {
            return line;
        }
        line_free(line);
    }
}

char *guest_await(Guest *guest, const char *command, GPtrArray *details,
                  GError **error)
{
    gint64 deadline = g_get_monotonic_time() + ANSWER_TIMEOUT;

    for (;;) {
        g_autoptr(Line) line = next_line(guest, deadline, error);

        if (!line) {
            g_prefix_error(error, "guest agent, %s: ", command);
            return NULL;
        }
        if (g_str_has_prefix(line->text, "ok")) {
            return g_strdup(g_strchug(line->text + strlen("ok")));
        }
        if (g_str_has_prefix(line->text, "error ")) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                        "guest agent, %s: %s", command, line->text);
            return NULL;
        }
        if (details && g_str_has_prefix(line->text, "- ")) {
            g_ptr_array_add(details, g_strdup(line->text + strlen("- ")));
        }
    }
}

char *guest_ask(Guest *guest, GPtrArray *details, GError **error,
                const char *format, ...)
{
    g_autofree char *command = NULL;
    va_list ap;

    va_start(ap, format);
    command = g_strdup_vprintf(format, ap);
    va_end(ap);
    return channel_send(guest->agent, command, error) ?
           guest_await(guest, command, details, error) : NULL;
}

/* The round that took least time tells the guest's clock best. */
bool guest_set_clock(Guest *guest, GError **error)
{
    gint64 best = G_MAXINT64;

    for (int i = 0; i < CLOCK_ROUNDS; i++) {
        gint64 before = g_get_real_time(), after;
        g_autofree char *answer = guest_ask(guest, NULL, error, "clock");
        guint64 usec;

        after = g_get_real_time();
        if (!answer || sscanf(answer, "usec=%" SCNu64, &usec) != 1) {
            return false;
        }
        if (after - before < best) {
            best = after - before;
            guest->clock_error = best / 2;
            guest->clock_offset = before + best / 2 - usec;
        }
    }
    return true;
}

bool guest_wait_ready(Guest *guest, gint64 time, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + time;

    while (!guest->release) {
        g_autoptr(Line) line = next_line(guest, deadline, error);

        if (!line) {
            g_prefix_error(error, "the guest did not boot: ");
            return false;
        }
        if (g_str_has_prefix(line->text, "ready kernel=")) {
            guest->release = g_strdup(line->text + strlen("ready kernel="));
        }
    }
    return true;
}

static bool tell(Guest *guest, const char *command, GError **error)
{
    g_autofree char *answer = guest_ask(guest, NULL, error, "%s", command);

    return answer;
}

bool guest_boot_quietly(Guest *guest, GError **error)
{
    /* A console in use costs the guest more time than an error does. */
    return guest_wait_ready(guest, BOOT_TIMEOUT, error) &&
           tell(guest, "loglevel 1", error);
}

bool guest_boot(Guest *guest, GError **error)
{
    return guest_boot_quietly(guest, error) && guest_set_clock(guest, error) &&
           tell(guest, "kmsg", error) && tell(guest, "trace", error);
}

bool guest_settle(Guest *guest, gint64 time, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + time;
    g_autoptr(GError) timeout = NULL;
    Line *line;

    while ((line = next_line(guest, deadline, &timeout))) {
        line_free(line);
    }
    if (g_error_matches(timeout, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)) {
        return true;
    }
    g_propagate_error(error, g_steal_pointer(&timeout));
    return false;
}

const GuestEvent *guest_find_event(Guest *guest, const char *text)
{
    for (guint i = 0; i < guest->events->len; i++) {
        const GuestEvent *event = g_ptr_array_index(guest->events, i);

        if (strstr(event->text, text)) {
            return event;
        }
    }
    return NULL;
}

guint guest_count_events(Guest *guest, const char *text)
{
    guint count = 0;

    for (guint i = 0; i < guest->events->len; i++) {
        const GuestEvent *event = g_ptr_array_index(guest->events, i);

        count += strstr(event->text, text) != NULL;
    }
    return count;
}
