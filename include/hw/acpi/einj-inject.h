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

/**
 * einj_plant: make an error be there, but tell nobody
 * @bus: the machine's root bus, of segment 0
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
EinjStatus einj_plant(PCIBus *bus, const EinjRequest *request, Error **errp);

/**
 * einj_trigger: have an error that was planted reported
 * @bus: as for einj_plant()
 * @request: the error
 * @errp: says why not, or what of it not
 *
 * The guest is told by the asynchronous error source, as if a patrol scrubber
 * had met the error: nothing of the guest has to run into it.
 */
bool einj_trigger(PCIBus *bus, const EinjRequest *request, Error **errp);

#endif
