/*
 * An error injection as the guest operates it by the registers of EINJ
 *
 * The guest is hostile: what it writes, in whatever order, is answered by a
 * status, and its parameters are fetched once and used only after a check.
 *
 * All functions are called with the BQL held.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_EINJ_OPERATION_H
#define HW_ACPI_EINJ_OPERATION_H

#include "hw/acpi/einj-inject.h"
#include "migration/vmstate.h"
#include "qemu/timer.h"

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

#endif
