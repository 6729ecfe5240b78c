/*
 * What libFuzzer calls in a fuzz target
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

/* LLVMFuzzerInitialize: once, first of all */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* LLVMFuzzerTestOneInput: for each input; aborts when it finds something */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
