/*
 * Snapshots of a guest
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_GUEST_SNAPSHOT_H
#define RAS_GUEST_GUEST_SNAPSHOT_H

#include "guest.h"

/* snapshot_with_disk: @run may take snapshots, which are gone with its end. */
bool snapshot_with_disk(Guest *guest,
                        bool (*run)(Guest *guest, GError **error),
                        GError **error);

bool snapshot_save(Guest *guest, const char *tag, GError **error);

/* snapshot_load: afterwards the VM runs if it ran before. */
bool snapshot_load(Guest *guest, const char *tag, GError **error);

#endif
