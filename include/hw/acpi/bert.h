/*
 * ACPI Boot Error Record Table (BERT)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_BERT_H
#define HW_ACPI_BERT_H

#include "hw/acpi/bios-linker-loader.h"

/* The fw_cfg file with the boot error region's content */
#define BERT_REGION_FILE "etc/boot_errors"

#define BERT_REGION_SIZE  5120
#define BERT_REGION_ALIGN 4096

/**
 * build_bert: build the BERT, and the linker commands for its region
 * @table_data: the ACPI tables blob to append the table to
 * @region: the boot error region, BERT_REGION_SIZE bytes
 * @linker: where ALLOCATE, ADD_POINTER and the checksum go
 * @oem_id: OEMID of the table's header
 * @oem_table_id: OEM Table ID of the table's header
 *
 * Firmware places BERT_REGION_FILE anew in each boot, and nobody has to know
 * where.  Source: ACPI 6.5, 18.3.1 Boot Error Source.
 */
void build_bert(GArray *table_data, GArray *region, BIOSLinker *linker,
                const char *oem_id, const char *oem_table_id);

#endif
