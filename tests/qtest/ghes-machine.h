/*
 * A virt machine with error sources, seen from its guest and from QMP
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef GHES_MACHINE_H
#define GHES_MACHINE_H

#include "ghes-decode.h"
#include "ghes-firmware.h"

/* The machine has 128 MiB of RAM; the last 80 are for errors to happen in */
#define GHES_RAM_GPA   UINT64_C(0x40000000)
#define GHES_RAM_END   UINT64_C(0x48000000)
#define GHES_BLOBS_GPA UINT64_C(0x42000000)
#define GHES_PAGES_GPA UINT64_C(0x43000000)
#define GHES_PAGE      UINT64_C(4096)

/* ghes_page: the n-th page for an error to happen in */
static inline uint64_t ghes_page(uint64_t n)
{
    return GHES_PAGES_GPA + n * GHES_PAGE;
}

/* The Source Ids */
#define GHES_SEA 0
#define GHES_GED 1
#define GHES_SOURCES 2

#define GHES_BLOCK_SIZE_MAX 4096

/* UEFI 2.10, N.2.2, Section Severity */
#define GHES_RECOVERABLE 0
#define GHES_FATAL       1
#define GHES_CORRECTED   2

#define GHES_HARDWARE_ERRORS "etc/hardware_errors"
#define GHES_HARDWARE_ERRORS_ADDRESS "etc/hardware_errors_addr"

/**
 * GhesMachine: the machine
 * @qts: its QEMU
 * @fw: its firmware
 * @status_gpa: where the guest reads each source's status block
 * @status_size: and how long that is
 * @read_ack_gpa: where it acknowledges
 */
typedef struct GhesMachine {
    QTestState *qts;
    GhesFirmware fw;
    uint64_t status_gpa[GHES_SOURCES];
    uint32_t status_size[GHES_SOURCES];
    uint64_t read_ack_gpa[GHES_SOURCES];
} GhesMachine;

/* GhesCounts: what query-ghes says of a source */
typedef struct GhesCounts {
    bool busy;
    uint64_t queued;
    uint64_t recorded;
    uint64_t notified;
    uint64_t acknowledged;
    uint64_t dropped;
} GhesCounts;

/**
 * ghes_machine_start: start a machine that can have error sources
 * @m: the machine
 * @machine: options of the virt machine, as "ras=on"
 * @options: other options of QEMU
 *
 * Its firmware has not run yet.
 */
void ghes_machine_start(GhesMachine *m, const char *machine,
                        const char *options);

/* ghes_machine_start_bare: start a machine with exactly these options */
void ghes_machine_start_bare(GhesMachine *m, const char *options);

/* ghes_machine_power_up: firmware is there, but doesn't run yet */
void ghes_machine_power_up(GhesMachine *m);

/* ghes_machine_boot: let firmware place the tables, and find the sources */
void ghes_machine_boot(GhesMachine *m);

/* ghes_machine_start_and_boot: with ras=on, which most tests need */
void ghes_machine_start_and_boot(GhesMachine *m);

void ghes_machine_quit(GhesMachine *m);

/* ghes_machine_migrate: @to goes on with what the guest of @from knows */
void ghes_machine_migrate(GhesMachine *from, GhesMachine *to);

/* ghes_machine_migrate_to: the same, with options of the virt machine @to */
void ghes_machine_migrate_to(GhesMachine *from, GhesMachine *to,
                             const char *machine);

/**
 * ghes_machine_save: what would go to another QEMU; the machine is stopped then
 * @m: the machine
 * @length: gets the bytes
 *
 * Returns: the stream, to be freed by g_free().
 */
char *ghes_machine_save(GhesMachine *m, size_t *length);

/* ghes_machine_run_ms: let time go by for the guest */
void ghes_machine_run_ms(GhesMachine *m, int64_t ms);

/**
 * ghes_machine_inject: inject-memory-error, which must succeed
 * @m: the machine
 * @fmt: arguments, as for qtest_qmp()
 */
void G_GNUC_PRINTF(2, 3)
ghes_machine_inject(GhesMachine *m, const char *fmt, ...);

/* ghes_machine_inject_page: the same, of one page, all else by default */
void ghes_machine_inject_page(GhesMachine *m, uint64_t gpa);

/* ghes_machine_inject_range: the same, of pages of a severity */
void ghes_machine_inject_range(GhesMachine *m, const char *severity,
                               uint64_t gpa, uint64_t pages);

/* ghes_machine_refuse_page: the same of one page, which must fail */
void ghes_machine_refuse_page(GhesMachine *m, const char *reason,
                              uint64_t gpa);

/**
 * ghes_machine_refuse: a QMP command that must fail
 * @m: the machine
 * @reason: what the error message must have in it
 * @fmt: the command, as for qtest_qmp()
 */
void G_GNUC_PRINTF(3, 4)
ghes_machine_refuse(GhesMachine *m, const char *reason, const char *fmt, ...);

GhesCounts ghes_machine_query(GhesMachine *m, unsigned source);

void ghes_machine_assert_counts(GhesMachine *m, unsigned source,
                                GhesCounts expected);

/**
 * ghes_machine_read_block: read a source's status block as it is
 *
 * Returns: all of the block, to be freed by g_free().
 */
uint8_t *ghes_machine_read_block(GhesMachine *m, unsigned source);

/* ghes_machine_has_error: whether Block Status is not 0 */
bool ghes_machine_has_error(GhesMachine *m, unsigned source);

/**
 * ghes_machine_acknowledge: what OSPM does when it has read a block
 *
 * Source: ACPI 6.5, 18.3.2.8, Read Ack Register.
 */
void ghes_machine_acknowledge(GhesMachine *m, unsigned source);

/**
 * ghes_machine_take_event: read the Generic Event Device's selector
 *
 * Returns: whether the error event was set, and nothing else; reading
 * clears it.
 */
bool ghes_machine_take_event(GhesMachine *m);

/**
 * ghes_machine_assert_pages: what the block of the GED's source must hold
 * @m: the machine
 * @severity: Error Severity of the block and of each entry
 * @gpa: Physical Address of the first entry
 * @count: entries, each of the page behind the one before
 */
void ghes_machine_assert_pages(GhesMachine *m, uint32_t severity,
                               uint64_t gpa, unsigned count);

/* ghes_machine_await_next: let time pass until what waits, if any, is there */
void ghes_machine_await_next(GhesMachine *m);

/**
 * ghes_machine_take_pages: read, acknowledge, and await what comes next
 *
 * Asserts the event as ghes_machine_take_event() gives it, and the block as
 * ghes_machine_assert_pages() does.
 */
void ghes_machine_take_pages(GhesMachine *m, uint32_t severity, uint64_t gpa,
                             unsigned count);

#endif
