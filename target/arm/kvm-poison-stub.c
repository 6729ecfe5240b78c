/*
 * Stands in for pages that a KVM guest runs into where there is no KVM
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "kvm-poison.h"

bool kvm_arm_poison_page(void *host, Error **errp)
{
    g_assert_not_reached();
}
