/*
 * Turns hardware errors in guest memory into reports to the KVM guest
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <linux/kvm.h>
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "cpu.h"
#include "exec/cpu-common.h"
#include "hw/acpi/ghes.h"
#include "internals.h"
#include "kvm-ras.h"
#include "qapi/qapi-events-run-state.h"
#include "ras.h"
#include "system/hw_accel.h"
#include "system/hwpoison.h"
#include "system/kvm.h"
#include "system/kvm_int.h"
#include "trace.h"

void kvm_arm_ras_init(void)
{
    if (kvm_check_extension(kvm_state, KVM_CAP_ARM_SEA_TO_USER) &&
        kvm_vm_enable_cap(kvm_state, KVM_CAP_ARM_SEA_TO_USER, 0)) {
        warn_report("KVM does not leave aborts of vCPUs to QEMU");
    }
}

/**
 * PoisonedPage: a page of the host that is poisoned, all of it
 * @block: the RAM
 * @offset: where in @block it is
 * @gpa: guest-physical address
 * @length: its bytes
 */
typedef struct PoisonedPage {
    RAMBlock *block;
    ram_addr_t offset;
    hwaddr gpa;
    uint64_t length;
} PoisonedPage;

static void report_asynchronous(AcpiGhes *ghes, hwaddr gpa, uint64_t length)
{
    if (length) {
        ghes_report_memory(ghes, CPER_SEVERITY_RECOVERABLE, gpa, length, NULL);
    }
}

/* All that is poisoned but the page of the guest at @gpa */
static void report_rest(AcpiGhes *ghes, const PoisonedPage *page, hwaddr gpa)
{
    hwaddr behind = gpa + HWPOISON_PAGE_SIZE;

    report_asynchronous(ghes, page->gpa, gpa - page->gpa);
    report_asynchronous(ghes, behind, page->gpa + page->length - behind);
}

/*
 * The record for the abort that @cs is to take.  A kernel that consumes a page
 * itself reads none: Linux ends in an oops, and the record would keep the
 * block from other vCPUs.
 */
static GhesSeaResult record_abort(CPUState *cs, AcpiGhes *ghes, hwaddr gpa)
{
    if (arm_current_el(cpu_env(cs)) != 0) {
        return GHES_SEA_NO_RECORD;
    }
    return ghes_record_sea(ghes, gpa);
}

/* The vCPU @cs is in its own thread and can't go on without what is at @gpa */
static void abort_page(CPUState *cs, AcpiGhes *ghes, const PoisonedPage *page,
                       hwaddr gpa)
{
    GhesSeaResult result;

    cpu_synchronize_state(cs);
    result = record_abort(cs, ghes, gpa);
    if (result == GHES_SEA_BUSY) {
        /* The vCPU accesses the page again: that is its turn in the queue */
        return;
    }
    if (hwpoison_set_reported(page->block, page->offset, page->length)) {
        if (result == GHES_SEA_RECORDED) {
            report_rest(ghes, page, gpa);
        } else {
            report_asynchronous(ghes, page->gpa, page->length);
        }
    }
    arm_cpu_raise_sea(cs);
}

/* The same for nobody knows what, and without a record */
static void abort_plain(CPUState *cs, AcpiGhes *ghes)
{
    cpu_synchronize_state(cs);
    /* A kernel that was interrupted in a process reads what is in the block */
    if (!ghes || arm_current_el(cpu_env(cs)) != 0 ||
        !ghes_sea_is_busy(ghes)) {
        arm_cpu_raise_sea(cs);
    }
}

/* What failed may be more or less than a page; a page can be reported. */
void kvm_arm_handle_sea(CPUState *cs, const struct kvm_run *run)
{
    bool has_gpa = run->arm_sea.flags & KVM_EXIT_ARM_SEA_FLAG_GPA_VALID;
    AcpiGhes *ghes;
    PoisonedPage page = {
        .gpa = QEMU_ALIGN_DOWN(run->arm_sea.gpa, HWPOISON_PAGE_SIZE),
        .length = HWPOISON_PAGE_SIZE,
    };
    bool found;

    BQL_LOCK_GUARD();
    ghes = acpi_ghes_find();
    found = has_gpa && hwpoison_find_page(page.gpa, &page.block, &page.offset);
    trace_kvm_arm_sea(cs->cpu_index, run->arm_sea.esr, run->arm_sea.gpa,
                      found ? "page of the guest" :
                      has_gpa ? "plain abort, as this is no guest RAM" :
                      "plain abort, as the address is unknown");
    if (found) {
        hwpoison_add(page.block, page.offset, page.length);
    }
    if (found && ghes) {
        abort_page(cs, ghes, &page, page.gpa);
    } else {
        abort_plain(cs, ghes);
    }
}

