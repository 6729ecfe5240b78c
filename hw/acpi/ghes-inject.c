/*
 * Describes errors of processors and PCI Express devices by their registers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/bswap.h"
#include "qapi/error.h"
#include "hw/acpi/cper-pcie.h"
#include "hw/pci/pci.h"
#include "hw/pci/pci_bridge.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pcie.h"
#include "hw/pci/pcie_regs.h"
#include "ghes-inject.h"
#include "ghes-internal.h"

/* The virt machine has one segment, and so have the others with GHES */
#define SEGMENT 0

/* PCI Express 5.0, 7.9.3 Device Serial Number: its registers' offset */
#define PCI_DSN_SERIAL_NUMBER 4

/* The shortest have 8 bytes */
#define EXTENDED_CAPABILITIES_MAX \
    ((PCIE_CONFIG_SPACE_SIZE - PCI_CONFIG_SPACE_SIZE) / 8)

/* A device and its capabilities' offsets in configuration space */
typedef struct Device {
    PCIDevice *pci;
    uint16_t express;
    uint16_t aer;
} Device;

static uint32_t get_u32(const Device *d, uint32_t offset)
{
    return d->pci->config_read(d->pci, offset, 4);
}

static uint16_t get_u16(const Device *d, uint32_t offset)
{
    return d->pci->config_read(d->pci, offset, 2);
}

static uint8_t get_u8(const Device *d, uint32_t offset)
{
    return d->pci->config_read(d->pci, offset, 1);
}

/* Registers as they lie in configuration space, which is little-endian */
static void get_registers(const Device *d, uint32_t offset, uint8_t *registers,
                          size_t length)
{
    for (size_t i = 0; i < length; i += 4) {
        stl_le_p(registers + i, get_u32(d, offset + i));
    }
}

static bool is_bridge(const Device *d)
{
    return (get_u8(d, PCI_HEADER_TYPE) & ~PCI_HEADER_TYPE_MULTI_FUNCTION) ==
           PCI_HEADER_TYPE_BRIDGE;
}

static unsigned capability_version(const Device *d)
{
    return get_u16(d, d->express + PCI_EXP_FLAGS) & PCI_EXP_FLAGS_VERS;
}

/* The slot that a port has, or else the one that the device is in, or 0 */
static uint16_t slot_number(const Device *d)
{
    PCIDevice *port = pci_bridge_get_device(pci_get_bus(d->pci));
    const Device above = { port, port ? port->exp.exp_cap : 0 };

    if (get_u16(d, d->express + PCI_EXP_FLAGS) & PCI_EXP_FLAGS_SLOT) {
        return extract32(get_u32(d, d->express + PCI_EXP_SLTCAP), 19, 13);
    }
    return above.express && !is_bridge(d) ? slot_number(&above) : 0;
}

static void set_device_id(const Device *d, CperPcieSection *section)
{
    const CperPcieAddress address = {
        .vendor_id = get_u16(d, PCI_VENDOR_ID),
        .device_id = get_u16(d, PCI_DEVICE_ID),
        .class_code = get_u32(d, PCI_CLASS_REVISION) >> 8,
        .segment = SEGMENT,
        .bus = pci_dev_bus_num(d->pci),
        .devfn = d->pci->devfn,
        .secondary_bus = is_bridge(d) ? get_u8(d, PCI_SECONDARY_BUS) : 0,
        .slot = slot_number(d),
    };

    cper_pcie_set_device_id(section, &address);
}

/*
 * The first version that has what the device has: the capability's version,
 * and the link's speed (PCI Express 5.0, 7.5.3.6 Link Capabilities).
 */
static void set_version(const Device *d, CperPcieSection *section)
{
    static const uint8_t major[] = { 2, 2, 2, 3, 4, 5, 6 };
    unsigned speed = get_u32(d, d->express + PCI_EXP_LNKCAP) &
                     PCI_EXP_LNKCAP_SLS;

    if (capability_version(d) < PCI_EXP_FLAGS_VER2) {
        cper_pcie_set_version(section, 1, 1);
    } else {
        cper_pcie_set_version(section, speed < ARRAY_SIZE(major) ?
                              major[speed] : major[0], 0);
    }
}

static void set_capability(const Device *d, CperPcieSection *section)
{
    uint8_t registers[CPER_PCIE_CAPABILITY_SIZE];
    size_t length = capability_version(d) < PCI_EXP_FLAGS_VER2 ?
                    PCI_EXP_VER1_SIZEOF : PCI_EXP_VER2_SIZEOF;

    length = MIN(length, PCI_CONFIG_SPACE_SIZE - d->express);
    get_registers(d, d->express, registers, length);
    cper_pcie_set_capability(section, registers, length);
}

static void set_serial_number(const Device *d, CperPcieSection *section)
{
    uint16_t offset = pcie_find_capability(d->pci, PCI_EXT_CAP_ID_DSN);
    uint64_t low, high;

    if (offset) {
        low = get_u32(d, offset + PCI_DSN_SERIAL_NUMBER);
        high = get_u32(d, offset + PCI_DSN_SERIAL_NUMBER + 4);
        cper_pcie_set_serial_number(section, high << 32 | low);
    }
}

/* Devices leave registers at its end out and put the next capability there */
static size_t aer_length(const Device *d)
{
    uint32_t offset = PCI_CONFIG_SPACE_SIZE;
    size_t length = MIN(PCI_ERR_SIZEOF, PCIE_CONFIG_SPACE_SIZE - d->aer);

    for (int left = EXTENDED_CAPABILITIES_MAX;
         left && offset >= PCI_CONFIG_SPACE_SIZE; left--) {
        if (offset > d->aer) {
            length = MIN(length, offset - d->aer);
        }
        offset = PCI_EXT_CAP_NEXT(get_u32(d, offset));
    }
    return length;
}

