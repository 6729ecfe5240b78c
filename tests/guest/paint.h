/*
 * Colours on a terminal, nothing elsewhere
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_PAINT_H
#define RAS_GUEST_PAINT_H

#include <stdbool.h>

typedef enum Paint {
    PAINT_NONE,
    PAINT_BOLD,
    PAINT_DIM,
    PAINT_RED,
    PAINT_GREEN,
    PAINT_YELLOW,
    PAINT_CYAN,
} Paint;

/* Is standard output a terminal? */
bool paint_on_terminal(void);

/* What switches to @paint; "" where there are to be no colours. */
const char *paint(Paint paint);

#endif
