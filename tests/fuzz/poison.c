/*
 * Guest RAM that can be poisoned, for fuzz targets
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/* The real one frees in a thread of its own */
#include "qemu/osdep.h"
#include "qemu/rcu.h"
#undef call_rcu
#define call_rcu(head, func, field) func(head)

#include "system/hwpoison.c"
#include "system/hwpoison-stream.c"
#include "system/hwpoison-device.c"
#include "machine.h"
#include "poison.h"
#include "stream.h"

/* Separate ranges that can be poisoned */
#define ROOM 4

static MemoryRegion regions[] = {
    { .ram = true },
    { .ram = true },
    { .ram = true, .readonly = true },
    { .ram = true, .ram_device = true },
    { },
};

/* One that can grow, and a larger one */
static RAMBlock blocks[ARRAY_SIZE(regions)] = {
    { .idstr = "ram", .used_length = 0x8000, .max_length = 0x10000 },
    { .idstr = "dimm", .used_length = 0x200000, .max_length = 0x200000 },
    { .idstr = "rom", .used_length = 0x8000, .max_length = 0x8000 },
    { .idstr = "device", .used_length = 0x8000, .max_length = 0x8000 },
    { .idstr = "mmio", .used_length = 0x8000, .max_length = 0x8000 },
};

static const hwaddr addresses[ARRAY_SIZE(regions)] = {
    MACHINE_RAM, 0x100000000,
};

RAMList ram_list = { .blocks = QLIST_HEAD_INITIALIZER(ram_list.blocks) };
static HwpoisonState state;

const VMStateDescription *const poison_vmsd = &vmstate_hwpoison;
void *const poison_device = &state;

static bool is_good_ram(const RAMBlock *block)
{
    return block == &blocks[0] || block == &blocks[1];
}

static void count_run(RAMBlock *block, ram_addr_t offset, uint64_t length,
                      bool reported, void *opaque)
{
    g_assert(is_good_ram(block));
    g_assert(length && (offset | length) % HWPOISON_PAGE_SIZE == 0);
    g_assert(offset < block->used_length &&
             length <= block->used_length - offset);
    ++*(unsigned *)opaque;
}

static unsigned count_runs(void)
{
    unsigned runs = 0;

    hwpoison_foreach(count_run, false, &runs);
    g_assert(runs <= ROOM);
    g_assert(hwpoison_is_empty() == !runs);
    return runs;
}

unsigned hwpoison_room(void)
{
    return ROOM - count_runs();
}

bool hwpoison_poison_block(RAMBlock *block, ram_addr_t offset, uint64_t length,
                           Error **errp)
{
    g_assert(is_good_ram(block) && length);
    g_assert((offset | length) % HWPOISON_PAGE_SIZE == 0);
    g_assert(offset < block->used_length &&
             length <= block->used_length - offset);
    g_assert(hwpoison_good_length(block, offset, length) == length);
    hwpoison_add(block, offset, length);
    count_runs();
    return true;
}

bool hwpoison_heal_block(RAMBlock *block, ram_addr_t offset, uint64_t length,
                         Error **errp)
{
    hwpoison_remove(block, offset, length);
    return true;
}

void hwpoison_finish_healing(hwaddr gpa, uint64_t length)
{
}

bool hwpoison_find_gpa(const RAMBlock *block, ram_addr_t offset,
                       uint64_t *length, hwaddr *gpa)
{
    *gpa = addresses[block - blocks] + offset;
    return true;
}

RAMBlock *qemu_ram_block_by_name(const char *name)
{
    RAMBlock *block;

    RAMBLOCK_FOREACH(block) {
        if (g_str_equal(name, block->idstr)) {
            return block;
        }
    }
    return NULL;
}

void qemu_register_resettable(Object *obj)
{
}

void memory_region_transaction_begin(void)
{
}

void memory_region_transaction_commit(void)
{
}

void poison_make(void)
{
    if (QLIST_EMPTY(&ram_list.blocks)) {
        for (int i = 0; i < ARRAY_SIZE(blocks); i++) {
            blocks[i].mr = &regions[i];
            QLIST_INSERT_HEAD(&ram_list.blocks, &blocks[i], next);
        }
    }
    state.healed = g_array_new(false, false, sizeof(HwpoisonRange));
}

void poison_free(void)
{
    for (int i = 0; i < ARRAY_SIZE(blocks); i++) {
        hwpoison_free(&blocks[i]);
    }
    forget_stream(&state.stream);
    g_array_unref(state.healed);
}

