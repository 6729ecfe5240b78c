/*
 * ras-guest: the demo and the test cases, from the command line
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include "check.h"
#include "demo.h"
#include "kvm.h"

#define SUMMARY                                                             \
    "  demo             one memory error through a guest, as a timeline\n"  \
    "  check [NAME...]  the tests with a NAME in theirs, or all, in TAP\n" \
    "  kvm [NAME...]    those with KVM and memory that is really poisoned"

static int fail(const char *message)
{
    fprintf(stderr, "ras-guest: %s\n", message);
    return 1;
}

static int run_demo(GuestConfig *config)
{
    g_autofree char *directory = g_build_filename(config->directory, "demo",
                                                  NULL);
    g_autofree char *console = NULL, *qemu = NULL;
    g_autoptr(GError) error = NULL;

    config->directory = directory;
    if (demo(config, &error)) {
        return 0;
    }
    fflush(stdout);
    console = guest_log_tail(directory, "console.log", 10);
    qemu = guest_log_tail(directory, "qemu.log", 10);
    fprintf(stderr, "\n%s\n%s\n(logs: %s)\n", console, qemu, directory);
    return fail(error->message);
}

static int run_kvm(const GuestConfig *guest, const char *qemu,
                   const char *stock, const char *const *patterns)
{
    KvmConfig config = {
        .guest = *guest,
        .qemu = qemu ?: "build/arm64/qemu-system-aarch64",
        .stock = stock ?: "build/stock/arm64/qemu-system-aarch64",
        .cpus = KVM_VM_CPUS,
    };

    if (!g_file_test(config.stock, G_FILE_TEST_EXISTS)) {
        config.stock = NULL;
    }
    return kvm_check(&config, patterns) ? 1 : 0;
}

int main(int argc, char **argv)
{
    g_autofree char *kvm_qemu = NULL, *kvm_stock = NULL, *stock = NULL;
    g_autofree char *qemu = NULL, *images = NULL, *logs = NULL, *name = NULL;
    gboolean list = false;
    const GOptionEntry options[] = {
        { "qemu", 0, 0, G_OPTION_ARG_FILENAME, &qemu,
          "QEMU to test ($QEMU, build/qemu-system-aarch64)", "FILE" },
        { "stock", 0, 0, G_OPTION_ARG_FILENAME, &stock,
          "QEMU without the series (build/stock/qemu-system-aarch64)", "FILE" },
        { "kvm-qemu", 0, 0, G_OPTION_ARG_FILENAME, &kvm_qemu,
          "arm64 QEMU to test with KVM (build/arm64/qemu-system-aarch64)",
          "FILE" },
        { "kvm-stock", 0, 0, G_OPTION_ARG_FILENAME, &kvm_stock,
          "its twin without the series "
          "(build/stock/arm64/qemu-system-aarch64)", "FILE" },
        { "images", 0, 0, G_OPTION_ARG_FILENAME, &images,
          "kernels and firmware (build/images)", "DIR" },
        { "logs", 0, 0, G_OPTION_ARG_FILENAME, &logs,
          "where to keep logs (build/check/guest)", "DIR" },
        { "kernel", 0, 0, G_OPTION_ARG_STRING, &name,
          "the kernel of demo and kvm (6.12)", "NAME" },
        { "list", 0, 0, G_OPTION_ARG_NONE, &list,
          "with check or kvm: list the tests", NULL },
        { NULL },
    };
    g_autoptr(GOptionContext) context =
        g_option_context_new("demo | check [NAME...] | kvm [NAME...]");
    g_autoptr(GError) error = NULL;
    GuestConfig config;

    setlocale(LC_ALL, "");
    signal(SIGPIPE, SIG_IGN);   /* a QEMU that dies is told as an error */
    g_option_context_set_summary(context, SUMMARY);
    g_option_context_add_main_entries(context, options, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        return fail(error->message);
    }
    config = (GuestConfig) {
        .qemu = qemu ?: g_getenv("QEMU") ?: "build/qemu-system-aarch64",
        .images = images ?: "build/images",
        .directory = logs ?: "build/check/guest",
        .kernel = kernel_find(name ?: kernels[0].name),
        .stock = stock ?: "build/stock/qemu-system-aarch64",
    };
    if (!config.kernel) {
        return fail("no such kernel");
    }
    if (argc >= 2 && g_str_equal(argv[1], "check") && list) {
        check_list();
        return 0;
    }
    if (argc >= 2 && g_str_equal(argv[1], "kvm") && list) {
        kvm_check_list();
        return 0;
    }
    if (!guest_check_files(&config, &error)) {
        return fail(error->message);
    }
    if (argc == 2 && g_str_equal(argv[1], "demo")) {
        return run_demo(&config);
    }
    if (argc >= 2 && g_str_equal(argv[1], "check")) {
        return check(&config, (const char *const *)argv + 2) ? 1 : 0;
    }
    if (argc >= 2 && g_str_equal(argv[1], "kvm")) {
        return run_kvm(&config, kvm_qemu, kvm_stock,
                       (const char *const *)argv + 2);
    }
    return fail("demo or check? See --help");
}
