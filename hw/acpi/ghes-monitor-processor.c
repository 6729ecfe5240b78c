/*
 * Takes errors of vCPUs from the monitor
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-acpi-hest.h"
#include "hw/acpi/ghes-block.h"
#include "hw/acpi/ghes-inject.h"
#include "hw/acpi/ghes-monitor.h"

#define AFFINITY_LEVEL_MAX 3

static const CperArmErrorType types[] = {
    [CPER_ARM_ERROR_KIND_CACHE] = CPER_ARM_ERROR_CACHE,
    [CPER_ARM_ERROR_KIND_TLB] = CPER_ARM_ERROR_TLB,
    [CPER_ARM_ERROR_KIND_BUS] = CPER_ARM_ERROR_BUS,
    [CPER_ARM_ERROR_KIND_MICRO_ARCH] = CPER_ARM_ERROR_MICRO_ARCHITECTURAL,
};

QEMU_BUILD_BUG_ON(ARRAY_SIZE(types) != CPER_ARM_ERROR_KIND__MAX);
QEMU_BUILD_BUG_ON((int)CPER_ARM_ERROR_KIND__MAX != CPER_ARM_INFORMATION_MAX);

/* The schema lists flags, and values of fields, in their numbers' order */
QEMU_BUILD_BUG_ON(BIT(CPER_ARM_ERROR_FLAG_OVERFLOW) != CPER_ARM_FLAG_OVERFLOW);

/* An argument that is a field of Error Information */
typedef struct FieldArgument {
    const char *name;
    CperArmField field;
    bool given;
    unsigned value;
} FieldArgument;

