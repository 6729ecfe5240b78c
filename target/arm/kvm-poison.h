/*
 * Memory of a KVM guest that is lost on purpose
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TARGET_ARM_KVM_POISON_H
#define TARGET_ARM_KVM_POISON_H

/**
 * kvm_arm_poison_page: lose a page of the host
 * @host: its address in QEMU
 * @errp: says what the host makes of it
 *
 * For the guest it is as if hardware had failed: who touches the page runs
 * into the error.  QEMU counts the page as lost: it doesn't migrate, and is
 * replaced at a reset.  A page of hugetlbfs is lost as a whole.  Called with
 * the BQL held, from any thread, with KVM in use.
 * Source: madvise(2), MADV_HWPOISON.
 */
bool kvm_arm_poison_page(void *host, Error **errp);

#endif
