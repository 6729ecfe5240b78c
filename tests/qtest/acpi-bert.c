/*
 * Makes BERTs comparable that differ in where firmware placed the region
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "acpi-utils.h"
#include "acpi-bert.h"

/* ACPI 6.5, 18.3.1, table "Boot Error Record Table (BERT)" */
#define BERT_CHECKSUM          9
#define BERT_BOOT_ERROR_REGION 40

static void sanitize(AcpiSdtTable *bert)
{
    uint64_t region = ldq_le_p(bert->aml + BERT_BOOT_ERROR_REGION);

    g_assert_cmphex(region, !=, 0);
    g_assert_cmphex(region % 4096, ==, 0);
    stq_le_p(bert->aml + BERT_BOOT_ERROR_REGION, 0);
    bert->aml[BERT_CHECKSUM] = 0;
    bert->aml[BERT_CHECKSUM] -= acpi_calc_checksum(bert->aml, bert->aml_len);
}

void acpi_sanitize_bert(GArray *tables)
{
    for (unsigned i = 0; i < tables->len; i++) {
        AcpiSdtTable *table = &g_array_index(tables, AcpiSdtTable, i);

        if (!memcmp(table->aml, "BERT", 4)) {
            sanitize(table);
        }
    }
}
