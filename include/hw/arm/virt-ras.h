/*
 * Hardware error sources of the Arm virt machine
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ARM_VIRT_RAS_H
#define HW_ARM_VIRT_RAS_H

#include "hw/acpi/aml-build.h"
#include "hw/arm/virt.h"

/**
 * virt_ras_enabled: whether the machine has error sources
 * @vms: the machine, its GED made
 *
 * That takes ras=on, and the Generic Event Device to notify the guest.
 */
bool virt_ras_enabled(const VirtMachineState *vms);

/**
 * virt_ras_dsdt_add: describe the device that the guest is notified on
 * @scope: \_SB
 */
void virt_ras_dsdt_add(Aml *scope);

/**
 * virt_ras_build_hest: add the machine's error sources to the ACPI tables
 * @vms: the machine
 * @tables: the tables under construction
 */
void virt_ras_build_hest(VirtMachineState *vms, AcpiBuildTables *tables);

/**
 * virt_ras_setup: start the error sources, or warn that there can't be any
 * @vms: the machine, with ras=on
 * @hardware_errors: the blob that virt_ras_build_hest() made; must stay
 */
void virt_ras_setup(VirtMachineState *vms, GArray *hardware_errors);

#endif
