/*
 * A status block with an uncorrected memory error, ready-made
 *
 * All versions of QEMU that can inject errors take such a block, and have then
 * the same to do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "bench.h"

/* ACPI 6.5, 18.3.2.7.1: Generic Error Status Block and Data Entry 0x0300 */
#define HEADER_SIZE     20
#define ENTRY_SIZE      72

/* UEFI 2.10, N.2.5: Memory Error Section */
#define SECTION_SIZE    80

#define RECOVERABLE     0

static void put(guint8 *at, guint64 value, guint bytes)
{
    for (guint i = 0; i < bytes; i++) {
        at[i] = value >> (8 * i);
    }
}

JsonObject *bench_block_arguments(guint64 gpa)
{
    static const guint8 memory_section[] = {
        0x14, 0x11, 0xbc, 0xa5, 0x64, 0x6f, 0xde, 0x4e,
        0xb8, 0x63, 0x3e, 0x83, 0xed, 0x7c, 0x83, 0xb1,
    };
    guint8 block[HEADER_SIZE + ENTRY_SIZE + SECTION_SIZE] = { };
    guint8 *entry = block + HEADER_SIZE, *section = entry + ENTRY_SIZE;
    JsonObject *arguments = json_object_new();
    g_autofree char *text = NULL;

    put(block, 1 | 1 << 4, 4);          /* Block Status: uncorrectable, one */
    put(block + 12, ENTRY_SIZE + SECTION_SIZE, 4);      /* Data Length */
    put(block + 16, RECOVERABLE, 4);    /* Error Severity */
    memcpy(entry, memory_section, sizeof(memory_section));
    put(entry + 16, RECOVERABLE, 4);    /* Error Severity */
    put(entry + 20, 0x300, 2);          /* Revision */
    put(entry + 24, SECTION_SIZE, 4);   /* Error Data Length */
    put(section, 1 << 1 | 1 << 2, 8);   /* valid: address, mask */
    put(section + 16, gpa, 8);          /* Physical Address */
    put(section + 24, ~(guint64)(GUEST_PAGE_SIZE - 1), 8);
    text = g_base64_encode(block, sizeof(block));
    json_object_set_string_member(arguments, "cper", text);
    return arguments;
}
