/*
 * Poisons the memory that a guest injects errors in, and reports them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qapi/error.h"
#include "hw/pci/pcie.h"
#include "einj-internal.h"
#include "ghes-inject.h"
#include "ghes-internal.h"

/* UEFI 2.10, N.2.4.4.1.1: an access to data, in the first level of cache */
#define CACHE_TRANSACTION_DATA 1
#define CACHE_LEVEL 1

/* The error sources, if they take another error */
static AcpiGhes *find_sources(Error **errp)
{
    AcpiGhes *ghes = acpi_ghes_find();

    if (!ghes) {
        error_setg(errp, "the machine has no error sources");
        return NULL;
    }
    if (!ghes_check_ready(ghes, errp)) {
        return NULL;
    }
    if (ghes_is_full(ghes)) {
        error_setg(errp, "the guest has not acknowledged earlier errors");
        return NULL;
    }
    return ghes;
}

static CPUState *find_processor(const EinjRequest *request, Error **errp)
{
    CPUState *cpu = qemu_get_cpu(request->processor);

    if (!cpu) {
        error_setg(errp, "there is no processor with UID %" PRIu32,
                   request->processor);
    }
    return cpu;
}

static PCIDevice *find_pcie_device(const EinjMachine *machine,
                                   const EinjRequest *request, Error **errp)
{
    PCIDevice *dev = request->segment || !machine->pci_bus ? NULL :
                     pci_find_device(machine->pci_bus, request->bus,
                                     request->devfn);

    if (!dev || !pci_is_express(dev) ||
        !pcie_find_capability(dev, PCI_EXT_CAP_ID_ERR)) {
        error_setg(errp, "there is no PCI Express device with AER at "
                   "%04x:%02x:%02x.%x", request->segment, request->bus,
                   PCI_SLOT(request->devfn), PCI_FUNC(request->devfn));
        return NULL;
    }
    return dev;
}

/* Two devices can have failed that hold parts of the same page */
static bool is_poisoned_before(const EinjRequest *request, unsigned index)
{
    for (unsigned i = 0; i < index; i++) {
        if (request->memory[i].address == request->memory[index].address &&
            request->memory[i].severity != CPER_SEVERITY_CORRECTED) {
            return true;
        }
    }
    return false;
}

/* A huge page of the host is poisoned whole, and counts with all its pages */
static bool poison_page(EinjMachine *machine, uint64_t address, Error **errp)
{
    HwpoisonRange range;

    if (machine->poisoned_pages >= EINJ_POISONED_PAGES_MAX) {
        error_setg(errp, "the guest has poisoned %" PRIu64 " pages by "
                   "injecting errors and can poison no more",
                   machine->poisoned_pages);
        return false;
    }
    if (!hwpoison_poison(address, GHES_PAGE_SIZE, &range, errp)) {
        return false;
    }
    machine->poisoned_pages += range.length / GHES_PAGE_SIZE;
    return true;
}

/*
 * Under KVM QEMU would terminate with its next access to what it shares with
 * the guest.  Each of the two files fits into a page, at whose start it is.
 */
static bool check_not_shared(const AcpiGhes *ghes,
                             const EinjMachine *machine,
                             const EinjMemoryError *memory, Error **errp)
{
    uint64_t blocks = le64_to_cpu(ghes->address->hw_error_le) &
                      -(uint64_t)GHES_PAGE_SIZE;

    if (memory->severity != CPER_SEVERITY_CORRECTED &&
        (memory->address == blocks ||
         memory->address == machine->parameters_gpa)) {
        error_setg(errp, "0x%" PRIx64 " has what firmware shares with the "
                   "guest", memory->address);
        return false;
    }
    return true;
}

static EinjStatus plant_memory(AcpiGhes *ghes, EinjMachine *machine,
                               const EinjRequest *request, Error **errp)
{
    for (unsigned i = 0; i < request->memory_count; i++) {
        const EinjMemoryError *memory = &request->memory[i];

        if (!hwpoison_check_pages(memory->address, GHES_PAGE_SIZE, errp) ||
            !check_not_shared(ghes, machine, memory, errp)) {
            return EINJ_STATUS_INVALID_ACCESS;
        }
    }
    for (unsigned i = 0; i < request->memory_count; i++) {
        const EinjMemoryError *memory = &request->memory[i];

        if (memory->severity != CPER_SEVERITY_CORRECTED &&
            !is_poisoned_before(request, i) &&
            !poison_page(machine, memory->address, errp)) {
            return EINJ_STATUS_UNKNOWN_FAILURE;
        }
    }
    return EINJ_STATUS_SUCCESS;
}

