/*
 * rasdaemon in a guest, and what it writes into its database
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_RASDAEMON_H
#define RAS_GUEST_RASDAEMON_H

#include "guest.h"

/* The columns of a table that has most of them, but for id and timestamp */
#define RASDAEMON_COLUMNS_MAX   16

/* What a column must hold, as SQL writes it: 1, 'text', X'00ff'; * is any */
typedef struct RasdaemonColumn {
    const char *name;
    const char *value;
} RasdaemonColumn;

/* A row of @table: its number, from 1 on, and all that it must hold */
typedef struct RasdaemonRow {
    const char *table;
    guint id;
    RasdaemonColumn columns[RASDAEMON_COLUMNS_MAX];
} RasdaemonRow;

/* rasdaemon_start: run it in a guest that has it, until it listens. */
bool rasdaemon_start(Guest *guest, GError **error);

/**
 * rasdaemon_wait: wait until it has written @rows rows, of all tables
 *
 * Before that nobody may look into the database: it doesn't wait for readers,
 * it loses the row.
 */
bool rasdaemon_wait(Guest *guest, guint rows, GError **error);

/**
 * rasdaemon_expect_row: look at each column of a row
 *
 * Its timestamp must be of the last minutes. A column of the table that @row
 * doesn't name is an error as well.
 */
bool rasdaemon_expect_row(Guest *guest, const RasdaemonRow *row,
                          GError **error);

/* rasdaemon_expect_count: there are exactly @count rows. */
bool rasdaemon_expect_count(Guest *guest, const char *table, guint count,
                            GError **error);

#endif
