/*
 * QMP: inject-processor-error and inject-pcie-error
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-acpi-hest.h"
#include "hw/qdev-core.h"
#include "ghes-inject.h"
#include "ghes-internal.h"
#include "ghes-qmp.h"

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
    AcpiGhes *ghes = ghes_qmp_find(errp);
    CPUState *cpu = qemu_get_cpu(arg->cpu_index);
    CperArmSection section;
    GhesSection record;

    if (!ghes) {
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
    if (!ghes_qmp_record(qapi_ProcessorErrorInjection_base(arg), &record,
                             errp) ||
        !check_arguments(arg, &record, errp) ||
        !add_errors(&section, arg, errp)) {
        return;
    }
    ghes_processor_error(ghes, cpu, &section, &record, errp);
}

/* A device by its ID or QOM path, as device_del has it */
static PCIDevice *find_device(const char *name, Error **errp)
{
    g_autofree char *path = g_strdup_printf("/machine/peripheral/%s", name);
    Object *object = object_resolve_path(path, NULL);
    bool ambiguous = false;

    if (!object) {
        object = object_resolve_path(name, &ambiguous);
    }
    if (!object) {
        error_setg(errp, "device: %s '%s'", ambiguous ? "there are several" :
                   "there is no", name);
        return NULL;
    }
    if (!object_dynamic_cast(object, TYPE_PCI_DEVICE)) {
        error_setg(errp, "device: '%s' is not a PCI device", name);
        return NULL;
    }
    if (!DEVICE(object)->realized) {
        error_setg(errp, "device: '%s' is not plugged in", name);
        return NULL;
    }
    return PCI_DEVICE(object);
}

static bool get_tlp_header(const uint32List *list, uint32_t *words,
                           Error **errp)
{
    unsigned count = 0;

    for (; list; list = list->next, count++) {
        if (count < GHES_PCIE_TLP_HEADER_WORDS) {
            words[count] = list->value;
        }
    }
    if (count != GHES_PCIE_TLP_HEADER_WORDS) {
        error_setg(errp, "tlp-header: it has %d words, not %u",
                   GHES_PCIE_TLP_HEADER_WORDS, count);
        return false;
    }
    return true;
}

/* What isn't said follows from what is */
static void set_defaults(const PcieErrorInjection *arg, GhesSection *record,
                         GhesPcieError *error)
{
    if (!arg->has_severity && arg->has_correctable_status) {
        record->severity = CPER_SEVERITY_CORRECTED;
    }
    if (!arg->has_correctable_status && !arg->has_uncorrectable_status) {
        if (record->severity == CPER_SEVERITY_CORRECTED) {
            error->correctable_status = GHES_PCIE_RECEIVER_ERROR;
        } else {
            error->uncorrectable_status = GHES_PCIE_COMPLETION_TIMEOUT;
        }
    }
}

void qmp_inject_pcie_error(PcieErrorInjection *arg, Error **errp)
{
    AcpiGhes *ghes = ghes_qmp_find(errp);
    uint32_t tlp_header[GHES_PCIE_TLP_HEADER_WORDS];
    GhesPcieError error = {
        .correctable_status = arg->correctable_status,
        .uncorrectable_status = arg->uncorrectable_status,
        .tlp_header = arg->has_tlp_header ? tlp_header : NULL,
    };
    GhesSection record;
    PCIDevice *dev = ghes ? find_device(arg->device, errp) : NULL;

    if (!dev ||
        !ghes_qmp_record(qapi_PcieErrorInjection_base(arg), &record,
                             errp) ||
        (arg->has_tlp_header &&
         !get_tlp_header(arg->tlp_header, tlp_header, errp))) {
        return;
    }
    if (arg->has_reset && arg->reset) {
        record.flags |= GHES_DATA_ENTRY_FLAG_RESET;
    }
    set_defaults(arg, &record, &error);
    ghes_pcie_error(ghes, dev, &error, &record, errp);
}
