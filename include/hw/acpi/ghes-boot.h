/*
 * Errors that the next boot of the guest is told of, in its boot error region
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_BOOT_H
#define HW_ACPI_GHES_BOOT_H

#include "hw/acpi/ghes.h"

/**
 * ghes_boot_init: keep errors for the next boot
 * @ags: the machine's error sources
 * @fw_cfg: where the region goes, as BERT_REGION_FILE
 * @region: the boot error region, BERT_REGION_SIZE zeroes; must stay
 *
 * From here on each reset moves to the region what was fatal and what the
 * guest had not read, and a source isn't given that again.  What firmware has
 * fetched once is gone with the next reset.  The BQL protects it.
 */
void ghes_boot_init(AcpiGhesState *ags, FWCfgState *fw_cfg, GArray *region);

#endif
