/*
 * Makes HESTs comparable that differ in where firmware placed what
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TEST_ACPI_HEST_H
#define TEST_ACPI_HEST_H

/**
 * acpi_sanitize_hest: clear what firmware decides from HESTs
 * @tables: array of AcpiSdtTable; other tables are left alone
 *
 * Firmware places etc/hardware_errors at a multiple of 4 KiB.  Of the
 * registers' addresses only the offset in such a page is kept, which QEMU
 * decides.  The checksum is made right again.
 */
void acpi_sanitize_hest(GArray *tables);

#endif
