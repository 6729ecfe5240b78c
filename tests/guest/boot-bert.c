/*
 * Cases: what a kernel prints of the errors that its previous boot died of
 *
 * The proof is the kernel's own log of the new boot, line by line.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "boot.h"
#include "guest-snapshot.h"

/* What the kernel prints before its first record, behind its last one */
#define FIRST   "BERT: Error records from previous boot:"
#define TOTAL   "BERT: Total records found: "

/* How each line of a record begins */
#define PREFIX  "[Hardware Error]: "

/* A line that says when; the time isn't known before */
#define TSTAMP  " precise tstamp: "

#define REGION  "/sys/firmware/acpi/tables/data/BERT"
#define REGION_SIZE     5120
#define BYTES_MAX       1024

#define PANIC_TIMEOUT   (30 * G_TIME_SPAN_SECOND)
#define POLL_TIME       (50 * G_TIME_SPAN_MILLISECOND)

/* Pages that nobody uses */
#define GPA(page)       (GUEST_FREE_GPA + (guint64)(page) * GUEST_PAGE_SIZE)

/* The lines between FIRST and TOTAL; none if the kernel has no record */
static GPtrArray *read_records(Guest *guest, GError **error)
{
    g_autoptr(GPtrArray) log = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *answer = guest_ask(guest, log, error, "log");
    bool inside = false;

    for (guint i = 0; answer && i < log->len; i++) {
        const char *line = g_ptr_array_index(log, i);

        if (g_str_equal(line, FIRST)) {
            inside = true;
        } else if (inside && g_str_has_prefix(line, PREFIX)) {
            g_ptr_array_add(lines, g_strchomp(g_strdup(line +
                                                       strlen(PREFIX))));
        } else {
            inside = false;
        }
    }
    return answer ? g_steal_pointer(&lines) : NULL;
}

/* @expected: lines of records, up to a NULL */
static bool expect_records(Guest *guest, const char *const *expected,
                           GError **error)
{
    g_autoptr(GPtrArray) lines = read_records(guest, error);
    guint i;

    if (!lines) {
        return false;
    }
    for (i = 0; expected[i]; i++) {
        const char *line = i < lines->len ? g_ptr_array_index(lines, i) : "";

        if (g_str_equal(expected[i], TSTAMP) ?
            !g_str_has_prefix(line, TSTAMP) : !g_str_equal(line, expected[i])) {
            return boot_fail(error, "the kernel says \"%s\" of its previous "
                             "boot instead of \"%s\"", line, expected[i]);
        }
    }
    return i == lines->len ||
           boot_fail(error, "the kernel goes on with \"%s\"",
                     (char *)g_ptr_array_index(lines, i));
}

static bool expect_no_records(Guest *guest, GError **error)
{
    static const char *const none[] = { NULL };

    return expect_records(guest, none, error);
}

/* All of the region, as hex digits */
static char *read_region(Guest *guest, GError **error)
{
    g_autoptr(GString) all = g_string_new(NULL);

    for (guint at = 0; at < REGION_SIZE; at += BYTES_MAX) {
        g_autofree char *bytes = guest_ask(guest, NULL, error,
                                           "bytes %u %u " REGION, at,
                                           BYTES_MAX);

        if (!bytes) {
            return NULL;
        }
        g_string_append(all, bytes);
    }
    if (all->len != 2 * REGION_SIZE) {
        boot_fail(error, REGION " has %zu bytes", all->len / 2);
        return NULL;
    }
    return g_string_free(g_steal_pointer(&all), FALSE);
}

/* @digits: from @offset on; all behind them is 0 if @last */
static bool expect_region(const char *region, guint offset, const char *digits,
                          bool last, GError **error)
{
    const char *at = region + 2 * offset, *rest = at + strlen(digits);

    if (!g_str_has_prefix(at, digits) ||
        (last && rest[strspn(rest, "0")])) {
        return boot_fail(error, REGION ", from byte %u on: %.*s...", offset,
                         (int)strlen(digits) + 16, at);
    }
    return true;
}

