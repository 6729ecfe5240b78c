/*
 * HMP commands for the guest's ACPI error sources
 *
 * They are there for all targets; a machine without error sources says so.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_HMP_CMDS_H
#define HW_ACPI_GHES_HMP_CMDS_H

/* hmp_info_ghes: query-ghes as a table */
void hmp_info_ghes(Monitor *mon, const QDict *qdict);

/**
 * hmp_inject_memory_error: inject-memory-error
 * @mon: where a refusal is told
 * @qdict: "address" and perhaps "length", integers; perhaps "error", the other
 *         members of MemoryErrorInjection as KEY=VALUE,... with @severity as
 *         the implied key
 */
void hmp_inject_memory_error(Monitor *mon, const QDict *qdict);

/**
 * hmp_poison_memory: poison-memory
 * @mon: where it is told what is lost, or why nothing is
 * @qdict: "address" and perhaps "length", integers
 */
void hmp_poison_memory(Monitor *mon, const QDict *qdict);

#endif
