/*
 * Builds the ACPI BERT
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/acpi/aml-build.h"
#include "hw/acpi/bert.h"
#include "hw/acpi/bert-region.h"

#define BERT_REVISION 1

void build_bert(GArray *table_data, GArray *region, BIOSLinker *linker,
                const char *oem_id, const char *oem_table_id)
{
    AcpiTable table = { .sig = "BERT", .rev = BERT_REVISION,
                        .oem_id = oem_id, .oem_table_id = oem_table_id };
    unsigned address;

    assert(region->len == BERT_REGION_SIZE);
    bios_linker_loader_alloc(linker, BERT_REGION_FILE, region,
                             BERT_REGION_ALIGN, false /* anywhere in RAM */);

    acpi_table_begin(&table, table_data);
    /* Boot Error Region Length */
    build_append_int_noprefix(table_data, BERT_REGION_SIZE, 4);
    /* Boot Error Region, for firmware to fill in */
    address = table_data->len;
    build_append_int_noprefix(table_data, 0, 8);
    bios_linker_loader_add_pointer(linker, ACPI_BUILD_TABLE_FILE, address,
                                   sizeof(uint64_t), BERT_REGION_FILE, 0);
    acpi_table_end(linker, &table);
}
