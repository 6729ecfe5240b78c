/*
 * Poisoned guest memory
 *
 * The one list of it, for all accelerators.  A page is known by its RAMBlock
 * and its offset in that, in units of HWPOISON_PAGE_SIZE.  Look-ups take no
 * lock; all else is called with the BQL held.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SYSTEM_HWPOISON_H
#define SYSTEM_HWPOISON_H

#include "exec/cpu-common.h"
#include "exec/ramblock.h"

#define HWPOISON_PAGE_SIZE 4096

#define TYPE_HWPOISON "hwpoison"

/**
 * HwpoisonListener: is notified of poisoned memory
 * @consumed: something that isn't a vCPU has accessed a page, which was not
 *            reported to the guest before; called once for a page
 * @healed: memory is good again, and what was to be reported of it is obsolete
 *
 * Both are called with the BQL held.
 */
typedef struct HwpoisonListener HwpoisonListener;

struct HwpoisonListener {
    void (*consumed)(HwpoisonListener *listener, hwaddr gpa);
    void (*healed)(HwpoisonListener *listener, hwaddr gpa, uint64_t length);
    QLIST_ENTRY(HwpoisonListener) next;
};

/**
 * HwpoisonRange: a range of guest memory
 * @address: guest-physical address of its first byte
 * @length: bytes, a multiple of HWPOISON_PAGE_SIZE
 */
typedef struct HwpoisonRange {
    hwaddr address;
    uint64_t length;
} HwpoisonRange;

/**
 * HwpoisonOps: how an accelerator makes memory fail
 * @host_pages: pages are poisoned and healed whole, as the host has them
 * @room: how many more separate ranges can be poisoned; NULL for any number
 * @poison: let each access to a range fail
 * @heal: replace a range by memory that is good and reads as zero
 * @healed: is called when the guest has that memory in its address space; may
 *          be NULL
 *
 * @poison and @heal return false if they can't, with the reason in @errp.
 */
typedef struct HwpoisonOps {
    bool host_pages;
    unsigned (*room)(void);
    bool (*poison)(RAMBlock *block, ram_addr_t offset, uint64_t length,
                   Error **errp);
    bool (*heal)(RAMBlock *block, ram_addr_t offset, uint64_t length,
                 Error **errp);
    void (*healed)(hwaddr gpa, uint64_t length);
} HwpoisonOps;

/**
 * hwpoison_init: have a machine whose memory can be poisoned
 * @machine: the machine
 *
 * Creates the device that resets and migrates poisoned memory, as child
 * "hwpoison" of @machine, and enables the commands.  A second call does nothing.
 */
void hwpoison_init(Object *machine);

/* hwpoison_add_listener: notify @listener from now on */
void hwpoison_add_listener(HwpoisonListener *listener);

/* hwpoison_remove_listener: notify @listener no more */
void hwpoison_remove_listener(HwpoisonListener *listener);

/**
 * hwpoison_offer: have an accelerator's way to make memory fail
 * @ops: the functions
 *
 * Called by an accelerator before the machine is made.  What is emulated needs
 * no such call.
 */
void hwpoison_offer(const HwpoisonOps *ops);

/* hwpoison_enable: let memory be poisoned from now on; for hwpoison_init() */
void hwpoison_enable(void);

/**
 * hwpoison_is_poisoned: whether a page is poisoned
 * @block: its RAM
 * @offset: of any byte in the page
 *
 * Takes no lock: the caller holds the BQL or is in an RCU critical section.
 */
bool hwpoison_is_poisoned(const RAMBlock *block, ram_addr_t offset);

/* hwpoison_good_length_slow: what hwpoison_good_length() is made of */
uint64_t hwpoison_good_length_slow(const RAMBlock *block, ram_addr_t offset,
                                   uint64_t length);

/**
 * hwpoison_good_length: how much of a range lies before the first poisoned page
 * @block: its RAM; may be NULL
 * @offset: of its first byte
 * @length: its bytes
 *
 * Takes no lock, and no time while nothing of @block is poisoned.
 *
 * Returns: 0 if the first byte is poisoned, @length if none is.
 */
static inline uint64_t hwpoison_good_length(const RAMBlock *block,
                                            ram_addr_t offset, uint64_t length)
{
    if (likely(!block || !qatomic_read(&block->hwpoison))) {
        return length;
    }
    return hwpoison_good_length_slow(block, offset, length);
}

/* hwpoison_is_empty: whether no memory at all is poisoned */
bool hwpoison_is_empty(void);

/**
 * hwpoison_add: note that memory is poisoned
 * @block: the RAM
 * @offset: where in it
 * @length: how many bytes
 *
 * Partial pages are poisoned whole.
 */
void hwpoison_add(RAMBlock *block, ram_addr_t offset, uint64_t length);

/* hwpoison_add_ram_addr: the same, for the page of the host at a ram_addr_t */
void hwpoison_add_ram_addr(ram_addr_t ram_addr);

/* hwpoison_remove: note that memory is good again; as hwpoison_add() */
void hwpoison_remove(RAMBlock *block, ram_addr_t offset, uint64_t length);

/**
 * hwpoison_set_reported: note that poisoned memory is reported to the guest
 * @block: the RAM
 * @offset: where in it
 * @length: how many bytes
 *
 * Returns: true if any of the pages was not reported before, in which case the
 * caller is to do so.
 */
bool hwpoison_set_reported(RAMBlock *block, ram_addr_t offset,
                           uint64_t length);

/**
 * HwpoisonVisitor: is given a run of poisoned pages
 *
 * May remove it from the list.
 */
