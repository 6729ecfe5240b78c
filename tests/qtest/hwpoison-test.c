/*
 * Tests poisoned memory without KVM, as far as that takes no vCPU
 *
 * An access by qtest is like one of a device: it comes from no vCPU.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <glib/gstdio.h>
#include "qemu/bswap.h"
#include "qobject/qdict.h"
#include "qobject/qlist.h"
#include "ghes-machine.h"

#define PATTERN UINT64_C(0x0123456789abcdef)

static void succeed(GhesMachine *m, const char *command, uint64_t gpa,
                    uint64_t pages)
{
    g_autoptr(QDict) range = qtest_qmp_assert_success_ref(
        m->qts, "{ 'execute': %s, 'arguments': { 'address': %" PRIu64 ","
        "  'length': %" PRIu64 " } }", command, gpa, pages * GHES_PAGE);

    g_assert_cmphex(qdict_get_int(range, "address"), ==, gpa);
    g_assert_cmphex(qdict_get_int(range, "length"), ==, pages * GHES_PAGE);
}

static void poison(GhesMachine *m, uint64_t gpa, uint64_t pages)
{
    succeed(m, "poison-memory", gpa, pages);
}

static void unpoison(GhesMachine *m, uint64_t gpa, uint64_t pages)
{
    succeed(m, "unpoison-memory", gpa, pages);
}

static void refuse(GhesMachine *m, const char *reason, const char *command,
                   uint64_t gpa, uint64_t pages)
{
    ghes_machine_refuse(m, reason, "{ 'execute': %s, 'arguments': {"
                        "  'address': %" PRIu64 ", 'length': %" PRIu64 " } }",
                        command, gpa, pages * GHES_PAGE);
}

static void assert_poisoned(GhesMachine *m, uint64_t gpa)
{
    refuse(m, "the page is poisoned already", "poison-memory", gpa, 1);
}

static void assert_good(GhesMachine *m, uint64_t gpa)
{
    refuse(m, "the page is not poisoned", "unpoison-memory", gpa, 1);
    qtest_writeq(m->qts, gpa + 8, PATTERN);
    g_assert_cmphex(qtest_readq(m->qts, gpa + 8), ==, PATTERN);
}

/* R75, R76: a device gets nothing; the guest gets a report, once a page */
static void test_device(void)
{
    g_autofree uint8_t *page = g_malloc(GHES_PAGE);
    const GhesCounts told = { .recorded = 2, .notified = 2,
                              .acknowledged = 2 };
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    qtest_writeq(m.qts, ghes_page(1), PATTERN);
    poison(&m, ghes_page(1), 2);
    ghes_machine_run_ms(&m, 1000);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) { });

    g_assert_cmphex(qtest_readq(m.qts, ghes_page(1)), ==, 0);
    ghes_machine_await_next(&m);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(1), 1);
    /* A write, in the middle of the other page */
    qtest_writel(m.qts, ghes_page(2) + 0x804, 1);
    ghes_machine_await_next(&m);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(2), 1);

    for (int i = 0; i < 3; i++) {
        qtest_memread(m.qts, ghes_page(1), page, GHES_PAGE);
        qtest_memwrite(m.qts, ghes_page(2), page, GHES_PAGE);
        ghes_machine_run_ms(&m, 1000);
    }
    ghes_machine_assert_counts(&m, GHES_GED, told);
    ghes_machine_assert_counts(&m, GHES_SEA, (GhesCounts) { });
    /* Beside them all is as it was */
    assert_good(&m, ghes_page(0));
    assert_good(&m, ghes_page(3));
    ghes_machine_quit(&m);
}

/* R76: poisoned anew, it is reported anew */
static void test_device_again(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    for (int i = 0; i < 3; i++) {
        poison(&m, ghes_page(0), 1);
        qtest_readb(m.qts, ghes_page(0));
        ghes_machine_await_next(&m);
        ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(0), 1);
        unpoison(&m, ghes_page(0), 1);
    }
    ghes_machine_quit(&m);
}

