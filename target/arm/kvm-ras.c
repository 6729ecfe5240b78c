/*
 * Turns a SIGBUS for guest memory into an error report to the KVM guest
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "cpu.h"
#include "exec/cpu-common.h"
#include "hw/acpi/ghes.h"
#include "internals.h"
#include "kvm-ras.h"
#include "qapi/qapi-events-run-state.h"
#include "ras-sea.h"
#include "system/hw_accel.h"
#include "system/kvm.h"
#include "system/kvm_int.h"
#include "system/reset.h"
#include "trace.h"

/*
 * Guest memory that is lost: a page of the host, by the guest-physical
 * addresses that the guest has for it
 */
typedef struct LostPage {
    ram_addr_t ram_addr;
    hwaddr gpa;
    uint64_t length;
} LostPage;

/*
 * The host pages that the guest was told of, with the binary logarithm of the
 * length in the low bits.  A second SIGBUS for the same page says nothing new
 * but who touched it.  With a reset the guest gets fresh pages instead.
 */
static GHashTable *reported;

#define KEY_LENGTH_MASK 0x3fULL

/* A report that is still on its way would cost the new kernel a fresh page */
static gboolean forget_page(gpointer key, gpointer value, gpointer opaque)
{
    uint64_t page = *(uint64_t *)key;

    ghes_forget_range(opaque, page & ~KEY_LENGTH_MASK,
                      1ULL << (page & KEY_LENGTH_MASK));
    return true;
}

/* After the error sources' own reset, which puts all back into the queue */
static void forget_reported(void *opaque)
{
    g_hash_table_foreach_remove(reported, forget_page, opaque);
}

static gboolean is_in_range(gpointer key, gpointer value, gpointer opaque)
{
    const LostPage *replaced = opaque;

    return *(uint64_t *)key - replaced->gpa < replaced->length;
}

void kvm_arm_forget_lost(hwaddr gpa, uint64_t length)
{
    LostPage replaced = { .gpa = gpa, .length = length };

    if (reported &&
        g_hash_table_foreach_remove(reported, is_in_range, &replaced)) {
        ghes_forget_range(acpi_ghes_get_state(), gpa, length);
    }
}

/*
 * Whether this is the first time that the guest is to be told of @lost.  One
 * page at the start of a larger one is not that one: the low bits of an
 * address tell the sizes apart.
 */
static bool is_news(const LostPage *lost)
{
    uint64_t key = lost->gpa | ctz64(lost->length);

    if (!reported) {
        reported = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
                                         NULL);
        qemu_register_reset(forget_reported, acpi_ghes_get_state());
    }
    return g_hash_table_add(reported, g_memdup2(&key, sizeof(key)));
}

static void report_asynchronous(AcpiGhesState *ags, hwaddr gpa,
                                uint64_t length)
{
    GhesError error;

    if (length) {
        ghes_memory_error_init(&error, CPER_SEVERITY_RECOVERABLE, gpa, length);
        ghes_report(ags, &error, NULL);
    }
}

/* What is lost but for the page of the guest at @gpa */
static void report_rest(AcpiGhesState *ags, const LostPage *lost, hwaddr gpa)
{
    hwaddr behind = gpa + GHES_PAGE_SIZE;

    report_asynchronous(ags, lost->gpa, gpa - lost->gpa);
    report_asynchronous(ags, behind, lost->gpa + lost->length - behind);
}

/*
 * The record for the abort that @cs is to take.  A kernel that runs into an
 * error itself reads none: Linux ends in an oops, and the record would keep
 * the block from other vCPUs.
 */
static GhesSynchronousResult record_abort(CPUState *cs, AcpiGhesState *ags,
                                          hwaddr gpa)
{
    GhesError error;

    if (arm_current_el(cpu_env(cs)) != 0) {
        return GHES_SYNCHRONOUS_NO_RECORD;
    }
    ghes_memory_error_init(&error, CPER_SEVERITY_RECOVERABLE, gpa,
                           GHES_PAGE_SIZE);
    return ghes_report_synchronous(ags, &error);
}

/* The vCPU @cs is in its own thread and can't go on without what is at @gpa */
static void report_action_required(CPUState *cs, AcpiGhesState *ags,
                                   const LostPage *lost, hwaddr gpa)
{
    GhesSynchronousResult result;

    cpu_synchronize_state(cs);
    result = record_abort(cs, ags, gpa);
    if (result == GHES_SYNCHRONOUS_BUSY) {
        /* The vCPU runs into the page again: that is its turn in the queue */
        return;
    }
    if (is_news(lost)) {
        if (result == GHES_SYNCHRONOUS_RECORDED) {
            report_rest(ags, lost, gpa);
        } else {
            report_asynchronous(ags, lost->gpa, lost->length);
        }
    }
    arm_cpu_raise_sea(cs);
}

