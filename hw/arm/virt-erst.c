/*
 * Gives an acpi-erst device its place in the Arm virt machine
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/acpi/erst.h"
#include "hw/arm/virt-erst.h"

/*
 * Guest ABI.  In virt's memory map this is between the machine's own devices
 * and virtio-mmio, behind what later releases of QEMU have added to the former.
 */
#define ERST_BASE 0x09400000
#define ERST_SIZE 0x00400000

bool virt_is_erst(DeviceState *dev)
{
    return object_dynamic_cast(OBJECT(dev), TYPE_ACPI_ERST);
}

bool virt_erst_pre_plug(DeviceState *dev, Error **errp)
{
    if (virt_is_erst(dev) && !find_erst_dev()) {
        error_setg(errp, "a virt machine has one acpi-erst device at most");
        return false;
    }
    return true;
}

bool virt_erst_plug(DeviceState *dev, Error **errp)
{
    return !virt_is_erst(dev) ||
           erst_map_fixed(OBJECT(dev), get_system_memory(), ERST_BASE,
                          ERST_SIZE, errp);
}
