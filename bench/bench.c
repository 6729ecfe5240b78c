/*
 * What measurements of guests share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include "bench.h"

#define RAM_SIZE        (4 * G_GINT64_CONSTANT(0x40000000))
#define PATIENCE_MS     1500

/* After an error, so that none meets the one before */
#define PAUSE           (60 * G_TIME_SPAN_MILLISECOND)

const char *const bench_no_trace[] = { "-trace", "enable=-ghes_*", NULL };

void bench_value(const char *metric, const char *variant, double value)
{
    printf("%s\t%s\t%.6g\n", metric, variant, value);
    fflush(stdout);
}

void bench_progress(const char *format, ...)
{
    va_list ap;

    fprintf(stderr, "    ");
    va_start(ap, format);
    vfprintf(stderr, format, ap);
    va_end(ap);
    fprintf(stderr, "\n");
}

Guest *bench_start(const Bench *bench, const BenchVariant *variant,
                   const char *what, const char *const *more, GError **error)
{
    g_autofree char *directory = g_strdelimit(g_build_filename(
        bench->config.directory, what, variant->name, NULL), " ", '-');
    GuestConfig config = bench->config;
    Guest *guest;

    config.qemu = variant->qemu;
    config.directory = directory;
    config.more = more;
    config.ram_fd = memfd_create("guest-ram", MFD_CLOEXEC);
    if (config.ram_fd < 0 || ftruncate(config.ram_fd, RAM_SIZE)) {
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno),
                    "no memory for the guest: %s", g_strerror(errno));
        return NULL;
    }
    guest = guest_start(&config, error);
    close(config.ram_fd);
    g_prefix_error(error, "%s: ", variant->name);
    return guest;
}

Guest *bench_boot(const Bench *bench, const BenchVariant *variant,
                  const char *what, const char *const *more, GError **error)
{
    g_autoptr(Guest) guest = bench_start(bench, variant, what, more, error);

    if (!guest) {
        return NULL;
    }
    if (!guest_boot_quietly(guest, error)) {
        g_prefix_error(error, "%s: ", variant->name);
        return NULL;
    }
    return g_steal_pointer(&guest);
}

bool bench_has_command(Guest *guest, const char *name, bool *has,
                       GError **error)
{
    g_autoptr(JsonNode) reply = qmp_call(guest->qmp, "query-commands", NULL,
                                         error);
    JsonArray *all = reply ? json_node_get_array(reply) : NULL;

    *has = false;
    for (guint i = 0; all && i < json_array_get_length(all); i++) {
        JsonObject *one = json_array_get_object_element(all, i);

        *has = *has || g_str_equal(json_object_get_string_member(one, "name"),
                                   name);
    }
    return all;
}

bool bench_agent_seconds(Guest *guest, double *seconds, GError **error,
                         const char *format, ...)
{
    g_autofree char *command = NULL, *answer = NULL;
    guint64 usec;
    va_list ap;

    va_start(ap, format);
    command = g_strdup_vprintf(format, ap);
    va_end(ap);
    answer = guest_ask(guest, NULL, error, "%s", command);
    if (!answer) {
        return false;
    }
    if (sscanf(answer, "usec=%" SCNu64, &usec) != 1) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                    "guest agent, %s: \"%s\"", command, answer);
        return false;
    }
    *seconds = usec / 1e6;
    return true;
}

bool bench_settle(Guest *guest, guint64 want, guint64 *kb, gint64 *changed,
                  GError **error)
{
    guint64 idle;

    do {
        g_autofree char *answer = guest_ask(guest, NULL, error,
                                            "settled %" PRIu64 " %u", want,
                                            PATIENCE_MS);

        *changed = g_get_monotonic_time();
        if (!answer) {
            return false;
        }
        if (sscanf(answer, "kb=%" SCNu64 " idle-usec=%" SCNu64, kb, &idle)
            != 2) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                        "guest agent, settled: \"%s\"", answer);
            return false;
        }
        *changed -= idle;
    } while (*kb < want && idle < PATIENCE_MS * 1000);
    return true;
}

bool bench_lose(Guest *guest, guint64 gpa, guint pages, const char *metric,
                GError **error)
{
    g_autofree char *answer = guest_ask(guest, NULL, error,
                                        "insmod /" BENCH_POISONER ".ko.xz");
    double seconds;

    if (!answer || !bench_agent_seconds(guest, &seconds, error,
                                        "lose 0x%" PRIx64 " %u", gpa, pages)) {
        return false;
    }
    bench_value(metric, "guest alone", pages / seconds);
    return true;
}

JsonObject *bench_error_arguments(guint64 gpa)
{
    JsonObject *arguments = json_object_new();

    json_object_set_int_member(arguments, "address", gpa);
    json_object_set_string_member(arguments, "severity", "recoverable");
    return arguments;
}

bool bench_one_error(Guest *guest, const char *command, JsonObject *arguments,
                     guint64 gpa, gint64 *sent, gint64 *out, GError **error)
{
    g_autofree char *text = g_strdup_printf(
        "memory_failure_event: pfn 0x%" PRIx64 ":", gpa / GUEST_PAGE_SIZE);
    g_autoptr(JsonNode) reply = NULL;

    *sent = g_get_real_time();
    reply = qmp_call(guest->qmp, command, arguments, error);
    if (!reply || !guest_expect_event(guest, text, error)) {
        return false;
    }
    *out = guest_find_event(guest, text)->time;
    g_ptr_array_set_size(guest->events, 0);
    return guest_settle(guest, PAUSE, error);
}
