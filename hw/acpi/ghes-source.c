/*
 * Gives errors to the guest through one GHES error source, one batch a time
 *
 * The life of a source:
 *
 *           write block, notify              guest acknowledges
 *   idle -----------------------> busy --------------------------+
 *    ^                             | ^                           |
 *    |  reset, address forgotten:  | |  queue not empty: pause,  |
 *    +------- queue again ---------+ +--- write block, notify ---+--> idle
 *
 * An error waits in s->waiting, moves to s->in_block when it is written to
 * the block, and is forgotten when the guest acknowledges.  The timer runs
 * while either is not empty, and only then.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "hw/acpi/ghes-guest.h"
#include "hw/acpi/ghes-source.h"
#include "system/runstate.h"
#include "trace.h"

/* Look for the acknowledge after this time, then ever less often */
#define POLL_FIRST_NS (10 * SCALE_US)
#define POLL_LAST_NS (100 * SCALE_MS)
#define POLL_GROWTH 4

/* A vCPU that is about to take its abort is left alone */
#define POLL_SYNCHRONOUS_NS (10 * SCALE_MS)

/* While the guest is at work it is looked at more often: it may rest shortly */
#define POLL_WORK_LAST_NS (1 * SCALE_MS)

/* A guest that was not listening when it was notified is told again */
#define NOTIFY_AGAIN_NS NANOSECONDS_PER_SECOND

/*
 * A vCPU reads the record of its abort at once, or never; but on a host that
 * has too much to do it may not run for a second and more.
 */
#define SYNCHRONOUS_UNREAD_NS (10 * NANOSECONDS_PER_SECOND)

/*
 * A process can run on, and into its page once more, while a thread of the
 * guest's kernel is about to take the page from it, and others before.  It
 * gets the time of as many; after that the kernel must have lost it.
 */
#define SYNCHRONOUS_WORK_RECORDS 20
#define SYNCHRONOUS_WORK_NS (5 * NANOSECONDS_PER_SECOND)

static unsigned source_index(const GhesSourceState *s)
{
    return s->source - s->blob->sources;
}

static bool source_locate(const GhesSourceState *s, GhesBlock *block)
{
    return ghes_block_locate(block, s->blob, source_index(s));
}

bool ghes_source_is_synchronous(const HestSource *source)
{
    return source->notification == HEST_NOTIFICATION_SEA;
}

void ghes_source_drop(GhesSourceState *s, const GhesError *error,
                      const char *reason)
{
    uint64_t records = ghes_error_records(error);

    trace_ghes_dropped(s->source->source_id, error->address, records);
    if (!s->dropped) {
        warn_report("GHES source %u drops an error: %s; query-ghes counts "
                    "what is dropped from now on", s->source->source_id,
                    reason);
    }
    s->dropped += records;
}

bool ghes_source_put(GhesSourceState *s, const GhesError *error)
{
    GhesError *waiting = ghes_error_copy(error);
    g_autoptr(GhesError) dropped = ghes_queue_put(&s->waiting, waiting);

    if (dropped) {
        ghes_source_drop(s, dropped,
                         "the guest takes none and the queue is full");
    }
    if (dropped == waiting) {
        return false;
    }
    trace_ghes_queued(s->source->source_id, error->address,
                      ghes_error_records(error));
    return true;
}

/* What migration brought may be larger than this source's block */
static void drop_oversized(GhesSourceState *s, size_t size)
{
    const GhesError *next;

    while ((next = ghes_queue_peek(&s->waiting)) &&
           next->block_length > size) {
        g_autoptr(GhesError) error = ghes_queue_take(&s->waiting, 1);

        ghes_source_drop(s, error, "it is larger than the source's block");
    }
}

/* Write the next of @s->waiting to a free block, at most @room records */
static bool source_record(GhesSourceState *s, const GhesBlock *block,
                          unsigned room)
{
    QEMU_ALIGNED(8) uint8_t buffer[GHES_BLOCK_SIZE_MAX];
    GhesStatusBlock *status = (GhesStatusBlock *)buffer;

    ghes_batch_compose(&s->waiting, &s->in_block, &s->sequence, status,
                       block->size, room);
    if (!ghes_block_write(block, status)) {
        trace_ghes_refused(s->source->source_id, "guest RAM is not writable");
        ghes_queue_return(&s->waiting, &s->in_block);
        return false;
    }
    s->recorded += s->in_block.records;
    s->recorded_ns = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    s->poll_ns = ghes_source_is_synchronous(s->source) ? POLL_SYNCHRONOUS_NS
                                                       : POLL_FIRST_NS;
    trace_ghes_recorded(s->source->source_id,
                        ghes_queue_peek(&s->in_block)->address,
                        block->status_gpa, s->in_block.records);
    return true;
}

static void source_notify(GhesSourceState *s)
{
    s->notified++;
    s->notified_ns = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    trace_ghes_notified(s->source->source_id);
    if (!ghes_source_is_synchronous(s->source)) {
        s->notify(s->notify_opaque, s->source);
    }
}

