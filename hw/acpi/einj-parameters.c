/*
 * Tells what the parameters of an error injection ask for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/bswap.h"
#include "qemu/host-utils.h"
#include "qapi/error.h"
#include "einj-internal.h"

/* The unit in which memory is lost, as GHES_PAGE_SIZE */
#define EINJ_PAGE_SIZE 4096

const uint64_t einj_error_types =
    EINJ_PROCESSOR_CORRECTABLE | EINJ_PROCESSOR_UNCORRECTABLE |
    EINJ_PROCESSOR_FATAL |
    EINJ_MEMORY_CORRECTABLE | EINJ_MEMORY_UNCORRECTABLE | EINJ_MEMORY_FATAL |
    EINJ_PCIE_CORRECTABLE | EINJ_PCIE_UNCORRECTABLE | EINJ_PCIE_FATAL |
    EINJ_V2_PRESENT;

const uint64_t einj_v2_error_types = EINJ_V2_MEMORY;

static bool check_flags(uint32_t flags, uint32_t needed, const char *what,
                        Error **errp)
{
    if (flags & ~EINJ_FLAGS_ALL) {
        error_setg(errp, "Flags 0x%" PRIx32 " are not all known", flags);
        return false;
    }
    if ((flags & needed) != needed) {
        error_setg(errp, "Flags 0x%" PRIx32 " say that no %s is given", flags,
                   what);
        return false;
    }
    return true;
}

static uint64_t page_of(uint64_t address)
{
    return address & -(uint64_t)EINJ_PAGE_SIZE;
}

/* The first page that the address and its mask stand for */
static uint64_t memory_page(const EinjParameters *p)
{
    return page_of(le64_to_cpu(p->memory_address) &
                   le64_to_cpu(p->memory_address_mask));
}

static bool decode_component(const EinjParameters *p,
                             const EinjComponent *component,
                             EinjMemoryError *memory, Error **errp)
{
    uint64_t id = le64_to_cpu(component->id);
    unsigned wrong_bits = ctpop64(component->syndrome) +
                          ctpop64(component->syndrome_high);

    if (!wrong_bits) {
        error_setg(errp, "Component Syndrome is 0: no bit is wrong");
        return false;
    }
    if (component->id_high) {
        error_setg(errp, "Component ID is more than 64 bits wide");
        return false;
    }
    memory->severity = wrong_bits == 1 ? CPER_SEVERITY_CORRECTED
                                       : CPER_SEVERITY_RECOVERABLE;
    memory->has_device = id < EINJ_DEVICES;
    if (memory->has_device) {
        memory->device = id;
        memory->address = memory_page(p);
        return check_flags(le32_to_cpu(p->flags), EINJ_FLAG_MEMORY,
                           "memory address", errp);
    }
    memory->address = page_of(id);
    return true;
}

static bool decode_v2(const EinjParameters *p, EinjRequest *request,
                      Error **errp)
{
    uint32_t type = le32_to_cpu(p->error_type);
    uint16_t count = le16_to_cpu(p->component_count);

    if (type != EINJ_V2_MEMORY) {
        error_setg(errp, "EINJv2 Error Type 0x%" PRIx32 " is not on offer",
                   type);
        return false;
    }
    if (!count || count > EINJ_COMPONENTS_MAX) {
        error_setg(errp, "Component Array Count %u is not from 1 to %u", count,
                   EINJ_COMPONENTS_MAX);
        return false;
    }
    request->kind = EINJ_KIND_MEMORY;
    request->memory_count = count;
    for (unsigned i = 0; i < count; i++) {
        if (!decode_component(p, &p->component[i], &request->memory[i],
                              errp)) {
            return false;
        }
    }
    return true;
}

/* Types come in threes: corrected, uncorrected, fatal */
static CperSeverity type_severity(unsigned bit)
{
    static const CperSeverity severities[] = {
        CPER_SEVERITY_CORRECTED, CPER_SEVERITY_RECOVERABLE,
        CPER_SEVERITY_FATAL,
    };

    return severities[bit % ARRAY_SIZE(severities)];
}

static bool decode_type(uint32_t type, EinjRequest *request, Error **errp)
{
    const uint32_t types = einj_error_types & ~EINJ_V2_PRESENT;

    if (!type) {
        error_setg(errp, "no Error Type is set");
        return false;
    }
    if (!is_power_of_2(type) || !(type & types)) {
        error_setg(errp, "Error Type 0x%" PRIx32 " is not one of 0x%" PRIx32,
                   type, types);
        return false;
    }
    request->kind = ctz32(type) / 3;
    request->severity = type_severity(ctz32(type));
    return true;
}

static bool decode_pcie(uint32_t sbdf, EinjRequest *request)
{
    request->segment = extract32(sbdf, 24, 8);
    request->bus = extract32(sbdf, 16, 8);
    request->devfn = extract32(sbdf, 8, 8);
    return true;
}

bool einj_parameters_decode(const EinjParameters *p, EinjRequest *request,
                            Error **errp)
{
    uint32_t flags = le32_to_cpu(p->flags);

    *request = (EinjRequest) {};
    if (!check_flags(flags, 0, "", errp)) {
        return false;
    }
    if (flags & EINJ_FLAG_V2) {
        return decode_v2(p, request, errp);
    }
    if (!decode_type(le32_to_cpu(p->error_type), request, errp)) {
        return false;
    }
    switch (request->kind) {
    case EINJ_KIND_PROCESSOR:
        if (flags & EINJ_FLAG_PROCESSOR) {
            request->processor = le32_to_cpu(p->processor);
        }
        return true;
    case EINJ_KIND_MEMORY:
        request->memory_count = 1;
        request->memory[0].severity = request->severity;
        request->memory[0].address = memory_page(p);
        return check_flags(flags, EINJ_FLAG_MEMORY, "memory address", errp);
    case EINJ_KIND_PCIE:
        return check_flags(flags, EINJ_FLAG_PCIE, "PCIe device", errp) &&
               decode_pcie(le32_to_cpu(p->pcie_sbdf), request);
    default:
        g_assert_not_reached();
    }
}
