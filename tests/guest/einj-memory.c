/*
 * Test cases of errors in memory that a guest injects into itself
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include "einj.h"
#include "guest-snapshot.h"

#define MANY            1000
#define AT_ONCE         100

/* R130, R131 */
bool einj_memory(Guest *guest, GError **error)
{
    return einj_load(guest, error) &&
           einj_inject(guest, error, "error_type=" EINJ_MEMORY_CORRECTED
                       " param1=0x%" PRIx64 " " EINJ_WHOLE_PAGE,
                       GUEST_FREE_GPA) &&
           guest_expect_event(guest, "severity: corrected", error) &&
           guest_expect_event(guest, "error_type: 2, single-bit ECC", error) &&
           guest_expect_hwcorrupted(guest, 0, error) &&
           einj_inject(guest, error, "error_type="
                       EINJ_MEMORY_UNCORRECTED) &&
           guest_expect_event(guest, "error_type: 3, multi-bit ECC", error) &&
           guest_expect_hwcorrupted(guest, GUEST_PAGE_KB, error) &&
           /* What is lost can't be lost again */
           einj_refused(guest, "error_inject", EBUSY, error, "flags=2") &&
           guest_expect_hwcorrupted(guest, GUEST_PAGE_KB, error);
}

bool einj_memory_fatal(Guest *guest, GError **error)
{
    g_autoptr(GError) ignored = NULL;

    if (!einj_load(guest, error)) {
        return false;
    }
    /* It may panic before it can tell us that it has injected the error. */
    einj_inject(guest, &ignored, "error_type=" EINJ_MEMORY_FATAL
                " param1=0x%" PRIx64 " " EINJ_WHOLE_PAGE, GUEST_FREE_GPA);
    return guest_expect_panic(guest, error);
}

/* Two pages of a process; @gpa is where the first of them is. */
static bool allocate(Guest *guest, guint64 *gpa, GError **error)
{
    g_autoptr(GPtrArray) details = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *answer = guest_ask(guest, details, error, "alloc 2");

    return answer &&
           sscanf(g_ptr_array_index(details, 0), "page=0 gpa=0x%" PRIx64,
                  gpa) == 1;
}

static bool expect_touch(Guest *guest, guint page, const char *expected,
                         GError **error)
{
    g_autofree char *answer = guest_ask(guest, NULL, error, "touch %u", page);

    if (answer && !g_str_has_prefix(answer, expected)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                    "page %u: %s instead of %s", page, answer, expected);
        return false;
    }
    return answer;
}

/*
 * As einj_mem_uc, of the ras-tools, does it: an address in the middle of the
 * page, all its bits count, and the process itself is to run into the error.
 */
bool einj_consumer(Guest *guest, GError **error)
{
    guint64 gpa;

    return einj_load(guest, error) && allocate(guest, &gpa, error) &&
           einj_inject(guest, error, "error_type=" EINJ_MEMORY_UNCORRECTED
                       " param1=0x%" PRIx64 " param2=0xffffffffffffffff"
                       " notrigger=1", gpa + 64) &&
           guest_expect_hwcorrupted(guest, 0, error) &&
           expect_touch(guest, 1, "signal=0", error) &&
           expect_touch(guest, 0, "signal=7 code=4", error) &&
           guest_expect_event(guest,
                              "APEI Generic Hardware Error Source: 0",
                              error) &&
           guest_expect_hwcorrupted(guest, GUEST_PAGE_KB, error) &&
           expect_touch(guest, 1, "signal=0", error);
}

/* The same with the trigger, as its "patrol" */
bool einj_patrol(Guest *guest, GError **error)
{
    guint64 gpa;

    return einj_load(guest, error) && allocate(guest, &gpa, error) &&
           einj_inject(guest, error, "error_type=" EINJ_MEMORY_UNCORRECTED
                       " param1=0x%" PRIx64 " param2=0xffffffffffffffff"
                       " notrigger=0", gpa + 64) &&
           guest_expect_event(guest,
                              "APEI Generic Hardware Error Source: 1",
                              error) &&
           guest_expect_hwcorrupted(guest, GUEST_PAGE_KB, error) &&
           expect_touch(guest, 0, "signal=7 code=4", error) &&
           expect_touch(guest, 1, "signal=0", error);
}

