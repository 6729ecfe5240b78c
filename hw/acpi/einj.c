/*
 * Builds the ACPI EINJ and etc/einj, through which a guest injects errors
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "hw/acpi/aml-build.h"
#include "hw/acpi/einj.h"

#define EINJ_REVISION 2             /* ACPI 6.5, 18.6 */
#define EINJ_HEADER_SIZE 12         /* of the injection header alone */
#define EINJ_ENTRY_SIZE 32
#define EINJ_TRIGGER_HEADER_SIZE 16
#define EINJ_V2_REVISION 1

/*
 * The trigger table follows the parameters, well behind them: a guest that
 * takes the parameters for a little longer than they are does no harm.  The
 * cell that points to it ends the blob, since UEFI firmware takes what a
 * pointer leads to for an ACPI table if it is 36 bytes long and looks so.
 */
#define EINJ_TRIGGER_OFFSET 1024
#define EINJ_CELL_OFFSET (EINJ_TRIGGER_OFFSET + EINJ_TRIGGER_HEADER_SIZE + \
                          EINJ_ENTRY_SIZE)
#define EINJ_BLOB_SIZE (EINJ_CELL_OFFSET + sizeof(uint64_t))

QEMU_BUILD_BUG_ON(sizeof(EinjParameters) > EINJ_TRIGGER_OFFSET);

#define GAS_ADDRESS_OFFSET 4
#define GAS_DWORD_ACCESS 3
#define GAS_QWORD_ACCESS 4

/* ACPI 6.5, 18.6.1, table "Error Injection Actions" */
typedef enum EinjAction {
    EINJ_BEGIN_INJECTION_OPERATION = 0x00,
    EINJ_GET_TRIGGER_ERROR_ACTION_TABLE = 0x01,
    EINJ_SET_ERROR_TYPE = 0x02,
    EINJ_GET_ERROR_TYPE = 0x03,
    EINJ_END_OPERATION = 0x04,
    EINJ_EXECUTE_OPERATION = 0x05,
    EINJ_CHECK_BUSY_STATUS = 0x06,
    EINJ_GET_COMMAND_STATUS = 0x07,
    EINJ_SET_ERROR_TYPE_WITH_ADDRESS = 0x08,
    EINJ_GET_EXECUTE_OPERATION_TIMINGS = 0x09,
    EINJ_V2_SET_ERROR_TYPE = 0x10,
    EINJ_V2_GET_ERROR_TYPE = 0x11,
    EINJ_TRIGGER_ERROR = 0xff,
} EinjAction;

/* ACPI 6.5, 18.6.2, table "Injection Instructions" */
typedef enum EinjInstruction {
    EINJ_READ_REGISTER = 0x00,
    EINJ_READ_REGISTER_VALUE = 0x01,
    EINJ_WRITE_REGISTER = 0x02,
    EINJ_WRITE_REGISTER_VALUE = 0x03,
} EinjInstruction;

/**
 * EinjEntry: an action, which takes one instruction
 * @action: the action
 * @instruction: how the register is accessed
 * @in_blob: the register is a place in the blob and not one of the device
 * @bits: its width, 32 or 64
 * @offset: where it is in the blob or the device's region
 * @value: what is written, or compared with
 * @mask: the bits of the register that count
 */
typedef struct EinjEntry {
    EinjAction action;
    EinjInstruction instruction;
    bool in_blob;
    unsigned bits;
    uint32_t offset;
    uint64_t value;
    uint64_t mask;
} EinjEntry;

#define DEVICE_WRITE(act, command) \
    { .action = act, .instruction = EINJ_WRITE_REGISTER_VALUE, .bits = 64, \
      .offset = EINJ_REGISTER_COMMAND, .value = command, .mask = UINT64_MAX }

#define DEVICE_READ(act, reg) \
    { .action = act, .instruction = EINJ_READ_REGISTER, .bits = 64, \
      .offset = reg, .mask = UINT64_MAX }

/* Each of the three actions that set a type writes it to the parameters */
#define SET_TYPE(act) \
    { .action = act, .instruction = EINJ_WRITE_REGISTER, .in_blob = true, \
      .bits = 32, .offset = offsetof(EinjParameters, error_type), \
      .mask = UINT32_MAX }

static const EinjEntry einj_entries[] = {
    DEVICE_WRITE(EINJ_BEGIN_INJECTION_OPERATION, EINJ_COMMAND_BEGIN),
    { .action = EINJ_GET_TRIGGER_ERROR_ACTION_TABLE,
      .instruction = EINJ_READ_REGISTER, .in_blob = true, .bits = 64,
      .offset = EINJ_CELL_OFFSET, .mask = UINT64_MAX },
    SET_TYPE(EINJ_SET_ERROR_TYPE),
    DEVICE_READ(EINJ_GET_ERROR_TYPE, EINJ_REGISTER_ERROR_TYPES),
    DEVICE_WRITE(EINJ_END_OPERATION, EINJ_COMMAND_END),
    DEVICE_WRITE(EINJ_EXECUTE_OPERATION, EINJ_COMMAND_EXECUTE),
    { .action = EINJ_CHECK_BUSY_STATUS,
      .instruction = EINJ_READ_REGISTER_VALUE, .bits = 64,
      .offset = EINJ_REGISTER_BUSY, .value = 1, .mask = 1 },
    DEVICE_READ(EINJ_GET_COMMAND_STATUS, EINJ_REGISTER_STATUS),
    SET_TYPE(EINJ_SET_ERROR_TYPE_WITH_ADDRESS),
    DEVICE_READ(EINJ_GET_EXECUTE_OPERATION_TIMINGS, EINJ_REGISTER_TIMINGS),
    SET_TYPE(EINJ_V2_SET_ERROR_TYPE),
    DEVICE_READ(EINJ_V2_GET_ERROR_TYPE, EINJ_REGISTER_V2_ERROR_TYPES),
};

