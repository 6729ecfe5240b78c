/*
 * Tests what a device does that finds poisoned memory: R75
 *
 * It is a disk of the virtio-mmio transport that is given requests, of which a
 * part is poisoned.  Structures and registers are those of VIRTIO 1.2: 4.2.2
 * the transport, 2.7 the split virtqueue, 5.2.6 the block device.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <glib/gstdio.h>
#include "qobject/qdict.h"
#include "ghes-machine.h"

/* 4.2.2, MMIO Device Register Layout; virt has 32 transports */
#define TRANSPORTS_GPA          0x0a000000
#define TRANSPORT_SIZE          0x200
#define TRANSPORTS              32
#define DEVICE_ID               0x008
#define DRIVER_FEATURES         0x020
#define DRIVER_FEATURES_SEL     0x024
#define QUEUE_SEL               0x030
#define QUEUE_NUM               0x038
#define QUEUE_READY             0x044
#define QUEUE_NOTIFY            0x050
#define STATUS                  0x070
#define QUEUE_DESC              0x080
#define QUEUE_DRIVER            0x090
#define QUEUE_DEVICE            0x0a0

#define BLOCK_DEVICE            2

/* 2.1, Device Status Field */
#define ACKNOWLEDGE             1
#define DRIVER                  2
#define DRIVER_OK               4
#define FEATURES_OK             8
#define DEVICE_NEEDS_RESET      64

/* VIRTIO_F_VERSION_1 is bit 32: the first of the second word */
#define FEATURES_HIGH           1

#define QUEUE_SIZE              8
#define DESC_GPA                ghes_page(0x100)
#define AVAIL_GPA               ghes_page(0x101)
#define USED_GPA                ghes_page(0x102)
#define HEADER_GPA              ghes_page(0x103)
#define STATUS_GPA              ghes_page(0x104)

/* Here is the sector that is read or written */
#define DATA_GPA                ghes_page(0)
#define SECTOR                  512

#define DESC_NEXT               1
#define DESC_WRITE              2

#define REQUEST_IN              0       /* to memory */
#define REQUEST_OUT             1

static uint64_t transport;

static void put(GhesMachine *m, unsigned offset, uint32_t value)
{
    qtest_writel(m->qts, transport + offset, value);
}

static uint32_t get(GhesMachine *m, unsigned offset)
{
    return qtest_readl(m->qts, transport + offset);
}

static void put_address(GhesMachine *m, unsigned offset, uint64_t gpa)
{
    put(m, offset, gpa);
    put(m, offset + 4, gpa >> 32);
}

/* 3.1.1, Driver Requirements: Device Initialization */
static void start_disk(GhesMachine *m)
{
    put(m, STATUS, 0);
    put(m, STATUS, ACKNOWLEDGE);
    put(m, STATUS, ACKNOWLEDGE | DRIVER);
    put(m, DRIVER_FEATURES_SEL, 1);
    put(m, DRIVER_FEATURES, FEATURES_HIGH);
    put(m, STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK);
    g_assert_cmphex(get(m, STATUS) & FEATURES_OK, ==, FEATURES_OK);

    qtest_memset(m->qts, DESC_GPA, 0, 3 * GHES_PAGE);
    put(m, QUEUE_SEL, 0);
    put(m, QUEUE_NUM, QUEUE_SIZE);
    put_address(m, QUEUE_DESC, DESC_GPA);
    put_address(m, QUEUE_DRIVER, AVAIL_GPA);
    put_address(m, QUEUE_DEVICE, USED_GPA);
    put(m, QUEUE_READY, 1);
    put(m, STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
}

#define DISK(backend, options)                                          \
    "-global virtio-mmio.force-legacy=off -blockdev node-name=disk,"    \
    backend " -device virtio-blk-device,drive=disk" options

#define GOOD_DISK DISK("driver=null-co,size=1048576", "")

/* The first request of the guest fails, and the VM is stopped for it */
#define BAD_DISK DISK("driver=blkdebug,image.driver=null-co,"           \
                      "image.size=1048576,inject-error.0.event=none,"   \
                      "inject-error.0.sector=8,inject-error.0.once=on",  \
                      ",rerror=stop,werror=stop")

