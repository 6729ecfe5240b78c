/*
 * What the monitor's commands for error sources share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_MONITOR_H
#define HW_ACPI_GHES_MONITOR_H

#include "hw/acpi/ghes.h"
#include "qapi/qapi-types-acpi-hest.h"

/* ghes_monitor_state: the error sources, if the guest can get errors */
AcpiGhesState *ghes_monitor_state(Error **errp);

/**
 * ghes_monitor_record: what a command says of an error of whatever kind
 * @arg: the command's arguments
 * @record: gets severity, flags and FRU text, which stays @arg's; and nothing
 *          else
 * @errp: names the argument that is wrong
 */
bool ghes_monitor_record(const GhesErrorInjection *arg, GhesSection *record,
                         Error **errp);

#endif
