/*
 * Synchronous external aborts that a CPU takes for a hardware error
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TARGET_ARM_RAS_SEA_H
#define TARGET_ARM_RAS_SEA_H

#include "hw/core/cpu.h"

/**
 * arm_cpu_raise_sea: let a CPU take a synchronous external abort to EL1
 * @cs: the CPU, at EL0 or EL1; its state is in QEMU and its PC is that of the
 *      instruction that is aborted
 *
 * The abort is one on data access and has no address: with ESR_EL1.FnV, or
 * DFSR.FnV where EL1 is in AArch32, the fault address register says nothing.
 * Called with the BQL held.
 * Source: Arm ARM, AArch64.TakeException and AArch32.TakeDataAbortException.
 */
void arm_cpu_raise_sea(CPUState *cs);

#endif
