/*
 * Lets a CPU take a synchronous external abort for a hardware error
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "cpu.h"
#include "internals.h"
#include "ras-sea.h"

/* Arm ARM, ESR_EL1 for a Data Abort: DFSC, synchronous external abort */
#define DFSC_SYNCHRONOUS_EXTERNAL_ABORT 0x10

/* Arm ARM, DFSR of AArch32: FAR not Valid, in both formats */
#define DFSR_FNV (1 << 16)

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
