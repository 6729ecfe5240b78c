/*
 * QMP: queries, and errors in guest memory or handed in as a whole
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/base64.h"
#include "qemu/bswap.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-acpi-hest.h"
#include "ghes-internal.h"
#include "ghes-qmp.h"

AcpiGhes *ghes_qmp_find(Error **errp)
{
    AcpiGhes *ghes = acpi_ghes_find();

    if (!ghes) {
        error_setg(errp, "the machine has no ACPI error sources; the Arm virt "
                   "machine has them with ras=on and UEFI firmware");
        return NULL;
    }
    return hwpoison_check_guest(errp) && ghes_check_ready(ghes, errp) ? ghes
                                                                      : NULL;
}

void qmp_inject_ghes_v2_error(const char *cper, Error **errp)
{
    AcpiGhes *ghes = ghes_qmp_find(errp);
    g_autofree uint8_t *block = NULL;
    GhesError error = { };
    size_t length;

    if (!ghes) {
        return;
    }
    block = qbase64_decode(cper, -1, &length, errp);
    if (!block) {
        error_prepend(errp, "cper: ");
        return;
    }
    if (!ghes_status_validate(block, length,
                              ghes->asynchronous->source->block_size, errp)) {
        error_prepend(errp, "cper: ");
        return;
    }

    error.severity = ldl_le_p(block + offsetof(GhesStatusBlock,
                                               error_severity));
    error.block = block;
    error.block_length = length;
    ghes_report(ghes, &error, errp);
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

bool ghes_qmp_record(const GhesErrorInjection *arg, GhesSection *record,
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

static GhesSourceInfo *source_info(GhesSource *s)
{
    GhesSourceInfo *info = g_new0(GhesSourceInfo, 1);

    ghes_source_run(s);
    info->source_id = s->source->source_id;
    info->notification = notification_type(s->source->notification);
    info->block_size = s->source->block_size;
    info->state = ghes_queue_is_empty(&s->in_block)
                  ? GHES_SOURCE_ACTIVITY_IDLE : GHES_SOURCE_ACTIVITY_BUSY;
    info->queued = s->waiting.records;
    info->recorded = s->recorded;
    info->notified = s->notified;
    info->acknowledged = s->acknowledged;
    info->dropped = s->dropped;
    return info;
}

GhesInfo *qmp_query_ghes(Error **errp)
{
    AcpiGhes *ghes = acpi_ghes_find();
    GhesInfo *info = g_new0(GhesInfo, 1);
    GhesSourceInfoList **tail = &info->sources;

    info->present = ghes;
    for (unsigned i = 0; ghes && i < ghes->source_count; i++) {
        QAPI_LIST_APPEND(tail, source_info(&ghes->source[i]));
    }
    return info;
}
