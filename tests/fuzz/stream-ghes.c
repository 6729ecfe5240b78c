/*
 * The section of the GHES device, for fuzz targets
 *
 * To be built without sanitizer, so that the linker can leave out all else of
 * the device.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/acpi/ghes-device.c"
#include "stream.h"

const VMStateDescription *const stream_ghes_vmsd = &vmstate_ghes;

VMChangeStateEntry *qemu_add_vm_change_state_handler(VMChangeStateHandler *cb,
                                                     void *opaque)
{
    g_assert_not_reached();
}
