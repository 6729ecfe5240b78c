/*
 * What the parameters of an error injection ask for
 *
 * Pure: no locks, no guest memory.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_EINJ_PARAMETERS_H
#define HW_ACPI_EINJ_PARAMETERS_H

#include "hw/acpi/cper.h"
#include "hw/acpi/einj.h"

/* ACPI 6.5, 18.6.4, table "Error Type Definition": a bit for each type */
typedef enum EinjErrorTypes {
    EINJ_PROCESSOR_CORRECTABLE = 1 << 0,
    EINJ_PROCESSOR_UNCORRECTABLE = 1 << 1,
    EINJ_PROCESSOR_FATAL = 1 << 2,
    EINJ_MEMORY_CORRECTABLE = 1 << 3,
    EINJ_MEMORY_UNCORRECTABLE = 1 << 4,
    EINJ_MEMORY_FATAL = 1 << 5,
    EINJ_PCIE_CORRECTABLE = 1 << 6,
    EINJ_PCIE_UNCORRECTABLE = 1 << 7,
    EINJ_PCIE_FATAL = 1 << 8,
    EINJ_V2_PRESENT = 1 << 30,  /* there are types of EINJv2 */
} EinjErrorTypes;

/* ACPI 6.5, 18.6.4, table "EINJv2 Error Type Definition" */
typedef enum EinjV2ErrorTypes {
    EINJ_V2_PROCESSOR = 1 << 0,
    EINJ_V2_MEMORY = 1 << 1,
    EINJ_V2_PCIE = 1 << 2,
} EinjV2ErrorTypes;

/* Flags of the parameters: which of them are valid */
enum {
    EINJ_FLAG_PROCESSOR = 1 << 0,
    EINJ_FLAG_MEMORY = 1 << 1,
    EINJ_FLAG_PCIE = 1 << 2,
    EINJ_FLAG_V2 = 1 << 3,
    EINJ_FLAGS_ALL = (1 << 4) - 1,
};

/* What has failed, in the order of the error types' bits, three for each */
typedef enum EinjKind {
    EINJ_KIND_PROCESSOR,
    EINJ_KIND_MEMORY,
    EINJ_KIND_PCIE,
    EINJ_KIND__MAX
} EinjKind;

/**
 * EinjMemoryError: an error in one page
 * @severity: what it means
 * @address: guest-physical address of the page, not checked to be RAM
 * @has_device: @device is known
 * @device: which memory device of those that make up the page
 */
typedef struct EinjMemoryError {
    CperSeverity severity;
    uint64_t address;
    bool has_device;
    uint16_t device;
} EinjMemoryError;

/**
 * EinjRequest: what to inject
 * @kind: what fails; one of the following is only then in use
 * @severity: processor, PCIe: what it means
 * @processor: ACPI Processor UID
 * @segment: PCI segment
 * @bus: PCI bus
 * @devfn: PCI device in bits 7:3, function in bits 2:0
 * @memory_count: how many of @memory, at least 1
 * @memory: the pages
 */
typedef struct EinjRequest {
    EinjKind kind;
    CperSeverity severity;
    uint32_t processor;
    uint8_t segment;
    uint8_t bus;
    uint8_t devfn;
    unsigned memory_count;
    EinjMemoryError memory[EINJ_COMPONENTS_MAX];
} EinjRequest;

/* What GET_ERROR_TYPE and EINJV2_GET_ERROR_TYPE return */
extern const uint64_t einj_error_types, einj_v2_error_types;

/**
 * einj_parameters_decode: find out what the guest asks for
 * @p: the parameters, little-endian; any garbage
 * @request: where the answer goes
 * @errp: says what isn't possible
 *
 * Exactly one error type that is on offer, no unknown flag, and what the type
 * needs marked valid by the flags; a processor error without that is one of
 * the first processor.  Whether there are such a page, processor and device
 * isn't looked at.
 *
 * EINJv2 (ACPI 6.5, 18.6.4) leaves to the platform what its components are.
 * A Component ID below EINJ_DEVICES is the number of a memory device that
 * holds a part of the page at Memory Address; any other one is itself a
 * guest-physical address.  A Component Syndrome has a bit for each bit that
 * is wrong: one can be corrected, more can't.
 *
 * Source: ACPI 6.5, 18.6.4 Error Types.
 */
bool einj_parameters_decode(const EinjParameters *p, EinjRequest *request,
                            Error **errp);

#define EINJ_DEVICES 0x1000

#endif
