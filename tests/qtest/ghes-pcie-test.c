/*
 * Tests records of errors of PCI Express devices, and that bad arguments make
 * none
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "ghes-inject.h"

/* Where the virt machine has PCI Express configuration space */
#define ECAM UINT64_C(0x4010000000)

/* Device and bus number of the port with a network card behind it */
#define PORT     4
#define PORT_BUS 9

#define DEVICES                                                         \
    "-device pcie-root-port,id=port0,addr=4,chassis=1,slot=7 "          \
    "-device e1000e,id=net0,bus=port0,mac=52:54:00:12:34:56 "           \
    "-device pcie-root-port,id=port1,addr=5,chassis=2,slot=8191 "       \
    "-device virtio-net-pci,id=net1,bus=port1,aer=on "                  \
    "-device virtio-rng-pci,id=rng0,addr=6 "                            \
    "-device pcie-root-port,id=port2,addr=7,chassis=3 "                 \
    "-device virtio-rng-pci,id=rng1,bus=port2 "

/* UEFI 2.10, N.2.2: {D995E954-BBC1-430F-AD91-B44DCB3C6F35} */
static const uint8_t pcie_section_type[16] = {
    0x54, 0xe9, 0x95, 0xd9, 0xc1, 0xbb, 0x0f, 0x43,
    0xad, 0x91, 0xb4, 0x4d, 0xcb, 0x3c, 0x6f, 0x35,
};

static uint64_t config(unsigned bus, unsigned device, unsigned offset)
{
    return ECAM + ((uint64_t)bus << 20 | device << 15 | offset);
}

/* The bus behind port0 gets a number, that behind port1 none */
static void start(GhesMachine *m)
{
    ghes_machine_start(m, "ras=on", DEVICES);
    ghes_machine_boot(m);
    /* Primary Bus Number 0, Secondary and Subordinate Bus Number */
    qtest_writel(m->qts, config(0, PORT, 0x18), PORT_BUS << 16 |
                                                PORT_BUS << 8);
}

/* R85: registers are those that the guest reads, from @from on */
static void assert_registers(GhesMachine *m, const uint8_t *registers,
                             uint64_t gpa, unsigned from, unsigned to,
                             unsigned size)
{
    for (unsigned i = from; i < to; i += 4) {
        g_assert_cmphex((uint32_t)ldl_le_p(registers + i), ==,
                        qtest_readl(m->qts, gpa + i));
    }
    for (unsigned i = to; i < size; i++) {
        g_assert_cmphex(registers[i], ==, 0);
    }
}

/* Where a capability is, of those from @offset on, by the guest's own walk */
static unsigned find_extended(GhesMachine *m, uint64_t gpa, unsigned id)
{
    unsigned offset = 0x100;
    uint32_t header;

    do {
        g_assert_cmpuint(offset, >=, 0x100);
        header = qtest_readl(m->qts, gpa + offset);
        if ((header & 0xffff) == id) {
            return offset;
        }
        offset = header >> 20;
    } while (offset);
    g_assert_not_reached();
}

static unsigned find_express(GhesMachine *m, uint64_t gpa)
{
    unsigned offset = qtest_readb(m->qts, gpa + 0x34);

    while (qtest_readb(m->qts, gpa + offset) != 0x10) {
        offset = qtest_readb(m->qts, gpa + offset + 1);
        g_assert_cmpuint(offset, !=, 0);
    }
    return offset;
}

