/*
 * Keeps errors for the next boot of the guest
 *
 *             error is fatal, or unread                firmware
 *             when the guest is reset                  fetches it
 *   source ---------------------------> region: new ------------> region: old
 *                                                                     |
 *                                            nothing <----------------+
 *                                                      next reset
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/acpi/bert.h"
#include "hw/acpi/bert-region.h"
#include "hw/acpi/ghes-boot.h"
#include "system/reset.h"
#include "trace.h"

/**
 * GhesBoot: what the next boot is to know
 * @sources: where errors come from
 * @region: what the guest was offered when it was reset last
 * @fetched: its firmware has taken that
 * @fatal: what the guest has read since and must have died of
 * @is_reset: this reset is one of the guest
 */
typedef struct GhesBoot {
    AcpiGhesState *sources;
    uint8_t *region;
    bool fetched;
    GhesQueue fatal;
    bool is_reset;
} GhesBoot;

/* As much of @from as there is room for; stops at what isn't uncorrected */
static void add_records(GhesBoot *boot, GhesQueue *from)
{
    QEMU_ALIGNED(8) uint8_t buffer[GHES_BLOCK_SIZE_MAX];
    GhesStatusBlock *status = (GhesStatusBlock *)buffer;
    const GhesError *next;
    GhesQueue done;

    ghes_queue_init(&done);
    while (!bert_region_is_full(boot->region) &&
           (next = ghes_queue_peek(from)) && ghes_error_is_uncorrected(next)) {
        ghes_batch_compose(from, &done, &boot->sources->asynchronous->sequence,
                           status, BERT_RECORD_SIZE_MAX, UINT_MAX);
        bert_region_append(boot->region, status);
        next = ghes_queue_peek(&done);
        trace_ghes_boot_record(next->severity, next->address, done.records);
        ghes_queue_clear(&done);
    }
}

/* Nobody is to die of it a second time */
static void drop_fatal(GhesSourceState *s, GhesQueue *fatal)
{
    while (!ghes_queue_is_empty(fatal)) {
        g_autoptr(GhesError) error = ghes_queue_take(fatal, UINT64_MAX);

        ghes_source_drop(s, error, "it was fatal for an earlier boot, whose "
                         "errors don't fit into the boot error region");
    }
}

/* The sources have been reset: what was unread waits in the asynchronous one */
static void collect(GhesBoot *boot)
{
    GhesSourceState *s = boot->sources->asynchronous;
    GhesQueue unread;

    if (boot->fetched) {
        memset(boot->region, 0, BERT_REGION_SIZE);
        boot->fetched = false;
    }
    add_records(boot, &boot->fatal);
    ghes_queue_clear(&boot->fatal);

    ghes_queue_init(&unread);
    ghes_queue_move_fatal(&s->waiting, &unread);
    add_records(boot, &unread);
    drop_fatal(s, &unread);

    add_records(boot, &s->waiting);
}

static void forget(GhesBoot *boot)
{
    memset(boot->region, 0, BERT_REGION_SIZE);
    boot->fetched = false;
    ghes_queue_clear(&boot->fatal);
}

/* Not called if the reset makes way for a snapshot */
static void guest_is_reset(void *opaque)
{
    GhesBoot *boot = opaque;

    boot->is_reset = true;
}

static void boot_reset(void *opaque)
{
    GhesBoot *boot = opaque;

    if (boot->is_reset) {
        collect(boot);
    } else {
        forget(boot);
    }
    boot->is_reset = false;
}

static void region_selected(void *opaque)
{
    GhesBoot *boot = opaque;

    if (!boot->fetched) {
        trace_ghes_boot_fetched(bert_region_records(boot->region));
    }
    boot->fetched = true;
}

static bool boot_needed(void *opaque)
{
    const GhesBoot *boot = opaque;

    return bert_region_records(boot->region) ||
           !ghes_queue_is_empty(&boot->fatal);
}

static int boot_post_load(void *opaque, int version_id)
{
    const GhesBoot *boot = opaque;
    const GhesError *error;

    QTAILQ_FOREACH(error, &boot->fatal.uncorrected, next) {
        if (error->severity != CPER_SEVERITY_FATAL) {
            return -EINVAL;
        }
    }
    return boot->fatal.reports <= GHES_SOURCE_FATAL_MAX &&
           QTAILQ_EMPTY(&boot->fatal.corrected) &&
           bert_region_validate(boot->region) ? 0 : -EINVAL;
}

static const VMStateDescription vmstate_ghes_boot = {
    .name = "acpi-boot-errors",
    .needed = boot_needed,
    .post_load = boot_post_load,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_BUFFER_POINTER_UNSAFE(region, GhesBoot, 0, BERT_REGION_SIZE),
        VMSTATE_BOOL(fetched, GhesBoot),
        VMSTATE_STRUCT(fatal, GhesBoot, 1, vmstate_ghes_queue, GhesQueue),
        VMSTATE_END_OF_LIST()
    },
};

void ghes_boot_init(AcpiGhesState *ags, FWCfgState *fw_cfg, GArray *region)
{
    GhesBoot *boot = g_new0(GhesBoot, 1);

    assert(region->len == BERT_REGION_SIZE);
    boot->sources = ags;
    boot->region = (uint8_t *)region->data;
    ghes_queue_init(&boot->fatal);
    for (unsigned i = 0; i < ags->source_count; i++) {
        ags->source[i].fatal = &boot->fatal;
    }
    fw_cfg_add_file_callback(fw_cfg, BERT_REGION_FILE, region_selected, NULL,
                             boot, region->data, region->len, true);
    /* In this order, and after the sources' own */
    qemu_register_reset_nosnapshotload(guest_is_reset, boot);
    qemu_register_reset(boot_reset, boot);
    vmstate_register(NULL, 0, &vmstate_ghes_boot, boot);
}
