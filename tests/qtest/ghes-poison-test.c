/*
 * Tests memory that is lost without KVM, as far as that takes no vCPU
 *
 * An access by qtest is like one of a device: it comes from no vCPU.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <glib/gstdio.h>
#include "qemu/bswap.h"
#include "qobject/qdict.h"
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

static void assert_lost(GhesMachine *m, uint64_t gpa)
{
    refuse(m, "the page is lost already", "poison-memory", gpa, 1);
}

static void assert_good(GhesMachine *m, uint64_t gpa)
{
    refuse(m, "the page is not lost", "unpoison-memory", gpa, 1);
    qtest_writeq(m->qts, gpa + 8, PATTERN);
    g_assert_cmphex(qtest_readq(m->qts, gpa + 8), ==, PATTERN);
}

/* R75, R76: a device gets nothing; the guest is told, once a page */
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

/* R76: lost anew, it is told anew */
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
    g_autofree char *options = NULL, *good = NULL, *lost = NULL;
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
    lost = debugger_reads(pair[0], ghes_page(0));
    g_assert_nonnull(strstr(lost, "$E"));
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

/* R77: replaced memory reads as zero, whatever was in it */
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
    assert_lost(&m, ghes_page(1));
    assert_lost(&m, ghes_page(3));
    unpoison(&m, ghes_page(1), 1);
    unpoison(&m, ghes_page(3), 1);
    g_assert_cmphex(qtest_readq(m.qts, ghes_page(1)), ==, 0);
    g_assert_cmphex(qtest_readq(m.qts, ghes_page(3)), ==, 0);
    g_assert_cmphex(qtest_readq(m.qts, ghes_page(0)), ==, PATTERN);
    g_assert_cmphex(qtest_readq(m.qts, ghes_page(4)), ==, PATTERN);
    ghes_machine_quit(&m);
}

/* R79: a range that is lost in part, or is good in part, stays as it is */
static void test_overlap(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    poison(&m, ghes_page(4), 4);
    refuse(&m, "0x43004000: the page is lost", "poison-memory",
           ghes_page(0), 5);
    refuse(&m, "0x43007000: the page is lost", "poison-memory",
           ghes_page(7), 2);
    refuse(&m, "0x43004000: the page is lost", "poison-memory",
           ghes_page(0), 16);
    refuse(&m, "0x43005000: the page is lost", "poison-memory",
           ghes_page(5), 2);
    refuse(&m, "0x43003000: the page is not lost", "unpoison-memory",
           ghes_page(3), 2);
    refuse(&m, "0x43008000: the page is not lost", "unpoison-memory",
           ghes_page(6), 3);
    assert_good(&m, ghes_page(3));
    assert_good(&m, ghes_page(8));
    for (int i = 4; i < 8; i++) {
        assert_lost(&m, ghes_page(i));
    }
    /* Up to both edges, and then the whole as one, but for the first page */
    poison(&m, ghes_page(8), 1);
    poison(&m, ghes_page(2), 2);
    unpoison(&m, ghes_page(3), 6);
    for (int i = 3; i < 9; i++) {
        assert_good(&m, ghes_page(i));
    }
    assert_lost(&m, ghes_page(2));
    ghes_machine_quit(&m);
}

/* R79: an address space has room for so many ranges, and not for more */
static void test_limit(void)
{
    enum { RANGES = 1024 };
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    for (int i = 0; i < RANGES - 1; i++) {
        poison(&m, ghes_page(2 * i), 1);
    }
    /* One of three pages, the last that there is room for */
    poison(&m, ghes_page(2 * RANGES), 3);
    refuse(&m, "1024 separate ranges", "poison-memory",
           ghes_page(2 * RANGES + 4), 1);
    refuse(&m, "1024 separate ranges", "unpoison-memory",
           ghes_page(2 * RANGES + 1), 1);
    assert_lost(&m, ghes_page(2 * RANGES + 1));
    assert_lost(&m, ghes_page(0));
    assert_good(&m, ghes_page(1));

    qtest_system_reset(m.qts);
    assert_good(&m, ghes_page(0));
    /* 64 MiB are one range */
    poison(&m, ghes_page(0), 16384);
    assert_lost(&m, ghes_page(16383));
    assert_good(&m, ghes_page(16384));
    unpoison(&m, ghes_page(0), 16384);
    assert_good(&m, ghes_page(16383));
    ghes_machine_quit(&m);
}

/* R79: a lost page is RAM that can be told of, but holds no records */
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

