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
#include "qapi/qapi-visit-acpi-hest.h"
#include "qapi/qobject-input-visitor.h"
#include "qemu/keyval.h"
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
 * The visitor knows all members of the QMP command, and tells what is wrong
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
    g_autoptr(PoisonedMemory) lost = qmp_poison_memory(
        qdict_get_int(qdict, "address"), qdict_haskey(qdict, "length"),
        qdict_get_try_int(qdict, "length", 0), &err);

    print_range(mon, "lost", lost, err);
}

void hmp_unpoison_memory(Monitor *mon, const QDict *qdict)
{
    Error *err = NULL;
    g_autoptr(PoisonedMemory) replaced = qmp_unpoison_memory(
        qdict_get_int(qdict, "address"), qdict_haskey(qdict, "length"),
        qdict_get_try_int(qdict, "length", 0), &err);

    print_range(mon, "replaced", replaced, err);
}
