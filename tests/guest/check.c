/*
 * Check: runs test cases, tells in TAP
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "cases.h"
#include "check.h"

#define TAIL_LINES      15

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

static GPtrArray *choose_tests(const char *const *patterns)
{
    GPtrArray *tests =
        g_ptr_array_new_with_free_func((GDestroyNotify)test_free);

    for (const Kernel *kernel = kernels; kernel->name; kernel++) {
        for (const Case *one = cases; one->name; one++) {
            g_autofree char *name = g_strdup_printf("guest/%s/%s",
                                                    kernel->name, one->name);

            if (is_for_kernel(one, kernel) && check_is_wanted(name, patterns)) {
                Test *test = g_new0(Test, 1);

                test->test_case = one;
                test->kernel = kernel;
                test->name = g_steal_pointer(&name);
                g_ptr_array_add(tests, test);
            }
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
static bool check_sanitizers(const char *directory, GError **error)
{
    g_autofree char *log = guest_log_tail(directory, "qemu.log", G_MAXUINT);

    if (strstr(log, "runtime error:") || strstr(log, "Sanitizer")) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                            "a sanitizer found something");
        return false;
    }
    return true;
}

/* Returns whether the test passed or was skipped. */
static bool run_test(const GuestConfig *config, const Test *test, guint number)
{
    g_autofree char *directory = g_build_filename(
        config->directory, test->kernel->name, test->test_case->name, NULL);
    GuestConfig own = *config;
    g_autoptr(GError) error = NULL;
    g_autoptr(Guest) guest = NULL;
    gint64 start = g_get_monotonic_time();
    bool ok;

    own.directory = directory;
    own.kernel = test->kernel;
    guest = guest_start(&own, &error);
    ok = guest && guest_boot(guest, &error) &&
         test->test_case->run(guest, &error) &&
         check_sanitizers(directory, &error);
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

guint check(const GuestConfig *config, const char *const *patterns)
{
    g_autoptr(GPtrArray) tests = choose_tests(patterns);
    guint failed = 0;

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
