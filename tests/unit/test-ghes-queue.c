/*
 * Tests the queue in which errors wait for the guest
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "hw/acpi/ghes-queue.h"

#define PAGE 4096ULL

static GhesError *make_error(CperSeverity severity, uint64_t address,
                             uint64_t pages)
{
    GhesError *error = g_new0(GhesError, 1);

    error->severity = severity;
    error->address = address;
    error->length = pages * PAGE;
    return error;
}

static GhesError *make_block_error(CperSeverity severity, uint8_t fill)
{
    GhesError *error = make_error(severity, 0, 0);

    error->block_length = 100;
    error->block = g_malloc(error->block_length);
    memset(error->block, fill, error->block_length);
    return error;
}

/* Put what the queue has room for */
static void put(GhesQueue *queue, GhesError *error)
{
    g_assert_null(ghes_queue_put(queue, error));
}

static void assert_counts(const GhesQueue *queue, uint32_t reports,
                          uint64_t records)
{
    g_assert_cmpuint(queue->reports, ==, reports);
    g_assert_cmpuint(queue->records, ==, records);
    g_assert_cmpint(ghes_queue_is_empty(queue), ==, !reports);
    g_assert_cmpint(ghes_queue_peek(queue) == NULL, ==, !reports);
}

/* Take up to @limit records; expect @pages from @address */
static void assert_take(GhesQueue *queue, uint64_t limit, uint64_t address,
                        uint64_t pages)
{
    g_autoptr(GhesError) error = ghes_queue_take(queue, limit);

    g_assert_cmphex(error->address, ==, address);
    g_assert_cmpuint(error->length, ==, pages * PAGE);
}

/* R22 */
static void test_order(void)
{
    GhesQueue queue;

    ghes_queue_init(&queue);
    assert_counts(&queue, 0, 0);
    put(&queue, make_error(CPER_SEVERITY_CORRECTED, 0x1000, 1));
    put(&queue, make_error(CPER_SEVERITY_RECOVERABLE, 0x2000, 2));
    put(&queue, make_error(CPER_SEVERITY_INFORMATIONAL, 0x4000, 1));
    put(&queue, make_error(CPER_SEVERITY_FATAL, 0x5000, 3));
    put(&queue, make_error(CPER_SEVERITY_CORRECTED, 0x8000, 1));
    put(&queue, make_error(CPER_SEVERITY_RECOVERABLE, 0x9000, 1));
    assert_counts(&queue, 6, 9);

    /* Uncorrected ones first, each kind in the order of its coming */
    g_assert_cmphex(ghes_queue_peek(&queue)->address, ==, 0x2000);
    assert_counts(&queue, 6, 9);
    assert_take(&queue, 8, 0x2000, 2);
    assert_counts(&queue, 5, 7);
    assert_take(&queue, 8, 0x5000, 3);
    assert_take(&queue, 8, 0x9000, 1);
    assert_counts(&queue, 3, 3);
    assert_take(&queue, 8, 0x1000, 1);
    assert_take(&queue, 8, 0x4000, 1);
    assert_take(&queue, 8, 0x8000, 1);
    assert_counts(&queue, 0, 0);
}

/* R22, R26: later ones of more weight pass what is left of a range */
static void test_split(void)
{
    GhesQueue queue;
    GhesError *range = make_error(CPER_SEVERITY_CORRECTED, 0x100000, 20);

    ghes_queue_init(&queue);
    cper_memory_init(&range->memory);
    cper_memory_set_bank(&range->memory, 7);
    g_strlcpy(range->fru_text, "DIMM A1", sizeof(range->fru_text));
    range->flags = GHES_DATA_ENTRY_FLAG_THRESHOLD_EXCEEDED;
    range->timestamp = 0x2024022901563412;
    put(&queue, range);
    assert_counts(&queue, 1, 20);

    for (int i = 0; i < 2; i++) {
        g_autoptr(GhesError) part = ghes_queue_take(&queue, 8);

        g_assert_cmphex(part->address, ==, 0x100000 + i * 8 * PAGE);
        g_assert_cmpuint(part->length, ==, 8 * PAGE);
        g_assert_cmpuint(part->severity, ==, CPER_SEVERITY_CORRECTED);
        g_assert_cmphex(lduw_le_p(&part->memory.bank), ==, 7);
        g_assert_cmpstr(part->fru_text, ==, "DIMM A1");
        g_assert_cmphex(part->flags, ==,
                        GHES_DATA_ENTRY_FLAG_THRESHOLD_EXCEEDED);
        g_assert_cmphex(part->timestamp, ==, 0x2024022901563412);
        assert_counts(&queue, 1, 12 - i * 8);
    }

    put(&queue, make_error(CPER_SEVERITY_FATAL, 0x1000, 1));
    assert_counts(&queue, 2, 5);
    assert_take(&queue, 8, 0x1000, 1);
    assert_take(&queue, 8, 0x110000, 4);
    assert_counts(&queue, 0, 0);

    /* A range that is taken whole is not split */
    put(&queue, make_error(CPER_SEVERITY_RECOVERABLE, 0x100000, 8));
    assert_take(&queue, 8, 0x100000, 8);
    assert_counts(&queue, 0, 0);
}

