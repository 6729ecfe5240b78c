/*
 * Encodes the CPER section on errors of a PCI Express device
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bcd.h"
#include "qemu/bitops.h"
#include "qemu/bswap.h"
#include "hw/acpi/cper-pcie.h"

/* UEFI 2.10, N.2.2, table "Section Descriptor", Section Type: PCI Express */
const uint8_t cper_pcie_section_type[CPER_SECTION_TYPE_SIZE] =
    UUID_LE(0xd995e954, 0xbbc1, 0x430f, 0xad, 0x91,
            0xb4, 0x4d, 0xcb, 0x3c, 0x6f, 0x35);

/* N.2.7, table "PCI Express Error Record", Validation Bits */
enum {
    PCIE_VALID_PORT_TYPE = 0,
    PCIE_VALID_VERSION = 1,
    PCIE_VALID_COMMAND_STATUS = 2,
    PCIE_VALID_DEVICE_ID = 3,
    PCIE_VALID_SERIAL_NUMBER = 4,
    PCIE_VALID_BRIDGE = 5,
    PCIE_VALID_CAPABILITY = 6,
    PCIE_VALID_AER = 7,
};

/* Slot Number: bits 15:3; the others are reserved */
#define SLOT_NUMBER_SHIFT 3

void cper_pcie_init(CperPcieSection *section)
{
    memset(section, 0, sizeof(*section));
}

static void pcie_set_valid(CperPcieSection *section, unsigned bit)
{
    section->validation_bits |= cpu_to_le64(BIT_ULL(bit));
}

void cper_pcie_set_port_type(CperPcieSection *section, uint32_t type)
{
    section->port_type = cpu_to_le32(type);
    pcie_set_valid(section, PCIE_VALID_PORT_TYPE);
}

void cper_pcie_set_version(CperPcieSection *section, uint8_t major,
                           uint8_t minor)
{
    section->minor_version = to_bcd(minor);
    section->major_version = to_bcd(major);
    pcie_set_valid(section, PCIE_VALID_VERSION);
}

void cper_pcie_set_command_status(CperPcieSection *section, uint16_t command,
                                  uint16_t status)
{
    section->command = cpu_to_le16(command);
    section->status = cpu_to_le16(status);
    pcie_set_valid(section, PCIE_VALID_COMMAND_STATUS);
}

void cper_pcie_set_device_id(CperPcieSection *section,
                             const CperPcieAddress *address)
{
    CperPcieDeviceId *id = &section->device_id;

    id->vendor_id = cpu_to_le16(address->vendor_id);
    id->device_id = cpu_to_le16(address->device_id);
    /* As in configuration space: Programming Interface first */
    id->class_code[0] = extract32(address->class_code, 0, 8);
    id->class_code[1] = extract32(address->class_code, 8, 8);
    id->class_code[2] = extract32(address->class_code, 16, 8);
    id->function_number = extract32(address->devfn, 0, 3);
    id->device_number = extract32(address->devfn, 3, 5);
    id->segment_number = cpu_to_le16(address->segment);
    id->primary_bus_number = address->bus;
    id->secondary_bus_number = address->secondary_bus;
    id->slot_number = cpu_to_le16(address->slot << SLOT_NUMBER_SHIFT);
    pcie_set_valid(section, PCIE_VALID_DEVICE_ID);
}

void cper_pcie_set_serial_number(CperPcieSection *section, uint64_t number)
{
    section->serial_number = cpu_to_le64(number);
    pcie_set_valid(section, PCIE_VALID_SERIAL_NUMBER);
}

void cper_pcie_set_bridge(CperPcieSection *section, uint16_t secondary_status,
                          uint16_t control)
{
    section->bridge_secondary_status = cpu_to_le16(secondary_status);
    section->bridge_control = cpu_to_le16(control);
    pcie_set_valid(section, PCIE_VALID_BRIDGE);
}

void cper_pcie_set_capability(CperPcieSection *section, const void *registers,
                              size_t length)
{
    assert(length <= sizeof(section->capability));
    memcpy(section->capability, registers, length);
    pcie_set_valid(section, PCIE_VALID_CAPABILITY);
}

void cper_pcie_set_aer(CperPcieSection *section, const void *registers,
                       size_t length)
{
    assert(length <= sizeof(section->aer));
    memcpy(section->aer, registers, length);
    pcie_set_valid(section, PCIE_VALID_AER);
}
