/*
 * CPER sections on processors and PCI Express, as the specification has them
 *
 * Each table below is one of UEFI 2.10, with its own names, byte lengths and
 * byte offsets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "ghes-decode.h"

/* UEFI 2.10, N.2.4.4, table "ARM Processor Error Section" */
static const GhesField arm_section_fields[] = {
    { "Validation Bit", 4, 0 },
    { "ERR_INFO_NUM", 2, 4 },
    { "CONTEXT_INFO_NUM", 2, 6 },
    { "Section Length", 4, 8 },
    { "Error affinity level", 1, 12 },
    { "Reserved 13", 1, 13 },
    { "Reserved 14", 2, 14 },
    { "MPIDR_EL1", 8, 16 },
    { "MIDR_EL1", 8, 24 },
    { "Running State", 4, 32 },
    { "PSCI State", 4, 36 },
    { }
};
const GhesLayout ghes_layout_arm_section = { 40, arm_section_fields };

/* N.2.4.4.1, table "ARM Processor Error Information Structure" */
static const GhesField arm_information_fields[] = {
    { "Version", 1, 0 },
    { "Length", 1, 1 },
    { "Validation Bit", 2, 2 },
    { "Type", 1, 4 },
    { "Multiple Error", 2, 5 },
    { "Flags", 1, 7 },
    { "Error Information", 8, 8 },
    { "Virtual Fault Address", 8, 16 },
    { "Physical Fault Address", 8, 24 },
    { }
};
const GhesLayout ghes_layout_arm_information = { 32, arm_information_fields };

/* N.2.7, table "PCI Express Error Record", with Device ID's parts */
static const GhesField pcie_section_fields[] = {
    { "Validation Bits", 8, 0 },
    { "Port Type", 4, 8 },
    { "Version", 4, 12 },
    { "Command", 2, 16 },
    { "Status", 2, 18 },
    { "Reserved", 4, 20 },
    { "Vendor ID", 2, 24 },
    { "Device ID", 2, 26 },
    { "Class Code", 3, 28 },
    { "Function Number", 1, 31 },
    { "Device Number", 1, 32 },
    { "Segment Number", 2, 33 },
    { "Primary Bus Number", 1, 35 },
    { "Secondary Bus Number", 1, 36 },
    { "Slot Number", 2, 37 },
    { "Device ID Reserved", 1, 39 },
    { "Device Serial Number", 8, 40 },
    { "Bridge Secondary Status", 2, 48 },
    { "Bridge Control", 2, 50 },
    { "Capability Structure", 60, 52 },
    { "AER Info", 96, 112 },
    { }
};
const GhesLayout ghes_layout_pcie_section = { 208, pcie_section_fields };
