/*
 * Test cases: processes of a guest under TCG consume poisoned memory
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "poison.h"

/* R71: each kind of access ends in a SIGBUS with the page's address */
bool poison_ways(Guest *guest, GError **error)
{
    static const char *const ways[] = {
        "load", "store", "load-pair", "atomic", "exclusive", "vector",
        "vector-store", "scalable-vector", "edge", "edge-store", "edge-vector",
        "zero", "execute",
    };
    enum { WAYS = G_N_ELEMENTS(ways) };
    guint64 gpas[2 * WAYS], poisoned[WAYS];

    if (!poison_alloc(guest, 2 * WAYS, gpas, error)) {
        return false;
    }
    for (guint i = 0; i < WAYS; i++) {
        poisoned[i] = gpas[2 * i + 1];
        /* Without an error there is none */
        if (!g_str_equal(ways[i], "execute") &&
            !poison_expect_access(guest, 2 * i + 1, ways[i], "signal=0 ",
                                  error)) {
            return false;
        }
        if (!poison_do(guest, "poison-memory", poisoned[i], error) ||
            !poison_expect_access(guest, 2 * i + 1, ways[i], POISON_SIGBUS,
                                  error) ||
            !poison_expect_access(guest, 2 * i, "load", "signal=0 ", error)) {
            return false;
        }
    }
    return poison_expect_taken(guest, poisoned, WAYS, error) &&
           poison_expect_records(guest, GUEST_SOURCE_SEA, WAYS, error) &&
           poison_expect_records(guest, GUEST_SOURCE_GED, 0, error);
}

/*
 * R71: the table walk for a process finds a poisoned table.  Linux can't do
 * without a table, and how that ends is its own affair.
 */
bool poison_walk(Guest *guest, GError **error)
{
    g_autofree char *answer = guest_ask(guest, NULL, error, "walker");
    g_autofree char *text = NULL, *walks = NULL;
    guint64 gpa;

    if (!answer || sscanf(answer, "gpa=0x%" SCNx64, &gpa) != 1) {
        return answer && poison_fail(error, "walker: %s", answer);
    }
    text = g_strdup_printf("physical_address: 0x%016" PRIx64, gpa);
    if (!poison_do(guest, "poison-memory", gpa, error)) {
        return false;
    }
    walks = guest_ask(guest, NULL, error, "walk");
    return walks && guest_expect_event(guest, "Hardware Error Source: 0",
                                       error) &&
           guest_expect_event(guest, text, error) &&
           guest_expect_idle(guest, GUEST_SOURCE_SEA, error);
}

/* R71, R73: as many as there can be at one moment */
bool poison_storm(Guest *guest, GError **error)
{
    enum { PAGES = 64 };
    guint64 gpas[PAGES];

    if (!poison_alloc(guest, PAGES, gpas, error)) {
        return false;
    }
    for (guint i = 0; i < PAGES; i++) {
        if (!poison_do(guest, "poison-memory", gpas[i], error)) {
            return false;
        }
    }
    return poison_expect_crowd(guest, 0, PAGES, "", error) &&
           poison_expect_taken(guest, gpas, PAGES, error) &&
           poison_expect_records_at_least(guest, GUEST_SOURCE_SEA, PAGES,
                                          error) &&
           poison_expect_records(guest, GUEST_SOURCE_GED, 0, error);
}

/* R67: each that consumes the page has a record of its own */
bool poison_same_page(Guest *guest, GError **error)
{
    enum { PROCESSES = 16 };
    guint64 gpa;

    return poison_alloc(guest, 1, &gpa, error) &&
           poison_do(guest, "poison-memory", gpa, error) &&
           poison_expect_crowd(guest, 0, PROCESSES, "one-page", error) &&
           poison_expect_taken(guest, &gpa, 1, error) &&
           poison_expect_records_at_least(guest, GUEST_SOURCE_SEA, 1, error) &&
           poison_expect_records(guest, GUEST_SOURCE_GED, 0, error);
}

/* R32, as under KVM: a kernel that runs into a page blocks nobody */
bool poison_kernel(Guest *guest, GError **error)
{
    enum { KERNEL, PROCESS, PAGES };
    g_autofree char *answer = NULL;
    guint64 gpas[PAGES];

    if (!poison_alloc(guest, PAGES, gpas, error) ||
        !poison_do(guest, "poison-memory", gpas[KERNEL], error) ||
        !poison_do(guest, "poison-memory", gpas[PROCESS], error)) {
        return false;
    }
    answer = guest_ask(guest, NULL, error, "write-from %d", KERNEL);
    if (!answer || g_str_has_prefix(answer, "written=8")) {
        return answer && poison_fail(error, "the page was read: %s", answer);
    }
    return poison_expect_access(guest, PROCESS, "load", POISON_SIGBUS,
                                error) &&
           poison_expect_taken(guest, gpas, PAGES, error) &&
           poison_expect_records(guest, GUEST_SOURCE_SEA, 1, error) &&
           poison_expect_records(guest, GUEST_SOURCE_GED, 1, error);
}

