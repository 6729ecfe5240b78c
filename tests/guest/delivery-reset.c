/*
 * Delivery case: resets in every state, with errors through firmware's boot
 *
 * A page that the guest has acknowledged is the guest's; all others must come
 * up in a later boot. QEMU's trace log tells which the guest acknowledged
 * before the last reset, so this boot's pages are known exactly.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include <sys/mman.h>
#include "delivery.h"

/* RAM that firmware doesn't use, and Linux sets aside: crashkernel= */
#define GUARD_GPA       G_GUINT64_CONSTANT(0x70000000)
#define GUARD_SIZE      0x10000000
#define GUARD_BYTE      0xa5

#define RAM_SIZE        G_GUINT64_CONSTANT(0x100000000)

#define BOOT_TIME       (120 * G_TIME_SPAN_SECOND)
#define REPORT_PERIOD   (20 * G_TIME_SPAN_MILLISECOND)
#define MOMENT          (100 * G_TIME_SPAN_MILLISECOND)
#define STALE_TIME      (1200 * G_TIME_SPAN_MILLISECOND)
#define PANIC_ROUNDS    100

typedef struct Reboots {
    Guest *guest;
    guint8 *ram;
    guint accepted;     /* errors, one page each, from GUEST_FREE_GPA on */
    guint too_early;    /* those that were refused, and tried again */
} Reboots;

static bool fail(GError **error, const char *message)
{
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, message);
    return false;
}

static bool report(Reboots *r, guint pages, GError **error)
{
    guint64 gpa = GUEST_FREE_GPA + (guint64)r->accepted * GUEST_PAGE_SIZE;

    r->accepted += pages;
    return guest_inject(r->guest, gpa, pages * GUEST_PAGE_SIZE, "recoverable",
                        error);
}

/* While firmware and kernel boot, an error every now and then */
static bool boot(Reboots *r, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + BOOT_TIME;

    while (g_get_monotonic_time() < deadline) {
        g_autoptr(GError) not_yet = NULL;
        guint64 gpa = GUEST_FREE_GPA + (guint64)r->accepted * GUEST_PAGE_SIZE;
        guint refused;

        if (!delivery_inject(r->guest->qmp, gpa, 1, "recoverable", &refused,
                             error)) {
            return false;
        }
        r->accepted += !refused;
        r->too_early += refused;
        if (guest_wait_ready(r->guest, REPORT_PERIOD, &not_yet)) {
            return guest_boot_quietly(r->guest, error);
        }
        if (!g_error_matches(not_yet, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)) {
            g_propagate_error(error, g_steal_pointer(&not_yet));
            return false;
        }
    }
    return fail(error, "the guest did not boot");
}

/* Records that the guest had acknowledged when it was last reset */
static guint acknowledged_before(Reboots *r)
{
    static const char event[] = "ghes_acknowledged source 1 records ";
    g_autofree char *log = guest_log_tail(r->guest->directory, "trace.log",
                                          G_MAXUINT);
    char *reset = g_strrstr(log, "ghes_reset");
    char *placed = reset ? strstr(reset, "ghes_address") : NULL;
    guint sum = 0;

    /* QEMU looks once more when it resets, so take all until it's anew. */
    if (placed) {
        *placed = 0;
    }
    for (const char *at = log; (at = strstr(at, event));) {
        at += strlen(event);
        sum += strtoul(at, NULL, 10);
    }
    return sum;
}

/* Nothing is written between a reset and the next address from firmware. */
static bool expect_no_stale_write(Reboots *r, GError **error)
{
    g_autofree char *log = guest_log_tail(r->guest->directory, "trace.log",
                                          G_MAXUINT);
    g_auto(GStrv) lines = g_strsplit(log, "\n", -1);
    bool placed = false;

    for (char **line = lines; *line; line++) {
        if (strstr(*line, "ghes_reset")) {
            placed = false;
        } else if (strstr(*line, "ghes_address")) {
            placed = true;
        } else if (strstr(*line, "ghes_recorded") && !placed) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                        "written after a reset: %s", *line);
            return false;
        }
    }
    return true;
}

static bool expect_guard(Reboots *r, GError **error)
{
    const guint8 *guard = r->ram + (GUARD_GPA - GUEST_RAM_GPA);

    for (guint i = 0; i < GUARD_SIZE; i++) {
        if (guard[i] != GUARD_BYTE) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                        "GPA 0x%" PRIx64 " was written to", GUARD_GPA + i);
            return false;
        }
    }
    return true;
}

/* Where etc/hardware_errors was at last */
static guint64 blob_gpa(Reboots *r)
{
    g_autofree char *log = guest_log_tail(r->guest->directory, "trace.log",
                                          G_MAXUINT);
    const char *event = g_strrstr(log, "ghes_address ");
    guint64 registers = 0;

    if (event) {
        sscanf(event, "ghes_address 0x%" SCNx64, &registers);
    }
    return registers / GUEST_PAGE_SIZE * GUEST_PAGE_SIZE;
}

/* All that was accepted arrives, in this boot or an earlier one. */
static bool expect_all(Reboots *r, GError **error)
{
    const DeliveryCounter expected[] = {
        { "queued", 0 }, { "dropped", 0 }, { "acknowledged", r->accepted },
        { NULL },
    };

    return delivery_expect_pages(r->guest,
                                 r->accepted - acknowledged_before(r), false,
                                 error) &&
           delivery_expect_counters(r->guest, expected, error);
}

