/*
 * Records of errors of PCI Express devices, and Linux's recovery from them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>
#include "record.h"

/*
 * Where the devices have Advanced Error Reporting, and its mask of uncorrectable
 * errors there: PCI Express 5.0, 7.8.4
 */
#define AER 0x100
#define AER_ID "0100"
#define AER_UNCORRECTABLE_MASK 8

static const char *const root_port[] = {
    "event severity: corrected",
    "Error 0, type: corrected",
    "fru_text: slot 7",
    "section_type: PCIe error",
    "port_type: 4, root port",
    "version: 4.0",
    "command: 0x0407, status: 0x0010",
    "device_id: 0000:00:04.0",
    "slot: 7",
    "secondary_bus: 0x01",
    "vendor_id: 0x1b36, device_id: 0x000c",
    "class_code: 060400",
    "bridge: secondary_status: 0x0000, control: 0x0002",
    "6.12|aer_cor_status: 0x00000041, aer_cor_mask: 0x0000e000",
    "newest|aer_cor_status: 0x00000041, aer_cor_mask: 0x0000c000",
    "6.12+|aer_uncor_status: 0x00000000, aer_uncor_mask: MASK",
    "6.12+|aer_uncor_severity: 0x00462030",
    "6.12+|TLP Header: 00000000 00000000 00000000 00000000",
    NULL,
};

static const char *const upstream_port[] = {
    "event severity: recoverable",
    "Error 0, type: recoverable",
    "section_type: PCIe error",
    "port_type: 5, upstream switch port",
    "version: 2.0",
    "6.1|command: 0x0407, status: 0x0010",
    "6.12+|command: 0x0007, status: 0x0010",
    "device_id: 0000:01:00.0",
    "slot: 0",
    "secondary_bus: 0x02",
    "vendor_id: 0x104c, device_id: 0x8232",
    "class_code: 060400",
    "bridge: secondary_status: 0x0000, control: 0x0002",
    "6.12|aer_cor_status: 0x00000000, aer_cor_mask: 0x0000e000",
    "newest|aer_cor_status: 0x00000000, aer_cor_mask: 0x0000c000",
    "6.12+|aer_uncor_status: 0x00001000, aer_uncor_mask: MASK",
    "6.12+|aer_uncor_severity: 0x00462030",
    "6.12+|TLP Header: 4a000001 02000004 00000000 deadbeef",
    NULL,
};

static const char *const downstream_port[] = {
    "event severity: recoverable",
    "Error 0, type: recoverable",
    "section_type: PCIe error",
    "port_type: 6, downstream switch port",
    "version: 2.0",
    "command: 0x0407, status: 0x0010",
    "device_id: 0000:02:00.0",
    "slot: 9",
    "secondary_bus: 0x03",
    "vendor_id: 0x104c, device_id: 0x8233",
    "class_code: 060400",
    "bridge: secondary_status: 0x0000, control: 0x0002",
    "6.12|aer_cor_status: 0x00000000, aer_cor_mask: 0x0000e000",
    "newest|aer_cor_status: 0x00000000, aer_cor_mask: 0x0000c000",
    "6.12+|aer_uncor_status: 0x00004000, aer_uncor_mask: MASK",
    "6.12+|aer_uncor_severity: 0x00462030",
    "6.12+|TLP Header: 00000000 00000000 00000000 00000000",
    NULL,
};

/* A network card, whose driver isn't loaded */
static const char *const endpoint[] = {
    "event severity: recoverable",
    "Error 0, type: recoverable",
    "section_type: PCIe error",
    "port_type: 0, PCIe end point",
    "version: 1.1",
    "command: 0x0000, status: 0x0010",
    "device_id: 0000:04:00.0",
    "slot: 5",
    "secondary_bus: 0x00",
    "vendor_id: 0x8086, device_id: 0x10d3",
    "class_code: 020000",
    "serial number: 0xff123456, 0x525400ff",
    "6.12|aer_cor_status: 0x00000000, aer_cor_mask: 0x0000e000",
    "newest|aer_cor_status: 0x00000000, aer_cor_mask: 0x0000c000",
    "6.12+|aer_uncor_status: 0x00100000, aer_uncor_mask: MASK",
    "6.12+|aer_uncor_severity: 0x00462030",
    "6.12+|TLP Header: 00000000 00000000 00000000 00000000",
    NULL,
};

/* The trace event of up to 6.12 takes a TLP header for absent. */
static const char *const traced[] = {
    "aer_event: 0000:00:04.0 PCIe Bus Error: severity=Corrected, "
    "Receiver Error|Bad TLP, TLP Header=Not available",
    "aer_event: 0000:01:00.0 PCIe Bus Error: severity=Uncorrected, non-fatal, "
    "Poisoned TLP, TLP Header=",
    "newest|TLP Header={0x4a000001,0x2000004,0x0,0xdeadbeef,",
    "aer_event: 0000:02:00.0 PCIe Bus Error: severity=Fatal, "
    "Completion Timeout, ",
    "aer_event: 0000:04:00.0 PCIe Bus Error: severity=Uncorrected, non-fatal, "
    "Unsupported Request Error, ",
    NULL,
};

