/*
 * Completes what is typed at the human monitor to inject an error
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/acpi/ghes-hmp-cmds.h"
#include "qapi/qapi-types-acpi-hest.h"
#include "qemu/readline.h"

/* The command, its address, its length, and then this */
#define ERROR_ARGUMENT 4

/* Of MemoryErrorInjection, but for those that have arguments of their own */
static const char *const members[] = {
    "address-mask", "bank", "bank-address", "bank-group", "bit-position",
    "card", "card-handle", "chip-id", "column", "device", "error-status",
    "error-type", "fru-id", "fru-text", "module", "module-handle", "node",
    "rank", "requestor-id", "responder-id", "row", "severity", "target-id",
    "threshold-exceeded",
};

/* What is before stays as it is */
static void add(ReadLineState *rs, const char *str, int before,
                const char *word, const char *behind)
{
    g_autofree char *all = g_strdup_printf("%.*s%s%s", before, str, word,
                                           behind);

    readline_add_completion_of(rs, str, all);
}

static void add_values(ReadLineState *rs, const char *str, int before,
                       const QEnumLookup *values)
{
    for (int i = 0; i < values->size; i++) {
        add(rs, str, before, values->array[i], "");
    }
}

void inject_memory_error_completion(ReadLineState *rs, int nb_args,
                                    const char *str)
{
    const char *comma = strrchr(str, ',');
    const char *last = comma ? comma + 1 : str;
    const char *value = strchr(last, '=');
    int before = last - str;

    if (nb_args != ERROR_ARGUMENT) {
        return;
    }
    readline_set_completion_index(rs, strlen(str));
    if (value) {
        before = value + 1 - str;
        if (g_str_has_prefix(last, "severity=")) {
            add_values(rs, str, before, &GhesErrorSeverity_lookup);
        } else if (g_str_has_prefix(last, "error-type=")) {
            add_values(rs, str, before, &CperMemoryErrorKind_lookup);
        }
        return;
    }
    if (!comma) {
        add_values(rs, str, before, &GhesErrorSeverity_lookup);
    }
    for (int i = 0; i < ARRAY_SIZE(members); i++) {
        add(rs, str, before, members[i], "=");
    }
}
