/*
 * Records lost memory that an emulated CPU runs into
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "exec/exec-all.h"
#include "hw/acpi/ghes.h"
#include "poison.h"
#include "system/cpu-timers.h"
#include "trace.h"

/* So long a CPU leaves the lock, and the host's CPU, to others */
#define RETRY_US 50

/*
 * Others have to go on before this CPU can: with a thread each they do, and
 * need the lock for it; with one for all this CPU's turn is over.  Where time
 * is counted in instructions, it passes as if this CPU had executed all of its
 * turn's.
 */
static G_NORETURN void retry(CPUState *cs)
{
    if (qemu_tcg_mttcg_enabled()) {
        bql_unlock();
        g_usleep(RETRY_US);
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
 * process, a hypervisor for its guest.  A kernel that has run into the error
 * itself doesn't, and firmware at EL3 has other ways.
 */
static bool is_record_read(ARMCPU *cpu, int target_el)
{
    return arm_current_el(&cpu->env) < target_el && target_el < 3;
}

void arm_record_lost_memory(ARMCPU *cpu, const ARMMMUFaultInfo *fi,
                            int target_el)
{
    GhesSynchronousResult result = GHES_SYNCHRONOUS_NO_RECORD;
    hwaddr page = QEMU_ALIGN_DOWN(fi->paddr, GHES_PAGE_SIZE);
    AcpiGhesState *ags;
    GhesError error;

    if (fi->type != ARMFault_SyncExternal &&
        fi->type != ARMFault_SyncExternalOnWalk) {
        return;
    }
    BQL_LOCK_GUARD();
    ags = acpi_ghes_get_state();
    if (!ags || !ghes_poison_is_lost(&ags->poison, page)) {
        return;
    }

    ghes_memory_error_init(&error, CPER_SEVERITY_RECOVERABLE, page,
                           GHES_PAGE_SIZE);
    if (is_record_read(cpu, target_el)) {
        result = ghes_report_synchronous(ags, &error);
    }
    if (result == GHES_SYNCHRONOUS_BUSY) {
        retry(CPU(cpu));
    }
    trace_arm_lost_memory(CPU(cpu)->cpu_index, page, target_el,
                          result == GHES_SYNCHRONOUS_RECORDED);
    if (ghes_poison_is_news(&ags->poison, page) &&
        result == GHES_SYNCHRONOUS_NO_RECORD) {
        ghes_report(ags, &error, NULL);
    }
}
