/*
 * Test case with KVM: an error of the machine's own memory, through two levels
 *
 * The machine is a virtual one, and QEMU loses a page of its memory. Its
 * firmware, which is QEMU, tells the host's kernel; that tells the QEMU that
 * runs on it, which tells its guest.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "cases.h"
#include "kvm-cases.h"
#include "poison.h"

/* Where the host has the page that the VM has at @gpa */
static bool host_page(KvmVm *vm, guint64 gpa, guint64 *page, GError **error)
{
    g_autofree char *answer = guest_ask(
        vm->host->machine, NULL, error, "frame 0x%" PRIx64,
        vm->ram + gpa - KVM_VM_RAM);

    return answer && (sscanf(answer, "gpa=0x%" SCNx64, page) == 1 ||
                      kvm_fail(error, "frame: %s", answer));
}

/*
 * Linux splits a huge page of which it is to lose a part, and up to 6.17 looks
 * for zeros then in the others, which here are lost as well.
 */
static bool split_huge_pages(KvmVm *vm, GError **error)
{
    g_autofree char *answer = guest_ask(
        vm->host->machine, NULL, error, "write /sys/kernel/debug/"
        "split_huge_pages %u,0x%" PRIx64 ",0x%" PRIx64, vm->pid, vm->ram,
        vm->ram + KVM_VM_RAM_SIZE);

    return answer;
}

/* What the machine's source 0 has recorded, and the host's kernel has read */
static bool machine_records(KvmVm *vm, gint64 *recorded, GError **error)
{
    Guest *machine = vm->host->machine;
    JsonObject *source;

    if (!guest_expect_idle(machine, GUEST_SOURCE_SEA, error)) {
        return false;
    }
    source = guest_query_source(machine, GUEST_SOURCE_SEA, error);
    if (source) {
        *recorded = json_object_get_int_member(source, "acknowledged");
        json_object_unref(source);
    }
    return source;
}

static bool lose(KvmVm *vm, const guint64 *gpas, guint64 *pages, guint count,
                 GError **error)
{
    for (guint i = 0; i < count; i++) {
        if (!host_page(vm, gpas[i], &pages[i], error) ||
            !poison_do(vm->host->machine, "poison-memory", pages[i], error)) {
            return false;
        }
    }
    return true;
}

static bool expect_lost(KvmVm *vm, const guint64 *gpas, const guint64 *pages,
                        guint count, GError **error)
{
    for (guint i = 0; i < count; i++) {
        g_autofree char *text = g_strdup_printf(
            "Memory failure: 0x%" PRIx64 ": recovery action for ",
            pages[i] / GUEST_PAGE_SIZE);

        if (!guest_expect_event(vm->host->machine, text, error) ||
            !kvm_expect_taken(vm, gpas[i], error)) {
            return false;
        }
    }
    return true;
}

/* R70, R72: the abort goes to the host's EL2, whose kernel reads the record */
bool kvm_case_two_levels(KvmVm *vm, GError **error)
{
    enum { LOST = 1, CROWD = 8, GOOD = LOST + CROWD, PAGES };
    guint64 gpas[PAGES], pages[PAGES], kb;
    gint64 before, after;
    KvmFate fates[PAGES];

    if (!vm->host->nested) {
        return case_skip(error, "the machine isn't QEMU's");
    }
    if (!machine_records(vm, &before, error) ||
        !guest_hwcorrupted(vm->guest, &kb, error) ||
        !kvm_alloc(vm, PAGES, gpas, error) || !split_huge_pages(vm, error) ||
        /* One, and then as many at once as the machine has CPUs, twice */
        !lose(vm, gpas, pages, LOST, error) ||
        !kvm_touch(vm, 0, LOST, "", fates, error) ||
        !lose(vm, gpas + LOST, pages + LOST, CROWD, error) ||
        !kvm_touch(vm, LOST, CROWD, "", fates + LOST, error) ||
        !kvm_touch(vm, GOOD, 1, "", fates + GOOD, error)) {
        return false;
    }
    for (guint i = 0; i < PAGES; i++) {
        if (!kvm_expect_fate(&fates[i], i == GOOD ? 0 : ACTION_REQUIRED,
                             error)) {
            g_prefix_error(error, "page %u: ", i);
            return false;
        }
    }
    if (!expect_lost(vm, gpas, pages, GOOD, error) ||
        !machine_records(vm, &after, error)) {
        return false;
    }
    if (after - before != GOOD) {
        return kvm_fail(error, "%" PRId64 " records for %d pages",
                        after - before, GOOD);
    }
    return guest_expect_hwcorrupted(vm->guest, kb + GOOD * GUEST_PAGE_KB,
                                    error) &&
           kvm_expect_idle(vm, error) && kvm_vm_expect_running(vm, error) &&
           kvm_free(vm, error);
}
