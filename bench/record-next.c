/*
 * The way of QEMU 10.2 without the series, to be measured
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "exec/cpu-common.h"
#include "hw/acpi/ghes.h"
#include "hw/nvram/fw_cfg.h"
#include "record.h"

const unsigned bench_sources_max = 1024;

/* ACPI 6.5, 18.3.2: the HEST in guest RAM, which is read for each record */
#define HEST (BENCH_RAM + 0x200000)
#define HEST_SOURCE_COUNT 36
#define HEST_FIRST_SOURCE 40

/* 18.3.2.8: GHESv2, of which it is the type and these fields that count */
#define GHES_V2_SIZE 92
#define GHES_V2_TYPE 10
#define GHES_V2_SOURCE_ID 2
#define GHES_V2_STATUS_ADDRESS (20 + 4)
#define GHES_V2_READ_ACK_ADDRESS (64 + 4)

/* Its blob: the addresses of the blocks, the acknowledges, the blocks */
#define BLOCK_SIZE 1024

static AcpiGhesState ghes = { .use_hest_addr = true };
static uint16_t measured;
static uint64_t block_gpa, read_ack_gpa;

void fw_cfg_add_file(FWCfgState *s, const char *name, void *data, size_t size)
{
}

void fw_cfg_add_file_callback(FWCfgState *s, const char *name,
                              FWCfgCallback select_cb,
                              FWCfgWriteCallback write_cb, void *opaque,
                              void *data, size_t size, bool read_only)
{
}

Object *object_resolve_path_type(const char *path, const char *type,
                                 bool *ambiguous)
{
    return NULL;
}

Object *object_dynamic_cast_assert(Object *obj, const char *type,
                                   const char *file, int line,
                                   const char *func)
{
    return obj;
}

void cpu_physical_memory_read(hwaddr gpa, void *data, hwaddr length)
{
    bench_access(gpa, data, length, false);
}

void cpu_physical_memory_write(hwaddr gpa, const void *data, hwaddr length)
{
    bench_access(gpa, (void *)data, length, true);
}

static uint8_t *ram(uint64_t gpa)
{
    return bench_ram + (gpa - BENCH_RAM);
}

/* What firmware does with the table that QEMU hands to it */
void bench_make(unsigned count)
{
    stl_le_p(ram(HEST + HEST_SOURCE_COUNT), count);
    for (unsigned i = 0; i < count; i++) {
        uint8_t *source = ram(HEST + HEST_FIRST_SOURCE + i * GHES_V2_SIZE);
        uint64_t address_gpa = BENCH_RAM + i * 8;

        block_gpa = BENCH_RAM + count * 16 + i * BLOCK_SIZE;
        read_ack_gpa = BENCH_RAM + (count + i) * 8;
        stw_le_p(source, GHES_V2_TYPE);
        stw_le_p(source + GHES_V2_SOURCE_ID, i);
        stq_le_p(source + GHES_V2_STATUS_ADDRESS, address_gpa);
        stq_le_p(source + GHES_V2_READ_ACK_ADDRESS, read_ack_gpa);
        stq_le_p(ram(address_gpa), block_gpa);
    }
    measured = count - 1;
    ghes.hest_addr_le = cpu_to_le64(HEST);
    bench_acknowledge();
}

void bench_report(hwaddr gpa)
{
    acpi_ghes_memory_errors(&ghes, measured, gpa);
}

bool bench_is_recorded(void)
{
    return ldl_le_p(ram(block_gpa));
}

void bench_acknowledge(void)
{
    stl_le_p(ram(block_gpa), 0);
    stq_le_p(ram(read_ack_gpa), 1);
}
