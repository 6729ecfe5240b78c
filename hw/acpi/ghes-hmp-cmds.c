/*
 * HMP commands for the guest's ACPI error sources
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/acpi/ghes-hmp-cmds.h"
#include "monitor/hmp.h"
#include "monitor/monitor.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-acpi-hest.h"
#include "qapi/qapi-commands-hwpoison.h"
#include "qapi/qapi-visit-acpi-hest.h"
#include "qapi/qobject-input-visitor.h"
#include "qemu/keyval.h"
#include "qemu/readline.h"
#include "qobject/qdict.h"

static void print_source(Monitor *mon, const GhesSourceInfo *source)
{
    monitor_printf(mon, "%6" PRIu16 "  %-12s  %10" PRIu32 "  %-5s"
                   "  %6" PRIu64 "  %8" PRIu64 "  %8" PRIu64 "  %12" PRIu64
                   "  %7" PRIu64 "\n", source->source_id,
                   GhesNotificationType_str(source->notification),
                   source->block_size,
                   GhesSourceActivity_str(source->state), source->queued,
                   source->recorded, source->notified, source->acknowledged,
                   source->dropped);
}

void hmp_info_ghes(Monitor *mon, const QDict *qdict)
{
    Error *err = NULL;
    g_autoptr(GhesInfo) info = qmp_query_ghes(&err);

    if (hmp_handle_error(mon, err)) {
        return;
    }
    if (!info->present) {
        monitor_printf(mon, "The machine has no error sources\n");
        return;
    }
    monitor_printf(mon, "source  notification  block size  state  queued"
                   "  recorded  notified  acknowledged  dropped\n");
    for (GhesSourceInfoList *l = info->sources; l; l = l->next) {
        print_source(mon, l->value);
    }
}

/* As text, since that is all that the visitor for KEY=VALUE reads */
static void copy_number(QDict *members, const QDict *qdict, const char *name)
{
    if (qdict_haskey(qdict, name)) {
        g_autofree char *text = g_strdup_printf("0x%" PRIx64,
                                                qdict_get_int(qdict, name));

        qdict_put_str(members, name, text);
    }
}

/*
 * The visitor knows all members of the QMP command, and reports what is wrong
 * with one in the same words.
 */
static MemoryErrorInjection *parse_memory_error(const QDict *qdict,
                                                Error **errp)
{
    const char *rest = qdict_get_try_str(qdict, "error");
    g_autoptr(QDict) members = qdict_new();
    MemoryErrorInjection *injection;
    Visitor *v;

    copy_number(members, qdict, "address");
    copy_number(members, qdict, "length");
    if (rest && !keyval_parse_into(members, rest, "severity", NULL, errp)) {
        return NULL;
    }
    v = qobject_input_visitor_new_keyval(QOBJECT(members));
    visit_type_MemoryErrorInjection(v, NULL, &injection, errp);
    visit_free(v);
    return injection;
}

void hmp_inject_memory_error(Monitor *mon, const QDict *qdict)
{
    Error *err = NULL;
    g_autoptr(MemoryErrorInjection) injection = parse_memory_error(qdict,
                                                                   &err);

    if (injection) {
        qmp_inject_memory_error(injection, &err);
    }
    hmp_handle_error(mon, err);
}

static void print_range(Monitor *mon, const char *what,
                        const PoisonedMemory *range, Error *err)
{
    if (!hmp_handle_error(mon, err)) {
        monitor_printf(mon, "%s: 0x%" PRIx64 " to 0x%" PRIx64 "\n", what,
                       range->address, range->address + range->length - 1);
    }
}

void hmp_poison_memory(Monitor *mon, const QDict *qdict)
{
    Error *err = NULL;
    g_autoptr(PoisonedMemory) poisoned = qmp_poison_memory(
        qdict_get_int(qdict, "address"), qdict_haskey(qdict, "length"),
        qdict_get_try_int(qdict, "length", 0), &err);

    print_range(mon, "poisoned", poisoned, err);
}

void hmp_unpoison_memory(Monitor *mon, const QDict *qdict)
{
    Error *err = NULL;
    g_autoptr(PoisonedMemory) healed = qmp_unpoison_memory(
        qdict_get_int(qdict, "address"), qdict_haskey(qdict, "length"),
        qdict_get_try_int(qdict, "length", 0), &err);

    print_range(mon, "healed", healed, err);
}

/* The command, its address, its length, and then this */
#define ERROR_ARGUMENT 4

/* Of MemoryErrorInjection, but for those that have arguments of their own */
static const char *const members[] = {
    "address-mask", "bank", "bank-address", "bank-group", "bit-position",
    "card", "card-handle", "chip-id", "column", "device", "error-status",
    "error-type", "fru-text", "module", "module-handle", "node",
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