/* R23: a range of 2^52 - 1 pages, all that there are but one */
static void test_long_range(void)
{
    GhesQueue queue;

    ghes_queue_init(&queue);
    put(&queue, make_error(CPER_SEVERITY_RECOVERABLE, 0, (1ULL << 52) - 1));
    assert_counts(&queue, 1, (1ULL << 52) - 1);
    assert_take(&queue, 8, 0, 8);
    assert_counts(&queue, 1, (1ULL << 52) - 9);
    assert_take(&queue, UINT64_MAX, 8 * PAGE, (1ULL << 52) - 9);
    assert_counts(&queue, 0, 0);
}

/* Uncorrected pages 0x100 to 0x103; some of them, or none, are left out */
static void test_remove_range(void)
{
    static const struct {
        uint64_t page, count;
        unsigned gone, reports;
        struct {
            uint64_t page, count;
        } left[2];
    } removals[] = {
        { 0xff, 1, 0, 1, { { 0x100, 4 } } },
        { 0x100, 1, 1, 1, { { 0x101, 3 } } },
        { 0x101, 1, 1, 2, { { 0x100, 1 }, { 0x102, 2 } } },
        { 0x103, 1, 1, 1, { { 0x100, 3 } } },
        { 0x104, 1, 0, 1, { { 0x100, 4 } } },
        { 0xfe, 2, 0, 1, { { 0x100, 4 } } },
        { 0xfe, 4, 2, 1, { { 0x102, 2 } } },
        { 0x101, 2, 2, 2, { { 0x100, 1 }, { 0x103, 1 } } },
        { 0x102, 8, 2, 1, { { 0x100, 2 } } },
        { 0x100, 4, 4, 0 },
        { 0x40, 0x400, 4, 0 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(removals); i++) {
        GhesQueue queue;

        ghes_queue_init(&queue);
        put(&queue, make_error(CPER_SEVERITY_RECOVERABLE, 0x100000, 4));
        put(&queue, make_error(CPER_SEVERITY_RECOVERABLE, 0x500000, 1));
        put(&queue, make_block_error(CPER_SEVERITY_FATAL, 1));
        put(&queue, make_error(CPER_SEVERITY_CORRECTED, 0x0, 0x1000));

        ghes_queue_remove_range(&queue, removals[i].page * PAGE,
                                removals[i].count * PAGE);
        assert_counts(&queue, removals[i].reports + 3,
                      4 - removals[i].gone + 2 + 0x1000);
        for (unsigned j = 0; j < removals[i].reports; j++) {
            assert_take(&queue, 100, removals[i].left[j].page * PAGE,
                        removals[i].left[j].count);
        }

        /* A report of this page alone goes, and a whole block stays */
        ghes_queue_remove_range(&queue, 0x500000, PAGE);
        ghes_queue_remove_range(&queue, 0, PAGE);
        assert_counts(&queue, 2, 1 + 0x1000);
        ghes_queue_clear(&queue);
    }
}

/* R27: a whole status block is one record and is never split */
static void test_block(void)
{
    GhesQueue queue;
    g_autoptr(GhesError) error =
        make_block_error(CPER_SEVERITY_RECOVERABLE, 0xa5);
    g_autoptr(GhesError) taken = NULL;
    uint8_t expected[100];

    memset(expected, 0xa5, sizeof(expected));
    ghes_queue_init(&queue);
    put(&queue, ghes_error_copy(error));
    assert_counts(&queue, 1, 1);

    /* The copy has its own bytes */
    memset(error->block, 0, error->block_length);
    taken = ghes_queue_take(&queue, 1);
    g_assert_cmpmem(taken->block, taken->block_length, expected,
                    sizeof(expected));
    assert_counts(&queue, 0, 0);
}

static void fill(GhesQueue *queue, CperSeverity severity, uint64_t address,
                 unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        put(queue, make_error(severity, address + i * PAGE, 1));
    }
}

/* Expect that @error can't wait and is given back itself */
static void assert_refused(GhesQueue *queue, GhesError *error)
{
    g_autoptr(GhesError) dropped = ghes_queue_put(queue, error);

    g_assert_true(dropped == error);
}

