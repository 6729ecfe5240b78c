/*
 * rasdaemon in a guest, and what it writes into its database
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "rasdaemon.h"

#define LOG             "/rasdaemon.log"
#define DATABASE        "/var/lib/rasdaemon/ras-mc_event.db"

/* For each event that the kernel doesn't have it waits 30,000 times 1 ms. */
#define START_TIMEOUT   (600 * G_TIME_SPAN_SECOND)
#define ROW_TIMEOUT     (30 * G_TIME_SPAN_SECOND)
#define SETTLE_TIME     (2 * G_TIME_SPAN_SECOND)
#define POLL_TIME       (250 * G_TIME_SPAN_MILLISECOND)
#define AGE_MAX         300         /* seconds */

static bool fail(GError **error, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

static bool fail(GError **error, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list ap;

    va_start(ap, format);
    text = g_strdup_vprintf(format, ap);
    va_end(ap);
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, text);
    return false;
}

/* The lines of what @sql finds, a line a column: "name = value" */
static GPtrArray *query(Guest *guest, const char *sql, GError **error)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *answer = guest_ask(
        guest, lines, error,
        "run /usr/bin/sqlite3\t-readonly\t-line\t" DATABASE "\t%s", sql);

    if (!answer) {
        const char *said = lines->len ? lines->pdata[0] : "nothing";

        g_prefix_error(error, "sqlite3 says %s: ", said);
        return NULL;
    }
    return g_steal_pointer(&lines);
}

/* Is "name = value" about @name? Then its value, else NULL */
static const char *value_of(const char *line, const char *name)
{
    line += strspn(line, " ");
    if (!g_str_has_prefix(line, name)) {
        return NULL;
    }
    line += strlen(name);
    return g_str_has_prefix(line, " = ") ? line + strlen(" = ") : NULL;
}

/* How many lines its log has, and how many of them say @text */
static bool count_lines(Guest *guest, const char *text, guint *lines,
                        guint *matches, GError **error)
{
    g_autoptr(GPtrArray) log = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *answer = guest_ask(guest, log, error, "read " LOG);

    *lines = log->len;
    *matches = 0;
    for (guint i = 0; i < log->len; i++) {
        *matches += strstr(log->pdata[i], text) != NULL;
    }
    return answer;
}

/*
 * It makes its tables last, each with a line in its log. Who reads the database
 * then, or while it writes a row, makes it give up that table or row.
 */
static bool wait_for_tables(Guest *guest, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + START_TIMEOUT;
    guint before, lines = 0, tables = 0;

    while (g_get_monotonic_time() < deadline) {
        g_autofree char *state = NULL;

        before = lines;
        state = guest_ask(guest, NULL, error, "state");
        if (!state || !guest_settle(guest, SETTLE_TIME, error) ||
            !count_lines(guest, "Recording ", &lines, &tables, error)) {
            return false;
        }
        if (!g_str_equal(state, "running")) {
            return fail(error, "rasdaemon has ended: %s", state);
        }
        if (tables && lines == before) {
            return true;
        }
    }
    return fail(error, "rasdaemon doesn't listen");
}

bool rasdaemon_start(Guest *guest, GError **error)
{
    g_autofree char *answer = guest_ask(
        guest, NULL, error,
        "start " LOG "\t/usr/sbin/rasdaemon\t--foreground\t--record");

    return answer && wait_for_tables(guest, error);
}

bool rasdaemon_wait(Guest *guest, guint rows, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + ROW_TIMEOUT;
    guint lines, written;

    for (;;) {
        if (!count_lines(guest, "register inserted at db", &lines, &written,
                         error)) {
            return false;
        }
        if (written >= rows) {
            return true;
        }
        if (g_get_monotonic_time() > deadline) {
            return fail(error, "rasdaemon has written %u rows of %u", written,
                        rows);
        }
        if (!guest_settle(guest, POLL_TIME, error)) {
            return false;
        }
    }
}

