/*
 * The boot error region of the Arm virt machine
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ARM_VIRT_BERT_H
#define HW_ARM_VIRT_BERT_H

#include "hw/acpi/aml-build.h"
#include "hw/arm/virt.h"

/* virt_bert_add_property: give the machine's class the property "bert" */
void virt_bert_add_property(ObjectClass *oc);

/**
 * virt_bert_check: whether what the user wants can be
 * @vms: the machine, its properties set
 * @errp: set if bert=on stands without ras=on
 */
bool virt_bert_check(const VirtMachineState *vms, Error **errp);

/**
 * virt_bert_enabled: whether the machine has a boot error region
 * @vms: the machine, its GED made
 *
 * That takes bert=on and error sources.
 */
bool virt_bert_enabled(const VirtMachineState *vms);

/**
 * virt_bert_build: add the BERT to the ACPI tables
 * @vms: the machine
 * @tables: the tables under construction
 */
void virt_bert_build(VirtMachineState *vms, AcpiBuildTables *tables);

/**
 * virt_bert_setup: keep errors for the next boot from here on
 * @vms: the machine, its error sources started and its BERT, if any, built
 */
void virt_bert_setup(VirtMachineState *vms);

#endif
