/*
 * Says which error sources the Arm virt machine has
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/units.h"
#include "hw/acpi/acpi_dev_interface.h"
#include "hw/acpi/generic_event_device.h"
#include "hw/acpi/ghes.h"
#include "hw/arm/virt-ras.h"

/* Guest ABI.  With its registers the blob stays within one 4 KiB page. */
static const HestSource virt_ras_sources[] = {
    /* What a CPU ran into: taken by that CPU, one record at a time */
    { .source_id = 0, .notification = HEST_NOTIFICATION_SEA,
      .block_size = 1 * KiB },
    /* All else: taken by an interrupt, several records at a time */
    { .source_id = 1, .notification = HEST_NOTIFICATION_GPIO,
      .block_size = 2 * KiB },
};

bool virt_ras_enabled(const VirtMachineState *vms)
{
    return vms->ras && vms->acpi_dev;
}

/* ACPI 6.5, 18.3.2.7.2 Event Notification for Generic Error Sources */
void virt_ras_dsdt_add(Aml *scope)
{
    Aml *dev = aml_device(ACPI_ERROR_DEVICE);

    aml_append(dev, aml_name_decl("_HID", aml_string("PNP0C33")));
    aml_append(dev, aml_name_decl("_UID", aml_int(0)));
    aml_append(scope, dev);
}

void virt_ras_build_hest(VirtMachineState *vms, AcpiBuildTables *tables)
{
    build_hest(tables->table_data, tables->hardware_errors, tables->linker,
               virt_ras_sources, ARRAY_SIZE(virt_ras_sources),
               vms->oem_id, vms->oem_table_id);
}

static void virt_ras_notify(void *opaque, const HestSource *source)
{
    acpi_send_event(opaque, ACPI_GENERIC_ERROR);
}

void virt_ras_setup(VirtMachineState *vms, GArray *hardware_errors)
{
    AcpiGedState *ged;

    if (!virt_ras_enabled(vms)) {
        warn_report("ras=on has no effect: errors are reported through the "
                    "Generic Event Device, which takes UEFI firmware and a "
                    "machine type of QEMU 4.2 or later");
        return;
    }
    ged = ACPI_GED(vms->acpi_dev);
    acpi_ghes_init(&ged->ghes_state, vms->fw_cfg, hardware_errors,
                   virt_ras_sources, ARRAY_SIZE(virt_ras_sources),
                   virt_ras_notify, vms->acpi_dev);
}
