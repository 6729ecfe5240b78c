/*
 * A small emulation of guest firmware, as far as ACPI tables need it
 *
 * It executes the linker/loader script that fw_cfg has for firmware, and
 * asserts at each command what docs/specs/fw_cfg.rst and real firmware demand.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef GHES_FIRMWARE_H
#define GHES_FIRMWARE_H

#include "libqtest.h"

#define GHES_FIRMWARE_FILE_NAME_SIZE 56
#define GHES_FIRMWARE_BLOBS_MAX 8
#define GHES_FIRMWARE_PAGE 4096

/**
 * GhesFirmwareBlob: a file that was placed in guest RAM
 * @name: name of the fw_cfg file
 * @gpa: where its first byte lies
 * @size: its bytes
 */
typedef struct GhesFirmwareBlob {
    char name[GHES_FIRMWARE_FILE_NAME_SIZE];
    uint64_t gpa;
    uint32_t size;
} GhesFirmwareBlob;

/**
 * GhesFirmware: the firmware of a virt machine
 * @qts: the machine
 * @scratch_gpa: two pages and more for what is read in passing
 * @next_gpa: where the next blob goes
 * @blobs: what was placed
 * @blob_count: how many
 */
typedef struct GhesFirmware {
    QTestState *qts;
    uint64_t scratch_gpa;
    uint64_t next_gpa;
    GhesFirmwareBlob blobs[GHES_FIRMWARE_BLOBS_MAX];
    unsigned blob_count;
} GhesFirmware;

/**
 * ghes_firmware_init: power up
 * @fw: the firmware
 * @qts: the machine
 * @scratch_gpa: guest RAM for data that is read in passing, 1 MiB
 * @blobs_gpa: guest RAM for the blobs, page aligned
 */
void ghes_firmware_init(GhesFirmware *fw, QTestState *qts,
                        uint64_t scratch_gpa, uint64_t blobs_gpa);

/**
 * ghes_firmware_run: execute etc/table-loader
 * @fw: firmware that has placed nothing yet
 */
void ghes_firmware_run(GhesFirmware *fw);

/**
 * ghes_firmware_blob: find what ghes_firmware_run() has placed
 *
 * Returns: the blob, or NULL if there is none of that name.
 */
const GhesFirmwareBlob *ghes_firmware_blob(const GhesFirmware *fw,
                                           const char *name);

/**
 * ghes_firmware_has_file: whether fw_cfg has a file of that name
 */
bool ghes_firmware_has_file(GhesFirmware *fw, const char *name);

/* ghes_firmware_read_u64: read a fw_cfg file that is a little-endian integer */
uint64_t ghes_firmware_read_u64(GhesFirmware *fw, const char *name);

/**
 * ghes_firmware_write_u64: write an integer to a fw_cfg file
 * @fw: the firmware
 * @name: name of the file
 * @offset: where in the file
 * @value: goes there in little-endian order
 */
void ghes_firmware_write_u64(GhesFirmware *fw, const char *name,
                             uint32_t offset, uint64_t value);

#endif
