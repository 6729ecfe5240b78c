/*
 * Stands in for pages that a KVM guest runs into where there is no KVM
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "kvm-poison.h"

const GhesPoisonOps kvm_arm_poison_ops;
