/*
 * Test cases with KVM: real errors, from the host's kernel to the VM's process
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include <string.h>
#include "cases.h"
#include "einj.h"
#include "kvm-cases.h"
#include "poison.h"

typedef bool LosePage(KvmVm *vm, guint64 gpa, GError **error);

/* A process reads a lost page: it alone is told, and the page goes. */
static bool read_lost_page(KvmVm *vm, LosePage *lose, GError **error)
{
    enum { PAGES = 8, LOST = 3 };
    KvmFate fates[PAGES];
    guint64 gpas[PAGES], kb;

    if (!guest_hwcorrupted(vm->guest, &kb, error) ||
        !kvm_alloc(vm, PAGES, gpas, error) ||
        !lose(vm, gpas[LOST], error) ||
        !kvm_touch(vm, 0, PAGES, "", fates, error)) {
        return false;
    }
    for (int i = 0; i < PAGES; i++) {
        if (!kvm_expect_fate(&fates[i], i == LOST ? ACTION_REQUIRED : 0,
                             error)) {
            return false;
        }
    }
    return kvm_expect_taken(vm, gpas[LOST], error) &&
           guest_expect_hwcorrupted(vm->guest, kb + GUEST_PAGE_KB, error) &&
           kvm_expect_idle(vm, error) &&
           kvm_expect_failures(vm, 1, 0, error) && kvm_free(vm, error);
}

static bool lose_by_host(KvmVm *vm, guint64 gpa, GError **error)
{
    return kvm_vm_poison(vm, &gpa, 1, error);
}

static bool action_required(KvmVm *vm, GError **error)
{
    return read_lost_page(vm, lose_by_host, error);
}

/* All pages are poisoned; their processes consume them at one moment. */
static bool storm(KvmVm *vm, guint pages, GError **error)
{
    g_autofree KvmFate *fates = g_new(KvmFate, pages);
    g_autofree guint64 *gpas = g_new(guint64, pages);
    guint64 kb;

    if (!guest_hwcorrupted(vm->guest, &kb, error) ||
        !kvm_alloc(vm, pages, gpas, error) ||
        !kvm_vm_poison(vm, gpas, pages, error) ||
        !kvm_touch(vm, 0, pages, "", fates, error)) {
        return false;
    }
    for (guint i = 0; i < pages; i++) {
        if (!kvm_expect_fate(&fates[i], ACTION_REQUIRED, error) ||
            !kvm_expect_taken(vm, gpas[i], error)) {
            return false;
        }
    }
    return guest_expect_hwcorrupted(vm->guest, kb + pages * GUEST_PAGE_KB,
                                    error) &&
           kvm_expect_idle(vm, error) &&
           kvm_expect_failures(vm, pages, 0, error) && kvm_free(vm, error);
}

static bool storm_8(KvmVm *vm, GError **error)
{
    return storm(vm, 8, error);
}

static bool storm_64(KvmVm *vm, GError **error)
{
    return storm(vm, 64, error);
}

/*
 * What storm_8() is good for: without the series it ends the VM, if one vCPU
 * meets its page before the guest has acknowledged another's error.  Of 8 it
 * happens that none does.
 */
static bool storm_stock(KvmVm *vm, GError **error)
{
    enum { PAGES = 64 };
    g_autofree char *answer = NULL;
    guint64 gpas[PAGES];

    if (!kvm_alloc(vm, PAGES, gpas, error) ||
        !kvm_vm_poison(vm, gpas, PAGES, error)) {
        return false;
    }
    answer = guest_ask(vm->guest, NULL, error, "gather 0 %d", PAGES);
    return answer && channel_send(vm->guest->agent, "release", error) &&
           kvm_vm_expect_end(vm, "signal=6", error);
}

/* Processes meet the same page at the same moment. */
static bool same_page(KvmVm *vm, GError **error)
{
    KvmFate fates[KVM_VM_CPUS];
    guint64 gpa, kb;

    if (!guest_hwcorrupted(vm->guest, &kb, error) ||
        !kvm_alloc(vm, 1, &gpa, error) ||
        !kvm_vm_poison(vm, &gpa, 1, error) ||
        !kvm_touch(vm, 0, KVM_VM_CPUS, "one-page", fates, error)) {
        return false;
    }
    for (int i = 0; i < KVM_VM_CPUS; i++) {
        if (!kvm_expect_fate(&fates[i], ACTION_REQUIRED, error)) {
            return false;
        }
    }
    return kvm_expect_taken(vm, gpa, error) &&
           guest_expect_hwcorrupted(vm->guest, kb + GUEST_PAGE_KB, error) &&
           kvm_expect_idle(vm, error) && kvm_free(vm, error);
}

