/*
 * From SIGBUS in QEMU to SIGBUS in a process of its guest, with KVM
 *
 * Each QEMU runs on an Arm machine of its own. Where that is a guest under TCG,
 * it has one CPU, and its clock counts instructions, a nanosecond each: what
 * takes so long has so many instructions, of the guest, of QEMU and of the
 * kernel below it, and is all the same however busy this machine is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "bench.h"
#include "kvm.h"

#define PAGES           100
#define PAGES_TINY      2
#define BLOCK           20      /* pages before it is another one's turn */

/* During the first ones the guest's kernel still verifies keys. */
#define WARM_UP         BLOCK

/* Before each page, so that none meets the one before */
#define PAUSE_US        20000

static const char *const counted[] = {
    "-icount", "shift=0,sleep=off", "-trace", "enable=-ghes_*", NULL,
};

/* A QEMU with its guest, on a machine of its own */
typedef struct Lane {
    const char *variant;
    char *directory;
    KvmConfig config;
    KvmHost *host;
    KvmVm *vm;
    guint warm_up;              /* so many pages count for nothing */
    guint64 gpas[WARM_UP + PAGES];
} Lane;

static void lane_free(Lane *lane)
{
    g_clear_pointer(&lane->vm, kvm_vm_free);
    g_clear_pointer(&lane->host, kvm_host_free);
    g_free(lane->directory);
    g_free(lane);
}

static Lane *lane_new(const Bench *bench, const BenchVariant *variant)
{
    Lane *lane = g_new0(Lane, 1);

    lane->variant = variant->name;
    lane->warm_up = bench->tiny ? 0 : WARM_UP;
    lane->directory = g_build_filename(bench->config.directory, "sea",
                                       variant->name, NULL);
    lane->config = (KvmConfig) {
        .guest = bench->config,
        .qemu = variant->arm64,
        .cpus = 1,
    };
    lane->config.guest.directory = lane->directory;
    lane->config.guest.accel = "tcg,thread=single";
    lane->config.guest.more = counted;
    lane->config.guest.module = NULL;
    return lane;
}

/* Steps to have a lane ready, each of which can go on while others take it */

static bool start_machine(Lane *lane, GError **error)
{
    lane->host = kvm_host_start(&lane->config, error);
    return lane->host;
}

static bool start_guest(Lane *lane, GError **error)
{
    const KvmStart start = { .late = true, .quiet = true };

    if (!kvm_host_boot(lane->host, error)) {
        return false;
    }
    lane->vm = kvm_vm_start(lane->host, &start, lane->directory, error);
    return lane->vm && delivery_do(lane->vm->guest, "cont", error);
}

/* A machine that waits for its turn uses no time of this one's CPUs. */
static bool wake(Lane *lane, bool on, GError **error)
{
    return !lane->host->nested ||
           delivery_do(lane->host->machine, on ? "cont" : "stop", error);
}

static bool boot_guest(Lane *lane, GError **error)
{
    return guest_boot_quietly(lane->vm->guest, error) &&
           kvm_alloc(lane->vm, G_N_ELEMENTS(lane->gpas), lane->gpas, error) &&
           wake(lane, false, error);
}

static bool open_lanes(const Bench *bench, GPtrArray *lanes, GError **error)
{
    bool (*const steps[])(Lane *lane, GError **error) = {
        start_machine, start_guest, boot_guest,
    };

    for (guint i = 0; i < bench->count; i++) {
        if (bench->variants[i].arm64) {
            g_ptr_array_add(lanes, lane_new(bench, &bench->variants[i]));
        }
    }
    if (!lanes->len) {
        return kvm_fail(error, "needs `make arm64 stock-arm64`");
    }
    bench_progress("%u machines boot, and a guest on each", lanes->len);
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        for (guint j = 0; j < lanes->len; j++) {
            Lane *lane = g_ptr_array_index(lanes, j);

            if (!steps[i](lane, error)) {
                g_prefix_error(error, "%s: ", lane->variant);
                return false;
            }
        }
    }
    return true;
}

static void tell(const Lane *lane, const char *what, double usec)
{
    g_autofree char *metric = g_strdup_printf(
        "sea%s: %s [µs]",
        lane->host->nested ? ", 1 ns an instruction" : "", what);

    bench_value(metric, lane->variant, usec);
}

/* @met: what the process tells, @times: what the machine tells of its vCPU */
static bool tell_one(const Lane *lane, const char *met, const char *times,
                     GError **error)
{
    guint64 nsec, left, got, back;

    if (sscanf(met, "nsec=%" SCNu64, &nsec) != 1 || !nsec ||
        sscanf(times, "left=%" SCNu64 " got=%" SCNu64 " back=%" SCNu64,
               &left, &got, &back) != 3) {
        return kvm_fail(error, "\"%s\", \"%s\"", met, times);
    }
    tell(lane, "SIGBUS in QEMU until its vCPU goes on", back - got);
    tell(lane, "access until SIGBUS in the process", nsec / 1e3);
    tell(lane, "of that, until SIGBUS in QEMU", got - left);
    tell(lane, "of that, in the guest", nsec / 1e3 - (back - left));
    return true;
}

static bool some_pages(Lane *lane, guint first, guint count, GError **error)
{
    g_autoptr(GPtrArray) met = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) times = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *answer = NULL, *traced = NULL, *told = NULL;

    if (!kvm_vm_poison(lane->vm, lane->gpas + first, count, error)) {
        return false;
    }
    traced = guest_ask(lane->host->machine, NULL, error, "sigbus-trace");
    answer = traced ? guest_ask(lane->vm->guest, met, error, "meet %u %u %u",
                                first, count, PAUSE_US) : NULL;
    told = answer ? guest_ask(lane->host->machine, times, error,
                              "sigbus-times") : NULL;
    if (told && (met->len != count || times->len != count)) {
        return kvm_fail(error, "%u pages cost %u SIGBUS, and %u in QEMU",
                        count, met->len, times->len);
    }
    for (guint i = 0; told && first >= lane->warm_up && i < count; i++) {
        if (!tell_one(lane, g_ptr_array_index(met, i),
                      g_ptr_array_index(times, i), error)) {
            return false;
        }
    }
    return told;
}

bool bench_sea(const Bench *bench, GError **error)
{
    const guint pages = bench->tiny ? PAGES_TINY : WARM_UP + PAGES;
    g_autoptr(GPtrArray) lanes =
        g_ptr_array_new_with_free_func((GDestroyNotify)lane_free);

    if (!open_lanes(bench, lanes, error)) {
        return false;
    }
    for (guint first = 0; first < pages; first += BLOCK) {
        bench_progress("%u of %u pages", first, pages);
        for (guint i = 0; i < lanes->len; i++) {
            Lane *lane = g_ptr_array_index(lanes, i);

            if (!wake(lane, true, error) ||
                !some_pages(lane, first, MIN(BLOCK, pages - first), error) ||
                !wake(lane, false, error)) {
                g_prefix_error(error, "%s: ", lane->variant);
                return false;
            }
        }
    }
    return true;
}
