/*
 * Builds the ACPI HEST and etc/hardware_errors from a table of error sources
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/acpi/aml-build.h"
#include "hw/acpi/hest.h"
#include "ghes-status.h"

#define HEST_REVISION 1             /* of ACPI 6.4; ACPI 6.5 numbers it 2 */
#define HEST_TYPE_GHES_V2 10        /* ACPI 6.5, 18.3.2.8 */
#define HEST_NO_RELATED_SOURCE 0xffff
#define HEST_NOTIFICATION_LENGTH 28 /* ACPI 6.5, 18.3.2.9 */

#define GAS_QWORD_ACCESS 4
#define GAS_ADDRESS_OFFSET 4

/* The shortest section that a source is to have room for: memory */
#define GHES_SHORTEST_SECTION (sizeof(GhesDataEntry) + \
                               sizeof(CperMemorySection))

uint32_t hest_block_offset(const HestSource *sources, unsigned index)
{
    uint32_t offset = 0;

    for (unsigned i = 0; i < index; i++) {
        offset += sources[i].block_size;
    }
    return offset;
}

uint32_t hest_registers_offset(const HestSource *sources, unsigned count)
{
    return hest_block_offset(sources, count);
}

uint32_t hest_blob_size(const HestSource *sources, unsigned count)
{
    return hest_registers_offset(sources, count) +
           count * sizeof(HestRegisters);
}

/* All blocks empty and free: status 0, acknowledged */
static void build_blob(GArray *blob, BIOSLinker *linker,
                       const HestSource *sources, unsigned count)
{
    acpi_data_push(blob, hest_registers_offset(sources, count));
    for (unsigned i = 0; i < count; i++) {
        /* Block address, for firmware to add */
        build_append_int_noprefix(blob, 0, 8);
        /* Read Ack Register */
        build_append_int_noprefix(blob, HEST_READ_ACK_DONE, 8);
    }
    assert(blob->len == hest_blob_size(sources, count));

    bios_linker_loader_alloc(linker, HEST_BLOB_FILE, blob, HEST_BLOB_ALIGN,
                             false /* anywhere in RAM */);
    for (unsigned i = 0; i < count; i++) {
        uint32_t registers = hest_registers_offset(sources, count) +
                             i * sizeof(HestRegisters);

        bios_linker_loader_add_pointer(linker, HEST_BLOB_FILE,
                                       registers +
                                       offsetof(HestRegisters, block_address),
                                       sizeof(uint64_t), HEST_BLOB_FILE,
                                       hest_block_offset(sources, i));
    }
    bios_linker_loader_write_pointer(linker, HEST_BLOB_ADDRESS_FILE, 0,
                                     sizeof(uint64_t), HEST_BLOB_FILE,
                                     hest_registers_offset(sources, count));
}

/* A Generic Address Structure that firmware points at 64 bits of the blob */
static void build_register(GArray *table_data, BIOSLinker *linker,
                           uint32_t blob_offset)
{
    unsigned gas = table_data->len;

    build_append_gas(table_data, AML_AS_SYSTEM_MEMORY, 64, 0,
                     GAS_QWORD_ACCESS, 0);
    bios_linker_loader_add_pointer(linker, ACPI_BUILD_TABLE_FILE,
                                   gas + GAS_ADDRESS_OFFSET, sizeof(uint64_t),
                                   HEST_BLOB_FILE, blob_offset);
}

/*
 * ACPI 6.5, 18.3.2.9 Hardware Error Notification: of an interrupt-driven
 * source only the Type says anything.
 */
static void build_notification(GArray *table_data, HestNotificationType type)
{
    unsigned start = table_data->len;

    build_append_int_noprefix(table_data, type, 1);     /* Type */
    build_append_int_noprefix(table_data, HEST_NOTIFICATION_LENGTH, 1);
    build_append_int_noprefix(table_data, 0, 2); /* Config. Write Enable */
    build_append_int_noprefix(table_data, 0, 4); /* Poll Interval */
    build_append_int_noprefix(table_data, 0, 4); /* Vector */
    build_append_int_noprefix(table_data, 0, 4); /* Polling Threshold Value */
    build_append_int_noprefix(table_data, 0, 4); /* Polling Threshold Window */
    build_append_int_noprefix(table_data, 0, 4); /* Error Threshold Value */
    build_append_int_noprefix(table_data, 0, 4); /* Error Threshold Window */
    assert(table_data->len - start == HEST_NOTIFICATION_LENGTH);
}

/* ACPI 6.5, 18.3.2.8 Generic Hardware Error Source version 2 */
static void build_ghes_v2(GArray *table_data, BIOSLinker *linker,
                          const HestSource *sources, unsigned count,
                          unsigned index)
{
    const HestSource *source = &sources[index];
    uint32_t registers = hest_registers_offset(sources, count) +
                         index * sizeof(HestRegisters);
    uint32_t sections = (source->block_size - sizeof(GhesStatusBlock)) /
                        GHES_SHORTEST_SECTION;

    build_append_int_noprefix(table_data, HEST_TYPE_GHES_V2, 2);  /* Type */
    build_append_int_noprefix(table_data, source->source_id, 2); /* Source Id */
    /* Related Source Id */
    build_append_int_noprefix(table_data, HEST_NO_RELATED_SOURCE, 2);
    build_append_int_noprefix(table_data, 0, 1);        /* Flags, reserved */
    build_append_int_noprefix(table_data, true, 1);     /* Enabled */
    build_append_int_noprefix(table_data, 1, 4); /* Records To Pre-allocate */
    /* Max Sections Per Record */
    build_append_int_noprefix(table_data, sections, 4);
    /* Max Raw Data Length */
    build_append_int_noprefix(table_data, source->block_size, 4);
    /* Error Status Address */
    build_register(table_data, linker,
                   registers + offsetof(HestRegisters, block_address));
    build_notification(table_data, source->notification);
    /* Error Status Block Length */
    build_append_int_noprefix(table_data, source->block_size, 4);
    /* Read Ack Register, and which of its bits are the guest's to write */
    build_register(table_data, linker,
                   registers + offsetof(HestRegisters, read_ack));
    build_append_int_noprefix(table_data, ~(uint64_t)HEST_READ_ACK_DONE, 8);
    build_append_int_noprefix(table_data, HEST_READ_ACK_DONE, 8);
}

void build_hest(GArray *table_data, GArray *hardware_errors,
                BIOSLinker *linker, const HestSource *sources, unsigned count,
                const char *oem_id, const char *oem_table_id)
{
    AcpiTable table = { .sig = "HEST", .rev = HEST_REVISION,
                        .oem_id = oem_id, .oem_table_id = oem_table_id };

    build_blob(hardware_errors, linker, sources, count);

    acpi_table_begin(&table, table_data);
    /* Error Source Count */
    build_append_int_noprefix(table_data, count, 4);
    for (unsigned i = 0; i < count; i++) {
        build_ghes_v2(table_data, linker, sources, count, i);
    }
    acpi_table_end(linker, &table);
}
