/*
 * A model of EINJ for its fuzz target, with the machine around it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "hw/acpi/einj-internal.h"
#include "hw/acpi/ghes-internal.h"
#include "system/cpu-timers.h"
#include "einj-model.h"

#define PARAMETERS_SIZE 556

/* As the specification names them */
enum { IDLE, EXECUTING, PLANTED };
enum { BEGIN = 1, EXECUTE, END, TRIGGER };

typedef struct Model {
    bool open;
    unsigned phase;
    unsigned status;
    bool triggered;
    int64_t due_us;                     /* when EXECUTE ends */
    uint8_t parameters[PARAMETERS_SIZE];
    uint8_t planted[PARAMETERS_SIZE];   /* the last that was */
    uint8_t pending[PARAMETERS_SIZE];   /* to be reported */
} Model;

static uint8_t ram[MODEL_RAM_END - MODEL_RAM];
static EinjOperation op;
static Model model;
static int64_t now_us;
static unsigned next_status;

struct ModelReached model_reached;

AddressSpace address_space_memory;

int64_t cpus_get_virtual_clock(void)
{
    return now_us * SCALE_US;
}

void cpus_set_virtual_clock(int64_t new_time)
{
}

bool ghes_range_is_ram(hwaddr gpa, uint64_t size)
{
    return gpa >= MODEL_RAM && gpa < MODEL_RAM_END &&
           size <= MODEL_RAM_END - gpa;
}

/* Nothing but the parameters is to be touched */
static uint8_t *checked(hwaddr gpa, hwaddr length)
{
    hwaddr start = le64_to_cpu(op.blob_le);

    g_assert(start && start % 4096 == 0);
    g_assert(gpa >= start && gpa - start + length <= PARAMETERS_SIZE);
    g_assert(ghes_range_is_ram(start, PARAMETERS_SIZE));
    return ram + (gpa - MODEL_RAM);
}

MemTxResult address_space_rw(AddressSpace *as, hwaddr gpa, MemTxAttrs attrs,
                             void *data, hwaddr length, bool is_write)
{
    g_assert(!is_write && length == PARAMETERS_SIZE);
    memcpy(data, checked(gpa, length), length);
    return MEMTX_OK;
}

MemTxResult address_space_write(AddressSpace *as, hwaddr gpa,
                                MemTxAttrs attrs, const void *data,
                                hwaddr length)
{
    g_assert(length == 4 && ldl_le_p(data) == 0);
    memcpy(checked(gpa, length), data, length);
    return MEMTX_OK;
}

static bool is_valid_v2(const uint8_t *p, uint32_t flags)
{
    unsigned count = lduw_le_p(p + 42);

    if (ldl_le_p(p) != 0x2 || count < 1 || count > 16) {
        return false;
    }
    for (unsigned i = 0; i < count; i++) {
        const uint8_t *component = p + 44 + 32 * i;

        if (!(ldq_le_p(component + 16) | ldq_le_p(component + 24)) ||
            ldq_le_p(component + 8) ||
            (ldq_le_p(component) < 0x1000 && !(flags & 0x2))) {
            return false;
        }
    }
    return true;
}

static bool is_valid(const uint8_t *p)
{
    uint32_t type = ldl_le_p(p), flags = ldl_le_p(p + 8);

    if (flags > 0xf) {
        return false;
    }
    if (flags & 0x8) {
        return is_valid_v2(p, flags);
    }
    switch (type) {
    case 0x1: case 0x2: case 0x4:
        return true;
    case 0x8: case 0x10: case 0x20:
        return flags & 0x2;
    case 0x40: case 0x80: case 0x100:
        return flags & 0x4;
    default:
        return false;
    }
}

/* The request says what the parameters do */
static void check_request(const EinjRequest *request, const uint8_t *p)
{
    uint32_t type = ldl_le_p(p), flags = ldl_le_p(p + 8);
    uint64_t page = ldq_le_p(p + 16) & ldq_le_p(p + 24) & ~0xfffULL;
    uint32_t sbdf = ldl_le_p(p + 32);

    g_assert(is_valid(p));
    if (flags & 0x8) {
        g_assert(request->kind == EINJ_KIND_MEMORY);
        g_assert(request->memory_count == lduw_le_p(p + 42));
        for (unsigned i = 0; i < request->memory_count; i++) {
            uint64_t id = ldq_le_p(p + 44 + 32 * i);
            uint64_t expected = id < 0x1000 ? page : id & ~0xfffULL;

            g_assert(request->memory[i].address == expected);
            g_assert(request->memory[i].has_device == (id < 0x1000));
        }
        model_reached.several += request->memory_count > 1;
    } else if (type & 0x7) {
        g_assert(request->kind == EINJ_KIND_PROCESSOR);
        g_assert(request->processor == (flags & 1 ? ldl_le_p(p + 12) : 0));
    } else if (type & 0x38) {
        g_assert(request->kind == EINJ_KIND_MEMORY);
        g_assert(request->memory_count == 1);
        g_assert(request->memory[0].address == page);
    } else {
        g_assert(request->kind == EINJ_KIND_PCIE);
        g_assert(request->segment == sbdf >> 24);
        g_assert(request->bus == ((sbdf >> 16) & 0xff));
        g_assert(request->devfn == ((sbdf >> 8) & 0xff));
    }
}

