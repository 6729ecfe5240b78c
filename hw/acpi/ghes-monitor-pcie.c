/*
 * Takes errors of PCI Express devices from the monitor
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-acpi-hest.h"
#include "hw/acpi/ghes-inject.h"
#include "hw/acpi/ghes-monitor.h"
#include "hw/qdev-core.h"

/* A device by its ID or QOM path, as device_del has it */
static PCIDevice *find_device(const char *name, Error **errp)
{
    g_autofree char *path = g_strdup_printf("/machine/peripheral/%s", name);
    Object *object = object_resolve_path(path, NULL);
    bool ambiguous = false;

    if (!object) {
        object = object_resolve_path(name, &ambiguous);
    }
    if (!object) {
        error_setg(errp, "device: %s '%s'", ambiguous ? "there are several" :
                   "there is no", name);
        return NULL;
    }
    if (!object_dynamic_cast(object, TYPE_PCI_DEVICE)) {
        error_setg(errp, "device: '%s' is not a PCI device", name);
        return NULL;
    }
    if (!DEVICE(object)->realized) {
        error_setg(errp, "device: '%s' is not plugged in", name);
        return NULL;
    }
    return PCI_DEVICE(object);
}

static bool get_tlp_header(const uint32List *list, uint32_t *words,
                           Error **errp)
{
    unsigned count = 0;

    for (; list; list = list->next, count++) {
        if (count < GHES_PCIE_TLP_HEADER_WORDS) {
            words[count] = list->value;
        }
    }
    if (count != GHES_PCIE_TLP_HEADER_WORDS) {
        error_setg(errp, "tlp-header: it has %d words, not %u",
                   GHES_PCIE_TLP_HEADER_WORDS, count);
        return false;
    }
    return true;
}

/* What isn't said follows from what is */
static void set_defaults(const PcieErrorInjection *arg, GhesSection *record,
                         GhesPcieError *error)
{
    if (!arg->has_severity && arg->has_correctable_status) {
        record->severity = CPER_SEVERITY_CORRECTED;
    }
    if (!arg->has_correctable_status && !arg->has_uncorrectable_status) {
        if (record->severity == CPER_SEVERITY_CORRECTED) {
            error->correctable_status = GHES_PCIE_RECEIVER_ERROR;
        } else {
            error->uncorrectable_status = GHES_PCIE_COMPLETION_TIMEOUT;
        }
    }
}

void qmp_inject_pcie_error(PcieErrorInjection *arg, Error **errp)
{
    AcpiGhesState *ags = ghes_monitor_state(errp);
    uint32_t tlp_header[GHES_PCIE_TLP_HEADER_WORDS];
    GhesPcieError error = {
        .correctable_status = arg->correctable_status,
        .uncorrectable_status = arg->uncorrectable_status,
        .tlp_header = arg->has_tlp_header ? tlp_header : NULL,
    };
    GhesSection record;
    PCIDevice *dev = ags ? find_device(arg->device, errp) : NULL;

    if (!dev ||
        !ghes_monitor_record(qapi_PcieErrorInjection_base(arg), &record,
                             errp) ||
        (arg->has_tlp_header &&
         !get_tlp_header(arg->tlp_header, tlp_header, errp))) {
        return;
    }
    if (arg->has_reset && arg->reset) {
        record.flags |= GHES_DATA_ENTRY_FLAG_RESET;
    }
    set_defaults(arg, &record, &error);
    ghes_pcie_error(ags, dev, &error, &record, errp);
}
