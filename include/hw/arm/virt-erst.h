/*
 * The acpi-erst device of the Arm virt machine
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ARM_VIRT_ERST_H
#define HW_ARM_VIRT_ERST_H

/**
 * virt_erst_setup: give the acpi-erst device, if any, its place in memory
 * @errp: set if there are several, or records are too large for the place
 *
 * Called once the machine has all devices that it starts with, before its ACPI
 * tables are built.  None can come later, as an acpi-erst device can't be
 * hotplugged.
 *
 * Returns: true, also where there is no such device; false with @errp set.
 */
bool virt_erst_setup(Error **errp);

#endif
