/*
 * A machine for fuzz targets: guest RAM with holes, a clock, firmware's file
 *
 * Stands in for QEMU's memory core, timers and reset, and stops the program
 * at an access that has no right to be.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef FUZZ_MACHINE_H
#define FUZZ_MACHINE_H

#include "hw/acpi/ghes-internal.h"

/* Two pieces of RAM with ROM between them, MMIO below, nothing above */
#define MACHINE_MMIO 0x09000000
#define MACHINE_RAM 0x40000000
#define MACHINE_ROM 0x40008000
#define MACHINE_RAM2 0x4000a000
#define MACHINE_END 0x40010000

/* Where in the blob the registers are: behind blocks of 1 and 2 KiB */
#define MACHINE_REGISTERS 3072

extern AcpiGhes machine_ghes;
extern AcpiGhesState machine_address;
extern unsigned machine_notifications;

/* Whether no vCPU has anything to do; true at first */
extern bool machine_vcpus_idle;

/* machine_reset: as QEMU does */
void machine_reset(void);

/* machine_make: a new machine, nothing in its RAM */
void machine_make(void);

/* machine_free: what machine_make() made */
void machine_free(void);

/* machine_run_timers: let time pass */
void machine_run_timers(int64_t ns);

/* machine_set_running: stop the VM, or let it go on */
void machine_set_running(bool running);

/* machine_write_address: firmware's part, @length bytes at @offset */
void machine_write_address(unsigned offset, const void *data, size_t length);

/* machine_break_ram: after @writes more of QEMU one will fail; 0 for none */
void machine_break_ram(unsigned writes);

/* machine_is_sound: it runs, and QEMU can write all of the blob */
bool machine_is_sound(void);

/* machine_waits_too_long: it is 10 s since a vCPU's record was written */
bool machine_waits_too_long(void);

/*
 * machine_is_ignored: the guest has not read a vCPU's record in time, and has
 * acknowledged nothing since
 */
bool machine_is_ignored(void);

/* machine_arrive: by migration, with a blob that was placed elsewhere */
void machine_arrive(hwaddr registers);

/* machine_migrate: the same RAM and firmware's address, a new device */
void machine_migrate(void);

/* machine_is_stock: the blob is one that stock QEMU has made */
bool machine_is_stock(void);

/* machine_is_placed: all of the blob lies in RAM */
bool machine_is_placed(void);

/* machine_accounted: records of all errors, each counted where it is now */
uint64_t machine_accounted(void);

/* machine_acknowledge: the guest's part, as the specification says */
void machine_acknowledge(unsigned index);

/* machine_ram: guest RAM at @gpa for the guest's own access, or NULL */
uint8_t *machine_ram(hwaddr gpa, size_t length);

#endif
