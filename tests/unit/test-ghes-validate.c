/*
 * Tests which Generic Error Status Blocks of others are taken and refused
 *
 * The blocks are written down by hand from ACPI 6.5, 18.3.2.7.1.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qapi/error.h"
#include "hw/acpi/ghes-status.h"

#define LIMIT 1024

/* Two entries, one of today's revision and one of an earlier, and raw data */
#define DATA_END 172
#define LENGTH   192

static const uint8_t good[LENGTH] = {
    /* Generic Error Status Block */
    0x25, 0x00, 0x00, 0x00,             /* Block Status: 2 entries, 2 UE */
    0xb4, 0x00, 0x00, 0x00,             /* Raw Data Offset: 180, a gap of 8 */
    0x0c, 0x00, 0x00, 0x00,             /* Raw Data Length: 12 */
    0x98, 0x00, 0x00, 0x00,             /* Data Length: 152 */
    0x00, 0x00, 0x00, 0x00,             /* Error Severity: recoverable */

    /* Generic Error Data Entry at 20: 72 + 8 bytes */
    0x14, 0x11, 0xbc, 0xa5, 0x64, 0x6f, 0xde, 0x4e,     /* Section Type */
    0xb8, 0x63, 0x3e, 0x83, 0xed, 0x7c, 0x83, 0xb1,
    0x00, 0x00, 0x00, 0x00,             /* Error Severity: recoverable */
    0x00, 0x03,                         /* Revision 0x0300 */
    0x00,                               /* Validation Bits */
    0x00,                               /* Flags */
    0x08, 0x00, 0x00, 0x00,             /* Error Data Length: 8 */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,     /* FRU Id */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* Text */
    0, 0, 0, 0, 0, 0, 0, 0,             /* Timestamp */
    1, 2, 3, 4, 5, 6, 7, 8,             /* the section */

    /* Generic Error Data Entry at 100: 64 + 8 bytes */
    0x14, 0x11, 0xbc, 0xa5, 0x64, 0x6f, 0xde, 0x4e,     /* Section Type */
    0xb8, 0x63, 0x3e, 0x83, 0xed, 0x7c, 0x83, 0xb1,
    0x00, 0x00, 0x00, 0x00,             /* Error Severity: recoverable */
    0x01, 0x02,                         /* Revision 0x0201 */
    0x00,                               /* Validation Bits */
    0x00,                               /* Flags */
    0x08, 0x00, 0x00, 0x00,             /* Error Data Length: 8 */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,     /* FRU Id */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* Text */
    1, 2, 3, 4, 5, 6, 7, 8,             /* the section, no Timestamp */

    /* at 172: the gap, and the raw data at 180 */
    0, 0, 0, 0, 0, 0, 0, 0,
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
};

/* Where the fields lie that the variants below change */
enum {
    BLOCK_STATUS = 0,
    RAW_DATA_OFFSET = 4,
    RAW_DATA_LENGTH = 8,
    DATA_LENGTH = 12,
    ERROR_SEVERITY = 16,
    FIRST_SEVERITY = 20 + 16,
    FIRST_REVISION = 20 + 20,           /* u16, validation bits and flags */
    FIRST_DATA_LENGTH = 20 + 24,
    SECOND_SEVERITY = 100 + 16,
    SECOND_REVISION = 100 + 20,
    SECOND_DATA_LENGTH = 100 + 24,
};

/* R43: the good block with up to four of its u32 changed, and cut short */
typedef struct Variant {
    const char *name;
    const char *refusal;                /* key word, or NULL if accepted */
    size_t length;                      /* 0: all of it */
    struct {
        unsigned offset;
        uint32_t value;
        bool here;
    } set[4];
} Variant;

#define SET(field, number) { .offset = field, .value = number, .here = true }

