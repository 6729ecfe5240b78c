/*
 * Demo: one real error through a real guest, as a timeline
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "demo.h"
#include "paint.h"
#include "timeline.h"

#define PFN             (GUEST_FREE_GPA / GUEST_PAGE_SIZE)

/* Shows the seconds while the guest boots. */
static gpointer show_progress(gpointer opaque)
{
    const gint *running = opaque;
    gint64 start = g_get_monotonic_time();

    while (g_atomic_int_get(running)) {
        if (paint_on_terminal()) {
            printf("\rbooting by UEFI … %.1f s",
                   (g_get_monotonic_time() - start) / 1e6);
            fflush(stdout);
        }
        g_usleep(100 * G_TIME_SPAN_MILLISECOND);
    }
    return NULL;
}

static Guest *boot(const GuestConfig *config, GError **error)
{
    gint64 start = g_get_monotonic_time();
    g_autoptr(Guest) guest = guest_start(config, error);
    gint running = true;
    GThread *progress;
    bool ok;

    if (!guest) {
        return NULL;
    }
    progress = g_thread_new("progress", show_progress, &running);
    ok = guest_boot(guest, error);
    g_atomic_int_set(&running, false);
    g_thread_join(progress);
    if (paint_on_terminal()) {
        printf("\r\033[K");
    }
    if (!ok) {
        return NULL;
    }
    printf("%s's arm64 kernel %s, booted by UEFI in %.1f s\n\n",
           config->kernel->system, guest->release,
           (g_get_monotonic_time() - start) / 1e6);
    fflush(stdout);
    return g_steal_pointer(&guest);
}

/* The kernel's last word on the page, in its log and as a trace event */
static bool expect_offlined(Guest *guest, GError **error)
{
    g_autofree char *traced = g_strdup_printf(
        "memory_failure_event: pfn 0x%" PRIx64 ":", PFN);
    g_autofree char *logged = g_strdup_printf(
        "Memory failure: 0x%" PRIx64 ": recovery action", PFN);

    return guest_expect_event(guest, logged, error) &&
           guest_expect_event(guest, traced, error);
}

static bool print_counters(Guest *guest, GError **error)
{
    static const char *const columns[] = {
        "queued", "recorded", "notified", "acknowledged", "dropped",
    };
    g_autoptr(JsonNode) reply = qmp_call(guest->qmp, "query-ghes", NULL,
                                         error);
    JsonArray *sources;

    if (!reply) {
        return false;
    }
    sources = json_object_get_array_member(json_node_get_object(reply),
                                           "sources");
    printf("\n%s%-6s  %-12s  %-5s", paint(PAINT_BOLD), "source",
           "notification", "state");
    for (int i = 0; i < G_N_ELEMENTS(columns); i++) {
        printf("  %s", columns[i]);
    }
    printf("%s\n", paint(PAINT_NONE));
    for (guint i = 0; i < json_array_get_length(sources); i++) {
        JsonObject *source = json_array_get_object_element(sources, i);

        printf("%6" PRId64 "  %-12s  %-5s",
               json_object_get_int_member(source, "source-id"),
               json_object_get_string_member(source, "notification"),
               json_object_get_string_member(source, "state"));
        for (int j = 0; j < G_N_ELEMENTS(columns); j++) {
            printf("  %*" PRId64, (int)strlen(columns[j]),
                   json_object_get_int_member(source, columns[j]));
        }
        printf("\n");
    }
    return true;
}

static bool show(Guest *guest, Timeline *timeline, GError **error)
{
    if (!timeline_add_trace_log(timeline, guest, error)) {
        return false;
    }
    timeline_add_events(timeline, guest);
    timeline_print(timeline);
    return print_counters(guest, error);
}

bool demo(const GuestConfig *config, GError **error)
{
    g_autoptr(Guest) guest = boot(config, error);
    g_autoptr(Timeline) timeline = NULL;
    g_autoptr(GError) failure = NULL;
    guint64 before;
    gint64 start;
    bool ok;

    if (!guest || !guest_hwcorrupted(guest, &before, error)) {
        return false;
    }
    start = g_get_real_time();
    timeline = timeline_new(start);
    timeline_add(timeline, start, "host", "injected",
                 "recoverable memory error at 0x%" PRIx64 ", by QMP",
                 GUEST_FREE_GPA);
    if (!guest_inject(guest, GUEST_FREE_GPA, 0, "recoverable", error)) {
        return false;
    }
    ok = expect_offlined(guest, &failure) &&
         guest_expect_hwcorrupted(guest, before + GUEST_PAGE_KB, &failure) &&
         guest_expect_idle(guest, GUEST_SOURCE_GED, &failure);
    if (!show(guest, timeline, error)) {
        return false;
    }
    if (!ok) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return false;
    }
    printf("\n%sThe guest took the page out of use:%s HardwareCorrupted went "
           "from %" PRIu64 " to %" PRIu64 " kB.\n", paint(PAINT_GREEN),
           paint(PAINT_NONE), before, before + GUEST_PAGE_KB);
    return true;
}
