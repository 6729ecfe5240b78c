/*
 * Gives the Arm virt machine the device by which its guest injects errors
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/acpi/einj-device.h"
#include "hw/arm/virt-einj.h"
#include "hw/arm/virt-ras.h"

#define EINJ_CHILD "einj-device"

static AcpiEinjState *find_device(const VirtMachineState *vms)
{
    Object *child = object_resolve_path_component(OBJECT(vms), EINJ_CHILD);

    return child ? ACPI_EINJ(child) : NULL;
}

void virt_einj_create(VirtMachineState *vms, Error **errp)
{
    DeviceState *dev;

    if (!vms->einj) {
        return;
    }
    if (!virt_ras_enabled(vms)) {
        error_setg(errp, "einj=on takes ras=on, a 64-bit CPU, ACPI, UEFI "
                   "firmware, and a machine type of QEMU 4.2 or later");
        return;
    }
    dev = qdev_new(TYPE_ACPI_EINJ);
    object_property_add_child(OBJECT(vms), EINJ_CHILD, OBJECT(dev));
    ACPI_EINJ(dev)->operation.machine.pci_bus = vms->bus;
    if (sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), errp)) {
        sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, vms->memmap[VIRT_EINJ].base);
    }
}

bool virt_einj_enabled(const VirtMachineState *vms)
{
    return find_device(vms);
}

void virt_einj_build(VirtMachineState *vms, AcpiBuildTables *tables)
{
    build_einj(tables->table_data, find_device(vms)->blob, tables->linker,
               vms->memmap[VIRT_EINJ].base, vms->oem_id, vms->oem_table_id);
}

void virt_einj_setup(VirtMachineState *vms)
{
    AcpiEinjState *einj = find_device(vms);

    if (einj) {
        acpi_einj_add_fw_cfg(einj, vms->fw_cfg);
    }
}
