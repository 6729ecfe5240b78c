/*
 * ACPI Error Injection Table (EINJ), its registers, and the etc/einj blob
 *
 * A guest injects an error in two steps.  It fills in the parameters, which
 * lie in its RAM, and has them executed by a write to a register; then the
 * error is there.  The trigger table, which the platform hands out, says
 * what to write to have it reported at once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_EINJ_H
#define HW_ACPI_EINJ_H

#include "hw/acpi/bios-linker-loader.h"
#include "hw/nvram/fw_cfg.h"
#include "hw/pci/pci.h"
#include "qom/object.h"

#define TYPE_ACPI_EINJ "acpi-einj"
OBJECT_DECLARE_SIMPLE_TYPE(AcpiEinjState, ACPI_EINJ)

/* fw_cfg files: the blob, and where firmware says that it has placed it */
#define EINJ_BLOB_FILE         "etc/einj"
#define EINJ_BLOB_ADDRESS_FILE "etc/einj_addr"

#define EINJ_BLOB_ALIGN 4096

/*
 * Registers, 64 bits each, as offsets in the device's region.  Those that are
 * read are constant but for BUSY and STATUS.
 */
enum {
    EINJ_REGISTER_COMMAND = 0x00,        /* write one of EinjCommand */
    EINJ_REGISTER_BUSY = 0x08,           /* bit 0: EXECUTE is at work */
    EINJ_REGISTER_STATUS = 0x10,         /* an EinjStatus */
    EINJ_REGISTER_ERROR_TYPES = 0x18,    /* an EinjErrorTypes */
    EINJ_REGISTER_V2_ERROR_TYPES = 0x20, /* an EinjV2ErrorTypes */
    EINJ_REGISTER_TIMINGS = 0x28,        /* EINJ_TIMINGS */
    EINJ_REGISTERS_END = 0x30,
};

#define EINJ_REGION_SIZE 4096

/* What the guest writes to EINJ_REGISTER_COMMAND */
typedef enum EinjCommand {
    EINJ_COMMAND_BEGIN = 1,
    EINJ_COMMAND_EXECUTE = 2,
    EINJ_COMMAND_END = 3,
    EINJ_COMMAND_TRIGGER = 4,
} EinjCommand;

/* ACPI 6.5, 18.6.1, table "Command Status Definition" */
typedef enum EinjStatus {
    EINJ_STATUS_SUCCESS = 0,
    EINJ_STATUS_UNKNOWN_FAILURE = 1,
    EINJ_STATUS_INVALID_ACCESS = 2,
    EINJ_STATUS__MAX
} EinjStatus;

/* How long EXECUTE takes, and at most takes, in microseconds */
#define EINJ_EXECUTE_US 1000
#define EINJ_EXECUTE_MAX_US 100000

/* ACPI 6.5, 18.6.1, GET_EXECUTE_OPERATION_TIMINGS: maximum, nominal */
#define EINJ_TIMINGS ((uint64_t)EINJ_EXECUTE_MAX_US << 32 | EINJ_EXECUTE_US)

/* Components, of EINJv2, that one injection can have */
#define EINJ_COMPONENTS_MAX 16

/* ACPI 6.5, 18.6.4, table "Component Syndrome Array"; each 128 bits wide */
typedef struct QEMU_PACKED EinjComponent {
    uint64_t id;
    uint64_t id_high;
    uint64_t syndrome;
    uint64_t syndrome_high;
} EinjComponent;

/*
 * The parameters as the guest writes them, little-endian: ACPI 6.5, 18.6.4,
 * table "SET_ERROR_TYPE_WITH_ADDRESS Data Structure", and from @v2_length on
 * table "EINJv2 Extension Structure"
 */
typedef struct QEMU_PACKED EinjParameters {
    uint32_t error_type;
    uint32_t vendor_extension;
    uint32_t flags;
    uint32_t processor;
    uint64_t memory_address;
    uint64_t memory_address_mask;
    uint32_t pcie_sbdf;
    uint32_t v2_length;
    uint16_t v2_revision;
    uint16_t component_count;
    EinjComponent component[EINJ_COMPONENTS_MAX];
} EinjParameters;

QEMU_BUILD_BUG_ON(offsetof(EinjParameters, v2_length) != 36);
QEMU_BUILD_BUG_ON(sizeof(EinjParameters) != 44 + 32 * EINJ_COMPONENTS_MAX);

/**
 * acpi_einj_create: make the device; its one region has EINJ_REGION_SIZE bytes
 * @pci_bus: the machine's root bus, of segment 0, or NULL
 * @base: guest-physical address of the region
 * @errp: set if it can't be made
 *
 * The device becomes a child of the machine.
 */
AcpiEinjState *acpi_einj_create(PCIBus *pci_bus, hwaddr base, Error **errp);

/* acpi_einj_find: the machine's device, or NULL if it has none */
AcpiEinjState *acpi_einj_find(void);

/**
 * acpi_einj_build: add the EINJ to the ACPI tables
 * @s: the device
 * @table_data: the ACPI tables blob to append the EINJ to
 * @linker: where the linker commands go
 * @oem_id: OEMID of the table's header
 * @oem_table_id: OEM Table ID of the table's header
 */
void acpi_einj_build(AcpiEinjState *s, GArray *table_data, BIOSLinker *linker,
                     const char *oem_id, const char *oem_table_id);

/**
 * acpi_einj_add_fw_cfg: give guest firmware the blob
 * @s: the device, its table built
 * @fw_cfg: where the blob and its address go
 */
void acpi_einj_add_fw_cfg(AcpiEinjState *s, FWCfgState *fw_cfg);

/**
 * build_einj: build the EINJ, the blob, and the linker commands of both
 * @table_data: the ACPI tables blob to append the EINJ to
 * @blob: the array that holds the blob, or empty; must stay
 * @linker: where ALLOCATE, ADD_POINTER, WRITE_POINTER and the checksum go
 * @registers: guest-physical address of the device's region
 * @oem_id: OEMID of the table's header
 * @oem_table_id: OEM Table ID of the table's header
 *
 * The blob holds the parameters at offset 0, the trigger table, and at its
 * end a cell with the trigger table's address.  Source: ACPI 6.5, 18.6.
 */
void build_einj(GArray *table_data, GArray *blob, BIOSLinker *linker,
                uint64_t registers, const char *oem_id,
                const char *oem_table_id);

#endif
