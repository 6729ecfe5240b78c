/*
 * Timeline: who did what when, from QEMU's trace log and the guest's kernel
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include <string.h>
#include "paint.h"
#include "timeline.h"

struct Timeline {
    gint64 start;
    GPtrArray *entries;
};

typedef struct Entry {
    gint64 time;
    guint order;            /* for entries of the same time */
    const char *who;
    const char *stage;
    char *text;
} Entry;

/* A trace event of QEMU's, and what it stands for. */
typedef struct Stage {
    const char *event;
    const char *name;
    const char *meaning;
    const char *fact;       /* the argument worth telling; NULL: none */
} Stage;

static const Stage stages[] = {
    { "ghes_queued", "queued", "in QEMU's queue; pages:", "pages" },
    { "ghes_dropped", "dropped", "the queue is full; pages:", "pages" },
    { "ghes_recorded", "recorded", "CPER written to guest RAM; block:",
      "block" },
    { "ghes_notified", "notified", "guest interrupted; source:", "source" },
    { "ghes_unread", "unread", "block taken back; records:", "records" },
    { "ghes_acknowledged", "acknowledged", "guest has read it; records:",
      "records" },
    { "ghes_refused", "refused", "not recorded:", NULL },
    { "ghes_address", "placed", "firmware put the blocks at", "" },
};

static void entry_free(Entry *entry)
{
    g_free(entry->text);
    g_free(entry);
}

Timeline *timeline_new(gint64 start)
{
    Timeline *timeline = g_new0(Timeline, 1);

    timeline->start = start;
    timeline->entries =
        g_ptr_array_new_with_free_func((GDestroyNotify)entry_free);
    return timeline;
}

void timeline_free(Timeline *timeline)
{
    g_ptr_array_unref(timeline->entries);
    g_free(timeline);
}

void timeline_add(Timeline *timeline, gint64 time, const char *who,
                  const char *stage, const char *format, ...)
{
    Entry *entry;
    va_list ap;

    if (time < timeline->start) {
        return;
    }
    entry = g_new0(Entry, 1);
    entry->time = time;
    entry->order = timeline->entries->len;
    entry->who = who;
    entry->stage = stage;
    va_start(ap, format);
    entry->text = g_strdup_vprintf(format, ap);
    va_end(ap);
    g_ptr_array_add(timeline->entries, entry);
}

/* The word after @name in "name value name value"; "" is before the first. */
static char *argument(const char *arguments, const char *name)
{
    g_auto(GStrv) words = g_strsplit(arguments, " ", -1);
    guint i;

    if (!*name) {
        return g_strdup(words[0]);
    }
    for (i = 0; words[i] && words[i + 1]; i++) {
        if (g_str_equal(words[i], name)) {
            return g_strdup(words[i + 1]);
        }
    }
    return g_strdup("?");
}

/*
 * "PID@SECONDS.MICROSECONDS:event arguments", or from release 10.2 on
 * "YYYY-MM-DDThh:mm:ss.uuuuuuZ event arguments": the event, or NULL
 */
static const char *trace_event(const char *line, gint64 *time)
{
    g_autoptr(GDateTime) date = NULL;
    g_autofree char *stamp = NULL;
    const char *space = strchr(line, ' ');
    guint64 sec, usec;
    int rest = 0;

    if (sscanf(line, "%*d@%" SCNu64 ".%" SCNu64 ":%n", &sec, &usec,
               &rest) == 2 && rest) {
        *time = sec * G_USEC_PER_SEC + usec;
        return line + rest;
    }
    stamp = space ? g_strndup(line, space - line) : NULL;
    date = stamp ? g_date_time_new_from_iso8601(stamp, NULL) : NULL;
    if (!date) {
        return NULL;
    }
    *time = g_date_time_to_unix(date) * G_USEC_PER_SEC +
            g_date_time_get_microsecond(date);
    return space + 1;
}

static void add_trace_line(Timeline *timeline, const char *line)
{
    gint64 time;
    const char *found = trace_event(line, &time);
    char event[64];
    int rest = 0;

    if (!found || sscanf(found, "%63s %n", event, &rest) != 1) {
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS(stages); i++) {
        const Stage *stage = &stages[i];
        const char *arguments = rest ? found + rest : "";
        g_autofree char *fact = NULL;

        if (!g_str_equal(event, stage->event)) {
            continue;
        }
        fact = stage->fact ? argument(arguments, stage->fact)
                           : g_strdup(arguments);
        timeline_add(timeline, time, "QEMU", stage->name, "%s %s",
                     stage->meaning, fact);
    }
}

bool timeline_add_trace_log(Timeline *timeline, const Guest *guest,
                            GError **error)
{
    g_autofree char *path = g_build_filename(guest->directory, "trace.log",
                                             NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents(path, &text, NULL, error)) {
        return false;
    }
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        add_trace_line(timeline, *line);
    }
    return true;
}

/* What comes after @mark and spaces, or NULL if there is no @mark */
static const char *after(const char *text, const char *mark)
{
    const char *found = strstr(text, mark);

    return found ? found + strlen(mark) + strspn(found + strlen(mark), " ")
                 : NULL;
}

void timeline_add_events(Timeline *timeline, const Guest *guest)
{
    gint64 record = 0;      /* a record's lines stay together */

    for (guint i = 0; i < guest->events->len; i++) {
        const GuestEvent *event = g_ptr_array_index(guest->events, i);
        const char *cper = after(event->text, "[Hardware Error]:");
        const char *offlined = after(event->text, "Memory failure:");
        const char *traced = after(event->text, "memory_failure_event:");

        if (event->trace) {
            timeline_add(timeline, event->time, "guest", "traced", "%s",
                         traced ?: event->text);
        } else if (cper && g_str_has_prefix(cper, "Hardware error from")) {
            record = event->time;
            timeline_add(timeline, record, "guest", "logged", "%s", cper);
        } else if (cper) {
            timeline_add(timeline, record, "", "", "%s", cper);
        } else if (offlined) {
            timeline_add(timeline, event->time, "guest", "offlined", "%s",
                         offlined);
        }
    }
}

static gint compare(gconstpointer a, gconstpointer b)
{
    const Entry *x = *(const Entry *const *)a, *y = *(const Entry *const *)b;

    if (x->time != y->time) {
        return x->time < y->time ? -1 : 1;
    }
    return x->order < y->order ? -1 : 1;
}

void timeline_print(Timeline *timeline)
{
    g_ptr_array_sort(timeline->entries, compare);
    printf("%s%7s  %-5s  %-12s  %s%s\n", paint(PAINT_BOLD), "ms", "who",
           "stage", "what", paint(PAINT_NONE));
    for (guint i = 0; i < timeline->entries->len; i++) {
        const Entry *entry = g_ptr_array_index(timeline->entries, i);

        if (!*entry->stage) {
            printf("%30s%s%s%s\n", "", paint(PAINT_DIM), entry->text,
                   paint(PAINT_NONE));
            continue;
        }
        printf("%7.1f  %s%-5s  %s%-12s%s  %s\n",
               (entry->time - timeline->start) / 1000.0,
               paint(g_str_equal(entry->who, "guest") ? PAINT_CYAN
                                                      : PAINT_YELLOW),
               entry->who, paint(PAINT_BOLD), entry->stage,
               paint(PAINT_NONE), entry->text);
    }
}