static const EinjEntry einj_trigger =
    DEVICE_WRITE(EINJ_TRIGGER_ERROR, EINJ_COMMAND_TRIGGER);

/* ACPI 6.5, 18.6, table "Injection Instruction Entry" */
static void build_entry(GArray *array, const EinjEntry *entry,
                        uint64_t registers)
{
    build_append_int_noprefix(array, entry->action, 1);
    build_append_int_noprefix(array, entry->instruction, 1);
    build_append_int_noprefix(array, 0, 1);             /* Flags */
    build_append_int_noprefix(array, 0, 1);             /* Reserved */
    build_append_gas(array, AML_AS_SYSTEM_MEMORY, entry->bits, 0,
                     entry->bits == 64 ? GAS_QWORD_ACCESS : GAS_DWORD_ACCESS,
                     entry->in_blob ? 0 : registers + entry->offset);
    build_append_int_noprefix(array, entry->value, 8);
    build_append_int_noprefix(array, entry->mask, 8);
}

/* What the guest fills in; it finds there how many components there can be */
static void build_parameters(GArray *blob)
{
    EinjParameters p = {
        .v2_length = cpu_to_le32(sizeof(p) -
                                 offsetof(EinjParameters, v2_length)),
        .v2_revision = cpu_to_le16(EINJ_V2_REVISION),
    };

    g_array_append_vals(blob, &p, sizeof(p));
}

/* ACPI 6.5, 18.6.3, table "Trigger Error Action" */
static void build_trigger_table(GArray *blob, uint64_t registers)
{
    unsigned start = blob->len;

    /* Header Size */
    build_append_int_noprefix(blob, EINJ_TRIGGER_HEADER_SIZE, 4);
    build_append_int_noprefix(blob, 0, 4);              /* Revision */
    /* Table Size */
    build_append_int_noprefix(blob, EINJ_TRIGGER_HEADER_SIZE + EINJ_ENTRY_SIZE,
                              4);
    build_append_int_noprefix(blob, 1, 4);              /* Entry Count */
    build_entry(blob, &einj_trigger, registers);
    assert(blob->len - start == EINJ_TRIGGER_HEADER_SIZE + EINJ_ENTRY_SIZE);
}

static void build_blob(GArray *blob, uint64_t registers)
{
    build_parameters(blob);
    acpi_data_push(blob, EINJ_TRIGGER_OFFSET - blob->len);
    build_trigger_table(blob, registers);
    build_append_int_noprefix(blob, 0, 8);      /* for firmware to add */
    assert(blob->len == EINJ_BLOB_SIZE);
}

static void link_blob(GArray *blob, BIOSLinker *linker)
{
    bios_linker_loader_alloc(linker, EINJ_BLOB_FILE, blob, EINJ_BLOB_ALIGN,
                             false /* anywhere in RAM */);
    bios_linker_loader_add_pointer(linker, EINJ_BLOB_FILE, EINJ_CELL_OFFSET,
                                   sizeof(uint64_t), EINJ_BLOB_FILE,
                                   EINJ_TRIGGER_OFFSET);
    bios_linker_loader_write_pointer(linker, EINJ_BLOB_ADDRESS_FILE, 0,
                                     sizeof(uint64_t), EINJ_BLOB_FILE, 0);
}

void build_einj(GArray *table_data, GArray *blob, BIOSLinker *linker,
                uint64_t registers, const char *oem_id,
                const char *oem_table_id)
{
    AcpiTable table = { .sig = "EINJ", .rev = EINJ_REVISION,
                        .oem_id = oem_id, .oem_table_id = oem_table_id };

    if (!blob->len) {
        build_blob(blob, registers);
    }
    link_blob(blob, linker);

    acpi_table_begin(&table, table_data);
    /* Injection Header Size */
    build_append_int_noprefix(table_data, EINJ_HEADER_SIZE, 4);
    build_append_int_noprefix(table_data, 0, 1);        /* Injection Flags */
    build_append_int_noprefix(table_data, 0, 3);        /* Reserved */
    /* Injection Entry Count */
    build_append_int_noprefix(table_data, ARRAY_SIZE(einj_entries), 4);
    for (unsigned i = 0; i < ARRAY_SIZE(einj_entries); i++) {
        const EinjEntry *entry = &einj_entries[i];
        unsigned start = table_data->len;

        build_entry(table_data, entry, registers);
        assert(table_data->len - start == EINJ_ENTRY_SIZE);
        if (entry->in_blob) {
            /* The address in the GAS, behind the entry's first four bytes */
            bios_linker_loader_add_pointer(linker, ACPI_BUILD_TABLE_FILE,
                                           start + 4 + GAS_ADDRESS_OFFSET,
                                           sizeof(uint64_t), EINJ_BLOB_FILE,
                                           entry->offset);
        }
    }
    acpi_table_end(linker, &table);
}
