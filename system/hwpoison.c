/*
 * Keeps the list of poisoned guest memory
 *
 * A RAMBlock has a bitmap of its poisoned pages while there are any.  Readers
 * take no lock; edits are made with the BQL held.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitmap.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "exec/memory.h"
#include "system/hwpoison.h"
#include "system/replay.h"
#include "trace.h"

/**
 * RAMBlockHwpoison: the poisoned pages of a RAMBlock
 * @size: pages of the block
 * @count: how many of them are poisoned
 * @last_consumed: the last page that something other than a vCPU has accessed
 * @poisoned: which pages are poisoned
 * @reported: which of these were reported to the guest
 */
typedef struct RAMBlockHwpoison {
    struct rcu_head rcu;
    unsigned long size;
    unsigned long count;
    unsigned long last_consumed;
    unsigned long *poisoned;
    unsigned long *reported;
} RAMBlockHwpoison;

#define NO_PAGE ULONG_MAX

static QLIST_HEAD(, HwpoisonListener) listeners =
    QLIST_HEAD_INITIALIZER(listeners);

void hwpoison_add_listener(HwpoisonListener *listener)
{
    QLIST_INSERT_HEAD(&listeners, listener, next);
}

void hwpoison_remove_listener(HwpoisonListener *listener)
{
    QLIST_REMOVE(listener, next);
}

void hwpoison_notify_healed(hwaddr gpa, uint64_t length)
{
    HwpoisonListener *listener;

    QLIST_FOREACH(listener, &listeners, next) {
        listener->healed(listener, gpa, length);
    }
}

static RAMBlockHwpoison *pages_new(const RAMBlock *block)
{
    RAMBlockHwpoison *pages = g_new0(RAMBlockHwpoison, 1);

    pages->size = DIV_ROUND_UP(block->max_length, HWPOISON_PAGE_SIZE);
    pages->last_consumed = NO_PAGE;
    pages->poisoned = bitmap_new(pages->size);
    pages->reported = bitmap_new(pages->size);
    return pages;
}

static void pages_free(RAMBlockHwpoison *pages)
{
    g_free(pages->poisoned);
    g_free(pages->reported);
    g_free(pages);
}

void hwpoison_free(RAMBlock *block)
{
    if (block->hwpoison) {
        pages_free(block->hwpoison);
        block->hwpoison = NULL;
    }
}

/* The pages that a range of @block has a part in, as far as there are any */
static unsigned long page_range(const RAMBlockHwpoison *pages,
                                ram_addr_t offset, uint64_t length,
                                unsigned long *first)
{
    uint64_t last = MIN((offset + length - 1) / HWPOISON_PAGE_SIZE,
                        pages->size - 1);

    *first = offset / HWPOISON_PAGE_SIZE;
    return length && *first <= last ? last - *first + 1 : 0;
}

bool hwpoison_is_poisoned(const RAMBlock *block, ram_addr_t offset)
{
    return !hwpoison_good_length(block, offset, 1);
}

uint64_t hwpoison_good_length_slow(const RAMBlock *block, ram_addr_t offset,
                                   uint64_t length)
{
    const RAMBlockHwpoison *pages = qatomic_rcu_read(&block->hwpoison);
    unsigned long first, count, bad;

    if (!pages) {
        return length;
    }
    count = page_range(pages, offset, length, &first);
    bad = find_next_bit(pages->poisoned, first + count, first);
    if (!count || bad >= first + count) {
        return length;
    }
    return bad == first ? 0 : (uint64_t)bad * HWPOISON_PAGE_SIZE - offset;
}

bool hwpoison_is_empty(void)
{
    RAMBlock *block;

    RCU_READ_LOCK_GUARD();
    RAMBLOCK_FOREACH(block) {
        if (qatomic_read(&block->hwpoison)) {
            return false;
        }
    }
    return true;
}

void hwpoison_add(RAMBlock *block, ram_addr_t offset, uint64_t length)
{
    RAMBlockHwpoison *pages = block->hwpoison ?: pages_new(block);
    unsigned long first, count = page_range(pages, offset, length, &first);

    trace_hwpoison_add(block->idstr, offset, length);
    for (unsigned long i = first; i < first + count; i++) {
        pages->count += !test_and_set_bit(i, pages->poisoned);
    }
    pages->last_consumed = NO_PAGE;
    qatomic_rcu_set(&block->hwpoison, pages);
}

