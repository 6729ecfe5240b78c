/*
 * Answers QMP where no machine has GHES error sources
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-acpi-hest.h"

static void no_error_sources(Error **errp)
{
    error_setg(errp, "this QEMU has no machine with ACPI error sources");
}

void qmp_inject_ghes_v2_error(const char *cper, Error **errp)
{
    no_error_sources(errp);
}

void qmp_inject_memory_error(MemoryErrorInjection *arg, Error **errp)
{
    no_error_sources(errp);
}

void qmp_inject_processor_error(ProcessorErrorInjection *arg, Error **errp)
{
    no_error_sources(errp);
}

void qmp_inject_pcie_error(PcieErrorInjection *arg, Error **errp)
{
    no_error_sources(errp);
}

GhesInfo *qmp_query_ghes(Error **errp)
{
    return g_new0(GhesInfo, 1);
}