/*
 * The host's page at @host, and the guest's page in it.  A page of hugetlbfs
 * is poisoned as a whole; others the host splits.
 */
static bool find_page(CPUState *cs, void *host, PoisonedPage *page,
                      hwaddr *gpa)
{
    uint64_t size, in_page, length;

    page->block = qemu_ram_block_from_host(host, false, &page->offset);
    if (!page->block ||
        !kvm_physical_memory_addr_from_host(cs->kvm_state, host, gpa)) {
        return false;
    }
    size = MAX(qemu_ram_pagesize(page->block), HWPOISON_PAGE_SIZE);
    in_page = page->offset % size;
    *gpa = QEMU_ALIGN_DOWN(*gpa, HWPOISON_PAGE_SIZE);

    length = size;
    if (hwpoison_find_gpa(page->block, page->offset - in_page, &length,
                          &page->gpa) && length == size) {
        page->offset -= in_page;
        page->length = size;
    } else {
        page->offset = QEMU_ALIGN_DOWN(page->offset, HWPOISON_PAGE_SIZE);
        page->gpa = *gpa;
        page->length = HWPOISON_PAGE_SIZE;
    }
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
    warn_report("Hardware memory error at host address %p, which isn't "
                "reported to the guest", host);
}

void kvm_arch_on_sigbus_vcpu(CPUState *cs, int code, void *host)
{
    AcpiGhes *ghes = acpi_ghes_find();
    bool action_required = code == BUS_MCEERR_AR;
    PoisonedPage page;
    hwaddr gpa;

    if (ghes && host && find_page(cs, host, &page, &gpa)) {
        trace_kvm_arm_memory_failure(cs->cpu_index, gpa, page.length,
                                     action_required);
        kvm_hwpoison_page_add(qemu_ram_addr_from_host(host));
        if (action_required) {
            abort_page(cs, ghes, &page, gpa);
        } else if (hwpoison_set_reported(page.block, page.offset,
                                         page.length)) {
            report_asynchronous(ghes, page.gpa, page.length);
        }
    } else {
        report_to_nobody(host, action_required);
    }
}

/*
 * One vCPU may have woken another, that now waits for the host to let it run,
 * and looks as if it were waiting.  So two looks, this far from each other.
 */
#define APART_NS        (50 * SCALE_US)
#define TOO_FAR_NS      (5 * SCALE_MS)

/*
 * Where the counter is in a vCPU's statistics; negative if nowhere.
 * Source: Linux, Documentation/virt/kvm/api.rst, KVM_GET_STATS_FD.
 */
static off_t find_counter(int fd, const char *name)
{
    g_autofree struct kvm_stats_desc *desc = NULL;
    struct kvm_stats_header header;
    size_t length;

    if (pread(fd, &header, sizeof(header), 0) != sizeof(header)) {
        return -1;
    }
    length = sizeof(*desc) + header.name_size;
    desc = g_malloc0(length + 1);
    for (uint32_t i = 0; i < header.num_desc; i++) {
        if (pread(fd, desc, length, header.desc_offset + i * length) !=
            length) {
            return -1;
        }
        if (g_str_equal(desc->name, name)) {
            return header.data_offset + desc->offset;
        }
    }
    return -1;
}

/* A vCPU waits in the host's kernel, which tells whether it does */
static bool is_waiting(CPUState *cs, off_t place)
{
    uint64_t waiting;

    return pread(cs->kvm_vcpu_stats_fd, &waiting, sizeof(waiting), place) ==
           sizeof(waiting) && waiting;
}

static bool all_are_waiting(void)
{
    static bool is_known;
    static off_t place;
    CPUState *cs;

    /* In the statistics of all vCPUs it is in the same place */
    if (!is_known) {
        place = find_counter(first_cpu->kvm_vcpu_stats_fd, "blocking");
        is_known = true;
    }
    CPU_FOREACH(cs) {
        if (place < 0 || !is_waiting(cs, place)) {
            return false;
        }
    }
    return true;
}

bool kvm_arm_vcpus_idle(void)
{
    static int64_t first_ns, last_ns;
    int64_t now = get_clock();

    if (!all_are_waiting()) {
        last_ns = 0;
        return false;
    }
    if (!last_ns || now - last_ns > TOO_FAR_NS) {
        first_ns = now;
    }
    last_ns = now;
    return now - first_ns >= APART_NS;
}
