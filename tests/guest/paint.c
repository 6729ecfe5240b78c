/*
 * Colours on a terminal, nothing elsewhere
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdlib.h>
#include <unistd.h>
#include "paint.h"

bool paint_on_terminal(void)
{
    return isatty(STDOUT_FILENO);
}

const char *paint(Paint paint)
{
    static const char *const codes[] = {
        [PAINT_NONE] = "\033[0m",
        [PAINT_BOLD] = "\033[1m",
        [PAINT_DIM] = "\033[2m",
        [PAINT_RED] = "\033[1;31m",
        [PAINT_GREEN] = "\033[1;32m",
        [PAINT_YELLOW] = "\033[33m",
        [PAINT_CYAN] = "\033[36m",
    };
    const char *no_color = getenv("NO_COLOR");

    if (!paint_on_terminal() || (no_color && *no_color)) {
        return "";
    }
    return codes[paint];
}
