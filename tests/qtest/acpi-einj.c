/*
 * Makes EINJs comparable that differ in where firmware placed what
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "acpi-utils.h"
#include "acpi-einj.h"

/* ACPI 6.5, 18.6; a GAS follows 4 bytes of the entry, its address 4 more */
#define EINJ_CHECKSUM      9
#define EINJ_ENTRIES       48
#define EINJ_ENTRY_LENGTH  32
#define EINJ_ENTRY_ADDRESS (4 + 4)

/* virt's RAM; what is below it is QEMU's to place */
#define RAM_START 0x40000000

static void sanitize(AcpiSdtTable *einj)
{
    uint32_t offset = EINJ_ENTRIES;

    for (; offset < einj->aml_len; offset += EINJ_ENTRY_LENGTH) {
        uint8_t *address = einj->aml + offset + EINJ_ENTRY_ADDRESS;

        if (ldq_le_p(address) >= RAM_START) {
            stq_le_p(address, ldq_le_p(address) & 0xfff);
        }
    }
    g_assert_cmpuint(offset, ==, einj->aml_len);

    einj->aml[EINJ_CHECKSUM] = 0;
    einj->aml[EINJ_CHECKSUM] -= acpi_calc_checksum(einj->aml, einj->aml_len);
}

void acpi_sanitize_einj(GArray *tables)
{
    for (unsigned i = 0; i < tables->len; i++) {
        AcpiSdtTable *table = &g_array_index(tables, AcpiSdtTable, i);

        if (!memcmp(table->aml, "EINJ", 4)) {
            sanitize(table);
        }
    }
}
