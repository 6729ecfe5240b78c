/*
 * Tells which pages of guest RAM an error can happen in
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "hw/acpi/ghes-block.h"
#include "hw/acpi/ghes-queue.h"
#include "hw/acpi/ghes-ram.h"

bool ghes_check_pages(uint64_t address, uint64_t length, Error **errp)
{
    if (address % GHES_PAGE_SIZE) {
        error_setg(errp, "address: 0x%" PRIx64 " is not a multiple of %d",
                   address, GHES_PAGE_SIZE);
        return false;
    }
    if (!length || length % GHES_PAGE_SIZE) {
        error_setg(errp, "length: %" PRIu64 " is not a positive multiple of "
                   "%d", length, GHES_PAGE_SIZE);
        return false;
    }
    if (address + length - 1 < address) {
        error_setg(errp, "length: 0x%" PRIx64 " from address 0x%" PRIx64
                   " exceeds the address space", length, address);
        return false;
    }
    if (!ghes_range_is_ram_or_lost(address, length)) {
        error_setg(errp, "address: 0x%" PRIx64 " to 0x%" PRIx64
                   " is not all guest RAM", address, address + length - 1);
        return false;
    }
    return true;
}

void *ghes_page_host(hwaddr gpa)
{
    MemoryRegionSection section;
    void *host = NULL;

    if (!ghes_range_is_ram(gpa, GHES_PAGE_SIZE)) {
        return NULL;
    }
    section = memory_region_find(get_system_memory(), gpa, GHES_PAGE_SIZE);
    if (int128_get64(section.size) == GHES_PAGE_SIZE) {
        host = memory_region_get_ram_ptr(section.mr) +
               section.offset_within_region;
    }
    memory_region_unref(section.mr);
    return host;
}