/* R74: the monitor looks, and that is all */
static void test_monitor(void)
{
    g_autofree char *output = NULL;
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    qtest_writeq(m.qts, ghes_page(0), PATTERN);
    poison(&m, ghes_page(0), 1);
    output = qtest_hmp(m.qts, "xp /1gx 0x43000000");
    g_assert_null(strstr(output, "0123456789abcdef"));
    qtest_qmp_assert_success(m.qts, "{ 'execute': 'pmemsave', 'arguments': {"
                             "  'val': %" PRIu64 ", 'size': 4096,"
                             "  'filename': '/dev/null' } }", ghes_page(0));
    ghes_machine_run_ms(&m, 1000);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) { });
    /* And a device is still noticed */
    qtest_readb(m.qts, ghes_page(0));
    ghes_machine_await_next(&m);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(0), 1);
    ghes_machine_quit(&m);
}

/* A packet of the GDB remote protocol that reads 8 bytes, and the answer */
static char *debugger_reads(int gdb, uint64_t address)
{
    g_autofree char *data = g_strdup_printf("m%" PRIx64 ",8", address);
    g_autofree char *packet = NULL;
    GString *answer = g_string_new(NULL);
    uint8_t sum = 0;
    char *end;

    for (char *c = data; *c; c++) {
        sum += *c;
    }
    packet = g_strdup_printf("$%s#%02x", data, sum);
    g_assert_cmpint(write(gdb, packet, strlen(packet)), ==, strlen(packet));
    while (!(end = strchr(answer->str, '#')) || strlen(end) < 3) {
        char c;

        g_assert_cmpint(read(gdb, &c, 1), ==, 1);
        g_string_append_c(answer, c);
    }
    g_assert_cmpint(write(gdb, "+", 1), ==, 1);
    return g_string_free(answer, false);
}

/* R74: nor does a debugger, which acts for a CPU, make it an error */
static void test_debugger(void)
{
    g_autofree char *options = NULL, *good = NULL, *bad = NULL;
    int pair[2];
    GhesMachine m;

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
    options = g_strdup_printf("-machine virt,ras=on -cpu cortex-a57 "
                              "-bios /dev/null -accel tcg -S "
                              "-chardev socket,id=gdb,fd=%d -gdb chardev:gdb",
                              pair[1]);
    ghes_machine_start_bare(&m, options);
    close(pair[1]);
    ghes_machine_boot(&m);
    qtest_writeq(m.qts, ghes_page(0), PATTERN);
    good = debugger_reads(pair[0], ghes_page(0));
    g_assert_nonnull(strstr(good, "$efcdab8967452301#"));

    poison(&m, ghes_page(0), 1);
    bad = debugger_reads(pair[0], ghes_page(0));
    g_assert_nonnull(strstr(bad, "$E"));
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) { });
    ghes_machine_assert_counts(&m, GHES_SEA, (GhesCounts) { });
    /* The VM is stopped, and so what is noticed waits */
    qtest_readb(m.qts, ghes_page(0));
    while (!ghes_machine_query(&m, GHES_GED).queued) {
        g_usleep(1000);
    }
    close(pair[0]);
    ghes_machine_quit(&m);
}

/* R77: healed memory reads as zero, whatever was in it */
static void test_replaced(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    for (int i = 0; i < 5; i++) {
        qtest_writeq(m.qts, ghes_page(i), PATTERN);
    }
    poison(&m, ghes_page(1), 3);
    unpoison(&m, ghes_page(2), 1);
    g_assert_cmphex(qtest_readq(m.qts, ghes_page(2)), ==, 0);
    assert_good(&m, ghes_page(2));
    assert_poisoned(&m, ghes_page(1));
    assert_poisoned(&m, ghes_page(3));
    unpoison(&m, ghes_page(1), 1);
    unpoison(&m, ghes_page(3), 1);
    g_assert_cmphex(qtest_readq(m.qts, ghes_page(1)), ==, 0);
    g_assert_cmphex(qtest_readq(m.qts, ghes_page(3)), ==, 0);
    g_assert_cmphex(qtest_readq(m.qts, ghes_page(0)), ==, PATTERN);
    g_assert_cmphex(qtest_readq(m.qts, ghes_page(4)), ==, PATTERN);
    ghes_machine_quit(&m);
}

