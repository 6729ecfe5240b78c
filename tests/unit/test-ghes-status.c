/*
 * Tests the composing of Generic Error Status Blocks against bytes by hand
 *
 * The bytes come from ACPI 6.5, 18.3.2.7.1 Generic Error Data, not from the
 * code under test.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/units.h"
#include "hw/acpi/ghes-status.h"

#define STATUS_BLOCK_LENGTH 20  /* table "Generic Error Status Block" */
#define DATA_ENTRY_LENGTH   72  /* table "Generic Error Data Entry", 0x0300 */
#define PAYLOAD_LENGTH      4

static const uint8_t section_type[CPER_SECTION_TYPE_SIZE] = {
    0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
    0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
};
static const uint8_t payload[PAYLOAD_LENGTH] = { 0xde, 0xad, 0xbe, 0xef };

/* 2024-02-29 12:34:56, precise, as UEFI 2.10, N.2.1 lays it out */
static const uint8_t timestamp[] = {
    0x56, 0x34, 0x12, 0x01, 0x29, 0x02, 0x24, 0x20
};

static GhesSection make_section(CperSeverity severity, const char *fru_text)
{
    GhesSection section = {
        .type = section_type,
        .severity = severity,
        .flags = GHES_DATA_ENTRY_FLAG_PRIMARY,
        .fru_text = fru_text,
        .sequence = 0x0123456789abcdefULL,
        .payload = payload,
        .payload_length = sizeof(payload),
    };

    memcpy(&section.timestamp, timestamp, sizeof(section.timestamp));
    return section;
}

static void test_init(void)
{
    static const uint8_t golden[STATUS_BLOCK_LENGTH] = {
        0x00, 0x00, 0x00, 0x00,         /* Block Status: no error */
        0x00, 0x00, 0x00, 0x00,         /* Raw Data Offset */
        0x00, 0x00, 0x00, 0x00,         /* Raw Data Length */
        0x00, 0x00, 0x00, 0x00,         /* Data Length */
        0x03, 0x00, 0x00, 0x00,         /* Error Severity: none, the least */
    };
    GhesStatusBlock block;

    memset(&block, 0xff, sizeof(block));
    ghes_status_init(&block);
    g_assert_cmpmem(&block, sizeof(block), golden, sizeof(golden));
    g_assert_cmpuint(ghes_status_length(&block), ==, STATUS_BLOCK_LENGTH);
}

/* R34 to R38 */
static void test_one_section(void)
{
    static const uint8_t golden[] = {
        0x11, 0x00, 0x00, 0x00,         /* Block Status: 1 entry, UE */
        0x00, 0x00, 0x00, 0x00,         /* Raw Data Offset */
        0x00, 0x00, 0x00, 0x00,         /* Raw Data Length */
        0x4c, 0x00, 0x00, 0x00,         /* Data Length: 72 + 4 */
        0x00, 0x00, 0x00, 0x00,         /* Error Severity: recoverable */

        0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, /* Section Type */
        0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
        0x00, 0x00, 0x00, 0x00,         /* Error Severity: recoverable */
        0x00, 0x03,                     /* Revision 0x0300 */
        0x06,                           /* Validation: FRU text, timestamp */
        0x01,                           /* Flags: primary */
        0x04, 0x00, 0x00, 0x00,         /* Error Data Length */
        0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01, /* FRU Id, unused: */
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* the sequence */
        'D', 'I', 'M', 'M', ' ', 'A', '1', 0, 0, 0,     /* FRU Text */
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0x56, 0x34, 0x12, 0x01, 0x29, 0x02, 0x24, 0x20, /* Timestamp */
        0xde, 0xad, 0xbe, 0xef,         /* the section */
    };
    uint8_t buffer[128];
    GhesStatusBlock *block = (GhesStatusBlock *)buffer;
    GhesSection section = make_section(CPER_SEVERITY_RECOVERABLE, "DIMM A1");

    memset(buffer, 0xff, sizeof(buffer));
    ghes_status_init(block);
    g_assert_true(ghes_status_append(block, sizeof(buffer), &section));
    g_assert_cmpmem(block, ghes_status_length(block), golden, sizeof(golden));
    g_assert_cmphex(buffer[sizeof(golden)], ==, 0xff);
}

