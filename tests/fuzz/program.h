/*
 * The input of a fuzz target, read as a program
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef FUZZ_PROGRAM_H
#define FUZZ_PROGRAM_H

/* What is left of it */
typedef struct Program {
    const uint8_t *next;
    size_t left;
} Program;

/* fetch: a big-endian integer; behind the end of the program are zeroes */
static inline uint64_t fetch(Program *program, unsigned bytes)
{
    uint64_t value = 0;

    while (bytes-- && program->left) {
        value = value << 8 | *program->next++;
        program->left--;
    }
    return value;
}

#endif