/* R79: a range that is poisoned in part, or good in part, stays as it is */
static void test_overlap(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    poison(&m, ghes_page(4), 4);
    refuse(&m, "0x43004000: the page is poisoned", "poison-memory",
           ghes_page(0), 5);
    refuse(&m, "0x43007000: the page is poisoned", "poison-memory",
           ghes_page(7), 2);
    refuse(&m, "0x43004000: the page is poisoned", "poison-memory",
           ghes_page(0), 16);
    refuse(&m, "0x43005000: the page is poisoned", "poison-memory",
           ghes_page(5), 2);
    refuse(&m, "0x43003000: the page is not poisoned", "unpoison-memory",
           ghes_page(3), 2);
    refuse(&m, "0x43008000: the page is not poisoned", "unpoison-memory",
           ghes_page(6), 3);
    assert_good(&m, ghes_page(3));
    assert_good(&m, ghes_page(8));
    for (int i = 4; i < 8; i++) {
        assert_poisoned(&m, ghes_page(i));
    }
    /* Up to both edges, and then the whole as one, but for the first page */
    poison(&m, ghes_page(8), 1);
    poison(&m, ghes_page(2), 2);
    unpoison(&m, ghes_page(3), 6);
    for (int i = 3; i < 9; i++) {
        assert_good(&m, ghes_page(i));
    }
    assert_poisoned(&m, ghes_page(2));
    ghes_machine_quit(&m);
}

/* As many separate ranges as there is room for, the last one of three pages */
enum { RANGES = 1024 };

static void poison_to_limit(GhesMachine *m)
{
    ghes_machine_start_and_boot(m);
    for (int i = 0; i < RANGES - 1; i++) {
        poison(m, ghes_page(2 * i), 1);
    }
    poison(m, ghes_page(2 * RANGES), 3);
}

/* R79: an address space has room for so many ranges, and not for more */
static void test_limit(void)
{
    GhesMachine m;

    poison_to_limit(&m);
    refuse(&m, "1024 separate ranges", "poison-memory",
           ghes_page(2 * RANGES + 4), 1);
    refuse(&m, "1024 separate ranges", "unpoison-memory",
           ghes_page(2 * RANGES + 1), 1);
    assert_poisoned(&m, ghes_page(2 * RANGES + 1));
    assert_poisoned(&m, ghes_page(0));
    assert_good(&m, ghes_page(1));
    /* What adjoins a range makes no other one */
    poison(&m, ghes_page(2 * RANGES + 3), 1);
    poison(&m, ghes_page(1), 1);
    poison(&m, ghes_page(2 * RANGES + 5), 1);
    assert_poisoned(&m, ghes_page(2 * RANGES + 3));

    qtest_system_reset(m.qts);
    assert_good(&m, ghes_page(0));
    /* 64 MiB are one range */
    poison(&m, ghes_page(0), 16384);
    assert_poisoned(&m, ghes_page(16383));
    assert_good(&m, ghes_page(16384));
    unpoison(&m, ghes_page(0), 16384);
    assert_good(&m, ghes_page(16383));
    ghes_machine_quit(&m);
}

/* R79: a poisoned page is RAM that can be reported, but holds no records */
static void test_still_ram(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    poison(&m, ghes_page(0), 1);
    ghes_machine_inject_page(&m, ghes_page(0));
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(0), 1);

    poison(&m, m.status_gpa[GHES_GED] & ~(GHES_PAGE - 1), 1);
    ghes_machine_refuse_page(&m, "etc/hardware_errors", ghes_page(1));
    unpoison(&m, m.status_gpa[GHES_GED] & ~(GHES_PAGE - 1), 1);
    ghes_machine_quit(&m);
}

