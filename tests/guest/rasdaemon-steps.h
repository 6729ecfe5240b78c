/*
 * Errors for rasdaemon, and the rows of its database that they make
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_RASDAEMON_STEPS_H
#define RAS_GUEST_RASDAEMON_STEPS_H

#include "rasdaemon.h"

#define RASDAEMON_ROWS_MAX      3

/* An error, and the rows that it makes */
typedef struct RasdaemonStep {
    const char *name;
    const char *command;        /* of QMP; NULL: inject-ghes-v2-error */
    const char *arguments;      /* in JSON, or for that the block in hex */
    RasdaemonRow rows[RASDAEMON_ROWS_MAX];
    const char *kernel;         /* the only one that has these; NULL: all */
} RasdaemonStep;

/* In their order; ends with a NULL name. */
extern const RasdaemonStep rasdaemon_steps[];

#endif
