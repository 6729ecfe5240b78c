/*
 * Tests an error source: records for vCPUs, pace, and when it uses its timer
 *
 * Clock, run state and the blocks in guest RAM are stand-ins of the test.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "hw/acpi/ghes-source.h"
#include "system/cpu-timers.h"
#include "system/runstate.h"

#define PAGE 4096ULL

enum { SEA, GED, SOURCES };

static const HestSource table[SOURCES] = {
    { .source_id = 0, .notification = HEST_NOTIFICATION_SEA,
      .block_size = 1024 },
    { .source_id = 1, .notification = HEST_NOTIFICATION_GPIO,
      .block_size = 2048 },
};

/* A block of the guest, which is in nobody's RAM */
static struct {
    bool free;
    bool read_only;
    uint8_t status[2048];
    unsigned writes;
    unsigned looks;
} blocks[SOURCES];

static bool placed, running;
static unsigned events;
static bool idle;
static int64_t now_ns;
static const GhesBlob blob = { .sources = table, .count = SOURCES };
static GhesSource sources[SOURCES];

int64_t cpus_get_virtual_clock(void)
{
    return now_ns;
}

void cpus_set_virtual_clock(int64_t new_time)
{
    now_ns = new_time;
}

bool runstate_is_running(void)
{
    return running;
}

bool ghes_block_locate(GhesBlock *block, const GhesBlob *b, unsigned index)
{
    *block = (GhesBlock) { .status_gpa = index,
                           .size = table[index].block_size };
    return placed;
}

bool ghes_block_is_free(const GhesBlock *block)
{
    blocks[block->status_gpa].looks++;
    return blocks[block->status_gpa].free;
}

bool ghes_block_write(const GhesBlock *block, const GhesStatusBlock *status)
{
    if (blocks[block->status_gpa].read_only) {
        return false;
    }
    memcpy(blocks[block->status_gpa].status, status,
           ghes_status_length(status));
    blocks[block->status_gpa].writes++;
    blocks[block->status_gpa].free = false;
    return true;
}

void ghes_block_reclaim(const GhesBlock *block)
{
    blocks[block->status_gpa].free = true;
}

static void notify(void *opaque, const HestSource *source)
{
    g_assert_true(source == &table[GED]);
    events++;
}

static bool vcpus_idle(void)
{
    return idle;
}

static const GhesGuest guest = { .notify = notify,
                                 .vcpus_idle = vcpus_idle };

static void start(void)
{
    memset(blocks, 0, sizeof(blocks));
    memset(sources, 0, sizeof(sources));
    blocks[SEA].free = blocks[GED].free = true;
    placed = running = true;
    idle = false;
    events = 0;
    now_ns += 1000 * SCALE_MS;
    ghes_source_init(&sources[SEA], &guest, &blob, SEA, &sources[GED]);
    ghes_source_init(&sources[GED], &guest, &blob, GED, &sources[GED]);
}

static void end(void)
{
    for (int i = 0; i < SOURCES; i++) {
        ghes_source_cleanup(&sources[i]);
    }
}

/* QEMU's shortest time */
#define STEP_US 10

static void run_us(unsigned us)
{
    for (; us; us -= STEP_US) {
        now_ns += STEP_US * SCALE_US;
        qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL);
    }
}

static void run_ms(unsigned ms)
{
    run_us(ms * 1000);
}

static GhesError page_error(uint64_t gpa)
{
    return (GhesError) { .severity = CPER_SEVERITY_RECOVERABLE,
                         .address = gpa, .length = PAGE };
}

typedef enum Result { RECORDED, BUSY, NO_RECORD } Result;

static Result record(uint64_t gpa)
{
    GhesError error = page_error(gpa);
    bool busy;

    if (ghes_source_record(&sources[SEA], &error, &busy)) {
        g_assert_false(busy);
        return RECORDED;
    }
    g_assert_cmpint(busy, ==, ghes_source_is_busy(&sources[SEA]));
    return busy ? BUSY : NO_RECORD;
}

