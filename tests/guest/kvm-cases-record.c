/*
 * Test cases with KVM: what a record says of a vCPU
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "kvm-cases.h"

/* A vCPU of KVM has the host's MIDR, which no CPU model of QEMU gives it */
bool kvm_case_processor(KvmVm *vm, GError **error)
{
    enum { CPU = 2 };
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *answer = guest_ask(vm->guest, lines, error,
        "read /sys/devices/system/cpu/cpu%d/regs/identification/midr_el1",
        CPU);
    JsonObject *arguments;
    g_autoptr(JsonNode) reply = NULL;
    g_autofree char *event = NULL;

    if (!answer) {
        return false;
    }
    if (lines->len != 1 || !g_str_has_prefix(lines->pdata[0], "0x")) {
        return kvm_fail(error, "MIDR_EL1: %u lines", lines->len);
    }
    /* Both have 16 digits */
    event = g_strdup_printf("MPIDR: 000000008000000%d; MIDR: %s; "
                            "running state: 1; PSCI state: 0", CPU,
                            (char *)lines->pdata[0] + 2);
    arguments = json_object_new();
    json_object_set_int_member(arguments, "cpu-index", CPU);
    json_object_set_string_member(arguments, "severity", "corrected");
    reply = qmp_call(vm->guest->qmp, "inject-processor-error", arguments,
                     error);
    return reply && guest_expect_event(vm->guest, event, error) &&
           kvm_expect_idle(vm, error);
}
