/*
 * External aborts of emulated CPUs, and their records
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TARGET_ARM_TCG_TCG_RAS_H
#define TARGET_ARM_TCG_TCG_RAS_H

#include "cpu.h"
#include "internals.h"

/**
 * arm_external_abort_target_el: which exception level takes an abort
 * @env: the CPU
 * @fi: what happened
 * @target_el: who would take it if it weren't an external abort
 *
 * Not in it is HCR_EL2.TGE, which raise_exception() has for all exceptions.  A
 * Monitor mode in AArch32 takes no aborts, whatever SCR.EA says.
 *
 * Returns: @target_el or a higher one, if EL3 or EL2 asks for external aborts.
 * Source: Arm ARM, AArch64.DataAbort and AArch64.InstructionAbort.
 */
int arm_external_abort_target_el(CPUARMState *env, const ARMMMUFaultInfo *fi,
                                 int target_el);

#ifdef CONFIG_USER_ONLY
static inline void arm_report_poisoned(ARMCPU *cpu, const ARMMMUFaultInfo *fi,
                                       int target_el)
{
}
#else
/**
 * arm_report_poisoned: report the poisoned page that a CPU has consumed
 * @cpu: the CPU in its thread, its state that of before the instruction
 * @fi: what happened; @fi->paddr is the address that failed, if it is an
 *      external abort
 * @target_el: who will take the abort, but for HCR_EL2.TGE
 *
 * If it is an external abort for poisoned memory, the guest gets a record of
 * it.  While the record of another CPU is unread, the function does not
 * return: the CPU starts its instruction anew.
 */
void arm_report_poisoned(ARMCPU *cpu, const ARMMMUFaultInfo *fi,
                         int target_el);
#endif

#endif
