/*
 * What the QMP commands for error sources share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_QMP_H
#define HW_ACPI_GHES_QMP_H

#include "hw/acpi/ghes.h"
#include "ghes-status.h"
#include "qapi/qapi-types-acpi-hest.h"

/* ghes_qmp_find: the error sources, if the guest can get errors */
AcpiGhes *ghes_qmp_find(Error **errp);

/**
 * ghes_qmp_record: what a command says of an error of whatever kind
 * @arg: the command's arguments
 * @record: gets severity, flags and FRU text, which stays @arg's; and nothing
 *          else
 * @errp: names the argument that is wrong
 */
bool ghes_qmp_record(const GhesErrorInjection *arg, GhesSection *record,
                     Error **errp);

#endif
