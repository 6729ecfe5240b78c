/*
 * What an error record says of the CPU that an error is of
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TARGET_ARM_RAS_CPU_H
#define TARGET_ARM_RAS_CPU_H

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
 * Called with the BQL held, which it gives up while it waits for a vCPU.
 * Source: Arm ARM, MPIDR_EL1 and MIDR_EL1; PSCI 1.1, 5.7 AFFINITY_INFO.
 */
ArmCpuIdentity arm_cpu_identify(CPUState *cs);

#endif
