/*
 * Takes reports of hardware errors to the error source that fits them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qapi/error.h"
#include "qapi/qapi-events-run-state.h"
#include "hw/acpi/ghes.h"
#include "system/reset.h"
#include "system/runstate.h"
#include "trace.h"

/* The GED's; to look for that takes longer than to write a record */
static AcpiGhesState *machine_state;

bool ghes_check_ready(const AcpiGhesState *ags, Error **errp)
{
    return ghes_blob_check(&ags->blob, errp);
}

/* To break a time up takes longer than all else that a record does */
static uint64_t timestamp_now(void)
{
    static int64_t last = -1;
    static uint64_t timestamp;
    int64_t seconds = g_get_real_time() / G_USEC_PER_SEC;

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

bool ghes_report(AcpiGhesState *ags, const GhesError *error, Error **errp)
{
    if (!ghes_source_put(ags->asynchronous, error)) {
        send_memory_failure(error, false, MEMORY_FAILURE_ACTION_IGNORE);
        error_setg(errp, "the guest has taken none of the last %d errors, and "
                   "no more can wait", GHES_QUEUE_REPORTS_MAX);
        return false;
    }
    send_memory_failure(error, false, MEMORY_FAILURE_ACTION_INJECT);
    ghes_source_run(ags->asynchronous);
    return true;
}

bool ghes_report_section(AcpiGhesState *ags, GhesSection *section,
                         Error **errp)
{
    QEMU_ALIGNED(8) uint8_t buffer[GHES_BLOCK_SIZE_MAX];
    GhesStatusBlock *block = (GhesStatusBlock *)buffer;
    GhesError error = { .severity = section->severity, .block = buffer };
    bool fits;

    section->flags |= GHES_DATA_ENTRY_FLAG_PRIMARY;
    section->timestamp = timestamp_now();
    section->sequence = ghes_sequence_next(&ags->asynchronous->sequence);
    ghes_status_init(block);
    fits = ghes_status_append(block, ags->asynchronous->source->block_size,
                              section);
    assert(fits);
    error.block_length = ghes_status_length(block);
    return ghes_report(ags, &error, errp);
}

GhesSynchronousResult ghes_report_synchronous(AcpiGhesState *ags,
                                              const GhesError *error)
{
    GhesSynchronousResult result = ghes_source_record(ags->synchronous, error);

    if (result == GHES_SYNCHRONOUS_RECORDED) {
        ghes_queue_remove_range(&ags->asynchronous->waiting, error->address,
                                GHES_PAGE_SIZE);
        send_memory_failure(error, true, MEMORY_FAILURE_ACTION_INJECT);
    }
    return result;
}

bool ghes_synchronous_is_busy(AcpiGhesState *ags)
{
    return ghes_source_status(ags->synchronous).busy;
}

void ghes_forget_range(AcpiGhesState *ags, uint64_t address, uint64_t length)
{
    trace_ghes_forget_range(address, length);
    ghes_queue_remove_range(&ags->asynchronous->waiting, address, length);
}

static void run_all(AcpiGhesState *ags)
{
    for (unsigned i = 0; i < ags->source_count; i++) {
        ghes_source_run(&ags->source[i]);
    }
}

static void ghes_guest_is_reset(void *opaque)
{
    AcpiGhesState *ags = opaque;

    ags->keeps_queues = true;
}

static void ghes_reset(void *opaque)
{
    AcpiGhesState *ags = opaque;

    trace_ghes_reset();
    for (unsigned i = 0; i < ags->source_count; i++) {
        ghes_source_reset(&ags->source[i]);
    }
    /* What waits is another life's, and a snapshot without errors has none */
    for (unsigned i = 0; !ags->keeps_queues && i < ags->source_count; i++) {
        ghes_queue_clear(&ags->source[i].waiting);
    }
    ags->keeps_queues = false;
    ags->hw_error_le = 0;
    ags->blob.placed_here = false;
}

/* Firmware has written to HEST_BLOB_ADDRESS_FILE */
static void ghes_address_written(void *opaque, off_t start, size_t len)
{
    AcpiGhesState *ags = opaque;
    g_autoptr(Error) err = NULL;

    trace_ghes_address(le64_to_cpu(ags->hw_error_le));
    ags->blob.placed_here = true;
    for (unsigned i = 0; i < ags->source_count; i++) {
        ghes_source_forget_block(&ags->source[i]);
    }
    if (ags->hw_error_le && !ghes_check_ready(ags, &err)) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s\n", error_get_pretty(err));
    }
    run_all(ags);
}

static void ghes_vm_state_changed(void *opaque, bool running, RunState state)
{
    if (running) {
        run_all(opaque);
    }
}

/* A guest that had no error migrates as with stock QEMU */
static bool ghes_needed(void *opaque)
{
    const AcpiGhesState *ags = opaque;

    for (unsigned i = 0; i < ags->source_count; i++) {
        if (!ghes_source_is_untouched(&ags->source[i])) {
            return true;
        }
    }
    return false;
}

/* The address travels with the GED, as in stock QEMU */
static const VMStateDescription vmstate_ghes_delivery = {
    .name = "acpi-ghes-delivery",
    .needed = ghes_needed,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_EQUAL(source_count, AcpiGhesState,
                             "the machines' error sources differ"),
        VMSTATE_STRUCT_VARRAY_POINTER_UINT32(source, AcpiGhesState,
                                             source_count, vmstate_ghes_source,
                                             GhesSourceState),
        VMSTATE_END_OF_LIST()
    },
};

static GhesSourceState *find_source(AcpiGhesState *ags, bool synchronous)
{
    for (unsigned i = 0; i < ags->source_count; i++) {
        if (ghes_source_is_synchronous(&ags->blob.sources[i]) == synchronous) {
            return &ags->source[i];
        }
    }
    g_assert_not_reached();
}

static void sources_init(AcpiGhesState *ags, GhesNotify *notify, void *opaque)
{
    ags->source = g_new0(GhesSourceState, ags->source_count);
    ags->synchronous = find_source(ags, true);
    ags->asynchronous = find_source(ags, false);

    for (unsigned i = 0; i < ags->source_count; i++) {
        GhesSourceState *s = &ags->source[i];

        ghes_source_init(s, &ags->blob, i,
                         s == ags->synchronous ? ags->asynchronous : s,
                         notify, opaque);
    }
}

void acpi_ghes_init(AcpiGhesState *ags, FWCfgState *fw_cfg,
                    GArray *hardware_errors, const HestSource *sources,
                    unsigned count, GhesNotify *notify, void *opaque)
{
    ghes_blob_init(&ags->blob, sources, count, &ags->hw_error_le);
    ags->source_count = count;
    sources_init(ags, notify, opaque);
    machine_state = ags;

    fw_cfg_add_file(fw_cfg, HEST_BLOB_FILE, hardware_errors->data,
                    hardware_errors->len);
    fw_cfg_add_file_callback(fw_cfg, HEST_BLOB_ADDRESS_FILE, NULL,
                             ghes_address_written, ags, &ags->hw_error_le,
                             sizeof(ags->hw_error_le), false);
    /* In this order; the first isn't called before a snapshot is loaded */
    qemu_register_reset_nosnapshotload(ghes_guest_is_reset, ags);
    qemu_register_reset(ghes_reset, ags);
    qemu_add_vm_change_state_handler(ghes_vm_state_changed, ags);
    vmstate_register(NULL, 0, &vmstate_ghes_delivery, ags);
}

AcpiGhesState *acpi_ghes_get_state(void)
{
    return machine_state;
}
