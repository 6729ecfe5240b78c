/*
 * Tells how many vCPUs of KVM have something to do
 *
 * A vCPU waits in the host's kernel, where QEMU can't see it; but the kernel
 * counts, and one of its counters is whether the vCPU is waiting.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "hw/acpi/ghes-guest.h"
#include "hw/core/cpu.h"
#include "kvm-busy.h"
#include <linux/kvm.h>

/*
 * One vCPU may have woken another, that now waits for the host to let it run,
 * and looks as if it were waiting.  So two looks, this far from each other.
 */
#define APART_NS        (50 * SCALE_US)
#define TOO_FAR_NS      (5 * SCALE_MS)

/*
 * Where the counter is in a vCPU's statistics; negative if nowhere.
 * Source: Linux, Documentation/virt/kvm/api.rst, KVM_GET_STATS_FD.
 */
static off_t find_counter(int fd, const char *name)
{
    g_autofree struct kvm_stats_desc *desc = NULL;
    struct kvm_stats_header header;
    size_t length;

    if (pread(fd, &header, sizeof(header), 0) != sizeof(header)) {
        return -1;
    }
    length = sizeof(*desc) + header.name_size;
    desc = g_malloc0(length + 1);
    for (uint32_t i = 0; i < header.num_desc; i++) {
        if (pread(fd, desc, length, header.desc_offset + i * length) !=
            length) {
            return -1;
        }
        if (g_str_equal(desc->name, name)) {
            return header.data_offset + desc->offset;
        }
    }
    return -1;
}

static bool is_waiting(CPUState *cpu, off_t place)
{
    uint64_t waiting;

    return pread(cpu->kvm_vcpu_stats_fd, &waiting, sizeof(waiting), place) ==
           sizeof(waiting) && waiting;
}

int kvm_arm_busy_vcpus(void)
{
    static bool is_known;
    static off_t place;
    static int64_t first_ns, last_ns;
    int64_t now = get_clock();
    CPUState *cpu;
    int busy = 0;

    /* In the statistics of all vCPUs it is in the same place */
    if (!is_known) {
        place = find_counter(first_cpu->kvm_vcpu_stats_fd, "blocking");
        is_known = true;
    }
    if (place < 0) {
        return GHES_GUEST_BUSY_UNKNOWN;
    }
    CPU_FOREACH(cpu) {
        busy += !is_waiting(cpu, place);
    }
    if (busy) {
        last_ns = 0;
        return busy;
    }
    if (!last_ns || now - last_ns > TOO_FAR_NS) {
        first_ns = now;
    }
    last_ns = now;
    return now - first_ns < APART_NS;
}