/* What waited for its consumer when a snapshot was taken does so again. */
static bool run_snapshot(Guest *guest, GError **error)
{
    guint64 gpa;

    return einj_load(guest, error) && allocate(guest, &gpa, error) &&
           einj_inject(guest, error, "error_type=" EINJ_MEMORY_UNCORRECTED
                       " param1=0x%" PRIx64 " " EINJ_WHOLE_PAGE
                       " notrigger=1", gpa) &&
           snapshot_save(guest, "planted", error) &&
           expect_touch(guest, 0, "signal=7 code=4", error) &&
           guest_expect_hwcorrupted(guest, GUEST_PAGE_KB, error) &&
           snapshot_load(guest, "planted", error) &&
           guest_expect_hwcorrupted(guest, 0, error) &&
           expect_touch(guest, 0, "signal=7 code=4", error) &&
           guest_expect_hwcorrupted(guest, GUEST_PAGE_KB, error) &&
           expect_touch(guest, 1, "signal=0", error);
}

bool einj_snapshot(Guest *guest, GError **error)
{
    return snapshot_with_disk(guest, run_snapshot, error);
}

static bool inject_many(Guest *guest, const char *type, guint64 gpa,
                        GError **error)
{
    for (guint i = 0; i < MANY; i += AT_ONCE) {
        g_autofree char *answer = guest_ask(
            guest, NULL, error, "einj-many %u 0x%" PRIx64 " error_type=%s "
            EINJ_WHOLE_PAGE, AT_ONCE, gpa + i * GUEST_PAGE_SIZE, type);
        g_autofree char *expected = g_strdup_printf("injected=%u", AT_ONCE);

        if (!answer) {
            return false;
        }
        if (!g_str_equal(answer, expected)) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                        "%s instead of %s", answer, expected);
            return false;
        }
    }
    return true;
}

/* Corrected ones first: those that were read are what counts for them. */
bool einj_many(Guest *guest, GError **error)
{
    g_autoptr(JsonObject) source = NULL;
    gint64 start = g_get_monotonic_time(), corrected;

    if (!einj_load(guest, error) ||
        !inject_many(guest, EINJ_MEMORY_CORRECTED, GUEST_FREE_GPA, error) ||
        !guest_expect_idle(guest, GUEST_SOURCE_GED, error)) {
        return false;
    }
    corrected = g_get_monotonic_time();
    source = guest_query_source(guest, GUEST_SOURCE_GED, error);
    if (!source ||
        json_object_get_int_member(source, "acknowledged") != MANY) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                    "not all corrected errors were read");
        return false;
    }
    if (!inject_many(guest, EINJ_MEMORY_UNCORRECTED, GUEST_FREE_GPA, error) ||
        !guest_expect_hwcorrupted(guest, MANY * GUEST_PAGE_KB, error)) {
        return false;
    }
    case_note("%u corrected in %.1f s, %u uncorrected in %.1f s", MANY,
              (corrected - start) / 1e6, MANY,
              (g_get_monotonic_time() - corrected) / 1e6);
    return true;
}

/* R134: Component ID is an address, and of the Syndrome two bits are wrong. */
bool einj_v2(Guest *guest, GError **error)
{
    return einj_load(guest, error) &&
           einj_inject(guest, error, "error_type=V2_0x2 flags=2 param1=0x%"
                       PRIx64 " " EINJ_WHOLE_PAGE
                       " component_id0=0x%" PRIx64 " component_syndrome0=0x3"
                       " component_id1=0x%" PRIx64 " component_syndrome1=0x3"
                       " component_id2=0x1 component_syndrome2=0x3"
                       " component_id3=0x%" PRIx64 " component_syndrome3=0x4"
                       " component_id4=",
                       GUEST_FREE_GPA, GUEST_FREE_GPA + 0x5000,
                       GUEST_FREE_GPA + 0x9000, GUEST_FREE_GPA + 0x7000) &&
           guest_expect_event(guest, "error_type: 3, multi-bit ECC", error) &&
           guest_expect_hwcorrupted(guest, 3 * GUEST_PAGE_KB, error) &&
           /* A syndrome of 0 says that nothing is wrong */
           einj_refused(guest, "error_inject", EINVAL, error,
                        "component_syndrome1=0x0") &&
           guest_expect_hwcorrupted(guest, 3 * GUEST_PAGE_KB, error);
}
