/*
 * Status blocks that were made elsewhere, of kinds that QEMU doesn't know
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>
#include "record.h"

/* ACPI 6.5, 18.3.2.7.1: lengths of the status block's and an entry's header */
#define BLOCK_HEADER    20
#define ENTRY_HEADER    72
#define BLOCK_MAX       2048

typedef struct Block {
    guint8 bytes[BLOCK_MAX];
    gsize length;
} Block;

static void put(guint8 *at, guint bytes, guint64 value)
{
    for (guint i = 0; i < bytes; i++) {
        at[i] = value >> 8 * i;
    }
}

/* Offsets of ACPI 6.5, 18.3.2.7.1; recoverable, with a FRU text */
static void add_section(Block *block, const guint8 *type, const char *fru,
                        const guint8 *payload, gsize length)
{
    guint8 *entry;

    if (!block->length) {
        block->length = BLOCK_HEADER;
    }
    entry = block->bytes + block->length;
    memcpy(entry, type, 16);
    put(entry + 20, 2, 0x0300);         /* Revision */
    put(entry + 22, 1, 2);              /* Validation Bits: FRU Text */
    put(entry + 23, 1, 1);              /* Flags: Primary */
    put(entry + 24, 4, length);         /* Error Data Length */
    memcpy(entry + 44, fru, strlen(fru));
    memcpy(entry + ENTRY_HEADER, payload, length);
    block->length += ENTRY_HEADER + length;
    /* Block Status: uncorrectable, bits 13:4 count the entries; Data Length */
    put(block->bytes, 4, (block->bytes[0] ? block->bytes[0] + 0x10 : 0x11));
    put(block->bytes + 12, 4, block->length - BLOCK_HEADER);
}

/* UEFI 2.10, N.2.2: {81212A96-09ED-4996-9471-8D729C8E69ED} */
static const guint8 firmware_type[16] = {
    0x96, 0x2a, 0x21, 0x81, 0xed, 0x09, 0x96, 0x49,
    0x94, 0x71, 0x8d, 0x72, 0x9c, 0x8e, 0x69, 0xed,
};

/* UEFI 2.10, N.2.10 Firmware Error Record Reference */
static const guint8 firmware[32] = {
    2, 1, 0, 0, 0, 0, 0, 0,             /* type: SoC, type 2; revision 1 */
    0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, /* Record Identifier */
    0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, /* GUID */
    0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
};

/* A vendor's own: {11223344-5566-7788-99AA-BBCCDDEEFF00} */
static const guint8 vendor_type[16] = {
    0x44, 0x33, 0x22, 0x11, 0x66, 0x55, 0x88, 0x77,
    0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0x00,
};

static const guint8 vendor[] = { 0xde, 0xad, 0xbe, 0xef, 0x01, 0x02, 0x03 };

static const char *const firmware_and_vendor[] = {
    "event severity: recoverable",
    "Error 0, type: recoverable",
    "fru_text: BMC",
    "section_type: Firmware Error Record Reference",
    "Firmware Error Record Type: SOC Firmware Error Record Type2",
    "Revision: 1",
    "00000000: 55667788 11223344 00112233 66774455  .wfUD3\".3\"..UDwf",
    "00000010: bbaa9988 ffeeddcc                    ........",
    "Error 1, type: recoverable",
    "fru_text: board",
    "section type: unknown, 11223344-5566-7788-99aa-bbccddeeff00",
    "section length: 0x7",
    "00000000: de ad be ef 01 02 03                             .......",
    NULL,
};

/* UEFI 2.10, N.2.2: {80B9EFB4-52B5-4DE3-A777-68784B771048} */
static const guint8 cxl_protocol_type[16] = {
    0xb4, 0xef, 0xb9, 0x80, 0xb5, 0x52, 0xe3, 0x4d,
    0xa7, 0x77, 0x68, 0x78, 0x4b, 0x77, 0x10, 0x48,
};

/* UEFI 2.10, N.2.13 CXL Protocol Error Section: 116 bytes, DVSEC, error log */
static gsize make_cxl_protocol(guint8 *section)
{
    enum { HEADER = 116, DVSEC = 60, LOG = 88 };

    put(section, 8, 0x6f);              /* Validation Bits: all but 4 */
    put(section + 8, 1, 2);             /* Agent Type: CXL device */
    put(section + 16, 1, 1);            /* Agent Address: function 1, */
    put(section + 17, 1, 2);            /* device 2, */
    put(section + 18, 1, 3);            /* bus 3, */
    put(section + 19, 2, 4);            /* segment 4 */
    put(section + 24, 2, 0x8086);       /* Device ID: vendor, device, */
    put(section + 26, 2, 0x0d93);
    put(section + 28, 2, 0x1af4);       /* subsystem's vendor and device, */
    put(section + 30, 2, 0x1100);
    put(section + 32, 2, 0x0502);       /* class */
    put(section + 40, 8, 0x1122334455667788);   /* Serial Number */
    put(section + 108, 2, DVSEC);       /* CXL DVSEC Length */
    put(section + 110, 2, LOG);         /* CXL Error Log Length */
    put(section + HEADER, 4, 0x01020304);
    section += HEADER + DVSEC;
    put(section, 4, 0x00004000);        /* Uncorrectable Error Status */
    put(section + 4, 4, 0x0001c000);    /* Mask */
    put(section + 8, 4, 0x0001cfff);    /* Severity */
    put(section + 12, 4, 0x00000001);   /* Correctable Error Status */
    put(section + 16, 4, 0x0000007f);   /* Mask */
    put(section + 20, 4, 0x0000000e);   /* Capabilities and Control */
    put(section + 24, 4, 0xcafe0001);   /* Header Log */
    return HEADER + DVSEC + LOG;
}

