/*
 * What the files of the EINJ device share
 *
 * Calls go one way: device (einj-device.c), registers (einj-operation.c), then
 * parameters (einj-parameters.c) and injection (einj-inject.c).  The BQL
 * protects all of it.  The guest is hostile: what it writes, in whatever order,
 * is answered by a status, and its parameters are fetched once and used only
 * after a check.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_EINJ_INTERNAL_H
#define HW_ACPI_EINJ_INTERNAL_H

#include "hw/acpi/cper.h"
#include "hw/acpi/einj.h"
#include "hw/pci/pci.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "qemu/timer.h"

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

/*
 * Pages that a guest can poison while QEMU runs, whatever it resets: with KVM
 * the host loses them as well, until it is rebooted itself.
 */
#define EINJ_POISONED_PAGES_MAX 4096

/**
 * EinjMachine: what a guest can have an error in
 * @pci_bus: its root bus, of segment 0
 * @parameters_gpa: guest-physical address of what QEMU reads for an injection
 * @poisoned_pages: pages of 4 KiB that injections have poisoned
 */
typedef struct EinjMachine {
    PCIBus *pci_bus;
    uint64_t parameters_gpa;
    uint64_t poisoned_pages;
} EinjMachine;

/**
 * einj_plant: make an error be there, but don't report it
 * @machine: the machine
 * @request: the error
 * @errp: says why it isn't
 *
 * Memory with an uncorrected error is poisoned from now on: a vCPU that
 * consumes it takes an abort.  Errors of other kinds have no effect before they
 * are triggered.
 *
 * Returns: EINJ_STATUS_SUCCESS; EINJ_STATUS_INVALID_ACCESS if the machine has
 * no such page, processor or device, and nothing was done;
 * EINJ_STATUS_UNKNOWN_FAILURE if it couldn't be done, and maybe was in part.
 */
EinjStatus einj_plant(EinjMachine *machine, const EinjRequest *request,
                      Error **errp);

/**
 * einj_trigger: have an error that was planted reported
 * @machine: the machine
 * @request: the error
 * @errp: says why not, or what of it not
 *
 * The asynchronous error source reports it, as if a patrol scrubber had found
 * the error: nothing of the guest has to consume it.
 */
bool einj_trigger(const EinjMachine *machine, const EinjRequest *request,
                  Error **errp);

/* Where an injection is */
typedef enum EinjPhase {
    EINJ_PHASE_IDLE,        /* nothing was injected, or it was triggered */
    EINJ_PHASE_EXECUTING,   /* the guest sees BUSY */
    EINJ_PHASE_PLANTED,     /* the error is there and waits for its trigger */
    EINJ_PHASE__MAX
} EinjPhase;

/**
 * EinjOperation: the registers, and what is behind them
 * @blob_le: guest-physical address of the blob as firmware wrote it,
 *           little-endian; 0 until then
 * @open: the guest is between BEGIN and END
 * @phase: an EinjPhase
 * @status: an EinjStatus
 * @triggered: an error is to be reported
 * @parameters: of the injection at work or planted, as they were fetched
 * @triggered_parameters: those of the error that is to be reported
 * @machine: what the errors are in
 * @execute_timer: ends EXECUTE, on the virtual clock
 * @trigger_timer: reports, out of the way of the vCPU that writes TRIGGER
 */
typedef struct EinjOperation {
    uint64_t blob_le;
    bool open;
    uint8_t phase;
    uint8_t status;
    bool triggered;
    EinjParameters parameters;
    EinjParameters triggered_parameters;
    EinjMachine machine;
    QEMUTimer *execute_timer;
    QEMUTimer *trigger_timer;
} EinjOperation;

extern const VMStateDescription vmstate_einj_operation;

/* einj_operation_init: @op is zeroed but for @op->machine */
void einj_operation_init(EinjOperation *op);

/* einj_operation_cleanup: undo einj_operation_init() */
void einj_operation_cleanup(EinjOperation *op);

/* einj_operation_reset: the guest is reset; its blob is gone */
void einj_operation_reset(EinjOperation *op);

/**
 * einj_operation_read: the guest reads the region of the registers
 * @op: the operation
 * @offset: bytes from its start
 *
 * Returns: the register that @offset is in, without the bytes before @offset;
 * 0 where there is none.
 */
uint64_t einj_operation_read(const EinjOperation *op, uint64_t offset);

/**
 * einj_operation_write: the guest writes to the region of the registers
 * @op: the operation
 * @offset: bytes from its start
 * @value: what it writes
 *
 * Only the first byte of EINJ_REGISTER_COMMAND, and what follows in the same
 * access, has an effect.
 */
void einj_operation_write(EinjOperation *op, uint64_t offset, uint64_t value);

/**
 * AcpiEinjState: the device; its one region has EINJ_REGION_SIZE bytes
 * @blob: what build_einj() makes, empty until then
 * @operation: all the rest
 */
struct AcpiEinjState {
    SysBusDevice parent_obj;

    MemoryRegion registers;
    GArray *blob;
    EinjOperation operation;
};

#endif
