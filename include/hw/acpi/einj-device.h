/*
 * The device by which a guest injects errors: the registers of ACPI EINJ
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_EINJ_DEVICE_H
#define HW_ACPI_EINJ_DEVICE_H

#include "hw/acpi/einj-operation.h"
#include "hw/nvram/fw_cfg.h"
#include "hw/sysbus.h"
#include "qom/object.h"

#define TYPE_ACPI_EINJ "acpi-einj"
OBJECT_DECLARE_SIMPLE_TYPE(AcpiEinjState, ACPI_EINJ)

/**
 * AcpiEinjState: the device; its one region has EINJ_REGION_SIZE bytes
 * @blob: what build_einj() makes, empty until then
 * @operation: all the rest
 */
struct AcpiEinjState {
    SysBusDevice parent_obj;

    MemoryRegion registers;
    GArray *blob;
    EinjOperation operation;
};

/**
 * acpi_einj_add_fw_cfg: give guest firmware the blob
 * @s: the device, @s->blob made
 * @fw_cfg: where the blob and its address go
 */
void acpi_einj_add_fw_cfg(AcpiEinjState *s, FWCfgState *fw_cfg);

#endif
