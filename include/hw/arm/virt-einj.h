/*
 * Error injection by the guest of the Arm virt machine
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ARM_VIRT_EINJ_H
#define HW_ARM_VIRT_EINJ_H

#include "hw/acpi/aml-build.h"
#include "hw/arm/virt.h"

/* virt_einj_add_properties: give the machine's class the property "einj" */
void virt_einj_add_properties(ObjectClass *oc);

/**
 * virt_einj_create: make the device if the machine has einj=on
 * @vms: the machine, its GED made
 * @errp: set if something it needs is missing
 */
void virt_einj_create(VirtMachineState *vms, Error **errp);

/**
 * virt_einj_build_table: add the EINJ to the ACPI tables, if there is a device
 * @vms: the machine
 * @tables: the tables under construction
 * @table_offsets: where each table's offset is kept
 */
void virt_einj_build_table(VirtMachineState *vms, AcpiBuildTables *tables,
                           GArray *table_offsets);

/* virt_einj_setup: give firmware what goes with the table, if there is one */
void virt_einj_setup(VirtMachineState *vms);

#endif
