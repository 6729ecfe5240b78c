/*
 * The way of this series, to be measured
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "ours.h"
#include "record.h"
#include "system/cpu-timers.h"

const unsigned bench_sources_max = 1024;

AcpiGhes bench_ghes;
static AcpiGhesState address;
static GhesBlock block;

/* What only lookup and migration use */
const VMStateInfo vmstate_info_buffer, vmstate_info_int64, vmstate_info_qtailq;
const VMStateInfo vmstate_info_uint8, vmstate_info_uint32, vmstate_info_uint64;
const VMStateInfo vmstate_info_uint32_equal;

static void notify(void *opaque, const HestSource *source)
{
}

/* A guest that never has anything to do */
static bool vcpus_idle(void)
{
    return true;
}

static int64_t now_ns;

void bench_sleep(void)
{
    int64_t ns = qemu_clock_deadline_ns_all(QEMU_CLOCK_VIRTUAL,
                                            QEMU_TIMER_ATTR_ALL);

    now_ns += MAX(ns, 0);
    qemu_clock_run_all_timers();
}

int64_t cpus_get_virtual_clock(void)
{
    /* Later each time, so that no timer's deadline is the last one's again */
    return now_ns += 1000;
}

void cpus_set_virtual_clock(int64_t new_time)
{
}

static void timers_changed(void *opaque, QEMUClockType type)
{
}

void bench_make(unsigned count)
{
    HestSource *sources = g_new0(HestSource, MAX(count, 2));
    const GhesMachine machine = {
        .sources = sources,
        .source_count = MAX(count, 2),
        .notify = notify,
        .vcpus_idle = vcpus_idle,
    };

    init_clocks(timers_changed);
    qemu_clock_enable(QEMU_CLOCK_VIRTUAL, true);
    for (unsigned i = 0; i < MAX(count, 2); i++) {
        sources[i].source_id = i;
        sources[i].notification = HEST_NOTIFICATION_GPIO;
        sources[i].block_size = 1024;
    }
    sources[count - 1].notification = HEST_NOTIFICATION_SEA;
    ghes_init(&bench_ghes, &machine, &address);
    address.hw_error_le = cpu_to_le64(BENCH_RAM + MAX(count, 2) * 1024);
    ghes_address_written(&bench_ghes, 0, sizeof(address.hw_error_le));
    ghes_block_locate(&block, &bench_ghes.blob, count - 1);
    bench_acknowledge();
}

void bench_report(hwaddr gpa)
{
    ghes_record_sea(&bench_ghes, gpa);
}

bool bench_is_recorded(void)
{
    return ldl_le_p(bench_ram + block.status_gpa - BENCH_RAM);
}

void bench_acknowledge(void)
{
    stl_le_p(bench_ram + block.status_gpa - BENCH_RAM, 0);
    stq_le_p(bench_ram + block.read_ack_gpa - BENCH_RAM, 1);
}