/* The kernel itself runs into a page: Linux kills the process it works for. */
static bool kernel_access(KvmVm *vm, GError **error)
{
    enum { KERNEL, PROCESS, PAGES };
    g_autofree char *answer = NULL;
    guint64 gpas[PAGES], kb;
    KvmFate fate;

    if (!guest_hwcorrupted(vm->guest, &kb, error) ||
        !kvm_alloc(vm, PAGES, gpas, error) ||
        !kvm_vm_poison(vm, gpas, PAGES, error)) {
        return false;
    }
    answer = guest_ask(vm->guest, NULL, error, "write-from %d", KERNEL);
    if (!answer || g_str_has_prefix(answer, "written=8")) {
        return answer && kvm_fail(error, "the page was read: %s", answer);
    }
    return kvm_touch(vm, PROCESS, 1, "", &fate, error) &&
           kvm_expect_fate(&fate, ACTION_REQUIRED, error) &&
           kvm_expect_taken(vm, gpas[PROCESS], error) &&
           kvm_expect_taken(vm, gpas[KERNEL], error) &&
           guest_expect_hwcorrupted(vm->guest, kb + PAGES * GUEST_PAGE_KB,
                                    error) &&
           kvm_expect_idle(vm, error) &&
           kvm_expect_failures(vm, 1, 1, error) && kvm_free(vm, error);
}

/* The VM hears of a page that nobody touches, and drops it in time. */
static bool action_optional(KvmVm *vm, GError **error)
{
    KvmFate fate;
    guint64 gpa, kb;

    return guest_hwcorrupted(vm->guest, &kb, error) &&
           kvm_alloc(vm, 1, &gpa, error) &&
           kvm_vm_poison(vm, &gpa, 1, error) &&
           kvm_expect_taken(vm, gpa, error) &&
           guest_expect_hwcorrupted(vm->guest, kb + GUEST_PAGE_KB, error) &&
           kvm_expect_idle(vm, error) &&
           kvm_touch(vm, 0, 1, "", &fate, error) &&
           kvm_expect_fate(&fate, ACTION_REQUIRED, error) &&
           kvm_expect_failures(vm, 0, 1, error) && kvm_free(vm, error);
}

/* A process that asked for it is told as well. */
static bool early_kill(KvmVm *vm, GError **error)
{
    g_autofree char *answer = NULL;
    KvmFate fate;
    guint64 gpa;

    if (!kvm_alloc(vm, 1, &gpa, error)) {
        return false;
    }
    answer = guest_ask(vm->guest, NULL, error, "early 0");
    return answer && kvm_vm_poison(vm, &gpa, 1, error) &&
           kvm_expect_taken(vm, gpa, error) &&
           kvm_release(vm, 1, &fate, error) &&
           kvm_expect_fate(&fate, ACTION_OPTIONAL, error) &&
           kvm_expect_failures(vm, 0, 1, error) && kvm_free(vm, error);
}

/*
 * Each of @pages is out of use, or ends who consumes it: of so many reports at
 * once the VM may lose some.
 */
static bool expect_unusable(KvmVm *vm, guint64 gpa, guint pages, GError **error)
{
    guint lost = 0;

    for (guint i = 0; i < pages; i++) {
        g_autofree char *text = g_strdup_printf(
            "Memory failure: 0x%" PRIx64 ": recovery action for ",
            gpa / GUEST_PAGE_SIZE + i);
        KvmFate fate;

        if (guest_find_event(vm->guest, text)) {
            continue;
        }
        lost++;
        if (!kvm_touch(vm, i, 1, "", &fate, error) ||
            !kvm_expect_fate(&fate, ACTION_REQUIRED, error)) {
            return false;
        }
    }
    case_note("%u of %u pages were out of use before they were consumed",
              pages - lost, pages);
    return true;
}