/* R77 */
static void test_reset(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    qtest_writeq(m.qts, ghes_page(0), PATTERN);
    poison(&m, ghes_page(0), 1);
    poison(&m, ghes_page(7), 3);
    qtest_system_reset(m.qts);
    g_assert_cmphex(qtest_readq(m.qts, ghes_page(0)), ==, 0);
    assert_good(&m, ghes_page(0));
    assert_good(&m, ghes_page(8));
    ghes_machine_boot(&m);
    ghes_machine_run_ms(&m, 1000);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) { });
    ghes_machine_quit(&m);
}

/* R116: what is good again isn't reported, though it was to be */
static void test_unreported(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    ghes_machine_inject_page(&m, ghes_page(9));
    poison(&m, ghes_page(0), 3);
    for (int i = 0; i < 3; i++) {
        qtest_readb(m.qts, ghes_page(i));
        while (ghes_machine_query(&m, GHES_GED).queued != i + 1) {
            g_usleep(1000);
        }
    }
    unpoison(&m, ghes_page(1), 1);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .busy = true, .queued = 2, .recorded = 1, .notified = 1 });

    qtest_system_reset(m.qts);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .queued = 1, .recorded = 1, .notified = 1 });
    ghes_machine_boot(&m);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(9), 1);
    g_assert_false(ghes_machine_has_error(&m, GHES_GED));
    ghes_machine_quit(&m);
}

/* R78: what is poisoned stays so, and what is good as well */
static void test_migrate(void)
{
    GhesMachine from, to;

    ghes_machine_start_and_boot(&from);
    qtest_writeq(from.qts, ghes_page(4), PATTERN);
    poison(&from, ghes_page(0), 2);
    poison(&from, ghes_page(5), 1);
    ghes_machine_migrate(&from, &to);
    assert_poisoned(&to, ghes_page(0));
    assert_poisoned(&to, ghes_page(1));
    assert_poisoned(&to, ghes_page(5));
    g_assert_cmphex(qtest_readq(to.qts, ghes_page(4)), ==, PATTERN);
    assert_good(&to, ghes_page(2));
    qtest_readb(to.qts, ghes_page(5));
    ghes_machine_await_next(&to);
    ghes_machine_take_pages(&to, GHES_RECOVERABLE, ghes_page(5), 1);
    unpoison(&to, ghes_page(0), 2);
    g_assert_cmphex(qtest_readq(to.qts, ghes_page(0)), ==, 0);
    ghes_machine_quit(&to);
}

/*
 * The section of poisoned memory in a stream: after its name two u32, then the
 * numbers of RAM blocks and of ranges, each a u32; the names of the blocks; and
 * the ranges, each a u32 index of the block, u64 offset, u64 length and a byte
 * that says whether it was reported.  All are big-endian.
 */
#define SECTION         "\x08hwpoison"
#define SECTION_BLOCKS  8
#define SECTION_RANGES  12
#define SECTION_NAME    16
#define SECTION_RANGE   (SECTION_NAME + 256)
#define RANGE_OFFSET    4
#define RANGE_LENGTH    12
#define RANGE_REPORTED  20
#define RANGE_SIZE      21

#define RAM_GPA         UINT64_C(0x40000000)
#define RAM_SIZE        UINT64_C(0x8000000)

typedef struct Forgery {
    const char *name;
    uint32_t blocks, ranges, block;
    uint64_t offset, length;    /* of the second of the two ranges */
    const char *ram;
} Forgery;