/* R83 to R87: a corrected error of a root port */
static void test_port(void)
{
    static const GhesValue values[] = {
        { "Validation Bits", 0xef },    /* all but the serial number */
        { "Port Type", 4 },             /* root port */
        { "Version", 0x0400 },          /* 4.0, by its link of 16 GT/s */
        { "Status", 0x0010 },           /* capabilities list */
        { "Vendor ID", 0x1b36 },
        { "Device ID", 0x000c },
        { "Class Code", 0x060400 },
        { "Device Number", 4 },
        { "Secondary Bus Number", PORT_BUS },
        { "Slot Number", 7 << 3 },
        { }
    };
    g_autofree uint8_t *block = NULL;
    const uint64_t gpa = config(0, PORT, 0);
    const uint8_t *section, *aer;
    unsigned offset;
    GhesMachine m;

    start(&m);
    ghes_inject(&m, "inject-pcie-error",
           "{ 'device': 'port0', 'correctable-status': 193,"
           "  'fru-text': 'slot 7' }");
    section = ghes_inject_take_section(&m, &block, pcie_section_type, 208, 0x12,
                                       GHES_CORRECTED, 0x01, "slot 7");
    ghes_assert_fields(&ghes_layout_pcie_section, section, values);
    offset = find_express(&m, gpa);
    assert_registers(&m, ghes_at(&ghes_layout_pcie_section, section,
                                 "Capability Structure"),
                     gpa + offset, 0, 60, 60);

    /* AER: Correctable Error Status is at 16; no other status is set */
    offset = find_extended(&m, gpa, 1);
    aer = ghes_at(&ghes_layout_pcie_section, section, "AER Info");
    assert_registers(&m, aer, gpa + offset, 0, 16, 16);
    g_assert_cmphex(ldl_le_p(aer + 16), ==, 193);
    assert_registers(&m, aer, gpa + offset, 20, 72, 96);
    g_assert_cmphex(qtest_readl(m.qts, gpa + offset + 16), ==, 0);
    ghes_machine_quit(&m);
}

/* R83 to R87: an uncorrected error of an endpoint, whose AER is short */
static void test_endpoint(void)
{
    static const GhesValue values[] = {
        { "Validation Bits", 0xdf },    /* all but the bridge's registers */
        { "Version", 0x0101 },          /* its capability has version 1 */
        { "Command", 0x0004 },          /* bus master */
        { "Status", 0x0010 },
        { "Vendor ID", 0x8086 },
        { "Device ID", 0x10d3 },
        { "Class Code", 0x020000 },
        { "Primary Bus Number", PORT_BUS },
        { "Slot Number", 7 << 3 },      /* that of the port */
        { "Device Serial Number", 0x525400ffff123456 },
        { }
    };
    static const uint32_t tlp[] = { 0x4a000001, 0x02000004, 0, 0xdeadbeef };
    g_autofree uint8_t *block = NULL;
    const uint64_t gpa = config(PORT_BUS, 0, 0);
    const uint8_t *section, *aer;
    unsigned offset;
    GhesMachine m;

    start(&m);
    qtest_writew(m.qts, gpa + 4, 0x0004);
    ghes_inject(&m, "inject-pcie-error",
           "{ 'device': '/machine/peripheral/net0', 'reset': true,"
           "  'uncorrectable-status': 1052672,"
           "  'tlp-header': [ 1241513985, 33554436, 0, 3735928559 ] }");
    section = ghes_inject_take_section(&m, &block, pcie_section_type, 208, 0x11,
                                       GHES_RECOVERABLE, 0x05, "");
    ghes_assert_fields(&ghes_layout_pcie_section, section, values);
    offset = find_express(&m, gpa);
    assert_registers(&m, ghes_at(&ghes_layout_pcie_section, section,
                                 "Capability Structure"),
                     gpa + offset, 0, 20, 60);

    offset = find_extended(&m, gpa, 1);
    aer = ghes_at(&ghes_layout_pcie_section, section, "AER Info");
    assert_registers(&m, aer, gpa + offset, 0, 4, 4);
    /* Poisoned TLP (12) and Unsupported Request (20); the first one is 12 */
    g_assert_cmphex(ldl_le_p(aer + 4), ==, 0x00101000);
    assert_registers(&m, aer, gpa + offset, 8, 24, 24);
    g_assert_cmphex(ldl_le_p(aer + 24), ==,
                    (qtest_readl(m.qts, gpa + offset + 24) & ~0x1f) | 12);
    for (size_t i = 0; i < ARRAY_SIZE(tlp); i++) {
        g_assert_cmphex((uint32_t)ldl_le_p(aer + 28 + 4 * i), ==, tlp[i]);
    }
    /* At 64 bytes its serial number's capability follows */
    g_assert_cmpuint(find_extended(&m, gpa, 3) - offset, ==, 64);
    assert_registers(&m, aer, gpa + offset, 44, 64, 96);
    g_assert_cmphex(qtest_readl(m.qts, gpa + offset + 4), ==, 0);
    ghes_machine_quit(&m);
}

