/*
 * Delivery under load, faults, reset and migration: what its cases share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_DELIVERY_H
#define RAS_GUEST_DELIVERY_H

#include "cases.h"

/**
 * delivery_inject: a command for each of @pages, none waits for the last one
 * @refused: gets how many QEMU refused; NULL: that would be a failure
 */
bool delivery_inject(Qmp *qmp, guint64 gpa, guint pages, const char *severity,
                     guint *refused, GError **error);

/* A QMP command without arguments and results */
bool delivery_do(Guest *guest, const char *command, GError **error);

/* A member of what query-ghes says of the source that notifies */
bool delivery_counter(Guest *guest, const char *name, gint64 *value,
                      GError **error);
bool delivery_is_busy(Guest *guest, bool *busy, GError **error);

/* Each counter of @expected, up to a NULL name, must have that value. */
typedef struct DeliveryCounter {
    const char *name;
    gint64 value;
} DeliveryCounter;

bool delivery_expect_counters(Guest *guest, const DeliveryCounter *expected,
                              GError **error);

/* What QEMU uses beside the guest's RAM, if that is a file */
bool delivery_own_memory(Guest *guest, guint64 *kb, GError **error);

/* delivery_tally: have the kernel count how often it loses each page. */
bool delivery_tally(Guest *guest, GError **error);

/*
 * Nothing is left to deliver, the guest has lost @pages pages since it booted,
 * each of them once if @tallied.
 */
bool delivery_expect_pages(Guest *guest, guint pages, bool tallied,
                           GError **error);

/* The first injection that is not refused as too early; @gpa is its page. */
bool delivery_inject_when_placed(Guest *guest, guint64 gpa,
                                 const char *severity, GError **error);

/* The cases */
bool delivery_storm(Guest *guest, GError **error);
bool delivery_used(Guest *guest, GError **error);
bool delivery_crowded(Guest *guest, GError **error);
bool delivery_flood(Guest *guest, GError **error);
bool delivery_deaf_linux(Guest *guest, GError **error);
bool delivery_deaf_firmware(Guest *guest, GError **error);
bool delivery_reboots(Guest *guest, GError **error);
bool delivery_migration(Guest *guest, GError **error);
bool delivery_migrated_away(Guest *guest, GError **error);
bool delivery_snapshots(Guest *guest, GError **error);
bool delivery_from_stock(Guest *guest, GError **error);
bool delivery_to_stock(Guest *guest, GError **error);

#endif