/* The device's registers with the error in them */
static void set_aer(const Device *d, const GhesPcieError *what,
                    CperPcieSection *section)
{
    uint8_t registers[PCI_ERR_SIZEOF] = { };
    size_t length = aer_length(d);
    uint32_t control;

    get_registers(d, d->aer, registers, length);
    stl_le_p(registers + PCI_ERR_COR_STATUS, what->correctable_status);
    stl_le_p(registers + PCI_ERR_UNCOR_STATUS, what->uncorrectable_status);
    if (what->uncorrectable_status) {
        control = ldl_le_p(registers + PCI_ERR_CAP) & ~PCI_ERR_CAP_FEP_MASK;
        stl_le_p(registers + PCI_ERR_CAP,
                 control | ctz32(what->uncorrectable_status));
    }
    for (unsigned i = 0; i < GHES_PCIE_TLP_HEADER_WORDS; i++) {
        stl_le_p(registers + PCI_ERR_HEADER_LOG + 4 * i,
                 what->tlp_header ? what->tlp_header[i] : 0);
    }
    cper_pcie_set_aer(section, registers, length);
}

static void encode(const Device *d, const GhesPcieError *what,
                   CperPcieSection *section)
{
    cper_pcie_init(section);
    cper_pcie_set_port_type(section, pcie_cap_get_type(d->pci));
    set_version(d, section);
    cper_pcie_set_command_status(section, get_u16(d, PCI_COMMAND),
                                 get_u16(d, PCI_STATUS));
    set_device_id(d, section);
    set_serial_number(d, section);
    if (is_bridge(d)) {
        cper_pcie_set_bridge(section, get_u16(d, PCI_SEC_STATUS),
                             get_u16(d, PCI_BRIDGE_CONTROL));
    }
    set_capability(d, section);
    set_aer(d, what, section);
}

static bool find_capabilities(Device *d, Error **errp)
{
    if (!d->pci->enabled) {
        error_setg(errp, "device: it is switched off");
        return false;
    }
    if (!pci_is_express(d->pci) || !d->pci->exp.exp_cap) {
        error_setg(errp, "device: it is not a PCI Express device");
        return false;
    }
    d->express = d->pci->exp.exp_cap;
    d->aer = pcie_find_capability(d->pci, PCI_EXT_CAP_ID_ERR);
    if (!d->aer) {
        error_setg(errp, "device: it has no Advanced Error Reporting "
                   "capability");
        return false;
    }
    if (!pci_bus_is_root(pci_get_bus(d->pci)) && !pci_dev_bus_num(d->pci)) {
        error_setg(errp, "device: the guest has not numbered its bus");
        return false;
    }
    return true;
}

/* Bits of a status register against those that exist and aren't masked */
static bool check_status(const Device *d, const char *name, uint32_t status,
                         uint32_t defined, uint32_t mask_offset, Error **errp)
{
    uint32_t mask = get_u32(d, d->aer + mask_offset);

    if (status & ~defined) {
        error_setg(errp, "%s: AER defines no errors 0x%08" PRIx32, name,
                   status & ~defined);
        return false;
    }
    if (status && !(status & ~mask)) {
        error_setg(errp, "%s: the guest has masked errors 0x%08" PRIx32
                   ", so that the device doesn't report them", name, status);
        return false;
    }
    return true;
}

static bool check_error(const Device *d, const GhesPcieError *what,
                        CperSeverity severity, Error **errp)
{
    bool corrected = severity == CPER_SEVERITY_CORRECTED;

    if (corrected ? what->uncorrectable_status : what->correctable_status) {
        error_setg(errp, "%scorrectable-status: severity is %scorrected",
                   corrected ? "un" : "", corrected ? "" : "un");
        return false;
    }
    if (!what->correctable_status && !what->uncorrectable_status) {
        error_setg(errp, "%scorrectable-status: there is no error in it",
                   corrected ? "" : "un");
        return false;
    }
    if (corrected && what->tlp_header) {
        error_setg(errp, "tlp-header: only an uncorrected error has one");
        return false;
    }
    return check_status(d, "correctable-status", what->correctable_status,
                        PCI_ERR_COR_SUPPORTED, PCI_ERR_COR_MASK, errp) &&
           check_status(d, "uncorrectable-status", what->uncorrectable_status,
                        PCI_ERR_UNC_SUPPORTED, PCI_ERR_UNCOR_MASK, errp);
}

bool ghes_pcie_error(AcpiGhes *ghes, PCIDevice *dev,
                     const GhesPcieError *what, GhesSection *record,
                     Error **errp)
{
    Device d = { .pci = dev };
    CperPcieSection section;

    if (!find_capabilities(&d, errp) ||
        !check_error(&d, what, record->severity, errp)) {
        return false;
    }
    encode(&d, what, &section);
    record->type = cper_pcie_section_type;
    record->payload = &section;
    record->payload_length = sizeof(section);
    return ghes_report_section(ghes, record, errp);
}

bool ghes_processor_error(AcpiGhes *ghes, CPUState *cpu, CperArmSection *what,
                          GhesSection *record, Error **errp)
{
    GhesCpuIdentity identity;

    ghes->identify_cpu(cpu, &identity);
    cper_arm_set_processor(what, identity.mpidr_el1, identity.midr_el1);
    cper_arm_set_running(what, identity.running, identity.psci_state);

    record->type = cper_arm_section_type;
    record->payload = what;
    record->payload_length = cper_arm_length(what);
    return ghes_report_section(ghes, record, errp);
}
