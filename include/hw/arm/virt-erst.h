/*
 * The acpi-erst device of the Arm virt machine
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ARM_VIRT_ERST_H
#define HW_ARM_VIRT_ERST_H

#include "hw/qdev-core.h"

/* virt_is_erst: whether @dev is an acpi-erst device */
bool virt_is_erst(DeviceState *dev);

/**
 * virt_erst_pre_plug: whether a device can be added
 * @dev: any device, not realized
 * @errp: set if it is a second acpi-erst device
 */
bool virt_erst_pre_plug(DeviceState *dev, Error **errp);

/**
 * virt_erst_plug: give an acpi-erst device its place in the memory map
 * @dev: any device, realized; others are left alone
 * @errp: set if its records are too large for that
 */
bool virt_erst_plug(DeviceState *dev, Error **errp);

#endif
