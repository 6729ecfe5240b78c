/*
 * Takes errors for the guest from the monitor
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/base64.h"
#include "qemu/bswap.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-acpi-hest.h"
#include "qapi/qapi-commands-migration.h"
#include "hw/acpi/ghes-monitor.h"
#include "system/runstate.h"

/* Whether the guest is, with all that waits for it, with another QEMU */
static bool guest_has_left(void)
{
    g_autoptr(MigrationInfo) info = NULL;

    if (runstate_check(RUN_STATE_POSTMIGRATE)) {
        return true;
    }
    if (!runstate_check(RUN_STATE_FINISH_MIGRATE)) {
        return false;
    }
    /* Between the moment at which its state is sent and the end */
    info = qmp_query_migrate(NULL);
    return info && info->has_status &&
           (info->status == MIGRATION_STATUS_DEVICE ||
            info->status == MIGRATION_STATUS_COMPLETED);
}

AcpiGhesState *ghes_monitor_state(Error **errp)
{
    AcpiGhesState *ags = acpi_ghes_get_state();

    if (!ags) {
        error_setg(errp, "the machine has no ACPI error sources; the Arm virt "
                   "machine has them with ras=on and UEFI firmware");
        return NULL;
    }
    if (guest_has_left()) {
        error_setg(errp, "the guest has migrated to another QEMU, and takes "
                   "errors there");
        return NULL;
    }
    return ghes_check_ready(ags, errp) ? ags : NULL;
}

void qmp_inject_ghes_v2_error(const char *cper, Error **errp)
{
    AcpiGhesState *ags = ghes_monitor_state(errp);
    g_autofree uint8_t *block = NULL;
    GhesError error = { };
    size_t length;

    if (!ags) {
        return;
    }
    block = qbase64_decode(cper, -1, &length, errp);
    if (!block) {
        error_prepend(errp, "cper: ");
        return;
    }
    if (!ghes_status_validate(block, length,
                              ags->asynchronous->source->block_size, errp)) {
        error_prepend(errp, "cper: ");
        return;
    }

    error.severity = ldl_le_p(block + offsetof(GhesStatusBlock,
                                               error_severity));
    error.block = block;
    error.block_length = length;
    ghes_report(ags, &error, errp);
}

static bool check_fru_text(const char *text, Error **errp)
{
    if (strlen(text) > GHES_FRU_TEXT_SIZE) {
        error_setg(errp, "fru-text: '%s' is longer than %d characters", text,
                   GHES_FRU_TEXT_SIZE);
        return false;
    }
    for (const char *c = text; *c; c++) {
        if (!g_ascii_isprint(*c)) {
            error_setg(errp, "fru-text: only printable ASCII characters are "
                       "possible");
            return false;
        }
    }
    return true;
}

static CperSeverity cper_severity(GhesErrorSeverity severity)
{
    switch (severity) {
    case GHES_ERROR_SEVERITY_CORRECTED:
        return CPER_SEVERITY_CORRECTED;
    case GHES_ERROR_SEVERITY_RECOVERABLE:
        return CPER_SEVERITY_RECOVERABLE;
    case GHES_ERROR_SEVERITY_FATAL:
        return CPER_SEVERITY_FATAL;
    default:
        g_assert_not_reached();
    }
}

bool ghes_monitor_record(const GhesErrorInjection *arg, GhesSection *record,
                         Error **errp)
{
    *record = (GhesSection) {
        .severity = arg->has_severity ? cper_severity(arg->severity)
                                      : CPER_SEVERITY_RECOVERABLE,
        .flags = arg->has_threshold_exceeded && arg->threshold_exceeded ?
                 GHES_DATA_ENTRY_FLAG_THRESHOLD_EXCEEDED : 0,
        .fru_text = arg->fru_text ?: "",
    };
    return check_fru_text(record->fru_text, errp);
}

static GhesNotificationType notification_type(HestNotificationType type)
{
    switch (type) {
    case HEST_NOTIFICATION_GPIO:
        return GHES_NOTIFICATION_TYPE_GPIO;
    case HEST_NOTIFICATION_SEA:
        return GHES_NOTIFICATION_TYPE_SEA;
    default:
        g_assert_not_reached();
    }
}

static GhesSourceInfo *source_info(AcpiGhesState *ags, unsigned index)
{
    GhesSourceStatus status = ghes_source_status(&ags->source[index]);
    GhesSourceInfo *info = g_new0(GhesSourceInfo, 1);

    info->source_id = status.source->source_id;
    info->notification = notification_type(status.source->notification);
    info->block_size = status.source->block_size;
    info->state = status.busy ? GHES_SOURCE_ACTIVITY_BUSY
                              : GHES_SOURCE_ACTIVITY_IDLE;
    info->queued = status.queued;
    info->recorded = status.recorded;
    info->notified = status.notified;
    info->acknowledged = status.acknowledged;
    info->dropped = status.dropped;
    return info;
}

GhesInfo *qmp_query_ghes(Error **errp)
{
    AcpiGhesState *ags = acpi_ghes_get_state();
    GhesInfo *info = g_new0(GhesInfo, 1);
    GhesSourceInfoList **tail = &info->sources;

    info->present = ags;
    for (unsigned i = 0; ags && i < ags->source_count; i++) {
        QAPI_LIST_APPEND(tail, source_info(ags, i));
    }
    return info;
}
