/*
 * Gives the Arm virt machine the device by which its guest injects errors
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/acpi/einj.h"
#include "hw/arm/virt-einj.h"
#include "hw/arm/virt-ras.h"

static bool get_einj(Object *obj, Error **errp)
{
    return VIRT_MACHINE(obj)->einj;
}

static void set_einj(Object *obj, bool value, Error **errp)
{
    VIRT_MACHINE(obj)->einj = value;
}

void virt_einj_add_properties(ObjectClass *oc)
{
    object_class_property_add_bool(oc, "einj", get_einj, set_einj);
    object_class_property_set_description(oc, "einj",
                                          "Set on/off to enable/disable "
                                          "injection of errors by the guest; "
                                          "needs ras=on");
}

void virt_einj_create(VirtMachineState *vms, Error **errp)
{
    if (!vms->einj) {
        return;
    }
    if (!virt_ras_enabled(vms)) {
        error_setg(errp, "einj=on needs ras=on, a 64-bit CPU, ACPI, UEFI "
                   "firmware, and a machine type of QEMU 4.2 or later");
        return;
    }
    acpi_einj_create(vms->bus, vms->memmap[VIRT_EINJ].base, errp);
}

void virt_einj_build_table(VirtMachineState *vms, AcpiBuildTables *tables,
                           GArray *table_offsets)
{
    AcpiEinjState *einj = acpi_einj_find();

    if (einj) {
        acpi_add_table(table_offsets, tables->table_data);
        acpi_einj_build(einj, tables->table_data, tables->linker,
                        vms->oem_id, vms->oem_table_id);
    }
}

void virt_einj_setup(VirtMachineState *vms)
{
    AcpiEinjState *einj = acpi_einj_find();

    if (einj) {
        acpi_einj_add_fw_cfg(einj, vms->fw_cfg);
    }
}