/* Until the kernel has said on its console that it panics */
static bool await_panic(Guest *guest, const char *text, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + PANIC_TIMEOUT;

    while (g_get_monotonic_time() < deadline) {
        g_autofree char *console = guest_log_tail(guest->directory,
                                                  "console.log", 60);

        if (strstr(console, "Kernel panic") && strstr(console, text)) {
            return true;
        }
        g_usleep(POLL_TIME);
    }
    return boot_fail(error, "the guest did not panic");
}

static bool do_command(Guest *guest, const char *command, GError **error)
{
    return guest_call(guest, command, error, "{}");
}

/* No source tells the new kernel what it has by the BERT. */
static bool expect_nothing_lost(Guest *guest, GError **error)
{
    return guest_expect_idle(guest, GUEST_SOURCE_GED, error) &&
           guest_expect_hwcorrupted(guest, 0, error);
}

/* Each field that there is, in the log and in sysfs; then once more: none */
bool bert_fatal(Guest *guest, GError **error)
{
    static const char *const record[] = {
        "event severity: fatal", TSTAMP,
        " Error 0, type: fatal",
        " fru_text: DIMM A1",
        "  section_type: memory error",
        "  physical_address: 0x00000000a0000000",
        "  physical_address_mask: 0xfffffffffffff000",
        "  node:1 card:2 module:3 rank:4 bank:5 device:6 row:7 column:8 "
        "bit_position:9",
        "  error_type: 3, multi-bit ECC", NULL
    };
    g_autofree char *region = NULL, *empty = NULL;

    if (!guest_call(guest, "inject-memory-error", error,
                    "{'address': %" PRIu64 ", 'severity': 'fatal', "
                    "'fru-text': 'DIMM A1', 'error-type': 'multi-bit-ecc', "
                    "'node': 1, 'card': 2, 'module': 3, 'rank': 4, 'bank': 5, "
                    "'device': 6, 'row': 7, 'column': 8, 'bit-position': 9}",
                    GPA(0)) ||
        !boot_again(guest, error) || !expect_records(guest, record, error)) {
        return false;
    }
    region = read_region(guest, error);
    if (!region ||
        /* Block Status, cleared by the kernel; Raw Data; Data Length; fatal */
        !expect_region(region, 0, "000000000000000000000000"
                       "9800000001000000", false, error) ||
        /* Section Type; fatal; Revision; Validation Bits; Flags; Length */
        !expect_region(region, 20, "1411bca5646fde4eb8633e83ed7c83b1"
                       "010000000003060150000000", false, error) ||
        /* FRU Text */
        !expect_region(region, 64, "44494d4d204131000000000000000000"
                       "00000000", false, error) ||
        /* Validation Bits, Status, Physical Address and Mask; Node to Bit */
        !expect_region(region, 92, "fec7000000000000" "0000000000000000"
                       "000000a000000000" "00f0ffffffffffff"
                       "0100020003000500" "0600070008000900", false, error) ||
        /* Memory Error Type, Extended, Rank */
        !expect_region(region, 92 + 72, "03000400" "00000000", true, error) ||
        !expect_nothing_lost(guest, error) ||
        !boot_by_agent(guest, error) || !expect_no_records(guest, error)) {
        return false;
    }
    empty = read_region(guest, error);
    return empty && expect_region(empty, 0, "00", true, error);
}

