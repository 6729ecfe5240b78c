/*
 * Regions of I/O in guest RAM that fail each access
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SYSTEM_HWPOISON_REGION_H
#define SYSTEM_HWPOISON_REGION_H

#include "exec/memory.h"
#include "system/hwpoison.h"

/*
 * hwpoison_region_ops: poison memory of an emulated guest
 *
 * QEMU fails each access: a vCPU takes an external abort, a device has an
 * error.  An unplugged DIMM takes its poisoned pages along.
 */
extern const HwpoisonOps hwpoison_region_ops;

/**
 * hwpoison_region_locate: which RAM a region of this kind is in
 * @mr: any memory region
 * @in_region: an offset in it
 * @block: where to put the RAM
 * @offset: where to put the offset in @block
 *
 * Returns: false if @mr is not of this kind.
 */
bool hwpoison_region_locate(const MemoryRegion *mr, hwaddr in_region,
                            RAMBlock **block, ram_addr_t *offset);

#endif
