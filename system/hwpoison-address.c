/*
 * Poisons and heals guest memory by guest-physical addresses
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "system/hwpoison.h"
#include "system/hwpoison-region.h"
#include "system/qtest.h"
#include "system/runstate.h"
#include "system/tcg.h"

/* What the accelerator offers, and what is in use */
static const HwpoisonOps *offered, *ops;

void hwpoison_offer(const HwpoisonOps *new_ops)
{
    offered = new_ops;
}

void hwpoison_enable(void)
{
    if (offered) {
        ops = offered;
    } else if (tcg_enabled() || qtest_enabled()) {
        ops = &hwpoison_region_ops;
    }
}

unsigned hwpoison_room(void)
{
    return ops && ops->room ? ops->room() : UINT_MAX;
}

/* The RAM that a section starts in, if the guest can write it */
static bool locate(const MemoryRegionSection *section, RAMBlock **block,
                   ram_addr_t *offset)
{
    MemoryRegion *mr = section->mr;

    if (hwpoison_region_locate(mr, section->offset_within_region, block,
                               offset)) {
        return true;
    }
    *block = mr->ram_block;
    *offset = section->offset_within_region;
    return memory_region_is_ram(mr) && !memory_region_is_ram_device(mr) &&
           !section->readonly;
}

/*
 * The RAM at the start of a range of guest-physical addresses.
 *
 * Returns: how many bytes of it are there in one piece, 0 if there is none.
 */
static uint64_t find_piece(hwaddr gpa, uint64_t length, RAMBlock **block,
                           ram_addr_t *offset)
{
    MemoryRegionSection section = memory_region_find(get_system_memory(), gpa,
                                                     length);
    bool found;

    if (!section.mr) {
        return 0;
    }
    found = section.offset_within_address_space == gpa &&
            locate(&section, block, offset);
    /* It stays while the BQL is held */
    memory_region_unref(section.mr);
    return found ? int128_get64(section.size) : 0;
}

bool hwpoison_find_page(hwaddr gpa, RAMBlock **block, ram_addr_t *offset)
{
    gpa = QEMU_ALIGN_DOWN(gpa, HWPOISON_PAGE_SIZE);
    return find_piece(gpa, HWPOISON_PAGE_SIZE, block, offset) ==
           HWPOISON_PAGE_SIZE;
}

typedef struct Search {
    const RAMBlock *block;
    ram_addr_t offset;
    uint64_t length;
    hwaddr gpa;
} Search;

static bool is_there(Int128 start, Int128 size, const MemoryRegion *mr,
                     hwaddr offset_in_region, void *opaque)
{
    Search *search = opaque;
    RAMBlock *block;
    ram_addr_t first;
    uint64_t before;

    if (!hwpoison_region_locate(mr, offset_in_region, &block, &first)) {
        block = mr->ram_block;
        first = offset_in_region;
    }
    before = search->offset - first;
    if (block != search->block || search->offset < first ||
        before >= int128_get64(size)) {
        return false;
    }
    search->gpa = int128_get64(start) + before;
    search->length = MIN(search->length, int128_get64(size) - before);
    return true;
}

bool hwpoison_find_gpa(const RAMBlock *block, ram_addr_t offset,
                       uint64_t *length, hwaddr *gpa)
{
    Search search = { .block = block, .offset = offset, .length = *length };

    RCU_READ_LOCK_GUARD();
    search.gpa = HWADDR_MAX;
    flatview_for_each_range(address_space_to_flatview(&address_space_memory),
                            is_there, &search);
    *length = search.length;
    *gpa = search.gpa;
    return search.gpa != HWADDR_MAX;
}

void *hwpoison_page_host(hwaddr gpa)
{
    ram_addr_t offset;
    RAMBlock *block;

    return hwpoison_find_page(gpa, &block, &offset) ? block->host + offset
                                                    : NULL;
}

bool hwpoison_gpa_is_poisoned(hwaddr gpa)
{
    ram_addr_t offset;
    RAMBlock *block;

    return hwpoison_find_page(gpa, &block, &offset) &&
           hwpoison_is_poisoned(block, offset);
}

bool hwpoison_gpa_set_reported(hwaddr gpa)
{
    ram_addr_t offset;
    RAMBlock *block;

    return hwpoison_find_page(gpa, &block, &offset) &&
           hwpoison_set_reported(block, offset, HWPOISON_PAGE_SIZE);
}

bool hwpoison_check_pages(hwaddr address, uint64_t length, Error **errp)
{
    hwaddr gpa = address;
    ram_addr_t offset;
    RAMBlock *block;

    if (address % HWPOISON_PAGE_SIZE) {
        error_setg(errp, "address: 0x%" PRIx64 " is not a multiple of %d",
                   address, HWPOISON_PAGE_SIZE);
        return false;
    }
    if (!length || length % HWPOISON_PAGE_SIZE) {
        error_setg(errp, "length: %" PRIu64 " is not a positive multiple of "
                   "%d", length, HWPOISON_PAGE_SIZE);
        return false;
    }
    if (address + length - 1 < address) {
        error_setg(errp, "length: 0x%" PRIx64 " from address 0x%" PRIx64
                   " exceeds the address space", length, address);
        return false;
    }
    while (gpa - address < length) {
        uint64_t piece = find_piece(gpa, address + length - gpa, &block,
                                    &offset);

        if (!piece) {
            error_setg(errp, "address: 0x%" PRIx64 " to 0x%" PRIx64
                       " is not all guest RAM", address, address + length - 1);
            return false;
        }
        gpa += piece;
    }
    return true;
}

