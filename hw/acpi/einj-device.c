/*
 * The device by which a guest injects errors: its region, life and state
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "einj-internal.h"

/* The child of the machine */
#define EINJ_CHILD "einj-device"

static uint64_t einj_read(void *opaque, hwaddr offset, unsigned size)
{
    return einj_operation_read(opaque, offset);
}

static void einj_write(void *opaque, hwaddr offset, uint64_t value,
                       unsigned size)
{
    einj_operation_write(opaque, offset, value);
}

static const MemoryRegionOps einj_ops = {
    .read = einj_read,
    .write = einj_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};

static void einj_realize(DeviceState *dev, Error **errp)
{
    AcpiEinjState *s = ACPI_EINJ(dev);

    s->blob = g_array_new(false, true, 1);
    einj_operation_init(&s->operation);
    memory_region_init_io(&s->registers, OBJECT(dev), &einj_ops,
                          &s->operation, TYPE_ACPI_EINJ, EINJ_REGION_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->registers);
}

static void einj_unrealize(DeviceState *dev)
{
    AcpiEinjState *s = ACPI_EINJ(dev);

    einj_operation_cleanup(&s->operation);
    g_array_free(s->blob, true);
}

static void einj_reset_hold(Object *obj, ResetType type)
{
    einj_operation_reset(&ACPI_EINJ(obj)->operation);
}

AcpiEinjState *acpi_einj_find(void)
{
    return (AcpiEinjState *)object_resolve_path_component(qdev_get_machine(),
                                                          EINJ_CHILD);
}

AcpiEinjState *acpi_einj_create(PCIBus *pci_bus, hwaddr base, Error **errp)
{
    DeviceState *dev = qdev_new(TYPE_ACPI_EINJ);

    object_property_add_child(qdev_get_machine(), EINJ_CHILD, OBJECT(dev));
    ACPI_EINJ(dev)->operation.machine.pci_bus = pci_bus;
    if (!sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), errp)) {
        return NULL;
    }
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, base);
    return ACPI_EINJ(dev);
}

void acpi_einj_build(AcpiEinjState *s, GArray *table_data, BIOSLinker *linker,
                     const char *oem_id, const char *oem_table_id)
{
    build_einj(table_data, s->blob, linker, SYS_BUS_DEVICE(s)->mmio[0].addr,
               oem_id, oem_table_id);
}

void acpi_einj_add_fw_cfg(AcpiEinjState *s, FWCfgState *fw_cfg)
{
    fw_cfg_add_file(fw_cfg, EINJ_BLOB_FILE, s->blob->data, s->blob->len);
    fw_cfg_add_file_callback(fw_cfg, EINJ_BLOB_ADDRESS_FILE, NULL, NULL, NULL,
                             &s->operation.blob_le,
                             sizeof(s->operation.blob_le), false);
}

static const VMStateDescription vmstate_einj = {
    .name = TYPE_ACPI_EINJ,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT(operation, AcpiEinjState, 1, vmstate_einj_operation,
                       EinjOperation),
        VMSTATE_END_OF_LIST()
    },
};

static void einj_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "ACPI error injection registers";
    dc->realize = einj_realize;
    dc->unrealize = einj_unrealize;
    dc->vmsd = &vmstate_einj;
    RESETTABLE_CLASS(klass)->phases.hold = einj_reset_hold;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

static const TypeInfo einj_types[] = {
    {
        .name = TYPE_ACPI_EINJ,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(AcpiEinjState),
        .class_init = einj_class_init,
    },
};

DEFINE_TYPES(einj_types)
