/*
 * Memory of the guest that is lost on purpose
 *
 * How a page is lost is up to the accelerator: the machine says which way is
 * to be used, and all others, monitor or device, lose memory by the functions
 * below.  They are called with the BQL held, and by no thread but the main
 * thread or a vCPU's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_POISON_H
#define HW_ACPI_GHES_POISON_H

/**
 * GhesRange: a range of guest memory
 * @address: its first guest-physical address
 * @length: its bytes
 */
typedef struct GhesRange {
    uint64_t address;
    uint64_t length;
} GhesRange;

/**
 * GhesPoisonOps: a way to lose memory
 * @poison: lose it; says in @lost what is lost, which can be more, as pages
 *          are lost whole
 * @unpoison: replace what is lost by memory that is good and reads as zero;
 *            says in @replaced what is replaced
 * @is_lost: whether a page is; NULL if the accelerator doesn't ask
 * @is_news: whether the guest wasn't told of a lost page yet, which it is now;
 *           NULL as @is_lost
 *
 * The range is whole pages of guest RAM, of GHES_PAGE_SIZE each.  The first two
 * return false if they can't, with the reason and the page in @errp.
 */
typedef struct GhesPoisonOps {
    bool (*poison)(void *opaque, const GhesRange *range, GhesRange *lost,
                   Error **errp);
    bool (*unpoison)(void *opaque, const GhesRange *range, GhesRange *replaced,
                     Error **errp);
    bool (*is_lost)(void *opaque, uint64_t address);
    bool (*is_news)(void *opaque, uint64_t address);
} GhesPoisonOps;

/**
 * GhesPoison: how a machine's memory is lost
 * @ops: the way; NULL if there is none
 * @opaque: argument of its functions
 */
typedef struct GhesPoison {
    const GhesPoisonOps *ops;
    void *opaque;
} GhesPoison;

/**
 * ghes_poison: lose memory of the guest
 * @poison: how
 * @address: guest-physical address of the first page, a multiple of
 *           GHES_PAGE_SIZE
 * @length: bytes, a multiple of GHES_PAGE_SIZE and not 0
 * @lost: what is lost, if the function succeeds
 * @errp: what is wrong with the arguments or the memory
 *
 * A vCPU that touches the memory from then on takes a synchronous external
 * abort with a record.  The guest isn't told before.
 *
 * Returns: false if it can't be lost; what comes before the page that the
 * error names may be lost then.
 */
bool ghes_poison(const GhesPoison *poison, uint64_t address, uint64_t length,
                 GhesRange *lost, Error **errp);

/**
 * ghes_unpoison: give the guest good memory in the place of lost memory
 * @poison: how it was lost
 * @address: as for ghes_poison(); each page must be lost
 * @length: as for ghes_poison()
 * @replaced: what is replaced and reads as zero, if the function succeeds
 * @errp: what is wrong with the arguments or the memory
 *
 * The guest isn't told: what it has taken out of use stays so.
 *
 * Returns: false if it can't be replaced, or isn't lost.
 */
bool ghes_unpoison(const GhesPoison *poison, uint64_t address, uint64_t length,
                   GhesRange *replaced, Error **errp);

/**
 * ghes_poison_is_lost: whether a vCPU has touched lost memory
 * @poison: how it is lost
 * @address: guest-physical address of a page, or of what isn't RAM at all
 */
bool ghes_poison_is_lost(const GhesPoison *poison, uint64_t address);

/**
 * ghes_poison_is_news: whether the guest is told of a lost page for the first
 *                      time
 * @poison: how it is lost
 * @address: guest-physical address of a page that is lost
 *
 * The second answer is no, until the page is good again.
 */
bool ghes_poison_is_news(const GhesPoison *poison, uint64_t address);

#endif
