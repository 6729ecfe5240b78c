/*
 * The way of QEMU 10.0 without the series, to be measured
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "exec/cpu-common.h"
#include "hw/acpi/generic_event_device.h"
#include "hw/acpi/ghes.h"
#include "hw/nvram/fw_cfg.h"
#include "record.h"

const unsigned bench_sources_max = 1;

/* Its blob: where the block is, the acknowledge, the block */
#define ADDRESS 0
#define READ_ACK 8
#define BLOCK 16

static AcpiGedState ged;

Object *object_resolve_path_type(const char *path, const char *type,
                                 bool *ambiguous)
{
    return (Object *)&ged;
}

Object *object_dynamic_cast_assert(Object *obj, const char *type,
                                   const char *file, int line,
                                   const char *func)
{
    return obj;
}

void cpu_physical_memory_rw(hwaddr gpa, void *data, hwaddr length,
                            bool is_write)
{
    bench_access(gpa, data, length, is_write);
}

void fw_cfg_add_file(FWCfgState *s, const char *name, void *data, size_t size)
{
}

void fw_cfg_add_file_callback(FWCfgState *s, const char *name,
                              FWCfgCallback select_cb,
                              FWCfgWriteCallback write_cb, void *opaque,
                              void *data, size_t size, bool read_only)
{
}

void bench_make(unsigned count)
{
    GArray blob = { };

    acpi_ghes_add_fw_cfg(&ged.ghes_state, NULL, &blob);
    ged.ghes_state.hw_error_le = cpu_to_le64(BENCH_RAM);
    stq_le_p(bench_ram + ADDRESS, BENCH_RAM + BLOCK);
    bench_acknowledge();
}

void bench_report(hwaddr gpa)
{
    acpi_ghes_memory_errors(ACPI_HEST_SRC_ID_SEA, gpa);
}

bool bench_is_recorded(void)
{
    return ldl_le_p(bench_ram + BLOCK);
}

void bench_acknowledge(void)
{
    stl_le_p(bench_ram + BLOCK, 0);
    stq_le_p(bench_ram + READ_ACK, 1);
}