void kvm_arm_abort_page(CPUState *cs, hwaddr gpa, void *host)
{
    AcpiGhesState *ags = acpi_ghes_get_state();
    const LostPage lost = {
        .ram_addr = qemu_ram_addr_from_host(host),
        .gpa = gpa,
        .length = GHES_PAGE_SIZE,
    };

    trace_kvm_arm_memory_failure(cs->cpu_index, gpa, lost.length, true);
    kvm_hwpoison_page_add(lost.ram_addr);
    if (ags) {
        report_action_required(cs, ags, &lost, gpa);
    } else {
        kvm_arm_abort_plain(cs);
    }
}

void kvm_arm_abort_plain(CPUState *cs)
{
    AcpiGhesState *ags = acpi_ghes_get_state();

    cpu_synchronize_state(cs);
    /* A kernel that was interrupted in a process reads what is in the block */
    if (!ags || arm_current_el(cpu_env(cs)) != 0 ||
        !ghes_synchronous_is_busy(ags)) {
        arm_cpu_raise_sea(cs);
    }
}

/*
 * The host's page at @host, and the guest's page in it.  A page of hugetlbfs
 * is lost as a whole; others the host splits.
 */
static bool find_lost_page(CPUState *cs, void *host, LostPage *lost,
                           hwaddr *gpa)
{
    ram_addr_t offset;
    RAMBlock *block = qemu_ram_block_from_host(host, false, &offset);
    uint64_t size, in_page;
    hwaddr start, last;

    if (!block ||
        !kvm_physical_memory_addr_from_host(cs->kvm_state, host, gpa)) {
        return false;
    }
    size = MAX(qemu_ram_pagesize(block), GHES_PAGE_SIZE);
    in_page = offset % size;
    *gpa = QEMU_ALIGN_DOWN(*gpa, GHES_PAGE_SIZE);

    if (kvm_physical_memory_addr_from_host(cs->kvm_state, host - in_page,
                                           &start) &&
        kvm_physical_memory_addr_from_host(cs->kvm_state,
                                           host - in_page + size - 1, &last) &&
        last - start == size - 1) {
        lost->gpa = start;
        lost->length = size;
    } else {
        lost->gpa = *gpa;
        lost->length = GHES_PAGE_SIZE;
    }
    lost->ram_addr = qemu_ram_addr_from_host(host);
    return true;
}

/* Memory of QEMU's own, or of a guest that has no error sources */
static void report_to_nobody(void *host, bool action_required)
{
    ram_addr_t offset;
    bool is_guest_ram = qemu_ram_block_from_host(host, false, &offset);
    MemoryFailureFlags flags = { .action_required = action_required };

    qapi_event_send_memory_failure(
        is_guest_ram ? MEMORY_FAILURE_RECIPIENT_GUEST :
                       MEMORY_FAILURE_RECIPIENT_HYPERVISOR,
        action_required ? MEMORY_FAILURE_ACTION_FATAL :
                          MEMORY_FAILURE_ACTION_IGNORE, &flags);
    if (action_required) {
        error_report("Hardware memory error at host address %p, which can't "
                     "be reported to the guest: terminating", host);
        exit(EXIT_FAILURE);
    }
    warn_report("Hardware memory error at host address %p, which the guest "
                "isn't told of", host);
}

void kvm_arch_on_sigbus_vcpu(CPUState *cs, int code, void *host)
{
    AcpiGhesState *ags = acpi_ghes_get_state();
    bool action_required = code == BUS_MCEERR_AR;
    LostPage lost;
    hwaddr gpa;

    if (ags && host && find_lost_page(cs, host, &lost, &gpa)) {
        trace_kvm_arm_memory_failure(cs->cpu_index, gpa, lost.length,
                                     action_required);
        kvm_hwpoison_page_add(lost.ram_addr);
        if (action_required) {
            report_action_required(cs, ags, &lost, gpa);
        } else if (is_news(&lost)) {
            report_asynchronous(ags, lost.gpa, lost.length);
        }
    } else {
        report_to_nobody(host, action_required);
    }
}