/* The second entry follows the first and leaves it alone */
static void test_two_sections(void)
{
    static const uint8_t header[] = {
        0x23, 0x00, 0x00, 0x00,         /* Block Status: 2 entries, UE, CE */
        0x00, 0x00, 0x00, 0x00,         /* Raw Data Offset */
        0x00, 0x00, 0x00, 0x00,         /* Raw Data Length */
        0x98, 0x00, 0x00, 0x00,         /* Data Length: 2 * (72 + 4) */
        0x01, 0x00, 0x00, 0x00,         /* Error Severity: fatal */
    };
    static const uint8_t second[] = {
        0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, /* Section Type */
        0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
        0x01, 0x00, 0x00, 0x00,         /* Error Severity: fatal */
        0x00, 0x03,                     /* Revision 0x0300 */
        0x04,                           /* Validation: timestamp alone */
        0x09,                           /* Flags: primary, over threshold */
        0x04, 0x00, 0x00, 0x00,         /* Error Data Length */
        0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01, /* FRU Id, unused */
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0,                   /* FRU Text */
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0x56, 0x34, 0x12, 0x01, 0x29, 0x02, 0x24, 0x20, /* Timestamp */
        0xde, 0xad, 0xbe, 0xef,
    };
    const size_t first_length = DATA_ENTRY_LENGTH + PAYLOAD_LENGTH;
    uint8_t buffer[256], first[DATA_ENTRY_LENGTH + PAYLOAD_LENGTH];
    GhesStatusBlock *block = (GhesStatusBlock *)buffer;
    GhesSection section = make_section(CPER_SEVERITY_CORRECTED, "DIMM A1");

    ghes_status_init(block);
    g_assert_true(ghes_status_append(block, sizeof(buffer), &section));
    memcpy(first, buffer + STATUS_BLOCK_LENGTH, first_length);

    section = make_section(CPER_SEVERITY_FATAL, "");
    section.flags |= GHES_DATA_ENTRY_FLAG_THRESHOLD_EXCEEDED;
    g_assert_true(ghes_status_append(block, sizeof(buffer), &section));

    g_assert_cmpuint(ghes_status_length(block), ==, 20 + 2 * 76);
    g_assert_cmpmem(buffer, sizeof(header), header, sizeof(header));
    g_assert_cmpmem(buffer + STATUS_BLOCK_LENGTH, first_length, first,
                    first_length);
    g_assert_cmpmem(buffer + STATUS_BLOCK_LENGTH + first_length,
                    sizeof(second), second, sizeof(second));
}

/*
 * Block Status: bit 0 uncorrectable, 1 correctable, 2 and 3 several of them,
 * 13:4 count of entries.  Error Severity: 0 recoverable, 1 fatal, 2
 * corrected, 3 none; the block has the worst of its entries.
 */
#define RECOVERABLE CPER_SEVERITY_RECOVERABLE
#define FATAL       CPER_SEVERITY_FATAL
#define CORRECTED   CPER_SEVERITY_CORRECTED
#define NONE        CPER_SEVERITY_INFORMATIONAL

static const struct {
    unsigned count;
    CperSeverity severities[5];
    uint32_t block_status;
    uint32_t error_severity;
} mixtures[] = {
    { 1, { RECOVERABLE }, 0x11, 0 },
    { 1, { FATAL }, 0x11, 1 },
    { 1, { CORRECTED }, 0x12, 2 },
    { 1, { NONE }, 0x10, 3 },
    { 2, { RECOVERABLE, RECOVERABLE }, 0x25, 0 },
    { 2, { RECOVERABLE, FATAL }, 0x25, 1 },
    { 2, { FATAL, RECOVERABLE }, 0x25, 1 },
    { 2, { CORRECTED, CORRECTED }, 0x2a, 2 },
    { 2, { CORRECTED, RECOVERABLE }, 0x23, 0 },
    { 2, { RECOVERABLE, CORRECTED }, 0x23, 0 },
    { 2, { CORRECTED, NONE }, 0x22, 2 },
    { 2, { NONE, CORRECTED }, 0x22, 2 },
    { 2, { NONE, NONE }, 0x20, 3 },
    { 3, { CORRECTED, FATAL, CORRECTED }, 0x3b, 1 },
    { 5, { NONE, CORRECTED, RECOVERABLE, CORRECTED, RECOVERABLE }, 0x5f, 0 },
};

