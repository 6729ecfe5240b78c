/*
 * Delivery of hardware errors to the guest through ACPI GHES
 *
 * The lock is the BQL.  No function takes it, here or in what this is built on
 * (ghes-source, ghes-block, ghes-queue); who calls one holds it: the main loop
 * with its timers, the monitor, or a vCPU thread that took it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef ACPI_GHES_H
#define ACPI_GHES_H

#include "hw/acpi/ghes-poison.h"
#include "hw/acpi/ghes-source.h"
#include "hw/nvram/fw_cfg.h"

/**
 * AcpiGhesState: the error sources of a machine
 * @hw_error_le: guest-physical address of the first HestRegisters as firmware
 *               wrote it, little-endian; 0 until then
 * @blob: where the blocks are
 * @keeps_queues: during a reset: it is the guest's, not one before a snapshot
 *                is loaded
 * @source_count: how many sources
 * @source: the sources in the machine's table order
 * @synchronous: the one for errors that a vCPU runs into
 * @asynchronous: the one for all others
 * @poison: how memory is lost on purpose; the machine sets it
 */
typedef struct AcpiGhesState {
    uint64_t hw_error_le;
    GhesBlob blob;
    bool keeps_queues;
    uint32_t source_count;
    GhesSourceState *source;
    GhesSourceState *synchronous;
    GhesSourceState *asynchronous;
    GhesPoison poison;
} AcpiGhesState;

/**
 * acpi_ghes_init: give a machine its error sources
 * @ags: the state, zeroed
 * @fw_cfg: where the blob and its address go
 * @hardware_errors: the blob that build_hest() made; must stay
 * @sources: the machine's constant source table, with one synchronous source
 *           and at least one asynchronous source
 * @count: its entries
 * @notify: tells the guest of an error in an asynchronous source
 * @opaque: argument of @notify
 */
void acpi_ghes_init(AcpiGhesState *ags, FWCfgState *fw_cfg,
                    GArray *hardware_errors, const HestSource *sources,
                    unsigned count, GhesNotify *notify, void *opaque);

/**
 * acpi_ghes_get_state: find the machine's error sources
 *
 * Returns: the state, or NULL if the machine has none.
 */
AcpiGhesState *acpi_ghes_get_state(void);

/**
 * ghes_check_ready: whether the guest's firmware has placed the blob
 * @ags: the state
 * @errp: says why it isn't usable
 */
bool ghes_check_ready(const AcpiGhesState *ags, Error **errp);

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
 * ghes_report: report an error that no vCPU waits for
 * @ags: the state
 * @error: what happened; copied
 * @errp: set if it was dropped
 *
 * The guest gets it as soon as firmware has placed the blob and all that was
 * reported before is acknowledged; until then it is queued.  An uncorrected
 * memory error is told to management by event MEMORY_FAILURE.
 *
 * Returns: true if recorded or queued, false if dropped, which is counted.
 */
bool ghes_report(AcpiGhesState *ags, const GhesError *error, Error **errp);

/**
 * ghes_report_section: report an error that isn't one of memory
 * @ags: the state
 * @section: what its record says; Timestamp, sequence and the flag Primary
 *           are filled in here
 * @errp: set if it was dropped
 *
 * It becomes a status block of its own, and goes the way of ghes_report().
 *
 * Returns: as ghes_report().
 */
bool ghes_report_section(AcpiGhesState *ags, GhesSection *section,
                         Error **errp);

/**
 * ghes_report_synchronous: record what a vCPU ran into
 * @ags: the state
 * @error: what happened: one page, uncorrected; copied
 *
 * Never waits and never queues in front of the exception: the guest reads
 * the block when it takes that.  While another vCPU's record is unread, the
 * answer is GHES_SYNCHRONOUS_BUSY; a record that stays unread is made an
 * asynchronous report after a bounded time.  A page that is recorded isn't
 * reported asynchronously any more; what can't be recorded is left to the
 * caller to report.
 */
GhesSynchronousResult ghes_report_synchronous(AcpiGhesState *ags,
                                              const GhesError *error);

/**
 * ghes_synchronous_is_busy: whether a vCPU's record is still unread
 * @ags: the state
 *
 * Another vCPU's exception would read that record.
 */
bool ghes_synchronous_is_busy(AcpiGhesState *ags);

/**
 * ghes_forget_range: don't tell the guest of memory that is in order again
 * @ags: the state
 * @address: guest-physical address, a multiple of GHES_PAGE_SIZE
 * @length: bytes, a multiple of GHES_PAGE_SIZE and not 0
 *
 * For a reset: what is in a block meanwhile is not taken back.
 */
void ghes_forget_range(AcpiGhesState *ags, uint64_t address, uint64_t length);

#endif
