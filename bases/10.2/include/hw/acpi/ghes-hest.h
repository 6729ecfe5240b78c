/*
 * Blocks that are found through the guest's HEST, as stock QEMU 10.2 does
 *
 * That QEMU has firmware tell it where the HEST is, and no more.  A guest that
 * it started, and that migrated here, has its blob.  The one address that is
 * read from the guest's table is used only where all of the blob is RAM.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_HEST_H
#define HW_ACPI_GHES_HEST_H

#include "hw/acpi/ghes-block.h"

/* fw_cfg file: where firmware says that it has placed the HEST */
#define GHES_HEST_ADDRESS_FILE "etc/acpi_table_hest_addr"

/* ghes_hest_told: firmware has written the file; @opaque is the GhesBlob */
void ghes_hest_told(void *opaque, off_t start, size_t len);

/* ghes_hest_is_used: whether @blob is such a guest's, and all it has */
bool ghes_hest_is_used(const GhesBlob *blob);

/* ghes_hest_check: ghes_blob_check() for such a guest */
bool ghes_hest_check(const GhesBlob *blob, Error **errp);

/* ghes_hest_locate: ghes_block_locate() for such a guest */
bool ghes_hest_locate(GhesBlock *block, const GhesBlob *blob, unsigned index);

#endif