/* R78: what is lost stays lost, and what is good stays so */
static void test_migrate(void)
{
    GhesMachine from, to;

    ghes_machine_start_and_boot(&from);
    qtest_writeq(from.qts, ghes_page(4), PATTERN);
    poison(&from, ghes_page(0), 2);
    poison(&from, ghes_page(5), 1);
    ghes_machine_migrate(&from, &to);
    assert_lost(&to, ghes_page(0));
    assert_lost(&to, ghes_page(1));
    assert_lost(&to, ghes_page(5));
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
 * The section of lost memory in a stream: after its name two u32, then a u32
 * for the number of ranges, then two u64 each, all of them big-endian.
 */
#define SECTION     "acpi-ghes-poison"
#define SECTION_COUNT   8
#define SECTION_RANGES  12

typedef struct Forgery {
    const char *name;
    uint32_t count;
    uint64_t address, length;   /* of the first of the two ranges */
} Forgery;

static const Forgery forgeries[] = {
    { "no-ranges", 0, 0x43000000, 0x1000 },
    { "too-many", 1025, 0x43000000, 0x1000 },
    { "below-0", 0xffffffff, 0x43000000, 0x1000 },
    { "unaligned", 2, 0x43000800, 0x1000 },
    { "half-a-page", 2, 0x43000000, 0x1800 },
    { "empty", 2, 0x43000000, 0 },
    { "wraps", 2, 0x43000000, 0xfffffffffffff000 },
    { "not-ram", 2, 0x09000000, 0x1000 },
    { "across-end", 2, 0x47fff000, 0x2000 },
    { "overlaps", 2, 0x43002000, 0x1000 },
    { "overlaps-in-part", 2, 0x43001000, 0x2000 },
};

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

/* R78: what comes from outside is checked */
static void test_stream(void)
{
    g_autofree char *stream = NULL;
    GhesMachine m;
    size_t length;
    char *section;

    ghes_machine_start_and_boot(&m);
    poison(&m, ghes_page(0), 1);
    poison(&m, ghes_page(2), 1);
    stream = ghes_machine_save(&m, &length);
    ghes_machine_quit(&m);
    section = memmem(stream, length, SECTION, strlen(SECTION));
    g_assert_nonnull(section);
    section += strlen(SECTION);
    g_assert_cmpuint(ldl_be_p(section + SECTION_COUNT), ==, 2);
    g_assert_cmphex(ldq_be_p(section + SECTION_RANGES), ==, ghes_page(0));
    assert_taken(stream, length);

    for (size_t i = 0; i < ARRAY_SIZE(forgeries); i++) {
        g_test_message("%s", forgeries[i].name);
        stl_be_p(section + SECTION_COUNT, forgeries[i].count);
        stq_be_p(section + SECTION_RANGES, forgeries[i].address);
        stq_be_p(section + SECTION_RANGES + 8, forgeries[i].length);
        assert_not_taken(stream, length);
    }
}

/* R78: who has lost nothing sends nothing */
static void test_stream_without(void)
{
    g_autofree char *stream = NULL;
    GhesMachine m;
    size_t length;

    ghes_machine_start_and_boot(&m);
    poison(&m, ghes_page(0), 1);
    unpoison(&m, ghes_page(0), 1);
    stream = ghes_machine_save(&m, &length);
    g_assert_null(memmem(stream, length, SECTION, strlen(SECTION)));
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
    assert_lost(&m, first);
    assert_lost(&m, second);
    unplug(&m, 1);
    refuse(&m, "not all guest RAM", "poison-memory", second, 1);
    refuse(&m, "not all guest RAM", "unpoison-memory", second, 1);
    assert_lost(&m, first);
    plug(&m, 1);
    assert_good(&m, second);
    assert_lost(&m, first + GHES_PAGE);
    poison(&m, second, 1);
    unpoison(&m, first, 3);
    assert_good(&m, first);
    ghes_machine_quit(&m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("/ghes/poison/device", test_device);
    qtest_add_func("/ghes/poison/device-again", test_device_again);
    qtest_add_func("/ghes/poison/monitor", test_monitor);
    qtest_add_func("/ghes/poison/debugger", test_debugger);
    qtest_add_func("/ghes/poison/replaced", test_replaced);
    qtest_add_func("/ghes/poison/overlap", test_overlap);
    qtest_add_func("/ghes/poison/limit", test_limit);
    qtest_add_func("/ghes/poison/still-ram", test_still_ram);
    qtest_add_func("/ghes/poison/reset", test_reset);
    qtest_add_func("/ghes/poison/unreported", test_unreported);
    qtest_add_func("/ghes/poison/migrate", test_migrate);
    qtest_add_func("/ghes/poison/stream", test_stream);
    qtest_add_func("/ghes/poison/stream-without", test_stream_without);
    qtest_add_func("/ghes/poison/dimm", test_dimm);

    return g_test_run();
}
