/*
 * Gives errors to the guest through one GHES error source, one block at a time
 *
 * The life of a source:
 *
 *           write block, notify              guest acknowledges
 *   idle -----------------------> busy --------------------------+
 *    ^                             | ^                           |
 *    |  reset, address forgotten:  | |  queue not empty: pause,  |
 *    +------- queue again ---------+ +--- write block, notify ---+--> idle
 *
 * An error is in s->waiting, moves to s->in_block when it is written to the
 * block, and is forgotten when the guest acknowledges.  The timer runs while
 * either is not empty, and only then.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "ghes-source.h"
#include "system/runstate.h"
#include "trace.h"

#define NOT_IGNORED UINT64_MAX
#define NOT_BUSY (-1)

/* Look for the acknowledge after this time, then ever less often */
#define POLL_FIRST_NS (10 * SCALE_US)
#define POLL_LAST_NS (100 * SCALE_MS)
#define POLL_GROWTH 4

/* A vCPU that is about to take its abort is left alone */
#define POLL_SYNCHRONOUS_NS (10 * SCALE_MS)

/* A guest that was not listening when it was notified is notified again */
#define NOTIFY_AGAIN_NS NANOSECONDS_PER_SECOND

/*
 * A vCPU reads the record of its abort at once, or never; but on a host that
 * is overloaded it may not run for a second and more.
 */
#define SYNCHRONOUS_UNREAD_NS (10 * NANOSECONDS_PER_SECOND)

/*
 * The pace.  Linux acknowledges an uncorrected error before it handles it,
 * keeps 16 a CPU, and loses the rest.  So after uncorrected errors it gets a
 * full block when no vCPU has anything to do, else BUSY_RECORDS once
 * BUSY_PAUSE_NS have passed since the acknowledge.
 */
#define BUSY_RECORDS 8
#define BUSY_PAUSE_NS NANOSECONDS_PER_SECOND

/* A guest that has errors to handle may be idle soon */
#define POLL_IDLE_LAST_NS (1 * SCALE_MS)

static bool source_locate(const GhesSource *s, GhesBlock *block)
{
    return ghes_block_locate(block, s->blob, s->source - s->blob->sources);
}

bool ghes_source_is_synchronous(const HestSource *source)
{
    return source->notification == HEST_NOTIFICATION_SEA;
}

static int64_t now_ns(void)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

/*
 * Whether it is that long since.  A time still to come is that of another
 * machine's clock, or of a stream that is wrong: count from now on
 */
static bool has_passed(int64_t ns, int64_t *since)
{
    int64_t now = now_ns();

    *since = MIN(*since, now);
    return now - *since >= ns;
}

