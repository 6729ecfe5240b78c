/*
 * Reports errors of vCPUs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "hw/acpi/ghes-inject.h"
#include "target/arm/ras-cpu.h"

bool ghes_processor_error(AcpiGhesState *ags, CPUState *cpu,
                          CperArmSection *what, GhesSection *record,
                          Error **errp)
{
    ArmCpuIdentity identity = arm_cpu_identify(cpu);

    cper_arm_set_processor(what, identity.mpidr_el1, identity.midr_el1);
    cper_arm_set_running(what, identity.running, identity.psci_state);

    record->type = cper_arm_section_type;
    record->payload = what;
    record->payload_length = cper_arm_length(what);
    return ghes_report_section(ags, record, errp);
}
