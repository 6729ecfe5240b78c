/*
 * What the files of the GHES device share
 *
 * Calls go one way: device (ghes-device.c, ghes.c), source (ghes-source.c),
 * then block (ghes-block.c) and queue (ghes-queue.c), then encoding.  The
 * caller of any of these functions must hold the BQL.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_INTERNAL_H
#define HW_ACPI_GHES_INTERNAL_H

#include "ghes-boot.h"
#include "hw/acpi/ghes.h"
#include "hw/sysbus.h"
#include "system/hwpoison.h"

/**
 * AcpiGhes: the error sources of a machine
 * @guest: how to deal with the guest
 * @identify_cpu: describes a vCPU for records on it
 * @address: firmware's answer, a part of the GED's state
 * @blob: where the blocks are
 * @source_count: how many sources
 * @source: the sources in the machine's table order
 * @synchronous: the one for errors that a vCPU consumes
 * @asynchronous: the one for all others
 * @boot: what the next boot learns of
 * @boot_errors: the memory of its region, or NULL
 * @hwpoison: hears of poisoned pages
 */
struct AcpiGhes {
    SysBusDevice parent_obj;
    GhesGuest guest;
    void (*identify_cpu)(CPUState *cpu, GhesCpuIdentity *identity);
    AcpiGhesState *address;
    GhesBlob blob;
    uint32_t source_count;
    GhesSource *source;
    GhesSource *synchronous;
    GhesSource *asynchronous;
    GhesBoot boot;
    GArray *boot_errors;
    HwpoisonListener hwpoison;
};

/**
 * ghes_init: make the sources; the blob has no place yet
 * @ghes: the state, zeroed but for its QOM part
 * @machine: what the machine says of them; copied
 * @address: where the guest's answer is; must stay
 */
void ghes_init(AcpiGhes *ghes, const GhesMachine *machine,
               AcpiGhesState *address);

/* ghes_cleanup: free what ghes_init() made */
void ghes_cleanup(AcpiGhes *ghes);

/* ghes_address_written: firmware has placed the blob of @opaque, an AcpiGhes */
void ghes_address_written(void *opaque, off_t start, size_t len);

/**
 * ghes_reset: the blob and its address are gone
 * @ghes: the error sources
 * @loads_snapshot: what is queued belongs to a state that is left
 */
void ghes_reset(AcpiGhes *ghes, bool loads_snapshot);

/* ghes_run: have all sources do what they can do now */
void ghes_run(AcpiGhes *ghes);

/* ghes_is_unused: there was no error since the VM was made */
bool ghes_is_unused(const AcpiGhes *ghes);

/* ghes_check_state: whether migration brought what the sources can have */
bool ghes_check_state(const AcpiGhes *ghes);

/* ghes_check_ready: check that the guest's firmware has placed the blob */
bool ghes_check_ready(const AcpiGhes *ghes, Error **errp);

/* ghes_is_full: whether another report would be dropped */
bool ghes_is_full(const AcpiGhes *ghes);

/**
 * ghes_memory_error_init: describe an error in guest memory that happens now
 * @error: the report; what else is known can be set in it afterwards
 * @severity: what it means for the guest
 * @address: first guest-physical address, a multiple of GHES_PAGE_SIZE
 * @length: bytes, a multiple of GHES_PAGE_SIZE and not 0
 */
void ghes_memory_error_init(GhesError *error, CperSeverity severity,
                            uint64_t address, uint64_t length);

/**
 * ghes_report: report an error that no vCPU has consumed
 * @ghes: the error sources
 * @error: what happened; copied
 * @errp: set if it was dropped
 *
 * The guest gets it as soon as firmware has placed the blob and all that was
 * reported before is acknowledged; until then it is queued.  Management hears
 * of an uncorrected memory error by event MEMORY_FAILURE.
 *
 * Returns: true if recorded or queued, false if dropped, which is counted.
 */
bool ghes_report(AcpiGhes *ghes, const GhesError *error, Error **errp);

#endif