EinjStatus einj_plant(EinjMachine *machine, const EinjRequest *request,
                      Error **errp)
{
    AcpiGhes *ghes = find_sources(errp);

    if (!ghes) {
        return EINJ_STATUS_UNKNOWN_FAILURE;
    }
    switch (request->kind) {
    case EINJ_KIND_PROCESSOR:
        return find_processor(request, errp) ? EINJ_STATUS_SUCCESS
                                             : EINJ_STATUS_INVALID_ACCESS;
    case EINJ_KIND_MEMORY:
        return plant_memory(ghes, machine, request, errp);
    case EINJ_KIND_PCIE:
        return find_pcie_device(machine, request, errp) ?
               EINJ_STATUS_SUCCESS : EINJ_STATUS_INVALID_ACCESS;
    default:
        g_assert_not_reached();
    }
}

/* A line of the first cache */
static bool report_processor(AcpiGhes *ghes, const EinjRequest *request,
                             Error **errp)
{
    CPUState *cpu = find_processor(request, errp);
    GhesSection record = { .severity = request->severity, .fru_text = "" };
    CperArmInformation *info;
    CperArmSection section;

    if (!cpu) {
        return false;
    }
    cper_arm_init(&section);
    info = cper_arm_add_information(&section, CPER_ARM_ERROR_CACHE);
    cper_arm_set_field(info, CPER_ARM_FIELD_TRANSACTION_TYPE,
                       CACHE_TRANSACTION_DATA);
    cper_arm_set_field(info, CPER_ARM_FIELD_LEVEL, CACHE_LEVEL);
    cper_arm_set_field(info, CPER_ARM_FIELD_PROCESSOR_CONTEXT_CORRUPT,
                       request->severity == CPER_SEVERITY_FATAL);
    cper_arm_set_field(info, CPER_ARM_FIELD_CORRECTED,
                       request->severity == CPER_SEVERITY_CORRECTED);
    return ghes_processor_error(ghes, cpu, &section, &record, errp);
}

/* One wrong bit was corrected, or more of them could not be */
static bool report_page(AcpiGhes *ghes, const EinjMemoryError *memory,
                        Error **errp)
{
    GhesError error;

    if (!hwpoison_check_pages(memory->address, GHES_PAGE_SIZE, errp)) {
        return false;
    }
    ghes_memory_error_init(&error, memory->severity, memory->address,
                           GHES_PAGE_SIZE);
    cper_memory_set_error_type(&error.memory,
                               memory->severity == CPER_SEVERITY_CORRECTED
                               ? CPER_MEMORY_ERROR_SINGLE_BIT_ECC
                               : CPER_MEMORY_ERROR_MULTI_BIT_ECC);
    if (memory->has_device) {
        cper_memory_set_device(&error.memory, memory->device);
    }
    return ghes_report(ghes, &error, errp);
}

static bool report_memory(AcpiGhes *ghes, const EinjRequest *request,
                          Error **errp)
{
    for (unsigned i = 0; i < request->memory_count; i++) {
        if (!report_page(ghes, &request->memory[i], errp)) {
            return false;
        }
    }
    return true;
}

static bool report_pcie(AcpiGhes *ghes, const EinjMachine *machine,
                        const EinjRequest *request, Error **errp)
{
    PCIDevice *dev = find_pcie_device(machine, request, errp);
    GhesSection record = { .severity = request->severity, .fru_text = "" };
    GhesPcieError error = {};

    if (request->severity == CPER_SEVERITY_CORRECTED) {
        error.correctable_status = GHES_PCIE_RECEIVER_ERROR;
    } else {
        error.uncorrectable_status = GHES_PCIE_COMPLETION_TIMEOUT;
    }
    return dev && ghes_pcie_error(ghes, dev, &error, &record, errp);
}

bool einj_trigger(const EinjMachine *machine, const EinjRequest *request,
                  Error **errp)
{
    AcpiGhes *ghes = find_sources(errp);

    if (!ghes) {
        return false;
    }
    switch (request->kind) {
    case EINJ_KIND_PROCESSOR:
        return report_processor(ghes, request, errp);
    case EINJ_KIND_MEMORY:
        return report_memory(ghes, request, errp);
    case EINJ_KIND_PCIE:
        return report_pcie(ghes, machine, request, errp);
    default:
        g_assert_not_reached();
    }
}
