/*
 * Test cases with KVM: errors at an awkward moment, or in an awkward place
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "kvm-cases.h"

#define FIRMWARE_TIMEOUT    (20 * G_TIME_SPAN_SECOND)
#define POLL_TIME           (50 * G_TIME_SPAN_MILLISECOND)

/* Memory that neither firmware nor kernel has a use for at first */
#define UNUSED_GPA          G_GUINT64_CONSTANT(0x60000000)

static bool expect_counter(KvmVm *vm, int source, const char *name,
                           gint64 value, GError **error)
{
    gint64 now;

    return kvm_counter(vm, source, name, &now, error) &&
           (now == value || kvm_fail(error, "source %d: %s is %" PRId64
                                     " instead of %" PRId64, source, name,
                                     now, value));
}

bool kvm_case_before_firmware(KvmVm *vm, GError **error)
{
    const guint64 gpa = UNUSED_GPA;

    return kvm_vm_poison(vm, &gpa, 1, error) &&
           guest_settle(vm->host->machine, POLL_TIME, error) &&
           expect_counter(vm, GUEST_SOURCE_GED, "queued", 1, error) &&
           expect_counter(vm, GUEST_SOURCE_GED, "recorded", 0, error) &&
           kvm_vm_boot(vm, error) &&
           guest_expect_hwcorrupted(vm->guest, GUEST_PAGE_KB, error) &&
           kvm_expect_idle(vm, error) &&
           expect_counter(vm, GUEST_SOURCE_GED, "acknowledged", 1, error) &&
           kvm_expect_failures(vm, 0, 1, error);
}

/* The first page of RAM has the device tree, which firmware reads first. */
bool kvm_case_firmware_itself(KvmVm *vm, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + FIRMWARE_TIMEOUT;
    const guint64 gpa = KVM_VM_RAM;
    gint64 queued = 0;

    if (!kvm_vm_poison(vm, &gpa, 1, error) || !kvm_tell(vm, "cont", error)) {
        return false;
    }
    while (!queued && g_get_monotonic_time() < deadline) {
        if (!guest_settle(vm->host->machine, POLL_TIME, error) ||
            !kvm_counter(vm, GUEST_SOURCE_GED, "queued", &queued, error)) {
            return false;
        }
    }
    return guest_settle(vm->host->machine, G_TIME_SPAN_SECOND, error) &&
           kvm_vm_expect_running(vm, error) &&
           expect_counter(vm, GUEST_SOURCE_SEA, "recorded", 0, error) &&
           expect_counter(vm, GUEST_SOURCE_GED, "queued", 1, error);
}

bool kvm_case_paused(KvmVm *vm, GError **error)
{
    gint64 recorded;
    guint64 gpa;

    return kvm_alloc(vm, 1, &gpa, error) &&
           kvm_counter(vm, GUEST_SOURCE_GED, "recorded", &recorded, error) &&
           kvm_tell(vm, "stop", error) &&
           kvm_vm_poison(vm, &gpa, 1, error) &&
           guest_settle(vm->host->machine, POLL_TIME, error) &&
           expect_counter(vm, GUEST_SOURCE_GED, "queued", 1, error) &&
           expect_counter(vm, GUEST_SOURCE_GED, "recorded", recorded,
                          error) &&
           kvm_tell(vm, "cont", error) &&
           kvm_expect_taken(vm, gpa, error) &&
           kvm_expect_idle(vm, error) &&
           kvm_expect_failures(vm, 0, 1, error) && kvm_free(vm, error);
}

/* The host tells QEMU at the moment at which the processes go on reading. */
bool kvm_case_both(KvmVm *vm, GError **error)
{
    enum { PAGES = KVM_VM_CPUS };
    g_autofree char *answer = NULL;
    guint64 gpas[PAGES], kb;
    KvmFate fates[PAGES];

    if (!guest_hwcorrupted(vm->guest, &kb, error) ||
        !kvm_alloc(vm, PAGES, gpas, error)) {
        return false;
    }
    answer = guest_ask(vm->guest, NULL, error, "gather 0 %d all-the-time",
                       PAGES);
    if (!answer || !kvm_tell(vm, "stop", error) ||
        !kvm_vm_poison(vm, gpas, PAGES, error) ||
        !kvm_tell(vm, "cont", error) ||
        !guest_expect_hwcorrupted(vm->guest, kb + PAGES * GUEST_PAGE_KB,
                                  error) ||
        !kvm_release(vm, PAGES, fates, error)) {
        return false;
    }
    for (int i = 0; i < PAGES; i++) {
        if (!kvm_expect_fate(&fates[i], ACTION_REQUIRED, error)) {
            return false;
        }
    }
    return kvm_expect_idle(vm, error) && kvm_free(vm, error);
}

bool kvm_case_migration(KvmVm *vm, GError **error)
{
    JsonObject *arguments = json_object_new();
    g_autoptr(JsonNode) reply = NULL;
    g_autoptr(GError) refused = NULL;
    KvmFate fate;
    guint64 gpa;

    if (!kvm_alloc(vm, 1, &gpa, error) ||
        !kvm_vm_poison(vm, &gpa, 1, error) ||
        !kvm_touch(vm, 0, 1, "", &fate, error) ||
        !kvm_expect_idle(vm, error)) {
        return false;
    }
    json_object_set_string_member(arguments, "uri", "exec:cat >/dev/null");
    reply = qmp_call(vm->guest->qmp, "migrate", arguments, &refused);
    if (reply || !strstr(refused->message, "hardware poisoned memory")) {
        return kvm_fail(error, "migrate: %s", reply ? "it was not refused" :
                        refused->message);
    }
    return kvm_expect_failures(vm, 1, 0, error) && kvm_free(vm, error);
}

