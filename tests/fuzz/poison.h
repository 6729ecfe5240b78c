/*
 * Guest RAM that can be poisoned, for fuzz targets
 *
 * Stands in for RAMBlocks and the accelerator, and stops the program where
 * something else than good RAM is poisoned.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef FUZZ_POISON_H
#define FUZZ_POISON_H

#include "exec/hwaddr.h"
#include "migration/vmstate.h"
#include "program.h"

/* The device of system/hwpoison-device.c */
extern const VMStateDescription *const poison_vmsd;
extern void *const poison_device;

/* poison_make: RAM of which nothing is poisoned */
void poison_make(void);

/* poison_free: what poison_make() made */
void poison_free(void);

/* poison_pages: poison pages of RAM, if they are there and good */
void poison_pages(unsigned block, unsigned first, unsigned count);

/* poison_set_reported: those that are poisoned were reported to the guest */
void poison_set_reported(unsigned block, unsigned first, unsigned count);

/* poison_reset: heal all of it, as a reset does */
void poison_reset(void);

/* poison_check: only good RAM is poisoned */
void poison_check(void);

/* poison_save_spoiled: the device's section, with faults that the program has */
GByteArray *poison_save_spoiled(Program *program);

/* poison_list: all poisoned pages as text */
GString *poison_list(void);

/* poison_consume: have a page of each run consumed */
void poison_consume(void (*consume)(hwaddr gpa));

#endif
