/*
 * Measures a large range of poisoned memory, with a guest that is always ready
 *
 * usage: range-ours VARIANT MIB
 *
 * Prints lines as bench/report reads them: the time that the pauses between
 * batches add up to on the guest's clock, the time that this program takes,
 * and how much memory is in use more while all but the first batch waits.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <malloc.h>
#include "qemu/cutils.h"
#include "qemu/timer.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "ours.h"
#include "record.h"

#define ASYNCHRONOUS 0      /* the first that bench_make() makes */

static void tell(const char *variant, unsigned mib, const char *what,
                 double value)
{
    printf("scale, %u MiB, guest ready at once: %s\t%s\t%g\n", mib, what,
           variant, value);
}

int main(int argc, char **argv)
{
    GhesBlock block;
    uint64_t pages;
    unsigned mib;
    size_t before;
    int64_t start, began;

    if (argc != 3 || qemu_strtoui(argv[2], NULL, 10, &mib) < 0 || !mib) {
        fprintf(stderr, "usage: %s VARIANT MIB\n", argv[0]);
        return 2;
    }
    bench_make(2);
    pages = mib * (MiB / GHES_PAGE_SIZE);
    ghes_block_locate(&block, &bench_ghes.blob, ASYNCHRONOUS);
    before = mallinfo2().uordblks;
    began = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    start = get_clock();
    ghes_report_memory(&bench_ghes, CPER_SEVERITY_RECOVERABLE, 0x80000000,
                       pages * GHES_PAGE_SIZE, &error_abort);
    tell(argv[1], mib, "memory of the queue [bytes]",
         mallinfo2().uordblks - before);
    while (bench_ghes.source[ASYNCHRONOUS].acknowledged < pages) {
        stl_le_p(bench_ram + (block.status_gpa - BENCH_RAM), 0);
        stq_le_p(bench_ram + (block.read_ack_gpa - BENCH_RAM), 1);
        bench_sleep();
    }
    tell(argv[1], mib, "computing [s]", (get_clock() - start) / 1e9);
    tell(argv[1], mib, "until the last page [s]",
         (qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) - began) / 1e9);
    return 0;
}