static bool reset(Reboots *r, GError **error)
{
    return delivery_do(r->guest, "system_reset", error);
}

static bool reboot_by_guest(Reboots *r, GError **error)
{
    g_autofree char *answer = guest_ask(r->guest, NULL, error, "reboot");

    return answer;
}

/* The guest goes down with much to do. */
static bool reboot_by_busy_guest(Reboots *r, GError **error)
{
    return report(r, 2000, error) && reboot_by_guest(r, error);
}

/* The block is busy and the queue stays full: nobody reads it any more. */
static bool reset_after_panic(Reboots *r, GError **error)
{
    bool panicked = false, busy = false;

    if (!channel_send(r->guest->agent, "write /proc/sysrq-trigger c", error)) {
        return false;
    }
    for (guint i = 0; i < PANIC_ROUNDS && !panicked; i++) {
        g_autofree char *console = guest_log_tail(r->guest->directory,
                                                  "console.log", 100);

        g_usleep(MOMENT);
        panicked = strstr(console, "end Kernel panic");
    }
    if (!panicked) {
        return fail(error, "the guest does not panic as it was told to");
    }
    if (!report(r, 500, error)) {
        return false;
    }
    /* R65: it may have acknowledged something in the second before */
    g_usleep(STALE_TIME);
    if (!delivery_is_busy(r->guest, &busy, error)) {
        return false;
    }
    if (!busy) {
        return fail(error, "a guest that panicked acknowledges");
    }
    return reset(r, error);
}

static bool expect_refusal(Reboots *r, GError **error)
{
    guint refused;

    if (!delivery_inject(r->guest->qmp, GUEST_FREE_GPA, 1, "recoverable",
                         &refused, error)) {
        return false;
    }
    return refused || fail(error, "an error was accepted after a reset, with "
                           "no address from firmware");
}

/* In the middle of delivery; nothing is written while the VM stands. */
static bool reset_while_stopped(Reboots *r, GError **error)
{
    g_autofree guint8 *before = NULL;
    const guint8 *blob;
    bool busy = false;

    if (!report(r, 2000, error)) {
        return false;
    }
    g_usleep(MOMENT);
    if (!delivery_do(r->guest, "stop", error) ||
        !delivery_is_busy(r->guest, &busy, error)) {
        return false;
    }
    blob = r->ram + (blob_gpa(r) - GUEST_RAM_GPA);
    before = g_memdup2(blob, GUEST_PAGE_SIZE);
    if (!report(r, 100, error) || !reset(r, error)) {
        return false;
    }
    g_usleep(STALE_TIME);
    if (!expect_refusal(r, error) ||
        !delivery_expect_counters(r->guest, (DeliveryCounter[]) {
            { "queued", r->accepted - acknowledged_before(r) }, { NULL }
        }, error)) {
        return false;
    }
    if (memcmp(before, blob, GUEST_PAGE_SIZE)) {
        return fail(error, "the old block was written to after a reset");
    }
    case_note("stopped with the block %s", busy ? "busy" : "idle");
    return delivery_do(r->guest, "cont", error);
}

/* Firmware has placed the block, nobody reads it yet, and it starts over. */
static bool reset_in_firmware(Reboots *r, GError **error)
{
    guint64 gpa = GUEST_FREE_GPA + (guint64)r->accepted * GUEST_PAGE_SIZE;

    if (!reset(r, error) ||
        !delivery_inject_when_placed(r->guest, gpa, "recoverable", error)) {
        return false;
    }
    r->accepted++;
    return report(r, 200, error) && reset(r, error);
}

typedef struct Reboot {
    const char *how;
    bool (*begin)(Reboots *r, GError **error);
} Reboot;

static const Reboot reboots[] = {
    { "by an idle guest", reboot_by_guest },
    { "by a busy guest", reboot_by_busy_guest },
    { "after a panic", reset_after_panic },
    { "while stopped", reset_while_stopped },
    { "in firmware", reset_in_firmware },
};

static bool reboot_once(Reboots *r, const Reboot *reboot, GError **error)
{
    const guint accepted = r->accepted, too_early = r->too_early;

    g_clear_pointer(&r->guest->release, g_free);
    if (!reboot->begin(r, error) || !boot(r, error) || !expect_all(r, error)) {
        g_prefix_error(error, "reboot %s: ", reboot->how);
        return false;
    }
    case_note("reboot %s: %u errors accepted, %u tried again, %u arrived "
              "after it", reboot->how, r->accepted - accepted,
              r->too_early - too_early, r->accepted - acknowledged_before(r));
    return true;
}

bool delivery_reboots(Guest *guest, GError **error)
{
    Reboots r = { .guest = guest };
    bool ok = true;

    r.ram = mmap(NULL, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
                 guest->config.ram_fd, 0);
    if (r.ram == MAP_FAILED) {
        return fail(error, "can't map the guest's RAM");
    }
    memset(r.ram + (GUARD_GPA - GUEST_RAM_GPA), GUARD_BYTE, GUARD_SIZE);
    for (guint i = 0; ok && i < G_N_ELEMENTS(reboots); i++) {
        ok = reboot_once(&r, &reboots[i], error);
    }
    ok = ok && expect_guard(&r, error) && expect_no_stale_write(&r, error);
    munmap(r.ram, RAM_SIZE);
    return ok;
}
