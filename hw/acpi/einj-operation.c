/*
 * Takes a guest through an error injection: registers, parameters, status
 *
 *          EXECUTE            1 ms: plant          TRIGGER
 *   idle ----------> executing -----------> planted -------> idle
 *    ^                   |                     |
 *    +----- failed ------+    next EXECUTE ----+---> executing
 *
 * EXECUTE takes a while so that no guest injects errors faster than the host
 * can handle what follows from them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "einj-internal.h"
#include "ghes-internal.h"
#include "trace.h"

/* RAM, or a failure without any access */
static const MemTxAttrs ram_only = { .memory = 1 };

static void refuse(EinjOperation *op, EinjStatus status, const char *reason)
{
    trace_einj_refused(status, reason);
    qemu_log_mask(LOG_GUEST_ERROR, "EINJ: %s\n", reason);
    op->status = status;
}

/* Where the parameters are, or 0 if firmware has placed them badly */
static hwaddr parameters_gpa(const EinjOperation *op)
{
    hwaddr gpa = le64_to_cpu(op->blob_le);

    return gpa % EINJ_BLOB_ALIGN == 0 &&
           ghes_range_is_ram(gpa, sizeof(op->parameters)) ? gpa : 0;
}

/*
 * The Error Type is taken out of what the guest has written: to execute again
 * it has to be set again.
 */
static bool fetch_parameters(EinjOperation *op)
{
    const uint32_t none = 0;
    hwaddr gpa = parameters_gpa(op);

    return gpa &&
           address_space_rw(&address_space_memory, gpa, ram_only,
                            &op->parameters, sizeof(op->parameters),
                            false) == MEMTX_OK &&
           address_space_write(&address_space_memory,
                               gpa + offsetof(EinjParameters, error_type),
                               ram_only, &none, sizeof(none)) == MEMTX_OK;
}

static void start_executing(EinjOperation *op)
{
    timer_mod(op->execute_timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) +
              EINJ_EXECUTE_US * SCALE_US);
}