/* R23, R24: a full queue drops what came last of the corrected errors */
static void test_drop(void)
{
    GhesQueue queue;

    ghes_queue_init(&queue);
    fill(&queue, CPER_SEVERITY_RECOVERABLE, 0x1000000, 16382);
    fill(&queue, CPER_SEVERITY_CORRECTED, 0x8000000, 2);
    assert_counts(&queue, 16384, 16384);

    assert_refused(&queue, make_error(CPER_SEVERITY_CORRECTED, 0x1000, 1));
    assert_refused(&queue, make_error(CPER_SEVERITY_INFORMATIONAL, 0x1000, 1));
    assert_counts(&queue, 16384, 16384);

    for (int i = 1; i >= 0; i--) {
        g_autoptr(GhesError) dropped = ghes_queue_put(&queue,
            make_error(CPER_SEVERITY_FATAL, 0x2000, 5));

        g_assert_nonnull(dropped);
        g_assert_cmpuint(dropped->severity, ==, CPER_SEVERITY_CORRECTED);
        g_assert_cmphex(dropped->address, ==, 0x8000000 + i * PAGE);
    }
    assert_counts(&queue, 16384, 16382 + 2 * 5);

    /* Full of uncorrected errors it takes nothing, and loses nothing */
    assert_refused(&queue, make_error(CPER_SEVERITY_FATAL, 0x1000, 1));
    assert_refused(&queue, make_error(CPER_SEVERITY_RECOVERABLE, 0x1000, 1));
    assert_refused(&queue, make_block_error(CPER_SEVERITY_CORRECTED, 1));
    assert_counts(&queue, 16384, 16382 + 2 * 5);
    for (int i = 0; i < 16382; i++) {
        assert_take(&queue, 1, 0x1000000 + i * PAGE, 1);
    }
    assert_take(&queue, 8, 0x2000, 5);
    put(&queue, make_error(CPER_SEVERITY_CORRECTED, 0x1000, 1));

    ghes_queue_clear(&queue);
    assert_counts(&queue, 0, 0);
}

/* R51: what goes back comes out as it would have the first time */
static void test_return(void)
{
    GhesQueue queue, taken;

    ghes_queue_init(&queue);
    ghes_queue_init(&taken);
    put(&queue, make_error(CPER_SEVERITY_RECOVERABLE, 0x1000, 2));
    put(&queue, make_error(CPER_SEVERITY_RECOVERABLE, 0x100000, 20));
    put(&queue, make_error(CPER_SEVERITY_RECOVERABLE, 0x5000, 1));
    put(&queue, make_error(CPER_SEVERITY_CORRECTED, 0x6000, 1));
    assert_counts(&queue, 4, 24);

    ghes_queue_append(&taken, ghes_queue_take(&queue, 8));
    ghes_queue_append(&taken, ghes_queue_take(&queue, 6));
    assert_counts(&taken, 2, 8);
    assert_counts(&queue, 3, 16);

    /* In the meantime there were more */
    put(&queue, make_error(CPER_SEVERITY_FATAL, 0x7000, 1));
    put(&queue, make_error(CPER_SEVERITY_CORRECTED, 0x8000, 1));
    ghes_queue_return(&queue, &taken);
    assert_counts(&taken, 0, 0);
    assert_counts(&queue, 7, 26);

    assert_take(&queue, UINT64_MAX, 0x1000, 2);
    assert_take(&queue, UINT64_MAX, 0x100000, 6);
    assert_take(&queue, UINT64_MAX, 0x106000, 14);
    assert_take(&queue, UINT64_MAX, 0x5000, 1);
    assert_take(&queue, UINT64_MAX, 0x7000, 1);
    assert_take(&queue, UINT64_MAX, 0x6000, 1);
    assert_take(&queue, UINT64_MAX, 0x8000, 1);
    assert_counts(&queue, 0, 0);
}

/* R51: what was taken from a queue that has filled again isn't lost */
static void test_return_to_full(void)
{
    GhesQueue queue, taken;

    ghes_queue_init(&queue);
    ghes_queue_init(&taken);
    fill(&queue, CPER_SEVERITY_CORRECTED, 0x1000000, 16384);
    ghes_queue_append(&taken, ghes_queue_take(&queue, 1));
    put(&queue, make_error(CPER_SEVERITY_CORRECTED, 0x1000, 1));
    ghes_queue_return(&queue, &taken);
    assert_counts(&queue, 16385, 16385);

    assert_refused(&queue, make_error(CPER_SEVERITY_CORRECTED, 0x2000, 1));
    assert_take(&queue, 1, 0x1000000, 1);
    ghes_queue_clear(&queue);
    assert_counts(&queue, 0, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    g_test_add_func("/ghes-queue/order", test_order);
    g_test_add_func("/ghes-queue/split", test_split);
    g_test_add_func("/ghes-queue/long-range", test_long_range);
    g_test_add_func("/ghes-queue/remove-range", test_remove_range);
    g_test_add_func("/ghes-queue/block", test_block);
    g_test_add_func("/ghes-queue/drop", test_drop);
    g_test_add_func("/ghes-queue/return", test_return);
    g_test_add_func("/ghes-queue/return-to-full", test_return_to_full);

    return g_test_run();
}
