/*
 * A virt machine with EINJ, seen from its guest
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef EINJ_MACHINE_H
#define EINJ_MACHINE_H

#include "ghes-machine.h"

#define EINJ_BLOB         "etc/einj"
#define EINJ_BLOB_ADDRESS "etc/einj_addr"

/* Registers, docs/specs/acpi_einj.rst */
#define EINJ_COMMAND        0x090f0000
#define EINJ_BUSY           0x090f0008
#define EINJ_STATUS         0x090f0010
#define EINJ_ERROR_TYPES    0x090f0018
#define EINJ_V2_ERROR_TYPES 0x090f0020
#define EINJ_TIMINGS        0x090f0028

/* What is written to EINJ_COMMAND */
#define EINJ_BEGIN   1
#define EINJ_EXECUTE 2
#define EINJ_END     3
#define EINJ_TRIGGER 4

/* ACPI 6.5, 18.6.1, table "Command Status Definition" */
#define EINJ_SUCCESS         0
#define EINJ_UNKNOWN_FAILURE 1
#define EINJ_INVALID_ACCESS  2

/* ACPI 6.5, 18.6.4, "SET_ERROR_TYPE_WITH_ADDRESS Data Structure": offsets */
#define EINJ_P_ERROR_TYPE      0
#define EINJ_P_FLAGS           8
#define EINJ_P_PROCESSOR       12
#define EINJ_P_ADDRESS         16
#define EINJ_P_MASK            24
#define EINJ_P_SBDF            32
#define EINJ_P_V2_LENGTH       36
#define EINJ_P_V2_REVISION     40
#define EINJ_P_COMPONENT_COUNT 42
#define EINJ_P_COMPONENTS      44
#define EINJ_COMPONENT_SIZE    32

/* einj_machine_start_and_boot: with ras=on and einj=on */
void einj_machine_start_and_boot(GhesMachine *m);

/* einj_machine_gpa: where the parameters are */
uint64_t einj_machine_gpa(const GhesMachine *m);

/* einj_machine_command: write to EINJ_COMMAND */
void einj_machine_command(GhesMachine *m, uint64_t command);

/**
 * einj_machine_set_memory: fill in the parameters for an error of memory
 * @type: the Error Type
 * @flags: which parameters are valid
 * @gpa: Memory Address, with a mask for its page
 */
void einj_machine_set_memory(GhesMachine *m, uint32_t type, uint32_t flags,
                             uint64_t gpa);

/* einj_machine_set_component: one of EINJv2's components */
void einj_machine_set_component(GhesMachine *m, unsigned index, uint64_t id,
                                uint64_t syndrome);

/**
 * einj_machine_execute: BEGIN, EXECUTE, and wait until it is done
 *
 * Returns: the Command Status.
 */
uint64_t einj_machine_execute(GhesMachine *m);

/* einj_machine_expect: the same, with what it must return */
void einj_machine_expect(GhesMachine *m, uint64_t status);

#endif