static void find_disk(GhesMachine *m)
{
    for (int i = 0; i < TRANSPORTS; i++) {
        transport = TRANSPORTS_GPA + i * TRANSPORT_SIZE;
        if (get(m, DEVICE_ID) == BLOCK_DEVICE) {
            return;
        }
    }
    g_assert_not_reached();
}

static void start(GhesMachine *m, const char *options)
{
    ghes_machine_start(m, "ras=on", options);
    ghes_machine_boot(m);
    find_disk(m);
    start_disk(m);
}

/* 2.7.5, struct virtq_desc */
static void put_desc(GhesMachine *m, unsigned i, uint64_t gpa, uint32_t size,
                     uint16_t flags)
{
    qtest_writeq(m->qts, DESC_GPA + i * 16, gpa);
    qtest_writel(m->qts, DESC_GPA + i * 16 + 8, size);
    qtest_writew(m->qts, DESC_GPA + i * 16 + 12, flags);
    qtest_writew(m->qts, DESC_GPA + i * 16 + 14, i + 1);
}

/* 5.2.6, struct virtio_blk_req; not of sector 0, which QEMU itself reads */
static void request(GhesMachine *m, uint32_t type)
{
    uint16_t number = qtest_readw(m->qts, AVAIL_GPA + 2);

    qtest_writel(m->qts, HEADER_GPA, type);
    qtest_writeq(m->qts, HEADER_GPA + 8, 8);
    qtest_writeb(m->qts, STATUS_GPA, 0xff);
    put_desc(m, 0, HEADER_GPA, 16, DESC_NEXT);
    put_desc(m, 1, DATA_GPA, SECTOR, DESC_NEXT |
             (type == REQUEST_IN ? DESC_WRITE : 0));
    put_desc(m, 2, STATUS_GPA, 1, DESC_WRITE);
    qtest_writew(m->qts, AVAIL_GPA + 4 + number % QUEUE_SIZE * 2, 0);
    qtest_writew(m->qts, AVAIL_GPA + 2, number + 1);
    put(m, QUEUE_NOTIFY, 0);
    ghes_machine_run_ms(m, 1);
}

static void assert_done(GhesMachine *m, unsigned requests)
{
    for (int i = 0; i < 1000; i++) {
        if (qtest_readw(m->qts, USED_GPA + 2) == requests) {
            break;
        }
        ghes_machine_run_ms(m, 1);
    }
    g_assert_cmpuint(qtest_readw(m->qts, USED_GPA + 2), ==, requests);
    g_assert_cmphex(qtest_readb(m->qts, STATUS_GPA), ==, 0);
    g_assert_cmphex(get(m, STATUS) & DEVICE_NEEDS_RESET, ==, 0);
}

static void test_disk(const void *opaque)
{
    uint32_t type = GPOINTER_TO_UINT(opaque);
    GhesMachine m;

    start(&m, GOOD_DISK);
    request(&m, type);
    assert_done(&m, 1);

    qtest_qmp_assert_success(m.qts, "{ 'execute': 'poison-memory',"
                             "  'arguments': { 'address': %" PRIu64 " } }",
                             DATA_GPA);
    request(&m, type);
    ghes_machine_await_next(&m);
    /* It doesn't take what isn't there for data */
    g_assert_cmphex(get(&m, STATUS) & DEVICE_NEEDS_RESET, ==,
                    DEVICE_NEEDS_RESET);
    g_assert_cmpuint(qtest_readw(m.qts, USED_GPA + 2), ==, 1);
    g_assert_cmphex(qtest_readb(m.qts, STATUS_GPA), ==, 0xff);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, DATA_GPA, 1);
    ghes_machine_run_ms(&m, 1000);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .recorded = 1, .notified = 1, .acknowledged = 1 });
    ghes_machine_assert_counts(&m, GHES_SEA, (GhesCounts) { });

    /* In good memory it works as before */
    qtest_qmp_assert_success(m.qts, "{ 'execute': 'unpoison-memory',"
                             "  'arguments': { 'address': %" PRIu64 " } }",
                             DATA_GPA);
    start_disk(&m);
    request(&m, type);
    assert_done(&m, 1);
    ghes_machine_quit(&m);
}

