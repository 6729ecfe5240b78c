/*
 * Keeps account of the memory that an emulated guest has lost
 *
 * Neighbours of the same RAM are one region, as an address space can't have
 * very many.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "block/aio.h"
#include "exec/address-spaces.h"
#include "hw/acpi/ghes-poison-map.h"
#include "hw/acpi/ghes-poison-region.h"
#include "hw/acpi/ghes-poison-vmstate.h"
#include "hw/acpi/ghes-queue.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "system/reset.h"
#include "trace.h"

#define NO_PAGE UINT64_MAX

struct GhesPoisonMap {
    QTAILQ_HEAD(, GhesPoisonRegion) regions;    /* by address */
    unsigned count;
    GHashTable *told;           /* pages that the guest was told of */
    bool resets_told;
    uint64_t device_page;       /* the last that a device has touched */
    GhesPoisonTouched *touched;
    GhesPoisonReplaced *replaced;
    void *opaque;
    MemoryListener listener;
};

static uint64_t range_end(const GhesRange *range)
{
    return range->address + range->length;
}

/* The first region that ends behind @gpa; NULL if there is none */
static GhesPoisonRegion *first_behind(GhesPoisonMap *map, uint64_t gpa)
{
    GhesPoisonRegion *r;

    QTAILQ_FOREACH(r, &map->regions, next) {
        if (gpa < range_end(&r->range)) {
            return r;
        }
    }
    return NULL;
}

static bool is_lost(void *opaque, uint64_t address)
{
    GhesPoisonRegion *r = first_behind(opaque, address);

    return r && r->range.address <= address;
}

typedef struct Replaced {
    GhesPoisonMap *map;
    GhesRange range;
} Replaced;

static gboolean forget_page(gpointer key, gpointer value, gpointer opaque)
{
    const Replaced *replaced = opaque;
    uint64_t page = *(uint64_t *)key;

    if (page - replaced->range.address >= replaced->range.length) {
        return false;
    }
    replaced->map->replaced(replaced->map->opaque, page);
    return true;
}

/* The guest is told again if one of these pages is lost again */
static void forget_told(GhesPoisonMap *map, const GhesRange *range)
{
    Replaced replaced = { .map = map, .range = *range };

    g_hash_table_foreach_remove(map->told, forget_page, &replaced);
}

static void reset_told(void *opaque)
{
    forget_told(opaque, &(GhesRange) { 0, UINT64_MAX });
}

static bool is_news(void *opaque, uint64_t address)
{
    GhesPoisonMap *map = opaque;

    if (!map->resets_told) {
        map->resets_told = true;
        qemu_register_reset(reset_told, map);
    }
    return g_hash_table_add(map->told, g_memdup2(&address, sizeof(address)));
}

typedef struct DeviceAccess {
    GhesPoisonMap *map;
    uint64_t page;
} DeviceAccess;

static void device_access(void *opaque)
{
    g_autofree DeviceAccess *access = opaque;
    GhesPoisonMap *map = access->map;

    if (is_lost(map, access->page) && is_news(map, access->page)) {
        map->touched(map->opaque, access->page);
    }
}

/* A device copies a page in many small accesses, perhaps in its own thread */
static void note_device_access(void *opaque, uint64_t page)
{
    GhesPoisonMap *map = opaque;
    DeviceAccess access = { .map = map, .page = page };

    if (qatomic_xchg(&map->device_page, page) != page) {
        aio_bh_schedule_oneshot(qemu_get_aio_context(), device_access,
                                g_memdup2(&access, sizeof(access)));
    }
}

static void add_region(GhesPoisonMap *map, MemoryRegion *ram, hwaddr offset,
                       const GhesRange *range)
{
    GhesPoisonRegion *following = first_behind(map, range->address);
    GhesPoisonRegion *r = ghes_poison_region_new(ram, offset, range,
                                                 note_device_access, map);

    if (following) {
        QTAILQ_INSERT_BEFORE(following, r, next);
    } else {
        QTAILQ_INSERT_TAIL(&map->regions, r, next);
    }
    map->count++;
}

static void remove_region(GhesPoisonMap *map, GhesPoisonRegion *r)
{
    QTAILQ_REMOVE(&map->regions, r, next);
    map->count--;
    ghes_poison_region_delete(r);
}

/* Add a region, and make it one with those beside it */
static void join_region(GhesPoisonMap *map, MemoryRegion *ram, hwaddr offset,
                        GhesRange range)
{
    GhesPoisonRegion *r, *following;

    QTAILQ_FOREACH_SAFE(r, &map->regions, next, following) {
        if (r->ram != ram) {
            continue;
        }
        if (range_end(&r->range) == range.address) {
            range.address = r->range.address;
            range.length += r->range.length;
            offset = r->offset;
            remove_region(map, r);
        } else if (r->range.address == range_end(&range)) {
            range.length += r->range.length;
            remove_region(map, r);
        }
    }
    add_region(map, ram, offset, &range);
}

/* Take a range out of the region that it is in, and forget what was there */
static void cut_region(GhesPoisonMap *map, GhesPoisonRegion *r,
                       GhesRange range)
{
    MemoryRegion *ram = r->ram;
    hwaddr offset = r->offset;
    hwaddr in_region = range.address - r->range.address;
    const GhesRange left = { r->range.address, in_region };
    const GhesRange right = { range_end(&range),
                              range_end(&r->range) - range_end(&range) };

    memset((uint8_t *)memory_region_get_ram_ptr(ram) + offset + in_region, 0,
           range.length);
    memory_region_ref(ram);
    remove_region(map, r);
    if (left.length) {
        add_region(map, ram, offset, &left);
    }
    if (right.length) {
        add_region(map, ram, offset + in_region + range.length, &right);
    }
    memory_region_unref(ram);
    trace_ghes_unpoisoned(range.address, range.length);
}

