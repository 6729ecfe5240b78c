/*
 * Says how the Arm virt machine loses memory on purpose
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/acpi/ghes.h"
#include "hw/acpi/ghes-poison-map.h"
#include "hw/arm/virt-poison.h"
#include "system/kvm.h"
#include "system/qtest.h"
#include "system/tcg.h"
#include "target/arm/kvm-poison.h"

/* No vCPU waits for a device */
static void device_touched(void *opaque, uint64_t address)
{
    GhesError error;

    ghes_memory_error_init(&error, CPER_SEVERITY_RECOVERABLE, address,
                           GHES_PAGE_SIZE);
    ghes_report(opaque, &error, NULL);
}

/* A report that waits would cost the guest a page that is in order */
static void page_replaced(void *opaque, uint64_t address)
{
    ghes_forget_range(opaque, address, GHES_PAGE_SIZE);
}

void virt_poison_setup(VirtMachineState *vms)
{
    AcpiGhesState *ags = acpi_ghes_get_state();

    if (!ags) {
        return;
    }
    if (kvm_enabled()) {
        ags->poison.ops = &kvm_arm_poison_ops;
    } else if (tcg_enabled() || qtest_enabled()) {
        ags->poison.ops = &ghes_poison_map_ops;
        ags->poison.opaque = ghes_poison_map_new(device_touched,
                                                 page_replaced, ags);
    }
}
