/*
 * Records of all kinds of errors: what the guest's kernel is to say of them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include <string.h>
#include "record.h"

#define POLL_TIME       (20 * G_TIME_SPAN_MILLISECOND)
#define RECORD_TIMEOUT  (30 * G_TIME_SPAN_SECOND)
#define SETTLE_TIME     (300 * G_TIME_SPAN_MILLISECOND)
#define PRINT_INTERVAL  (5500 * G_TIME_SPAN_MILLISECOND)
#define PANIC_TIMEOUT   (60 * G_TIME_SPAN_SECOND)

bool record_inject(Guest *guest, const char *command, const char *json,
                   GError **error)
{
    g_autoptr(JsonNode) arguments = json_from_string(json, error);
    g_autoptr(JsonNode) reply = NULL;

    if (arguments) {
        reply = qmp_call(guest->qmp, command, json_node_dup_object(arguments),
                         error);
    }
    return reply;
}

bool record_inject_block(Guest *guest, const void *block, gsize length,
                         GError **error)
{
    g_autofree char *base64 = g_base64_encode(block, length);
    g_autofree char *json = g_strdup_printf("{ \"cper\": \"%s\" }", base64);

    return record_inject(guest, "inject-ghes-v2-error", json, error);
}

/* @line without the kernels it is for, or NULL if this is none of them */
static const char *line_for(const Guest *guest, const char *line)
{
    const char *name = guest->config.kernel->name;
    bool oldest = g_str_equal(name, "6.1");
    const struct {
        const char *prefix;
        bool fits;
    } kinds[] = {
        { "6.1|", oldest },
        { "6.12|", g_str_equal(name, "6.12") },
        { "6.12+|", !oldest },
        { "newest|", g_str_equal(name, "newest") },
    };

    for (int i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (g_str_has_prefix(line, kinds[i].prefix)) {
            return kinds[i].fits ? line + strlen(kinds[i].prefix) : NULL;
        }
    }
    return line;
}

static GPtrArray *lines_for(const Guest *guest, const char *const *lines)
{
    GPtrArray *all = g_ptr_array_new_with_free_func(g_free);

    for (; *lines; lines++) {
        const char *line = line_for(guest, *lines);

        if (line) {
            g_ptr_array_add(all, g_strdup(line));
        }
    }
    return all;
}

/* The next line of a record, from a line of the log that has @prefix */
static void add_line(GPtrArray *all, const char *text, const char *prefix)
{
    const char *at = strstr(text, prefix);
    g_autofree char *line = at ? g_strdup(at + strlen(prefix)) : NULL;

    if (line && !strstr(line, "precise tstamp: 20") &&
        (all->len || strstr(line, "event severity: "))) {
        g_ptr_array_add(all, g_strdup(g_strstrip(line)));
    }
}

static bool compare(const GPtrArray *said, const GPtrArray *expected,
                    GError **error)
{
    for (guint i = 0; i < MAX(said->len, expected->len); i++) {
        const char *is = i < said->len ? said->pdata[i] : "nothing";
        const char *must = i < expected->len ? expected->pdata[i] : "nothing";

        if (!g_str_equal(is, must)) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                        "line %u of the record is \"%s\", not \"%s\"", i + 1,
                        is, must);
            return false;
        }
    }
    return true;
}

/* What the guest has said so far of the record whose lines have @prefix */
static GPtrArray *lines_said(const Guest *guest, const char *prefix)
{
    GPtrArray *said = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < guest->events->len; i++) {
        const GuestEvent *event = g_ptr_array_index(guest->events, i);

        if (!event->trace) {
            add_line(said, event->text, prefix);
        }
    }
    return said;
}

bool record_expect(Guest *guest, guint number, const char *const *lines,
                   GError **error)
{
    g_autofree char *prefix = g_strdup_printf("{%u}[Hardware Error]:", number);
    g_autoptr(GPtrArray) expected = lines_for(guest, lines);
    gint64 deadline = g_get_monotonic_time() + RECORD_TIMEOUT;
    guint count = 0;

    while (count < expected->len && g_get_monotonic_time() < deadline) {
        g_autoptr(GPtrArray) so_far = NULL;

        if (!guest_settle(guest, POLL_TIME, error)) {
            return false;
        }
        so_far = lines_said(guest, prefix);
        count = so_far->len;
    }
    /* There may come more than there should */
    if (guest_settle(guest, SETTLE_TIME, error)) {
        g_autoptr(GPtrArray) said = lines_said(guest, prefix);

        return compare(said, expected, error);
    }
    return false;
}

bool record_expect_console(Guest *guest, const char *const *lines,
                           GError **error)
{
    g_autoptr(GPtrArray) expected = lines_for(guest, lines);
    gint64 deadline = g_get_monotonic_time() + PANIC_TIMEOUT;

    for (;;) {
        g_autofree char *console = guest_log_tail(guest->directory,
                                                  "console.log", 200);
        g_autoptr(GPtrArray) said = g_ptr_array_new_with_free_func(g_free);
        g_auto(GStrv) all = g_strsplit(console, "\n", -1);

        if (strstr(console, "Kernel panic - not syncing") &&
            strstr(console, "Fatal hardware error")) {
            for (char **line = all; *line; line++) {
                add_line(said, *line, "}[Hardware Error]:");
            }
            return compare(said, expected, error);
        }
        if (g_get_monotonic_time() > deadline) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                        "the guest did not panic");
            return false;
        }
        g_usleep(50 * G_TIME_SPAN_MILLISECOND);
    }
}

bool record_expect_said(Guest *guest, const char *const *lines,
                        GError **error)
{
    g_autoptr(GPtrArray) expected = lines_for(guest, lines);

    for (guint i = 0; i < expected->len; i++) {
        if (!guest_expect_event(guest, expected->pdata[i], error)) {
            return false;
        }
    }
    return true;
}

guint record_count(Guest *guest, const char *text)
{
    guint count = 0;

    for (guint i = 0; i < guest->events->len; i++) {
        const GuestEvent *event = g_ptr_array_index(guest->events, i);

        count += event->trace && strstr(event->text, text);
    }
    return count;
}

bool record_pause(Guest *guest, GError **error)
{
    return guest_settle(guest, PRINT_INTERVAL, error);
}
