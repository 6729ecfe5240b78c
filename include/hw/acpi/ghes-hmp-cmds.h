/*
 * HMP commands for the guest's ACPI error sources
 *
 * They are there for all targets; a machine without error sources says so.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_HMP_CMDS_H
#define HW_ACPI_GHES_HMP_CMDS_H

#include "qemu/readline.h"

/* hmp_info_ghes: query-ghes as a table */
void hmp_info_ghes(Monitor *mon, const QDict *qdict);

/**
 * hmp_inject_memory_error: inject-memory-error
 * @mon: gets the error, if there is one
 * @qdict: "address" and perhaps "length", integers; perhaps "error", the other
 *         members of MemoryErrorInjection as KEY=VALUE,... with @severity as
 *         the implied key
 */
void hmp_inject_memory_error(Monitor *mon, const QDict *qdict);

/**
 * hmp_poison_memory: poison-memory
 * @mon: gets what is poisoned, or the error
 * @qdict: "address" and perhaps "length", integers
 */
void hmp_poison_memory(Monitor *mon, const QDict *qdict);

/**
 * hmp_unpoison_memory: unpoison-memory
 * @mon: gets what is healed, or the error
 * @qdict: "address" and perhaps "length", integers
 */
void hmp_unpoison_memory(Monitor *mon, const QDict *qdict);

/**
 * inject_memory_error_completion: propose how the last argument goes on
 * @rs: gets the proposals
 * @nb_args: words there are, the command among them
 * @str: the last of them, as far as it is typed
 *
 * Severities, the names of other members, and the words that these can be.
 */
void inject_memory_error_completion(ReadLineState *rs, int nb_args,
                                    const char *str);

#endif