static void start_reporting(EinjOperation *op)
{
    timer_mod(op->trigger_timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
}

static void execute(EinjOperation *op)
{
    if (!op->open) {
        refuse(op, EINJ_STATUS_INVALID_ACCESS, "EXECUTE without BEGIN");
        return;
    }
    if (!fetch_parameters(op)) {
        refuse(op, EINJ_STATUS_UNKNOWN_FAILURE,
               "guest firmware has not placed " EINJ_BLOB_FILE);
        return;
    }
    op->phase = EINJ_PHASE_EXECUTING;
    start_executing(op);
}

static void report(void *opaque)
{
    EinjOperation *op = opaque;
    g_autoptr(Error) err = NULL;
    EinjRequest request;

    if (!op->triggered) {
        return;
    }
    op->triggered = false;
    /* They may have come from elsewhere, and the machine have changed */
    if (!einj_parameters_decode(&op->triggered_parameters, &request, &err) ||
        !einj_trigger(&op->machine, &request, &err)) {
        refuse(op, op->status, error_get_pretty(err));
    }
}

static void finish_executing(void *opaque)
{
    EinjOperation *op = opaque;
    EinjStatus status = EINJ_STATUS_INVALID_ACCESS;
    g_autoptr(Error) err = NULL;
    EinjRequest request;

    /* First come, first reported */
    report(op);
    op->phase = EINJ_PHASE_IDLE;
    op->machine.parameters_gpa = parameters_gpa(op);
    if (einj_parameters_decode(&op->parameters, &request, &err)) {
        status = einj_plant(&op->machine, &request, &err);
    }
    if (status != EINJ_STATUS_SUCCESS) {
        refuse(op, status, error_get_pretty(err));
        return;
    }
    trace_einj_planted(request.kind);
    op->phase = EINJ_PHASE_PLANTED;
    op->status = EINJ_STATUS_SUCCESS;
}

static void trigger(EinjOperation *op)
{
    if (op->phase != EINJ_PHASE_PLANTED) {
        refuse(op, op->status, "TRIGGER, but no error was injected");
        return;
    }
    trace_einj_triggered();
    op->phase = EINJ_PHASE_IDLE;
    op->triggered = true;
    op->triggered_parameters = op->parameters;
    start_reporting(op);
}

static void command(EinjOperation *op, uint64_t value)
{
    trace_einj_command(value);
    if (op->phase == EINJ_PHASE_EXECUTING) {
        refuse(op, op->status, "a command while EXECUTE is at work");
        return;
    }
    switch (value) {
    case EINJ_COMMAND_BEGIN:
        op->open = true;
        op->status = EINJ_STATUS_SUCCESS;
        break;
    case EINJ_COMMAND_EXECUTE:
        execute(op);
        break;
    case EINJ_COMMAND_END:
        op->open = false;
        break;
    case EINJ_COMMAND_TRIGGER:
        trigger(op);
        break;
    default:
        refuse(op, EINJ_STATUS_INVALID_ACCESS, "unknown command");
        break;
    }
}

uint64_t einj_operation_read(const EinjOperation *op, uint64_t offset)
{
    uint64_t value = 0;

    switch (offset & ~7) {
    case EINJ_REGISTER_BUSY:
        value = op->phase == EINJ_PHASE_EXECUTING;
        break;
    case EINJ_REGISTER_STATUS:
        value = op->status;
        break;
    case EINJ_REGISTER_ERROR_TYPES:
        value = einj_error_types;
        break;
    case EINJ_REGISTER_V2_ERROR_TYPES:
        value = einj_v2_error_types;
        break;
    case EINJ_REGISTER_TIMINGS:
        value = EINJ_TIMINGS;
        break;
    }
    return value >> (offset & 7) * BITS_PER_BYTE;
}

void einj_operation_write(EinjOperation *op, uint64_t offset, uint64_t value)
{
    if (offset == EINJ_REGISTER_COMMAND) {
        command(op, value);
    } else {
        refuse(op, op->status, "a write to a register that can only be read");
    }
}

void einj_operation_init(EinjOperation *op)
{
    op->execute_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, finish_executing, op);
    op->trigger_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, report, op);
}

void einj_operation_cleanup(EinjOperation *op)
{
    g_clear_pointer(&op->execute_timer, timer_free);
    g_clear_pointer(&op->trigger_timer, timer_free);
}

void einj_operation_reset(EinjOperation *op)
{
    timer_del(op->execute_timer);
    timer_del(op->trigger_timer);
    op->blob_le = 0;
    op->open = false;
    op->phase = EINJ_PHASE_IDLE;
    op->status = EINJ_STATUS_SUCCESS;
    op->triggered = false;
}

/* What was at work begins its millisecond anew */
static int einj_operation_post_load(void *opaque, int version_id)
{
    EinjOperation *op = opaque;

    if (op->phase >= EINJ_PHASE__MAX || op->status >= EINJ_STATUS__MAX) {
        return -EINVAL;
    }
    timer_del(op->execute_timer);
    timer_del(op->trigger_timer);
    if (op->phase == EINJ_PHASE_EXECUTING) {
        start_executing(op);
    }
    if (op->triggered) {
        start_reporting(op);
    }
    return 0;
}

const VMStateDescription vmstate_einj_operation = {
    .name = "acpi-einj-operation",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = einj_operation_post_load,
    .fields = (const VMStateField[]) {
        /* Bytes in guest order */
        VMSTATE_BUFFER_UNSAFE(blob_le, EinjOperation, 1, sizeof(uint64_t)),
        VMSTATE_BOOL(open, EinjOperation),
        VMSTATE_UINT8(phase, EinjOperation),
        VMSTATE_UINT8(status, EinjOperation),
        VMSTATE_BOOL(triggered, EinjOperation),
        VMSTATE_BUFFER_UNSAFE(parameters, EinjOperation, 1,
                              sizeof(EinjParameters)),
        VMSTATE_BUFFER_UNSAFE(triggered_parameters, EinjOperation, 1,
                              sizeof(EinjParameters)),
        VMSTATE_END_OF_LIST()
    },
};
