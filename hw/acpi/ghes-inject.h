/*
 * Injection of processor and PCI Express errors, for QMP and EINJ
 *
 * The error is reported to the guest and nothing else happens: processor and
 * device go on as before.  Each call makes one record, unlike all others.
 *
 * All functions are called with the BQL held.  Arguments are named in errors
 * as the QMP commands inject-processor-error and inject-pcie-error have them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_INJECT_H
#define HW_ACPI_GHES_INJECT_H

#include "hw/acpi/cper-arm.h"
#include "hw/acpi/ghes.h"
#include "hw/pci/pci_device.h"
#include "ghes-status.h"

/**
 * ghes_report_section: report an error that isn't one of memory
 * @ghes: the error sources
 * @section: what its record says; Timestamp, sequence and the flag Primary are
 *           filled in here
 * @errp: set if it was dropped
 *
 * It becomes a status block of its own, and is delivered like a memory error.
 *
 * Returns: true if recorded or queued, false if dropped, which is counted.
 */
bool ghes_report_section(AcpiGhes *ghes, GhesSection *section, Error **errp);

/**
 * ghes_processor_error: report an error of a vCPU
 * @ghes: the state
 * @cpu: the vCPU, of target Arm
 * @what: the errors, with at least one that cper_arm_add_information() added;
 *        MPIDR, MIDR and running state are filled in from the vCPU
 * @record: severity, flags and FRU text (or "") of the record; all else is
 *          filled in
 * @errp: says why there is no report
 *
 * Returns: true if recorded or queued.
 */
bool ghes_processor_error(AcpiGhes *ghes, CPUState *cpu,
                          CperArmSection *what, GhesSection *record,
                          Error **errp);

/* PCI Express Base Specification, AER: errors to take if none is named */
#define GHES_PCIE_RECEIVER_ERROR     0x00000001 /* correctable */
#define GHES_PCIE_COMPLETION_TIMEOUT 0x00004000 /* uncorrectable, non-fatal */

#define GHES_PCIE_TLP_HEADER_WORDS 4

/**
 * GhesPcieError: what happened to a PCI Express device; host byte order
 * @correctable_status: bits as in AER's Correctable Error Status
 * @uncorrectable_status: bits as in AER's Uncorrectable Error Status
 * @tlp_header: words as in AER's Header Log, or NULL if there is none
 *
 * One of the two has to be 0: the first if the record's severity is
 * uncorrected, the second if it is corrected.
 */
typedef struct GhesPcieError {
    uint32_t correctable_status;
    uint32_t uncorrectable_status;
    const uint32_t *tlp_header;
} GhesPcieError;

/**
 * ghes_pcie_error: report an error of a PCI Express device
 * @ghes: the state
 * @dev: a device that is realized
 * @what: the error
 * @record: severity, flags and FRU text (or "") of the record; all else is
 *          filled in
 * @errp: says what is wrong with device or error
 *
 * Which device it is, and its registers, are as the guest would read them
 * now; only what is injected stands in AER's status registers of the record
 * instead.  The device's own registers are left alone, as those are that
 * firmware has read and cleared before it reports.
 *
 * Fails if the device isn't PCI Express with AER, if the guest has not
 * numbered its bus, or if the guest has masked all of the error's bits: then
 * the device would keep the error to itself.
 *
 * Returns: true if recorded or queued.
 */
bool ghes_pcie_error(AcpiGhes *ghes, PCIDevice *dev,
                     const GhesPcieError *what, GhesSection *record,
                     Error **errp);

#endif
