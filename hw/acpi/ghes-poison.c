/*
 * Loses guest memory in the way that the machine has for it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/acpi/ghes-poison.h"
#include "hw/acpi/ghes-ram.h"

static bool check(const GhesPoison *poison, uint64_t address, uint64_t length,
                  Error **errp)
{
    if (!ghes_check_pages(address, length, errp)) {
        return false;
    }
    if (!poison->ops) {
        error_setg(errp, "memory can be lost under KVM and TCG only");
        return false;
    }
    return true;
}

bool ghes_poison(const GhesPoison *poison, uint64_t address, uint64_t length,
                 GhesRange *lost, Error **errp)
{
    const GhesRange range = { .address = address, .length = length };

    return check(poison, address, length, errp) &&
           poison->ops->poison(poison->opaque, &range, lost, errp);
}

bool ghes_unpoison(const GhesPoison *poison, uint64_t address, uint64_t length,
                   GhesRange *replaced, Error **errp)
{
    const GhesRange range = { .address = address, .length = length };

    return check(poison, address, length, errp) &&
           poison->ops->unpoison(poison->opaque, &range, replaced, errp);
}

bool ghes_poison_is_lost(const GhesPoison *poison, uint64_t address)
{
    return poison->ops && poison->ops->is_lost &&
           poison->ops->is_lost(poison->opaque, address);
}

bool ghes_poison_is_news(const GhesPoison *poison, uint64_t address)
{
    return poison->ops->is_news(poison->opaque, address);
}