typedef void HwpoisonVisitor(RAMBlock *block, ram_addr_t offset,
                             uint64_t length, bool reported, void *opaque);

/**
 * hwpoison_foreach: visit all poisoned memory
 * @visitor: is called for each run of pages
 * @by_report: whether a run consists of pages all of which were reported, or
 *             none; else it goes as far as there are poisoned pages
 * @opaque: argument of @visitor
 */
void hwpoison_foreach(HwpoisonVisitor *visitor, bool by_report, void *opaque);

/**
 * hwpoison_free: forget a RAMBlock
 * @block: one that nobody can look up any more
 */
void hwpoison_free(RAMBlock *block);

/**
 * hwpoison_consumed: something that isn't a vCPU has accessed poisoned memory
 * @block: the RAM
 * @offset: of any byte in the page
 *
 * Has the listeners notified by the main loop.  Called in any thread, with or
 * without the BQL, and often.
 */
void hwpoison_consumed(RAMBlock *block, ram_addr_t offset);

/**
 * hwpoison_notify_healed: notify the listeners that memory is good again
 * @gpa: guest-physical address
 * @length: bytes
 */
void hwpoison_notify_healed(hwaddr gpa, uint64_t length);

/**
 * hwpoison_find_page: which page of RAM is at a guest-physical address
 * @gpa: the address
 * @block: where to put its RAM, if there is one
 * @offset: where to put its offset in @block
 *
 * Looks the address up, and doesn't access the page, which may be poisoned.
 *
 * Returns: false if there is no RAM there that the guest can write.
 */
bool hwpoison_find_page(hwaddr gpa, RAMBlock **block, ram_addr_t *offset);

/**
 * hwpoison_find_gpa: where the guest has a page of RAM
 * @block: the RAM
 * @offset: of the page
 * @length: how long the range is that is asked for; on return, how much of it
 *          is there in one piece
 * @gpa: where to put the guest-physical address
 *
 * Returns: false if it isn't in the guest's address space.
 */
bool hwpoison_find_gpa(const RAMBlock *block, ram_addr_t offset,
                       uint64_t *length, hwaddr *gpa);

/* hwpoison_page_host: where QEMU has a page that hwpoison_find_page() finds */
void *hwpoison_page_host(hwaddr gpa);

/* hwpoison_gpa_is_poisoned: hwpoison_is_poisoned() by guest-physical address */
bool hwpoison_gpa_is_poisoned(hwaddr gpa);

/* hwpoison_gpa_set_reported: the same for hwpoison_set_reported(), of a page */
bool hwpoison_gpa_set_reported(hwaddr gpa);

/**
 * hwpoison_check_pages: whether a range that a user gave is whole pages of RAM
 * @address: its first guest-physical address
 * @length: its bytes
 * @errp: says which of the two is wrong, and how
 *
 * Both have to be multiples of HWPOISON_PAGE_SIZE; the range must not be empty
 * or wrap, and all of it be RAM that the guest can write, poisoned or not.
 */
bool hwpoison_check_pages(hwaddr address, uint64_t length, Error **errp);

/**
 * hwpoison_check_guest: check that the guest is still with this QEMU
 * @errp: set if it has migrated to another one
 *
 * It has from the moment at which its state is sent, in postcopy as well, and
 * comes back if the migration fails.
 */
bool hwpoison_check_guest(Error **errp);

/**
 * hwpoison_poison: poison guest memory
 * @address: as for hwpoison_check_pages()
 * @length: as for hwpoison_check_pages()
 * @range: what is poisoned, if the function succeeds: more than was asked for,
 *         if the host's pages are larger
 * @errp: what is wrong with the arguments or the memory
 *
 * A vCPU that accesses the memory from then on takes an abort.  The guest gets
 * no report before.
 *
 * Returns: false if it can't be poisoned; what lies before the page that the
 * error names may be poisoned then.
 */
bool hwpoison_poison(hwaddr address, uint64_t length, HwpoisonRange *range,
                     Error **errp);

/**
 * hwpoison_unpoison: heal guest memory
 * @address: as for hwpoison_check_pages(); each page must be poisoned
 * @length: as for hwpoison_check_pages()
 * @range: what is healed and reads as zero, if the function succeeds
 * @errp: what is wrong with the arguments or the memory
 *
 * The guest isn't notified: what it has taken out of use stays so.
 *
 * Returns: false if it can't be healed; what lies before the page that the
 * error names may be healed then.
 */
bool hwpoison_unpoison(hwaddr address, uint64_t length, HwpoisonRange *range,
                       Error **errp);

/**
 * hwpoison_poison_block: hwpoison_poison() for a part of a RAMBlock
 * @block: the RAM
 * @offset: where in it
 * @length: how many bytes
 * @errp: why it can't be poisoned
 */
bool hwpoison_poison_block(RAMBlock *block, ram_addr_t offset, uint64_t length,
                           Error **errp);

/**
 * hwpoison_heal_block: hwpoison_unpoison() for a part of a RAMBlock
 *
 * hwpoison_finish_healing() is to be called for it when the address space is up
 * to date.
 */
bool hwpoison_heal_block(RAMBlock *block, ram_addr_t offset, uint64_t length,
                         Error **errp);

/* hwpoison_finish_healing: the guest has healed memory at an address again */
void hwpoison_finish_healing(hwaddr gpa, uint64_t length);

/* hwpoison_room: how many more separate ranges can be poisoned */
unsigned hwpoison_room(void);

#endif
