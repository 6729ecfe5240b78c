/*
 * Fuzz target: the handshake with a hostile firmware and guest
 *
 * The input is a program.  Each instruction is a byte and its arguments, and
 * plays firmware (writes the address), the guest (acknowledges, or writes
 * anywhere), the host (reports errors), or time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "machine.h"

typedef struct Program {
    const uint8_t *next;
    size_t left;
} Program;

static uint64_t fetch(Program *program, unsigned bytes)
{
    uint64_t value = 0;

    while (bytes-- && program->left) {
        value = value << 8 | *program->next++;
        program->left--;
    }
    return value;
}

/* Good places, and with the right seed all others */
static hwaddr fetch_address(Program *program)
{
    static const hwaddr places[] = {
        MACHINE_RAM + 3072, MACHINE_RAM + 4096 + 3072, MACHINE_ROM + 3072,
        MACHINE_ROM - 4096 + 3072, MACHINE_MMIO + 3072, MACHINE_RAM2 + 3072,
        MACHINE_END - 4096 + 3072, MACHINE_END - 32, MACHINE_RAM, 0,
    };
    unsigned place = fetch(program, 1);

    return place < ARRAY_SIZE(places) ? places[place] : fetch(program, 8);
}

static void write_address(Program *program)
{
    uint64_t address_le = cpu_to_le64(fetch_address(program));
    unsigned length = 1 + fetch(program, 1) % sizeof(address_le);

    machine_write_address(0, &address_le, length);
}

/* The guest acknowledges as the specification says */
static void acknowledge(Program *program)
{
    hwaddr registers = le64_to_cpu(machine_ghes.hw_error_le);
    unsigned index = fetch(program, 1) % machine_ghes.source_count;
    uint8_t *pair = machine_ram(registers + index * 16, 16);
    GhesBlock block;
    uint8_t *status;

    if (!pair || !ghes_block_locate(&block, &machine_ghes.blob, index)) {
        return;
    }
    status = machine_ram(block.status_gpa, 4);
    stl_le_p(status, 0);
    stq_le_p(pair + 8, ldq_le_p(pair + 8) | 1);
}

static void scribble(Program *program)
{
    hwaddr gpa = MACHINE_RAM + fetch(program, 2) % (MACHINE_END - MACHINE_RAM);
    uint8_t *byte = machine_ram(gpa, 1);

    *byte = fetch(program, 1);
}

static void fetch_error(Program *program, GhesError *error)
{
    unsigned pages = 1 + fetch(program, 1);
    unsigned severity = fetch(program, 1) % CPER_SEVERITY__MAX;

    ghes_memory_error_init(error, severity, fetch(program, 3) << 12,
                           (uint64_t)pages << 12);
}

static void report(Program *program)
{
    GhesError error;

    fetch_error(program, &error);
    ghes_report(&machine_ghes, &error, NULL);
}

static void report_block(Program *program)
{
    uint8_t block[64] = { };
    size_t length = fetch(program, 1) % sizeof(block);
    GhesError error = { .block = block, .block_length = length };

    for (size_t i = 0; i < length; i++) {
        block[i] = fetch(program, 1);
    }
    if (ghes_status_validate(block, length, 2048, NULL)) {
        error.severity = ldl_le_p(block + 16);
        ghes_report(&machine_ghes, &error, NULL);
    }
}

static void report_synchronous(Program *program)
{
    GhesError error;

    fetch_error(program, &error);
    error.severity = CPER_SEVERITY_RECOVERABLE;
    error.length = GHES_PAGE_SIZE;
    ghes_report_synchronous(&machine_ghes, &error);
}

static void pass_time(Program *program)
{
    machine_run_timers(fetch(program, 1) * SCALE_MS * 10);
}

static void step(Program *program)
{
    static void (*const instructions[])(Program *) = {
        write_address, acknowledge, scribble, report, report_block,
        report_synchronous, pass_time,
    };
    unsigned instruction = fetch(program, 1) % (ARRAY_SIZE(instructions) + 3);

    if (instruction < ARRAY_SIZE(instructions)) {
        instructions[instruction](program);
    } else if (instruction == ARRAY_SIZE(instructions)) {
        machine_reset();
    } else {
        machine_set_running(instruction & 1);
    }
}

/* Whatever happened: nothing is lost without being counted */
static void check_counters(void)
{
    for (unsigned i = 0; i < machine_ghes.source_count; i++) {
        GhesSourceState *s = &machine_ghes.source[i];

        g_assert(s->acknowledged <= s->recorded);
        g_assert(s->waiting.reports <= GHES_QUEUE_REPORTS_MAX + 8);
        g_assert(s->in_block.records <= 8);
        g_assert(ghes_queue_is_empty(&s->waiting) ==
                 !ghes_queue_peek(&s->waiting));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Program program = { data, size };

    machine_make();
    while (program.left) {
        step(&program);
        check_counters();
    }
    machine_free();
    return 0;
}