void ghes_source_drop(GhesSource *s, const GhesError *error,
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

bool ghes_source_put(GhesSource *s, const GhesError *error)
{
    GhesError *waiting = ghes_error_copy(error);
    g_autoptr(GhesError) dropped = ghes_queue_put(&s->waiting, waiting);

    if (dropped) {
        ghes_source_drop(s, dropped,
                         "the guest acknowledges none and the queue is full");
    }
    if (dropped == waiting) {
        return false;
    }
    trace_ghes_queued(s->source->source_id, error->address,
                      ghes_error_records(error));
    return true;
}

/* What migration brought may be larger than this source's block */
static void drop_oversized(GhesSource *s, size_t size)
{
    const GhesError *next;

    while ((next = ghes_queue_peek(&s->waiting)) &&
           next->block_length > size) {
        g_autoptr(GhesError) error = ghes_queue_take(&s->waiting, 1);

        ghes_source_drop(s, error, "it is larger than the source's block");
    }
}

/* Write the next of @s->waiting to a free block, at most @room records */
static bool source_record(GhesSource *s, const GhesBlock *block, unsigned room)
{
    QEMU_ALIGNED(8) uint8_t buffer[GHES_BLOCK_SIZE_MAX];
    GhesStatusBlock *status = (GhesStatusBlock *)buffer;

    ghes_queue_compose(&s->waiting, &s->in_block, &s->sequence, status,
                       block->size, room);
    if (!ghes_block_write(block, status)) {
        trace_ghes_refused(s->source->source_id, "guest RAM is not writable");
        ghes_queue_return(&s->waiting, &s->in_block);
        return false;
    }
    s->recorded += s->in_block.records;
    s->recorded_ns = now_ns();
    s->poll_ns = ghes_source_is_synchronous(s->source) ? POLL_SYNCHRONOUS_NS
                                                       : POLL_FIRST_NS;
    trace_ghes_recorded(s->source->source_id,
                        ghes_queue_peek(&s->in_block)->address,
                        block->status_gpa, s->in_block.records);
    return true;
}

static void source_notify(GhesSource *s)
{
    s->notified++;
    s->notified_ns = now_ns();
    trace_ghes_notified(s->source->source_id);
    if (!ghes_source_is_synchronous(s->source)) {
        s->guest->notify(s->guest->opaque, s->source);
    }
}

/* The vCPU has not read its record: notify the guest by an interrupt instead */
static void source_hand_over(GhesSource *s, const GhesBlock *block)
{
    trace_ghes_unread(s->source->source_id, s->in_block.records);
    ghes_block_reclaim(block);
    while (!ghes_queue_is_empty(&s->in_block)) {
        g_autoptr(GhesError) error = ghes_queue_take(&s->in_block, UINT64_MAX);

        ghes_source_put(s->unread_to, error);
    }
    s->ignored_since = s->unread_to->acknowledged;
    ghes_source_run(s->unread_to);
}

/* Whether it did so, and has acknowledged nothing since */
static bool is_ignored(const GhesSource *s)
{
    return s->ignored_since == s->unread_to->acknowledged;
}

/* The guest has had what is in the block; of a fatal error it dies */
static void source_forget(GhesSource *s)
{
    while (s->fatal && s->fatal->reports < GHES_FATAL_MAX &&
           !ghes_queue_is_empty(&s->in_block) &&
           ghes_queue_peek(&s->in_block)->severity == CPER_SEVERITY_FATAL) {
        ghes_queue_append(s->fatal, ghes_queue_take(&s->in_block, UINT64_MAX));
    }
    ghes_queue_clear(&s->in_block);
}

/* A corrected error that exceeds a threshold has Linux retire the page, too */
static bool takes_long(const GhesQueue *in_block)
{
    const GhesError *error;

    QTAILQ_FOREACH(error, &in_block->corrected, next) {
        if (error->flags & GHES_DATA_ENTRY_FLAG_THRESHOLD_EXCEEDED) {
            return true;
        }
    }
    return !QTAILQ_EMPTY(&in_block->uncorrected);
}

static void source_acknowledge(GhesSource *s)
{
    if (ghes_queue_is_empty(&s->in_block)) {
        return;
    }
    if (takes_long(&s->in_block)) {
        s->busy_since_ns = now_ns();
    }
    s->poll_ns = POLL_FIRST_NS;
    trace_ghes_acknowledged(s->source->source_id, s->in_block.records);
    s->acknowledged += s->in_block.records;
    source_forget(s);
}

/* See what became of the block's content; false while the guest has it */
static bool source_finish(GhesSource *s, const GhesBlock *block)
{
    if (ghes_block_is_free(block)) {
        source_acknowledge(s);
        return true;
    }
    if (ghes_source_is_synchronous(s->source)) {
        if (has_passed(SYNCHRONOUS_UNREAD_NS, &s->recorded_ns)) {
            source_hand_over(s, block);
            return true;
        }
    } else if (!ghes_queue_is_empty(&s->in_block) &&
               has_passed(NOTIFY_AGAIN_NS, &s->notified_ns)) {
        source_notify(s);
    }
    return false;
}

/* How many records the guest can be given, see the pace above */
static unsigned source_room(GhesSource *s)
{
    if (s->busy_since_ns == NOT_BUSY || s->guest->vcpus_idle()) {
        return UINT_MAX;
    }
    return has_passed(BUSY_PAUSE_NS, &s->busy_since_ns) ? BUSY_RECORDS : 0;
}

/* Give the guest what is queued, as far as it can take it */
static void source_go_on(GhesSource *s, const GhesBlock *block)
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

/* Look at the block again, or, if that is free, whether the guest is idle */
static void source_set_timer(GhesSource *s, bool pending)
{
    if (pending) {
        bool free = ghes_queue_is_empty(&s->in_block);

        timer_mod(s->timer, now_ns() +
                  (free ? MIN(s->poll_ns, POLL_IDLE_LAST_NS) : s->poll_ns));
    } else {
        timer_del(s->timer);
        s->poll_ns = POLL_FIRST_NS;
    }
}

/*
 * A guest that is stopped may be on its way to another host: its RAM is left
 * alone.
 */
void ghes_source_run(GhesSource *s)
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
    GhesSource *s = opaque;

    s->poll_ns = MIN(s->poll_ns + s->poll_ns / POLL_GROWTH, POLL_LAST_NS);
    ghes_source_run(s);
}

