/*
 * Stands in for QEMU's memory core and monitor, as cheap as can be
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/qapi-events-run-state.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "record.h"
#include "system/reset.h"
#include "system/runstate.h"

uint8_t bench_ram[BENCH_RAM_SIZE] QEMU_ALIGNED(4096);
unsigned bench_accesses;
unsigned bench_lookups;

AddressSpace address_space_memory;

static uint8_t *at(hwaddr gpa, hwaddr length)
{
    if (gpa < BENCH_RAM || gpa - BENCH_RAM > BENCH_RAM_SIZE - length) {
        abort();
    }
    bench_accesses++;
    return bench_ram + (gpa - BENCH_RAM);
}

MemTxResult address_space_read_full(AddressSpace *as, hwaddr gpa,
                                    MemTxAttrs attrs, void *data,
                                    hwaddr length)
{
    memcpy(data, at(gpa, length), length);
    return MEMTX_OK;
}

MemTxResult address_space_write(AddressSpace *as, hwaddr gpa,
                                MemTxAttrs attrs, const void *data,
                                hwaddr length)
{
    memcpy(at(gpa, length), data, length);
    return MEMTX_OK;
}

void bench_access(hwaddr gpa, void *data, hwaddr length, bool is_write)
{
    if (is_write) {
        memcpy(at(gpa, length), data, length);
    } else {
        memcpy(data, at(gpa, length), length);
    }
}

MemoryRegion *get_system_memory(void)
{
    return NULL;
}

MemoryRegionSection memory_region_find(MemoryRegion *mr, hwaddr gpa,
                                       uint64_t size)
{
    static MemoryRegion ram = { .ram = true };

    bench_lookups++;
    return (MemoryRegionSection) {
        .mr = &ram,
        .offset_within_address_space = gpa,
        .size = int128_make64(size),
    };
}

void memory_region_unref(MemoryRegion *mr)
{
}

bool memory_region_is_ram_device(MemoryRegion *mr)
{
    return false;
}

bool runstate_is_running(void)
{
    return true;
}

void qapi_event_send_memory_failure(MemoryFailureRecipient recipient,
                                    MemoryFailureAction action,
                                    MemoryFailureFlags *flags)
{
}

void qemu_register_reset(QEMUResetHandler *handler, void *opaque)
{
}

void qemu_register_reset_nosnapshotload(QEMUResetHandler *handler,
                                        void *opaque)
{
}

VMChangeStateEntry *qemu_add_vm_change_state_handler(VMChangeStateHandler *cb,
                                                     void *opaque)
{
    return NULL;
}

int error_vprintf(const char *fmt, va_list ap)
{
    return vfprintf(stderr, fmt, ap);
}

int error_vprintf_unless_qmp(const char *fmt, va_list ap)
{
    return vfprintf(stderr, fmt, ap);
}
