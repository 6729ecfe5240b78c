/*
 * Memory of the Arm virt machine that is lost on purpose
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ARM_VIRT_POISON_H
#define HW_ARM_VIRT_POISON_H

#include "hw/arm/virt.h"

/**
 * virt_poison_setup: say how the machine's memory is lost
 * @vms: the machine, its error sources set up if it has any
 */
void virt_poison_setup(VirtMachineState *vms);

#endif
