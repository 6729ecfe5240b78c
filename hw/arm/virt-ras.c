/*
 * Gives the Arm virt machine its error sources
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/units.h"
#include "hw/acpi/acpi_dev_interface.h"
#include "hw/acpi/bert.h"
#include "hw/acpi/generic_event_device.h"
#include "hw/acpi/ghes.h"
#include "hw/arm/virt-ras.h"
#include "system/hwpoison.h"
#include "system/kvm.h"
#include "target/arm/kvm-ras.h"
#include "target/arm/ras.h"

/* Guest ABI.  With its registers the blob stays within one 4 KiB page. */
static const HestSource virt_ras_sources[] = {
    /* A page that a vCPU consumed: that vCPU reads the record, one at a time */
    { .source_id = 0, .notification = HEST_NOTIFICATION_SEA,
      .block_size = 1 * KiB },
    /* All else: notified by an interrupt, several records at a time */
    { .source_id = 1, .notification = HEST_NOTIFICATION_GPIO,
      .block_size = 2 * KiB },
};

static bool get_bert(Object *obj, Error **errp)
{
    return VIRT_MACHINE(obj)->bert;
}

static void set_bert(Object *obj, bool value, Error **errp)
{
    VIRT_MACHINE(obj)->bert = value;
}

void virt_ras_add_properties(ObjectClass *oc)
{
    object_class_property_add_bool(oc, "bert", get_bert, set_bert);
    object_class_property_set_description(oc, "bert",
                                          "Set on/off to enable/disable "
                                          "reporting errors that the previous "
                                          "boot died of; needs ras=on");
}

bool virt_ras_enabled(const VirtMachineState *vms)
{
    return vms->ras && vms->acpi_dev;
}

static void notify(void *opaque, const HestSource *source)
{
    acpi_send_event(opaque, ACPI_GENERIC_ERROR);
}

static void identify_cpu(CPUState *cpu, GhesCpuIdentity *identity)
{
    const ArmCpuIdentity arm = arm_cpu_identify(cpu);

    *identity = (GhesCpuIdentity) {
        .mpidr_el1 = arm.mpidr_el1,
        .midr_el1 = arm.midr_el1,
        .running = arm.running,
        .psci_state = arm.psci_state,
    };
}

void virt_ras_create(VirtMachineState *vms, Error **errp)
{
    const GhesMachine machine = {
        .sources = virt_ras_sources,
        .source_count = ARRAY_SIZE(virt_ras_sources),
        .keep_boot_errors = vms->bert,
        .notify = notify,
        .vcpus_idle = arm_vcpus_idle,
        .identify_cpu = identify_cpu,
        .opaque = vms->acpi_dev,
    };

    if (vms->bert && !vms->ras) {
        error_setg(errp, "bert=on needs ras=on: without error sources there "
                   "are no errors to keep for the next boot");
        return;
    }
    if (!virt_ras_enabled(vms)) {
        return;
    }
    hwpoison_init(OBJECT(vms));
    acpi_ghes_create(&machine, &ACPI_GED(vms->acpi_dev)->ghes_state);
    if (kvm_enabled()) {
        kvm_arm_ras_init();
    }
}

static void build_hest_tables(VirtMachineState *vms, AcpiBuildTables *tables,
                              GArray *table_offsets)
{
    unsigned hest = tables->table_data->len;

    acpi_add_table(table_offsets, tables->table_data);
    build_hest(tables->table_data, tables->hardware_errors, tables->linker,
               virt_ras_sources, ARRAY_SIZE(virt_ras_sources),
               vms->oem_id, vms->oem_table_id);
    if (ACPI_GED(vms->acpi_dev)->ghes_state.use_hest_addr) {
        bios_linker_loader_write_pointer(tables->linker, HEST_ADDRESS_FILE, 0,
                                         sizeof(uint64_t),
                                         ACPI_BUILD_TABLE_FILE, hest);
    }
}

void virt_ras_build_tables(VirtMachineState *vms, AcpiBuildTables *tables,
                           GArray *table_offsets)
{
    AcpiGhes *ghes = acpi_ghes_find();

    if (!ghes) {
        return;
    }
    build_hest_tables(vms, tables, table_offsets);
    if (acpi_ghes_boot_errors(ghes)) {
        acpi_add_table(table_offsets, tables->table_data);
        build_bert(tables->table_data, acpi_ghes_boot_errors(ghes),
                   tables->linker, vms->oem_id, vms->oem_table_id);
    }
}

void virt_ras_setup(VirtMachineState *vms, GArray *hardware_errors)
{
    AcpiGhes *ghes = acpi_ghes_find();

    if (ghes) {
        acpi_ghes_add_fw_cfg(ghes, vms->fw_cfg, hardware_errors);
    } else {
        warn_report("ras=on has no effect: errors are reported through the "
                    "Generic Event Device, which takes UEFI firmware and a "
                    "machine type of QEMU 4.2 or later");
    }
}
