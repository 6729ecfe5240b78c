/*
 * Test cases: what the guest's kernel decodes of errors of all kinds
 *
 * Each line that it must say is here as the kernel has it, so that it doesn't
 * depend on what QEMU says it has sent.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "record.h"

/* A switch without devices behind one port, a network card behind the other */
static const char *const ports[] = {
    "-device", "pcie-root-port,id=port0,addr=4,chassis=1,slot=7",
    "-device", "x3130-upstream,id=up0,bus=port0",
    "-device", "xio3130-downstream,id=down0,bus=up0,chassis=2,slot=9",
    "-device", "pcie-root-port,id=port1,addr=5,chassis=3,slot=5",
    "-device", "e1000e,id=net0,bus=port1,mac=52:54:00:12:34:56,romfile=",
    NULL,
};

const Case record_cases[] = {
    { "record-memory", record_memory,
      "the kernel decodes each field of a memory error" },
    { "record-processor", record_processor,
      "the kernel decodes each field of a processor error" },
    { "record-processor-fatal", record_processor_fatal,
      "a fatal processor error panics the guest" },
    { "record-pcie", record_pcie,
      "the kernel decodes errors of PCIe devices and recovers from them",
      .setup = { .more = ports } },
    { "record-pcie-fatal", record_pcie_fatal,
      "a fatal PCIe error panics the guest", .setup = { .more = ports } },
    { "record-raw", record_raw,
      "firmware, vendor and CXL records get through as they are" },
    { "record-repeat", record_repeat,
      "1,000 equal errors of a vCPU and of a device all arrive",
      .setup = { .more = ports } },
    { NULL },
};
