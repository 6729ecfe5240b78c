/*
 * Test cases: what is done to a guest, and what it must have done then
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_CASES_H
#define RAS_GUEST_CASES_H

#include "guest.h"

typedef struct Case {
    const char *name;
    /* Gets a guest that has just booted; fails with @error set. */
    bool (*run)(Guest *guest, GError **error);
    const char *summary;
    const char *kernels;    /* names between spaces; NULL: all */
} Case;

/* Ends with a NULL name. */
extern const Case cases[];

/* What case_skip() sets: not run, for a reason. */
#define CASE_SKIP   (g_quark_from_static_string("ras-guest-skip"))

/* case_skip: end a case that cannot run here; returns false. */
bool case_skip(GError **error, const char *reason);

#endif
