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

bool virt_erst_setup(Error **errp)
{
    bool ambiguous = false;
    Object *erst = object_resolve_path_type("", TYPE_ACPI_ERST, &ambiguous);

    if (ambiguous) {
        error_setg(errp, "a virt machine has one acpi-erst device at most");
        return false;
    }
    return !erst || erst_map_fixed(erst, get_system_memory(), ERST_BASE,
                                   ERST_SIZE, errp);
}