/* Unread, as the VM stood or the guest had panicked: several, in order */
bool bert_unread(Guest *guest, GError **error)
{
    static const char *const stood[] = {
        "event severity: recoverable", TSTAMP,
        " Error 0, type: recoverable",
        "  section_type: memory error",
        "  physical_address: 0x00000000a0002000",
        "  physical_address_mask: 0xfffffffffffff000",
        "  error_type: 0, unknown", TSTAMP,
        " Error 1, type: recoverable",
        "  section_type: memory error",
        "  physical_address: 0x00000000a0001000",
        "  physical_address_mask: 0xfffffffffffff000",
        "  error_type: 0, unknown", NULL
    };
    static const char *const panicked[] = {
        "event severity: fatal", TSTAMP,
        " Error 0, type: fatal",
        "  section_type: memory error",
        "  physical_address: 0x00000000a0004000",
        "  physical_address_mask: 0xfffffffffffff000",
        "  error_type: 0, unknown",
        "event severity: recoverable", TSTAMP,
        " Error 0, type: recoverable",
        "  section_type: memory error",
        "  physical_address: 0x00000000a0003000",
        "  physical_address_mask: 0xfffffffffffff000",
        "  error_type: 0, unknown", NULL
    };

    return do_command(guest, "stop", error) &&
           guest_inject(guest, GPA(2), 0, "recoverable", error) &&
           guest_inject(guest, GPA(1), 0, "recoverable", error) &&
           do_command(guest, "system_reset", error) &&
           do_command(guest, "cont", error) && boot_again(guest, error) &&
           expect_records(guest, stood, error) &&
           expect_nothing_lost(guest, error) &&
           channel_send(guest->agent, "write /proc/sysrq-trigger c", error) &&
           await_panic(guest, "sysrq triggered crash", error) &&
           guest_inject(guest, GPA(3), 0, "recoverable", error) &&
           guest_inject(guest, GPA(4), 0, "fatal", error) &&
           boot_again(guest, error) &&
           expect_records(guest, panicked, error) &&
           expect_nothing_lost(guest, error) &&
           boot_by_monitor(guest, error) && expect_no_records(guest, error);
}

/* What one fatal error without particulars looks like */
static const char *const fatal_page_0[] = {
    "event severity: fatal", TSTAMP,
    " Error 0, type: fatal",
    "  section_type: memory error",
    "  physical_address: 0x00000000a0000000",
    "  physical_address_mask: 0xfffffffffffff000",
    "  error_type: 0, unknown", NULL
};

static bool die(Guest *guest, GError **error)
{
    return guest_inject(guest, GPA(0), 0, "fatal", error) &&
           await_panic(guest, "Fatal hardware error", error);
}

/* The dead guest migrates, and once more as soon as it is reset. */
bool bert_migration(Guest *guest, GError **error)
{
    return die(guest, error) && boot_move(guest, "dead", error) &&
           do_command(guest, "system_reset", error) &&
           boot_move(guest, "reset", error) && boot_again(guest, error) &&
           expect_records(guest, fatal_page_0, error) &&
           boot_move(guest, "booted", error) &&
           boot_by_agent(guest, error) && expect_no_records(guest, error);
}

/* Powered off, and on again in the same QEMU */
bool bert_shutdown(Guest *guest, GError **error)
{
    g_autofree char *answer = NULL;

    if (!do_command(guest, "stop", error) ||
        !guest_inject(guest, GPA(0), 0, "fatal", error) ||
        !do_command(guest, "system_reset", error) ||
        !do_command(guest, "cont", error) || !boot_again(guest, error) ||
        !expect_records(guest, fatal_page_0, error)) {
        return false;
    }
    answer = guest_ask(guest, NULL, error, "poweroff");
    return answer && boot_await_status(guest, "shutdown", error) &&
           guest_inject(guest, GPA(0), 0, "fatal", error) &&
           do_command(guest, "system_reset", error) &&
           do_command(guest, "cont", error) && boot_again(guest, error) &&
           expect_records(guest, fatal_page_0, error);
}

static bool run_snapshots(Guest *guest, GError **error)
{
    return snapshot_save(guest, "alive", error) && die(guest, error) &&
           do_command(guest, "stop", error) &&
           snapshot_save(guest, "dead", error) &&
           /* In this life there was no error. */
           snapshot_load(guest, "alive", error) &&
           do_command(guest, "system_reset", error) &&
           do_command(guest, "cont", error) && boot_again(guest, error) &&
           expect_no_records(guest, error) &&
           do_command(guest, "stop", error) &&
           snapshot_load(guest, "dead", error) &&
           do_command(guest, "system_reset", error) &&
           do_command(guest, "cont", error) && boot_again(guest, error) &&
           expect_records(guest, fatal_page_0, error) &&
           /* The records that firmware has fetched are not this life's. */
           do_command(guest, "stop", error) &&
           snapshot_load(guest, "alive", error) &&
           do_command(guest, "system_reset", error) &&
           do_command(guest, "cont", error) && boot_again(guest, error) &&
           expect_no_records(guest, error);
}

bool bert_snapshots(Guest *guest, GError **error)
{
    return snapshot_with_disk(guest, run_snapshots, error);
}
