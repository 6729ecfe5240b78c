/*
 * How many of KVM's vCPUs have something to do
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TARGET_ARM_KVM_BUSY_H
#define TARGET_ARM_KVM_BUSY_H

/**
 * kvm_arm_busy_vcpus: how many vCPUs don't wait for an interrupt
 *
 * 0 at the second look at the earliest, GHES_GUEST_BUSY_UNKNOWN where the
 * host's kernel doesn't tell.  Called with the BQL held.
 */
int kvm_arm_busy_vcpus(void);

#endif