/* "2026-11-25 14:22:17 +0000" */
static bool check_timestamp(const RasdaemonRow *row, const char *value,
                            GError **error)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) now = g_date_time_new_now_utc(), time = NULL;
    int year, month, day, hour, minute, second, end = 0;

    if (sscanf(value, "'%4d-%2d-%2d %2d:%2d:%2d +0000'%n", &year, &month, &day,
               &hour, &minute, &second, &end) == 6 && end) {
        time = g_date_time_new(utc, year, month, day, hour, minute, second);
    }
    if (!time || ABS(g_date_time_difference(now, time)) >
        AGE_MAX * G_TIME_SPAN_SECOND) {
        return fail(error, "%s.timestamp: %s", row->table, value);
    }
    return true;
}

static bool check_columns(const RasdaemonRow *row, GPtrArray *lines,
                          GError **error)
{
    const RasdaemonColumn *column = row->columns;

    for (guint i = 1; i < lines->len; i++, column++) {
        const char *value = value_of(lines->pdata[i], column->name);

        if (!value || !g_pattern_match_simple(column->value, value)) {
            return fail(error, "%s.%s, row %u: \"%s\" instead of %s",
                        row->table, column->name, row->id,
                        g_strchug(lines->pdata[i]), column->value);
        }
    }
    return true;
}

/* The columns of @table are those that @row names, after id and timestamp. */
static bool check_names(Guest *guest, const RasdaemonRow *row,
                        const char *names, GError **error)
{
    g_autofree char *sql = g_strdup_printf(
        "SELECT group_concat(name, ', ') AS names FROM "
        "pragma_table_info('%s') WHERE cid > 1", row->table);
    g_autoptr(GPtrArray) lines = query(guest, sql, error);
    const char *all = lines && lines->len == 1 ?
                      value_of(lines->pdata[0], "names") : NULL;

    if (!all || !g_str_equal(all, names)) {
        return lines ? fail(error, "%s has the columns %s instead of %s",
                            row->table, all ?: "", names) : false;
    }
    return true;
}

bool rasdaemon_expect_row(Guest *guest, const RasdaemonRow *row,
                          GError **error)
{
    g_autoptr(GString) sql = g_string_new("SELECT quote(timestamp) AS "
                                          "timestamp");
    g_autoptr(GString) names = g_string_new(NULL);
    g_autoptr(GPtrArray) lines = NULL;

    for (const RasdaemonColumn *column = row->columns; column->name;
         column++) {
        /* Not all bytes that it keeps are of type BLOB. */
        bool bytes = g_str_has_prefix(column->value, "X'");

        g_string_append_printf(sql, bytes ?
                               ", quote(CAST(%s AS BLOB)) AS %s" :
                               ", quote(%s) AS %s",
                               column->name, column->name);
        g_string_append_printf(names, "%s%s", names->len ? ", " : "",
                               column->name);
    }
    g_string_append_printf(sql, " FROM %s WHERE id = %u", row->table, row->id);
    if (!check_names(guest, row, names->str, error)) {
        return false;
    }
    lines = query(guest, sql->str, error);
    if (!lines || !lines->len) {
        return lines ? fail(error, "%s has no row %u", row->table, row->id) :
               false;
    }
    return check_timestamp(row, value_of(lines->pdata[0], "timestamp") ?: "",
                           error) &&
           check_columns(row, lines, error);
}

static bool count_rows(Guest *guest, const char *table, guint *count,
                       GError **error)
{
    g_autofree char *sql = g_strdup_printf("SELECT count(*) AS n FROM %s",
                                           table);
    g_autoptr(GPtrArray) lines = query(guest, sql, error);
    const char *value = lines && lines->len == 1 ?
                        value_of(lines->pdata[0], "n") : NULL;

    if (!value) {
        return lines ? fail(error, "%s can't be counted", table) : false;
    }
    *count = g_ascii_strtoull(value, NULL, 10);
    return true;
}

bool rasdaemon_expect_count(Guest *guest, const char *table, guint count,
                            GError **error)
{
    guint rows = 0;

    if (!count_rows(guest, table, &rows, error)) {
        return false;
    }
    return rows == count ||
           fail(error, "%s has %u rows instead of %u", table, rows, count);
}
