/*
 * Injects errors that are one section each, and reads their records back
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef GHES_INJECT_H
#define GHES_INJECT_H

#include "ghes-machine.h"

/* ghes_inject: a command with its arguments as JSON, which must succeed */
void ghes_inject(GhesMachine *m, const char *command, const char *json);

/**
 * ghes_inject_take_section: what the guest gets of one error
 * @m: the machine, whose guest acknowledges it
 * @block: gets the status block, to be freed by g_free()
 * @type: Section Type that it must have
 * @length: Error Data Length
 * @block_status: Block Status
 * @severity: Error Severity of block and entry
 * @flags: Flags of the entry
 * @fru_text: FRU Text; if empty, it is not valid
 *
 * Asserts the event, and that all else of block and entry is as it must be.
 *
 * Returns: the section, which is in @block.
 */
const uint8_t *ghes_inject_take_section(GhesMachine *m, uint8_t **block,
                                        const uint8_t *type, uint32_t length,
                                        uint64_t block_status,
                                        uint64_t severity, uint64_t flags,
                                        const char *fru_text);

/* GhesInjectRefusal: arguments, and what the error must say */
typedef struct GhesInjectRefusal {
    const char *name;
    const char *arguments;
    const char *reason;
} GhesInjectRefusal;

/*
 * ghes_inject_refuse_all: each is refused, and nothing is written, nobody
 * notified, no count goes up
 */
void ghes_inject_refuse_all(GhesMachine *m, const char *command,
                            const GhesInjectRefusal *refusals, size_t count);

#endif
