/*
 * Gives the Arm virt machine a boot error region
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/acpi/bert.h"
#include "hw/acpi/bert-region.h"
#include "hw/acpi/ghes-boot.h"
#include "hw/arm/virt-bert.h"
#include "hw/arm/virt-ras.h"

static bool get_bert(Object *obj, Error **errp)
{
    return VIRT_MACHINE(obj)->bert;
}

static void set_bert(Object *obj, bool value, Error **errp)
{
    VIRT_MACHINE(obj)->bert = value;
}

void virt_bert_add_property(ObjectClass *oc)
{
    object_class_property_add_bool(oc, "bert", get_bert, set_bert);
    object_class_property_set_description(oc, "bert",
                                          "Set on/off to enable/disable telling "
                                          "a guest of errors that its previous "
                                          "boot died of; takes ras=on");
}

bool virt_bert_check(const VirtMachineState *vms, Error **errp)
{
    if (vms->bert && !vms->ras) {
        error_setg(errp, "bert=on takes ras=on: without error sources there "
                   "are no errors to keep for the next boot");
        return false;
    }
    return true;
}

bool virt_bert_enabled(const VirtMachineState *vms)
{
    return vms->bert && virt_ras_enabled(vms);
}

/* Tables are built anew for each boot, their region is one and the same */
void virt_bert_build(VirtMachineState *vms, AcpiBuildTables *tables)
{
    if (!vms->boot_errors) {
        vms->boot_errors = g_array_sized_new(false, true, 1, BERT_REGION_SIZE);
        g_array_set_size(vms->boot_errors, BERT_REGION_SIZE);
    }
    build_bert(tables->table_data, vms->boot_errors, tables->linker,
               vms->oem_id, vms->oem_table_id);
}

void virt_bert_setup(VirtMachineState *vms)
{
    if (virt_bert_enabled(vms)) {
        ghes_boot_init(acpi_ghes_get_state(), vms->fw_cfg, vms->boot_errors);
    }
}