static const Forgery forgeries[] = {
    { "no-blocks", 0, 2, 0, 0x3002000, 0x1000, "mach-virt.ram" },
    { "no-ranges", 1, 0, 0, 0x3002000, 0x1000, "mach-virt.ram" },
    { "blocks-below-0", -1, 2, 0, 0x3002000, 0x1000, "mach-virt.ram" },
    { "ranges-below-0", 1, -1, 0, 0x3002000, 0x1000, "mach-virt.ram" },
    { "too-many-blocks", 4097, 2, 0, 0x3002000, 0x1000, "mach-virt.ram" },
    { "too-many-ranges", 1, 65537, 0, 0x3002000, 0x1000, "mach-virt.ram" },
    { "other-block", 1, 2, 1, 0x3002000, 0x1000, "mach-virt.ram" },
    { "unknown-block", 1, 2, 0, 0x3002000, 0x1000, "mach-virt.rom" },
    { "rom", 1, 2, 0, 0x2000, 0x1000, "virt.flash0" },
    { "unaligned", 1, 2, 0, 0x3002800, 0x1000, "mach-virt.ram" },
    { "half-a-page", 1, 2, 0, 0x3002000, 0x1800, "mach-virt.ram" },
    { "empty", 1, 2, 0, 0x3002000, 0, "mach-virt.ram" },
    { "wraps", 1, 2, 0, 0x3002000, 0xfffffffffffff000, "mach-virt.ram" },
    { "behind", 1, 2, 0, RAM_SIZE, 0x1000, "mach-virt.ram" },
    { "across-end", 1, 2, 0, RAM_SIZE - 0x1000, 0x2000, "mach-virt.ram" },
    { "overlaps", 1, 2, 0, 0x3000000, 0x1000, "mach-virt.ram" },
    { "out-of-order", 1, 2, 0, 0x2000000, 0x1000, "mach-virt.ram" },
};

static void forge(char *section, const Forgery *f)
{
    char *range = section + SECTION_RANGE + RANGE_SIZE;

    stl_be_p(section + SECTION_BLOCKS, f->blocks);
    stl_be_p(section + SECTION_RANGES, f->ranges);
    strncpy(section + SECTION_NAME, f->ram, 256);
    stl_be_p(range, f->block);
    stq_be_p(range + RANGE_OFFSET, f->offset);
    stq_be_p(range + RANGE_LENGTH, f->length);
}

/* A QEMU to which @stream comes */
static void start_incoming(GhesMachine *m, const char *stream, size_t length,
                           char **path)
{
    g_autofree char *uri = NULL;
    int fd = g_file_open_tmp("ghes-test-XXXXXX", path, NULL);

    close(fd);
    g_assert_true(g_file_set_contents(*path, stream, length, NULL));
    uri = g_strdup_printf("exec:cat %s", *path);
    ghes_machine_start(m, "ras=on", "-incoming defer");
    qtest_qmp_send(m->qts, "{ 'execute': 'migrate-incoming',"
                           "  'arguments': { 'uri': %s } }", uri);
}

static void assert_taken(const char *stream, size_t length)
{
    g_autofree char *path = NULL;
    const char *status = "";
    g_autoptr(QDict) response = NULL;
    GhesMachine m;

    start_incoming(&m, stream, length, &path);
    qobject_unref(qtest_qmp_receive(m.qts));
    while (strcmp(status, "completed")) {
        qobject_unref(response);
        response = qtest_qmp(m.qts, "{ 'execute': 'query-migrate' }");
        status = qdict_get_try_str(qdict_get_qdict(response, "return"),
                                   "status") ?: "";
        g_usleep(1000);
    }
    ghes_machine_quit(&m);
    g_unlink(path);
}

/* QEMU ends, by itself and with an error */
static void assert_not_taken(const char *stream, size_t length)
{
    g_autofree char *path = NULL;
    GhesMachine m;

    start_incoming(&m, stream, length, &path);
    qtest_set_expected_status(m.qts, EXIT_FAILURE);
    qtest_wait_qemu(m.qts);
    ghes_machine_quit(&m);
    g_unlink(path);
}

