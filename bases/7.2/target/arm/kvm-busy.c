/*
 * Tells how many vCPUs of KVM have something to do
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/acpi/ghes-guest.h"
#include "kvm-busy.h"

/* QEMU 7.2 doesn't keep its vCPUs' statistics open */
int kvm_arm_busy_vcpus(void)
{
    return GHES_GUEST_BUSY_UNKNOWN;
}