EinjStatus einj_plant(EinjMachine *machine, const EinjRequest *request,
                      Error **errp)
{
    EinjStatus status = next_status;

    g_assert(model.phase == EXECUTING && !model.triggered);
    check_request(request, model.parameters);
    next_status = 0;
    model.status = status;
    if (status) {
        error_setg(errp, "as asked for");
    }
    return status;
}

bool einj_trigger(const EinjMachine *machine, const EinjRequest *request,
                  Error **errp)
{
    g_assert(model.triggered);
    check_request(request, model.pending);
    model.triggered = false;
    model_reached.reported++;
    return true;
}

static void timers_changed(void *opaque, QEMUClockType type)
{
}

void model_make(void)
{
    static bool have_clocks;

    if (!have_clocks) {
        init_clocks(timers_changed);
        qemu_clock_enable(QEMU_CLOCK_VIRTUAL, true);
        have_clocks = true;
    }
    memset(ram, 0, sizeof(ram));
    op = (EinjOperation) { };
    model = (Model) { };
    now_us = next_status = 0;
    einj_operation_init(&op);
    model_write_address(MODEL_RAM);
}

void model_free(void)
{
    einj_operation_cleanup(&op);
}

void model_write_address(uint64_t gpa)
{
    op.blob_le = cpu_to_le64(gpa);
}

uint8_t *model_parameters(void)
{
    uint64_t gpa = le64_to_cpu(op.blob_le);

    return ghes_range_is_ram(gpa, 1024) ? ram + (gpa - MODEL_RAM) : ram;
}

static void execute(void)
{
    uint64_t gpa = le64_to_cpu(op.blob_le);

    if (!model.open) {
        model.status = 2;
    } else if (gpa % 4096 || !ghes_range_is_ram(gpa, PARAMETERS_SIZE)) {
        model.status = 1;
    } else {
        model.phase = EXECUTING;
        model.due_us = now_us + 1000;
        memcpy(model.parameters, ram + (gpa - MODEL_RAM), PARAMETERS_SIZE);
    }
}

static void take_command(uint64_t value)
{
    switch (value) {
    case BEGIN:
        model.open = true;
        model.status = 0;
        break;
    case EXECUTE:
        execute();
        break;
    case END:
        model.open = false;
        break;
    case TRIGGER:
        if (model.phase == PLANTED) {
            model.phase = IDLE;
            model.triggered = true;
            memcpy(model.pending, model.planted, PARAMETERS_SIZE);
        }
        break;
    default:
        model.status = 2;
        break;
    }
}

void model_write(uint64_t offset, uint64_t value)
{
    if (offset == 0 && model.phase != EXECUTING) {
        take_command(value);
    }
    einj_operation_write(&op, offset, value);
}

/* What the model expects when the time of EXECUTE is over */
static void finish(void)
{
    if (!is_valid(model.parameters)) {
        model.status = 2;
    }
    model.phase = model.status ? IDLE : PLANTED;
    model_reached.refused += !!model.status;
    model_reached.planted += !model.status;
    memcpy(model.planted, model.parameters, PARAMETERS_SIZE);
}

void model_run_timers(int64_t us)
{
    now_us += us;
    if (model.phase == EXECUTING && now_us >= model.due_us) {
        /* A valid one's status comes from einj_plant() */
        qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL);
        finish();
    } else {
        qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL);
    }
    g_assert(!model.triggered);
}

void model_fail_next(unsigned status)
{
    next_status = status;
}

void model_reset(void)
{
    einj_operation_reset(&op);
    g_assert(!op.blob_le);
    model = (Model) { };
    model_write_address(MODEL_RAM);
}

/* Parameters in a stream can be anything; here what they were */
void model_migrate(uint8_t phase, uint8_t status, bool triggered)
{
    bool good = phase < 3 && status < 3;

    /* Of what was never valid nothing is planted or pending */
    if (good && ((phase == PLANTED && !is_valid((uint8_t *)&op.parameters)) ||
                 triggered)) {
        return;
    }
    op.phase = phase;
    op.status = status;
    g_assert(vmstate_einj_operation.post_load(&op, 1) == (good ? 0 : -EINVAL));
    if (!good) {
        op.phase = model.phase;
        op.status = model.status;
        return;
    }
    model.phase = phase;
    model.status = status;
    model.due_us = now_us + 1000;
    memcpy(model.parameters, &op.parameters, PARAMETERS_SIZE);
    memcpy(model.planted, &op.parameters, PARAMETERS_SIZE);
}

void model_check(void)
{
    g_assert(einj_operation_read(&op, 0x00) == 0);
    g_assert(einj_operation_read(&op, 0x08) == (model.phase == EXECUTING));
    g_assert(einj_operation_read(&op, 0x10) == model.status);
    g_assert(einj_operation_read(&op, 0x18) == 0x400001ff);
    g_assert(einj_operation_read(&op, 0x20) == 0x2);
    g_assert(einj_operation_read(&op, 0x30) == 0);
    g_assert(einj_operation_read(&op, 0x12) == 0);
    g_assert(op.triggered == model.triggered);
}
