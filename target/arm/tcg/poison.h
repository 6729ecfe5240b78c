/*
 * Lost memory that an emulated CPU runs into
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TARGET_ARM_TCG_POISON_H
#define TARGET_ARM_TCG_POISON_H

#include "cpu.h"
#include "internals.h"

#ifdef CONFIG_USER_ONLY
static inline void arm_record_lost_memory(ARMCPU *cpu,
                                          const ARMMMUFaultInfo *fi,
                                          int target_el)
{
}
#else
/**
 * arm_record_lost_memory: tell the guest why it is about to take an abort
 * @cpu: the CPU in its thread, its state that of before the instruction
 * @fi: what happened; @fi->paddr is the address that failed, if it is an
 *      external abort
 * @target_el: who will take the abort, but for HCR_EL2.TGE
 *
 * If it is an external abort for memory that is lost on purpose, the guest gets
 * a record of it.  While the record of another CPU is unread, the function does
 * not return: the CPU starts its instruction anew.
 */
void arm_record_lost_memory(ARMCPU *cpu, const ARMMMUFaultInfo *fi,
                            int target_el);
#endif

#endif
