/*
 * Loses pages of guest RAM for the monitor
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-acpi-hest.h"
#include "exec/cpu-common.h"
#include "hw/acpi/ghes.h"
#include "hw/acpi/ghes-ram.h"
#include "system/kvm.h"
#include "target/arm/kvm-poison.h"

/* The host's page that @host is in: its size, and how far in it @host is */
static uint64_t host_page(void *host, uint64_t *offset)
{
    ram_addr_t in_block;
    RAMBlock *block = qemu_ram_block_from_host(host, false, &in_block);
    uint64_t size = MAX(qemu_ram_pagesize(block), GHES_PAGE_SIZE);

    *offset = in_block % size;
    return size;
}

/* Host page by host page; what is lost is told from the first to the last. */
static bool poison_range(PoisonedMemory *lost, uint64_t address,
                         uint64_t length, Error **errp)
{
    hwaddr gpa = address, start = address, end = address;

    while (gpa - address < length) {
        uint8_t *host = ghes_page_host(gpa);
        uint64_t offset, size;

        if (!host) {
            error_setg(errp, "0x%" HWADDR_PRIx " is in no page of RAM", gpa);
            return false;
        }
        size = host_page(host, &offset);
        if (!kvm_arm_poison_page(host - offset, errp)) {
            error_prepend(errp, "0x%" HWADDR_PRIx ": ", gpa);
            return false;
        }
        start = MIN(start, gpa - offset);
        end = gpa = gpa - offset + size;
    }
    lost->address = start;
    lost->length = end - start;
    return true;
}

PoisonedMemory *qmp_poison_memory(uint64_t address, bool has_length,
                                  uint64_t length, Error **errp)
{
    g_autoptr(PoisonedMemory) lost = g_new0(PoisonedMemory, 1);

    if (!acpi_ghes_get_state()) {
        error_setg(errp, "the machine has no ACPI error sources; the Arm virt "
                   "machine has them with ras=on and UEFI firmware");
        return NULL;
    }
    if (!has_length) {
        length = GHES_PAGE_SIZE;
    }
    if (!ghes_check_pages(address, length, errp)) {
        return NULL;
    }
    if (!kvm_enabled()) {
        error_setg(errp, "poison-memory is not supported without KVM");
        return NULL;
    }
    return poison_range(lost, address, length, errp) ? g_steal_pointer(&lost)
                                                     : NULL;
}