static void await_migration(GhesMachine *m)
{
    const char *status = "";
    g_autoptr(QDict) response = NULL;

    while (strcmp(status, "completed")) {
        qobject_unref(response);
        response = qtest_qmp(m->qts, "{ 'execute': 'query-migrate' }");
        status = qdict_get_try_str(qdict_get_qdict(response, "return"),
                                   "status") ?: "";
        g_assert_cmpstr(status, !=, "failed");
        g_usleep(1000);
    }
}

static void load(GhesMachine *m, const char *stream, size_t length)
{
    g_autofree char *path = NULL, *uri = NULL;
    int fd = g_file_open_tmp("hwpoison-XXXXXX", &path, NULL);

    close(fd);
    g_assert_true(g_file_set_contents(path, stream, length, NULL));
    uri = g_strdup_printf("exec:cat %s", path);
    ghes_machine_start(m, "ras=on", BAD_DISK " -incoming defer");
    qtest_qmp_assert_success(m->qts, "{ 'execute': 'migrate-incoming',"
                             "  'arguments': { 'uri': %s } }", uri);
    await_migration(m);
    g_unlink(path);
}

/*
 * A request is under way, and will be tried again at the destination.  There
 * its memory is poisoned: the device needs a reset, and QEMU goes on.
 */
static void test_migrated(const void *opaque)
{
    uint32_t type = GPOINTER_TO_UINT(opaque);
    g_autofree char *stream = NULL;
    size_t length;
    GhesMachine from, to;

    start(&from, BAD_DISK);
    request(&from, type);
    qtest_qmp_eventwait(from.qts, "BLOCK_IO_ERROR");
    qtest_qmp_assert_success(from.qts, "{ 'execute': 'poison-memory',"
                             "  'arguments': { 'address': %" PRIu64 " } }",
                             DATA_GPA);
    stream = ghes_machine_save(&from, &length);
    ghes_machine_quit(&from);

    load(&to, stream, length);
    g_assert_cmphex(get(&to, STATUS) & DEVICE_NEEDS_RESET, ==,
                    DEVICE_NEEDS_RESET);
    qtest_qmp_assert_success(to.qts, "{ 'execute': 'cont' }");
    ghes_machine_run_ms(&to, 1000);
    g_assert_cmpuint(qtest_readw(to.qts, USED_GPA + 2), ==, 0);
    g_assert_cmphex(qtest_readb(to.qts, STATUS_GPA), ==, 0xff);
    /* In good memory it works */
    qtest_qmp_assert_success(to.qts, "{ 'execute': 'unpoison-memory',"
                             "  'arguments': { 'address': %" PRIu64 " } }",
                             DATA_GPA);
    start_disk(&to);
    request(&to, type);
    qtest_qmp_eventwait(to.qts, "BLOCK_IO_ERROR");
    qtest_qmp_assert_success(to.qts, "{ 'execute': 'cont' }");
    assert_done(&to, 1);
    ghes_machine_quit(&to);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_data_func("/hwpoison/dma/read-disk",
                        GUINT_TO_POINTER(REQUEST_IN), test_disk);
    qtest_add_data_func("/hwpoison/dma/write-disk",
                        GUINT_TO_POINTER(REQUEST_OUT), test_disk);
    qtest_add_data_func("/hwpoison/dma/read-migrated",
                        GUINT_TO_POINTER(REQUEST_IN), test_migrated);
    qtest_add_data_func("/hwpoison/dma/write-migrated",
                        GUINT_TO_POINTER(REQUEST_OUT), test_migrated);

    return g_test_run();
}
