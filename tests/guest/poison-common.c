/*
 * Lost memory of a guest under TCG: what to do, and what is to come of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "poison.h"

bool poison_fail(GError **error, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    g_propagate_error(error, g_error_new_valist(
                          G_IO_ERROR, G_IO_ERROR_FAILED, format, ap));
    va_end(ap);
    return false;
}

bool poison_alloc(Guest *guest, guint count, guint64 *gpas, GError **error)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *answer = guest_ask(guest, lines, error, "alloc %u",
                                        count);

    for (guint i = 0; answer && i < count; i++) {
        if (i >= lines->len ||
            sscanf(g_ptr_array_index(lines, i), "page=%*u gpa=0x%" SCNx64,
                   &gpas[i]) != 1 || !gpas[i]) {
            return poison_fail(error, "alloc: page %u is nowhere", i);
        }
    }
    return answer;
}

static JsonNode *call(Guest *guest, const char *command, guint64 gpa,
                      GError **error)
{
    JsonObject *arguments = json_object_new();

    json_object_set_int_member(arguments, "address", gpa);
    return qmp_call(guest->qmp, command, arguments, error);
}

bool poison_do(Guest *guest, const char *command, guint64 gpa,
               GError **error)
{
    g_autoptr(JsonNode) reply = call(guest, command, gpa, error);
    JsonObject *range = reply ? json_node_get_object(reply) : NULL;

    if (range && (json_object_get_int_member(range, "address") != gpa ||
                  json_object_get_int_member(range, "length") !=
                  GUEST_PAGE_SIZE)) {
        return poison_fail(error, "%s: another range", command);
    }
    return range;
}

bool poison_refuse(Guest *guest, const char *command, guint64 gpa,
                   const char *why, GError **error)
{
    g_autoptr(GError) refused = NULL;
    g_autoptr(JsonNode) reply = call(guest, command, gpa, &refused);

    if (reply || !strstr(refused->message, why)) {
        return poison_fail(error, "%s was to be refused as '%s': %s", command,
                           why, reply ? "it wasn't" : refused->message);
    }
    return true;
}

bool poison_expect_access(Guest *guest, guint page, const char *way,
                          const char *answer, GError **error)
{
    g_autofree char *got = guest_ask(guest, NULL, error, "access %u %s", page,
                                     way);

    if (got && !g_str_has_prefix(got, answer)) {
        return poison_fail(error, "%s of page %u: %s instead of %s", way, page,
                           got, answer);
    }
    return got;
}

bool poison_expect_crowd(Guest *guest, guint first, guint count,
                         const char *how, GError **error)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *ready = guest_ask(guest, NULL, error, "gather %u %u %s",
                                       first, count, how);
    g_autofree char *answer = ready ? guest_ask(guest, lines, error, "release")
                                    : NULL;
    guint told = 0;

    for (guint i = 0; answer && i < lines->len; i++) {
        told += strstr(g_ptr_array_index(lines, i), POISON_SIGBUS) != NULL;
    }
    if (answer && told != count) {
        return poison_fail(error, "%u of %u got their SIGBUS", told, count);
    }
    return answer;
}

bool poison_and_report(Guest *guest, const guint64 *gpas, guint count,
                       GError **error)
{
    for (guint i = 0; i < count; i++) {
        if (!poison_do(guest, "poison-memory", gpas[i], error) ||
            !guest_inject(guest, gpas[i], 0, "recoverable", error)) {
            return false;
        }
    }
    return true;
}

bool poison_expect_consumed(Guest *guest, guint first, guint count,
                            GError **error)
{
    guint64 kb;

    if (!guest_hwcorrupted(guest, &kb, error)) {
        return false;
    }
    case_note("%" PRIu64 " kB are out of use, %u processes consume a page each",
              kb, count);
    return poison_expect_crowd(guest, first, count, "", error);
}

static bool expect_records(Guest *guest, int source, gint64 least,
                           gint64 most, GError **error)
{
    static const char *const counters[] = { "recorded", "acknowledged" };
    JsonObject *info;

    if (!guest_expect_idle(guest, source, error)) {
        return false;
    }
    info = guest_query_source(guest, source, error);
    for (guint i = 0; info && i < G_N_ELEMENTS(counters); i++) {
        gint64 got = json_object_get_int_member(info, counters[i]);

        if (got < least || got > most) {
            json_object_unref(info);
            return poison_fail(error, "source %d has %s %" PRId64 " records "
                               "instead of %" PRId64 " to %" PRId64, source,
                               counters[i], got, least, most);
        }
    }
    g_clear_pointer(&info, json_object_unref);
    return true;
}

bool poison_expect_records(Guest *guest, int source, gint64 records,
                           GError **error)
{
    return expect_records(guest, source, records, records, error);
}

bool poison_expect_records_at_least(Guest *guest, int source, gint64 records,
                                    GError **error)
{
    return expect_records(guest, source, records, G_MAXINT64, error);
}

bool poison_expect_taken(Guest *guest, const guint64 *gpas, guint count,
                         GError **error)
{
    if (!guest_expect_hwcorrupted(guest, count * GUEST_PAGE_KB, error)) {
        return false;
    }
    for (guint i = 0; i < count; i++) {
        g_autofree char *text = g_strdup_printf(
            "Memory failure: 0x%" PRIx64 ": recovery action for ",
            gpas[i] / GUEST_PAGE_SIZE);
        g_autofree char *again = g_strconcat(text, "already poisoned", NULL);
        guint times;

        if (!guest_expect_event(guest, text, error)) {
            return false;
        }
        /* R67: a process that consumes its page again has a record again */
        times = guest_count_events(guest, text) -
                guest_count_events(guest, again);
        if (times != 1) {
            return poison_fail(error, "page %u was taken out of use %u times",
                               i, times);
        }
    }
    return true;
}