static const Variant variants[] = {
    { "as-is", NULL },
    { "no-raw-data", NULL, DATA_END,
      { SET(RAW_DATA_LENGTH, 0), SET(RAW_DATA_OFFSET, 0) } },
    { "raw-data-offset-unused", NULL, DATA_END,
      { SET(RAW_DATA_LENGTH, 0), SET(RAW_DATA_OFFSET, 1) } },
    { "raw-data-at-once", NULL, 184,
      { SET(RAW_DATA_OFFSET, DATA_END), SET(RAW_DATA_LENGTH, 12) } },
    { "count-not-given", NULL, 0, { SET(BLOCK_STATUS, 0x5) } },
    { "one-entry", NULL, 100,
      { SET(BLOCK_STATUS, 0x11), SET(RAW_DATA_LENGTH, 0),
        SET(DATA_LENGTH, 80) } },
    { "no-entry", NULL, 20,
      { SET(BLOCK_STATUS, 0x1), SET(RAW_DATA_LENGTH, 0),
        SET(DATA_LENGTH, 0) } },
    { "no-entry-but-raw-data", NULL, 32,
      { SET(BLOCK_STATUS, 0x1), SET(RAW_DATA_OFFSET, 20),
        SET(DATA_LENGTH, 0) } },
    { "severities", NULL, 0,
      { SET(ERROR_SEVERITY, 3), SET(FIRST_SEVERITY, 2),
        SET(SECOND_SEVERITY, 1) } },
    { "revision-of-tomorrow", NULL, 0, { SET(FIRST_REVISION, 0x0301) } },
    /* 8 more bytes of header, 8 less of the section */
    { "old-revision-same-length", NULL, 0,
      { SET(FIRST_REVISION, 0x02ff), SET(FIRST_DATA_LENGTH, 16) } },

    { "empty", "at least 20", 1 },
    { "short", "at least 20", 19 },
    { "no-error", "Block Status", 0, { SET(BLOCK_STATUS, 0) } },
    { "severity-4", "Error Severity 4", 0, { SET(ERROR_SEVERITY, 4) } },
    { "severity-max", "Error Severity 4294967295", 0,
      { SET(ERROR_SEVERITY, UINT32_MAX) } },
    { "data-too-long", "Data Length 173", 0, { SET(DATA_LENGTH, 173) } },
    { "data-max", "Data Length 4294967295", 0,
      { SET(DATA_LENGTH, UINT32_MAX) } },
    { "data-wraps", "Data Length 4294967276", 0,
      { SET(DATA_LENGTH, UINT32_MAX - 19) } },
    { "cut-off-in-data", "Data Length 152", DATA_END - 1 },
    { "raw-in-header", "Raw Data Offset 0", 0, { SET(RAW_DATA_OFFSET, 0) } },
    { "raw-in-data", "Raw Data Offset 171", 0,
      { SET(RAW_DATA_OFFSET, DATA_END - 1), SET(RAW_DATA_LENGTH, 21) } },
    { "raw-too-long", "sum up to 193", 0, { SET(RAW_DATA_LENGTH, 13) } },
    { "raw-too-short", "sum up to 191", 0, { SET(RAW_DATA_LENGTH, 11) } },
    { "raw-wraps", "sum up to", 0,
      { SET(RAW_DATA_OFFSET, UINT32_MAX), SET(RAW_DATA_LENGTH, 193) } },
    { "raw-max", "sum up to", 0,
      { SET(RAW_DATA_OFFSET, UINT32_MAX), SET(RAW_DATA_LENGTH, UINT32_MAX) } },
    { "bytes-behind", "sum up to 172", 0, { SET(RAW_DATA_LENGTH, 0) } },
    { "entry-severity-4", "Error Severity 4 of error data entry 0", 0,
      { SET(FIRST_SEVERITY, 4) } },
    { "second-severity-max", "of error data entry 1", 0,
      { SET(SECOND_SEVERITY, UINT32_MAX) } },
    { "entry-too-long", "Error Data Length 81 of error data entry 0", 0,
      { SET(FIRST_DATA_LENGTH, 81) } },
    { "entry-max", "Error Data Length 4294967295", 0,
      { SET(FIRST_DATA_LENGTH, UINT32_MAX) } },
    { "entry-wraps", "Error Data Length 4294967224", 0,
      { SET(FIRST_DATA_LENGTH, UINT32_MAX - 71) } },
    { "second-too-long", "Error Data Length 9 of error data entry 1", 0,
      { SET(SECOND_DATA_LENGTH, 9) } },
    { "second-too-short", "error data entry 2 is cut off: 1 ", 0,
      { SET(SECOND_DATA_LENGTH, 7) } },
    { "second-cut-off", "error data entry 1 is cut off: 63 ", 163,
      { SET(DATA_LENGTH, 143), SET(RAW_DATA_LENGTH, 0) } },
    /* As of 0x0300 its header takes 72 bytes, and 71 are left */
    { "second-of-0300-cut-off", "cut off: 71 bytes are left for its header "
      "of 72", 171,
      { SET(SECOND_REVISION, 0x0300), SET(DATA_LENGTH, 151),
        SET(RAW_DATA_LENGTH, 0) } },
    { "count-too-low", "counts 1", 0, { SET(BLOCK_STATUS, 0x15) } },
    { "count-too-high", "counts 3", 0, { SET(BLOCK_STATUS, 0x35) } },
    { "count-max", "counts 1023", 0, { SET(BLOCK_STATUS, 0x3ff5) } },
};

static void test_variant(gconstpointer opaque)
{
    const Variant *v = opaque;
    size_t length = v->length ?: LENGTH;
    /* Of the exact size, so that any access behind the end shows */
    g_autofree uint8_t *block = g_memdup2(good, length);
    g_autofree uint8_t *before = NULL;
    Error *err = NULL;
    bool valid;

    for (size_t i = 0; i < ARRAY_SIZE(v->set) && v->set[i].here; i++) {
        stl_le_p(block + v->set[i].offset, v->set[i].value);
    }
    before = g_memdup2(block, length);
    valid = ghes_status_validate(block, length, LIMIT, &err);

    g_assert_cmpmem(block, length, before, length);
    if (v->refusal) {
        g_assert_false(valid);
        g_assert_nonnull(err);
        g_assert_nonnull(strstr(error_get_pretty(err), v->refusal));
        error_free(err);
        g_assert_false(ghes_status_validate(block, length, LIMIT, NULL));
    } else {
        g_assert_null(err);
        g_assert_true(valid);
        g_assert_cmpuint(ghes_status_length((GhesStatusBlock *)block), ==,
                         length);
    }
}

/* R43: the error source's block has room for all of it, to the byte */
static void test_limit(void)
{
    Error *err = NULL;

    g_assert_true(ghes_status_validate(good, LENGTH, LENGTH, &error_abort));
    g_assert_false(ghes_status_validate(good, LENGTH, LENGTH - 1, &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "exceeds the error"));
    error_free(err);
}

static void test_unaligned(void)
{
    g_autofree uint8_t *buffer = g_malloc(LENGTH + 1);

    memcpy(buffer + 1, good, LENGTH);
    g_assert_true(ghes_status_validate(buffer + 1, LENGTH, LIMIT,
                                       &error_abort));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    for (size_t i = 0; i < ARRAY_SIZE(variants); i++) {
        g_autofree char *path =
            g_strdup_printf("/ghes-validate/%s/%s",
                            variants[i].refusal ? "refused" : "accepted",
                            variants[i].name);

        g_test_add_data_func(path, &variants[i], test_variant);
    }
    g_test_add_func("/ghes-validate/refused/limit", test_limit);
    g_test_add_func("/ghes-validate/accepted/unaligned", test_unaligned);

    return g_test_run();
}
