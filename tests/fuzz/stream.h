/*
 * A section of the migration stream in memory, and what spoils it
 *
 * Stands in for QEMUFile.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef FUZZ_STREAM_H
#define FUZZ_STREAM_H

#include "migration/vmstate.h"
#include "program.h"

/* The section of the GHES device */
extern const VMStateDescription *const stream_ghes_vmsd;

/* stream_save: the section of a device, for the caller to free */
GByteArray *stream_save(const VMStateDescription *vmsd, void *opaque);

/* stream_load: false if the section is refused */
bool stream_load(GByteArray *section, const VMStateDescription *vmsd,
                 void *opaque);

/* stream_edit: change the section as the program says */
void stream_edit(GByteArray *section, Program *program);

#endif
