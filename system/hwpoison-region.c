/*
 * Fails each access to poisoned memory of an emulated guest
 *
 * Neighbours in the same RAM are one region, as an address space can't have
 * very many.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "block/aio.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qom/object.h"
#include "exec/address-spaces.h"
#include "system/hwpoison.h"
#include "system/hwpoison-region.h"

/*
 * The most regions with good memory between them: each makes two sections of
 * an address space, which can have 4096.
 */
#define REGIONS_MAX 1024

#define TYPE_HWPOISON_REGION "hwpoison-region"
OBJECT_DECLARE_SIMPLE_TYPE(HwpoisonRegion, HWPOISON_REGION)

/**
 * HwpoisonRegion: a part of a RAMBlock that fails
 * @mr: lies in the memory region of the RAM, and so goes where that goes
 * @block: the RAM
 * @offset: where in @block it is
 * @length: its bytes
 * @gpa: where the guest had it
 *
 * An object, as the address space may be in use by others for a moment after
 * the region is removed.
 */
struct HwpoisonRegion {
    Object parent_obj;
    MemoryRegion mr;
    RAMBlock *block;
    ram_addr_t offset;
    uint64_t length;
    hwaddr gpa;
    QTAILQ_ENTRY(HwpoisonRegion) next;
};

static QTAILQ_HEAD(, HwpoisonRegion) regions =
    QTAILQ_HEAD_INITIALIZER(regions);
static unsigned count;

static void notice_unplug(MemoryListener *listener);

static MemoryListener listener = {
    .name = "hwpoison",
    .commit = notice_unplug,
};

/*
 * CPUs say of their accesses what they are like, and so does a debugger that
 * acts for one; devices don't.  What a CPU has accessed is handled where it
 * takes its abort.
 */
static bool region_accepts(void *opaque, hwaddr addr, unsigned size,
                           bool is_write, MemTxAttrs attrs)
{
    HwpoisonRegion *r = opaque;

    if (!attrs.unspecified) {
        return true;
    }
    if (!attrs.debug) {
        hwpoison_consumed(r->block, r->offset + addr);
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

bool hwpoison_region_locate(const MemoryRegion *mr, hwaddr in_region,
                            RAMBlock **block, ram_addr_t *offset)
{
    HwpoisonRegion *r;

    if (mr->ops != &region_ops) {
        return false;
    }
    r = container_of(mr, HwpoisonRegion, mr);
    *block = r->block;
    *offset = r->offset + in_region;
    return true;
}

static void add_region(RAMBlock *block, ram_addr_t offset, uint64_t length)
{
    HwpoisonRegion *r = HWPOISON_REGION(object_new(TYPE_HWPOISON_REGION));
    uint64_t first = HWPOISON_PAGE_SIZE;

    memory_region_ref(block->mr);
    r->block = block;
    r->offset = offset;
    r->length = length;
    hwpoison_find_gpa(block, offset, &first, &r->gpa);
    memory_region_init_io(&r->mr, OBJECT(r), &region_ops, r, "hwpoison",
                          length);
    memory_region_add_subregion(block->mr, offset, &r->mr);
    QTAILQ_INSERT_TAIL(&regions, r, next);
    if (!count++) {
        memory_listener_register(&listener, &address_space_memory);
    }
}

static void remove_region(HwpoisonRegion *r)
{
    QTAILQ_REMOVE(&regions, r, next);
    if (!--count) {
        memory_listener_unregister(&listener);
    }
    memory_region_del_subregion(r->block->mr, &r->mr);
    object_unref(OBJECT(r));
}

static unsigned room(void)
{
    return REGIONS_MAX - count;
}

static bool has_room(Error **errp)
{
    if (!room()) {
        error_setg(errp, "no more than %d separate ranges can be poisoned",
                   REGIONS_MAX);
        return false;
    }
    return true;
}

static HwpoisonRegion *find_region(const RAMBlock *block, ram_addr_t offset)
{
    HwpoisonRegion *r;

    QTAILQ_FOREACH(r, &regions, next) {
        if (r->block == block && offset >= r->offset &&
            offset - r->offset < r->length) {
            return r;
        }
    }
    return NULL;
}

/* Add a region, and make it one with those beside it */
static bool poison(RAMBlock *block, ram_addr_t offset, uint64_t length,
                   Error **errp)
{
    HwpoisonRegion *before = find_region(block, offset - 1);
    HwpoisonRegion *behind = find_region(block, offset + length);

    if (!before && !behind && !has_room(errp)) {
        return false;
    }
    memory_region_transaction_begin();
    if (before) {
        offset = before->offset;
        length += before->length;
        remove_region(before);
    }
    if (behind) {
        length += behind->length;
        remove_region(behind);
    }
    add_region(block, offset, length);
    memory_region_transaction_commit();
    return true;
}

/* Take a range out of the region that it is in, and forget what was there */
static bool heal(RAMBlock *block, ram_addr_t offset, uint64_t length,
                 Error **errp)
{
    HwpoisonRegion *r = find_region(block, offset);
    ram_addr_t start = r->offset, behind = offset + length;
    ram_addr_t end = start + r->length;

    if (start < offset && behind < end && !has_room(errp)) {
        return false;
    }
    memset(block->host + offset, 0, length);
    memory_region_transaction_begin();
    memory_region_ref(block->mr);
    remove_region(r);
    if (start < offset) {
        add_region(block, start, offset - start);
    }
    if (behind < end) {
        add_region(block, behind, end - behind);
    }
    memory_region_unref(block->mr);
    memory_region_transaction_commit();
    return true;
}

/*
 * The memory is zero already.  A write like a device's has it migrated, and
 * translated code of it forgotten.
 */
static void healed(hwaddr gpa, uint64_t length)
{
    address_space_set(&address_space_memory, gpa, 0, length,
                      MEMTXATTRS_UNSPECIFIED);
}

const HwpoisonOps hwpoison_region_ops = {
    .room = room,
    .poison = poison,
    .heal = heal,
    .healed = healed,
};

static void remove_unplugged(void *opaque)
{
    HwpoisonRegion *r, *following;

    QTAILQ_FOREACH_SAFE(r, &regions, next, following) {
        if (!memory_region_is_mapped(r->block->mr)) {
            hwpoison_notify_healed(r->gpa, r->length);
            hwpoison_heal_block(r->block, r->offset, r->length, &error_abort);
        }
    }
}

/* The address space has changed: was a DIMM unplugged? */
static void notice_unplug(MemoryListener *l)
{
    HwpoisonRegion *r;

    QTAILQ_FOREACH(r, &regions, next) {
        if (!memory_region_is_mapped(r->block->mr)) {
            aio_bh_schedule_oneshot(qemu_get_aio_context(), remove_unplugged,
                                    NULL);
            return;
        }
    }
}

static void region_finalize(Object *obj)
{
    memory_region_unref(HWPOISON_REGION(obj)->block->mr);
}

static const TypeInfo region_type = {
    .name = TYPE_HWPOISON_REGION,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(HwpoisonRegion),
    .instance_finalize = region_finalize,
};

static void region_register_type(void)
{
    type_register_static(&region_type);
}

type_init(region_register_type)
