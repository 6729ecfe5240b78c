/*
 * Makes BERTs comparable that differ in where firmware placed the region
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef TEST_ACPI_BERT_H
#define TEST_ACPI_BERT_H

/**
 * acpi_sanitize_bert: clear what firmware decides from BERTs
 * @tables: array of AcpiSdtTable; other tables are left alone
 *
 * Firmware places etc/boot_errors at a multiple of 4 KiB, which is asserted,
 * and nothing else of the address is kept.  The checksum is made right again.
 */
void acpi_sanitize_bert(GArray *tables);

#endif