#define FIELD_ARGUMENT(argument, member, number) \
    { argument, CPER_ARM_FIELD_##number, arg->has_##member, arg->member }

/* Operations have common numbers up to prefetch, and then each kind its own */
static bool operation_number(CperArmErrorType type, CperArmOperation operation,
                             unsigned *number)
{
    switch (operation) {
    case CPER_ARM_OPERATION_EVICTION ... CPER_ARM_OPERATION_MANAGEMENT:
        *number = operation;
        return type == CPER_ARM_ERROR_CACHE;
    case CPER_ARM_OPERATION_LOCAL_MANAGEMENT:
    case CPER_ARM_OPERATION_EXTERNAL_MANAGEMENT:
        *number = operation - CPER_ARM_OPERATION_LOCAL_MANAGEMENT +
                  CPER_ARM_OPERATION_EVICTION;
        return type == CPER_ARM_ERROR_TLB;
    default:
        *number = operation;
        return true;
    }
}

static bool set_field(CperArmInformation *info, CperArmErrorKind kind,
                      const FieldArgument *argument, Error **errp)
{
    int max = cper_arm_field_max(info->type, argument->field);
    unsigned value = argument->value;
    bool fits = true;

    if (max >= 0 && argument->field == CPER_ARM_FIELD_OPERATION) {
        fits = operation_number(info->type, value, &value);
    }
    if (max < 0 || !fits) {
        error_setg(errp, "%s: an error of kind %s has no such %s",
                   argument->name, CperArmErrorKind_str(kind),
                   max < 0 ? "field" : "operation");
        return false;
    }
    if (value > max) {
        error_setg(errp, "%s: %u exceeds %d", argument->name, value, max);
        return false;
    }
    cper_arm_set_field(info, argument->field, value);
    return true;
}

static bool set_fields(CperArmInformation *info, CperArmErrorKind kind,
                       const ProcessorErrorInjection *arg, Error **errp)
{
    const FieldArgument arguments[] = {
        FIELD_ARGUMENT("transaction", transaction, TRANSACTION_TYPE),
        FIELD_ARGUMENT("operation", operation, OPERATION),
        FIELD_ARGUMENT("level", level, LEVEL),
        FIELD_ARGUMENT("processor-context-corrupt", processor_context_corrupt,
                       PROCESSOR_CONTEXT_CORRUPT),
        FIELD_ARGUMENT("corrected", corrected, CORRECTED),
        FIELD_ARGUMENT("precise-pc", precise_pc, PRECISE_PC),
        FIELD_ARGUMENT("restartable-pc", restartable_pc, RESTARTABLE_PC),
        FIELD_ARGUMENT("participation", participation, PARTICIPATION_TYPE),
        FIELD_ARGUMENT("time-out", time_out, TIME_OUT),
        FIELD_ARGUMENT("address-space", address_space, ADDRESS_SPACE),
        FIELD_ARGUMENT("memory-attributes", memory_attributes,
                       MEMORY_ATTRIBUTES),
        FIELD_ARGUMENT("access-mode", access_mode, ACCESS_MODE),
    };

    for (size_t i = 0; i < ARRAY_SIZE(arguments); i++) {
        if (arguments[i].given &&
            !set_field(info, kind, &arguments[i], errp)) {
            return false;
        }
    }
    return true;
}

static bool add_error(CperArmSection *section, CperArmErrorKind kind,
                      const ProcessorErrorInjection *arg, Error **errp)
{
    CperArmInformation *info = cper_arm_add_information(section, types[kind]);
    uint8_t flags = 0;

    if (kind == CPER_ARM_ERROR_KIND_CACHE && arg->has_address &&
        !ghes_range_is_ram(arg->address, 1)) {
        error_setg(errp, "address: 0x%" PRIx64 " is not guest RAM",
                   arg->address);
        return false;
    }
    if (arg->has_vendor_information) {
        if (kind != CPER_ARM_ERROR_KIND_MICRO_ARCH) {
            error_setg(errp, "vendor-information: an error of kind %s has no "
                       "such field", CperArmErrorKind_str(kind));
            return false;
        }
        cper_arm_set_vendor_information(info, arg->vendor_information);
    }
    for (CperArmErrorFlagList *f = arg->flags; f; f = f->next) {
        flags |= BIT(f->value);
    }
    if (arg->has_flags) {
        cper_arm_set_flags(info, flags);
    }
    if (arg->has_multiple_error) {
        cper_arm_set_multiple(info, arg->multiple_error);
    }
    if (arg->has_virtual_address) {
        cper_arm_set_virtual_address(info, arg->virtual_address);
    }
    if (arg->has_address) {
        cper_arm_set_physical_address(info, arg->address);
    }
    return set_fields(info, kind, arg, errp);
}

static bool add_errors(CperArmSection *section,
                       const ProcessorErrorInjection *arg, Error **errp)
{
    unsigned seen = 0;

    if (!arg->has_errors) {
        return add_error(section, CPER_ARM_ERROR_KIND_CACHE, arg, errp);
    }
    if (!arg->errors) {
        error_setg(errp, "errors: there is none");
        return false;
    }
    for (CperArmErrorKindList *e = arg->errors; e; e = e->next) {
        if (seen & BIT(e->value)) {
            error_setg(errp, "errors: %s is there twice",
                       CperArmErrorKind_str(e->value));
            return false;
        }
        seen |= BIT(e->value);
        if (!add_error(section, e->value, arg, errp)) {
            return false;
        }
    }
    return true;
}

/* Arguments that contradict each other, whatever the kind of error */
static bool check_arguments(const ProcessorErrorInjection *arg,
                            const GhesSection *record, Error **errp)
{
    bool corrected = record->severity == CPER_SEVERITY_CORRECTED;

    if (arg->has_affinity_level && arg->affinity_level > AFFINITY_LEVEL_MAX) {
        error_setg(errp, "affinity-level: %u exceeds %d", arg->affinity_level,
                   AFFINITY_LEVEL_MAX);
        return false;
    }
    if (arg->has_corrected && arg->corrected != corrected) {
        error_setg(errp, "corrected: severity is %scorrected",
                   corrected ? "" : "un");
        return false;
    }
    if (arg->has_restartable_pc && arg->restartable_pc &&
        arg->has_processor_context_corrupt && arg->processor_context_corrupt) {
        error_setg(errp, "restartable-pc: processor-context-corrupt is set");
        return false;
    }
    return true;
}

void qmp_inject_processor_error(ProcessorErrorInjection *arg, Error **errp)
{
    AcpiGhesState *ags = ghes_monitor_state(errp);
    CPUState *cpu = qemu_get_cpu(arg->cpu_index);
    CperArmSection section;
    GhesSection record;

    if (!ags) {
        return;
    }
    if (!cpu) {
        error_setg(errp, "cpu-index: there is no CPU %" PRIu32,
                   arg->cpu_index);
        return;
    }
    cper_arm_init(&section);
    if (arg->has_affinity_level) {
        cper_arm_set_affinity_level(&section, arg->affinity_level);
    }
    if (!ghes_monitor_record(qapi_ProcessorErrorInjection_base(arg), &record,
                             errp) ||
        !check_arguments(arg, &record, errp) ||
        !add_errors(&section, arg, errp)) {
        return;
    }
    ghes_processor_error(ags, cpu, &section, &record, errp);
}