/* R34 */
static void test_severities(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(mixtures); i++) {
        uint8_t buffer[512];
        GhesStatusBlock *block = (GhesStatusBlock *)buffer;

        ghes_status_init(block);
        for (unsigned j = 0; j < mixtures[i].count; j++) {
            GhesSection section = make_section(mixtures[i].severities[j], "");

            g_assert_true(ghes_status_append(block, sizeof(buffer), &section));
        }
        g_assert_cmphex(ldl_le_p(buffer), ==, mixtures[i].block_status);
        g_assert_cmpuint(ldl_le_p(buffer + 16), ==,
                         mixtures[i].error_severity);
        g_assert_cmpuint(ldl_le_p(buffer + 12), ==, mixtures[i].count * 76);
    }
}

/* R37: 20 characters at offset 44 of an entry; then without NUL */
static void test_fru_text(void)
{
    static const struct {
        const char *text;
        char field[GHES_FRU_TEXT_SIZE + 1];
        uint8_t validation_bits;        /* bit 1: FRU text, 2: timestamp */
    } texts[] = {
        { "", "", 0x04 },
        { "A", "A", 0x06 },
        { "1234567890123456789", "1234567890123456789", 0x06 },
        { "12345678901234567890", "12345678901234567890", 0x06 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        GhesSection section = make_section(CORRECTED, texts[i].text);
        uint8_t buffer[128];
        const uint8_t *entry = buffer + STATUS_BLOCK_LENGTH;
        GhesStatusBlock *block = (GhesStatusBlock *)buffer;

        memset(buffer, 0xff, sizeof(buffer));
        ghes_status_init(block);
        g_assert_true(ghes_status_append(block, sizeof(buffer), &section));
        g_assert_cmpmem(entry + 44, 20, texts[i].field, 20);
        g_assert_cmpmem(entry + 64, 8, timestamp, sizeof(timestamp));
        g_assert_cmphex(entry[22], ==, texts[i].validation_bits);
    }
}

/* What doesn't fit leaves the block as it was, and what lies behind it */
static void test_does_not_fit(void)
{
    const size_t one = STATUS_BLOCK_LENGTH + DATA_ENTRY_LENGTH +
                       PAYLOAD_LENGTH;
    const size_t too_small[] = { STATUS_BLOCK_LENGTH, one - 1 };
    const size_t too_small_for_two[] = { one, 2 * one - 1 - 20 };
    GhesSection section = make_section(RECOVERABLE, "DIMM A1");
    uint8_t buffer[256], before[256];
    GhesStatusBlock *block = (GhesStatusBlock *)buffer;

    memset(buffer, 0xff, sizeof(buffer));
    ghes_status_init(block);
    memcpy(before, buffer, sizeof(buffer));
    for (size_t i = 0; i < ARRAY_SIZE(too_small); i++) {
        g_assert_false(ghes_status_append(block, too_small[i], &section));
        g_assert_cmpmem(buffer, sizeof(buffer), before, sizeof(before));
    }

    g_assert_true(ghes_status_append(block, one, &section));
    memcpy(before, buffer, sizeof(buffer));
    for (size_t i = 0; i < ARRAY_SIZE(too_small_for_two); i++) {
        g_assert_false(ghes_status_append(block, too_small_for_two[i],
                                          &section));
        g_assert_cmpmem(buffer, sizeof(buffer), before, sizeof(before));
    }
    g_assert_true(ghes_status_append(block, 2 * one - 20, &section));
}

/* Ten bits count the entries: the 1024th doesn't fit in any room */
static void test_too_many(void)
{
    const size_t size = 2 * MiB;
    g_autofree uint8_t *buffer = g_malloc0(size);
    GhesStatusBlock *block = (GhesStatusBlock *)buffer;
    GhesSection section = make_section(CORRECTED, "");

    ghes_status_init(block);
    for (unsigned i = 0; i < 1023; i++) {
        g_assert_true(ghes_status_append(block, size, &section));
    }
    g_assert_cmphex(ldl_le_p(buffer), ==, 0x3ffa);
    g_assert_false(ghes_status_append(block, size, &section));
    g_assert_cmphex(ldl_le_p(buffer), ==, 0x3ffa);
    g_assert_cmpuint(ldl_le_p(buffer + 12), ==, 1023 * 76);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    g_test_add_func("/ghes-status/init", test_init);
    g_test_add_func("/ghes-status/one-section", test_one_section);
    g_test_add_func("/ghes-status/two-sections", test_two_sections);
    g_test_add_func("/ghes-status/severities", test_severities);
    g_test_add_func("/ghes-status/fru-text", test_fru_text);
    g_test_add_func("/ghes-status/does-not-fit", test_does_not_fit);
    g_test_add_func("/ghes-status/too-many", test_too_many);

    return g_test_run();
}
