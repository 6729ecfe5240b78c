/*
 * Cases: what a kernel writes to the ERST's storage when it panics
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "boot.h"

#define PSTORE  "/sys/fs/pstore"

/* A file of it for each record */
#define PREFIX  "dmesg-erst-"

/* What each panic must have left, beside the words of the case */
#define PANIC   "Kernel panic - not syncing: sysrq triggered crash"

/* The names of all files, which must be the ERST's */
static GPtrArray *list_store(Guest *guest, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *mounted = guest_ask(guest, NULL, error,
                                         "mount pstore " PSTORE);
    g_autofree char *listed = NULL;

    if (mounted) {
        listed = guest_ask(guest, names, error, "list " PSTORE);
    }
    if (!listed) {
        return NULL;
    }
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);

        if (!g_str_has_prefix(name, PREFIX)) {
            boot_fail(error, PSTORE " has a file %s", name);
            return NULL;
        }
    }
    return g_steal_pointer(&names);
}

/* All lines of all files */
static GPtrArray *read_store(Guest *guest, GError **error)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) names = list_store(guest, error);

    for (guint i = 0; names && i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *read = guest_ask(guest, lines, error,
                                          "read " PSTORE "/%s", name);

        if (!read) {
            return NULL;
        }
    }
    return names ? g_steal_pointer(&lines) : NULL;
}

static guint count_lines(GPtrArray *lines, const char *text)
{
    guint count = 0;

    for (guint i = 0; i < lines->len; i++) {
        count += strstr(g_ptr_array_index(lines, i), text) != NULL;
    }
    return count;
}

/* The log of @panics panics is there, that of @words among them. */
static bool expect_stored(Guest *guest, guint panics, const char *words,
                          GError **error)
{
    g_autoptr(GPtrArray) lines = read_store(guest, error);

    if (!lines) {
        return false;
    }
    if (count_lines(lines, PANIC) != panics) {
        return boot_fail(error, PSTORE " tells of %u panics instead of %u",
                         count_lines(lines, PANIC), panics);
    }
    if (panics && !count_lines(lines, words)) {
        return boot_fail(error, PSTORE " lacks what was said before the panic");
    }
    return true;
}

static bool clear_store(Guest *guest, GError **error)
{
    g_autoptr(GPtrArray) names = list_store(guest, error);

    for (guint i = 0; names && i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *removed = guest_ask(guest, NULL, error,
                                             "remove " PSTORE "/%s", name);

        if (!removed) {
            return false;
        }
    }
    return names && expect_stored(guest, 0, NULL, error);
}

/* Words of this moment, which only this panic's log can have */
static char *panic_with_words(Guest *guest, GError **error)
{
    g_autofree char *words = g_strdup_printf("words %08x of the case",
                                             g_random_int());
    g_autofree char *said = guest_ask(guest, NULL, error,
                                      "write /dev/kmsg %s", words);

    return said && boot_by_panic(guest, error) ? g_steal_pointer(&words)
                                               : NULL;
}

/* Kept until it is removed, and then it is gone for good. */
bool erst_panic(Guest *guest, GError **error)
{
    g_autofree char *words = NULL;

    if (!expect_stored(guest, 0, NULL, error)) {
        return false;
    }
    words = panic_with_words(guest, error);
    return words && expect_stored(guest, 1, words, error) &&
           boot_by_monitor(guest, error) &&
           expect_stored(guest, 1, words, error) &&
           clear_store(guest, error) && boot_by_agent(guest, error) &&
           expect_stored(guest, 0, NULL, error);
}

/* Read elsewhere, added to there, and removed there */
bool erst_migration(Guest *guest, GError **error)
{
    g_autofree char *words = panic_with_words(guest, error);
    g_autofree char *more = NULL;

    if (!words || !boot_move(guest, "there", error) ||
        !expect_stored(guest, 1, words, error)) {
        return false;
    }
    more = panic_with_words(guest, error);
    return more && expect_stored(guest, 2, words, error) &&
           expect_stored(guest, 2, more, error) &&
           boot_move(guest, "and-back", error) && clear_store(guest, error) &&
           boot_by_monitor(guest, error) &&
           expect_stored(guest, 0, NULL, error);
}
