/*
 * Test cases: what is done to a guest, and what it must have done then
 *
 * The proof is always the number of pages the guest took out of use, in its
 * own words, never what was sent.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "cases.h"

#define HWERR           "Hardware error from APEI Generic Hardware Error Source"

bool case_skip(GError **error, const char *reason)
{
    g_set_error_literal(error, CASE_SKIP, 0, reason);
    return false;
}

void case_note(const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    printf("# ");
    vprintf(format, ap);
    printf("\n");
    va_end(ap);
    fflush(stdout);
}

/* The guest took @pages out of use and gave every block back. */
static bool expect_offlined(Guest *guest, guint pages, GError **error)
{
    return guest_expect_hwcorrupted(guest, pages * GUEST_PAGE_KB, error) &&
           guest_expect_idle(guest, GUEST_SOURCE_GED, error);
}

/* The kernel's own word on the page at @gpa */
static bool expect_recovered(Guest *guest, guint64 gpa, GError **error)
{
    g_autofree char *text = g_strdup_printf(
        "memory_failure_event: pfn 0x%" PRIx64 ":", gpa / GUEST_PAGE_SIZE);
    const GuestEvent *event;

    if (!guest_expect_event(guest, text, error)) {
        return false;
    }
    event = guest_find_event(guest, text);
    if (!g_str_has_suffix(event->text, ": Recovered")) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", event->text);
        return false;
    }
    return true;
}

static bool one_page(Guest *guest, GError **error)
{
    return guest_inject(guest, GUEST_FREE_GPA, 0, "recoverable", error) &&
           guest_expect_event(guest, HWERR, error) &&
           expect_recovered(guest, GUEST_FREE_GPA, error) &&
           expect_offlined(guest, 1, error);
}

static bool range(Guest *guest, GError **error)
{
    enum { PAGES = 8 };

    if (!guest_inject(guest, GUEST_FREE_GPA, PAGES * GUEST_PAGE_SIZE,
                      "recoverable", error) ||
        !expect_offlined(guest, PAGES, error)) {
        return false;
    }
    for (guint i = 0; i < PAGES; i++) {
        if (!expect_recovered(guest, GUEST_FREE_GPA + i * GUEST_PAGE_SIZE,
                              error)) {
            return false;
        }
    }
    return true;
}

static bool separate_pages(Guest *guest, GError **error)
{
    static const guint64 pages[] = {
        GUEST_FREE_GPA, GUEST_FREE_GPA + 0x123000, GUEST_FREE_GPA + 0x4567000,
    };

    for (int i = 0; i < G_N_ELEMENTS(pages); i++) {
        if (!guest_inject(guest, pages[i], 0, "recoverable", error)) {
            return false;
        }
    }
    for (int i = 0; i < G_N_ELEMENTS(pages); i++) {
        if (!expect_recovered(guest, pages[i], error)) {
            return false;
        }
    }
    return expect_offlined(guest, G_N_ELEMENTS(pages), error);
}

static bool corrected(Guest *guest, GError **error)
{
    return guest_inject(guest, GUEST_FREE_GPA, 0, "corrected", error) &&
           guest_expect_event(guest, HWERR, error) &&
           guest_expect_event(guest, "severity: corrected", error) &&
           expect_offlined(guest, 0, error);
}

/* The page of a process goes; guest and agent live on and get new memory. */
static bool used_page(Guest *guest, GError **error)
{
    enum { PAGES = 4, MORE = 256 };
    g_autoptr(GPtrArray) details = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *answer = NULL, *freed = NULL, *again = NULL;
    guint64 gpa;

    answer = guest_ask(guest, details, error, "alloc %d", PAGES);
    if (!answer) {
        return false;
    }
    if (details->len != PAGES ||
        sscanf(g_ptr_array_index(details, 1), "page=1 gpa=0x%" PRIx64,
               &gpa) != 1) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "alloc: %s", answer);
        return false;
    }
    if (!guest_inject(guest, gpa, 0, "recoverable", error) ||
        !expect_recovered(guest, gpa, error) ||
        !expect_offlined(guest, 1, error)) {
        return false;
    }
    freed = guest_ask(guest, NULL, error, "free");
    again = freed ? guest_ask(guest, NULL, error, "alloc %d", MORE) : NULL;
    return again && guest_expect_hwcorrupted(guest, GUEST_PAGE_KB, error);
}

/* Who touches a page that is out of use gets a SIGBUS, nobody else does. */
static bool touched_page(Guest *guest, GError **error)
{
    g_autofree char *pages = NULL, *lost = NULL, *kept = NULL;
    g_autoptr(GPtrArray) details = g_ptr_array_new_with_free_func(g_free);
    guint64 gpa = 0;

    pages = guest_ask(guest, details, error, "alloc 2");
    if (!pages) {
        return false;
    }
    sscanf(g_ptr_array_index(details, 0), "page=0 gpa=0x%" PRIx64,
           &gpa);
    if (!guest_inject(guest, gpa, 0, "recoverable", error) ||
        !expect_offlined(guest, 1, error)) {
        return false;
    }
    lost = guest_ask(guest, NULL, error, "touch 0");
    kept = lost ? guest_ask(guest, NULL, error, "touch 1") : NULL;
    if (!kept) {
        return false;
    }
    if (!g_str_has_prefix(lost, "signal=7 code=4") ||
        !g_str_has_prefix(kept, "signal=0")) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                    "poisoned page: %s; page beside it: %s", lost, kept);
        return false;
    }
    return true;
}

/* The guest panics, as it must; QEMU lives and its monitor answers. */
static bool fatal(Guest *guest, GError **error)
{
    return guest_inject(guest, GUEST_FREE_GPA, 0, "fatal", error) &&
           guest_expect_panic(guest, error);
}

const Case cases[] = {
    { "one-page", one_page, "a recoverable error takes one page" },
    { "range", range, "a range of 8 pages takes exactly 8" },
    { "separate-pages", separate_pages, "three errors take three pages" },
    { "corrected", corrected, "a corrected error is logged, takes none" },
    { "used-page", used_page, "a process's page goes, the guest lives on" },
    { "touched-page", touched_page,
      "only a process that accesses the page gets SIGBUS" },
    { "fatal", fatal, "a fatal error panics the guest, not QEMU" },
    { NULL },
};
