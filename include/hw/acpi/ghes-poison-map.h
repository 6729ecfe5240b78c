/*
 * Which memory of an emulated guest is lost
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_POISON_MAP_H
#define HW_ACPI_GHES_POISON_MAP_H

#include "hw/acpi/ghes-poison.h"

/**
 * GhesPoisonTouched: a device has touched a lost page
 * @opaque: what was given to ghes_poison_map_new()
 * @address: guest-physical address of the page
 *
 * Called once for a page, with the BQL held.
 */
typedef void GhesPoisonTouched(void *opaque, uint64_t address);

/**
 * GhesPoisonReplaced: a page that the guest was told of is good again
 * @opaque: what was given to ghes_poison_map_new()
 * @address: guest-physical address of the page
 *
 * Called with the BQL held; in a reset after all that was registered before the
 * guest was told of a page for the first time.
 */
typedef void GhesPoisonReplaced(void *opaque, uint64_t address);

/* GhesPoisonMap: what a machine has lost */
typedef struct GhesPoisonMap GhesPoisonMap;

/*
 * The most ranges with good memory between them: each makes two sections of an
 * address space, which can have 4096.
 */
#define GHES_POISON_RANGES_MAX 1024

/*
 * ghes_poison_map_ops: lose memory of an emulated guest
 *
 * QEMU lets accesses fail, see ghes_poison_region_new().  Memory that is
 * replaced, which a reset does as well, reads as zero.  What is lost migrates.
 * A DIMM that is unplugged takes it along.  The argument of the functions is a
 * GhesPoisonMap.
 */
extern const GhesPoisonOps ghes_poison_map_ops;

/**
 * ghes_poison_map_new: start with nothing lost
 * @touched: who is told of accesses by devices
 * @replaced: who is told of pages that are good again
 * @opaque: their argument
 *
 * Called once for a machine, before what resets RAM is registered, and lives as
 * long as the machine.
 */
GhesPoisonMap *ghes_poison_map_new(GhesPoisonTouched *touched,
                                   GhesPoisonReplaced *replaced, void *opaque);

/* ghes_poison_map_count: how many ranges are lost, neighbours being one */
unsigned ghes_poison_map_count(const GhesPoisonMap *map);

/* ghes_poison_map_list: which, by address; @ranges has room for all of them */
void ghes_poison_map_list(const GhesPoisonMap *map, GhesRange *ranges);

/* ghes_poison_map_clear: replace all that is lost */
void ghes_poison_map_clear(GhesPoisonMap *map);

#endif
