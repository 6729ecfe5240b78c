/*
 * Stands in for GHES error sources where no machine has them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/acpi/ghes.h"

AcpiGhes *acpi_ghes_find(void)
{
    return NULL;
}

bool ghes_report_memory(AcpiGhes *ghes, CperSeverity severity,
                        uint64_t address, uint64_t length, Error **errp)
{
    g_assert_not_reached();
}

GhesSeaResult ghes_record_sea(AcpiGhes *ghes, uint64_t address)
{
    g_assert_not_reached();
}

bool ghes_sea_is_busy(AcpiGhes *ghes)
{
    g_assert_not_reached();
}