/* What Linux's AER says of the registers in the record */
static const char *const reported[] = {
    "  [ 0] RxErr ",
    "  [ 6] BadTLP ",
    "  [12] TLP ",
    "6.1|pcieport 0000:01:00.0: AER:   TLP Header: 4a000001 02000004 "
    "00000000 deadbeef",
    "6.12|pcieport 0000:01:00.0: AER:   TLP Header: 4a000001 02000004 "
    "00000000 deadbeef",
    "newest|pcieport 0000:01:00.0: AER:   TLP Header: 0x4a000001 0x02000004 "
    "0x00000000 0xdeadbeef",
    "  [14] CmpltTO ",
    NULL,
};

static const char *const recovered[] = {
    "pcieport 0000:00:04.0: AER: device recovery successful", NULL,
};

static const char *const reset_and_recovered[] = {
    "pcieport 0000:02:00.0: AER: Downstream Port link has been reset (0)",
    "pcieport 0000:02:00.0: AER: device recovery successful",
    NULL,
};

static const char *const not_recovered[] = {
    "pci 0000:04:00.0: AER: can't recover (no error_detected callback)",
    "pcieport 0000:00:05.0: AER: device recovery failed",
    NULL,
};

/*
 * What is masked after a reset isn't the same in all versions of QEMU.  A record
 * has what the guest reads: @lines with that for MASK.
 */
static GStrv add_mask(Guest *guest, const char *device,
                      const char *const *lines, GError **error)
{
    g_autofree char *bytes = guest_ask(guest, NULL, error,
        "bytes %u %u /sys/bus/pci/devices/%s/config", AER,
        AER_UNCORRECTABLE_MASK + 4, device);
    g_autoptr(GStrvBuilder) all = g_strv_builder_new();
    g_autofree char *mask = NULL;

    if (!bytes) {
        return NULL;
    }
    if (!g_str_has_prefix(bytes, AER_ID) ||
        strlen(bytes) != 2 * (AER_UNCORRECTABLE_MASK + 4)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                    "no AER at %u of %s: %s", AER, device, bytes);
        return NULL;
    }
    mask = g_strdup_printf("0x%08x", GUINT32_SWAP_LE_BE((guint32)
        g_ascii_strtoull(bytes + 2 * AER_UNCORRECTABLE_MASK, NULL, 16)));
    for (; *lines; lines++) {
        g_auto(GStrv) parts = g_strsplit(*lines, "MASK", 2);
        g_autofree char *line = g_strjoinv(mask, parts);

        g_strv_builder_add(all, line);
    }
    return g_strv_builder_end(all);
}

static bool expect(Guest *guest, guint number, const char *device,
                   const char *const *lines, GError **error)
{
    g_auto(GStrv) all = add_mask(guest, device, lines, error);

    return all && record_expect(guest, number, (const char *const *)all, error);
}

bool record_pcie(Guest *guest, GError **error)
{
    return record_inject(guest, "inject-pcie-error",
               "{ \"device\": \"port0\", \"correctable-status\": 65,"
               "  \"fru-text\": \"slot 7\" }", error) &&
           expect(guest, 1, "0000:00:04.0", root_port, error) &&
           record_inject(guest, "inject-pcie-error",
               "{ \"device\": \"up0\", \"uncorrectable-status\": 4096,"
               "  \"tlp-header\": [ 1241513985, 33554436, 0, 3735928559 ] }",
               error) &&
           expect(guest, 2, "0000:01:00.0", upstream_port, error) &&
           record_expect_said(guest, recovered, error) &&
           record_inject(guest, "inject-pcie-error",
               "{ \"device\": \"/machine/peripheral/down0\","
               "  \"reset\": true }", error) &&
           expect(guest, 3, "0000:02:00.0", downstream_port, error) &&
           record_expect_said(guest, reset_and_recovered, error) &&
           record_pause(guest, error) &&
           record_inject(guest, "inject-pcie-error",
               "{ \"device\": \"net0\", \"severity\": \"recoverable\","
               "  \"uncorrectable-status\": 1048576 }", error) &&
           expect(guest, 4, "0000:04:00.0", endpoint, error) &&
           record_expect_said(guest, not_recovered, error) &&
           record_expect_said(guest, traced, error) &&
           record_expect_said(guest, reported, error) &&
           guest_expect_idle(guest, GUEST_SOURCE_GED, error);
}

static const char *const fatal[] = {
    "event severity: fatal",
    "Error 0, type: fatal",
    "section_type: PCIe error",
    "port_type: 4, root port",
    "version: 4.0",
    "command: 0x0407, status: 0x0010",
    "device_id: 0000:00:05.0",
    "slot: 5",
    "secondary_bus: 0x04",
    "vendor_id: 0x1b36, device_id: 0x000c",
    "class_code: 060400",
    "bridge: secondary_status: 0x0000, control: 0x0002",
    "6.12|aer_cor_status: 0x00000000, aer_cor_mask: 0x0000e000",
    "newest|aer_cor_status: 0x00000000, aer_cor_mask: 0x0000c000",
    "aer_uncor_status: 0x00000010, aer_uncor_mask: MASK",
    "aer_uncor_severity: 0x00462030",
    "TLP Header: 00000000 00000000 00000000 00000000",
    NULL,
};

bool record_pcie_fatal(Guest *guest, GError **error)
{
    g_auto(GStrv) all = add_mask(guest, "0000:00:05.0", fatal, error);

    return all && record_inject(guest, "inject-pcie-error",
               "{ \"device\": \"port1\", \"severity\": \"fatal\","
               "  \"uncorrectable-status\": 16 }", error) &&
           record_expect_console(guest, (const char *const *)all, error);
}
