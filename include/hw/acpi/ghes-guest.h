/*
 * What error sources want to know of the guest
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_GUEST_H
#define HW_ACPI_GHES_GUEST_H

/**
 * ghes_guest_busy_vcpus: how many vCPUs have something to do
 *
 * The others wait for an interrupt, and have none pending.  Under KVM 0 is
 * returned after two looks with some time in between, and never where the
 * host is too old to tell, or the guest hasn't started all its vCPUs.
 *
 * The caller holds the BQL.
 */
unsigned ghes_guest_busy_vcpus(void);

/**
 * ghes_guest_run_ns: how long the vCPUs have run, together, in ns
 *
 * From any time on, and with what QEMU itself has done.
 */
int64_t ghes_guest_run_ns(void);

#endif
