/*
 * How soon a guest can be given more errors
 *
 * Linux keeps memory errors that it has acknowledged in a queue of 16 a CPU
 * until it works them off, and loses what doesn't fit.  Nothing tells how far
 * it is with them.  But one that has time for them is quick to read the next
 * batch, too, and one that is slow to read has no time for either.
 *
 * So a guest gets much time at first, less from batch to batch while it reads
 * them at once, and as much as at first from the moment on that it doesn't.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "hw/acpi/ghes-pace.h"

/* What a page takes while each one is a line on a slow console */
#define RECORD_FIRST_NS (2 * SCALE_MS)

/* What a page takes when it is nothing but that */
#define RECORD_LEAST_NS (62500)

/* Each batch that is read at once makes the next one's time shorter by this */
#define GAIN 8

/* A guest that takes longer to read a batch has other things to do */
#define READ_AT_ONCE_NS (4 * SCALE_MS)

/* It takes longer for the work, too; but it can't be waited for without end */
#define WORK_PER_READ 4
#define WORK_LAST_NS (500 * SCALE_MS)

void ghes_pace_init(GhesPace *pace)
{
    pace->record_ns = RECORD_FIRST_NS;
    pace->ready_ns = 0;
}

void ghes_pace_acknowledged(GhesPace *pace, int64_t now, int64_t read_ns,
                            uint64_t records)
{
    int64_t work;

    if (!records) {
        return;
    }
    if (read_ns > READ_AT_ONCE_NS) {
        pace->record_ns = RECORD_FIRST_NS;
        work = MAX(records * pace->record_ns,
                   MIN(read_ns, WORK_LAST_NS) * WORK_PER_READ);
    } else {
        work = records * pace->record_ns;
        pace->record_ns = MAX(pace->record_ns - pace->record_ns / GAIN,
                              RECORD_LEAST_NS);
    }
    pace->ready_ns = now + MIN(work, WORK_LAST_NS);
}
