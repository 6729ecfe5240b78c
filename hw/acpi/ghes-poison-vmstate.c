/*
 * Takes lost memory of an emulated guest along in migration
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/acpi/ghes-poison-vmstate.h"
#include "hw/acpi/ghes-ram.h"
#include "migration/vmstate.h"
#include "qapi/error.h"

/* What is in the stream, while there is one */
typedef struct PoisonStream {
    GhesPoisonMap *map;
    GhesRange *ranges;
    int32_t count;
} PoisonStream;

static bool stream_needed(void *opaque)
{
    PoisonStream *s = opaque;

    return ghes_poison_map_count(s->map);
}

static int stream_pre_save(void *opaque)
{
    PoisonStream *s = opaque;

    s->count = ghes_poison_map_count(s->map);
    s->ranges = g_renew(GhesRange, s->ranges, s->count);
    ghes_poison_map_list(s->map, s->ranges);
    return 0;
}

static int stream_pre_load(void *opaque)
{
    PoisonStream *s = opaque;

    ghes_poison_map_clear(s->map);
    g_free(s->ranges);
    s->ranges = NULL;
    return 0;
}

static bool count_is_valid(void *opaque, int version_id)
{
    PoisonStream *s = opaque;

    return s->count > 0 && s->count <= GHES_POISON_RANGES_MAX;
}

static int stream_post_load(void *opaque, int version_id)
{
    PoisonStream *s = opaque;

    for (int32_t i = 0; i < s->count; i++) {
        const GhesRange *range = &s->ranges[i];
        Error *err = NULL;
        GhesRange lost;

        if (!ghes_check_pages(range->address, range->length, &err) ||
            !ghes_poison_map_ops.poison(s->map, range, &lost, &err)) {
            error_reportf_err(err, "lost memory: ");
            return -EINVAL;
        }
    }
    return 0;
}

static const VMStateDescription vmstate_range = {
    .name = "acpi-ghes-poison-range",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64(address, GhesRange),
        VMSTATE_UINT64(length, GhesRange),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_stream = {
    .name = "acpi-ghes-poison",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = stream_needed,
    .pre_save = stream_pre_save,
    .pre_load = stream_pre_load,
    .post_load = stream_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_INT32(count, PoisonStream),
        VMSTATE_VALIDATE("number of ranges", count_is_valid),
        VMSTATE_STRUCT_VARRAY_ALLOC(ranges, PoisonStream, count, 0,
                                    vmstate_range, GhesRange),
        VMSTATE_END_OF_LIST()
    },
};

void ghes_poison_vmstate_register(GhesPoisonMap *map)
{
    PoisonStream *s = g_new0(PoisonStream, 1);

    s->map = map;
    vmstate_register(NULL, 0, &vmstate_stream, s);
}
