/*
 * A guest with EINJ, whose kernel has the module for it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_EINJ_H
#define RAS_GUEST_EINJ_H

#include "cases.h"

/* Files of the kernel's einj module */
#define EINJ_FILES          "/sys/kernel/debug/apei/einj/"

/* ACPI 6.5, 18.6.4, table "Error Type Definition" */
#define EINJ_PROCESSOR_CORRECTED    "0x1"
#define EINJ_PROCESSOR_UNCORRECTED  "0x2"
#define EINJ_PROCESSOR_FATAL        "0x4"
#define EINJ_MEMORY_CORRECTED       "0x8"
#define EINJ_MEMORY_UNCORRECTED     "0x10"
#define EINJ_MEMORY_FATAL           "0x20"
#define EINJ_PCIE_CORRECTED         "0x40"
#define EINJ_PCIE_UNCORRECTED       "0x80"
#define EINJ_PCIE_FATAL             "0x100"

/* How many these are */
#define EINJ_TYPES          9

#define EINJ_WHOLE_PAGE     "param2=0xfffffffffffff000"

/* einj_load: load the module. */
bool einj_load(Guest *guest, GError **error);

/**
 * einj_inject: inject an error
 * @settings: NAME=VALUE for each of the module's files, with a format
 */
bool einj_inject(Guest *guest, GError **error, const char *settings, ...)
    G_GNUC_PRINTF(3, 4);

/* einj_refused: the same, to fail with @number, an errno, at @file */
bool einj_refused(Guest *guest, const char *file, int number, GError **error,
                  const char *settings, ...) G_GNUC_PRINTF(5, 6);

/* The cases */
bool einj_memory(Guest *guest, GError **error);
bool einj_memory_fatal(Guest *guest, GError **error);
bool einj_consumer(Guest *guest, GError **error);
bool einj_patrol(Guest *guest, GError **error);
bool einj_snapshot(Guest *guest, GError **error);
bool einj_many(Guest *guest, GError **error);
bool einj_v2(Guest *guest, GError **error);
bool einj_processor(Guest *guest, GError **error);
bool einj_processor_fatal(Guest *guest, GError **error);
bool einj_pcie(Guest *guest, GError **error);
bool einj_pcie_fatal(Guest *guest, GError **error);

#endif
