/*
 * Measures the way of an error from its report to the record in guest RAM
 *
 * usage: record-WAY VARIANT SOURCES THREADS RECORDS
 *
 * Prints lines as bench/report reads them: nanoseconds a record, one value for
 * each 100 records; accesses to guest RAM and look-ups in the memory map.
 * THREADS report in turn, as vCPUs do, each with the lock.  For instructions
 * it runs under callgrind with --toggle-collect=bench_report.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "qemu/timer.h"
#include "record.h"

#define SAMPLE 100

static struct {
    const char *variant;
    unsigned sources, threads, records;
    unsigned done;
    int64_t *ns;
    GMutex lock;
    GCond *turn;        /* one for each thread */
} run;

static void report(unsigned number)
{
    int64_t start = get_clock();

    bench_report(0x80000000 + number * 0x1000ULL);
    run.ns[number / SAMPLE] += get_clock() - start;
    if (!bench_is_recorded()) {
        fprintf(stderr, "record %u is not in guest RAM\n", number);
        exit(1);
    }
    bench_acknowledge();
}

/* The threads take turns, so that each finds the state that another left. */
static gpointer report_in_turn(gpointer opaque)
{
    const unsigned self = GPOINTER_TO_UINT(opaque);

    g_mutex_lock(&run.lock);
    while (run.done < run.records) {
        if (run.done % run.threads == self) {
            report(run.done++);
            g_cond_signal(&run.turn[run.done % run.threads]);
        } else {
            g_cond_wait(&run.turn[self], &run.lock);
        }
    }
    g_cond_signal(&run.turn[(self + 1) % run.threads]);
    g_mutex_unlock(&run.lock);
    return NULL;
}

static void report_all(void)
{
    g_autofree GThread **threads = g_new0(GThread *, run.threads);

    run.turn = g_new0(GCond, run.threads);
    if (run.threads == 1) {
        report_in_turn(0);
        return;
    }
    for (unsigned i = 0; i < run.threads; i++) {
        threads[i] = g_thread_new("vCPU", report_in_turn, GUINT_TO_POINTER(i));
    }
    for (unsigned i = 0; i < run.threads; i++) {
        g_thread_join(threads[i]);
    }
}

static void tell(const char *what, double value)
{
    const char *of = run.threads > 1 ? "vCPUs" : "sources";

    printf("record, %u %s: %s\t%s\t%g\n",
           run.threads > 1 ? run.threads : run.sources, of, what, run.variant,
           value);
}

int main(int argc, char **argv)
{
    if (argc != 5 || qemu_strtoui(argv[2], NULL, 10, &run.sources) < 0 ||
        qemu_strtoui(argv[3], NULL, 10, &run.threads) < 0 ||
        qemu_strtoui(argv[4], NULL, 10, &run.records) < 0 || !run.sources ||
        !run.threads || run.records < SAMPLE) {
        fprintf(stderr, "usage: %s VARIANT SOURCES THREADS RECORDS\n", argv[0]);
        return 2;
    }
    run.variant = argv[1];
    run.records -= run.records % SAMPLE;
    if (run.sources > bench_sources_max) {
        return 0;
    }

    bench_make(run.sources);
    run.ns = g_new0(int64_t, run.records / SAMPLE);
    bench_accesses = bench_lookups = 0;
    report_all();
    for (unsigned i = 0; i < run.records / SAMPLE; i++) {
        tell("time [ns]", (double)run.ns[i] / SAMPLE);
    }
    if (run.threads == 1) {
        tell("accesses to guest RAM", (double)bench_accesses / run.records);
        tell("look-ups in the memory map",
             (double)bench_lookups / run.records);
    }
    return 0;
}
