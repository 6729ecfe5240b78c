/*
 * The device that delivers hardware errors: its place in the machine, reset and
 * migration
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/acpi/bert.h"
#include "hw/boards.h"
#include "ghes-internal.h"
#include "system/reset.h"
#include "system/runstate.h"

/* The child of the machine */
#define GHES_CHILD "ghes"

AcpiGhes *acpi_ghes_find(void)
{
    Object *machine = object_resolve_path_component(object_get_root(),
                                                    "machine");

    return machine ? (AcpiGhes *)object_resolve_path_component(machine,
                                                               GHES_CHILD)
                   : NULL;
}

static void vm_state_changed(void *opaque, bool running, RunState state)
{
    if (running) {
        ghes_run(opaque);
    }
}

/* Tables are built anew for each boot; their region stays the same */
static void keep_boot_errors(AcpiGhes *ghes)
{
    ghes->boot_errors = g_array_sized_new(false, true, 1, BERT_REGION_SIZE);
    g_array_set_size(ghes->boot_errors, BERT_REGION_SIZE);
    ghes_boot_init(&ghes->boot, (uint8_t *)ghes->boot_errors->data,
                   ghes->source, ghes->source_count);
}

AcpiGhes *acpi_ghes_create(const GhesMachine *machine, AcpiGhesState *address)
{
    DeviceState *dev = qdev_new(TYPE_ACPI_GHES);
    AcpiGhes *ghes = ACPI_GHES(dev);

    ghes_init(ghes, machine, address);
    if (machine->keep_boot_errors) {
        keep_boot_errors(ghes);
    }
    object_property_add_child(qdev_get_machine(), GHES_CHILD, OBJECT(dev));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_abort);
    return ghes;
}

GArray *acpi_ghes_boot_errors(AcpiGhes *ghes)
{
    return ghes->boot_errors;
}

/* Our blob's address comes in another file, before or after this one */
static void hest_address_written(void *opaque, off_t start, size_t len)
{
    AcpiGhes *ghes = opaque;

    ghes->blob.placed_here = true;
}

void acpi_ghes_add_fw_cfg(AcpiGhes *ghes, FWCfgState *fw_cfg,
                          GArray *hardware_errors)
{
    fw_cfg_add_file(fw_cfg, HEST_BLOB_FILE, hardware_errors->data,
                    hardware_errors->len);
    fw_cfg_add_file_callback(fw_cfg, HEST_BLOB_ADDRESS_FILE, NULL,
                             ghes_address_written, ghes,
                             &ghes->address->hw_error_le,
                             sizeof(ghes->address->hw_error_le), false);
    if (ghes->address->use_hest_addr) {
        fw_cfg_add_file_callback(fw_cfg, HEST_ADDRESS_FILE, NULL,
                                 hest_address_written, ghes,
                                 &ghes->address->hest_addr_le,
                                 sizeof(ghes->address->hest_addr_le), false);
    }
    if (ghes->boot_errors) {
        fw_cfg_add_file_callback(fw_cfg, BERT_REGION_FILE, ghes_boot_fetched,
                                 NULL, &ghes->boot, ghes->boot_errors->data,
                                 ghes->boot_errors->len, true);
    }
}

static void ghes_realize(DeviceState *dev, Error **errp)
{
    AcpiGhes *ghes = ACPI_GHES(dev);

    hwpoison_add_listener(&ghes->hwpoison);
    qemu_add_vm_change_state_handler(vm_state_changed, ghes);
}

/* Before the hold phase, in which poisoned memory is healed */
static void ghes_reset_enter(Object *obj, ResetType type)
{
    ghes_reset(ACPI_GHES(obj), type == RESET_TYPE_SNAPSHOT_LOAD);
}

static int ghes_post_load(void *opaque, int version_id)
{
    return ghes_check_state(opaque) ? 0 : -EINVAL;
}

static bool boot_needed(void *opaque)
{
    const AcpiGhes *ghes = opaque;

    return ghes_boot_is_used(&ghes->boot);
}

/* A machine without a boot error region doesn't take one */
static bool boot_is_possible(void *opaque, int version_id)
{
    const AcpiGhes *ghes = opaque;

    return ghes->boot.region;
}

static const VMStateDescription vmstate_boot = {
    .name = "acpi-ghes-device/boot",
    .needed = boot_needed,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_VALIDATE("boot error region", boot_is_possible),
        VMSTATE_STRUCT(boot, AcpiGhes, 1, vmstate_ghes_boot, GhesBoot),
        VMSTATE_END_OF_LIST()
    },
};

/* A guest that had no error migrates as with stock QEMU */
static bool ghes_needed(void *opaque)
{
    return !ghes_is_unused(opaque) || boot_needed(opaque);
}

/* Where the blob is goes along with the GED, as in stock QEMU */
static const VMStateDescription vmstate_ghes = {
    .name = "acpi-ghes-device",
    .needed = ghes_needed,
    .post_load = ghes_post_load,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_EQUAL(source_count, AcpiGhes,
                             "the machines' error sources differ"),
        VMSTATE_STRUCT_VARRAY_POINTER_UINT32(source, AcpiGhes, source_count,
                                             vmstate_ghes_source, GhesSource),
        VMSTATE_END_OF_LIST()
    },
    .subsections = (const VMStateDescription * const []) {
        &vmstate_boot,
        NULL
    },
};

static void ghes_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "ACPI hardware error sources";
    dc->realize = ghes_realize;
    dc->vmsd = &vmstate_ghes;
    dc->user_creatable = false;
    RESETTABLE_CLASS(klass)->phases.enter = ghes_reset_enter;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

static void ghes_finalize(Object *obj)
{
    ghes_cleanup(ACPI_GHES(obj));
}

static const TypeInfo ghes_types[] = {
    {
        .name = TYPE_ACPI_GHES,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(AcpiGhes),
        .instance_finalize = ghes_finalize,
        .class_init = ghes_class_init,
    },
};

DEFINE_TYPES(ghes_types)
