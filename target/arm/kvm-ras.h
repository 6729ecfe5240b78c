/*
 * Hardware errors of KVM vCPUs
 *
 * Those with a vCPU are called in its thread, after KVM_RUN has returned.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TARGET_ARM_KVM_RAS_H
#define TARGET_ARM_KVM_RAS_H

#include "exec/hwaddr.h"
#include "hw/core/cpu.h"

struct kvm_run;

/**
 * kvm_arm_abort_page: what a vCPU does that ran into a lost page of the guest
 * @cs: the vCPU
 * @gpa: guest-physical address of the page, a multiple of GHES_PAGE_SIZE
 * @host: where QEMU has it; it isn't touched
 *
 * The vCPU takes a synchronous external abort, with a record of this one page
 * if the machine has error sources.  While another vCPU's record is unread it
 * takes none: it will run into the page again.  Called with the BQL held.
 */
void kvm_arm_abort_page(CPUState *cs, hwaddr gpa, void *host);

/**
 * kvm_arm_abort_plain: what a vCPU does that ran into nobody knows what
 * @cs: the vCPU
 *
 * The vCPU takes a synchronous external abort without a record, but not while
 * it would read another vCPU's.  Called with the BQL held.
 */
void kvm_arm_abort_plain(CPUState *cs);

/**
 * kvm_arm_forget_lost: the guest has good memory in the place of lost memory
 * @gpa: guest-physical address of a page of the host
 * @length: its bytes
 *
 * A report of it that waits is dropped, and if it is lost again, the guest is
 * told again.  Called with the BQL held.
 */
void kvm_arm_forget_lost(hwaddr gpa, uint64_t length);

/**
 * kvm_arm_handle_sea: take an exit KVM_EXIT_ARM_SEA
 * @cs: the vCPU
 * @run: what the kernel says of it
 *
 * An abort for an error in hardware that the host's kernel made nothing of is
 * QEMU's to handle.  Called without the BQL.
 * Source: Linux, Documentation/virt/kvm/api.rst, KVM_EXIT_ARM_SEA.
 */
void kvm_arm_handle_sea(CPUState *cs, const struct kvm_run *run);

#endif
