/*
 * Command lines that QEMU must refuse
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <sys/wait.h>
#include "ghes-start.h"

void ghes_start_refused(const char *options, const char *message)
{
    g_autofree char *command = g_strdup_printf(
        "%s -nodefaults -display none -accel qtest %s",
        g_getenv("QTEST_QEMU_BINARY"), options);
    g_autofree char *complaint = NULL;
    int status = 0;

    g_assert_true(g_spawn_command_line_sync(command, NULL, &complaint, &status,
                                            NULL));
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 1 ||
        !strstr(complaint, message)) {
        g_test_message("'%s': status %d, '%s' instead of '%s'", command,
                       status, complaint, message);
        g_test_fail();
    }
    /* One line */
    g_assert_true(strchr(complaint, '\n') ==
                  complaint + strlen(complaint) - 1);
}