/* What is in the stream of a machine with two poisoned pages */
static char *save_two_pages(size_t *length, char **section)
{
    GhesMachine m;
    char *stream;

    ghes_machine_start_and_boot(&m);
    poison(&m, ghes_page(0), 1);
    poison(&m, ghes_page(2), 1);
    stream = ghes_machine_save(&m, length);
    ghes_machine_quit(&m);
    *section = memmem(stream, *length, SECTION, strlen(SECTION));
    g_assert_nonnull(*section);
    *section += strlen(SECTION);
    return stream;
}

/* R78: what comes from outside is checked */
static void test_stream(void)
{
    size_t length;
    char *section, *first;
    g_autofree char *stream = save_two_pages(&length, &section);

    first = section + SECTION_RANGE;
    g_assert_cmpuint(ldl_be_p(section + SECTION_BLOCKS), ==, 1);
    g_assert_cmpuint(ldl_be_p(section + SECTION_RANGES), ==, 2);
    g_assert_cmpstr(section + SECTION_NAME, ==, "mach-virt.ram");
    g_assert_cmphex(ldl_be_p(first), ==, 0);
    g_assert_cmphex(RAM_GPA + ldq_be_p(first + RANGE_OFFSET), ==,
                    ghes_page(0));
    g_assert_cmphex(ldq_be_p(first + RANGE_LENGTH), ==, GHES_PAGE);
    g_assert_cmpuint(first[RANGE_REPORTED], ==, 0);
    assert_taken(stream, length);

    for (size_t i = 0; i < ARRAY_SIZE(forgeries); i++) {
        g_test_message("%s", forgeries[i].name);
        forge(section, &forgeries[i]);
        assert_not_taken(stream, length);
    }
    /* A name without an end */
    memset(section + SECTION_NAME, 'a', 256);
    assert_not_taken(stream, length);
}

/* R76, R78: what was reported at the source isn't reported again */
static void test_migrate_reported(void)
{
    GhesMachine from, to;

    ghes_machine_start_and_boot(&from);
    poison(&from, ghes_page(0), 3);
    qtest_readb(from.qts, ghes_page(1));
    ghes_machine_await_next(&from);
    ghes_machine_take_pages(&from, GHES_RECOVERABLE, ghes_page(1), 1);
    ghes_machine_migrate(&from, &to);
    qtest_readb(to.qts, ghes_page(1));
    ghes_machine_run_ms(&to, 1000);
    ghes_machine_assert_counts(&to, GHES_GED, (GhesCounts) {
        .recorded = 1, .notified = 1, .acknowledged = 1 });
    qtest_readb(to.qts, ghes_page(2));
    ghes_machine_await_next(&to);
    ghes_machine_take_pages(&to, GHES_RECOVERABLE, ghes_page(2), 1);
    unpoison(&to, ghes_page(0), 3);
    ghes_machine_quit(&to);
}

/* R78: a range of which a part was reported is still one */
static void test_migrate_limit(void)
{
    GhesMachine from, to;

    poison_to_limit(&from);
    qtest_readb(from.qts, ghes_page(2 * RANGES + 1));
    ghes_machine_await_next(&from);
    ghes_machine_take_pages(&from, GHES_RECOVERABLE,
                            ghes_page(2 * RANGES + 1), 1);
    ghes_machine_migrate(&from, &to);
    assert_poisoned(&to, ghes_page(0));
    assert_poisoned(&to, ghes_page(2 * RANGES));
    assert_poisoned(&to, ghes_page(2 * RANGES + 2));
    ghes_machine_quit(&to);
}

static void hmp_succeed(GhesMachine *m, const char *command)
{
    g_autofree char *output = qtest_hmp(m->qts, "%s", command);

    g_assert_cmpstr(output, ==, "");
}

static bool stream_has_section(GhesMachine *m)
{
    size_t length;
    g_autofree char *stream = ghes_machine_save(m, &length);

    return memmem(stream, length, SECTION, strlen(SECTION));
}