/* A block of one entry, 20 + 72 bytes before the section; its address at 16 */
static void assert_block(int source, unsigned writes, uint64_t gpa)
{
    g_assert_cmpuint(blocks[source].writes, ==, writes);
    g_assert_cmphex(ldq_le_p(blocks[source].status + 20 + 72 + 16), ==, gpa);
}

typedef struct Counts {
    bool busy;
    uint64_t queued;
    uint64_t recorded;
    uint64_t notified;
    uint64_t acknowledged;
    uint64_t dropped;
} Counts;

static void assert_counts(int source, Counts expected)
{
    GhesSource *s = &sources[source];

    ghes_source_run(s);
    g_assert_true(s->source == &table[source]);
    g_assert_cmpint(!ghes_queue_is_empty(&s->in_block), ==, expected.busy);
    g_assert_cmpuint(s->waiting.records, ==, expected.queued);
    g_assert_cmpuint(s->recorded, ==, expected.recorded);
    g_assert_cmpuint(s->notified, ==, expected.notified);
    g_assert_cmpuint(s->acknowledged, ==, expected.acknowledged);
    g_assert_cmpuint(s->dropped, ==, expected.dropped);
}

/* R28, R29: while one vCPU's record is unread, another vCPU gets none */
static void test_synchronous(void)
{
    start();
    g_assert_cmpint(record(0x1000), ==, RECORDED);
    assert_block(SEA, 1, 0x1000);
    g_assert_cmpint(record(0x2000), ==, BUSY);
    g_assert_cmpint(record(0x2000), ==, BUSY);
    assert_block(SEA, 1, 0x1000);
    assert_counts(SEA, (Counts) { .busy = true, .recorded = 1, .notified = 1 });

    /* It tries again, when the first has been read */
    blocks[SEA].free = true;
    g_assert_cmpint(record(0x2000), ==, RECORDED);
    assert_block(SEA, 2, 0x2000);
    blocks[SEA].free = true;
    assert_counts(SEA, (Counts) { .recorded = 2, .notified = 2,
                                            .acknowledged = 2 });

    /* The exception is the notification, and nothing went another way */
    run_ms(5000);
    g_assert_cmpuint(events, ==, 0);
    assert_counts(GED, (Counts) { });
    end();
}

/* R67: who consumes a page a second time has a record of its own */
static void test_again(void)
{
    start();
    g_assert_cmpint(record(0x1000), ==, RECORDED);
    blocks[SEA].free = true;
    g_assert_cmpint(record(0x1000), ==, RECORDED);
    assert_block(SEA, 2, 0x1000);
    g_assert_cmpint(record(0x1000), ==, BUSY);
    end();
}

/* No vCPU reads its record for 10 s: it is reported by the other source */
static void start_unread(void)
{
    start();
    g_assert_cmpint(record(0x1000), ==, RECORDED);
    run_ms(9900);
    g_assert_cmpint(record(0x2000), ==, BUSY);
    g_assert_cmpuint(blocks[GED].writes, ==, 0);
    run_ms(200);
    g_assert_true(blocks[SEA].free);
    assert_block(GED, 1, 0x1000);
}

/* R20, R30 */
static void test_unread(void)
{
    start_unread();
    g_assert_cmpuint(events, ==, 1);
    assert_counts(SEA, (Counts) { .recorded = 1, .notified = 1 });
    assert_counts(GED, (Counts) { .busy = true, .recorded = 1, .notified = 1 });
    /* No vCPU waits for such a guest again */
    g_assert_cmpint(record(0x2000), ==, NO_RECORD);
    run_ms(60000);
    g_assert_cmpint(record(0x2000), ==, NO_RECORD);
    g_assert_cmpuint(blocks[SEA].writes, ==, 1);
    /* Until it acknowledges something */
    blocks[GED].free = true;
    run_ms(100);
    g_assert_cmpint(record(0x2000), ==, RECORDED);
    assert_block(SEA, 2, 0x2000);
    end();
}

