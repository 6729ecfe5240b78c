/*
 * What error sources want to know of the guest
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_GUEST_H
#define HW_ACPI_GHES_GUEST_H

#define GHES_GUEST_BUSY_UNKNOWN (-1)

/**
 * ghes_guest_busy_vcpus: how many vCPUs have something to do
 *
 * The others wait for an interrupt, and have none pending.  Under KVM 0 is
 * returned after two looks with some time in between, and a vCPU that the
 * guest has switched off counts as busy.  GHES_GUEST_BUSY_UNKNOWN is returned
 * where the host can't tell.
 *
 * The caller holds the BQL.
 */
int ghes_guest_busy_vcpus(void);

/**
 * ghes_guest_run_ns: how long the vCPUs have run, together, in ns
 *
 * From any time on, and with what QEMU itself has done.
 */
int64_t ghes_guest_run_ns(void);

#endif
