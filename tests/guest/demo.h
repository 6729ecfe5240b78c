/*
 * Demo: one real error through a real guest, as a timeline
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_DEMO_H
#define RAS_GUEST_DEMO_H

#include "guest.h"

/* Returns whether the guest took the page out of use. */
bool demo(const GuestConfig *config, GError **error);

#endif
