/*
 * The error sources that record-ours.c makes, and their clock
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef BENCH_OURS_H
#define BENCH_OURS_H

#include "hw/acpi/ghes-internal.h"

extern AcpiGhes bench_ghes;

/* bench_sleep: let time pass until the next timer, and run that */
void bench_sleep(void);

#endif