/* The host loses a huge page: the VM drops all that was in it. */
static bool huge_page(KvmVm *vm, GError **error)
{
    enum { PAGES = 512, TOUCHED = 77 };
    KvmFate fate;
    guint64 gpa, kb;

    if (!guest_hwcorrupted(vm->guest, &kb, error) ||
        !kvm_alloc_huge(vm, &gpa, error) ||
        !kvm_vm_poison(vm, &gpa, 1, error) ||
        !kvm_touch(vm, TOUCHED, 1, "", &fate, error) ||
        !kvm_expect_fate(&fate, ACTION_REQUIRED, error)) {
        return false;
    }
    return kvm_expect_idle(vm, error) &&
           guest_settle(vm->guest, G_TIME_SPAN_SECOND, error) &&
           kvm_expect_taken(vm, gpa + TOUCHED * GUEST_PAGE_SIZE, error) &&
           expect_unusable(vm, gpa, PAGES, error) &&
           guest_expect_hwcorrupted(vm->guest, kb + PAGES * GUEST_PAGE_KB,
                                    error) &&
           kvm_expect_idle(vm, error) && kvm_free(vm, error);
}

/* QEMU itself loses a page, and then says that there is none to lose. */
static bool lose_by_command(KvmVm *vm, guint64 gpa, GError **error)
{
    g_autoptr(GError) refused = NULL;

    if (!kvm_vm_expect_poison(vm, gpa, gpa, GUEST_PAGE_SIZE, error)) {
        return false;
    }
    if (kvm_vm_expect_poison(vm, gpa, 0, 0, &refused) ||
        !strstr(refused->message, "poisoned already")) {
        return kvm_fail(error, "the page was reported twice: %s",
                        refused ? refused->message : "");
    }
    return true;
}

static bool poison_command(KvmVm *vm, GError **error)
{
    return read_lost_page(vm, lose_by_command, error);
}

/* The VM has lost it itself, and waits for who touches it. */
static bool lose_by_einj(KvmVm *vm, guint64 gpa, GError **error)
{
    return einj_load(vm->guest, error) &&
           einj_inject(vm->guest, error, "error_type="
                       EINJ_MEMORY_UNCORRECTED " param1=0x%" PRIx64 " "
                       EINJ_WHOLE_PAGE " notrigger=1", gpa);
}

static bool einj(KvmVm *vm, GError **error)
{
    return read_lost_page(vm, lose_by_einj, error);
}

/* The trigger takes a page that nobody has touched, and one of no process. */
static bool einj_trigger(KvmVm *vm, GError **error)
{
    KvmFate fate;
    guint64 gpa, kb;

    return guest_hwcorrupted(vm->guest, &kb, error) &&
           kvm_alloc(vm, 1, &gpa, error) && einj_load(vm->guest, error) &&
           einj_inject(vm->guest, error, "error_type="
                       EINJ_MEMORY_UNCORRECTED " param1=0x%" PRIx64 " "
                       EINJ_WHOLE_PAGE " notrigger=0", gpa) &&
           kvm_expect_taken(vm, gpa, error) &&
           guest_expect_hwcorrupted(vm->guest, kb + GUEST_PAGE_KB, error) &&
           einj_inject(vm->guest, error, "error_type="
                       EINJ_PROCESSOR_UNCORRECTED " flags=1 param3=3") &&
           kvm_expect_idle(vm, error) &&
           kvm_touch(vm, 0, 1, "", &fate, error) &&
           kvm_expect_fate(&fate, ACTION_REQUIRED, error) &&
           kvm_free(vm, error);
}

/* R60: a page is good again, and can be lost again. */
static bool unpoison_command(KvmVm *vm, GError **error)
{
    KvmFate fate;
    guint64 gpa;

    return kvm_alloc(vm, 1, &gpa, error) &&
           poison_refuse(vm->guest, "unpoison-memory", gpa, "not poisoned",
                         error) &&
           poison_do(vm->guest, "poison-memory", gpa, error) &&
           poison_do(vm->guest, "unpoison-memory", gpa, error) &&
           poison_refuse(vm->guest, "unpoison-memory", gpa, "not poisoned",
                         error) &&
           poison_expect_access(vm->guest, 0, "load", "signal=0 value=0x0",
                                error) &&
           poison_expect_access(vm->guest, 0, "store", "signal=0 ", error) &&
           poison_expect_access(vm->guest, 0, "load", "signal=0 value=0x1",
                                error) &&
           poison_do(vm->guest, "poison-memory", gpa, error) &&
           kvm_touch(vm, 0, 1, "", &fate, error) &&
           kvm_expect_fate(&fate, ACTION_REQUIRED, error) &&
           kvm_expect_taken(vm, gpa, error) && kvm_free(vm, error);
}

