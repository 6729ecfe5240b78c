/*
 * Errors that a guest injects into itself
 *
 * All functions are called with the BQL held.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_EINJ_INJECT_H
#define HW_ACPI_EINJ_INJECT_H

#include "hw/acpi/einj-parameters.h"
#include "hw/pci/pci.h"

/*
 * Pages that a guest can lose while QEMU runs, whatever it resets: with KVM the
 * host loses them as well, until it is rebooted itself.
 */
#define EINJ_LOST_PAGES_MAX 4096

/**
 * EinjMachine: what a guest can have an error in
 * @pci_bus: its root bus, of segment 0
 * @parameters_gpa: guest-physical address of what QEMU reads for an injection
 * @lost_pages: pages of 4 KiB that were lost by injections
 */
typedef struct EinjMachine {
    PCIBus *pci_bus;
    uint64_t parameters_gpa;
    uint64_t lost_pages;
} EinjMachine;

/**
 * einj_plant: make an error be there, but tell nobody
 * @machine: the machine
 * @request: the error
 * @errp: says why it isn't
 *
 * Memory with an uncorrected error is lost from now on: who touches it takes
 * an abort.  Errors of other kinds have no effect until they are triggered.
 *
 * Returns: EINJ_STATUS_SUCCESS; EINJ_STATUS_INVALID_ACCESS if the machine has
 * no such page, processor or device, and nothing was done;
 * EINJ_STATUS_UNKNOWN_FAILURE if it couldn't be done, and maybe was in part.
 */
EinjStatus einj_plant(EinjMachine *machine, const EinjRequest *request,
                      Error **errp);

/**
 * einj_trigger: have an error that was planted reported
 * @machine: the machine
 * @request: the error
 * @errp: says why not, or what of it not
 *
 * The guest is told by the asynchronous error source, as if a patrol scrubber
 * had met the error: nothing of the guest has to run into it.
 */
bool einj_trigger(const EinjMachine *machine, const EinjRequest *request,
                  Error **errp);

#endif