static bool boot_again(KvmVm *vm, GError **error)
{
    g_clear_pointer(&vm->guest->release, g_free);
    return guest_boot(vm->guest, error);
}

static bool reboot(KvmVm *vm, GError **error)
{
    g_autofree char *answer = guest_ask(vm->guest, NULL, error, "reboot");

    return answer && boot_again(vm, error);
}

/* The old kernel is gone, and firmware hasn't run: the next kernel is told. */
bool kvm_case_reset(KvmVm *vm, GError **error)
{
    const guint64 gpa = UNUSED_GPA;

    return kvm_tell(vm, "stop", error) && kvm_tell(vm, "system_reset", error) &&
           guest_settle(vm->host->machine, POLL_TIME, error) &&
           kvm_vm_poison(vm, &gpa, 1, error) &&
           guest_settle(vm->host->machine, POLL_TIME, error) &&
           expect_counter(vm, GUEST_SOURCE_GED, "queued", 1, error) &&
           kvm_tell(vm, "cont", error) && boot_again(vm, error) &&
           guest_expect_hwcorrupted(vm->guest, GUEST_PAGE_KB, error) &&
           kvm_expect_idle(vm, error) &&
           kvm_expect_failures(vm, 0, 1, error);
}

/* QEMU reads guest RAM; where it is lost, that ends QEMU. */
static bool read_memory(KvmVm *vm, guint64 gpa, GError **error)
{
    JsonObject *arguments = json_object_new();
    g_autofree char *line = g_strdup_printf("xp /1wx 0x%" PRIx64, gpa);
    g_autoptr(JsonNode) reply = NULL;

    json_object_set_string_member(arguments, "command-line", line);
    reply = qmp_call(vm->guest->qmp, "human-monitor-command", arguments,
                     error);
    return reply;
}

/* The page is lost, and replaced before any kernel hears of it: R116. */
bool kvm_case_replaced(KvmVm *vm, GError **error)
{
    /*
     * Far from another case's page: it is read at last, and then the host has
     * its huge page of zeroes there, which can't be lost.
     */
    const guint64 gpa = UNUSED_GPA + 0x800000;

    return kvm_tell(vm, "stop", error) && kvm_vm_poison(vm, &gpa, 1, error) &&
           guest_settle(vm->host->machine, POLL_TIME, error) &&
           expect_counter(vm, GUEST_SOURCE_GED, "queued", 1, error) &&
           kvm_tell(vm, "system_reset", error) &&
           guest_settle(vm->host->machine, POLL_TIME, error) &&
           expect_counter(vm, GUEST_SOURCE_GED, "queued", 0, error) &&
           kvm_tell(vm, "cont", error) && boot_again(vm, error) &&
           guest_expect_hwcorrupted(vm->guest, 0, error) &&
           read_memory(vm, gpa, error) &&
           kvm_vm_expect_running(vm, error) &&
           kvm_expect_failures(vm, 0, 1, error);
}

bool kvm_case_reboot(KvmVm *vm, GError **error)
{
    gint64 recorded;
    guint64 gpa;

    return kvm_alloc(vm, 1, &gpa, error) &&
           kvm_vm_poison(vm, &gpa, 1, error) &&
           kvm_expect_taken(vm, gpa, error) &&
           kvm_expect_idle(vm, error) &&
           kvm_counter(vm, GUEST_SOURCE_GED, "recorded", &recorded, error) &&
           reboot(vm, error) &&
           kvm_expect_idle(vm, error) &&
           expect_counter(vm, GUEST_SOURCE_GED, "recorded", recorded,
                          error) &&
           guest_expect_hwcorrupted(vm->guest, 0, error) &&
           read_memory(vm, gpa, error) &&
           kvm_vm_expect_running(vm, error) &&
           kvm_expect_failures(vm, 0, 1, error);
}

/* A page in the middle of QEMU's heap, or 0 */
static guint64 own_page(KvmVm *vm, GError **error)
{
    g_autoptr(GPtrArray) maps = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *answer = guest_ask(vm->host->machine, maps, error,
                                        "read /proc/%u/maps", vm->pid);

    for (guint i = 0; answer && i < maps->len; i++) {
        const char *line = g_ptr_array_index(maps, i);
        guint64 start, end;

        if (g_str_has_suffix(line, "[heap]") &&
            sscanf(line, "%" SCNx64 "-%" SCNx64, &start, &end) == 2) {
            return (start / 2 + end / 2) & -(guint64)GUEST_PAGE_SIZE;
        }
    }
    if (answer) {
        kvm_fail(error, "QEMU has no heap");
    }
    return 0;
}

/* R68: one event, that the failure is QEMU's own and was ignored */
static bool expect_own_failure(KvmVm *vm, GError **error)
{
    g_autoptr(GPtrArray) events = kvm_take_failures(vm, error);
    JsonObject *data;

    if (!events || events->len != 1) {
        return events && kvm_fail(error, "%u events MEMORY_FAILURE instead of "
                                  "1", events->len);
    }
    data = json_object_get_object_member(g_ptr_array_index(events, 0), "data");
    return (g_str_equal(json_object_get_string_member(data, "recipient"),
                        "hypervisor") &&
            g_str_equal(json_object_get_string_member(data, "action"),
                        "ignore")) ||
           kvm_fail(error, "an event MEMORY_FAILURE is wrong");
}

/* It is told of the page, before or without running into it. */
bool kvm_case_own_memory(KvmVm *vm, GError **error)
{
    guint64 page = own_page(vm, error);
    g_autofree char *text = g_strdup_printf(
        "Hardware memory error at host address 0x%" PRIx64, page);

    return page && kvm_vm_poison_host(vm, page, error) &&
           kvm_vm_expect_log(vm, text, error) &&
           expect_own_failure(vm, error);
}