/* No vCPU has read its record: have the guest told by an interrupt instead */
static void source_hand_over(GhesSourceState *s, const GhesBlock *block)
{
    trace_ghes_unread(s->source->source_id, s->in_block.records);
    ghes_block_reclaim(block);
    while (!ghes_queue_is_empty(&s->in_block)) {
        g_autoptr(GhesError) error = ghes_queue_take(&s->in_block, UINT64_MAX);

        ghes_source_put(s->unread_to, error);
    }
    ghes_source_run(s->unread_to);
}

/* The guest has had what is in the block; of a fatal error it dies */
static void source_forget(GhesSourceState *s)
{
    while (s->fatal && s->fatal->reports < GHES_SOURCE_FATAL_MAX &&
           !ghes_queue_is_empty(&s->in_block) &&
           ghes_queue_peek(&s->in_block)->severity == CPER_SEVERITY_FATAL) {
        ghes_queue_append(s->fatal, ghes_queue_take(&s->in_block, UINT64_MAX));
    }
    ghes_queue_clear(&s->in_block);
}

static void source_acknowledge(GhesSourceState *s)
{
    if (!ghes_queue_is_empty(&s->in_block)) {
        if (!ghes_source_is_synchronous(s->source)) {
            ghes_pace_acknowledged(&s->pace,
                                   qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL),
                                   ghes_guest_run_ns(),
                                   ghes_batch_work(&s->in_block));
            s->poll_ns = POLL_FIRST_NS;
        }
        trace_ghes_acknowledged(s->source->source_id, s->in_block.records);
        s->acknowledged += s->in_block.records;
        source_forget(s);
    }
}

/* See what became of the block's content; false while the guest has it */
static bool source_finish(GhesSourceState *s, const GhesBlock *block)
{
    int64_t now;

    if (ghes_block_is_free(block)) {
        source_acknowledge(s);
        return true;
    }
    now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    if (ghes_source_is_synchronous(s->source)) {
        if (now - s->recorded_ns >= SYNCHRONOUS_UNREAD_NS) {
            source_hand_over(s, block);
            return true;
        }
    } else if (!ghes_queue_is_empty(&s->in_block) &&
               now - s->notified_ns >= NOTIFY_AGAIN_NS) {
        source_notify(s);
    }
    return false;
}

/* What the guest may not have worked off by now */
static uint64_t work_left(GhesPace *pace)
{
    if (!pace->records) {
        return 0;
    }
    return ghes_pace_left(pace, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL),
                          ghes_guest_run_ns(), ghes_guest_busy_vcpus());
}

/* How many records the guest can take, of those that keep it busy */
static unsigned source_room(GhesSourceState *s)
{
    return ghes_pace_room(work_left(&s->pace));
}

/* Give the guest what waits, as far as it can take it */
static void source_go_on(GhesSourceState *s, const GhesBlock *block)
{
    unsigned room;

    drop_oversized(s, block->size);
    if (ghes_queue_is_empty(&s->waiting)) {
        return;
    }
    room = source_room(s);
    if (room && source_record(s, block, room)) {
        source_notify(s);
    }
}

/* Look at the block again, or at the guest while it is to have its time */
static void source_set_timer(GhesSourceState *s, bool pending)
{
    if (pending) {
        bool works = ghes_queue_is_empty(&s->in_block) && s->pace.records;

        timer_mod(s->timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) +
                  (works ? MIN(s->poll_ns, POLL_WORK_LAST_NS) : s->poll_ns));
    } else {
        timer_del(s->timer);
        s->poll_ns = POLL_FIRST_NS;
    }
}

/*
 * Do what can be done for @s now, and come back for the rest.  A guest that
 * is stopped may be on its way to another host: its RAM is left alone.
 */
void ghes_source_run(GhesSourceState *s)
{
    GhesBlock block;

    if (!runstate_is_running() || !source_locate(s, &block)) {
        return;
    }
    if (source_finish(s, &block)) {
        source_go_on(s, &block);
    }
    source_set_timer(s, !ghes_queue_is_empty(&s->in_block) ||
                        !ghes_queue_is_empty(&s->waiting));
}

static void source_timer(void *opaque)
{
    GhesSourceState *s = opaque;

    s->poll_ns = MIN(s->poll_ns + s->poll_ns / POLL_GROWTH, POLL_LAST_NS);
    ghes_source_run(s);
}

/* Whether the guest was told of this page and may still be at work on it */
static bool is_recent(GhesSourceState *s, uint64_t address)
{
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);

    for (unsigned i = 0; i < GHES_RECENT_PAGES; i++) {
        GhesRecentPage *page = &s->recent[i];

        if (page->address == address && page->pace.records &&
            (now - page->recorded_ns < SYNCHRONOUS_WORK_NS ||
             work_left(&page->pace))) {
            return true;
        }
    }
    return false;
}

