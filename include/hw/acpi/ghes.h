/*
 * Delivery of hardware errors to the guest through ACPI GHES
 *
 * The lock is the BQL: the caller of each function must hold it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef ACPI_GHES_H
#define ACPI_GHES_H

#include "hw/acpi/cper.h"
#include "hw/acpi/hest.h"
#include "hw/core/cpu.h"
#include "hw/nvram/fw_cfg.h"
#include "qom/object.h"

#define TYPE_ACPI_GHES "acpi-ghes"
OBJECT_DECLARE_SIMPLE_TYPE(AcpiGhes, ACPI_GHES)

/**
 * AcpiGhesState: where the guest's firmware has placed things
 * @hw_error_le: guest-physical address of the first HestRegisters, as firmware
 *               wrote it, little-endian; 0 until then
 * @hest_addr_le: the same for the HEST, if @use_hest_addr
 * @use_hest_addr: firmware is to say where the HEST is as well: stock QEMU from
 *                 10.2 on, to which the guest may migrate, looks there
 *
 * A part of the GED, which migrates it as stock QEMU does.
 */
typedef struct AcpiGhesState {
    uint64_t hw_error_le;
    uint64_t hest_addr_le;
    bool use_hest_addr;
} AcpiGhesState;

/**
 * GhesCpuIdentity: a vCPU as guest and firmware know it
 * @mpidr_el1: MPIDR_EL1
 * @midr_el1: MIDR_EL1
 * @running: PSCI has it on, even if it waits for an interrupt
 * @psci_state: as PSCI's AFFINITY_INFO gives it: 0 on, 1 off, 2 about to be on
 */
typedef struct GhesCpuIdentity {
    uint64_t mpidr_el1;
    uint64_t midr_el1;
    bool running;
    uint32_t psci_state;
} GhesCpuIdentity;

/**
 * GhesMachine: what a machine says of its error sources
 * @sources: its constant source table, with one synchronous source and at least
 *           one asynchronous source
 * @source_count: entries of @sources
 * @keep_boot_errors: what the guest died of is kept for its next boot
 * @notify: notifies the guest of an error in an asynchronous source
 * @vcpus_idle: whether no vCPU has anything to do
 * @identify_cpu: describes a vCPU for records on it
 * @opaque: argument of @notify
 */
typedef struct GhesMachine {
    const HestSource *sources;
    unsigned source_count;
    bool keep_boot_errors;
    void (*notify)(void *opaque, const HestSource *source);
    bool (*vcpus_idle)(void);
    void (*identify_cpu)(CPUState *cpu, GhesCpuIdentity *identity);
    void *opaque;
} GhesMachine;

/**
 * acpi_ghes_create: give the machine its error sources
 * @machine: what it says of them; copied
 * @address: the GED's part; must stay
 *
 * The device becomes a child of the machine, and is where acpi_ghes_find()
 * looks.
 */
AcpiGhes *acpi_ghes_create(const GhesMachine *machine, AcpiGhesState *address);

/* acpi_ghes_boot_errors: the region for build_bert(), or NULL */
GArray *acpi_ghes_boot_errors(AcpiGhes *ghes);

/**
 * acpi_ghes_add_fw_cfg: give firmware what it is to place
 * @ghes: the error sources
 * @fw_cfg: where the files go
 * @hardware_errors: the blob that build_hest() made; must stay
 */
void acpi_ghes_add_fw_cfg(AcpiGhes *ghes, FWCfgState *fw_cfg,
                          GArray *hardware_errors);

/* acpi_ghes_find: the machine's error sources, or NULL if it has none */
AcpiGhes *acpi_ghes_find(void);

/**
 * ghes_report_memory: report an error in guest memory that no vCPU consumed
 * @ghes: the error sources
 * @severity: what it means for the guest
 * @address: first guest-physical address, a multiple of 4096
 * @length: bytes, a multiple of 4096 and not 0
 * @errp: set if it was dropped
 *
 * Returns: true if recorded or queued, false if dropped, which is counted.
 */
bool ghes_report_memory(AcpiGhes *ghes, CperSeverity severity,
                        uint64_t address, uint64_t length, Error **errp);

/* What became of an error that a vCPU consumed */
typedef enum GhesSeaResult {
    GHES_SEA_RECORDED,  /* in the block: raise the exception */
    GHES_SEA_BUSY,      /* raise none and let the vCPU consume the page again */
    GHES_SEA_NO_RECORD, /* no way to record: raise it all the same */
} GhesSeaResult;

/**
 * ghes_record_sea: record the poisoned page that a vCPU consumed
 * @ghes: the error sources
 * @address: guest-physical address of the page
 *
 * Never waits and never queues in front of the exception: the guest reads the
 * block when it takes that.  While another vCPU's record is unread, the answer
 * is GHES_SEA_BUSY.  A record that stays unread for 10 s is reported by the
 * asynchronous source; from then on the answer is GHES_SEA_NO_RECORD, until the
 * guest acknowledges something or is reset.  A page that is recorded isn't
 * reported asynchronously any more; one that isn't the caller has to report.
 */
GhesSeaResult ghes_record_sea(AcpiGhes *ghes, uint64_t address);

/**
 * ghes_sea_is_busy: whether a vCPU's record is still unread
 * @ghes: the error sources
 *
 * Another vCPU's exception would read that record.
 */
bool ghes_sea_is_busy(AcpiGhes *ghes);

#endif
