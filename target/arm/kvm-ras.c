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
#include "system/hw_accel.h"
#include "system/kvm.h"
#include "system/kvm_int.h"
#include "trace.h"

/* Arm ARM, ESR_EL1 for a Data Abort: DFSC, synchronous external abort */
#define DFSC_SYNCHRONOUS_EXTERNAL_ABORT 0x10

/*
 * Take a synchronous external abort on data access to EL1.  The address is
 * that of the record, not of the exception: FnV says that FAR has none.
 */
static void raise_sea(CPUState *cs)
{
    CPUARMState *env = cpu_env(cs);
    const int target_el = 1;
    bool same_el = arm_current_el(env) == target_el;

    cs->exception_index = EXCP_DATA_ABORT;
    env->exception.target_el = target_el;
    env->exception.syndrome =
        syn_data_abort_no_iss(same_el, 1, 0, 0, 0, 0,
                              DFSC_SYNCHRONOUS_EXTERNAL_ABORT);
    arm_cpu_do_interrupt(cs);
}

/* The vCPU @cs is in its own thread and can't go on without the page */
static void report_action_required(CPUState *cs, AcpiGhesState *ags,
                                   const GhesError *error)
{
    GhesSynchronousResult result;

    cpu_synchronize_state(cs);
    result = ghes_report_synchronous(ags, error);
    if (result == GHES_SYNCHRONOUS_BUSY) {
        /* The vCPU runs into the page again: that is its turn in the queue */
        return;
    }
    if (result == GHES_SYNCHRONOUS_RECORDED &&
        arm_current_el(cpu_env(cs)) != 0) {
        /* Linux reads no record for an abort of its own */
        ghes_report(ags, error, NULL);
    }
    raise_sea(cs);
}

static bool guest_address(CPUState *cs, void *host, ram_addr_t *ram_addr,
                          hwaddr *gpa)
{
    *ram_addr = qemu_ram_addr_from_host(host);
    return *ram_addr != RAM_ADDR_INVALID &&
           kvm_physical_memory_addr_from_host(cs->kvm_state, host, gpa);
}

void kvm_arch_on_sigbus_vcpu(CPUState *cs, int code, void *host)
{
    AcpiGhesState *ags = acpi_ghes_get_state();
    bool action_required = code == BUS_MCEERR_AR;
    ram_addr_t ram_addr;
    hwaddr gpa;

    if (ags && host && guest_address(cs, host, &ram_addr, &gpa)) {
        GhesError error;

        ghes_memory_error_init(&error, CPER_SEVERITY_RECOVERABLE,
                               QEMU_ALIGN_DOWN(gpa, GHES_PAGE_SIZE),
                               GHES_PAGE_SIZE);
        trace_kvm_arm_memory_failure(cs->cpu_index, gpa, action_required);
        kvm_hwpoison_page_add(ram_addr);
        if (action_required) {
            report_action_required(cs, ags, &error);
        } else {
            ghes_report(ags, &error, NULL);
        }
        return;
    }

    if (action_required) {
        error_report("Hardware memory error at host address %p, which can't "
                     "be reported to the guest: terminating", host);
        exit(EXIT_FAILURE);
    }
    warn_report("Hardware memory error at host address %p, which the guest "
                "isn't told of", host);
}