/* R16, R30, R45: times by another clock, ahead of this one or impossible */
static void test_other_clock(void)
{
    GhesError error = page_error(0x3000);

    start();
    g_assert_true(ghes_source_put(&sources[GED], &error));
    ghes_source_run(&sources[GED]);
    g_assert_cmpuint(events, ==, 1);
    sources[GED].notified_ns = INT64_MAX;
    g_assert_cmpint(vmstate_ghes_source.post_load(&sources[GED], 1), ==, 0);
    run_ms(900);
    g_assert_cmpuint(events, ==, 1);
    run_ms(200);
    g_assert_cmpuint(events, ==, 2);

    g_assert_cmpint(record(0x1000), ==, RECORDED);
    sources[SEA].recorded_ns = INT64_MAX;
    run_ms(9900);
    g_assert_false(blocks[SEA].free);
    run_ms(300);
    g_assert_true(blocks[SEA].free);

    sources[GED].notified_ns = -1;
    g_assert_cmpint(vmstate_ghes_source.post_load(&sources[GED], 1), <, 0);
    end();
}

/* R30: a reset brings a guest that may read its records */
static void test_unread_reset(void)
{
    start_unread();
    g_assert_cmpint(record(0x2000), ==, NO_RECORD);
    ghes_source_reset(&sources[SEA]);
    ghes_source_reset(&sources[GED]);
    g_assert_cmpint(record(0x2000), ==, RECORDED);
    end();
}

/* R30: it takes its place behind what waits there */
static void test_unread_while_busy(void)
{
    GhesError first = page_error(0x5000), second = page_error(0x6000);

    start();
    g_assert_true(ghes_source_put(&sources[GED], &first));
    ghes_source_run(&sources[GED]);
    g_assert_true(ghes_source_put(&sources[GED], &second));
    g_assert_cmpint(record(0x1000), ==, RECORDED);
    run_ms(10100);
    assert_block(GED, 1, 0x5000);
    /* R16: notified again each second meanwhile */
    assert_counts(GED, (Counts) { .busy = true, .queued = 2,
                                            .recorded = 1, .notified = 11 });
    blocks[GED].free = true;
    idle = true;
    run_ms(100 + 1);        /* R17, R65 */
    assert_block(GED, 2, 0x6000);
    /* The entry behind it: 72 bytes and a memory section of 80 */
    g_assert_cmphex(ldq_le_p(blocks[GED].status + 20 + 152 + 72 + 16), ==,
                    0x1000);
    end();
}

/* R23, R28: neither source holds up the other, full as it may be */
static void test_both(void)
{
    GhesError error = page_error(0x100000);

    start();
    for (unsigned i = 0; i < 1 + GHES_QUEUE_REPORTS_MAX; i++) {
        g_assert_true(ghes_source_put(&sources[GED], &error));
        ghes_source_run(&sources[GED]);
    }
    g_assert_false(ghes_source_put(&sources[GED], &error));
    g_assert_cmpint(record(0x1000), ==, RECORDED);
    assert_block(SEA, 1, 0x1000);
    assert_block(GED, 1, 0x100000);

    /* A vCPU that is to wait, and the next batch */
    g_assert_cmpint(record(0x2000), ==, BUSY);
    blocks[GED].free = true;
    idle = true;
    run_ms(1);              /* R17, R65 */
    assert_block(GED, 2, 0x100000);
    assert_block(SEA, 1, 0x1000);
    assert_counts(SEA, (Counts) { .busy = true, .recorded = 1, .notified = 1 });
    assert_counts(GED, (Counts) {
        .busy = true, .queued = GHES_QUEUE_REPORTS_MAX - 13, .recorded = 14,
        .notified = 2, .acknowledged = 1, .dropped = 1 });
    end();
}

