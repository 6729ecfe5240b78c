/*
 * Takes reports of hardware errors to the error source that fits them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qapi/error.h"
#include "qapi/qapi-events-run-state.h"
#include "ghes-inject.h"
#include "ghes-internal.h"
#include "trace.h"

bool ghes_check_ready(const AcpiGhes *ghes, Error **errp)
{
    return ghes_blob_check(&ghes->blob, errp);
}

bool ghes_is_full(const AcpiGhes *ghes)
{
    return ghes->asynchronous->waiting.reports >= GHES_QUEUE_REPORTS_MAX;
}

/* To break a time up takes longer than all else that a record does */
static uint64_t timestamp_now(void)
{
    static int64_t last = -1;
    static uint64_t timestamp;
    int64_t seconds = qemu_clock_get_ns(QEMU_CLOCK_HOST) /
                      NANOSECONDS_PER_SECOND;

    if (seconds != last) {
        timestamp = cper_timestamp(seconds);
        last = seconds;
    }
    return timestamp;
}

void ghes_memory_error_init(GhesError *error, CperSeverity severity,
                            uint64_t address, uint64_t length)
{
    *error = (GhesError) {
        .severity = severity,
        .address = address,
        .length = length,
        .flags = GHES_DATA_ENTRY_FLAG_PRIMARY,
        .timestamp = timestamp_now(),
    };
    cper_memory_init(&error->memory);
    cper_memory_set_error_type(&error->memory, CPER_MEMORY_ERROR_UNKNOWN);
}

static void send_memory_failure(const GhesError *error, bool action_required,
                                MemoryFailureAction action)
{
    MemoryFailureFlags flags = { .action_required = action_required };

    if (error->length && ghes_error_is_uncorrected(error)) {
        qapi_event_send_memory_failure(MEMORY_FAILURE_RECIPIENT_GUEST, action,
                                       &flags);
    }
}

bool ghes_report(AcpiGhes *ghes, const GhesError *error, Error **errp)
{
    if (!ghes_source_put(ghes->asynchronous, error)) {
        send_memory_failure(error, false, MEMORY_FAILURE_ACTION_IGNORE);
        error_setg(errp, "the guest has acknowledged none of the last %d "
                   "errors, and the queue is full", GHES_QUEUE_REPORTS_MAX);
        return false;
    }
    send_memory_failure(error, false, MEMORY_FAILURE_ACTION_INJECT);
    ghes_source_run(ghes->asynchronous);
    return true;
}

bool ghes_report_memory(AcpiGhes *ghes, CperSeverity severity,
                        uint64_t address, uint64_t length, Error **errp)
{
    GhesError error;

    ghes_memory_error_init(&error, severity, address, length);
    return ghes_report(ghes, &error, errp);
}

bool ghes_report_section(AcpiGhes *ghes, GhesSection *section, Error **errp)
{
    QEMU_ALIGNED(8) uint8_t buffer[GHES_BLOCK_SIZE_MAX];
    GhesStatusBlock *block = (GhesStatusBlock *)buffer;
    GhesError error = { .severity = section->severity, .block = buffer };
    bool fits;

    section->flags |= GHES_DATA_ENTRY_FLAG_PRIMARY;
    section->timestamp = timestamp_now();
    section->sequence = ghes_sequence_next(&ghes->asynchronous->sequence);
    ghes_status_init(block);
    fits = ghes_status_append(block, ghes->asynchronous->source->block_size,
                              section);
    assert(fits);
    error.block_length = ghes_status_length(block);
    return ghes_report(ghes, &error, errp);
}

GhesSeaResult ghes_record_sea(AcpiGhes *ghes, uint64_t address)
{
    GhesError error;
    bool busy;

    ghes_memory_error_init(&error, CPER_SEVERITY_RECOVERABLE, address,
                           GHES_PAGE_SIZE);
    if (!ghes_source_record(ghes->synchronous, &error, &busy)) {
        return busy ? GHES_SEA_BUSY : GHES_SEA_NO_RECORD;
    }
    ghes_queue_remove_range(&ghes->asynchronous->waiting, address,
                            GHES_PAGE_SIZE);
    send_memory_failure(&error, true, MEMORY_FAILURE_ACTION_INJECT);
    return GHES_SEA_RECORDED;
}

bool ghes_sea_is_busy(AcpiGhes *ghes)
{
    return ghes_source_is_busy(ghes->synchronous);
}

/* A device has consumed a poisoned page: no vCPU waits for it */
static void page_consumed(HwpoisonListener *listener, hwaddr gpa)
{
    AcpiGhes *ghes = container_of(listener, AcpiGhes, hwpoison);

    ghes_report_memory(ghes, CPER_SEVERITY_RECOVERABLE, gpa, GHES_PAGE_SIZE,
                       NULL);
}

