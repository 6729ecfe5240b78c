/*
 * Test cases with KVM
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_KVM_CASES_H
#define RAS_GUEST_KVM_CASES_H

#include "kvm.h"

/* si_code of a SIGBUS */
enum { ACTION_REQUIRED = 4, ACTION_OPTIONAL = 5 };

/* Gets a VM that has booted, or with @start.paused one that has not. */
typedef bool KvmCaseRun(KvmVm *vm, GError **error);

typedef struct KvmCase {
    const char *name;
    KvmCaseRun *run;
    const char *summary;
    KvmStart start;
    bool ends;              /* it leaves no VM that others could use */
} KvmCase;

/* Ends with a NULL name; in an order that lets cases share a VM. */
extern const KvmCase kvm_cases[];

/* kvm-cases-chain.c */
KvmCaseRun kvm_case_two_levels;

/* kvm-cases-moment.c */
KvmCaseRun kvm_case_before_firmware;
KvmCaseRun kvm_case_firmware_itself;
KvmCaseRun kvm_case_paused;
KvmCaseRun kvm_case_both;
KvmCaseRun kvm_case_migration;
KvmCaseRun kvm_case_reboot;
KvmCaseRun kvm_case_replaced;
KvmCaseRun kvm_case_reset;
KvmCaseRun kvm_case_own_memory;

/* kvm-cases-record.c */
KvmCaseRun kvm_case_processor;

#endif
