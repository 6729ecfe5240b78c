/*
 * Errors for rasdaemon, and the rows of its database that they make
 *
 * What is injected and what must be recorded is written here twice, by hand:
 * the sections from UEFI 2.10, Appendix N, the rows from rasdaemon's tables.
 *
 * The daemon is Debian 13's, 0.8.3. It gets some things wrong, and * stands in
 * their place below:
 * - arm_event's error_type and error_flags are cut after 7 characters;
 * - its error_count is Multiple Error plus 1, and like error_info that of the
 *   last error information structure, where error_type and error_flags are
 *   those of the first;
 * - non_standard_event's sec_type goes on behind the GUID until a byte is 0;
 * - its log shows registers of an Ampere CPU with each arm_event, read from
 *   where the event has no such data.
 * arm_event has no column for MIDR, severity or CPU.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rasdaemon-steps.h"

/* Generic Error Status Block and Data Entry (ACPI 6.5, 18.3.2.7.1) */
#define BLOCK(status, data_length, severity)                                \
    status "00000000" "00000000" data_length severity
#define ENTRY(type, severity, validation, length, fru_id, fru_text)         \
    type severity "0003" validation "01" length fru_id fru_text             \
    "0000000000000000"

#define NO_FRU_ID       "00000000000000000000000000000000"
#define NO_FRU_TEXT     "0000000000000000000000000000000000000000"

/* An ARM Processor Error Section (N.2.4.4) with one information structure */
static const char processor_block[] =
    BLOCK("12000000", "98000000", "02000000")   /* corrected; 72 + 80 bytes */
    ENTRY("163d9ee111bce4119caac2051d5d46b0", "02000000", "00", "50000000",
          NO_FRU_ID, NO_FRU_TEXT)
    "0f000000"          /* Validation Bits: all */
    "0100" "0000"       /* ERR_INFO_NUM, CONTEXT_INFO_NUM */
    "50000000"          /* Section Length: 40 + 32 + 8 */
    "02" "000000"       /* Error Affinity Level */
    "0302018000000000"  /* MPIDR_EL1 0x80010203 */
    "70d01f4100000000"  /* MIDR_EL1 0x411fd070 */
    "01000000"          /* Running State: running */
    "00000000"          /* PSCI State */
    "00" "20"           /* Version, Length */
    "1f00"              /* Validation Bits: all */
    "04"                /* Type: TLB */
    "0200"              /* Multiple Error: 2 */
    "0a"                /* Flags: last, overflow */
    "1100450000000000"  /* Error Information 0x450011 */
    "6045238100 80ffff" /* Virtual Fault Address 0xffff800081234560 */
    "40002fa000000000"  /* Physical Fault Address 0xa02f0040 */
    "a0a1a2a3a4a5a6a7"; /* Vendor Specific Error Information */

/* Two information structures, one of a cache and with an address */
static const char processor_blocks_two[] =
    BLOCK("11000000", "b0000000", "00000000")   /* recoverable; 72 + 104 */
    ENTRY("163d9ee111bce4119caac2051d5d46b0", "00000000", "00", "68000000",
          NO_FRU_ID, NO_FRU_TEXT)
    "07000000"          /* Validation Bits: no Vendor Specific Information */
    "0200" "0000"       /* ERR_INFO_NUM, CONTEXT_INFO_NUM */
    "68000000"          /* Section Length: 40 + 2 * 32 */
    "00" "000000"       /* Error Affinity Level */
    "0100008000000000"  /* MPIDR_EL1 0x80000001 */
    "70d01f4100000000"  /* MIDR_EL1 */
    "00000000"          /* Running State: not running */
    "03000000"          /* PSCI State */
    "00" "20" "1f00" "02" "0000" "01"   /* cache; single; first */
    "3f00460200000000"  /* Error Information 0x246003f */
    "0010000000000000"  /* Virtual Fault Address 0x1000 */
    "001020a000000000"  /* Physical Fault Address 0xa0201000 */
    "00" "20" "0700" "08" "0100" "02"   /* bus; multiple; last */
    "2200000000000000"  /* Error Information 0x22 */
    "0000000000000000"
    "0000000000000000";