/* R31 */
static void test_no_record(void)
{
    start();
    placed = false;
    g_assert_cmpint(record(0x1000), ==, NO_RECORD);
    placed = true;
    blocks[SEA].read_only = true;
    g_assert_cmpint(record(0x1000), ==, NO_RECORD);
    g_assert_cmpuint(blocks[SEA].writes, ==, 0);
    blocks[SEA].read_only = false;
    assert_counts(SEA, (Counts) { });
    assert_counts(GED, (Counts) { });
    g_assert_cmpint(record(0x2000), ==, RECORDED);
    assert_block(SEA, 1, 0x2000);
    end();
}

/* R19: a guest that is stopped is left alone */
static void test_stopped(void)
{
    GhesError error = page_error(0x5000);

    start();
    running = false;
    g_assert_cmpint(record(0x1000), ==, BUSY);
    g_assert_true(ghes_source_put(&sources[GED], &error));
    ghes_source_run(&sources[GED]);
    run_ms(5000);
    g_assert_cmpuint(blocks[SEA].writes + blocks[GED].writes, ==, 0);

    running = true;
    ghes_source_run(&sources[GED]);
    assert_block(GED, 1, 0x5000);
    g_assert_cmpint(record(0x1000), ==, RECORDED);
    end();
}

/* R51: what no vCPU has read is told by interrupt after reset */
static void test_forget(void)
{
    start();
    g_assert_cmpint(record(0x1000), ==, RECORDED);
    placed = false;
    ghes_source_forget_block(&sources[SEA]);
    ghes_source_forget_block(&sources[GED]);
    blocks[SEA].free = true;
    run_ms(5000);
    assert_counts(SEA, (Counts) { .recorded = 1, .notified = 1 });
    assert_counts(GED, (Counts) { .queued = 1 });

    placed = true;
    ghes_source_run(&sources[SEA]);
    ghes_source_run(&sources[GED]);
    assert_block(GED, 1, 0x1000);
    end();
}

/* R17, R18: without error there is no timer, and no look at the block */
static void test_quiet(void)
{
    GhesError error = page_error(0x5000);
    unsigned looks;

    start();
    run_ms(5000);
    g_assert_cmpuint(blocks[SEA].looks + blocks[GED].looks, ==, 0);
    g_assert_false(timer_pending(sources[SEA].timer));
    g_assert_false(timer_pending(sources[GED].timer));

    /*
     * While the guest has one: after 10 us, then after 1/4 longer each time,
     * which is 10 * ((5/4)^n - 1) / (1/4) until the n-th: 1 ms with n = 15,
     * 400 ms with n = 41; and from 100 ms on that often.  The clock of this
     * test goes on by 10 us, so there are less.
     */
    g_assert_true(ghes_source_put(&sources[GED], &error));
    ghes_source_run(&sources[GED]);
    looks = blocks[GED].looks;
    run_us(10);
    g_assert_cmpuint(blocks[GED].looks - looks, ==, 1);
    run_us(990);
    g_assert_cmpuint(blocks[GED].looks - looks, >=, 10);
    g_assert_cmpuint(blocks[GED].looks - looks, <=, 15);
    run_ms(599);
    g_assert_cmpuint(blocks[GED].looks - looks, >=, 36);
    g_assert_cmpuint(blocks[GED].looks - looks, <=, 43);
    looks = blocks[GED].looks;
    run_ms(10 * 100);
    g_assert_cmpuint(blocks[GED].looks - looks, ==, 10);
    g_assert_cmpuint(blocks[SEA].looks, ==, 0);

    blocks[GED].free = true;
    run_ms(100);
    looks = blocks[GED].looks;
    g_assert_false(timer_pending(sources[GED].timer));
    run_ms(5000);
    g_assert_cmpuint(blocks[GED].looks, ==, looks);

    /* A vCPU isn't disturbed before it has taken its abort: 10 ms */
    g_assert_cmpint(record(0x1000), ==, RECORDED);
    looks = blocks[SEA].looks;
    run_us(9990);
    g_assert_cmpuint(blocks[SEA].looks, ==, looks);
    run_us(10);
    g_assert_cmpuint(blocks[SEA].looks, ==, looks + 1);
    blocks[SEA].free = true;
    run_ms(100);
    g_assert_false(timer_pending(sources[SEA].timer));

    /* Nor is one left when it isn't the timer that finds the acknowledge */
    g_assert_true(ghes_source_put(&sources[GED], &error));
    ghes_source_run(&sources[GED]);
    g_assert_true(timer_pending(sources[GED].timer));
    blocks[GED].free = true;
    ghes_source_run(&sources[GED]);
    g_assert_false(timer_pending(sources[GED].timer));
    end();
}