/*
 * The memory is zero already.  A write as that of a device lets those know who
 * copy memory, or have translated code of it.
 */
static void write_zeros(const GhesRange *range)
{
    address_space_set(&address_space_memory, range->address, 0, range->length,
                      MEMTXATTRS_UNSPECIFIED);
}

static bool has_room(GhesPoisonMap *map, Error **errp)
{
    if (map->count >= GHES_POISON_RANGES_MAX) {
        error_setg(errp, "no more than %d separate ranges can be lost",
                   GHES_POISON_RANGES_MAX);
        return false;
    }
    return true;
}

static bool poison(void *opaque, const GhesRange *range, GhesRange *lost,
                   Error **errp)
{
    GhesPoisonMap *map = opaque;
    GhesPoisonRegion *r = first_behind(map, range->address);
    GhesRange rest = *range;

    if (r && r->range.address < range_end(range)) {
        error_setg(errp, "0x%" PRIx64 ": the page is lost already",
                   MAX(r->range.address, range->address));
        return false;
    }
    if (!has_room(map, errp)) {
        return false;
    }

    qatomic_set(&map->device_page, NO_PAGE);
    memory_region_transaction_begin();
    while (rest.length) {
        MemoryRegionSection section = memory_region_find(get_system_memory(),
                                                         rest.address,
                                                         rest.length);
        GhesRange part = { rest.address, int128_get64(section.size) };

        join_region(map, section.mr, section.offset_within_region, part);
        memory_region_unref(section.mr);
        rest.address += part.length;
        rest.length -= part.length;
    }
    memory_region_transaction_commit();
    trace_ghes_poisoned(range->address, range->length);
    *lost = *range;
    return true;
}

static bool check_lost(GhesPoisonMap *map, const GhesRange *range,
                       Error **errp)
{
    uint64_t gpa = range->address;

    while (gpa - range->address < range->length) {
        if (!is_lost(map, gpa)) {
            error_setg(errp, "0x%" PRIx64 ": the page is not lost", gpa);
            return false;
        }
        gpa = range_end(&first_behind(map, gpa)->range);
    }
    return true;
}

static bool unpoison(void *opaque, const GhesRange *range, GhesRange *replaced,
                     Error **errp)
{
    GhesPoisonMap *map = opaque;
    uint64_t gpa = range->address;

    /* A range in the middle of a region leaves two */
    if (!check_lost(map, range, errp) || !has_room(map, errp)) {
        return false;
    }

    memory_region_transaction_begin();
    while (gpa - range->address < range->length) {
        GhesPoisonRegion *r = first_behind(map, gpa);
        uint64_t end = MIN(range_end(&r->range), range_end(range));

        cut_region(map, r, (GhesRange) { gpa, end - gpa });
        gpa = end;
    }
    memory_region_transaction_commit();
    write_zeros(range);
    forget_told(map, range);
    *replaced = *range;
    return true;
}

const GhesPoisonOps ghes_poison_map_ops = {
    .poison = poison,
    .unpoison = unpoison,
    .is_lost = is_lost,
    .is_news = is_news,
};

void ghes_poison_map_clear(GhesPoisonMap *map)
{
    GhesPoisonRegion *r;

    while ((r = QTAILQ_FIRST(&map->regions))) {
        GhesRange range = r->range;

        cut_region(map, r, range);
        write_zeros(&range);
    }
}

/* The guest is about to start anew, in memory that is good */
static void map_reset(void *opaque)
{
    ghes_poison_map_clear(opaque);
}

static void remove_unplugged(void *opaque)
{
    GhesPoisonMap *map = opaque;
    GhesPoisonRegion *r, *following;

    QTAILQ_FOREACH_SAFE(r, &map->regions, next, following) {
        if (!memory_region_is_mapped(r->ram)) {
            GhesRange range = r->range;

            cut_region(map, r, range);
            forget_told(map, &range);
        }
    }
}

/* The address space has changed: was a DIMM unplugged? */
static void map_commit(MemoryListener *listener)
{
    GhesPoisonMap *map = container_of(listener, GhesPoisonMap, listener);
    GhesPoisonRegion *r;

    QTAILQ_FOREACH(r, &map->regions, next) {
        if (!memory_region_is_mapped(r->ram)) {
            aio_bh_schedule_oneshot(qemu_get_aio_context(), remove_unplugged,
                                    map);
            return;
        }
    }
}

unsigned ghes_poison_map_count(const GhesPoisonMap *map)
{
    return map->count;
}

void ghes_poison_map_list(const GhesPoisonMap *map, GhesRange *ranges)
{
    GhesPoisonRegion *r;

    QTAILQ_FOREACH(r, &map->regions, next) {
        *ranges++ = r->range;
    }
}

GhesPoisonMap *ghes_poison_map_new(GhesPoisonTouched *touched,
                                   GhesPoisonReplaced *replaced, void *opaque)
{
    GhesPoisonMap *map = g_new0(GhesPoisonMap, 1);

    QTAILQ_INIT(&map->regions);
    map->told = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
                                      NULL);
    map->device_page = NO_PAGE;
    map->touched = touched;
    map->replaced = replaced;
    map->opaque = opaque;
    map->listener = (MemoryListener) {
        .name = "ghes-poison",
        .commit = map_commit,
    };
    memory_listener_register(&map->listener, &address_space_memory);
    qemu_register_reset(map_reset, map);
    ghes_poison_vmstate_register(map);
    return map;
}
