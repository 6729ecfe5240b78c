/*
 * Stands in for GHES error sources where no machine has them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/acpi/ghes.h"
#include "hw/acpi/ghes-ram.h"

AcpiGhesState *acpi_ghes_get_state(void)
{
    return NULL;
}

void ghes_memory_error_init(GhesError *error, CperSeverity severity,
                            uint64_t address, uint64_t length)
{
    g_assert_not_reached();
}

bool ghes_report(AcpiGhesState *ags, const GhesError *error, Error **errp)
{
    g_assert_not_reached();
}

GhesSynchronousResult ghes_report_synchronous(AcpiGhesState *ags,
                                              const GhesError *error)
{
    g_assert_not_reached();
}

bool ghes_synchronous_is_busy(AcpiGhesState *ags)
{
    g_assert_not_reached();
}

void ghes_forget_range(AcpiGhesState *ags, uint64_t address, uint64_t length)
{
    g_assert_not_reached();
}

void *ghes_page_host(hwaddr gpa)
{
    return NULL;
}

bool ghes_poison_is_lost(const GhesPoison *poison, uint64_t address)
{
    return false;
}

bool ghes_poison_is_news(const GhesPoison *poison, uint64_t address)
{
    g_assert_not_reached();
}
