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

static GhesError part_error(const Part *part, unsigned round,
                            CperSeverity severity, unsigned pages)
{
    GhesError error;

    ghes_memory_error_init(&error, severity,
                           (part->first_page + round) * GHES_PAGE_SIZE,
                           (uint64_t)pages * GHES_PAGE_SIZE);
    return error;
}

/* As on a SIGBUS: while the block is busy, run into the page again */
static void vcpu_round(Part *part, unsigned round)
{
    GhesSynchronousResult result;
    GhesError error;

    do {
        take_bql();
        error = part_error(part, round, CPER_SEVERITY_RECOVERABLE, 1);
        result = ghes_report_synchronous(&machine_ghes, &error);
        if (result == GHES_SYNCHRONOUS_NO_RECORD) {
            ghes_report(&machine_ghes, &error, NULL);
        }
        release_bql();
    } while (result == GHES_SYNCHRONOUS_BUSY && !unlocked);

    part->reported++;
    part->synchronous += result == GHES_SYNCHRONOUS_RECORDED;
}

/* One page each round, as the next round's is the one behind it */
static void monitor_round(Part *part, unsigned round)
{
    GhesError error;

    take_bql();
    error = part_error(part, round, round % CPER_SEVERITY__MAX ==
                       CPER_SEVERITY_CORRECTED ? CPER_SEVERITY_CORRECTED
                                               : CPER_SEVERITY_RECOVERABLE, 1);
    ghes_report(&machine_ghes, &error, NULL);
    for (unsigned i = 0; i < machine_ghes.source_count; i++) {
        GhesSourceStatus s = ghes_source_status(&machine_ghes.source[i]);

        g_assert(s.acknowledged <= s.recorded);
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

/* Timers, errors that no vCPU ran into, a reset now and then */
static void main_loop_round(Part *part, unsigned round)
{
    GhesError error;

    take_bql();
    error = part_error(part, 2 * round, CPER_SEVERITY_RECOVERABLE, 2);
    machine_run_timers(SCALE_MS);
    if (round % RESET_ROUNDS == 0) {
        machine_reset();
    } else if (round % RESET_ROUNDS == 1) {
        boot();
    }
    ghes_report(&machine_ghes, &error, NULL);
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
    GhesSourceState *sources = machine_ghes.source;
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
