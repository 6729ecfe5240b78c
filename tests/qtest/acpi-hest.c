/*
 * Makes HESTs comparable that differ in where firmware placed what
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "acpi-utils.h"
#include "acpi-hest.h"

/* ACPI 6.5, 18.3.2, table "Hardware Error Source Table (HEST)" */
#define HEST_CHECKSUM     9
#define HEST_SOURCES      40

/* ACPI 6.5, 18.3.2.8; the address of a register follows 4 bytes on it */
#define GHES_V2_LENGTH               92
#define GHES_V2_ERROR_STATUS_ADDRESS (20 + 4)
#define GHES_V2_READ_ACK_ADDRESS     (64 + 4)

/* Little-endian: the low 12 bits of 64 stay */
static void keep_page_offset(uint8_t *address)
{
    address[1] &= 0x0f;
    memset(address + 2, 0, 6);
}

static void sanitize(AcpiSdtTable *hest)
{
    uint32_t offset = HEST_SOURCES;

    /* virt has GHESv2 alone */
    for (; offset < hest->aml_len; offset += GHES_V2_LENGTH) {
        keep_page_offset(hest->aml + offset + GHES_V2_ERROR_STATUS_ADDRESS);
        keep_page_offset(hest->aml + offset + GHES_V2_READ_ACK_ADDRESS);
    }
    g_assert_cmpuint(offset, ==, hest->aml_len);

    hest->aml[HEST_CHECKSUM] = 0;
    hest->aml[HEST_CHECKSUM] -= acpi_calc_checksum(hest->aml, hest->aml_len);
}

void acpi_sanitize_hest(GArray *tables)
{
    for (unsigned i = 0; i < tables->len; i++) {
        AcpiSdtTable *table = &g_array_index(tables, AcpiSdtTable, i);

        if (!memcmp(table->aml, "HEST", 4)) {
            sanitize(table);
        }
    }
}
