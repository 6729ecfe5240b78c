/*
 * Check: runs test cases, tells in TAP
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include "cases.h"
#include "check.h"

#define TAIL_LINES      15
#define RAM_SIZE        (4 * G_GINT64_CONSTANT(0x40000000))

static const Case *const tables[] = {
    cases, delivery_cases, boot_cases, poison_cases, rasdaemon_cases,
    record_cases, einj_cases,
};

typedef struct Test {
    const Case *test_case;
    const Kernel *kernel;
    char *name;
} Test;

static void test_free(Test *test)
{
    g_free(test->name);
    g_free(test);
}

static bool is_for_kernel(const Case *test_case, const Kernel *kernel)
{
    g_auto(GStrv) names = g_strsplit(test_case->kernels ?: "", " ", -1);

    return !test_case->kernels ||
           g_strv_contains((const char *const *)names, kernel->name);
}

bool check_is_wanted(const char *name, const char *const *patterns)
{
    bool wanted = !patterns || !*patterns;

    for (; patterns && *patterns; patterns++) {
        g_autofree char *part = g_strdup_printf("*%s*", *patterns);

        wanted = wanted || g_pattern_match_simple(part, name);
    }
    return wanted;
}

static void add_tests(GPtrArray *tests, const Kernel *kernel,
                      const Case *table, const char *const *patterns)
{
    for (const Case *one = table; one->name; one++) {
        g_autofree char *name = g_strdup_printf("guest/%s/%s", kernel->name,
                                                one->name);

        if (is_for_kernel(one, kernel) && check_is_wanted(name, patterns)) {
            Test *test = g_new0(Test, 1);

            test->test_case = one;
            test->kernel = kernel;
            test->name = g_steal_pointer(&name);
            g_ptr_array_add(tests, test);
        }
    }
}

static GPtrArray *choose_tests(const char *const *patterns)
{
    GPtrArray *tests =
        g_ptr_array_new_with_free_func((GDestroyNotify)test_free);

    for (const Kernel *kernel = kernels; kernel->name; kernel++) {
        for (int i = 0; i < G_N_ELEMENTS(tables); i++) {
            add_tests(tests, kernel, tables[i], patterns);
        }
    }
    return tests;
}

static void print_comment(const char *title, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    if (!*text) {
        return;
    }
    printf("# %s\n", title);
    for (char **line = lines; *line; line++) {
        printf("#   %s\n", g_strchomp(*line));
    }
}

void check_print_failure(const char *directory, const GError *error)
{
    g_autofree char *qemu = guest_log_tail(directory, "qemu.log", TAIL_LINES);
    g_autofree char *console = guest_log_tail(directory, "console.log",
                                              TAIL_LINES);

    printf("# %s\n", error->message);
    print_comment("QEMU:", qemu);
    print_comment("console:", console);
    printf("# logs: %s\n", directory);
}

/* A QEMU built with sanitizers tells what they found, and goes on. */
static bool check_sanitizers_of_one(const char *directory, GError **error)
{
    g_autofree char *log = guest_log_tail(directory, "qemu.log", G_MAXUINT);

    if (strstr(log, "runtime error:") || strstr(log, "Sanitizer")) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                            "a sanitizer found something");
        return false;
    }
    return true;
}

/* A guest that migrated has left logs of other QEMUs one level deeper. */
static bool check_sanitizers(const char *directory, GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
    bool ok = check_sanitizers_of_one(directory, error);
    const char *name;

    while (ok && dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(directory, name, NULL);

        ok = check_sanitizers_of_one(path, error);
    }
    return ok;
}

/* What @test needs is there, or why it must be skipped */
static bool check_needs(const GuestConfig *config, const Test *test,
                        GError **error)
{
    g_autofree char *why = guest_missing_kernel(config, test->kernel);

    if (why) {
        return case_skip(error, why);
    }
    if (test->test_case->setup.needs_stock &&
        !g_file_test(config->stock, G_FILE_TEST_EXISTS)) {
        return case_skip(error, "needs QEMU without the series: `make stock`");
    }
    return true;
}

static Guest *start(const GuestConfig *config, const CaseSetup *setup,
                    GError **error)
{
    g_autoptr(Guest) guest = guest_start(config, error);
    bool ok = guest;

    if (ok && setup->stage == CASE_BOOTED) {
        ok = guest_boot_quietly(guest, error);
    } else if (ok && setup->stage == CASE_FOLLOWED) {
        ok = guest_boot(guest, error);
    }
    return ok ? g_steal_pointer(&guest) : NULL;
}