/* A page in a huge page of the host is never lost alone. */
static bool poison_huge(KvmVm *vm, GError **error)
{
    enum { PAGES = 512, ASKED = 77, TOUCHED = 78 };
    KvmFate fate;
    guint64 gpa;

    return kvm_alloc_huge(vm, &gpa, error) &&
           kvm_vm_expect_poison(vm, gpa + ASKED * GUEST_PAGE_SIZE, gpa,
                                PAGES * GUEST_PAGE_SIZE, error) &&
           kvm_touch(vm, TOUCHED, 1, "", &fate, error) &&
           kvm_expect_fate(&fate, ACTION_REQUIRED, error) &&
           kvm_expect_taken(vm, gpa + TOUCHED * GUEST_PAGE_SIZE, error);
}

#define LATE    { .late = true }
#define EARLY   { .late = false }

const KvmCase kvm_cases[] = {
    { "action-required", action_required,
      "only the process that reads a poisoned page gets SIGBUS", LATE },
    { "storm-8", storm_8,
      "8 processes consume 8 poisoned pages at once", LATE },
    { "storm-64", storm_64,
      "64 processes consume 64 pages at once", LATE },
    { "same-page", same_page,
      "4 processes consume one page at once", LATE },
    { "kernel-access", kernel_access,
      "an error that the guest's kernel consumes blocks no other", LATE },
    { "poison-command", poison_command,
      "a page that QEMU poisons is poisoned", LATE },
    { "einj", einj, "a page that the VM itself poisons is poisoned",
      { .late = true, .einj = true } },
    { "einj-trigger", einj_trigger,
      "errors that the VM injects and triggers",
      { .late = true, .einj = true } },
    { "unpoison-command", unpoison_command,
      "a page that QEMU heals is good", LATE },
    { "two-levels", kvm_case_two_levels,
      "each poisoned page of the host costs the VM a process", LATE },
    { "processor", kvm_case_processor,
      "an injected processor error has the vCPU's registers", LATE },
    { "migration", kvm_case_migration,
      "a VM with poisoned memory says why it can't migrate", LATE },
    { "before-firmware", kvm_case_before_firmware,
      "an error before firmware runs reaches the kernel",
      { .paused = true } },
    { "action-optional", action_optional,
      "the guest takes a page out of use before anyone reads it", EARLY },
    { "early-kill", early_kill,
      "a process that asks gets an early signal", EARLY },
    { "paused", kvm_case_paused,
      "an error while the VM is paused waits for it", EARLY },
    { "both", kvm_case_both,
      "pages that are reported and consumed at once are taken once", EARLY },
    { "reboot", kvm_case_reboot,
      "a reboot gives fresh memory and keeps the counters", EARLY },
    { "replaced", kvm_case_replaced,
      "an error that a reset has mended reaches no kernel", EARLY },
    { "reset", kvm_case_reset,
      "an error during a reset reaches the next kernel", EARLY },
    { "huge-page", huge_page, "a poisoned huge page takes its 512 pages",
      { .late = true, .huge = true } },
    { "poison-huge", poison_huge,
      "QEMU says that it poisoned a huge page",
      { .late = true, .huge = true }, .ends = true },
    { "firmware-itself", kvm_case_firmware_itself,
      "an error that firmware consumes does not terminate QEMU",
      { .late = true, .paused = true }, .ends = true },
    { "own-memory", kvm_case_own_memory,
      "QEMU reports an error in its own memory",
      { .paused = true }, .ends = true },
    { "storm-stock", storm_stock,
      "without the series, a storm of 64 aborts QEMU",
      { .late = true, .stock = true }, .ends = true },
    { NULL },
};