static bool monitor_command(Guest *guest, GError **error, const char *format,
                            ...) G_GNUC_PRINTF(3, 4);

static bool monitor_command(Guest *guest, GError **error, const char *format,
                            ...)
{
    JsonObject *arguments = json_object_new();
    g_autoptr(JsonNode) reply = NULL;
    g_autofree char *line = NULL;
    va_list ap;

    va_start(ap, format);
    line = g_strdup_vprintf(format, ap);
    va_end(ap);
    json_object_set_string_member(arguments, "command-line", line);
    reply = qmp_call(guest->qmp, "human-monitor-command", arguments, error);
    return reply;
}

/* R74: who looks at a guest from outside doesn't make it an error */
bool poison_debugger(Guest *guest, GError **error)
{
    g_autofree char *file = g_build_filename(guest->directory, "memory", NULL);
    guint64 gpa;
    bool ok;

    ok = poison_alloc(guest, 1, &gpa, error) &&
         poison_do(guest, "poison-memory", gpa, error) &&
         monitor_command(guest, error, "xp /8x 0x%" PRIx64, gpa) &&
         monitor_command(guest, error, "pmemsave 0x%" PRIx64 " 4096 \"%s\"",
                         gpa, file) &&
         monitor_command(guest, error, "gpa2hva 0x%" PRIx64, gpa) &&
         guest_settle(guest, G_TIME_SPAN_SECOND, error) &&
         poison_expect_records(guest, GUEST_SOURCE_SEA, 0, error) &&
         poison_expect_records(guest, GUEST_SOURCE_GED, 0, error) &&
         poison_expect_access(guest, 0, "load", POISON_SIGBUS, error);
    remove(file);
    return ok;
}

static const char *const four_cpus[] = { "-smp", "4", NULL };
static const char *const small[] = { "-m", "512M", NULL };
static const char *const counted[] = { "-smp", "4", "-icount", "shift=2",
                                       NULL };
static const char *const one_counted[] = { "-smp", "1", "-icount", "shift=2",
                                           NULL };

const Case poison_cases[] = {
    { "poison-ways", poison_ways,
      "each kind of access to a poisoned page ends in SIGBUS, with a record" },
    { "poison-walk", poison_walk,
      "a poisoned page table of a process is reported", "6.12" },
    { "poison-storm", poison_storm,
      "4 CPUs at 64 poisoned pages at once: each process gets its SIGBUS",
      .setup = { .more = four_cpus } },
    { "poison-storm-single", poison_storm,
      "the same with one thread for all CPUs", "6.12",
      { .more = four_cpus, .accel = "tcg,thread=single" } },
    { "poison-storm-icount", poison_storm,
      "the same where time is counted in instructions", "6.12",
      { .more = counted, .accel = "tcg,thread=single" } },
    { "poison-same-page", poison_same_page,
      "16 processes at one poisoned page: each gets its SIGBUS",
      .setup = { .more = four_cpus } },
    { "poison-same-page-icount", poison_same_page,
      "the same on one CPU, where time is counted in instructions", "6.12",
      { .more = one_counted, .accel = "tcg,thread=single" } },
    { "poison-slow-read", poison_slow_read,
      "128 poisoned pages, while the guest waits for one that is read",
      "6.12 newest" },
    { "poison-slow-write", poison_slow_write,
      "the same while one is written", "6.12 newest" },
    { "poison-kernel", poison_kernel,
      "a poisoned page that the kernel consumes blocks no other" },
    { "poison-debugger", poison_debugger,
      "the monitor can access a poisoned page without a record", "6.12" },
    { "poison-replaced", poison_replaced,
      "unpoison-memory gives a good page, with zeros in it" },
    { "poison-reset", poison_reset,
      "a reset gives good pages", "6.12" },
    { "poison-migrates", poison_migrates,
      "poisoned pages are poisoned after migration as well", "6.12",
      { .shared_ram = true } },
    { "poison-snapshots", poison_snapshots,
      "a snapshot has what was poisoned when it was taken", "6.12",
      { .stage = CASE_BOOTED, .more = small } },
    { NULL },
};
