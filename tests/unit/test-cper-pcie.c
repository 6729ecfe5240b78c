/*
 * Tests the encoder of the PCI Express Error Section
 *
 * The bytes come from UEFI 2.10, N.2.7, not from the encoder.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/acpi/cper-pcie.h"

/* Table "PCI Express Error Record": Byte Length of the whole */
#define SECTION_LENGTH 208

/* N.2.2, Section Type: {D995E954-BBC1-430F-AD91-B44DCB3C6F35} */
static void test_section_type(void)
{
    static const uint8_t guid[] = {
        0x54, 0xe9, 0x95, 0xd9, 0xc1, 0xbb, 0x0f, 0x43,
        0xad, 0x91, 0xb4, 0x4d, 0xcb, 0x3c, 0x6f, 0x35,
    };

    g_assert_cmpmem(cper_pcie_section_type, CPER_SECTION_TYPE_SIZE,
                    guid, sizeof(guid));
}

static void assert_section(const CperPcieSection *section,
                           const uint8_t *expected)
{
    g_assert_cmpuint(sizeof(*section), ==, SECTION_LENGTH);
    g_assert_cmpmem(section, SECTION_LENGTH, expected, SECTION_LENGTH);
}

static void test_init(void)
{
    static const uint8_t nothing_valid[SECTION_LENGTH];
    CperPcieSection section;

    memset(&section, 0xff, sizeof(section));
    cper_pcie_init(&section);
    assert_section(&section, nothing_valid);
}

static void test_port_type(void)
{
    static const uint8_t golden[SECTION_LENGTH] = {
        [0] = 0x01, [8] = 0x04,         /* 4: Root Port */
    };
    CperPcieSection section;

    cper_pcie_init(&section);
    cper_pcie_set_port_type(&section, 4);
    assert_section(&section, golden);
}

static void test_version(void)
{
    static const uint8_t golden[SECTION_LENGTH] = {
        [0] = 0x02, [12] = 0x01, [13] = 0x12,   /* minor, major, in BCD */
    };
    CperPcieSection section;

    cper_pcie_init(&section);
    cper_pcie_set_version(&section, 12, 1);
    assert_section(&section, golden);
}

static void test_command_status(void)
{
    static const uint8_t golden[SECTION_LENGTH] = {
        [0] = 0x04,
        [16] = 0x06, [17] = 0x04,       /* Command 0x0406 */
        [18] = 0x10, [19] = 0x80,       /* Status 0x8010 */
    };
    CperPcieSection section;

    cper_pcie_init(&section);
    cper_pcie_set_command_status(&section, 0x0406, 0x8010);
    assert_section(&section, golden);
}

/* R84 */
static void test_device_id(void)
{
    static const uint8_t golden[SECTION_LENGTH] = {
        [0] = 0x08,
        [24] = 0x36, [25] = 0x1b,       /* Vendor ID 0x1b36 */
        [26] = 0x0c, [27] = 0xa5,       /* Device ID 0xa50c */
        [28] = 0x01, 0x02, 0x0c,        /* Class Code 0x0c0201 */
        [31] = 0x05,                    /* Function 5 */
        [32] = 0x1e,                    /* Device 30 */
        [33] = 0x34, [34] = 0x12,       /* Segment 0x1234 */
        [35] = 0x7f,                    /* Bus 127 */
        [36] = 0x80,                    /* Secondary Bus 128 */
        [37] = 0xf8, [38] = 0xff,       /* Slot Number 8191, from bit 3 on */
        [39] = 0x00,
    };
    static const CperPcieAddress address = {
        .vendor_id = 0x1b36, .device_id = 0xa50c, .class_code = 0x0c0201,
        .segment = 0x1234, .bus = 127, .devfn = 30 << 3 | 5,
        .secondary_bus = 128, .slot = 8191,
    };
    CperPcieSection section;

    cper_pcie_init(&section);
    cper_pcie_set_device_id(&section, &address);
    assert_section(&section, golden);
}

static void test_serial_number(void)
{
    static const uint8_t golden[SECTION_LENGTH] = {
        [0] = 0x10,
        [40] = 0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01,
    };
    CperPcieSection section;

    cper_pcie_init(&section);
    cper_pcie_set_serial_number(&section, 0x0123456789abcdefULL);
    assert_section(&section, golden);
}

static void test_bridge(void)
{
    static const uint8_t golden[SECTION_LENGTH] = {
        [0] = 0x20,
        [48] = 0x00, [49] = 0x20,       /* Secondary Status 0x2000 */
        [50] = 0x03, [51] = 0x01,       /* Bridge Control 0x0103 */
    };
    CperPcieSection section;

    cper_pcie_init(&section);
    cper_pcie_set_bridge(&section, 0x2000, 0x0103);
    assert_section(&section, golden);
}

/* R85: registers as they are, and 0 where the device has none */
static void test_registers(void)
{
    static const uint8_t capability[SECTION_LENGTH] = {
        [0] = 0x40, [52] = 0x10, 0x00, 0x42, 0x01,
    };
    static const uint8_t aer[SECTION_LENGTH] = {
        [0] = 0x80, [112] = 0x01, 0x00, 0x02, 0x14, 0x20,
    };
    uint8_t full[SECTION_LENGTH] = { [0] = 0xc0 };
    uint8_t registers[96];
    CperPcieSection section;

    cper_pcie_init(&section);
    cper_pcie_set_capability(&section, capability + 52, 4);
    assert_section(&section, capability);

    cper_pcie_init(&section);
    cper_pcie_set_aer(&section, aer + 112, 5);
    assert_section(&section, aer);

    for (int i = 0; i < 96; i++) {
        registers[i] = i + 1;
        full[112 + i] = i + 1;
    }
    for (int i = 0; i < 60; i++) {
        full[52 + i] = i + 1;
    }
    cper_pcie_init(&section);
    cper_pcie_set_capability(&section, registers, 60);
    cper_pcie_set_aer(&section, registers, 96);
    assert_section(&section, full);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    g_test_add_func("/cper-pcie/section-type", test_section_type);
    g_test_add_func("/cper-pcie/init", test_init);
    g_test_add_func("/cper-pcie/port-type", test_port_type);
    g_test_add_func("/cper-pcie/version", test_version);
    g_test_add_func("/cper-pcie/command-status", test_command_status);
    g_test_add_func("/cper-pcie/device-id", test_device_id);
    g_test_add_func("/cper-pcie/serial-number", test_serial_number);
    g_test_add_func("/cper-pcie/bridge", test_bridge);
    g_test_add_func("/cper-pcie/registers", test_registers);

    return g_test_run();
}
