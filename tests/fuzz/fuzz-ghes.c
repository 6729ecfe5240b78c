/*
 * Fuzz target: the handshake with a hostile firmware and guest
 *
 * The input is a program.  Each instruction is a byte and its arguments, and
 * plays firmware (writes the address), the guest (acknowledges, or writes
 * anywhere), the host (reports errors, moves the guest), or time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "fuzz.h"
#include "machine.h"
#include "program.h"

/* Records that fit into the largest block of the machine, of 2 KiB */
#define BATCH_RECORDS 13

/* Records that were reported and have to be somewhere */
static uint64_t reported;

/* Reports that may exceed a queue's bound */
static uint64_t excess;

/* What all programs together have reached */
static struct {
    uint64_t recorded;
    uint64_t acknowledged;
    uint64_t dropped;
    uint64_t unread;
    uint64_t ignored;
    uint64_t stock;
} reached;

/* Good places, and with the right seed all others */
static hwaddr fetch_address(Program *program)
{
    static const hwaddr places[] = {
        MACHINE_RAM + MACHINE_REGISTERS,
        MACHINE_RAM + 4096 + MACHINE_REGISTERS,
        MACHINE_ROM + MACHINE_REGISTERS,
        MACHINE_ROM - 4096 + MACHINE_REGISTERS,
        MACHINE_MMIO + MACHINE_REGISTERS,
        MACHINE_RAM2 + MACHINE_REGISTERS,
        MACHINE_END - 4096 + MACHINE_REGISTERS,
        /* Stock QEMU's, and the last place that still has room for it */
        MACHINE_RAM, MACHINE_RAM2 + 8, MACHINE_ROM - 1040, MACHINE_END - 1040,
        /* The same, but with one end of it elsewhere */
        MACHINE_RAM - 512, MACHINE_ROM - 512, MACHINE_RAM2 - 512,
        MACHINE_ROM - 1032, MACHINE_END - 1032, MACHINE_END - 32, 0,
    };
    unsigned place = fetch(program, 1);

    return place < ARRAY_SIZE(places) ? places[place] : fetch(program, 8);
}

/* Up to @records have become of no interest to the guest */
static void settle(uint64_t records)
{
    uint64_t now = machine_accounted();

    g_assert(now <= reported && reported - now <= records);
    reported = now;
}

/* A fatal error that reached the guest has ended it, and isn't reported again */
static uint64_t fatal_in_block(void)
{
    const GhesQueue *in_block = &machine_ghes.asynchronous->in_block;
    const GhesError *error = ghes_queue_peek(in_block);

    return error && error->severity == CPER_SEVERITY_FATAL ? in_block->records
                                                           : 0;
}

static void write_address(Program *program)
{
    uint64_t address_le = cpu_to_le64(fetch_address(program));
    unsigned length = 1 + fetch(program, 1) % sizeof(address_le);
    uint64_t fatal = fatal_in_block();

    machine_write_address(0, &address_le, length);
    settle(fatal);
}

static void arrive(Program *program)
{
    machine_arrive(fetch_address(program));
}

static void reset(Program *program)
{
    uint64_t fatal = fatal_in_block();

    machine_reset();
    settle(fatal);
}

static void acknowledge(Program *program)
{
    machine_acknowledge(fetch(program, 1) % machine_ghes.source_count);
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

    ghes_memory_error_init(error, severity, fetch(program, 1) << 12,
                           (uint64_t)pages << 12);
}

static void report_asynchronous(const GhesError *error)
{
    reported += ghes_error_records(error);
    ghes_report(&machine_ghes, error, NULL);
}

static void report(Program *program)
{
    GhesError error;

    fetch_error(program, &error);
    report_asynchronous(&error);
}

/* Raw data alone is well-formed at any length, even one that doesn't fit */
static void report_block(Program *program)
{
    static const uint16_t lengths[] = { 21, 1024, 1025, 2048, 2049, 4096 };
    uint8_t block[GHES_BLOCK_SIZE_MAX] = { [0] = 1, [4] = 20 };
    size_t length = lengths[fetch(program, 1) % ARRAY_SIZE(lengths)];
    GhesError error = { .block = block, .block_length = length,
                        .severity = fetch(program, 1) % CPER_SEVERITY__MAX };

    stl_le_p(block + 8, length - 20);
    stl_le_p(block + 16, error.severity);
    g_assert(ghes_status_validate(block, length, sizeof(block), NULL));
    report_asynchronous(&error);
}

