/*
 * Fuzz target: EINJ's registers and parameters, with a hostile guest
 *
 * The input is a program.  Each instruction is a byte and its arguments, and
 * plays firmware (writes the address), the guest (registers, parameters),
 * time, reset, or a migration stream.  A model that knows the specification
 * and not the code tells what the guest must read after each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "fuzz.h"
#include "einj-model.h"
#include "program.h"

static void write_address(Program *program)
{
    static const uint64_t places[] = {
        MODEL_RAM, MODEL_RAM + 4096, MODEL_RAM_END - 4096, MODEL_RAM + 8,
        MODEL_RAM - 4096, MODEL_RAM_END, 0, UINT64_MAX - 4095,
    };
    unsigned place = fetch(program, 1);

    model_write_address(place < ARRAY_SIZE(places) ? places[place]
                                                   : fetch(program, 8));
}

static void command(Program *program)
{
    unsigned value = fetch(program, 1);

    /* BEGIN, EXECUTE, END, TRIGGER, and all others */
    model_write(0, value < 6 ? value : fetch(program, 8));
}

static void write_elsewhere(Program *program)
{
    uint64_t offset = 1 + fetch(program, 2) % 4095;

    model_write(offset, fetch(program, 8));
}

/* What a guest may well write there */
static void set_parameters(Program *program)
{
    uint8_t *p = model_parameters();

    stl_le_p(p, 1u << fetch(program, 1) % 32);
    stl_le_p(p + 8, fetch(program, 1) % 32);
    stq_le_p(p + 16, fetch(program, 4));
    stq_le_p(p + 24, -1ULL << fetch(program, 1) % 64);
    stw_le_p(p + 42, fetch(program, 1) % 20);
}

static void set_component(Program *program)
{
    uint8_t *component = model_parameters() + 44 +
                         fetch(program, 1) % 16 * 32;

    stq_le_p(component, fetch(program, 4));
    stq_le_p(component + 16, fetch(program, 1));
}

/* EINJv2: several components, most of them good */
static void set_v2(Program *program)
{
    uint8_t *p = model_parameters();
    unsigned count = fetch(program, 1) % 18;

    stl_le_p(p, 2);
    stl_le_p(p + 8, 0x8 | (fetch(program, 1) & 0x2));
    stw_le_p(p + 42, count);
    for (unsigned i = 0; i < count; i++) {
        stq_le_p(p + 44 + 32 * i, fetch(program, 2));
        stq_le_p(p + 44 + 32 * i + 8, 0);
        stq_le_p(p + 44 + 32 * i + 16, 1 + i);
    }
}

static void scribble(Program *program)
{
    unsigned offset = fetch(program, 2) % 1024;

    model_parameters()[offset] = fetch(program, 1);
}

static void pass_time(Program *program)
{
    model_run_timers(fetch(program, 1) * 10);
}

static void fail_next(Program *program)
{
    model_fail_next(fetch(program, 1) % 3);
}

static void reset(Program *program)
{
    model_reset();
}

static void migrate(Program *program)
{
    model_migrate(fetch(program, 1), fetch(program, 1), fetch(program, 1) & 1);
}

static void step(Program *program)
{
    static void (*const instructions[])(Program *) = {
        write_address, command, command, command, write_elsewhere,
        set_parameters, set_component, set_v2, scribble, pass_time, fail_next,
        reset, migrate,
    };

    instructions[fetch(program, 1) % ARRAY_SIZE(instructions)](program);
}

static void print_reached(void)
{
    fprintf(stderr, "reached: planted %" PRIu64 ", reported %" PRIu64
            ", refused %" PRIu64 ", pages at once %" PRIu64 "\n",
            model_reached.planted, model_reached.reported,
            model_reached.refused, model_reached.several);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    atexit(print_reached);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Program program = { data, size };

    model_make();
    while (program.left) {
        step(&program);
        model_check();
    }
    model_free();
    return 0;
}
