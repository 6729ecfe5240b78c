/*
 * Snapshots of a guest
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_GUEST_SNAPSHOT_H
#define RAS_GUEST_GUEST_SNAPSHOT_H

#include "guest.h"

/* snapshot_add_disk: @file for the VM's state alone; the guest has none. */
bool snapshot_add_disk(Guest *guest, const char *file, GError **error);

bool snapshot_save(Guest *guest, const char *tag, GError **error);

/* snapshot_load: afterwards the VM runs if it ran before. */
bool snapshot_load(Guest *guest, const char *tag, GError **error);

#endif
