/*
 * Hardware errors under KVM
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TARGET_ARM_KVM_RAS_H
#define TARGET_ARM_KVM_RAS_H

#include "hw/core/cpu.h"

struct kvm_run;

/**
 * kvm_arm_ras_init: have the host's kernel leave aborts of vCPUs to QEMU
 *
 * Called for a machine with error sources, with KVM initialized and before a
 * vCPU runs.  Does nothing where the kernel can't do so.
 */
void kvm_arm_ras_init(void);

/**
 * kvm_arm_handle_sea: take an exit KVM_EXIT_ARM_SEA
 * @cs: the vCPU, in its thread after KVM_RUN has returned
 * @run: what the kernel says of it
 *
 * An abort for an error in hardware that the host's kernel made nothing of is
 * QEMU's to handle.  Called without the BQL.
 * Source: Linux, Documentation/virt/kvm/api.rst, KVM_EXIT_ARM_SEA.
 */
void kvm_arm_handle_sea(CPUState *cs, const struct kvm_run *run);

/* kvm_arm_vcpus_idle: arm_vcpus_idle() under KVM */
bool kvm_arm_vcpus_idle(void);

#endif
