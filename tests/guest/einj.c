/*
 * A guest with EINJ, whose kernel has the module for it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "einj.h"

bool einj_load(Guest *guest, GError **error)
{
    static const char *const names[] = { "/einj.ko", "/einj.ko.xz" };
    g_autofree char *answer = NULL;

    for (guint i = 0; !answer && i < G_N_ELEMENTS(names); i++) {
        g_clear_error(error);
        answer = guest_ask(guest, NULL, error, "insmod %s", names[i]);
    }
    return answer;
}

static char *ask(Guest *guest, const char *command, const char *settings,
                 va_list ap, GError **error)
{
    g_autofree char *all = g_strdup_vprintf(settings, ap);

    return guest_ask(guest, NULL, error, "%s %s", command, all);
}

static bool is_answer(const char *answer, const char *expected,
                      const char *settings, GError **error)
{
    if (answer && !g_str_equal(answer, expected)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                    "einj %s: %s instead of %s", settings, answer, expected);
        return false;
    }
    return answer;
}

bool einj_inject(Guest *guest, GError **error, const char *settings, ...)
{
    g_autofree char *answer = NULL;
    va_list ap;

    va_start(ap, settings);
    answer = ask(guest, "einj", settings, ap, error);
    va_end(ap);
    return is_answer(answer, "injected=1", settings, error);
}

bool einj_refused(Guest *guest, const char *file, int number, GError **error,
                  const char *settings, ...)
{
    g_autofree char *expected = g_strdup_printf("failed=%s errno=%d", file,
                                                number);
    g_autofree char *answer = NULL;
    va_list ap;

    va_start(ap, settings);
    answer = ask(guest, "einj", settings, ap, error);
    va_end(ap);
    return is_answer(answer, expected, settings, error);
}