/* R30: a guest that ignores its records is waited for once, and no longer */
static void check_result(GhesSeaResult result)
{
    if (!machine_is_sound()) {
        return;
    }
    if (machine_is_ignored()) {
        g_assert(result == GHES_SEA_NO_RECORD);
        reached.ignored++;
    } else {
        g_assert(result != GHES_SEA_NO_RECORD);
    }
    g_assert(result != GHES_SEA_BUSY || !machine_waits_too_long());
}

/* A page that a vCPU has consumed isn't reported again by what is queued */
static void report_synchronous(Program *program)
{
    uint64_t may_go = 1 + machine_ghes.asynchronous->waiting.reports;
    GhesSeaResult result = ghes_record_sea(&machine_ghes,
                                           fetch(program, 1) << 12);

    check_result(result);
    if (result == GHES_SEA_RECORDED) {
        reported++;
        reached.stock += machine_is_stock();
        /* It may cut a range in two, and comes back after a reset */
        excess += may_go + 1;
        settle(may_go);
    }
}

/* From a millisecond to longer than any record may stay unread */
static void pass_time(Program *program)
{
    GhesSource *s = machine_ghes.synchronous;
    uint64_t not_acknowledged = s->acknowledged + s->in_block.records;

    machine_run_timers((int64_t)SCALE_MS << fetch(program, 1) % 15);
    reached.unread += not_acknowledged -
                      (s->acknowledged + s->in_block.records);
}

/* The monitor asks */
static void query(Program *program)
{
    unsigned index = fetch(program, 1) % machine_ghes.source_count;
    GhesSource *s = &machine_ghes.source[index];

    ghes_source_run(s);
    g_assert(s->acknowledged <= s->recorded);
}

static void break_ram(Program *program)
{
    machine_break_ram(fetch(program, 1) % 8);
}

static void set_running(Program *program)
{
    machine_set_running(fetch(program, 1) & 1);
}

/* The pace */
static void set_idle(Program *program)
{
    machine_vcpus_idle = fetch(program, 1) & 1;
}

static void step(Program *program)
{
    static void (*const instructions[])(Program *) = {
        write_address, acknowledge, scribble, report, report_block,
        report_synchronous, pass_time, arrive, reset, query,
        break_ram, set_running, set_idle,
    };

    instructions[fetch(program, 1) % ARRAY_SIZE(instructions)](program);
}

/* Whatever happened: nothing is lost without being counted */
static void check_counters(void)
{
    settle(0);
    g_assert(ghes_check_ready(&machine_ghes, NULL) == machine_is_placed());
    for (unsigned i = 0; i < machine_ghes.source_count; i++) {
        GhesSource *s = &machine_ghes.source[i];

        g_assert(s->acknowledged <= s->recorded);
        g_assert(s->waiting.reports <= GHES_QUEUE_REPORTS_MAX +
                 BATCH_RECORDS + excess);
        g_assert(s->in_block.records <= BATCH_RECORDS);
        g_assert(ghes_queue_is_empty(&s->waiting) ==
                 !ghes_queue_peek(&s->waiting));
    }
}

static void tally(void)
{
    for (unsigned i = 0; i < machine_ghes.source_count; i++) {
        reached.recorded += machine_ghes.source[i].recorded;
        reached.acknowledged += machine_ghes.source[i].acknowledged;
        reached.dropped += machine_ghes.source[i].dropped;
    }
}

static void print_reached(void)
{
    fprintf(stderr, "reached: recorded %" PRIu64 ", acknowledged %" PRIu64
            ", dropped %" PRIu64 ", unread %" PRIu64 ", without record %"
            PRIu64 ", in stock's layout %" PRIu64 "\n", reached.recorded,
            reached.acknowledged, reached.dropped, reached.unread,
            reached.ignored, reached.stock);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    atexit(print_reached);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Program program = { data, size };

    machine_make();
    reported = excess = 0;
    while (program.left) {
        step(&program);
        check_counters();
    }
    tally();
    machine_free();
    return 0;
}
