/*
 * Makes EINJs comparable that differ in where firmware placed what
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef ACPI_EINJ_H
#define ACPI_EINJ_H

/**
 * acpi_sanitize_einj: keep of addresses in RAM only the offset in a page
 * @tables: AcpiSdtTable; an EINJ among them is changed
 */
void acpi_sanitize_einj(GArray *tables);

#endif
