/*
 * Takes aborts of KVM vCPUs that the host's kernel made nothing of
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <linux/kvm.h>
#include "qemu/main-loop.h"
#include "hw/acpi/ghes-queue.h"
#include "hw/acpi/ghes-ram.h"
#include "kvm-ras.h"
#include "trace.h"

/* What was lost may be more or less than a page; a page can be told of. */
void kvm_arm_handle_sea(CPUState *cs, const struct kvm_run *run)
{
    bool has_gpa = run->arm_sea.flags & KVM_EXIT_ARM_SEA_FLAG_GPA_VALID;
    hwaddr page = QEMU_ALIGN_DOWN(run->arm_sea.gpa, GHES_PAGE_SIZE);
    void *host;

    BQL_LOCK_GUARD();
    host = has_gpa ? ghes_page_host(page) : NULL;
    trace_kvm_arm_sea(cs->cpu_index, run->arm_sea.esr, run->arm_sea.gpa,
                      host ? "page of the guest" :
                      has_gpa ? "plain abort, as this is no guest RAM" :
                      "plain abort, as the address is unknown");
    if (host) {
        kvm_arm_abort_page(cs, page, host);
    } else {
        kvm_arm_abort_plain(cs);
    }
}
