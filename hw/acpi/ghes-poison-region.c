/*
 * Lets a part of guest RAM fail each access
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/acpi/ghes-poison-region.h"
#include "hw/acpi/ghes-queue.h"
#include "monitor/monitor.h"

#define TYPE_GHES_POISON_REGION "ghes-poison-region"
DECLARE_INSTANCE_CHECKER(GhesPoisonRegion, GHES_POISON_REGION,
                         TYPE_GHES_POISON_REGION)

/*
 * CPUs say of their accesses what they are like, and so does a debugger that
 * acts for one; devices don't, nor does the monitor.  What a CPU has touched is
 * dealt with where it takes its abort.
 */
static bool region_accepts(void *opaque, hwaddr addr, unsigned size,
                           bool is_write, MemTxAttrs attrs)
{
    GhesPoisonRegion *r = opaque;

    if (!attrs.unspecified) {
        return true;
    }
    if (!monitor_cur()) {
        r->access(r->opaque, QEMU_ALIGN_DOWN(r->range.address + addr,
                                             GHES_PAGE_SIZE));
    }
    return false;
}

static MemTxResult region_read(void *opaque, hwaddr addr, uint64_t *data,
                               unsigned size, MemTxAttrs attrs)
{
    *data = 0;
    return MEMTX_ERROR;
}

static MemTxResult region_write(void *opaque, hwaddr addr, uint64_t data,
                                unsigned size, MemTxAttrs attrs)
{
    return MEMTX_ERROR;
}

static const MemoryRegionOps region_ops = {
    .read_with_attrs = region_read,
    .write_with_attrs = region_write,
    .impl = {
        .min_access_size = 1,
        .max_access_size = 8,
        .unaligned = true,
    },
    .valid = {
        .accepts = region_accepts,
        .min_access_size = 1,
        .max_access_size = 8,
        .unaligned = true,
    },
    .endianness = DEVICE_LITTLE_ENDIAN,
};

GhesPoisonRegion *ghes_poison_region_new(MemoryRegion *ram, hwaddr offset,
                                         const GhesRange *range,
                                         GhesPoisonAccess *access,
                                         void *opaque)
{
    GhesPoisonRegion *r = GHES_POISON_REGION(object_new(
                                                 TYPE_GHES_POISON_REGION));

    memory_region_ref(ram);
    r->ram = ram;
    r->offset = offset;
    r->range = *range;
    r->access = access;
    r->opaque = opaque;
    memory_region_init_io(&r->mr, OBJECT(r), &region_ops, r, "lost-memory",
                          range->length);
    memory_region_add_subregion(ram, offset, &r->mr);
    return r;
}

void ghes_poison_region_delete(GhesPoisonRegion *region)
{
    memory_region_del_subregion(region->ram, &region->mr);
    object_unref(OBJECT(region));
}

static void region_finalize(Object *obj)
{
    memory_region_unref(GHES_POISON_REGION(obj)->ram);
}

static const TypeInfo region_type = {
    .name = TYPE_GHES_POISON_REGION,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(GhesPoisonRegion),
    .instance_finalize = region_finalize,
};

static void region_register_type(void)
{
    type_register_static(&region_type);
}

type_init(region_register_type)