bool hwpoison_poison_block(RAMBlock *block, ram_addr_t offset, uint64_t length,
                           Error **errp)
{
    if (!ops) {
        error_setg(errp, "memory can be poisoned under KVM and TCG only");
        return false;
    }
    if (!ops->poison(block, offset, length, errp)) {
        return false;
    }
    hwpoison_add(block, offset, length);
    return true;
}

bool hwpoison_heal_block(RAMBlock *block, ram_addr_t offset, uint64_t length,
                         Error **errp)
{
    if (!ops) {
        error_setg(errp, "memory can be healed under KVM and TCG only");
        return false;
    }
    if (!ops->heal(block, offset, length, errp)) {
        return false;
    }
    hwpoison_remove(block, offset, length);
    return true;
}

void hwpoison_finish_healing(hwaddr gpa, uint64_t length)
{
    if (ops && ops->healed) {
        ops->healed(gpa, length);
    }
}

/* What is poisoned or healed at once */
typedef struct Piece {
    RAMBlock *block;
    ram_addr_t offset;
    uint64_t length;
    hwaddr gpa;
} Piece;

/* The next piece of a range: all that is of one block, or a page of the host */
static bool next_piece(Piece *piece, hwaddr gpa, uint64_t length, Error **errp)
{
    piece->gpa = gpa;
    piece->length = find_piece(gpa, length, &piece->block, &piece->offset);
    if (!piece->length) {
        error_setg(errp, "0x%" HWADDR_PRIx " is in no page of RAM", gpa);
        return false;
    }
    if (ops->host_pages) {
        uint64_t size = MAX(qemu_ram_pagesize(piece->block),
                            HWPOISON_PAGE_SIZE);
        uint64_t before = piece->offset % size;

        piece->gpa -= before;
        piece->offset -= before;
        piece->length = size;
    }
    return true;
}

/* The first page of a range that isn't as it should be, or its end */
static hwaddr first_other(hwaddr address, uint64_t length, bool poisoned)
{
    hwaddr gpa = address;
    Piece piece;

    while (gpa - address < length &&
           next_piece(&piece, gpa, address + length - gpa, NULL)) {
        for (uint64_t i = 0; i < piece.length; i += HWPOISON_PAGE_SIZE) {
            if (hwpoison_is_poisoned(piece.block, piece.offset + i) !=
                poisoned) {
                return MAX(piece.gpa + i, address);
            }
        }
        gpa = piece.gpa + piece.length;
    }
    return address + length;
}

static bool check(hwaddr address, uint64_t length, bool poisoned, Error **errp)
{
    hwaddr gpa;

    if (!hwpoison_check_pages(address, length, errp)) {
        return false;
    }
    if (!ops) {
        error_setg(errp, "the machine can't poison memory; the Arm virt "
                   "machine can, under KVM and TCG, with ras=on and UEFI "
                   "firmware");
        return false;
    }
    gpa = first_other(address, length, poisoned);
    if (gpa - address < length) {
        error_setg(errp, "0x%" HWADDR_PRIx ": the page is %s", gpa,
                   poisoned ? "not poisoned" : "poisoned already");
        return false;
    }
    return true;
}

typedef bool PieceFunction(RAMBlock *block, ram_addr_t offset,
                           uint64_t length, Error **errp);

static bool do_pieces(hwaddr address, uint64_t length, PieceFunction *function,
                      HwpoisonRange *range, Error **errp)
{
    hwaddr gpa = address, start = address;
    Piece piece;

    while (gpa - address < length) {
        if (!next_piece(&piece, gpa, address + length - gpa, errp)) {
            return false;
        }
        if (!function(piece.block, piece.offset, piece.length, errp)) {
            error_prepend(errp, "0x%" HWADDR_PRIx ": ", gpa);
            return false;
        }
        start = MIN(start, piece.gpa);
        gpa = piece.gpa + piece.length;
    }
    range->address = start;
    range->length = gpa - start;
    return true;
}

bool hwpoison_poison(hwaddr address, uint64_t length, HwpoisonRange *range,
                     Error **errp)
{
    if (runstate_check(RUN_STATE_INMIGRATE)) {
        error_setg(errp, "the guest is still migrating to this QEMU");
        return false;
    }
    return check(address, length, false, errp) &&
           do_pieces(address, length, hwpoison_poison_block, range, errp);
}

bool hwpoison_unpoison(hwaddr address, uint64_t length, HwpoisonRange *range,
                       Error **errp)
{
    if (!check(address, length, true, errp) ||
        !do_pieces(address, length, hwpoison_heal_block, range, errp)) {
        return false;
    }
    hwpoison_finish_healing(range->address, range->length);
    hwpoison_notify_healed(range->address, range->length);
    return true;
}
