/*
 * Composes and validates ACPI Generic Error Status Blocks
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/cutils.h"
#include "qapi/error.h"
#include "ghes-status.h"

#define DATA_ENTRY_REVISION 0x0300

/* Entries of an earlier revision end before the Timestamp */
#define DATA_ENTRY_SIZE_BEFORE_0300 64

QEMU_BUILD_BUG_ON(offsetof(GhesDataEntry, timestamp) !=
                  DATA_ENTRY_SIZE_BEFORE_0300);

void ghes_status_init(GhesStatusBlock *block)
{
    memset(block, 0, sizeof(*block));
    block->error_severity = cpu_to_le32(CPER_SEVERITY_INFORMATIONAL);
}

/* The numbers of the severities don't follow their weight */
static unsigned severity_weight(CperSeverity severity)
{
    static const uint8_t weight[CPER_SEVERITY__MAX] = {
        [CPER_SEVERITY_INFORMATIONAL] = 0,
        [CPER_SEVERITY_CORRECTED] = 1,
        [CPER_SEVERITY_RECOVERABLE] = 2,
        [CPER_SEVERITY_FATAL] = 3,
    };

    return weight[severity];
}

static uint32_t block_status_add(uint32_t status, CperSeverity severity)
{
    uint32_t one = 0, multiple = 0;

    switch (severity) {
    case CPER_SEVERITY_RECOVERABLE:
    case CPER_SEVERITY_FATAL:
        one = GHES_BLOCK_STATUS_UNCORRECTABLE;
        multiple = GHES_BLOCK_STATUS_MULTIPLE_UNCORRECTABLE;
        break;
    case CPER_SEVERITY_CORRECTED:
        one = GHES_BLOCK_STATUS_CORRECTABLE;
        multiple = GHES_BLOCK_STATUS_MULTIPLE_CORRECTABLE;
        break;
    default:
        break;
    }

    status |= status & one ? multiple : one;
    return status + (1 << GHES_BLOCK_STATUS_COUNT_SHIFT);
}

static void data_entry_encode(GhesDataEntry *entry, const GhesSection *section)
{
    uint64_t sequence_le = cpu_to_le64(section->sequence);

    memset(entry, 0, sizeof(*entry));
    memcpy(entry->section_type, section->type, sizeof(entry->section_type));
    entry->error_severity = cpu_to_le32(section->severity);
    entry->revision = cpu_to_le16(DATA_ENTRY_REVISION);
    entry->flags = section->flags;
    entry->error_data_length = cpu_to_le32(section->payload_length);
    memcpy(entry->fru_id, &sequence_le, sizeof(sequence_le));
    if (*section->fru_text) {
        strpadcpy(entry->fru_text, sizeof(entry->fru_text),
                  section->fru_text, '\0');
        entry->validation_bits |= GHES_DATA_ENTRY_FRU_TEXT_VALID;
    }
    entry->timestamp = section->timestamp;
    entry->validation_bits |= GHES_DATA_ENTRY_TIMESTAMP_VALID;
}

bool ghes_status_append(GhesStatusBlock *block, size_t size,
                        const GhesSection *section)
{
    uint32_t status = le32_to_cpu(block->block_status);
    size_t used = ghes_status_length(block);
    size_t needed = sizeof(GhesDataEntry) + section->payload_length;
    GhesDataEntry *entry = (GhesDataEntry *)((uint8_t *)block + used);

    if (needed > size - used ||
        status >> GHES_BLOCK_STATUS_COUNT_SHIFT ==
        GHES_BLOCK_STATUS_COUNT_MAX) {
        return false;
    }

    data_entry_encode(entry, section);
    memcpy(entry + 1, section->payload, section->payload_length);

    block->data_length = cpu_to_le32(le32_to_cpu(block->data_length) + needed);
    block->block_status =
        cpu_to_le32(block_status_add(status, section->severity));
    if (severity_weight(section->severity) >
        severity_weight(le32_to_cpu(block->error_severity))) {
        block->error_severity = cpu_to_le32(section->severity);
    }
    return true;
}

size_t ghes_status_length(const GhesStatusBlock *block)
{
    if (block->raw_data_length) {
        return (size_t)le32_to_cpu(block->raw_data_offset) +
               le32_to_cpu(block->raw_data_length);
    }
    return sizeof(*block) + le32_to_cpu(block->data_length);
}

