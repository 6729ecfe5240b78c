/*
 * Error injection by the guest of the Arm virt machine
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ARM_VIRT_EINJ_H
#define HW_ARM_VIRT_EINJ_H

#include "hw/acpi/aml-build.h"
#include "hw/arm/virt.h"

/**
 * virt_einj_create: make the device if the machine has einj=on
 * @vms: the machine, its GED made
 * @errp: set if something it needs is missing
 */
void virt_einj_create(VirtMachineState *vms, Error **errp);

/* virt_einj_enabled: whether @vms, fully made, has the device */
bool virt_einj_enabled(const VirtMachineState *vms);

/**
 * virt_einj_build: add the EINJ to the ACPI tables
 * @vms: the machine, which has the device
 * @tables: the tables under construction
 */
void virt_einj_build(VirtMachineState *vms, AcpiBuildTables *tables);

/* virt_einj_setup: give firmware what virt_einj_build() made, if it has */
void virt_einj_setup(VirtMachineState *vms);

#endif
