/*
 * Tests how queued errors travel in a migration stream
 *
 * The stream's bytes are written down by hand: they are what another version
 * of QEMU sends and expects.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/module.h"
#include "hw/acpi/ghes-queue.h"
#include "io/channel-buffer.h"
#include "../migration/qemu-file.h"

/* One uncorrected error of two pages; one corrected error, a status block */
static const uint8_t golden[] = {
    /* Integers of the stream are big-endian, records little-endian */
    0x01,                               /* at 0: an uncorrected error */
    0x00, 0x00, 0x00, 0x01,             /* at 1: severity: fatal */
    0x00, 0x00, 0x00, 0x01, 0x23, 0x45, 0x60, 0x00,     /* at 5: address */
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x20, 0x00,     /* at 13: length */
    /* at 21: what is known, 80 bytes: Validation Bits 6, Bank 0x0708 */
    0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x08, 0x07,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0x09,                               /* at 101: flags */
    'D', 'I', 'M', 'M', ' ', 'A', '1',  /* at 102: FRU text, 21 bytes */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0x56, 0x34, 0x12, 0x01, 0x29, 0x02, 0x24, 0x20,     /* at 123: time */
    0x00, 0x00, 0x00, 0x00,             /* at 131: no status block */
    0x00,                               /* at 135: no more uncorrected */

    0x01,                               /* at 136: a corrected error */
    0x00, 0x00, 0x00, 0x02,             /* at 137: severity: corrected */
    0, 0, 0, 0, 0, 0, 0, 0,             /* at 141: address */
    0, 0, 0, 0, 0, 0, 0, 0,             /* at 149: length */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0x00,                               /* at 237: flags */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0,             /* at 259: time */
    0x00, 0x00, 0x00, 0x14,             /* at 267: a block of 20 bytes */
    0x02, 0x00, 0x00, 0x00,             /* at 271: Block Status: CE */
    0x00, 0x00, 0x00, 0x00,             /* Raw Data Offset */
    0x00, 0x00, 0x00, 0x00,             /* Raw Data Length */
    0x00, 0x00, 0x00, 0x00,             /* Data Length */
    0x02, 0x00, 0x00, 0x00,             /* Error Severity: corrected */
    0x00,                               /* at 291: no more corrected */
};

static int load_from(QEMUFile *file, GhesQueue *queue)
{
    return vmstate_load_state(file, &vmstate_ghes_queue, queue, 1);
}

static int save_to(QEMUFile *file, GhesQueue *queue)
{
    return vmstate_save_state(file, &vmstate_ghes_queue, queue, NULL);
}

static int load(GhesQueue *queue, const uint8_t *stream, size_t size)
{
    g_autoptr(QIOChannelBuffer) buffer = qio_channel_buffer_new(size);
    QEMUFile *file;
    int ret;

    memcpy(buffer->data, stream, size);
    buffer->usage = size;
    file = qemu_file_new_input(QIO_CHANNEL(buffer));
    ret = load_from(file, queue);
    qemu_fclose(file);
    return ret;
}

static void fill(GhesQueue *queue)
{
    static const uint8_t time[] = {
        0x56, 0x34, 0x12, 0x01, 0x29, 0x02, 0x24, 0x20
    };
    static const uint8_t block[20] = { [0] = 0x02, [16] = 0x02 };
    GhesError *pages = g_new0(GhesError, 1);
    GhesError *whole = g_new0(GhesError, 1);

    pages->severity = CPER_SEVERITY_FATAL;
    pages->address = 0x123456000;
    pages->length = 0x2000;
    cper_memory_set_bank(&pages->memory, 0x0708);
    pages->flags = GHES_DATA_ENTRY_FLAG_PRIMARY |
                   GHES_DATA_ENTRY_FLAG_THRESHOLD_EXCEEDED;
    g_strlcpy(pages->fru_text, "DIMM A1", sizeof(pages->fru_text));
    memcpy(&pages->timestamp, time, sizeof(pages->timestamp));

    whole->severity = CPER_SEVERITY_CORRECTED;
    whole->block = g_memdup2(block, sizeof(block));
    whole->block_length = sizeof(block);

    g_assert_null(ghes_queue_put(queue, whole));
    g_assert_null(ghes_queue_put(queue, pages));
}

