/*
 * Says how the Arm virt machine loses memory on purpose
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/acpi/ghes.h"
#include "hw/arm/virt-poison.h"
#include "system/kvm.h"
#include "target/arm/kvm-poison.h"

void virt_poison_setup(VirtMachineState *vms)
{
    AcpiGhesState *ags = acpi_ghes_get_state();

    if (ags && kvm_enabled()) {
        ags->poison.ops = &kvm_arm_poison_ops;
    }
}
