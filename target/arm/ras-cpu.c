/*
 * Tells what an error record says of the CPU that an error is of
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "cpu.h"
#include "cpregs.h"
#include "system/hw_accel.h"
#include "ras-cpu.h"

/* Arm ARM, MPIDR_EL1: bit 31 is 1; bit 30 is U, a uniprocessor system */
#define MPIDR_RES1         BIT_ULL(31)
#define MPIDR_UNIPROCESSOR BIT_ULL(30)

/* A vCPU of KVM has the MIDR of the host, which is in its list of registers */
static uint64_t midr_el1(const ARMCPU *cpu)
{
    const uint32_t id = ENCODE_AA64_CP_REG(CP_REG_ARM64_SYSREG_CP, 0, 0, 3, 0,
                                           0);

    for (int i = 0; i < cpu->cpreg_array_len; i++) {
        if (kvm_to_cpreg_id(cpu->cpreg_indexes[i]) == id) {
            return cpu->cpreg_values[i];
        }
    }
    return cpu->midr;
}

ArmCpuIdentity arm_cpu_identify(CPUState *cs)
{
    ARMCPU *cpu = ARM_CPU(cs);

    cpu_synchronize_state(cs);
    return (ArmCpuIdentity) {
        .mpidr_el1 = cpu->mp_affinity | MPIDR_RES1 |
                     (cpu->mp_is_up ? MPIDR_UNIPROCESSOR : 0),
        .midr_el1 = midr_el1(cpu),
        .running = cpu->power_state == PSCI_ON,
        .psci_state = cpu->power_state,
    };
}
