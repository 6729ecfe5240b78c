/*
 * Test cases: what becomes of poisoned memory of a guest under TCG
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "guest-move.h"
#include "guest-snapshot.h"
#include "poison.h"

/* R77: before anybody has touched it */
bool poison_replaced(Guest *guest, GError **error)
{
    enum { REPLACED, LOST, PAGES };
    guint64 gpas[PAGES];

    return poison_alloc(guest, PAGES, gpas, error) &&
           poison_do(guest, "poison-memory", gpas[REPLACED], error) &&
           poison_do(guest, "poison-memory", gpas[LOST], error) &&
           poison_refuse(guest, "poison-memory", gpas[LOST], "poisoned already",
                         error) &&
           poison_do(guest, "unpoison-memory", gpas[REPLACED], error) &&
           poison_refuse(guest, "unpoison-memory", gpas[REPLACED],
                         "not poisoned", error) &&
           poison_expect_access(guest, REPLACED, "load", "signal=0 value=0x0",
                                error) &&
           poison_expect_access(guest, REPLACED, "store", "signal=0 ",
                                error) &&
           poison_expect_access(guest, REPLACED, "load", "signal=0 value=0x1",
                                error) &&
           poison_expect_access(guest, LOST, "load", POISON_SIGBUS, error) &&
           poison_expect_taken(guest, &gpas[LOST], 1, error) &&
           poison_expect_records(guest, GUEST_SOURCE_SEA, 1, error);
}

/* R77: also where firmware and kernel want to be in the next boot */
bool poison_reset(Guest *guest, GError **error)
{
    g_autoptr(JsonNode) reply = NULL;
    guint64 gpa;

    if (!poison_alloc(guest, 1, &gpa, error) ||
        !poison_do(guest, "poison-memory", gpa, error) ||
        !poison_expect_access(guest, 0, "load", POISON_SIGBUS, error) ||
        !poison_do(guest, "poison-memory", GUEST_RAM_GPA, error)) {
        return false;
    }
    g_clear_pointer(&guest->release, g_free);
    reply = qmp_call(guest->qmp, "system_reset", NULL, error);
    return reply && guest_boot_quietly(guest, error) &&
           poison_refuse(guest, "unpoison-memory", gpa, "not poisoned",
                         error) &&
           poison_refuse(guest, "unpoison-memory", GUEST_RAM_GPA,
                         "not poisoned", error) &&
           guest_expect_hwcorrupted(guest, 0, error) &&
           poison_expect_records(guest, GUEST_SOURCE_SEA, 1, error);
}

/* R78: a page that nobody has touched, and one that the guest knows of */
bool poison_migrates(Guest *guest, GError **error)
{
    enum { UNTOUCHED, KNOWN, PAGES };
    g_autoptr(Move) move = NULL;
    guint64 gpas[PAGES];

    if (!poison_alloc(guest, PAGES, gpas, error) ||
        !poison_do(guest, "poison-memory", gpas[UNTOUCHED], error) ||
        !poison_do(guest, "poison-memory", gpas[KNOWN], error) ||
        !poison_expect_access(guest, KNOWN, "load", POISON_SIGBUS, error) ||
        !poison_expect_taken(guest, &gpas[KNOWN], 1, error) ||
        !poison_expect_records(guest, GUEST_SOURCE_SEA, 1, error)) {
        return false;
    }
    move = move_start(guest, false, "migration", error);
    return move && move_wait(move, MOVE_STOPPED, error) &&
           move_go_on(move, error) && move_finish(move, error) &&
           poison_refuse(guest, "poison-memory", gpas[UNTOUCHED],
                         "poisoned already", error) &&
           poison_refuse(guest, "poison-memory", gpas[KNOWN],
                         "poisoned already", error) &&
           poison_expect_access(guest, UNTOUCHED, "load", POISON_SIGBUS,
                                error) &&
           guest_expect_hwcorrupted(guest, PAGES * GUEST_PAGE_KB, error) &&
           poison_expect_records(guest, GUEST_SOURCE_SEA, PAGES, error);
}

/* What "alloc" writes to a page */
#define CONTENT "value=0x5a5a5a5a5a5a5a5a"

static bool run_snapshots(Guest *guest, GError **error)
{
    guint64 gpa;

    return poison_alloc(guest, 1, &gpa, error) &&
           snapshot_save(guest, "good", error) &&
           poison_do(guest, "poison-memory", gpa, error) &&
           snapshot_save(guest, "poisoned", error) &&
           snapshot_load(guest, "good", error) &&
           poison_refuse(guest, "unpoison-memory", gpa, "not poisoned",
                         error) &&
           poison_expect_access(guest, 0, "load", "signal=0 " CONTENT,
                                error) &&
           snapshot_load(guest, "poisoned", error) &&
           poison_refuse(guest, "poison-memory", gpa, "poisoned already",
                         error) &&
           poison_expect_access(guest, 0, "load", POISON_SIGBUS, error) &&
           snapshot_load(guest, "good", error) &&
           poison_expect_access(guest, 0, "load", "signal=0 " CONTENT, error);
}

/* R77, R78: a snapshot keeps what was poisoned when it was taken */
bool poison_snapshots(Guest *guest, GError **error)
{
    return snapshot_with_disk(guest, run_snapshots, error);
}
