/*
 * Pages of guest RAM that an error can happen in
 *
 * All functions are called with the BQL held.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_RAM_H
#define HW_ACPI_GHES_RAM_H

#include "exec/hwaddr.h"

/**
 * ghes_check_pages: whether a range that a user gave is whole pages of RAM
 * @address: its first guest-physical address
 * @length: its bytes
 * @errp: says which of the two is wrong, and how
 *
 * Both have to be multiples of GHES_PAGE_SIZE; the range must not be empty or
 * wrap, and all of it be RAM that the guest can write.
 */
bool ghes_check_pages(uint64_t address, uint64_t length, Error **errp);

/**
 * ghes_page_host: where QEMU has a page of the guest
 * @gpa: guest-physical address of the page, a multiple of GHES_PAGE_SIZE
 *
 * Looks the address up and doesn't touch the page.
 *
 * Returns: the page's address in QEMU, which stays valid while the BQL is
 * held; NULL if the page isn't RAM that the guest can write, and all of one
 * block of it.
 */
void *ghes_page_host(hwaddr gpa);

#endif
