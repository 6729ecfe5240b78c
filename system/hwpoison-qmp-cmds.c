/*
 * Poisons and heals guest memory for the monitor
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-hwpoison.h"
#include "qapi/qapi-commands-migration.h"
#include "system/hwpoison.h"
#include "system/runstate.h"

/* Whether the guest is, with all that is queued for it, with another QEMU */
static bool guest_has_left(void)
{
    g_autoptr(MigrationInfo) info = NULL;

    if (!runstate_check(RUN_STATE_FINISH_MIGRATE)) {
        return runstate_check(RUN_STATE_POSTMIGRATE);
    }
    info = qmp_query_migrate(NULL);
    switch (info->has_status ? info->status : MIGRATION_STATUS_NONE) {
    case MIGRATION_STATUS_ACTIVE:
    case MIGRATION_STATUS_PRE_SWITCHOVER:
        /* Its state is yet to be sent */
    case MIGRATION_STATUS_CANCELLING:
    case MIGRATION_STATUS_CANCELLED:
    case MIGRATION_STATUS_FAILED:
    case MIGRATION_STATUS_COLO:
        /* It will go on here */
        return false;
    default:
        /* In postcopy as well, until that is completed */
        return true;
    }
}

bool hwpoison_check_guest(Error **errp)
{
    if (guest_has_left()) {
        error_setg(errp, "the guest has migrated to another QEMU, and takes "
                   "errors there");
        return false;
    }
    return true;
}

static PoisonedMemory *poisoned_memory(const HwpoisonRange *range)
{
    PoisonedMemory *memory = g_new(PoisonedMemory, 1);

    memory->address = range->address;
    memory->length = range->length;
    return memory;
}

PoisonedMemory *qmp_poison_memory(uint64_t address, bool has_length,
                                  uint64_t length, Error **errp)
{
    HwpoisonRange range;

    if (!hwpoison_check_guest(errp) ||
        !hwpoison_poison(address, has_length ? length : HWPOISON_PAGE_SIZE,
                         &range, errp)) {
        return NULL;
    }
    return poisoned_memory(&range);
}

PoisonedMemory *qmp_unpoison_memory(uint64_t address, bool has_length,
                                    uint64_t length, Error **errp)
{
    HwpoisonRange range;

    if (!hwpoison_check_guest(errp) ||
        !hwpoison_unpoison(address, has_length ? length : HWPOISON_PAGE_SIZE,
                           &range, errp)) {
        return NULL;
    }
    return poisoned_memory(&range);
}
