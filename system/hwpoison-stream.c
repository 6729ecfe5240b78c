/*
 * Saves and loads which guest memory is poisoned
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"
#include "exec/memory.h"
#include "system/hwpoison.h"
#include "hwpoison-stream.h"

/* More ranges than that migrate as if none of them had been reported */
#define RANGES_MAX 65536
#define BLOCKS_MAX 4096

static uint32_t stream_block(HwpoisonStream *s, const RAMBlock *block)
{
    int last = s->block_count - 1;

    if (!s->block_count ||
        strcmp((char *)s->blocks[last].idstr, block->idstr)) {
        last = s->block_count++;
        s->blocks = g_renew(StreamBlock, s->blocks, s->block_count);
        memset(&s->blocks[last], 0, sizeof(s->blocks[last]));
        pstrcpy((char *)s->blocks[last].idstr, sizeof(s->blocks[last].idstr),
                block->idstr);
    }
    return last;
}

static void save_run(RAMBlock *block, ram_addr_t offset, uint64_t length,
                     bool reported, void *opaque)
{
    HwpoisonStream *s = opaque;

    s->ranges = g_renew(StreamRange, s->ranges, s->range_count + 1);
    s->ranges[s->range_count++] = (StreamRange) {
        .block = stream_block(s, block),
        .offset = offset,
        .length = length,
        .reported = reported,
    };
}

static void forget_stream(HwpoisonStream *s)
{
    g_free(s->blocks);
    g_free(s->ranges);
    s->blocks = NULL;
    s->ranges = NULL;
    s->block_count = 0;
    s->range_count = 0;
}

static int stream_pre_save(void *opaque)
{
    HwpoisonStream *s = opaque;

    forget_stream(s);
    hwpoison_foreach(save_run, true, s);
    if (s->range_count > RANGES_MAX) {
        forget_stream(s);
        hwpoison_foreach(save_run, false, s);
        for (int i = 0; i < s->range_count; i++) {
            s->ranges[i].reported = false;
        }
    }
    return 0;
}

static int stream_post_save(void *opaque)
{
    forget_stream(opaque);
    return 0;
}

static int stream_pre_load(void *opaque)
{
    forget_stream(opaque);
    return 0;
}

static bool counts_are_valid(void *opaque, int version_id)
{
    HwpoisonStream *s = opaque;

    return s->block_count > 0 && s->block_count <= BLOCKS_MAX &&
           s->range_count > 0 && s->range_count <= RANGES_MAX;
}

static RAMBlock *find_block(const HwpoisonStream *s, uint32_t index,
                            Error **errp)
{
    const char *idstr;
    RAMBlock *block = NULL;

    if (index < s->block_count) {
        idstr = (const char *)s->blocks[index].idstr;
        if (memchr(idstr, 0, sizeof(s->blocks[index].idstr))) {
            block = qemu_ram_block_by_name(idstr);
        }
    }
    if (!block || !memory_region_is_ram(block->mr) ||
        memory_region_is_ram_device(block->mr) || block->mr->readonly) {
        error_setg(errp, "there is no RAM of that name");
        return NULL;
    }
    return block;
}

/* Nothing of it may be poisoned, and it may not lie before @last */
static bool check_range(const RAMBlock *block, const StreamRange *range,
                        uint64_t last, Error **errp)
{
    if (range->offset % HWPOISON_PAGE_SIZE || !range->length ||
        range->length % HWPOISON_PAGE_SIZE) {
        error_setg(errp, "it is not whole pages");
        return false;
    }
    if (range->offset >= block->used_length ||
        range->length > block->used_length - range->offset) {
        error_setg(errp, "it is not all in %s", block->idstr);
        return false;
    }
    if (range->offset < last ||
        hwpoison_good_length(block, range->offset, range->length) !=
        range->length) {
        error_setg(errp, "it overlaps another one");
        return false;
    }
    return true;
}

/* Ranges come by block and offset; those that adjoin need room for one */
static bool check_stream(const HwpoisonStream *s, Error **errp)
{
    unsigned separate = 0;
    uint64_t last = 0;

    for (int i = 0; i < s->range_count; i++) {
        const StreamRange *range = &s->ranges[i];
        RAMBlock *block = find_block(s, range->block, errp);
        bool is_first = !i || range->block != s->ranges[i - 1].block;

        if (i && range->block < s->ranges[i - 1].block) {
            error_setg(errp, "it is out of order");
            return false;
        }
        if (!block ||
            !check_range(block, range, is_first ? 0 : last, errp)) {
            return false;
        }
        separate += is_first || range->offset != last;
        last = range->offset + range->length;
    }
    if (separate > hwpoison_room()) {
        error_setg(errp, "there are too many");
        return false;
    }
    return true;
}

static bool names_differ(const HwpoisonStream *s, Error **errp)
{
    g_autoptr(GHashTable) names = g_hash_table_new(NULL, NULL);

    for (int i = 0; i < s->block_count; i++) {
        RAMBlock *block = find_block(s, i, errp);

        if (!block) {
            return false;
        }
        if (!g_hash_table_add(names, block)) {
            error_setg(errp, "%s is there twice", block->idstr);
            return false;
        }
    }
    return true;
}

/* Poison one run after another: those that adjoin grow together */
static bool apply_stream(const HwpoisonStream *s, Error **errp)
{
    for (int i = 0; i < s->range_count; i++) {
        const StreamRange *range = &s->ranges[i];
        RAMBlock *block = find_block(s, range->block, errp);

        if (!hwpoison_poison_block(block, range->offset, range->length,
                                   errp)) {
            return false;
        }
        if (range->reported) {
            hwpoison_set_reported(block, range->offset, range->length);
        }
    }
    return true;
}

static int stream_post_load(void *opaque, int version_id)
{
    HwpoisonStream *s = opaque;
    Error *err = NULL;
    bool loaded = names_differ(s, &err) && check_stream(s, &err) &&
                  apply_stream(s, &err);

    forget_stream(s);
    if (!loaded) {
        error_reportf_err(err, "poisoned memory in the migration stream: ");
        return -EINVAL;
    }
    return 0;
}

static const VMStateDescription vmstate_hwpoison_block = {
    .name = "hwpoison/block",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_BUFFER(idstr, StreamBlock),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_hwpoison_range = {
    .name = "hwpoison/range",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(block, StreamRange),
        VMSTATE_UINT64(offset, StreamRange),
        VMSTATE_UINT64(length, StreamRange),
        VMSTATE_BOOL(reported, StreamRange),
        VMSTATE_END_OF_LIST()
    },
};

const VMStateDescription vmstate_hwpoison_stream = {
    .name = "hwpoison/stream",
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_save = stream_pre_save,
    .post_save = stream_post_save,
    .pre_load = stream_pre_load,
    .post_load = stream_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_INT32(block_count, HwpoisonStream),
        VMSTATE_INT32(range_count, HwpoisonStream),
        VMSTATE_VALIDATE("number of ranges", counts_are_valid),
        VMSTATE_STRUCT_VARRAY_ALLOC(blocks, HwpoisonStream, block_count, 0,
                                    vmstate_hwpoison_block, StreamBlock),
        VMSTATE_STRUCT_VARRAY_ALLOC(ranges, HwpoisonStream, range_count, 0,
                                    vmstate_hwpoison_range, StreamRange),
        VMSTATE_END_OF_LIST()
    },
};
