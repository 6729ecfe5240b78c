/*
 * What hardware errors have to do with an Arm CPU, on any accelerator
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "cpu.h"
#include "cpregs.h"
#include "internals.h"
#include "kvm-ras.h"
#include "ras.h"
#include "system/cpus.h"
#include "system/hw_accel.h"
#include "system/kvm.h"

/* Arm ARM, MPIDR_EL1: bit 31 is 1; bit 30 is U, a uniprocessor system */
#define MPIDR_RES1         BIT_ULL(31)
#define MPIDR_UNIPROCESSOR BIT_ULL(30)

/* Arm ARM, ESR_EL1 for a Data Abort: DFSC, synchronous external abort */
#define DFSC_SYNCHRONOUS_EXTERNAL_ABORT 0x10

/* Arm ARM, DFSR of AArch32: FAR not Valid, in both formats */
#define DFSR_FNV (1 << 16)

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

static uint32_t aarch32_dfsr(CPUARMState *env)
{
    ARMMMUFaultInfo fi = { .type = ARMFault_SyncExternal };
    bool long_format = extended_addresses_enabled(env);

    return DFSR_FNV | (long_format ? arm_fi_to_lfsc(&fi) : arm_fi_to_sfsc(&fi));
}

/* What an exception to AArch64 leaves as it was, but arm_cpu_do_interrupt() */
static void keep_pstate(CPUARMState *env, int target_el)
{
    uint64_t spsr = env->banked_spsr[aarch64_banked_spsr_index(target_el)];

    pstate_write(env, pstate_read(env) | (spsr & (PSTATE_NZCV | PSTATE_DIT)));
}

void arm_cpu_raise_sea(CPUState *cs)
{
    CPUARMState *env = cpu_env(cs);
    const int target_el = 1;
    bool same_el = arm_current_el(env) == target_el;

    cs->exception_index = EXCP_DATA_ABORT;
    env->exception.target_el = target_el;
    env->exception.vaddress = 0;
    env->exception.fsr = aarch32_dfsr(env);
    env->exception.syndrome =
        syn_data_abort_no_iss(same_el, 1, 0, 0, 0, 0,
                              DFSC_SYNCHRONOUS_EXTERNAL_ABORT);
    arm_cpu_do_interrupt(cs);
    if (is_a64(env)) {
        keep_pstate(env, target_el);
    }
}

bool arm_vcpus_idle(void)
{
    CPUState *cs;

    if (kvm_enabled()) {
        return kvm_arm_vcpus_idle();
    }
    CPU_FOREACH(cs) {
        if (!cpu_thread_is_idle(cs)) {
            return false;
        }
    }
    return true;
}