static uint64_t good_length(unsigned *block, unsigned first, unsigned count)
{
    ram_addr_t offset = (ram_addr_t)first * HWPOISON_PAGE_SIZE;

    *block %= 2;
    return offset >= blocks[*block].used_length ? 0 :
           MIN((uint64_t)count * HWPOISON_PAGE_SIZE,
               blocks[*block].used_length - offset);
}

void poison_pages(unsigned block, unsigned first, unsigned count)
{
    uint64_t length = good_length(&block, first, count);
    ram_addr_t offset = (ram_addr_t)first * HWPOISON_PAGE_SIZE;

    length = hwpoison_good_length(&blocks[block], offset, length);
    if (length && hwpoison_room()) {
        hwpoison_poison_block(&blocks[block], offset, length, NULL);
    }
}

void poison_set_reported(unsigned block, unsigned first, unsigned count)
{
    uint64_t length = good_length(&block, first, count);

    hwpoison_set_reported(&blocks[block],
                          (ram_addr_t)first * HWPOISON_PAGE_SIZE, length);
}

void poison_reset(void)
{
    hwpoison_foreach(heal_run, false, &state);
    g_assert(hwpoison_is_empty());
    g_array_set_size(state.healed, 0);
}

static void spoil_name(StreamBlock *block, Program *program)
{
    static const char *const names[] = {
        "ram", "dimm", "rom", "device", "mmio", "none",
    };
    unsigned name = fetch(program, 1) % (ARRAY_SIZE(names) + 1);

    if (name < ARRAY_SIZE(names)) {
        pstrcpy((char *)block->idstr, sizeof(block->idstr), names[name]);
    } else {
        memset(block->idstr, 'x', sizeof(block->idstr));
    }
}

static void spoil_range(StreamRange *range, Program *program)
{
    switch (fetch(program, 1) % 6) {
    case 0:
        range->block = fetch(program, 1) % 4;
        break;
    case 1:
        range->offset = fetch(program, 2) << 12;
        break;
    case 2:
        range->length = fetch(program, 2) << 12;
        break;
    case 3:
        range->offset = fetch(program, 8);
        break;
    case 4:
        range->length = fetch(program, 8);
        break;
    default:
        range->offset += 2 * range->length;
        break;
    }
}

static StreamRange *add_range(unsigned like)
{
    HwpoisonStream *s = &state.stream;

    s->ranges = g_renew(StreamRange, s->ranges, s->range_count + 1);
    s->ranges[s->range_count] = s->ranges[like];
    return &s->ranges[s->range_count++];
}

/* Every other page, which are more ranges than there is room for */
static void add_many(unsigned like)
{
    for (int i = 0; i <= ROOM; i++) {
        StreamRange *range = add_range(like);

        range->offset += 2 * i * HWPOISON_PAGE_SIZE + range->length;
        range->length = HWPOISON_PAGE_SIZE;
    }
}

static Program *spoiler;

static int spoiled_pre_save(void *opaque)
{
    unsigned ways = fetch(spoiler, 1) % 8;

    stream_pre_save(&state.stream);
    while (ways--) {
        unsigned last = state.stream.range_count - 1;

        switch (fetch(spoiler, 1) % 4) {
        case 0:
            spoil_name(&state.stream.blocks[fetch(spoiler, 1) %
                                            state.stream.block_count],
                       spoiler);
            break;
        case 1:
            add_many(last);
            break;
        default:
            spoil_range(add_range(last), spoiler);
            break;
        }
    }
    return 0;
}

GByteArray *poison_save_spoiled(Program *program)
{
    VMStateDescription vmsd = vmstate_hwpoison_stream;

    spoiler = program;
    vmsd.pre_save = spoiled_pre_save;
    return stream_save(&vmsd, &state.stream);
}

static void print_run(RAMBlock *block, ram_addr_t offset, uint64_t length,
                      bool reported, void *opaque)
{
    g_string_append_printf(opaque, "%s %" PRIx64 " %" PRIx64 " %d\n",
                           block->idstr, (uint64_t)offset, length, reported);
}

void poison_check(void)
{
    count_runs();
}

GString *poison_list(void)
{
    GString *list = g_string_new(NULL);

    hwpoison_foreach(print_run, true, list);
    return list;
}

static void consume_run(RAMBlock *block, ram_addr_t offset, uint64_t length,
                        bool reported, void *opaque)
{
    void (**consume)(hwaddr) = opaque;

    (*consume)(addresses[block - blocks] + offset);
}

void poison_consume(void (*consume)(hwaddr gpa))
{
    hwpoison_foreach(consume_run, true, &consume);
}
