/*
 * Routes the external aborts of emulated CPUs, and reports poisoned memory
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "tcg-ras.h"
#ifndef CONFIG_USER_ONLY
#include "qemu/main-loop.h"
#include "exec/exec-all.h"
#include "hw/acpi/ghes.h"
#include "system/cpu-timers.h"
#include "system/hwpoison.h"
#include "trace.h"
#endif

static bool is_synchronous_external(const ARMMMUFaultInfo *fi)
{
    return fi->type == ARMFault_SyncExternal ||
           fi->type == ARMFault_SyncExternalOnWalk;
}

int arm_external_abort_target_el(CPUARMState *env, const ARMMMUFaultInfo *fi,
                                 int target_el)
{
    if (!is_synchronous_external(fi)) {
        return target_el;
    }
    /* EL3 is asked first, and is for all */
    if (arm_feature(env, ARM_FEATURE_EL3) && arm_el_is_aa64(env, 3) &&
        (env->cp15.scr_el3 & SCR_EA)) {
        return 3;
    }
    /* EL2 is for what is below it */
    if (arm_current_el(env) < 2 && (arm_hcr_el2_eff(env) & HCR_TEA)) {
        return 2;
    }
    return target_el;
}

#ifndef CONFIG_USER_ONLY
/* So long a CPU leaves the lock, and the host's CPU, to others */
#define RETRY_US 50

/*
 * Others have to go on before this CPU can: with a thread each they do, and
 * need the lock for it; with one for all this CPU's turn is over.  In an
 * exclusive section all others wait for this CPU, which may not sleep then.
 * Where time is counted in instructions, it passes as if this CPU had executed
 * all of its turn's.
 */
static G_NORETURN void retry(CPUState *cs)
{
    if (qemu_tcg_mttcg_enabled()) {
        bql_unlock();
        if (!cpu_in_exclusive_context(cs)) {
            g_usleep(RETRY_US);
        }
    }
    if (icount_enabled()) {
        cs->neg.icount_decr.u16.low = 0;
        cs->icount_extra = 0;
    }
    cs->exception_index = EXCP_YIELD;
    cpu_loop_exit(cs);
}

/*
 * Who takes the abort of what is below it reads the record: a kernel for its
 * process, a hypervisor for its guest.  A kernel that has consumed the page
 * itself doesn't, and firmware at EL3 has other ways.
 */
static bool is_record_read(ARMCPU *cpu, int target_el)
{
    return arm_current_el(&cpu->env) < target_el && target_el < 3;
}

/*
 * A walk of page tables can fail in the middle of a translation block, where
 * the clock that counts instructions must not be read.  But the state, with
 * that count, is the one before the instruction by now, and the block is left.
 */
static void allow_clock(CPUState *cs)
{
    cs->neg.can_do_io = true;
}

void arm_report_poisoned(ARMCPU *cpu, const ARMMMUFaultInfo *fi, int target_el)
{
    GhesSeaResult result = GHES_SEA_NO_RECORD;
    hwaddr page = QEMU_ALIGN_DOWN(fi->paddr, HWPOISON_PAGE_SIZE);
    CPUState *cs = CPU(cpu);
    AcpiGhes *ghes;

    if (!is_synchronous_external(fi)) {
        return;
    }
    BQL_LOCK_GUARD();
    ghes = acpi_ghes_find();
    if (!ghes || !hwpoison_gpa_is_poisoned(page)) {
        return;
    }

    allow_clock(cs);
    if (is_record_read(cpu, target_el)) {
        result = ghes_record_sea(ghes, page);
    }
    if (result == GHES_SEA_BUSY) {
        retry(cs);
    }
    trace_arm_poisoned(cs->cpu_index, page, target_el,
                       result == GHES_SEA_RECORDED);
    if (hwpoison_gpa_set_reported(page) &&
        result == GHES_SEA_NO_RECORD) {
        ghes_report_memory(ghes, CPER_SEVERITY_RECOVERABLE, page,
                           HWPOISON_PAGE_SIZE, NULL);
    }
}
#endif
