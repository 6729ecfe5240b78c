/*
 * Synchronous external aborts of emulated CPUs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TARGET_ARM_TCG_EXTERNAL_ABORT_H
#define TARGET_ARM_TCG_EXTERNAL_ABORT_H

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

#endif