/* @count pages in a block, and one more that is queued behind them */
static void start_block(unsigned count, uint32_t severity, uint8_t flags)
{
    GhesError error = page_error(0x10000), next = page_error(0x50000);

    start();
    error.severity = severity;
    error.flags = flags;
    error.length = count * PAGE;
    next.severity = severity;
    g_assert_true(ghes_source_put(&sources[GED], &error));
    ghes_source_run(&sources[GED]);
    g_assert_true(ghes_source_put(&sources[GED], &next));
    assert_block(GED, 1, 0x10000);
}

/* A busy guest gets nothing for 1 s after its acknowledge */
static void assert_pause(void)
{
    run_us(STEP_US);
    blocks[GED].free = true;
    run_ms(999);
    g_assert_cmpuint(blocks[GED].writes, ==, 1);
    run_ms(3);
    assert_block(GED, 2, 0x50000);
    end();
}

/* R65: acknowledged isn't handled, and a guest has little room for these */
static void test_pace(void)
{
    start_block(13, CPER_SEVERITY_RECOVERABLE, 0);
    assert_pause();
    start_block(1, CPER_SEVERITY_RECOVERABLE, 0);
    assert_pause();
    /* These make Linux move a page */
    start_block(8, CPER_SEVERITY_CORRECTED,
                GHES_DATA_ENTRY_FLAG_THRESHOLD_EXCEEDED);
    assert_pause();
}

/* R65: one such error among others will do */
static void test_pace_mixed(void)
{
    GhesError error = page_error(0x10000), next = page_error(0x50000);

    start();
    running = false;
    error.severity = next.severity = CPER_SEVERITY_CORRECTED;
    g_assert_true(ghes_source_put(&sources[GED], &error));
    error.flags = GHES_DATA_ENTRY_FLAG_THRESHOLD_EXCEEDED;
    g_assert_true(ghes_source_put(&sources[GED], &error));
    running = true;
    ghes_source_run(&sources[GED]);
    g_assert_true(ghes_source_put(&sources[GED], &next));
    assert_block(GED, 1, 0x10000);
    assert_pause();
}

/* Sections of the block: bits 13:4 of its status */
static unsigned sections(void)
{
    return ldl_le_p(blocks[GED].status) >> 4 & 0x3ff;
}

static void put_range(unsigned pages)
{
    GhesError error = page_error(0x10000);

    error.length = pages * PAGE;
    g_assert_true(ghes_source_put(&sources[GED], &error));
    ghes_source_run(&sources[GED]);
}

/* R26, R65: 13 records fit into the block; a busy guest gets 8 a second */
static void test_room(void)
{
    start();
    put_range(13 + 8 + 8 + 13);
    g_assert_cmpuint(sections(), ==, 13);
    for (unsigned i = 2; i <= 3; i++) {
        blocks[GED].free = true;
        run_ms(1010);
        g_assert_cmpuint(blocks[GED].writes, ==, i);
        g_assert_cmpuint(sections(), ==, 8);
    }
    /* And when it has nothing to do, all that fits at once */
    idle = true;
    blocks[GED].free = true;
    run_ms(100);            /* R17 */
    g_assert_cmpuint(blocks[GED].writes, ==, 4);
    g_assert_cmpuint(sections(), ==, 13);
    end();
}