/* R86: which error it is if the command doesn't say */
static void test_defaults(void)
{
    static const struct {
        const char *json;
        uint64_t block_status;
        uint64_t severity;
        uint32_t uncorrectable;
        uint32_t correctable;
    } defaults[] = {
        { "{ 'device': 'port0' }", 0x11, GHES_RECOVERABLE, 0x4000, 0 },
        { "{ 'device': 'port0', 'severity': 'corrected' }", 0x12,
          GHES_CORRECTED, 0, 1 },
        { "{ 'device': 'port0', 'severity': 'fatal' }", 0x11, GHES_FATAL,
          0x4000, 0 },
        { "{ 'device': 'port0', 'uncorrectable-status': 16 }", 0x11,
          GHES_RECOVERABLE, 16, 0 },
        { "{ 'device': 'port0', 'correctable-status': 64 }", 0x12,
          GHES_CORRECTED, 0, 64 },
    };
    GhesMachine m;

    start(&m);
    for (size_t i = 0; i < ARRAY_SIZE(defaults); i++) {
        g_autofree uint8_t *block = NULL;
        const uint8_t *section, *aer;

        ghes_inject(&m, "inject-pcie-error", defaults[i].json);
        section = ghes_inject_take_section(&m, &block, pcie_section_type, 208,
                                           defaults[i].block_status,
                                           defaults[i].severity, 0x01, "");
        aer = ghes_at(&ghes_layout_pcie_section, section, "AER Info");
        g_assert_cmphex(ldl_le_p(aer + 4), ==, defaults[i].uncorrectable);
        g_assert_cmphex(ldl_le_p(aer + 16), ==, defaults[i].correctable);
    }
    ghes_machine_quit(&m);
}

static const GhesInjectRefusal refusals[] = {
    { "no-device", "{ }", "device" },
    { "device-unknown", "{ 'device': 'port7' }", "device: " },
    { "device-empty", "{ 'device': '' }", "device: " },
    { "device-number", "{ 'device': 4 }", "device" },
    { "device-no-device", "{ 'device': '/machine' }", "device: " },
    { "device-cpu", "{ 'device': '/machine/unattached/device[0]' }",
      "device: " },
    /* It is conventional PCI on a root bus */
    { "device-host-bridge", "{ 'device': '/machine/unattached/device[1]' }",
      "device: " },
    { "device-conventional", "{ 'device': 'rng0' }",
      "device: it is not a PCI Express device" },
    { "device-without-aer", "{ 'device': 'rng1' }",
      "device: it has no Advanced Error Reporting" },
    { "device-without-bus", "{ 'device': 'net1' }",
      "device: the guest has not numbered its bus" },
    { "severity", "{ 'device': 'port0', 'severity': 'none' }", "severity" },
    { "correctable-uncorrected",
      "{ 'device': 'port0', 'correctable-status': 1,"
      "  'severity': 'recoverable' }", "correctable-status: " },
    { "correctable-fatal",
      "{ 'device': 'port0', 'correctable-status': 1, 'severity': 'fatal' }",
      "correctable-status: " },
    { "uncorrectable-corrected",
      "{ 'device': 'port0', 'uncorrectable-status': 16,"
      "  'severity': 'corrected' }", "uncorrectable-status: " },
    { "both",
      "{ 'device': 'port0', 'uncorrectable-status': 16,"
      "  'correctable-status': 1 }", "uncorrectable-status: " },
    { "correctable-0", "{ 'device': 'port0', 'correctable-status': 0 }",
      "correctable-status: " },
    { "uncorrectable-0", "{ 'device': 'port0', 'uncorrectable-status': 0 }",
      "uncorrectable-status: " },
    { "correctable-reserved",
      "{ 'device': 'port0', 'correctable-status': 3 }",
      "correctable-status: " },
    { "uncorrectable-reserved",
      "{ 'device': 'port0', 'uncorrectable-status': 17 }",
      "uncorrectable-status: " },
    { "uncorrectable-33-bits",
      "{ 'device': 'port0', 'uncorrectable-status': 4294967296 }",
      "uncorrectable-status" },
    /* Bit 13, Advisory Non-Fatal: masked after a reset */
    { "correctable-masked",
      "{ 'device': 'port0', 'correctable-status': 8192 }",
      "correctable-status: the guest has masked" },
    { "tlp-header-3",
      "{ 'device': 'port0', 'tlp-header': [ 1, 2, 3 ] }", "tlp-header: " },
    { "tlp-header-5",
      "{ 'device': 'port0', 'tlp-header': [ 1, 2, 3, 4, 5 ] }",
      "tlp-header: " },
    { "tlp-header-0", "{ 'device': 'port0', 'tlp-header': [ ] }",
      "tlp-header: " },
    { "tlp-header-large",
      "{ 'device': 'port0', 'tlp-header': [ 1, 2, 3, 4294967296 ] }",
      "tlp-header[3]" },
    { "tlp-header-corrected",
      "{ 'device': 'port0', 'correctable-status': 1,"
      "  'tlp-header': [ 1, 2, 3, 4 ] }", "tlp-header: " },
    { "reset", "{ 'device': 'port0', 'reset': 1 }", "reset" },
    { "fru-text-21",
      "{ 'device': 'port0', 'fru-text': '123456789012345678901' }",
      "fru-text: " },
    { "fru-text-not-ascii",
      "{ 'device': 'port0', 'fru-text': 'K\\u00e4rtchen' }", "fru-text: " },
    { "unknown-argument", "{ 'device': 'port0', 'bus': 1 }", "bus" },
};

