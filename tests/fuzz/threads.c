/*
 * Reports from vCPU threads, main loop and monitor at once
 *
 * To be built with ThreadSanitizer.  A mutex plays the BQL; with an argument
 * nobody takes it, and ThreadSanitizer has to notice.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/thread.h"
#include "machine.h"

#define VCPUS 4
#define ROUNDS 20000

/* The main loop resets the machine after so many rounds */
#define RESET_ROUNDS 500

/* One thread's part: each has pages of its own to report */
typedef struct Part {
    void (*round)(struct Part *part, unsigned round);
    uint64_t first_page;
    uint64_t reported;
    uint64_t synchronous;
    QemuThread thread;
} Part;

static QemuMutex bql;
static bool unlocked;
static unsigned parts_left;

static void take_bql(void)
{
    if (!unlocked) {
        qemu_mutex_lock(&bql);
    }
}

/* Threads of a real QEMU have other things to do before they come back */
static void release_bql(void)
{
    if (!unlocked) {
        qemu_mutex_unlock(&bql);
    }
    sched_yield();
}

static hwaddr part_gpa(const Part *part, unsigned page)
{
    return (part->first_page + page) * GHES_PAGE_SIZE;
}

static void report(hwaddr gpa, CperSeverity severity, unsigned pages)
{
    ghes_report_memory(&machine_ghes, severity, gpa,
                       (uint64_t)pages * GHES_PAGE_SIZE, NULL);
}

/* As on a SIGBUS: while the block is busy, consume the page again */
static void vcpu_round(Part *part, unsigned round)
{
    GhesSeaResult result;

    do {
        take_bql();
        result = ghes_record_sea(&machine_ghes, part_gpa(part, round));
        if (result == GHES_SEA_NO_RECORD) {
            report(part_gpa(part, round), CPER_SEVERITY_RECOVERABLE, 1);
        }
        release_bql();
    } while (result == GHES_SEA_BUSY && !unlocked);

    part->reported++;
    part->synchronous += result == GHES_SEA_RECORDED;
}

/* One page each round, as the next round's is the one behind it */
static void monitor_round(Part *part, unsigned round)
{
    take_bql();
    report(part_gpa(part, round),
           round % CPER_SEVERITY__MAX == CPER_SEVERITY_CORRECTED
           ? CPER_SEVERITY_CORRECTED : CPER_SEVERITY_RECOVERABLE, 1);
    for (unsigned i = 0; i < machine_ghes.source_count; i++) {
        GhesSource *s = &machine_ghes.source[i];

        ghes_source_run(s);
        g_assert(s->acknowledged <= s->recorded);
    }
    release_bql();
    part->reported++;
}

/* Firmware places the blob, in which all blocks are free */
static void boot(void)
{
    uint64_t address_le = cpu_to_le64(MACHINE_RAM + MACHINE_REGISTERS);

    machine_write_address(0, &address_le, sizeof(address_le));
    for (unsigned i = 0; i < machine_ghes.source_count; i++) {
        machine_acknowledge(i);
    }
}

/* Timers, errors that no vCPU has consumed, a reset now and then */
static void main_loop_round(Part *part, unsigned round)
{
    take_bql();
    machine_run_timers(SCALE_MS);
    if (round % RESET_ROUNDS == 0) {
        machine_reset();
    } else if (round % RESET_ROUNDS == 1) {
        boot();
    }
    report(part_gpa(part, 2 * round), CPER_SEVERITY_RECOVERABLE, 2);
    release_bql();
    part->reported += 2;
}

/*
 * The machine's RAM has no atomic accesses, so the guest takes the lock, too.
 * Where there is none it keeps still: its races are not ours.
 */
static void *guest(void *opaque)
{
    while (!unlocked && qatomic_read(&parts_left)) {
        take_bql();
        for (unsigned i = 0; i < machine_ghes.source_count; i++) {
            machine_acknowledge(i);
        }
        release_bql();
    }
    return NULL;
}

static void *run_part(void *opaque)
{
    Part *part = opaque;

    for (unsigned round = 0; round < ROUNDS; round++) {
        part->round(part, round);
    }
    qatomic_dec(&parts_left);
    return NULL;
}

/* Nothing is lost, but for what is counted as dropped */
static void check(const Part *parts, unsigned count)
{
    GhesSource *sources = machine_ghes.source;
    uint64_t reported = 0, synchronous = 0;

    for (unsigned i = 0; i < count; i++) {
        reported += parts[i].reported;
        synchronous += parts[i].synchronous;
    }
    printf("# %" PRIu64 " records reported, %" PRIu64 " of them synchronous; "
           "acknowledged %" PRIu64 ", dropped %" PRIu64 "\n",
           reported, synchronous,
           sources[0].acknowledged + sources[1].acknowledged,
           sources[0].dropped + sources[1].dropped);
    g_assert_cmpuint(machine_accounted(), ==, reported);
    g_assert_cmpuint(sources[0].recorded, ==, synchronous);
}

int main(int argc, char **argv)
{
    Part parts[VCPUS + 2] = {
        { .round = main_loop_round }, { .round = monitor_round },
    };
    QemuThread guest_thread;

    unlocked = argc > 1;
    qemu_mutex_init(&bql);
    machine_make();
    boot();

    parts_left = ARRAY_SIZE(parts);
    qemu_thread_create(&guest_thread, "guest", guest, NULL,
                       QEMU_THREAD_JOINABLE);
    for (unsigned i = 0; i < ARRAY_SIZE(parts); i++) {
        parts[i].round = parts[i].round ?: vcpu_round;
        parts[i].first_page = (uint64_t)i << 20;
        qemu_thread_create(&parts[i].thread, "part", run_part, &parts[i],
                           QEMU_THREAD_JOINABLE);
    }
    for (unsigned i = 0; i < ARRAY_SIZE(parts); i++) {
        qemu_thread_join(&parts[i].thread);
    }
    qemu_thread_join(&guest_thread);

    check(parts, ARRAY_SIZE(parts));
    machine_free();
    return 0;
}
