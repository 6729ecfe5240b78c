/*
 * Routes the synchronous external aborts of emulated CPUs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "external-abort.h"

int arm_external_abort_target_el(CPUARMState *env, const ARMMMUFaultInfo *fi,
                                 int target_el)
{
    if (fi->type != ARMFault_SyncExternal &&
        fi->type != ARMFault_SyncExternalOnWalk) {
        return target_el;
    }
    /* EL3 is asked first, and is for all */
    if (arm_feature(env, ARM_FEATURE_EL3) && arm_el_is_aa64(env, 3) &&
        (env->cp15.scr_el3 & SCR_EA)) {
        return 3;
    }
    /* EL2 is for what is below it */
    if (arm_current_el(env) < 2 && (arm_hcr_el2_eff(env) & HCR_TEA)) {
        return 2;
    }
    return target_el;
}
