/*
 * Hardware error sources of the Arm virt machine
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ARM_VIRT_RAS_H
#define HW_ARM_VIRT_RAS_H

#include "hw/acpi/aml-build.h"
#include "hw/arm/virt.h"

/* virt_ras_add_properties: give the machine's class the property "bert" */
void virt_ras_add_properties(ObjectClass *oc);

/**
 * virt_ras_enabled: whether the machine has error sources
 * @vms: the machine, its GED made
 *
 * That needs ras=on, and the Generic Event Device to notify the guest.
 */
bool virt_ras_enabled(const VirtMachineState *vms);

/**
 * virt_ras_create: make the devices if the machine has error sources
 * @vms: the machine, its GED made
 * @errp: set if bert=on stands without ras=on
 */
void virt_ras_create(VirtMachineState *vms, Error **errp);

/**
 * virt_ras_build_tables: add HEST and BERT to the ACPI tables
 * @vms: the machine
 * @tables: the tables under construction
 * @table_offsets: where each table's offset is kept
 */
void virt_ras_build_tables(VirtMachineState *vms, AcpiBuildTables *tables,
                           GArray *table_offsets);

/**
 * virt_ras_setup: start the error sources, or warn that there can't be any
 * @vms: the machine, with ras=on
 * @hardware_errors: the blob that virt_ras_build_tables() made; must stay
 */
void virt_ras_setup(VirtMachineState *vms, GArray *hardware_errors);

#endif
