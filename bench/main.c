/*
 * ras-bench: measurements of guests, from the command line
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <signal.h>
#include <stdio.h>
#include "bench.h"

static const BenchMeasure measures[] = {
    { "way", bench_way, "one error at a time on its way to the guest" },
    { "storm", bench_storm, "as many errors as can be sent" },
    { "limit", bench_limit, "this series and the guest, counted" },
    { "scale", bench_scale, "a large range of lost memory" },
    { "cpus", bench_cpus, "guests with one to eight vCPUs" },
    { "sea", bench_sea, "from SIGBUS in QEMU to that in the guest" },
    { "steady", bench_steady, "guests without errors" },
    { NULL },
};

static int fail(const char *message)
{
    fprintf(stderr, "ras-bench: %s\n", message);
    return 1;
}

/* The FILE of "NAME=FILE", or NULL; @text becomes the name. */
static char *split(char *text)
{
    char *file = strchr(text, '=');

    if (file) {
        *file++ = 0;
    }
    return file;
}

static bool add_variants(Bench *bench, char **variants)
{
    for (; variants && *variants; variants++) {
        char *file = split(*variants);

        if (!file || bench->count == BENCH_VARIANTS_MAX) {
            return false;
        }
        bench->variants[bench->count++] = (BenchVariant) { *variants, file };
    }
    return bench->count;
}

/* The same QEMUs, for an Arm machine */
static bool add_arm64(Bench *bench, char **variants)
{
    for (; variants && *variants; variants++) {
        char *file = split(*variants);
        guint i = 0;

        while (i < bench->count &&
               !g_str_equal(bench->variants[i].name, *variants)) {
            i++;
        }
        if (!file || i == bench->count) {
            return false;
        }
        bench->variants[i].arm64 = file;
    }
    return true;
}

static int run(Bench *bench, const char *name)
{
    g_autoptr(GError) error = NULL;

    for (const BenchMeasure *measure = measures; measure->name; measure++) {
        if (!g_str_equal(measure->name, name)) {
            continue;
        }
        if (guest_check_files(&bench->config, &error) &&
            measure->run(bench, &error)) {
            return 0;
        }
        g_prefix_error(&error, "%s: ", name);
        return fail(error->message);
    }
    return fail("no such measurement (--help tells which there are)");
}

int main(int argc, char **argv)
{
    g_autofree char *images = NULL, *logs = NULL;
    g_auto(GStrv) variants = NULL, arm64 = NULL;
    gboolean tiny = false;
    const GOptionEntry options[] = {
        { "qemu", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &variants,
          "a QEMU to measure; the first is the one with the series",
          "NAME=FILE" },
        { "arm64", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arm64,
          "the same QEMU for an Arm machine, with KVM", "NAME=FILE" },
        { "images", 0, 0, G_OPTION_ARG_FILENAME, &images,
          "kernels and firmware (build/images)", "DIR" },
        { "logs", 0, 0, G_OPTION_ARG_FILENAME, &logs,
          "where to keep logs (build/bench/logs)", "DIR" },
        { "tiny", 0, 0, G_OPTION_ARG_NONE, &tiny,
          "as little as shows that it runs", NULL },
        { NULL },
    };
    g_autoptr(GOptionContext) context = g_option_context_new("MEASUREMENT");
    g_autoptr(GString) all = g_string_new("Measurements:\n");
    g_autoptr(GError) error = NULL;
    Bench bench = { };

    signal(SIGPIPE, SIG_IGN);   /* a QEMU that dies is told as an error */
    for (const BenchMeasure *measure = measures; measure->name; measure++) {
        g_string_append_printf(all, "  %-10s %s\n", measure->name,
                               measure->summary);
    }
    g_option_context_set_summary(context, all->str);
    g_option_context_add_main_entries(context, options, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        return fail(error->message);
    }
    if (argc != 2 || !add_variants(&bench, variants)) {
        return fail("which measurement, and of which --qemu NAME=FILE?");
    }
    if (!add_arm64(&bench, arm64)) {
        return fail("--arm64 NAME=FILE is for the NAME of a --qemu");
    }
    bench.tiny = tiny;
    bench.config = (GuestConfig) {
        .qemu = bench.variants[0].qemu,
        .images = images ?: "build/images",
        .directory = logs ?: "build/bench/logs",
        .kernel = &kernels[0],
        .module = BENCH_POISONER,
    };
    return run(&bench, argv[1]);
}
