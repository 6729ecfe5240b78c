/*
 * What the sections of the migration stream refer to, where none is migrated
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "migration/vmstate.h"

const VMStateInfo vmstate_info_bool, vmstate_info_buffer, vmstate_info_int64;
const VMStateInfo vmstate_info_qtailq, vmstate_info_uint8, vmstate_info_uint32;
const VMStateInfo vmstate_info_uint64;
