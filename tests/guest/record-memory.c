/*
 * Records of memory errors with all that the section has
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "record.h"

static const char *const all_fields[] = {
    "event severity: corrected",
    "Error 0, type: corrected",
    "fru_text: DIMM A1",
    "section_type: memory error",
    "error_status: Storage error in DRAM memory (0x0000000000410400)",
    "physical_address: 0x00000000a0000fc0",
    "physical_address_mask: 0xffffffffffffffc0",
    "node:1 card:2 module:3 rank:4 bank_group:10 bank_address:11 device:6 "
    "row:199424 column:8 bit_position:9 requestor_id:0x0102030405060708 "
    "responder_id:0x1112131415161718 target_id:0x2122232425262728 chip_id:5",
    "error_type: 2, single-bit ECC",
    /* Its handles are of no device that the guest's SMBIOS has */
    "DIMM location: not present. DMI handle: 0x1101",
    NULL,
};

/* Corrected, and too often: Linux moves the content, takes the page away */
static const char *const too_often[] = {
    "event severity: corrected",
    "Error 0, type: corrected",
    "section_type: memory error",
    "physical_address: 0x00000000a0001000",
    "physical_address_mask: 0xfffffffffffff000",
    "bank:65535 row:65535",
    "error_type: 13, scrub corrected error",
    NULL,
};

static const char *const recoverable[] = {
    "event severity: recoverable",
    "Error 0, type: recoverable",
    "section_type: memory error",
    "physical_address: 0x00000000a0002001",
    "physical_address_mask: 0xffffffffffffffff",
    "bank_address:255",
    "error_type: 0, unknown",
    NULL,
};

static const char *const events[] = {
    "memory_failure_event: pfn 0xa0002: recovery action for free buddy page: "
    "Recovered",
    NULL,
};

bool record_memory(Guest *guest, GError **error)
{
    return record_inject(guest, "inject-memory-error",
               "{ \"address\": 2684358592,"     /* 0xa0000fc0 */
               "  \"address-mask\": 18446744073709551552,"
               "  \"severity\": \"corrected\", \"fru-text\": \"DIMM A1\","
               "  \"error-status\": 4260864, \"error-type\": \"single-bit-ecc\","
               "  \"node\": 1, \"card\": 2, \"module\": 3, \"rank\": 4,"
               "  \"bank-group\": 10, \"bank-address\": 11, \"device\": 6,"
               "  \"row\": 199424, \"column\": 8, \"bit-position\": 9,"
               "  \"requestor-id\": 72623859790382856,"
               "  \"responder-id\": 1230066625199609624,"
               "  \"target-id\": 2387509390608836392, \"chip-id\": 5,"
               "  \"card-handle\": 4096, \"module-handle\": 4353 }", error) &&
           record_expect(guest, 1, all_fields, error) &&
           record_inject(guest, "inject-memory-error",
               "{ \"address\": 2684358656, \"threshold-exceeded\": true,"
               "  \"severity\": \"corrected\", \"bank\": 65535,"
               "  \"row\": 65535, \"error-type\": \"scrub-corrected-error\" }",
               error) &&
           record_expect(guest, 2, too_often, error) &&
           guest_expect_hwcorrupted(guest, GUEST_PAGE_KB, error) &&
           record_inject(guest, "inject-memory-error",
               "{ \"address\": 2684362753, \"bank-address\": 255,"
               "  \"address-mask\": 18446744073709551615 }", error) &&
           record_expect(guest, 3, recoverable, error) &&
           record_expect_said(guest, events, error) &&
           guest_expect_hwcorrupted(guest, 2 * GUEST_PAGE_KB, error) &&
           guest_expect_idle(guest, GUEST_SOURCE_GED, error);
}
