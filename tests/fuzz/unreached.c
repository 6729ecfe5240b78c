/*
 * What code of the targets refers to and no program reaches
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "exec/memory.h"
#include "exec/ramblock.h"
#include "hw/acpi/aml-build.h"
#include "hw/acpi/bios-linker-loader.h"
#include "hw/qdev-core.h"
#include "system/hwpoison.h"

void bios_linker_loader_alloc(BIOSLinker *linker, const char *file_name,
                              GArray *file_blob, uint32_t alloc_align,
                              bool alloc_fseg)
{
    g_assert_not_reached();
}

void bios_linker_loader_add_pointer(BIOSLinker *linker, const char *dest_file,
                                    uint32_t dst_patched_offset,
                                    uint8_t dst_patched_size,
                                    const char *src_file, uint32_t src_offset)
{
    g_assert_not_reached();
}

void build_append_int_noprefix(GArray *table, uint64_t value, int size)
{
    g_assert_not_reached();
}

void acpi_table_begin(AcpiTable *desc, GArray *array)
{
    g_assert_not_reached();
}

void acpi_table_end(BIOSLinker *linker, AcpiTable *table)
{
    g_assert_not_reached();
}

void memory_region_ref(MemoryRegion *mr)
{
    g_assert_not_reached();
}

size_t qemu_ram_pagesize(RAMBlock *block)
{
    g_assert_not_reached();
}

void hwpoison_enable(void)
{
    g_assert_not_reached();
}

bool qdev_realize(DeviceState *dev, BusState *bus, Error **errp)
{
    g_assert_not_reached();
}