/* R65: the rest of a pause is needless when the guest has nothing to do */
static void test_idle(void)
{
    start_block(8, CPER_SEVERITY_RECOVERABLE, 0);
    blocks[GED].free = true;
    run_ms(500);
    g_assert_cmpuint(blocks[GED].writes, ==, 1);
    idle = true;
    run_ms(1);
    assert_block(GED, 2, 0x50000);
    end();
}

/* R65: one that is done at once gets the next block at once */
static void test_quick(void)
{
    GhesError error = page_error(0x10000);
    unsigned steps = 0;

    start();
    error.length = 100 * 13 * PAGE;
    idle = true;
    g_assert_true(ghes_source_put(&sources[GED], &error));
    ghes_source_run(&sources[GED]);
    while (blocks[GED].writes < 100) {
        blocks[GED].free = true;
        run_us(STEP_US);
        steps++;
    }
    g_assert_cmpuint(steps, ==, 99);
    end();
}

/* R65: what is only logged is handled with the acknowledge */
static void test_no_pace(void)
{
    start_block(8, CPER_SEVERITY_CORRECTED, 0);
    blocks[GED].free = true;
    run_ms(1);
    assert_block(GED, 2, 0x50000);
    end();

    /* A guest that is reset has nothing left to handle */
    start_block(8, CPER_SEVERITY_RECOVERABLE, 0);
    blocks[GED].free = true;
    run_ms(1);
    ghes_source_forget_block(&sources[GED]);
    ghes_source_run(&sources[GED]);
    assert_block(GED, 2, 0x50000);
    end();
}

/* R45: from another machine by migration, larger than any block here */
static void test_oversized(void)
{
    static uint8_t status[2049] = { [0] = 1, [4] = 20 };
    GhesError error = { .severity = CPER_SEVERITY_FATAL, .block = status,
                        .block_length = sizeof(status) };
    GhesError page = page_error(0x5000);

    start();
    stl_le_p(status + 8, sizeof(status) - 20);  /* Raw Data Length */
    g_assert_true(ghes_source_put(&sources[GED], &error));
    g_assert_true(ghes_source_put(&sources[GED], &page));
    ghes_source_run(&sources[GED]);
    assert_block(GED, 1, 0x5000);
    assert_counts(GED, (Counts) { .busy = true, .recorded = 1,
                                            .notified = 1, .dropped = 1 });
    end();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    init_clocks(NULL);
    qemu_clock_enable(QEMU_CLOCK_VIRTUAL, true);

    g_test_add_func("/ghes-source/synchronous", test_synchronous);
    g_test_add_func("/ghes-source/again", test_again);
    g_test_add_func("/ghes-source/unread", test_unread);
    g_test_add_func("/ghes-source/other-clock", test_other_clock);
    g_test_add_func("/ghes-source/unread-reset", test_unread_reset);
    g_test_add_func("/ghes-source/unread-while-busy", test_unread_while_busy);
    g_test_add_func("/ghes-source/both-full", test_both);
    g_test_add_func("/ghes-source/no-record", test_no_record);
    g_test_add_func("/ghes-source/stopped", test_stopped);
    g_test_add_func("/ghes-source/forget", test_forget);
    g_test_add_func("/ghes-source/quiet", test_quiet);
    g_test_add_func("/ghes-source/pace", test_pace);
    g_test_add_func("/ghes-source/pace-mixed", test_pace_mixed);
    g_test_add_func("/ghes-source/room", test_room);
    g_test_add_func("/ghes-source/idle", test_idle);
    g_test_add_func("/ghes-source/quick", test_quick);
    g_test_add_func("/ghes-source/no-pace", test_no_pace);
    g_test_add_func("/ghes-source/oversized", test_oversized);

    return g_test_run();
}
