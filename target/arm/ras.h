/*
 * What hardware errors have to do with an Arm CPU, on any accelerator
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TARGET_ARM_RAS_H
#define TARGET_ARM_RAS_H

#include "hw/core/cpu.h"

/**
 * ArmCpuIdentity: the CPU as guest and firmware know it
 * @mpidr_el1: MPIDR_EL1, which has no virtual value that EL2 may have set
 * @midr_el1: MIDR_EL1, likewise
 * @running: PSCI has it on, be it that it waits for an interrupt
 * @psci_state: as PSCI's AFFINITY_INFO gives it: 0 on, 1 off, 2 about to be on
 */
typedef struct ArmCpuIdentity {
    uint64_t mpidr_el1;
    uint64_t midr_el1;
    bool running;
    uint32_t psci_state;
} ArmCpuIdentity;

/**
 * arm_cpu_identify: find out which CPU it is, and whether it runs
 * @cs: a CPU of target Arm that is realized
 *
 * Called with the BQL held; releases it while it waits for a vCPU.
 * Source: Arm ARM, MPIDR_EL1 and MIDR_EL1; PSCI 1.1, 5.7 AFFINITY_INFO.
 */
ArmCpuIdentity arm_cpu_identify(CPUState *cs);

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

/**
 * arm_vcpus_idle: whether no vCPU has anything to do
 *
 * Under KVM that takes two looks, 50 us to 5 ms apart, in each of which no vCPU
 * had anything to do; a vCPU of which nothing is known is busy, as is one that
 * the guest has switched off.  Called with the BQL held.
 */
bool arm_vcpus_idle(void);

#endif
