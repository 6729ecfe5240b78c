/*
 * Loses and replaces guest memory for the monitor
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-acpi-hest.h"
#include "hw/acpi/ghes.h"

static AcpiGhesState *find_state(Error **errp)
{
    AcpiGhesState *ags = acpi_ghes_get_state();

    if (!ags) {
        error_setg(errp, "the machine has no ACPI error sources; the Arm virt "
                   "machine has them with ras=on and UEFI firmware");
    }
    return ags;
}

static PoisonedMemory *poisoned_memory(const GhesRange *range)
{
    PoisonedMemory *memory = g_new(PoisonedMemory, 1);

    memory->address = range->address;
    memory->length = range->length;
    return memory;
}

PoisonedMemory *qmp_poison_memory(uint64_t address, bool has_length,
                                  uint64_t length, Error **errp)
{
    AcpiGhesState *ags = find_state(errp);
    GhesRange lost;

    if (!ags || !ghes_poison(&ags->poison, address,
                             has_length ? length : GHES_PAGE_SIZE, &lost,
                             errp)) {
        return NULL;
    }
    return poisoned_memory(&lost);
}

PoisonedMemory *qmp_unpoison_memory(uint64_t address, bool has_length,
                                    uint64_t length, Error **errp)
{
    AcpiGhesState *ags = find_state(errp);
    GhesRange replaced;

    if (!ags || !ghes_unpoison(&ags->poison, address,
                               has_length ? length : GHES_PAGE_SIZE,
                               &replaced, errp)) {
        return NULL;
    }
    return poisoned_memory(&replaced);
}
