/*
 * Fuzz target: validation of status blocks that come from outside
 *
 * What ghes_status_validate() accepts must be readable by a guest without
 * leaving the block, which is walked here in a way of its own.  So must what
 * ghes_status_append() makes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qapi/error.h"
#include "hw/acpi/ghes-status.h"
#include "fuzz.h"

#define HEADER 20
#define ENTRY 72

/* An error source's block that inputs can exceed */
#define LIMIT 256

/* What all inputs together have reached */
static struct {
    uint64_t accepted;
    uint64_t refused;
    uint64_t appended;
} reached;

/* ACPI 6.5, 18.3.2.7.1: walk the entries; false if they leave the data */
static bool walk(const uint8_t *block, size_t length)
{
    uint64_t end = HEADER + (uint64_t)ldl_le_p(block + 12);
    uint64_t raw_offset = ldl_le_p(block + 4);
    uint64_t raw_length = ldl_le_p(block + 8);
    uint64_t at = HEADER;

    if (end > length || ldl_le_p(block) == 0 || ldl_le_p(block + 16) > 3 ||
        (raw_length && (raw_offset < end || raw_offset + raw_length != length))
        || (!raw_length && end != length)) {
        return false;
    }
    while (at < end) {
        uint64_t header = 64;

        if (at + header <= end && lduw_le_p(block + at + 20) >= 0x300) {
            header = 72;
        }
        if (at + header > end || ldl_le_p(block + at + 16) > 3) {
            return false;
        }
        at += header + ldl_le_p(block + at + 24);
    }
    return at == end;
}

/* Give @block an error, and make its lengths fill its @size bytes */
static void repair_header(uint8_t *block, size_t size)
{
    size_t room = size - HEADER;
    size_t raw = ldl_le_p(block + 8) % (room + 1);

    block[0] |= 1;
    stl_le_p(block + 4, size - raw);
    stl_le_p(block + 8, raw);
    stl_le_p(block + 12, room - raw);
    stl_le_p(block + 16, ldl_le_p(block + 16) % 4);
}

/* Make entries of the data, which @end ends; returns how many */
static unsigned repair_entries(uint8_t *block, size_t end)
{
    unsigned entries = 0;
    size_t at = HEADER;

    while (end - at >= ENTRY) {
        size_t room = end - at - ENTRY;
        size_t length = ldl_le_p(block + at + 24) % (room + 1);

        if (room - length < ENTRY) {
            length = room;
        }
        stl_le_p(block + at + 16, ldl_le_p(block + at + 16) % 4);
        stw_le_p(block + at + 20, 0x300);
        stl_le_p(block + at + 24, length);
        at += ENTRY + length;
        entries++;
    }
    return entries;
}

/*
 * Blind changes hardly ever make lengths that agree.  So one byte of the
 * input says which of them are put right, and the rest is as it came.
 */
static void repair(uint8_t *block, size_t size, unsigned how)
{
    unsigned entries;

    if (!(how & 1) || size < HEADER) {
        return;
    }
    repair_header(block, size);
    if (how & 2) {
        entries = repair_entries(block, HEADER + ldl_le_p(block + 12));
        if (how & 4) {
            stl_le_p(block, 1 | entries << 4);
        }
    }
}

static void check_validate(const uint8_t *block, size_t size, size_t limit)
{
    Error *err = NULL;

    if (ghes_status_validate(block, size, limit, &err)) {
        g_assert(!err && size <= limit && walk(block, size));
        g_assert(ghes_status_length((GhesStatusBlock *)block) == size);
        reached.accepted++;
    } else {
        g_assert(err);
        reached.refused++;
        error_free(err);
    }
}

/* Whatever is appended, and how often: the block is well-formed */
static void check_append(const uint8_t *data, size_t size, size_t limit)
{
    g_autofree uint8_t *block = g_malloc(limit);
    GhesStatusBlock *status = (GhesStatusBlock *)block;
    const uint8_t *next = data;

    ghes_status_init(status);
    while (size - (next - data) >= 16) {
        GhesSection section = {
            .type = next, .severity = next[0] % 4, .flags = next[1],
            .fru_text = next[2] & 1 ? "longer than its field" : "",
            .payload = next, .payload_length = next[3] % (size - (next - data)),
        };

        if (ghes_status_append(status, limit, &section)) {
            check_validate(block, ghes_status_length(status), limit);
            g_assert(walk(block, ghes_status_length(status)));
            reached.appended++;
        }
        next += 4;
    }
}

static void print_reached(void)
{
    fprintf(stderr, "reached: accepted %" PRIu64 ", refused %" PRIu64
            ", appended %" PRIu64 "\n", reached.accepted, reached.refused,
            reached.appended);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    atexit(print_reached);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned how = size ? *data : 0;
    size_t rest = size ? size - 1 : 0;
    /* A copy that ends where the input does, for the address sanitizer */
    g_autofree uint8_t *block = g_memdup2(data + !!size, rest);
    size_t limit = how & 8 ? LIMIT : GHES_BLOCK_SIZE_MAX;

    if (how & 16) {
        check_append(block, rest, limit);
    } else {
        repair(block, rest, how);
        check_validate(block, rest, limit);
    }
    return 0;
}
