/*
 * Memory of a KVM guest that is lost on purpose
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TARGET_ARM_KVM_POISON_H
#define TARGET_ARM_KVM_POISON_H

#include "hw/acpi/ghes-poison.h"

/*
 * kvm_arm_poison_ops: lose pages of the host
 *
 * For the guest it is as if hardware had failed: who touches a page runs into
 * the error.  QEMU counts the page as lost: it doesn't migrate, and is
 * replaced at a reset.  A page of hugetlbfs is lost as a whole.  The functions
 * have no argument of their own, and KVM has to be in use.
 * Source: madvise(2), MADV_HWPOISON.
 */
extern const GhesPoisonOps kvm_arm_poison_ops;

#endif