static const char *const cxl_protocol[] = {
    "event severity: recoverable",
    "Error 0, type: recoverable",
    "fru_text: CXL",
    "6.12+|section_type: CXL Protocol Error",
    "6.12+|agent_type: 2, CXL Device",
    "6.12+|agent_address: 0004:03:02.1",
    "6.12+|slot: 0",
    "6.12+|vendor_id: 0x8086, device_id: 0x0d93",
    "6.12+|sub_vendor_id: 0x1af4, sub_device_id: 0x1100",
    "6.12+|class_code: 0502",
    "6.12+|lower_dw: 0x55667788, upper_dw: 0x11223344",
    "6.12+|DVSEC length: 0x003c",
    "6.12+|CXL DVSEC:",
    "6.12+|00000000: 01020304 00000000 00000000 00000000",
    "6.12+|00000010: 00000000 00000000 00000000 00000000",
    "6.12+|00000020: 00000000 00000000 00000000 00000000",
    "6.12+|00000030: 00000000 00000000 00000000",
    "6.12+|Error log length: 0x0058",
    "6.12+|CXL Error Log:",
    "6.12+|cxl_ras_uncor_status: 0x00004000",
    "6.12+|cxl_ras_uncor_mask: 0x0001c000",
    "6.12+|cxl_ras_uncor_severity: 0x0001cfff",
    "6.12+|cxl_ras_cor_status: 0x00000001",
    "6.12+|cxl_ras_cor_mask: 0x0000007f",
    "6.12+|cap_control: 0x0000000e",
    "6.12+|Header Log Registers:",
    "6.12+|00000000: cafe0001 00000000 00000000 00000000",
    "6.12+|00000010: 00000000 00000000 00000000 00000000",
    "6.12+|00000020: 00000000 00000000 00000000 00000000",
    "6.12+|00000030: 00000000 00000000 00000000 00000000",
    /* 6.1 doesn't know the section, and shows its 264 bytes */
    "6.1|section type: unknown, 80b9efb4-52b5-4de3-a777-68784b771048",
    "6.1|section length: 0x108",
    "6.1|00000000: 0000006f 00000000 00000002 00000000  o...............",
    "6.1|00000010: 04030201 00000000 0d938086 11001af4  ................",
    "6.1|00000020: 00000502 00000000 55667788 11223344  .........wfUD3\".",
    "6.1|00000030: 00000000 00000000 00000000 00000000  ................",
    "6.1|00000040: 00000000 00000000 00000000 00000000  ................",
    "6.1|00000050: 00000000 00000000 00000000 00000000  ................",
    "6.1|00000060: 00000000 00000000 00000000 0058003c  ............<.X.",
    "6.1|00000070: 00000000 01020304 00000000 00000000  ................",
    "6.1|00000080: 00000000 00000000 00000000 00000000  ................",
    "6.1|00000090: 00000000 00000000 00000000 00000000  ................",
    "6.1|000000a0: 00000000 00000000 00000000 00000000  ................",
    "6.1|000000b0: 00004000 0001c000 0001cfff 00000001  .@..............",
    "6.1|000000c0: 0000007f 0000000e cafe0001 00000000  ................",
    "6.1|000000d0: 00000000 00000000 00000000 00000000  ................",
    "6.1|000000e0: 00000000 00000000 00000000 00000000  ................",
    "6.1|000000f0: 00000000 00000000 00000000 00000000  ................",
    "6.1|00000100: 00000000 00000000                    ........",
    NULL,
};

/* UEFI 2.10, N.2.14: general media, DRAM and memory module events */
static const guint8 cxl_event_types[][16] = {
    { 0x77, 0x0a, 0xcd, 0xfb, 0x60, 0xc2, 0x7f, 0x41,
      0x85, 0xa9, 0x08, 0x8b, 0x16, 0x21, 0xeb, 0xa6 },
    { 0xb3, 0xcb, 0x1d, 0x60, 0x06, 0x9c, 0xab, 0x4e,
      0xb8, 0xaf, 0x4e, 0x9b, 0xfb, 0x5c, 0x96, 0x24 },
    { 0x75, 0x74, 0x92, 0xfe, 0x59, 0xdd, 0x39, 0x43,
      0xa5, 0x86, 0x79, 0xba, 0xb1, 0x13, 0xb7, 0x74 },
};