static bool run_case(const Test *test, GuestConfig config, GError **error)
{
    const CaseSetup *setup = &test->test_case->setup;
    g_autoptr(Guest) guest = NULL;
    bool ok;

    if (!check_needs(&config, test, error)) {
        return false;
    }
    config.kernel = test->kernel;
    config.more = setup->more;
    config.module = setup->module;
    config.accel = setup->accel;
    config.monitors = setup->monitors;
    config.rasdaemon = setup->rasdaemon;
    config.runs_stock = setup->starts_stock;
    if (setup->shared_ram) {
        config.ram_fd = memfd_create("guest-ram", MFD_CLOEXEC);
        if (ftruncate(config.ram_fd, RAM_SIZE)) {
            g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno),
                        "no memory for the guest: %s", g_strerror(errno));
            return false;
        }
    }
    guest = start(&config, setup, error);
    ok = guest && test->test_case->run(guest, error);
    g_clear_pointer(&guest, guest_free);
    if (config.ram_fd) {
        close(config.ram_fd);
    }
    return ok && check_sanitizers(config.directory, error);
}

/* Returns whether the test passed or was skipped. */
static bool run_test(const GuestConfig *config, const Test *test, guint number)
{
    g_autofree char *directory = g_build_filename(
        config->directory, test->kernel->name, test->test_case->name, NULL);
    GuestConfig own = *config;
    g_autoptr(GError) error = NULL;
    gint64 start = g_get_monotonic_time();
    bool ok;

    own.directory = directory;
    ok = run_case(test, own, &error);
    if (g_error_matches(error, CASE_SKIP, 0)) {
        printf("ok %u - %s # SKIP %s\n", number, test->name, error->message);
        return true;
    }
    printf("%s %u - %s\n", ok ? "ok" : "not ok", number, test->name);
    printf("# %s (%.1f s)\n", test->test_case->summary,
           (g_get_monotonic_time() - start) / 1e6);
    if (!ok) {
        check_print_failure(directory, error);
    }
    return ok;
}

/* Whether @name has a word of @pattern's in it, which is made of some */
static bool is_near(const char *name, const char *pattern)
{
    g_auto(GStrv) words = g_strsplit_set(pattern, "/-_*?. ", -1);
    bool near = false;

    for (char **word = words; *word && !near; word++) {
        near = strlen(*word) >= 3 && strstr(name, *word);
    }
    return near;
}

void check_print_unknown(const char *const *patterns, const char *const *names)
{
    g_autofree char *given = g_strjoinv(" ", (char **)patterns);

    fprintf(stderr, "ras-guest: no case is called '%s'; there are:\n", given);
    for (; *names; names++) {
        bool near = false;

        for (const char *const *one = patterns; *one; one++) {
            near = near || is_near(*names, *one);
        }
        if (near) {
            fprintf(stderr, "  %s\n", *names);
        }
    }
    fprintf(stderr, "  (all: --list)\n");
}

static void print_unknown(const char *const *patterns)
{
    g_autoptr(GPtrArray) tests = choose_tests(NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (guint i = 0; i < tests->len; i++) {
        g_ptr_array_add(names, ((Test *)g_ptr_array_index(tests, i))->name);
    }
    g_ptr_array_add(names, NULL);
    check_print_unknown(patterns, (const char *const *)names->pdata);
}

guint check(const GuestConfig *config, const char *const *patterns)
{
    g_autoptr(GPtrArray) tests = choose_tests(patterns);
    guint failed = 0;

    if (!tests->len) {
        print_unknown(patterns);
        return 1;
    }
    printf("1..%u\n", tests->len);
    for (guint i = 0; i < tests->len; i++) {
        fflush(stdout);
        failed += !run_test(config, g_ptr_array_index(tests, i), i + 1);
    }
    return failed;
}

void check_list(void)
{
    g_autoptr(GPtrArray) tests = choose_tests(NULL);

    for (guint i = 0; i < tests->len; i++) {
        const Test *test = g_ptr_array_index(tests, i);

        printf("%-28s %s\n", test->name, test->test_case->summary);
    }
}
