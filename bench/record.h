/*
 * One way to give a record to the guest, to be measured
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef BENCH_RECORD_H
#define BENCH_RECORD_H

#include "exec/hwaddr.h"

/* Guest RAM, zeroed, of which the way to be measured has its tables */
#define BENCH_RAM 0x40000000
#define BENCH_RAM_SIZE (4 * 1024 * 1024)

extern uint8_t bench_ram[BENCH_RAM_SIZE];

/* Reads and writes of guest RAM, and look-ups in the memory map */
extern unsigned bench_accesses;
extern unsigned bench_lookups;

/* bench_access: one of them, for what has its own names for it */
void bench_access(hwaddr gpa, void *data, hwaddr length, bool is_write);

/* bench_sources_max: the most error sources that this way can have */
extern const unsigned bench_sources_max;

/**
 * bench_make: make the error sources, with firmware's part done
 * @sources: how many; the measured one is the last
 */
void bench_make(unsigned sources);

/* bench_report: an uncorrected error that a vCPU ran into, in this page */
void bench_report(hwaddr gpa);

/* bench_acknowledge: the guest has read it */
void bench_acknowledge(void);

/* bench_is_recorded: the record is complete in guest RAM */
bool bench_is_recorded(void);

#endif