static void remember_page(GhesSourceState *s, uint64_t address)
{
    GhesRecentPage *page = &s->recent[s->recent_next];

    page->address = address;
    page->recorded_ns = s->recorded_ns;
    ghes_pace_init(&page->pace);
    ghes_pace_acknowledged(&page->pace, s->recorded_ns, ghes_guest_run_ns(),
                           SYNCHRONOUS_WORK_RECORDS);
    s->recent_next = (s->recent_next + 1) % GHES_RECENT_PAGES;
}

GhesSynchronousResult ghes_source_record(GhesSourceState *s,
                                         const GhesError *error)
{
    GhesBlock block;

    if (!source_locate(s, &block)) {
        trace_ghes_refused(s->source->source_id, "there is no block");
        return GHES_SYNCHRONOUS_NO_RECORD;
    }
    if (!runstate_is_running() || !source_finish(s, &block)) {
        trace_ghes_refused(s->source->source_id, "the block is busy");
        return GHES_SYNCHRONOUS_BUSY;
    }
    if (is_recent(s, error->address)) {
        trace_ghes_refused(s->source->source_id,
                           "the guest is at work on this page");
        return GHES_SYNCHRONOUS_BUSY;
    }

    ghes_queue_append(&s->waiting, ghes_error_copy(error));
    if (!source_record(s, &block, 1)) {
        ghes_queue_clear(&s->waiting);
        return GHES_SYNCHRONOUS_NO_RECORD;
    }
    remember_page(s, error->address);
    source_notify(s);
    source_set_timer(s, true);
    return GHES_SYNCHRONOUS_RECORDED;
}

void ghes_source_forget_block(GhesSourceState *s)
{
    timer_del(s->timer);
    s->poll_ns = POLL_FIRST_NS;
    ghes_pace_init(&s->pace);
    memset(s->recent, 0, sizeof(s->recent));
    if (!ghes_queue_is_empty(&s->in_block) &&
        ghes_queue_peek(&s->in_block)->severity == CPER_SEVERITY_FATAL) {
        source_forget(s);
    }
    ghes_queue_return(&s->unread_to->waiting, &s->in_block);
}

void ghes_source_reset(GhesSourceState *s)
{
    GhesBlock block;

    if (source_locate(s, &block) && ghes_block_is_free(&block)) {
        source_acknowledge(s);
    }
    ghes_source_forget_block(s);
}

GhesSourceStatus ghes_source_status(GhesSourceState *s)
{
    ghes_source_run(s);
    return (GhesSourceStatus) {
        .source = s->source,
        .busy = !ghes_queue_is_empty(&s->in_block),
        .queued = s->waiting.records,
        .recorded = s->recorded,
        .notified = s->notified,
        .acknowledged = s->acknowledged,
        .dropped = s->dropped,
    };
}

bool ghes_source_is_untouched(const GhesSourceState *s)
{
    return !s->recorded && !s->dropped && ghes_queue_is_empty(&s->waiting);
}

void ghes_source_init(GhesSourceState *s, const GhesBlob *blob, unsigned index,
                      GhesSourceState *unread_to, GhesNotify *notify,
                      void *opaque)
{
    s->source = &blob->sources[index];
    s->sequence.source_id = s->source->source_id;
    assert(s->source->block_size <= GHES_BLOCK_SIZE_MAX);
    s->blob = blob;
    s->unread_to = unread_to;
    s->notify = notify;
    s->notify_opaque = opaque;
    s->poll_ns = POLL_FIRST_NS;
    ghes_pace_init(&s->pace);
    ghes_queue_init(&s->waiting);
    ghes_queue_init(&s->in_block);
    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, source_timer, s);
}

static int source_post_load(void *opaque, int version_id)
{
    GhesSourceState *s = opaque;

    if (s->recorded_ns < 0 || s->notified_ns < 0 || s->pace.since_ns < 0) {
        return -EINVAL;
    }
    /* How long the guest ran on the host that it comes from doesn't count */
    s->pace.run_ns = ghes_guest_run_ns();
    return 0;
}

const VMStateDescription vmstate_ghes_source = {
    .name = "acpi-ghes-source",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = source_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT(waiting, GhesSourceState, 1, vmstate_ghes_queue,
                       GhesQueue),
        VMSTATE_STRUCT(in_block, GhesSourceState, 1, vmstate_ghes_queue,
                       GhesQueue),
        VMSTATE_INT64(recorded_ns, GhesSourceState),
        VMSTATE_INT64(notified_ns, GhesSourceState),
        VMSTATE_UINT64(pace.records, GhesSourceState),
        VMSTATE_INT64(pace.since_ns, GhesSourceState),
        VMSTATE_UINT64(sequence.last, GhesSourceState),
        VMSTATE_UINT64(recorded, GhesSourceState),
        VMSTATE_UINT64(notified, GhesSourceState),
        VMSTATE_UINT64(acknowledged, GhesSourceState),
        VMSTATE_UINT64(dropped, GhesSourceState),
        VMSTATE_END_OF_LIST()
    },
};
