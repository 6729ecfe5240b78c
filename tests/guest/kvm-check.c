/*
 * KVM check: runs the cases with KVM, in as few VMs as they need
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "cases.h"
#include "check.h"
#include "kvm-cases.h"

typedef struct Run {
    const KvmConfig *config;
    KvmHost *host;
    KvmVm *vm;              /* of the last test, if others can use it */
    guint vms;              /* so many have been started */
} Run;

static char *test_name(const KvmCase *one)
{
    return g_strdup_printf("kvm/%s", one->name);
}

static GPtrArray *choose(const char *const *patterns)
{
    GPtrArray *chosen = g_ptr_array_new();

    for (const KvmCase *one = kvm_cases; one->name; one++) {
        g_autofree char *name = test_name(one);

        if (check_is_wanted(name, patterns)) {
            g_ptr_array_add(chosen, (gpointer)one);
        }
    }
    return chosen;
}

static bool can_use(const KvmVm *vm, const KvmStart *start)
{
    return vm->booted && !start->paused && vm->start.stock == start->stock &&
           vm->start.late == start->late && vm->start.huge == start->huge &&
           vm->start.einj == start->einj;
}

static bool new_vm(Run *run, const KvmCase *one, GError **error)
{
    g_autofree char *name = g_strdup_printf("vm-%u-%s", ++run->vms, one->name);
    g_autofree char *directory = g_build_filename(
        run->config->guest.directory, name, NULL);

    run->vm = kvm_vm_start(run->host, &one->start, directory, error);
    return run->vm &&
        (one->start.paused || kvm_vm_boot(run->vm, error));
}

static bool run_case(Run *run, const KvmCase *one, GError **error)
{
    if (one->start.stock && !run->host->stock) {
        return case_skip(error, "needs `make stock-arm64`");
    }
    if (one->start.huge && !run->host->huge_pages) {
        return case_skip(error, "needs 512 free huge pages of 2 MiB");
    }
    if (run->vm && !can_use(run->vm, &one->start)) {
        g_clear_pointer(&run->vm, kvm_vm_free);
    }
    if (!run->vm && !new_vm(run, one, error)) {
        return false;
    }
    kvm_forget_failures(run->vm);
    return one->run(run->vm, error);
}

static bool run_test(Run *run, const KvmCase *one, guint number)
{
    g_autofree char *name = test_name(one);
    g_autoptr(GError) error = NULL;
    gint64 start = g_get_monotonic_time();
    bool ok = run_case(run, one, &error);

    if (g_error_matches(error, CASE_SKIP, 0)) {
        printf("ok %u - %s # SKIP %s\n", number, name, error->message);
        return true;
    }
    printf("%s %u - %s\n", ok ? "ok" : "not ok", number, name);
    printf("# %s (%.1f s)\n", one->summary,
           (g_get_monotonic_time() - start) / 1e6);
    if (run->vm) {
        kvm_vm_save_log(run->vm);
    }
    if (!ok) {
        check_print_failure(run->vm ? run->vm->guest->directory :
                            run->config->guest.directory, error);
    }
    if (!ok || one->ends) {
        g_clear_pointer(&run->vm, kvm_vm_free);
    }
    return ok;
}

static bool start_host(Run *run)
{
    gint64 start = g_get_monotonic_time();
    g_autoptr(GError) error = NULL;

    run->host = kvm_host_start(run->config, &error);
    if (!run->host || !kvm_host_boot(run->host, &error)) {
        printf("Bail out! %s\n", error->message);
        return false;
    }
    printf("# %s (%.1f s)\n", run->host->nested ?
           "an Arm machine with KVM, under TCG" : "natively on this machine",
           (g_get_monotonic_time() - start) / 1e6);
    return true;
}

static void print_unknown(const char *const *patterns)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    for (const KvmCase *one = kvm_cases; one->name; one++) {
        g_ptr_array_add(names, test_name(one));
    }
    g_ptr_array_add(names, NULL);
    check_print_unknown(patterns, (const char *const *)names->pdata);
}

guint kvm_check(const KvmConfig *config, const char *const *patterns)
{
    g_autoptr(GPtrArray) chosen = choose(patterns);
    Run run = { .config = config };
    guint failed = 0;

    if (!chosen->len) {
        print_unknown(patterns);
        return 1;
    }
    printf("1..%u\n", chosen->len);
    fflush(stdout);
    if (!start_host(&run)) {
        return chosen->len;
    }
    for (guint i = 0; i < chosen->len; i++) {
        fflush(stdout);
        failed += !run_test(&run, g_ptr_array_index(chosen, i), i + 1);
    }
    g_clear_pointer(&run.vm, kvm_vm_free);
    kvm_host_free(run.host);
    return failed;
}

void kvm_check_list(void)
{
    for (const KvmCase *one = kvm_cases; one->name; one++) {
        g_autofree char *name = test_name(one);

        printf("%-28s %s\n", name, one->summary);
    }
}