/* R88 */
static void test_refuse(void)
{
    GhesMachine m;

    start(&m);
    ghes_inject_refuse_all(&m, "inject-pcie-error", refusals,
                           ARRAY_SIZE(refusals));
    ghes_machine_quit(&m);
}

/* R88: the guest masks Malformed TLP, bit 18 */
static void test_masked(void)
{
    static const GhesInjectRefusal refusal = {
        "uncorrectable-masked",
        "{ 'device': 'port0', 'uncorrectable-status': 262144 }",
        "uncorrectable-status: the guest has masked"
    };
    const uint64_t gpa = config(0, PORT, 0);
    uint64_t mask;
    GhesMachine m;

    start(&m);
    /* PCI Express 5.0, 7.8.4.3 Uncorrectable Error Mask: at 8 */
    mask = gpa + find_extended(&m, gpa, 1) + 8;
    qtest_writel(m.qts, mask, qtest_readl(m.qts, mask) | 1 << 18);
    g_assert_cmphex(qtest_readl(m.qts, mask) & 1 << 18, ==, 1 << 18);
    ghes_inject_refuse_all(&m, "inject-pcie-error", &refusal, 1);
    ghes_machine_quit(&m);
}

static void refuse_net0(GhesMachine *m, const char *reason)
{
    const GhesInjectRefusal refusal = {
        "net0", "{ 'device': 'net0' }", reason
    };

    ghes_inject_refuse_all(m, "inject-pcie-error", &refusal, 1);
}

/* R88: the guest switches the slot off, and lets the device be unplugged */
static void test_gone(void)
{
    GhesMachine m;
    uint64_t slot_control;

    start(&m);
    /* PCI Express 5.0, 7.5.3.10 Slot Control: at 24 in the capability */
    slot_control = config(0, PORT, find_express(&m, config(0, PORT, 0)) + 24);

    /* Power Indicator on, 9:8 = 1; Power Controller Control off, 10 = 1 */
    qtest_writew(m.qts, slot_control, 0x0500);
    refuse_net0(&m, "device: it is switched off");

    qtest_qmp_assert_success(m.qts, "{ 'execute': 'device_del',"
                             "  'arguments': { 'id': 'net0' } }");
    /* The indicator off as well, 9:8 = 3 */
    qtest_writew(m.qts, slot_control, 0x0700);
    qtest_qmp_eventwait(m.qts, "DEVICE_DELETED");
    refuse_net0(&m, "device: there is no 'net0'");
    ghes_machine_quit(&m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("ghes/pcie/port", test_port);
    qtest_add_func("ghes/pcie/endpoint", test_endpoint);
    qtest_add_func("ghes/pcie/defaults", test_defaults);
    qtest_add_func("ghes/pcie/refuse", test_refuse);
    qtest_add_func("ghes/pcie/masked", test_masked);
    qtest_add_func("ghes/pcie/gone", test_gone);

    return g_test_run();
}
