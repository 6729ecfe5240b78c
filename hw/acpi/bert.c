/*
 * Keeps errors for the next boot of the guest, and builds the table that points
 * to them
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
#include "hw/acpi/aml-build.h"
#include "hw/acpi/bert.h"
#include "bert-region.h"
#include "ghes-boot.h"
#include "trace.h"

#define BERT_REVISION 1

/* As much of @from as there is room for; stops at what isn't uncorrected */
static void add_records(GhesBoot *boot, GhesSource *s, GhesQueue *from)
{
    QEMU_ALIGNED(8) uint8_t buffer[GHES_BLOCK_SIZE_MAX];
    GhesStatusBlock *status = (GhesStatusBlock *)buffer;
    const GhesError *next;
    GhesQueue done;

    ghes_queue_init(&done);
    while (!bert_region_is_full(boot->region) &&
           (next = ghes_queue_peek(from)) && ghes_error_is_uncorrected(next)) {
        ghes_queue_compose(from, &done, &s->sequence, status,
                           BERT_RECORD_SIZE_MAX, UINT_MAX);
        bert_region_append(boot->region, status);
        next = ghes_queue_peek(&done);
        trace_ghes_boot_record(next->severity, next->address, done.records);
        ghes_queue_clear(&done);
    }
}

/* No boot dies of it a second time */
static void drop_fatal(GhesSource *s, GhesQueue *fatal)
{
    while (!ghes_queue_is_empty(fatal)) {
        g_autoptr(GhesError) error = ghes_queue_take(fatal, UINT64_MAX);

        ghes_source_drop(s, error, "it was fatal for an earlier boot, whose "
                         "errors don't fit into the boot error region");
    }
}

/* The sources have been reset, and what was unread is queued in @s */
void ghes_boot_collect(GhesBoot *boot, GhesSource *s)
{
    GhesQueue unread;

    if (!boot->region) {
        return;
    }
    if (boot->fetched) {
        memset(boot->region, 0, BERT_REGION_SIZE);
        boot->fetched = false;
    }
    add_records(boot, s, &boot->fatal);
    ghes_queue_clear(&boot->fatal);

    ghes_queue_init(&unread);
    ghes_queue_move_fatal(&s->waiting, &unread);
    add_records(boot, s, &unread);
    drop_fatal(s, &unread);

    add_records(boot, s, &s->waiting);
}

void ghes_boot_clear(GhesBoot *boot)
{
    if (!boot->region) {
        return;
    }
    memset(boot->region, 0, BERT_REGION_SIZE);
    boot->fetched = false;
    ghes_queue_clear(&boot->fatal);
}

void ghes_boot_fetched(void *opaque)
{
    GhesBoot *boot = opaque;

    if (!boot->fetched) {
        trace_ghes_boot_fetched(bert_region_records(boot->region));
    }
    boot->fetched = true;
}

bool ghes_boot_is_used(const GhesBoot *boot)
{
    return boot->region && (bert_region_records(boot->region) ||
                            !ghes_queue_is_empty(&boot->fatal));
}

void ghes_boot_init(GhesBoot *boot, uint8_t *region, GhesSource *sources,
                    unsigned count)
{
    boot->region = region;
    for (unsigned i = 0; i < count; i++) {
        sources[i].fatal = &boot->fatal;
    }
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
    return boot->fatal.reports <= GHES_FATAL_MAX &&
           QTAILQ_EMPTY(&boot->fatal.corrected) &&
           bert_region_validate(boot->region) ? 0 : -EINVAL;
}

const VMStateDescription vmstate_ghes_boot = {
    .name = "acpi-boot-errors",
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

void build_bert(GArray *table_data, GArray *region, BIOSLinker *linker,
                const char *oem_id, const char *oem_table_id)
{
    AcpiTable table = { .sig = "BERT", .rev = BERT_REVISION,
                        .oem_id = oem_id, .oem_table_id = oem_table_id };
    unsigned address;

    assert(region->len == BERT_REGION_SIZE);
    bios_linker_loader_alloc(linker, BERT_REGION_FILE, region,
                             BERT_REGION_ALIGN, false /* anywhere in RAM */);

    acpi_table_begin(&table, table_data);
    /* Boot Error Region Length */
    build_append_int_noprefix(table_data, BERT_REGION_SIZE, 4);
    /* Boot Error Region, for firmware to fill in */
    address = table_data->len;
    build_append_int_noprefix(table_data, 0, 8);
    bios_linker_loader_add_pointer(linker, ACPI_BUILD_TABLE_FILE, address,
                                   sizeof(uint64_t), BERT_REGION_FILE, 0);
    acpi_table_end(linker, &table);
}