static void test_save(void)
{
    g_autoptr(QIOChannelBuffer) buffer = qio_channel_buffer_new(4096);
    QEMUFile *file = qemu_file_new_output(QIO_CHANNEL(buffer));
    GhesQueue queue;

    ghes_queue_init(&queue);
    fill(&queue);
    g_assert_cmpint(save_to(file, &queue), ==, 0);
    qemu_fflush(file);
    g_assert_cmpmem(buffer->data, buffer->usage, golden, sizeof(golden));

    qemu_fclose(file);
    ghes_queue_clear(&queue);
}

/* R49 */
static void test_load(void)
{
    static const uint8_t block[20] = { [0] = 0x02, [16] = 0x02 };
    g_autoptr(GhesError) pages = NULL, whole = NULL;
    GhesQueue queue;

    /* What was there before is gone */
    ghes_queue_init(&queue);
    fill(&queue);
    fill(&queue);
    g_assert_cmpint(load(&queue, golden, sizeof(golden)), ==, 0);
    g_assert_cmpuint(queue.reports, ==, 2);
    g_assert_cmpuint(queue.records, ==, 3);

    pages = ghes_queue_take(&queue, UINT64_MAX);
    g_assert_cmpuint(pages->severity, ==, CPER_SEVERITY_FATAL);
    g_assert_cmphex(pages->address, ==, 0x123456000);
    g_assert_cmphex(pages->length, ==, 0x2000);
    g_assert_cmpmem(&pages->memory, sizeof(pages->memory), golden + 21, 80);
    g_assert_cmphex(pages->flags, ==, 0x09);
    g_assert_cmpstr(pages->fru_text, ==, "DIMM A1");
    g_assert_cmpmem(&pages->timestamp, 8, golden + 123, 8);
    g_assert_null(pages->block);

    whole = ghes_queue_take(&queue, UINT64_MAX);
    g_assert_cmpuint(whole->severity, ==, CPER_SEVERITY_CORRECTED);
    g_assert_cmpuint(whole->length, ==, 0);
    g_assert_cmpmem(whole->block, whole->block_length, block, sizeof(block));
    g_assert_true(ghes_queue_is_empty(&queue));
}

static void test_empty(void)
{
    static const uint8_t empty[2];
    GhesQueue queue;

    ghes_queue_init(&queue);
    g_assert_cmpint(load(&queue, empty, sizeof(empty)), ==, 0);
    g_assert_true(ghes_queue_is_empty(&queue));
    g_assert_cmpuint(queue.records, ==, 0);
}

/* R45: the good stream with some bytes changed: what nobody sends */
static const struct Refusal {
    const char *name;
    size_t offset;
    size_t count;
    uint8_t bytes[8];
} refusals[] = {
    { "severity", 4, 1, { 4 } },        /* there are 0 to 3 */
    { "severity-huge", 1, 1, { 0x80 } },
    { "corrected-before", 4, 1, { 2 } },        /* among uncorrected ones */
    { "uncorrected-behind", 140, 1, { 0 } },    /* among corrected ones */
    { "address-unaligned", 12, 1, { 0x01 } },
    { "address-wraps", 5, 8,
      { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xf0, 0x00 } },
    { "length-unaligned", 20, 1, { 0x01 } },
    { "length-none", 19, 1, { 0 } },    /* neither pages nor a block */
    { "fru-text-without-end", 122, 1, { 'X' } },
    { "pages-and-block", 155, 1, { 0x10 } },    /* not both */
    { "block-huge", 267, 1, { 0x80 } },
    { "block-larger-than-any", 269, 1, { 0x10 } },  /* 4116, limit 4096 */
    { "block-malformed", 271, 1, { 0 } },       /* Block Status: no error */
    { "block-length-disagrees", 283, 1, { 1 } },    /* Data Length */
};

static void test_refused(gconstpointer opaque)
{
    const struct Refusal *refusal = opaque;
    g_autofree uint8_t *stream = g_memdup2(golden, sizeof(golden));
    GhesQueue queue;

    memcpy(stream + refusal->offset, refusal->bytes, refusal->count);
    ghes_queue_init(&queue);
    g_assert_cmpint(load(&queue, stream, sizeof(golden)), <, 0);
    ghes_queue_clear(&queue);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);

    g_test_add_func("/ghes-queue-vmstate/save", test_save);
    g_test_add_func("/ghes-queue-vmstate/load", test_load);
    g_test_add_func("/ghes-queue-vmstate/empty", test_empty);
    for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
        g_autofree char *path = g_strdup_printf("/ghes-queue-vmstate/refused"
                                                "/%s", refusals[i].name);

        g_test_add_data_func(path, &refusals[i], test_refused);
    }

    return g_test_run();
}
