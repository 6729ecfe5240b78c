/*
 * ACPI Hardware Error Source Table (HEST) and the etc/hardware_errors blob
 *
 * The blob, which guest firmware places in its RAM, holds one status block a
 * source and behind them one HestRegisters a source, both in table order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_HEST_H
#define HW_ACPI_HEST_H

#include "hw/acpi/bios-linker-loader.h"

/* fw_cfg files: the blob, and where firmware says that it has placed it */
#define HEST_BLOB_FILE         "etc/hardware_errors"
#define HEST_BLOB_ADDRESS_FILE "etc/hardware_errors_addr"

/* The same for the HEST itself, where stock QEMU from 10.2 on asks for that */
#define HEST_ADDRESS_FILE "etc/acpi_table_hest_addr"

/* ACPI 6.5, 18.3.2.9 Hardware Error Notification, Type */
typedef enum HestNotificationType {
    HEST_NOTIFICATION_POLLED = 0,
    HEST_NOTIFICATION_EXTERNAL = 1,
    HEST_NOTIFICATION_LOCAL = 2,
    HEST_NOTIFICATION_SCI = 3,
    HEST_NOTIFICATION_NMI = 4,
    HEST_NOTIFICATION_CMCI = 5,
    HEST_NOTIFICATION_MCE = 6,
    HEST_NOTIFICATION_GPIO = 7,
    HEST_NOTIFICATION_SEA = 8,
    HEST_NOTIFICATION_SEI = 9,
    HEST_NOTIFICATION_GSIV = 10,
    HEST_NOTIFICATION_SDEI = 11,
} HestNotificationType;

/**
 * HestSource: one error source of a machine
 * @source_id: Source Id, unique in the machine
 * @notification: how the guest learns of an error
 * @block_size: bytes of its status block, a multiple of HEST_BLOCK_ALIGN
 *
 * A machine has one constant table of these.  Nothing else knows the sources.
 */
typedef struct HestSource {
    uint16_t source_id;
    HestNotificationType notification;
    uint32_t block_size;
} HestSource;

/* The registers of one source as they lie in the blob, little-endian */
typedef struct QEMU_PACKED HestRegisters {
    uint64_t block_address;     /* what Error Status Address points to */
    uint64_t read_ack;          /* what Read Ack Register points to */
} HestRegisters;

/* Read Ack Register: set by the guest when it is done with the block */
#define HEST_READ_ACK_DONE 1

#define HEST_BLOB_ALIGN  4096
#define HEST_BLOCK_ALIGN 64

/**
 * hest_block_offset: where in the blob a source's status block lies
 * @sources: the machine's source table
 * @index: the source's place in the table
 *
 * Returns: bytes from the start of the blob.
 */
uint32_t hest_block_offset(const HestSource *sources, unsigned index);

/**
 * hest_registers_offset: where in the blob the registers begin
 * @sources: the machine's source table
 * @count: its entries
 *
 * Firmware writes back the address of this place.  The registers end the
 * blob because UEFI firmware looks whether what the HEST points to might be
 * an ACPI table, which at less than 36 bytes it can't be.
 *
 * Returns: bytes from the start of the blob.
 */
uint32_t hest_registers_offset(const HestSource *sources, unsigned count);

/* hest_blob_size: bytes of the blob; @sources and @count as above */
uint32_t hest_blob_size(const HestSource *sources, unsigned count);

/**
 * build_hest: build the HEST, the blob, and the linker commands of both
 * @table_data: the ACPI tables blob to append the HEST to
 * @hardware_errors: the empty array that becomes the blob
 * @linker: where ALLOCATE, ADD_POINTER, WRITE_POINTER and the checksum go
 * @sources: the machine's source table
 * @count: entries of @sources
 * @oem_id: OEMID of the table's header
 * @oem_table_id: OEM Table ID of the table's header
 *
 * Source: ACPI 6.5, 18.3.2 ACPI Error Source, 18.3.2.8 GHESv2 (Type 10).
 */
void build_hest(GArray *table_data, GArray *hardware_errors,
                BIOSLinker *linker, const HestSource *sources, unsigned count,
                const char *oem_id, const char *oem_table_id);

#endif