void hwpoison_add_ram_addr(ram_addr_t ram_addr)
{
    RAMBlock *block;

    RCU_READ_LOCK_GUARD();
    RAMBLOCK_FOREACH(block) {
        ram_addr_t offset = ram_addr - block->offset;
        size_t size = qemu_ram_pagesize(block);

        if (offset < block->max_length) {
            hwpoison_add(block, QEMU_ALIGN_DOWN(offset, size), size);
            return;
        }
    }
}

void hwpoison_remove(RAMBlock *block, ram_addr_t offset, uint64_t length)
{
    RAMBlockHwpoison *pages = block->hwpoison;
    unsigned long first, count;

    if (!pages) {
        return;
    }
    trace_hwpoison_remove(block->idstr, offset, length);
    count = page_range(pages, offset, length, &first);
    for (unsigned long i = first; i < first + count; i++) {
        pages->count -= test_and_clear_bit(i, pages->poisoned);
    }
    bitmap_clear(pages->reported, first, count);
    if (!pages->count) {
        qatomic_rcu_set(&block->hwpoison, NULL);
        call_rcu(pages, pages_free, rcu);
    }
}

bool hwpoison_set_reported(RAMBlock *block, ram_addr_t offset, uint64_t length)
{
    RAMBlockHwpoison *pages = block->hwpoison;
    unsigned long first, count;
    bool unreported = false;

    if (!pages) {
        return false;
    }
    count = page_range(pages, offset, length, &first);
    for (unsigned long i = first; i < first + count; i++) {
        unreported |= test_bit(i, pages->poisoned) &&
                      !test_and_set_bit(i, pages->reported);
    }
    return unreported;
}

/* The end of the run that starts at @first */
static unsigned long run_end(const RAMBlockHwpoison *pages,
                             unsigned long first, bool by_report)
{
    unsigned long end = find_next_zero_bit(pages->poisoned, pages->size,
                                           first);

    if (!by_report) {
        return end;
    }
    return test_bit(first, pages->reported)
           ? find_next_zero_bit(pages->reported, end, first)
           : find_next_bit(pages->reported, end, first);
}

static void visit_block(RAMBlock *block, HwpoisonVisitor *visitor,
                        bool by_report, void *opaque)
{
    unsigned long end = 0;

    while (block->hwpoison) {
        const RAMBlockHwpoison *pages = block->hwpoison;
        unsigned long first = find_next_bit(pages->poisoned, pages->size, end);
        ram_addr_t offset = (ram_addr_t)first * HWPOISON_PAGE_SIZE;

        if (first >= pages->size) {
            return;
        }
        end = run_end(pages, first, by_report);
        visitor(block, offset, (uint64_t)(end - first) * HWPOISON_PAGE_SIZE,
                test_bit(first, pages->reported), opaque);
    }
}

void hwpoison_foreach(HwpoisonVisitor *visitor, bool by_report, void *opaque)
{
    RAMBlock *block;

    RCU_READ_LOCK_GUARD();
    RAMBLOCK_FOREACH(block) {
        visit_block(block, visitor, by_report, opaque);
    }
}

typedef struct Consumed {
    RAMBlock *block;
    ram_addr_t offset;
} Consumed;

static void notify_consumed(void *opaque)
{
    g_autofree Consumed *access = opaque;
    uint64_t length = HWPOISON_PAGE_SIZE;
    HwpoisonListener *listener;
    hwaddr gpa;

    if (hwpoison_set_reported(access->block, access->offset, length) &&
        hwpoison_find_gpa(access->block, access->offset, &length, &gpa)) {
        trace_hwpoison_consumed(gpa);
        QLIST_FOREACH(listener, &listeners, next) {
            listener->consumed(listener, gpa);
        }
    }
    memory_region_unref(access->block->mr);
}

/* A device copies a page in many small accesses: note only the first one */
static bool is_noted(RAMBlock *block, unsigned long page)
{
    RAMBlockHwpoison *pages;

    RCU_READ_LOCK_GUARD();
    pages = qatomic_rcu_read(&block->hwpoison);
    return !pages || page >= pages->size ||
           qatomic_xchg(&pages->last_consumed, page) == page;
}

void hwpoison_consumed(RAMBlock *block, ram_addr_t offset)
{
    Consumed access = {
        .block = block,
        .offset = QEMU_ALIGN_DOWN(offset, HWPOISON_PAGE_SIZE),
    };

    if (!is_noted(block, offset / HWPOISON_PAGE_SIZE)) {
        memory_region_ref(block->mr);
        replay_bh_schedule_oneshot_event(qemu_get_aio_context(),
                                         notify_consumed,
                                         g_memdup2(&access, sizeof(access)));
    }
}