/* Wait for the one job that there is */
static void finish_job(GhesMachine *m)
{
    bool concluded = false;

    while (!concluded) {
        g_autoptr(QDict) response = qtest_qmp(m->qts,
                                              "{ 'execute': 'query-jobs' }");
        const QListEntry *entry = qlist_first(qdict_get_qlist(response,
                                                              "return"));
        QDict *job = qobject_to(QDict, qlist_entry_obj(entry));

        g_assert_false(qdict_haskey(job, "error"));
        concluded = !strcmp(qdict_get_str(job, "status"), "concluded");
        g_usleep(1000);
    }
    qtest_qmp_assert_success(m->qts, "{ 'execute': 'job-dismiss',"
                             "  'arguments': { 'id': 'job' } }");
}

/* A disk for snapshots; the guest has none */
static void add_disk(GhesMachine *m, const char *path)
{
    qtest_qmp_assert_success(m->qts, "{ 'execute': 'blockdev-add',"
                             "  'arguments': { 'driver': 'file',"
                             "  'node-name': 'file', 'filename': %s } }",
                             path);
    qtest_qmp_assert_success(m->qts, "{ 'execute': 'blockdev-create',"
                             "  'arguments': { 'job-id': 'job', 'options': {"
                             "  'driver': 'qcow2', 'file': 'file',"
                             "  'size': 1048576 } } }");
    finish_job(m);
    qtest_qmp_assert_success(m->qts, "{ 'execute': 'blockdev-add',"
                             "  'arguments': { 'driver': 'qcow2',"
                             "  'node-name': 'disk', 'file': 'file' } }");
}

/* R77, R78: a snapshot has what was poisoned when it was taken, and no more */
static void test_snapshot(void)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("hwpoison-XXXXXX", &path, NULL);
    GhesMachine m;

    close(fd);
    ghes_machine_start(&m, "ras=on", "");
    add_disk(&m, path);
    ghes_machine_boot(&m);
    qtest_writeq(m.qts, ghes_page(1), PATTERN);
    hmp_succeed(&m, "savevm clean");
    poison(&m, ghes_page(0), 2);
    hmp_succeed(&m, "savevm poisoned");

    hmp_succeed(&m, "loadvm clean");
    assert_good(&m, ghes_page(0));
    g_assert_cmphex(qtest_readq(m.qts, ghes_page(1)), ==, PATTERN);
    poison(&m, ghes_page(4), 1);
    hmp_succeed(&m, "loadvm poisoned");
    assert_poisoned(&m, ghes_page(0));
    assert_poisoned(&m, ghes_page(1));
    assert_good(&m, ghes_page(4));
    hmp_succeed(&m, "loadvm clean");
    g_assert_cmphex(qtest_readq(m.qts, ghes_page(1)), ==, PATTERN);
    assert_good(&m, ghes_page(0));
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) { });
    g_assert_false(stream_has_section(&m));
    ghes_machine_quit(&m);
    g_unlink(path);
}

/* R78: while nothing is poisoned, nothing is sent */
static void test_stream_without(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    poison(&m, ghes_page(0), 1);
    unpoison(&m, ghes_page(0), 1);
    g_assert_false(stream_has_section(&m));
    ghes_machine_quit(&m);
}

/* The virt machine's memory for DIMMs, and their hotplug controller */
#define DIMM_GPA        UINT64_C(0x100000000)
#define DIMM_SIZE       UINT64_C(0x8000000)
#define MEMHP_SLOT      0x09070000
#define MEMHP_CONTROL   0x09070014
#define MEMHP_EJECT     8

static void plug(GhesMachine *m, int slot)
{
    g_autofree char *memory = g_strdup_printf("memory%d", slot);
    g_autofree char *dimm = g_strdup_printf("dimm%d", slot);

    qtest_qmp_assert_success(m->qts, "{ 'execute': 'object-add',"
                             "  'arguments': { 'qom-type':"
                             "  'memory-backend-ram', 'id': %s, 'size': %"
                             PRIu64 " } }", memory, DIMM_SIZE);
    qtest_qmp_assert_success(m->qts, "{ 'execute': 'device_add',"
                             "  'arguments': { 'driver': 'pc-dimm', 'id': %s,"
                             "  'memdev': %s, 'slot': %d, 'addr': %" PRIu64
                             " } }", dimm, memory, slot,
                             DIMM_GPA + slot * DIMM_SIZE);
}

