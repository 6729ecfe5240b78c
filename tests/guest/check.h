/*
 * Check: runs test cases, tells in TAP
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_CHECK_H
#define RAS_GUEST_CHECK_H

#include "guest.h"

/**
 * check: run each case on each kernel it is for
 * @config: for all guests; each gets a directory below this one's
 * @patterns: globs of test names as check_list() prints them; empty: all
 *
 * Returns the number of tests that failed; 1 if no test fits.
 */
guint check(const GuestConfig *config, const char *const *patterns);

void check_list(void);

/* check_print_unknown: no test fits @patterns; which of @names come near? */
void check_print_unknown(const char *const *patterns, const char *const *names);

/* Does @name fit one of @patterns? Without any, it does. */
bool check_is_wanted(const char *name, const char *const *patterns);

/* As a comment: @error, and the ends of the logs in @directory */
void check_print_failure(const char *directory, const GError *error);

#endif
