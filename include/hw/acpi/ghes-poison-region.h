/*
 * A part of guest RAM that fails each access
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_POISON_REGION_H
#define HW_ACPI_GHES_POISON_REGION_H

#include "exec/memory.h"
#include "hw/acpi/ghes-poison.h"
#include "qom/object.h"

/**
 * GhesPoisonAccess: what isn't a vCPU has touched a page
 * @opaque: what was given to ghes_poison_region_new()
 * @address: guest-physical address of the page
 *
 * Called in any thread, with or without the BQL, and often.
 */
typedef void GhesPoisonAccess(void *opaque, uint64_t address);

/**
 * GhesPoisonRegion: a part of a memory region of RAM that fails
 * @mr: lies in @ram, and so goes where that goes
 * @ram: the memory region of the RAM
 * @offset: where in @ram it is
 * @range: where the guest has it
 * @access: who is told of accesses
 * @opaque: argument of @access
 * @next: the next of its list
 *
 * An object, as the address space may be in use by others for a moment after
 * the region is deleted.
 */
typedef struct GhesPoisonRegion {
    Object parent_obj;
    MemoryRegion mr;
    MemoryRegion *ram;
    hwaddr offset;
    GhesRange range;
    GhesPoisonAccess *access;
    void *opaque;
    QTAILQ_ENTRY(GhesPoisonRegion) next;
} GhesPoisonRegion;

/**
 * ghes_poison_region_new: let a part of RAM fail
 * @ram: the memory region of the RAM
 * @offset: where in it, a multiple of GHES_PAGE_SIZE
 * @range: where the guest has it, and how long it is
 * @access: who is told of accesses
 * @opaque: argument of @access
 *
 * A vCPU's access ends in an external abort, a device's in an error of the
 * device.  What was in the RAM isn't seen any more, and isn't changed.  Called
 * with the BQL held.
 */
GhesPoisonRegion *ghes_poison_region_new(MemoryRegion *ram, hwaddr offset,
                                         const GhesRange *range,
                                         GhesPoisonAccess *access,
                                         void *opaque);

/* ghes_poison_region_delete: let it be RAM again, with what was in it */
void ghes_poison_region_delete(GhesPoisonRegion *region);

#endif
