/*
 * Tells how much a guest has to do
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "hw/acpi/ghes-guest.h"
#include "hw/core/cpu.h"
#include "kvm-busy.h"
#include "system/cpus.h"
#include "system/kvm.h"

int ghes_guest_busy_vcpus(void)
{
    int busy = 0;
    CPUState *cpu;

    if (kvm_enabled()) {
        return kvm_arm_busy_vcpus();
    }
    CPU_FOREACH(cpu) {
        busy += !cpu_thread_is_idle(cpu);
    }
    return busy;
}

int64_t ghes_guest_run_ns(void)
{
    struct timespec time = { };

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec * NANOSECONDS_PER_SECOND + time.tv_nsec;
}