/* A report that is still queued would cost the guest a page that is in order */
static void pages_healed(HwpoisonListener *listener, hwaddr gpa,
                         uint64_t length)
{
    AcpiGhes *ghes = container_of(listener, AcpiGhes, hwpoison);

    trace_ghes_healed(gpa, length);
    ghes_queue_remove_range(&ghes->asynchronous->waiting, gpa, length);
}

void ghes_run(AcpiGhes *ghes)
{
    for (unsigned i = 0; i < ghes->source_count; i++) {
        ghes_source_run(&ghes->source[i]);
    }
}

void ghes_reset(AcpiGhes *ghes, bool loads_snapshot)
{
    trace_ghes_reset();
    for (unsigned i = 0; i < ghes->source_count; i++) {
        ghes_source_reset(&ghes->source[i]);
    }
    if (loads_snapshot) {
        for (unsigned i = 0; i < ghes->source_count; i++) {
            ghes_source_clear(&ghes->source[i]);
        }
        ghes_boot_clear(&ghes->boot);
    } else {
        ghes_boot_collect(&ghes->boot, ghes->asynchronous);
    }
    ghes->address->hw_error_le = 0;
    ghes->address->hest_addr_le = 0;
    ghes->blob.placed_here = false;
}

void ghes_address_written(void *opaque, off_t start, size_t len)
{
    AcpiGhes *ghes = opaque;
    g_autoptr(Error) err = NULL;

    trace_ghes_address(le64_to_cpu(ghes->address->hw_error_le));
    ghes->blob.placed_here = true;
    for (unsigned i = 0; i < ghes->source_count; i++) {
        ghes_source_forget_block(&ghes->source[i]);
    }
    if (ghes->address->hw_error_le && !ghes_check_ready(ghes, &err)) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s\n", error_get_pretty(err));
    }
    ghes_run(ghes);
}

bool ghes_is_unused(const AcpiGhes *ghes)
{
    for (unsigned i = 0; i < ghes->source_count; i++) {
        if (!ghes_source_is_unused(&ghes->source[i])) {
            return false;
        }
    }
    return true;
}

/* A vCPU's record is one page, and never queued */
static bool holds_one_page_at_most(const GhesQueue *queue)
{
    const GhesError *error = ghes_queue_peek(queue);

    return !error || (queue->reports == 1 && !error->block &&
                      error->length == GHES_PAGE_SIZE &&
                      ghes_error_is_uncorrected(error));
}

bool ghes_check_state(const AcpiGhes *ghes)
{
    for (unsigned i = 0; i < ghes->source_count; i++) {
        const GhesSource *s = &ghes->source[i];

        if (ghes_source_is_synchronous(s->source) &&
            (!ghes_queue_is_empty(&s->waiting) ||
             !holds_one_page_at_most(&s->in_block))) {
            return false;
        }
    }
    return true;
}

static GhesSource *find_source(AcpiGhes *ghes, bool synchronous)
{
    for (unsigned i = 0; i < ghes->source_count; i++) {
        if (ghes_source_is_synchronous(&ghes->blob.sources[i]) == synchronous) {
            return &ghes->source[i];
        }
    }
    g_assert_not_reached();
}

void ghes_init(AcpiGhes *ghes, const GhesMachine *machine,
               AcpiGhesState *address)
{
    ghes->guest = (GhesGuest) {
        .notify = machine->notify,
        .vcpus_idle = machine->vcpus_idle,
        .opaque = machine->opaque,
    };
    ghes->identify_cpu = machine->identify_cpu;
    ghes->address = address;
    ghes->source_count = machine->source_count;
    ghes_blob_init(&ghes->blob, machine->sources, machine->source_count);
    ghes->blob.registers_le = &address->hw_error_le;
    ghes->blob.hest_le = &address->hest_addr_le;
    ghes->source = g_new0(GhesSource, ghes->source_count);
    ghes->synchronous = find_source(ghes, true);
    ghes->asynchronous = find_source(ghes, false);
    for (unsigned i = 0; i < ghes->source_count; i++) {
        GhesSource *s = &ghes->source[i];

        ghes_source_init(s, &ghes->guest, &ghes->blob, i,
                         s == ghes->synchronous ? ghes->asynchronous : s);
    }
    ghes_queue_init(&ghes->boot.fatal);
    ghes->hwpoison = (HwpoisonListener) {
        .consumed = page_consumed,
        .healed = pages_healed,
    };
}

void ghes_cleanup(AcpiGhes *ghes)
{
    for (unsigned i = 0; i < ghes->source_count; i++) {
        ghes_source_cleanup(&ghes->source[i]);
    }
    ghes_queue_clear(&ghes->boot.fatal);
    g_free(ghes->source);
    g_free(ghes->blob.offset);
}