static void unplug(GhesMachine *m, int slot)
{
    g_autofree char *memory = g_strdup_printf("memory%d", slot);
    g_autofree char *dimm = g_strdup_printf("dimm%d", slot);

    qtest_qmp_assert_success(m->qts, "{ 'execute': 'device_del',"
                             "  'arguments': { 'id': %s } }", dimm);
    qtest_writel(m->qts, MEMHP_SLOT, slot);
    qtest_writeb(m->qts, MEMHP_CONTROL, MEMHP_EJECT);
    qtest_qmp_eventwait(m->qts, "DEVICE_DELETED");
    qtest_qmp_assert_success(m->qts, "{ 'execute': 'object-del',"
                             "  'arguments': { 'id': %s } }", memory);
}

/* R77: a range over two DIMMs; one is replaced by another, the other stays */
static void test_dimm(void)
{
    const uint64_t first = DIMM_GPA + DIMM_SIZE - 2 * GHES_PAGE;
    const uint64_t second = DIMM_GPA + DIMM_SIZE;
    GhesMachine m;

    ghes_machine_start_bare(&m, "-machine virt,ras=on -cpu cortex-a57 "
                            "-bios /dev/null -m 128M,slots=2,maxmem=1G");
    plug(&m, 0);
    plug(&m, 1);
    poison(&m, first, 4);
    assert_poisoned(&m, first);
    assert_poisoned(&m, second);
    unplug(&m, 1);
    refuse(&m, "not all guest RAM", "poison-memory", second, 1);
    refuse(&m, "not all guest RAM", "unpoison-memory", second, 1);
    assert_poisoned(&m, first);
    plug(&m, 1);
    assert_good(&m, second);
    assert_poisoned(&m, first + GHES_PAGE);
    poison(&m, second, 1);
    unpoison(&m, first, 3);
    assert_good(&m, first);
    ghes_machine_quit(&m);
}

/* R65, R75: with as many vCPUs as the machine can have */
static void test_many_cpus(void)
{
    GhesMachine m;

    ghes_machine_start(&m, "ras=on,gic-version=3", "-smp 512");
    ghes_machine_boot(&m);
    poison(&m, ghes_page(0), 1);
    g_assert_cmphex(qtest_readq(m.qts, ghes_page(0)), ==, 0);
    ghes_machine_await_next(&m);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(0), 1);
    ghes_machine_inject_range(&m, "recoverable", ghes_page(1), 14);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(1), 13);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(14), 1);
    ghes_machine_quit(&m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("/hwpoison/device", test_device);
    qtest_add_func("/hwpoison/device-again", test_device_again);
    qtest_add_func("/hwpoison/monitor", test_monitor);
    qtest_add_func("/hwpoison/debugger", test_debugger);
    qtest_add_func("/hwpoison/replaced", test_replaced);
    qtest_add_func("/hwpoison/overlap", test_overlap);
    qtest_add_func("/hwpoison/limit", test_limit);
    qtest_add_func("/hwpoison/still-ram", test_still_ram);
    qtest_add_func("/hwpoison/reset", test_reset);
    qtest_add_func("/hwpoison/unreported", test_unreported);
    qtest_add_func("/hwpoison/migrate", test_migrate);
    qtest_add_func("/hwpoison/migrate-reported", test_migrate_reported);
    qtest_add_func("/hwpoison/migrate-limit", test_migrate_limit);
    qtest_add_func("/hwpoison/snapshot", test_snapshot);
    qtest_add_func("/hwpoison/stream", test_stream);
    qtest_add_func("/hwpoison/stream-without", test_stream_without);
    qtest_add_func("/hwpoison/dimm", test_dimm);
    qtest_add_func("/hwpoison/many-cpus", test_many_cpus);

    return g_test_run();
}
