/*
 * CPER section on errors of a PCI Express device: layout and encoder
 *
 * Encoded in place, in guest byte order (little-endian); each setter stores
 * one field together with the validation bit that announces it.
 *
 * The functions are pure: no locks, no guest memory, no failure.
 * Source: UEFI 2.10, N.2.7 PCI Express Error Section.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_CPER_PCIE_H
#define HW_ACPI_CPER_PCIE_H

#include "hw/acpi/cper.h"

extern const uint8_t cper_pcie_section_type[CPER_SECTION_TYPE_SIZE];

#define CPER_PCIE_CAPABILITY_SIZE 60
#define CPER_PCIE_AER_SIZE        96

/* N.2.7, table "PCI Express Error Record", Device ID */
typedef struct QEMU_PACKED CperPcieDeviceId {
    uint16_t vendor_id;
    uint16_t device_id;
    uint8_t class_code[3];
    uint8_t function_number;
    uint8_t device_number;
    uint16_t segment_number;
    uint8_t primary_bus_number;
    uint8_t secondary_bus_number;
    uint16_t slot_number;
    uint8_t reserved;
} CperPcieDeviceId;

QEMU_BUILD_BUG_ON(sizeof(CperPcieDeviceId) != 16);

/* N.2.7, table "PCI Express Error Record" */
typedef struct QEMU_PACKED CperPcieSection {
    uint64_t validation_bits;
    uint32_t port_type;
    uint8_t minor_version;
    uint8_t major_version;
    uint8_t version_reserved[2];
    uint16_t command;
    uint16_t status;
    uint32_t reserved;
    CperPcieDeviceId device_id;
    uint64_t serial_number;
    uint16_t bridge_secondary_status;
    uint16_t bridge_control;
    uint8_t capability[CPER_PCIE_CAPABILITY_SIZE];
    uint8_t aer[CPER_PCIE_AER_SIZE];
} CperPcieSection;

QEMU_BUILD_BUG_ON(sizeof(CperPcieSection) != 208);

/**
 * CperPcieAddress: which device it is; host byte order
 * @vendor_id: PCI Vendor ID
 * @device_id: PCI Device ID
 * @class_code: 24 bits: Base Class, Sub-Class, Programming Interface
 * @segment: PCI segment
 * @bus: number of the bus that the device is on
 * @devfn: device in bits 7:3, function in bits 2:0
 * @secondary_bus: a bridge's, else 0
 * @slot: number of the slot, up to 8191, or 0 if there is none
 */
typedef struct CperPcieAddress {
    uint16_t vendor_id;
    uint16_t device_id;
    uint32_t class_code;
    uint16_t segment;
    uint8_t bus;
    uint8_t devfn;
    uint8_t secondary_bus;
    uint16_t slot;
} CperPcieAddress;

/* cper_pcie_init: start a section with no valid field */
void cper_pcie_init(CperPcieSection *section);

/* cper_pcie_set_port_type: the Device/Port Type of its capability, bits 7:4 */
void cper_pcie_set_port_type(CperPcieSection *section, uint32_t type);

/* cper_pcie_set_version: of PCI Express; each below 100 */
void cper_pcie_set_version(CperPcieSection *section, uint8_t major,
                           uint8_t minor);

/* cper_pcie_set_command_status: the PCI Command and Status registers */
void cper_pcie_set_command_status(CperPcieSection *section, uint16_t command,
                                  uint16_t status);

/* cper_pcie_set_device_id: which device it is */
void cper_pcie_set_device_id(CperPcieSection *section,
                             const CperPcieAddress *address);

/* cper_pcie_set_serial_number: the Device Serial Number */
void cper_pcie_set_serial_number(CperPcieSection *section, uint64_t number);

/**
 * cper_pcie_set_bridge: registers that only bridges have
 * @section: the section
 * @secondary_status: Secondary Status
 * @control: Bridge Control
 */
void cper_pcie_set_bridge(CperPcieSection *section, uint16_t secondary_status,
                          uint16_t control);

/**
 * cper_pcie_set_capability: the PCI Express capability
 * @section: the section
 * @registers: its bytes as they are in configuration space
 * @length: how many the device has, up to CPER_PCIE_CAPABILITY_SIZE
 */
void cper_pcie_set_capability(CperPcieSection *section, const void *registers,
                              size_t length);

/**
 * cper_pcie_set_aer: the Advanced Error Reporting capability
 * @section: the section
 * @registers: its bytes as they are in configuration space, header included
 * @length: how many the device has, up to CPER_PCIE_AER_SIZE
 */
void cper_pcie_set_aer(CperPcieSection *section, const void *registers,
                       size_t length);

#endif
