/*
 * Test cases of errors of processors and devices that a guest injects
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "einj.h"

/* The second of them: MPIDR_EL1 has bit 31 set, and Aff0 is 1 */
#define PROCESSOR       "flags=1 param3=1"
#define PROCESSOR_MPIDR "MPIDR: 0000000080000001"

/* 00:04.0, ACPI 6.5, 18.6.4: bits 15:11 are the device */
#define PORT            "flags=4 param4=0x2000"

/* R132 */
bool einj_processor(Guest *guest, GError **error)
{
    return einj_load(guest, error) &&
           einj_inject(guest, error, "error_type=" EINJ_PROCESSOR_CORRECTED
                       " " PROCESSOR) &&
           guest_expect_event(guest, "event severity: corrected", error) &&
           guest_expect_event(guest, "section_type: ARM processor error",
                              error) &&
           guest_expect_event(guest, PROCESSOR_MPIDR, error) &&
           einj_inject(guest, error, "error_type=" EINJ_PROCESSOR_UNCORRECTED
                       " " PROCESSOR) &&
           guest_expect_event(guest, "event severity: recoverable", error) &&
           guest_expect_event(guest, "arm_event: ", error) &&
           guest_expect_idle(guest, GUEST_SOURCE_GED, error) &&
           guest_expect_hwcorrupted(guest, 0, error);
}

static bool is_fatal(Guest *guest, const char *settings, GError **error)
{
    g_autoptr(GError) ignored = NULL;

    if (!einj_load(guest, error)) {
        return false;
    }
    /* It may panic before it can tell us that it has injected the error. */
    einj_inject(guest, &ignored, "%s", settings);
    return guest_expect_panic(guest, error);
}

bool einj_processor_fatal(Guest *guest, GError **error)
{
    return is_fatal(guest, "error_type=" EINJ_PROCESSOR_FATAL " " PROCESSOR,
                    error);
}

/* R133 */
bool einj_pcie(Guest *guest, GError **error)
{
    return einj_load(guest, error) &&
           einj_inject(guest, error, "error_type=" EINJ_PCIE_CORRECTED
                       " " PORT) &&
           guest_expect_event(guest, "event severity: corrected", error) &&
           guest_expect_event(guest, "device_id: 0000:00:04.0", error) &&
           einj_inject(guest, error, "error_type=" EINJ_PCIE_UNCORRECTED
                       " " PORT) &&
           guest_expect_event(guest, "event severity: recoverable", error) &&
           guest_expect_event(guest, "aer_event: 0000:00:04.0", error) &&
           guest_expect_event(guest, "AER: device recovery", error) &&
           guest_expect_idle(guest, GUEST_SOURCE_GED, error);
}

bool einj_pcie_fatal(Guest *guest, GError **error)
{
    return is_fatal(guest, "error_type=" EINJ_PCIE_FATAL " " PORT, error);
}
