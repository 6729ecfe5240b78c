/*
 * What to do to a KvmVm, and what is to come of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <signal.h>
#include <stdio.h>
#include "kvm.h"

bool kvm_fail(GError **error, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    g_propagate_error(error, g_error_new_valist(
                          G_IO_ERROR, G_IO_ERROR_FAILED, format, ap));
    va_end(ap);
    return false;
}

static bool alloc(KvmVm *vm, const char *command, guint count, guint64 *gpas,
                  GError **error)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *answer = guest_ask(vm->guest, lines, error, "%s",
                                        command);

    if (!answer) {
        return false;
    }
    for (guint i = 0; i < count; i++) {
        if (i >= lines->len ||
            sscanf(g_ptr_array_index(lines, i), "page=%*u gpa=0x%" SCNx64,
                   &gpas[i]) != 1 || !gpas[i]) {
            return kvm_fail(error, "alloc: page %u is nowhere", i);
        }
    }
    return true;
}

bool kvm_alloc(KvmVm *vm, guint count, guint64 *gpas, GError **error)
{
    g_autofree char *command = g_strdup_printf("alloc %u", count);

    return alloc(vm, command, count, gpas, error);
}

bool kvm_alloc_huge(KvmVm *vm, guint64 *gpa, GError **error)
{
    return alloc(vm, "alloc-huge", 1, gpa, error);
}

bool kvm_free(KvmVm *vm, GError **error)
{
    g_autofree char *answer = guest_ask(vm->guest, NULL, error, "free");

    return answer;
}

bool kvm_release(KvmVm *vm, guint count, KvmFate *fates, GError **error)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *answer = guest_ask(vm->guest, lines, error, "release");

    if (!answer) {
        return false;
    }
    for (guint i = 0; i < count; i++) {
        KvmFate *fate = &fates[i];

        if (i >= lines->len ||
            sscanf(g_ptr_array_index(lines, i),
                   "page=%*u signal=%d code=%d offset=%ld lsb=%d",
                   &fate->signal, &fate->code, &fate->offset,
                   &fate->lsb) != 4) {
            return kvm_fail(error, "release: nothing on page %u", i);
        }
    }
    return true;
}

bool kvm_touch(KvmVm *vm, guint first, guint count, const char *how,
               KvmFate *fates, GError **error)
{
    g_autofree char *answer = guest_ask(vm->guest, NULL, error,
                                        "gather %u %u %s", first, count, how);

    return answer && kvm_release(vm, count, fates, error);
}

bool kvm_expect_fate(const KvmFate *fate, int code, GError **error)
{
    if (fate->signal != (code ? SIGBUS : 0) || fate->code != code ||
        fate->offset) {
        return kvm_fail(error, "a process got signal %d code %d at offset %ld "
                    "instead of code %d", fate->signal, fate->code,
                    fate->offset, code);
    }
    return true;
}

bool kvm_expect_taken(KvmVm *vm, guint64 gpa, GError **error)
{
    g_autofree char *text = g_strdup_printf(
        "Memory failure: 0x%" PRIx64 ": recovery action for ",
        gpa / GUEST_PAGE_SIZE);
    const GPtrArray *events = vm->guest->events;
    guint count = 0;

    if (!guest_expect_event(vm->guest, text, error)) {
        return false;
    }
    for (guint i = 0; i < events->len; i++) {
        const GuestEvent *event = g_ptr_array_index(events, i);

        /* R67: who consumes a page again has a record again */
        if (!strstr(event->text, text) ||
            strstr(event->text, "already poisoned")) {
            continue;
        }
        if (++count > 1 || !g_str_has_suffix(event->text, ": Recovered")) {
            return kvm_fail(error, "report %u: %s", count, event->text);
        }
    }
    return true;
}

GPtrArray *kvm_take_failures(KvmVm *vm, GError **error)
{
    return kvm_tell(vm, "query-status", error) ?
        qmp_take_events(vm->guest->qmp, "MEMORY_FAILURE") : NULL;
}

void kvm_forget_failures(KvmVm *vm)
{
    g_autoptr(GPtrArray) events = kvm_take_failures(vm, NULL);
}

bool kvm_expect_failures(KvmVm *vm, guint required, guint optional,
                         GError **error)
{
    g_autoptr(GPtrArray) events = kvm_take_failures(vm, error);
    guint count[2] = { 0 };

    if (!events) {
        return false;
    }
    for (guint i = 0; i < events->len; i++) {
        JsonObject *data = json_object_get_object_member(
            g_ptr_array_index(events, i), "data");
        JsonObject *flags = json_object_get_object_member(data, "flags");

        if (g_strcmp0(json_object_get_string_member(data, "recipient"),
                      "guest") ||
            g_strcmp0(json_object_get_string_member(data, "action"),
                      "inject") ||
            json_object_get_boolean_member(flags, "recursive")) {
            return kvm_fail(error, "an event MEMORY_FAILURE is wrong");
        }
        count[json_object_get_boolean_member(flags, "action-required")]++;
    }
    /* R67: who consumes a page again has a record again */
    return ((required ? count[true] >= required : !count[true]) &&
            count[false] == optional) ||
        kvm_fail(error, "%u + %u events MEMORY_FAILURE (action required + "
             "optional) instead of %u + %u", count[true], count[false],
             required, optional);
}

bool kvm_expect_idle(KvmVm *vm, GError **error)
{
    return guest_expect_idle(vm->guest, GUEST_SOURCE_SEA, error) &&
           guest_expect_idle(vm->guest, GUEST_SOURCE_GED, error);
}

bool kvm_tell(KvmVm *vm, const char *command, GError **error)
{
    g_autoptr(JsonNode) reply = qmp_call(vm->guest->qmp, command, NULL, error);

    return reply;
}

bool kvm_counter(KvmVm *vm, int source, const char *name, gint64 *value,
                 GError **error)
{
    g_autoptr(JsonObject) object = guest_query_source(vm->guest, source,
                                                      error);

    if (!object) {
        return false;
    }
    *value = json_object_get_int_member(object, name);
    return true;
}