/* A Firmware Error Record Reference (N.2.10) */
static const char firmware_block[] =
    BLOCK("11000000", "68000000", "00000000")   /* recoverable; 72 + 32 */
    ENTRY("962a2181ed09964994718d729c8e69ed", "00000000", "03", "20000000",
          "000102030405060708090a0b0c0d0e0f",           /* FRU Id */
          "4d61696e20626f617264000000000000" "00000000")    /* Main board */
    "02" "02" "000000000000"    /* Type: SOC firmware, type 2; Revision */
    "8877665544332211"          /* Record Identifier */
    "f0e1d2c3b4a5968778695a4b3c2d1e0f"; /* Record identifier GUID */

/* A Memory Error Section 2 (N.2.6), which Linux hands on unread */
static const char memory2_block[] =
    BLOCK("12000000", "a8000000", "02000000")   /* corrected; 72 + 96 */
    ENTRY("fc04ec61e64813d825c98daa44750b12", "02000000", "00", "60000000",
          NO_FRU_ID, NO_FRU_TEXT)
    "fa3f000000000000"  /* Validation Bits: no Status, no Mask */
    "0000000000000000"  /* Error Status */
    "000040a000000000"  /* Physical Address */
    "0000000000000000"  /* Physical Address Mask */
    "0100" "0200" "0300" "0400"         /* Node, Card, Module, Bank */
    "05000000" "06000000" "07000000"    /* Device, Row, Column */
    "08000000" "09000000"               /* Rank, Bit Position */
    "0a" "0b" "00" "00"                 /* Chip Id, Type, Status, Reserved */
    "0000000000000000" "0000000000000000" "0000000000000000"
    "00000000" "00000000";              /* Card and Module Handle */

/* A vendor's section, of a length that isn't a multiple of 4 */
static const char vendor_block[] =
    BLOCK("12000000", "4d000000", "03000000")   /* informational; 72 + 5 */
    ENTRY("5b1c2d3ea0f04c4b8899aabbccddeeff", "03000000", "02", "05000000",
          NO_FRU_ID, "3132333435363738393031323334353637383930")
    "f1f2f3f4f5";

/* A CXL Protocol Error Section (N.2.13) without DVSEC and Error Log */
static const char cxl_block[] =
    BLOCK("12000000", "bc000000", "02000000")   /* corrected; 72 + 116 */
    ENTRY("b4efb980b552e34da77768784b771048", "02000000", "00", "74000000",
          NO_FRU_ID, NO_FRU_TEXT)
    "0b00000000000000"  /* Validation Bits: Agent Type, its Address, Serial */
    "02" "00000000000000"       /* Agent Type: CXL device; Reserved */
    "00" "03" "05" "0000" "000000"      /* Function, Device, Bus, Segment */
    "00000000000000000000000000000000"  /* Device ID */
    "8877665544332211"  /* Device Serial Number */
    "0000000000000000000000000000000000000000"  /* Capability Structure */
    "0000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000"
    "0000" "0000" "00000000";   /* DVSEC and Error Log Length; Reserved */