/* UEFI 2.10, N.2.14 CXL Component Event: a header of 32 bytes, and its log */
static gsize make_cxl_event(guint8 *section)
{
    enum { HEADER = 32, LOG = 80 };

    put(section, 4, HEADER + LOG);      /* Length */
    put(section + 4, 8, 0x7);           /* Validation Bits: all */
    put(section + 12, 2, 0x8086);       /* Device ID: vendor, device */
    put(section + 14, 2, 0x0d93);
    put(section + 24, 8, 0x1122334455667788);   /* Device Serial Number */
    return HEADER + LOG;
}

/* 6.1 doesn't know them, and shows their bytes */
#define CXL_EVENT_BYTES                                                     \
    "6.1|section length: 0x70",                                             \
    "6.1|00000000: 00000070 00000007 00000000 0d938086  p...............",  \
    "6.1|00000010: 00000000 00000000 55667788 11223344  .........wfUD3\".", \
    "6.1|00000020: 00000000 00000000 00000000 00000000  ................",  \
    "6.1|00000030: 00000000 00000000 00000000 00000000  ................",  \
    "6.1|00000040: 00000000 00000000 00000000 00000000  ................",  \
    "6.1|00000050: 00000000 00000000 00000000 00000000  ................",  \
    "6.1|00000060: 00000000 00000000 00000000 00000000  ................"

/* 6.12 and later leave the rest to the driver of the device. */
static const char *const cxl_events[] = {
    "event severity: recoverable",
    "Error 0, type: recoverable",
    "fru_text: CXL",
    "6.12+|section_type: CXL General Media Event",
    "6.1|section type: unknown, fbcd0a77-c260-417f-85a9-088b1621eba6",
    CXL_EVENT_BYTES,
    "Error 1, type: recoverable",
    "fru_text: CXL",
    "6.12+|section_type: CXL DRAM Event",
    "6.1|section type: unknown, 601dcbb3-9c06-4eab-b8af-4e9bfb5c9624",
    CXL_EVENT_BYTES,
    "Error 2, type: recoverable",
    "fru_text: CXL",
    "6.12+|section_type: CXL Memory Module Event",
    "6.1|section type: unknown, fe927475-dd59-4339-a586-79bab113b774",
    CXL_EVENT_BYTES,
    NULL,
};

/* GUIDs in these have the bytes as they lie; 6.1 leaves blanks out */
static const char *const traced[] = {
    "non_standard_event: severity: 2; "
    "sec type:962a2181-ed09-9649-9471-8d729c8e69ed; "
    "FRU: 00000000-0000-0000-0000-000000000000 BMC; data len:32; "
    "raw data:02 01 00 00 00 00 00 00 88 77 66 55 44 33 22 11",
    "non_standard_event: severity: 2; "
    "sec type:44332211-6655-8877-99aa-bbccddeeff00; "
    "FRU: 00000000-0000-0000-0000-000000000000 board; data len:7; "
    "raw data:de ad be ef 01 02 03",
    /* The newest kernel gives protocol errors to the driver, too */
    "6.1|sec type:b4efb980-b552-e34d-a777-68784b771048; "
    "FRU: 00000000-0000-0000-0000-000000000000 CXL; data len:264; "
    "raw data:6f 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00",
    "6.12|sec type:b4efb980-b552-e34d-a777-68784b771048; "
    "FRU: 00000000-0000-0000-0000-000000000000 CXL; data len:264; "
    "raw data:6f 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00 01 02 03 04",
    "6.1|sec type:770acdfb-60c2-7f41-85a9-088b1621eba6; "
    "FRU: 00000000-0000-0000-0000-000000000000 CXL; data len:112; ",
    "6.1|sec type:b3cb1d60-069c-ab4e-b8af-4e9bfb5c9624; "
    "FRU: 00000000-0000-0000-0000-000000000000 CXL; data len:112; ",
    "6.1|sec type:757492fe-59dd-3943-a586-79bab113b774; "
    "FRU: 00000000-0000-0000-0000-000000000000 CXL; data len:112; ",
    NULL,
};

bool record_raw(Guest *guest, GError **error)
{
    Block two = { }, protocol = { }, events = { };
    guint8 section[BLOCK_MAX] = { };
    gsize length;

    add_section(&two, firmware_type, "BMC", firmware, sizeof(firmware));
    add_section(&two, vendor_type, "board", vendor, sizeof(vendor));
    length = make_cxl_protocol(section);
    add_section(&protocol, cxl_protocol_type, "CXL", section, length);
    memset(section, 0, sizeof(section));
    length = make_cxl_event(section);
    for (guint i = 0; i < G_N_ELEMENTS(cxl_event_types); i++) {
        add_section(&events, cxl_event_types[i], "CXL", section, length);
    }

    return record_inject_block(guest, two.bytes, two.length, error) &&
           record_expect(guest, 1, firmware_and_vendor, error) &&
           record_inject_block(guest, protocol.bytes, protocol.length,
                               error) &&
           record_expect(guest, 2, cxl_protocol, error) &&
           record_pause(guest, error) &&
           record_inject_block(guest, events.bytes, events.length, error) &&
           record_expect(guest, 3, cxl_events, error) &&
           record_expect_said(guest, traced, error) &&
           guest_expect_idle(guest, GUEST_SOURCE_GED, error);
}
