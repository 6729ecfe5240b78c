/*
 * Tests a frame buffer that can't be mapped, be it for poisoned memory
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <glib/gstdio.h>
#include "qemu/bswap.h"
#include "ghes-machine.h"

/* hw/display/ramfb.c: the file's fields, which are big-endian */
#define RAMFB           "etc/ramfb"
#define RAMFB_ADDRESS   0
#define RAMFB_FORMAT    8
#define RAMFB_WIDTH     16

#define WIDTH           800
#define HEIGHT          600
#define FORMAT_XR24     0x34325258

#define NO_RAM          UINT64_C(0x100000000000)
#define PAGES           (WIDTH * HEIGHT * 4 / GHES_PAGE + 1)

static void put(GhesMachine *m, uint32_t offset, uint32_t first,
                uint32_t second)
{
    ghes_firmware_write_u64(&m->fw, RAMFB, offset,
                            bswap64((uint64_t)first << 32 | second));
}

static void set_address(GhesMachine *m, uint64_t gpa)
{
    put(m, RAMFB_ADDRESS, gpa >> 32, gpa);
}

/* Width and height come last: without them nothing is mapped */
static void start(GhesMachine *m, uint64_t gpa)
{
    ghes_machine_start(m, "ras=on", "-device ramfb");
    ghes_machine_boot(m);
    set_address(m, gpa);
    put(m, RAMFB_FORMAT, FORMAT_XR24, 0);
    put(m, RAMFB_WIDTH, WIDTH, HEIGHT);
}

/* Whether the display has the size of the frame buffer */
static bool is_shown(GhesMachine *m)
{
    g_autofree char *path = NULL, *image = NULL;
    int fd = g_file_open_tmp("hwpoison-XXXXXX", &path, NULL);
    gsize length;

    close(fd);
    qtest_qmp_assert_success(m->qts, "{ 'execute': 'screendump',"
                             "  'arguments': { 'filename': %s } }", path);
    g_assert_true(g_file_get_contents(path, &image, &length, NULL));
    g_unlink(path);
    return g_str_has_prefix(image, "P6\n800 600\n");
}

static void poison(GhesMachine *m, const char *command, uint64_t gpa)
{
    qtest_qmp_assert_success(m->qts, "{ 'execute': %s,"
                             "  'arguments': { 'address': %" PRIu64 " } }",
                             command, gpa);
}

/* The guest chooses the address, and no choice may terminate QEMU */
static void test_unmapped(void)
{
    GhesMachine m;

    start(&m, NO_RAM);
    g_assert_false(is_shown(&m));
    set_address(&m, UINT64_MAX - 4095);
    g_assert_false(is_shown(&m));
    set_address(&m, ghes_page(0));
    g_assert_true(is_shown(&m));
    ghes_machine_quit(&m);
}

/* R75: it isn't shown while one of its pages is poisoned */
static void test_poisoned(const void *opaque)
{
    uint64_t gpa = ghes_page(GPOINTER_TO_UINT(opaque));
    GhesMachine m;

    start(&m, NO_RAM);
    poison(&m, "poison-memory", gpa);
    set_address(&m, ghes_page(0));
    g_assert_false(is_shown(&m));
    poison(&m, "unpoison-memory", gpa);
    set_address(&m, ghes_page(0));
    g_assert_true(is_shown(&m));
    ghes_machine_quit(&m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("/hwpoison/ramfb/unmapped", test_unmapped);
    qtest_add_data_func("/hwpoison/ramfb/first-page", GUINT_TO_POINTER(0),
                        test_poisoned);
    qtest_add_data_func("/hwpoison/ramfb/page-between",
                        GUINT_TO_POINTER(PAGES / 2), test_poisoned);
    qtest_add_data_func("/hwpoison/ramfb/last-page",
                        GUINT_TO_POINTER(PAGES - 1), test_poisoned);

    return g_test_run();
}