bool ghes_source_is_busy(GhesSource *s)
{
    GhesBlock block;

    return source_locate(s, &block) &&
           (!runstate_is_running() || !source_finish(s, &block));
}

bool ghes_source_record(GhesSource *s, const GhesError *error, bool *busy)
{
    GhesBlock block;

    *busy = false;
    if (!source_locate(s, &block)) {
        trace_ghes_refused(s->source->source_id, "there is no block");
        return false;
    }
    if (!runstate_is_running() || !source_finish(s, &block)) {
        trace_ghes_refused(s->source->source_id, "the block is busy");
        *busy = true;
        return false;
    }
    if (is_ignored(s)) {
        trace_ghes_refused(s->source->source_id, "the guest reads none");
        return false;
    }

    ghes_queue_append(&s->waiting, ghes_error_copy(error));
    if (!source_record(s, &block, 1)) {
        ghes_queue_clear(&s->waiting);
        return false;
    }
    source_notify(s);
    source_set_timer(s, true);
    return true;
}

void ghes_source_forget_block(GhesSource *s)
{
    timer_del(s->timer);
    s->poll_ns = POLL_FIRST_NS;
    s->busy_since_ns = NOT_BUSY;
    s->ignored_since = NOT_IGNORED;
    if (!ghes_queue_is_empty(&s->in_block) &&
        ghes_queue_peek(&s->in_block)->severity == CPER_SEVERITY_FATAL) {
        source_forget(s);
    }
    ghes_queue_return(&s->unread_to->waiting, &s->in_block);
}

void ghes_source_clear(GhesSource *s)
{
    ghes_queue_clear(&s->waiting);
    s->recorded = s->notified = s->acknowledged = s->dropped = 0;
}

void ghes_source_reset(GhesSource *s)
{
    GhesBlock block;

    if (source_locate(s, &block) && ghes_block_is_free(&block)) {
        source_acknowledge(s);
    }
    ghes_source_forget_block(s);
}

bool ghes_source_is_unused(const GhesSource *s)
{
    return !s->recorded && !s->dropped && ghes_queue_is_empty(&s->waiting);
}

void ghes_source_init(GhesSource *s, const GhesGuest *guest,
                      const GhesBlob *blob, unsigned index,
                      GhesSource *unread_to)
{
    s->source = &blob->sources[index];
    s->sequence.source_id = s->source->source_id;
    assert(s->source->block_size <= GHES_BLOCK_SIZE_MAX);
    s->guest = guest;
    s->blob = blob;
    s->unread_to = unread_to;
    s->poll_ns = POLL_FIRST_NS;
    s->busy_since_ns = NOT_BUSY;
    s->ignored_since = NOT_IGNORED;
    ghes_queue_init(&s->waiting);
    ghes_queue_init(&s->in_block);
    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, source_timer, s);
}

void ghes_source_cleanup(GhesSource *s)
{
    timer_free(s->timer);
    ghes_queue_clear(&s->waiting);
    ghes_queue_clear(&s->in_block);
}

static int source_post_load(void *opaque, int version_id)
{
    GhesSource *s = opaque;

    if (s->recorded_ns < 0 || s->notified_ns < 0) {
        return -EINVAL;
    }
    s->busy_since_ns = s->notified_ns;
    return 0;
}

const VMStateDescription vmstate_ghes_source = {
    .name = "acpi-ghes-source",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = source_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT(waiting, GhesSource, 1, vmstate_ghes_queue, GhesQueue),
        VMSTATE_STRUCT(in_block, GhesSource, 1, vmstate_ghes_queue, GhesQueue),
        VMSTATE_INT64(recorded_ns, GhesSource),
        VMSTATE_INT64(notified_ns, GhesSource),
        VMSTATE_UINT64(ignored_since, GhesSource),
        VMSTATE_UINT64(sequence.last, GhesSource),
        VMSTATE_UINT64(recorded, GhesSource),
        VMSTATE_UINT64(notified, GhesSource),
        VMSTATE_UINT64(acknowledged, GhesSource),
        VMSTATE_UINT64(dropped, GhesSource),
        VMSTATE_END_OF_LIST()
    },
};