/* The header against the bytes that there are */
static bool validate_header(const GhesStatusBlock *block, size_t length,
                            Error **errp)
{
    uint64_t data_end = sizeof(*block) + (uint64_t)
                        le32_to_cpu(block->data_length);

    if (!block->block_status) {
        error_setg(errp, "Block Status is 0: the status block has no error");
        return false;
    }
    if (le32_to_cpu(block->error_severity) >= CPER_SEVERITY__MAX) {
        error_setg(errp, "Error Severity %" PRIu32 " of the status block is "
                   "unknown", le32_to_cpu(block->error_severity));
        return false;
    }
    if (data_end > length) {
        error_setg(errp, "Data Length %" PRIu32 " exceeds the status block of "
                   "%zu bytes", le32_to_cpu(block->data_length), length);
        return false;
    }
    if (block->raw_data_length &&
        le32_to_cpu(block->raw_data_offset) < data_end) {
        error_setg(errp, "Raw Data Offset %" PRIu32 " lies within the header "
                   "or the error data",
                   le32_to_cpu(block->raw_data_offset));
        return false;
    }
    if (ghes_status_length(block) != length) {
        error_setg(errp, "the status block's lengths sum up to %zu bytes, but "
                   "it has %zu", ghes_status_length(block), length);
        return false;
    }
    return true;
}

size_t ghes_data_entry_length(const void *data)
{
    const GhesDataEntry *entry = data;

    return le32_to_cpu(entry->error_data_length) +
           (le16_to_cpu(entry->revision) >= DATA_ENTRY_REVISION ?
            sizeof(*entry) : DATA_ENTRY_SIZE_BEFORE_0300);
}

/* One entry of @room bytes at most; its whole length goes to @entry_length */
static bool validate_entry(const GhesDataEntry *entry, size_t room,
                           unsigned index, size_t *entry_length, Error **errp)
{
    size_t header = DATA_ENTRY_SIZE_BEFORE_0300;
    uint32_t data_length, severity;

    if (room >= header && le16_to_cpu(entry->revision) >= DATA_ENTRY_REVISION) {
        header = sizeof(*entry);
    }
    if (room < header) {
        error_setg(errp, "error data entry %u is cut off: %zu bytes are left "
                   "for its header of %zu", index, room, header);
        return false;
    }

    data_length = le32_to_cpu(entry->error_data_length);
    if (data_length > room - header) {
        error_setg(errp, "Error Data Length %" PRIu32 " of error data entry %u "
                   "exceeds the Data Length", data_length, index);
        return false;
    }

    severity = le32_to_cpu(entry->error_severity);
    if (severity >= CPER_SEVERITY__MAX) {
        error_setg(errp, "Error Severity %" PRIu32 " of error data entry %u is "
                   "unknown", severity, index);
        return false;
    }

    *entry_length = header + data_length;
    return true;
}

bool ghes_status_validate(const void *data, size_t length, size_t limit,
                          Error **errp)
{
    const GhesStatusBlock *block = data;
    const uint8_t *entry;
    size_t left, entry_length;
    unsigned entries = 0, count;

    if (length < sizeof(*block)) {
        error_setg(errp, "a status block has at least %zu bytes, not %zu",
                   sizeof(*block), length);
        return false;
    }
    if (length > limit) {
        error_setg(errp, "a status block of %zu bytes exceeds the error "
                   "source's block of %zu bytes", length, limit);
        return false;
    }
    if (!validate_header(block, length, errp)) {
        return false;
    }

    entry = data + sizeof(*block);
    left = le32_to_cpu(block->data_length);
    while (left) {
        if (!validate_entry((const GhesDataEntry *)entry, left, entries,
                            &entry_length, errp)) {
            return false;
        }
        entry += entry_length;
        left -= entry_length;
        entries++;
    }

    count = (le32_to_cpu(block->block_status) >>
             GHES_BLOCK_STATUS_COUNT_SHIFT) & GHES_BLOCK_STATUS_COUNT_MAX;
    if (count && count != entries) {
        error_setg(errp, "Block Status counts %u error data entries, but there "
                   "are %u", count, entries);
        return false;
    }
    return true;
}