/* Row 1 of memory_failure_event is there already. RAM that nobody uses: */
const RasdaemonStep rasdaemon_steps[] = {
    { "one page", "inject-memory-error", "{ \"address\": 2684354560 }",
      { { "memory_failure_event", 2,
          { { "pfn", "'0xa0000'" },
            { "page_type", "'free buddy page'" },
            { "action_result", "'Recovered'" } } } } },
    { "three pages", "inject-memory-error",
      "{ \"address\": 2685403136, \"length\": 12288 }",
      { { "memory_failure_event", 3,
          { { "pfn", "'0xa0100'" },
            { "page_type", "'free buddy page'" },
            { "action_result", "'Recovered'" } } },
        { "memory_failure_event", 4,
          { { "pfn", "'0xa0101'" },
            { "page_type", "'free buddy page'" },
            { "action_result", "'Recovered'" } } },
        { "memory_failure_event", 5,
          { { "pfn", "'0xa0102'" },
            { "page_type", "'free buddy page'" },
            { "action_result", "'Recovered'" } } } } },
    /* Linux without EDAC_GHES, as Debian's is, has no event for this one. */
    { "corrected", "inject-memory-error",
      "{ \"address\": 2684354560, \"severity\": \"corrected\" }" },
    { "processor", NULL, processor_block,
      { { "arm_event", 1,
          { { "error_count", "3" },
            { "affinity", "2" },
            { "mpidr", "2147549699" },
            { "running_state", "1" },
            { "psci_state", "0" },
            { "err_info", "X'00201F000402000A110045000000000060452381"
                          "0080FFFF40002FA000000000'" },
            { "context_info", "X''" },
            { "vendor_info", "X'A0A1A2A3A4A5A6A7'" },
            { "error_type", "' TLB er*'" },
            { "error_flags", "' last e*'" },
            { "error_info", "4522001" },
            { "virt_fault_addr", "-140735321782944" },
            { "phy_fault_addr", "2687434816" } } } } },
    { "processor, with a page", NULL, processor_blocks_two,
      { { "arm_event", 2,
          { { "error_count", "2" },
            { "affinity", "0" },
            { "mpidr", "2147483649" },
            { "running_state", "0" },
            { "psci_state", "3" },
            { "err_info", "X'00201F00020000013F0046020000000000100000"
                          "00000000001020A000000000"
                          "0020070008010002220000000000000000000000"
                          "000000000000000000000000'" },
            { "context_info", "X''" },
            { "vendor_info", "X''" },
            { "error_type", "' cache *'" },
            { "error_flags", "' first *'" },
            { "error_info", "34" },
            { "virt_fault_addr", "4096" },
            { "phy_fault_addr", "2686455808" } } },
        { "memory_failure_event", 6,
          { { "pfn", "'0xa0201'" },
            { "page_type", "'free buddy page'" },
            { "action_result", "'Recovered'" } } } } },
    { "firmware", NULL, firmware_block,
      { { "non_standard_event", 1,
          { { "sec_type", "X'962A2181ED09964994718D729C8E69ED*'" },
            { "fru_id", "X'000102030405060708090A0B0C0D0E0F'" },
            { "fru_text", "'Main board'" },
            { "severity", "'Recoverable'" },
            { "error", "X'02020000000000008877665544332211"
                       "F0E1D2C3B4A5968778695A4B3C2D1E0F'" } } } } },
    { "Memory Error Section 2", NULL, memory2_block,
      { { "non_standard_event", 2,
          { { "sec_type", "X'FC04EC61E64813D825C98DAA44750B12'" },
            { "fru_id", "X'00000000000000000000000000000000'" },
            { "fru_text", "''" },
            { "severity", "'Corrected'" },
            { "error", "X'FA3F0000000000000000000000000000"
                       "000040A0000000000000000000000000"
                       "01000200030004000500000006000000"
                       "0700000008000000090000000A0B0000"
                       "00000000000000000000000000000000"
                       "00000000000000000000000000000000'" } } } } },
    { "vendor", NULL, vendor_block,
      { { "non_standard_event", 3,
          { { "sec_type", "X'5B1C2D3EA0F04C4B8899AABBCCDDEEFF'" },
            { "fru_id", "X'00000000000000000000000000000000'" },
            { "fru_text", "'12345678901234567890'" },
            { "severity", "'Informational'" },
            { "error", "X'F1F2F3F4F5'" } } } } },
    { "cache, by name", "inject-processor-error",
      "{ \"cpu-index\": 1, \"severity\": \"corrected\","
      "  \"errors\": [ \"cache\" ], \"transaction\": \"data-access\","
      "  \"operation\": \"data-read\", \"level\": 2 }",
      { { "arm_event", 3,
          { { "error_count", "0" },
            { "affinity", "-1" },
            { "mpidr", "2147483649" },
            { "running_state", "1" },
            { "psci_state", "0" },
            { "err_info", "X'002004000200000007008D0000000000"
                          "00000000000000000000000000000000'" },
            { "context_info", "X''" },
            { "vendor_info", "X''" },
            { "error_type", "' cache *'" },
            { "error_flags", "''" },
            { "error_info", "9240583" },
            { "virt_fault_addr", "0" },
            { "phy_fault_addr", "0" } } } } },
    { "TLB and bus, by name", "inject-processor-error",
      "{ \"cpu-index\": 1, \"errors\": [ \"tlb\", \"bus\" ],"
      "  \"flags\": [ \"first-error\", \"overflow\" ],"
      "  \"multiple-error\": 3, \"affinity-level\": 1,"
      "  \"virtual-address\": 18446603338368684032,"
      "  \"address\": 2687500352 }",
      { { "arm_event", 4,
          { { "error_count", "4" },
            { "affinity", "1" },
            { "mpidr", "2147483649" },
            { "running_state", "1" },
            { "psci_state", "0" },
            { "err_info", "X'00201B00040300090000000000000000"
                          "001000800080FFFF400030A000000000"
                          "00201B00080300090000000000000000"
                          "001000800080FFFF400030A000000000'" },
            { "context_info", "X''" },
            { "vendor_info", "X''" },
            { "error_type", "' TLB er*'" },
            { "error_flags", "' first *'" },
            { "error_info", "0" },
            { "virt_fault_addr", "-140735340867584" },
            { "phy_fault_addr", "2687500352" } } } } },
    { "cache with a page, by name", "inject-processor-error",
      "{ \"errors\": [ \"cache\" ], \"address\": 2687504448 }",
      { { "arm_event", 5,
          { { "error_count", "0" },
            { "affinity", "-1" },
            { "mpidr", "2147483648" },
            { "running_state", "1" },
            { "psci_state", "0" },
            { "err_info", "X'00201000020000000000000000000000"
                          "0000000000000000401030A000000000'" },
            { "context_info", "X''" },
            { "vendor_info", "X''" },
            { "error_type", "' cache *'" },
            { "error_flags", "''" },
            { "error_info", "0" },
            { "virt_fault_addr", "0" },
            { "phy_fault_addr", "2687504448" } } },
        { "memory_failure_event", 7,
          { { "pfn", "'0xa0301'" },
            { "page_type", "'free buddy page'" },
            { "action_result", "'Recovered'" } } } } },
    /* Linux writes the event when a worker of its own has got to it. */
    { "PCI Express, corrected", "inject-pcie-error",
      "{ \"device\": \"port0\", \"correctable-status\": 4160 }",
      { { "aer_event", 1,
          { { "dev_name", "'0000:00:05.0'" },
            { "err_type", "'Corrected'" },
            { "err_msg", "'Bad TLP, Replay Timer Timeout'" } } } } },
    { "PCI Express, uncorrected", "inject-pcie-error",
      "{ \"device\": \"port0\", \"uncorrectable-status\": 4096,"
      "  \"tlp-header\": [ 287454020, 1432778632, 2578103244, 3723427584 ] }",
      { { "aer_event", 2,
          { { "dev_name", "'0000:00:05.0'" },
            { "err_type", "'Uncorrected (Non-Fatal)'" },
            { "err_msg", "'Poisoned TLP TLP Header: "
                         "11223344 55667788 99aabbcc ddeeff00'" } } } },
      .kernel = "newest" },
    /* This kernel's event doesn't say that the header is valid. */
    { "PCI Express, uncorrected", "inject-pcie-error",
      "{ \"device\": \"port0\", \"uncorrectable-status\": 16384 }",
      { { "aer_event", 2,
          { { "dev_name", "'0000:00:05.0'" },
            { "err_type", "'Uncorrected (Non-Fatal)'" },
            { "err_msg", "'Completion Timeout'" } } } },
      .kernel = "6.12" },
    { "CXL", NULL, cxl_block,
      { { "non_standard_event", 4,
          { { "sec_type", "X'B4EFB980B552E34DA77768784B771048'" },
            { "fru_id", "X'00000000000000000000000000000000'" },
            { "fru_text", "''" },
            { "severity", "'Corrected'" },
            { "error", "X'0B000000000000000200000000000000"
                       "00030500000000000000000000000000"
                       "00000000000000008877665544332211"
                       "00000000000000000000000000000000"
                       "00000000000000000000000000000000"
                       "00000000000000000000000000000000"
                       "00000000000000000000000000000000"
                       "00000000'" } } } },
      .kernel = "6.12" },
    { NULL },
};
