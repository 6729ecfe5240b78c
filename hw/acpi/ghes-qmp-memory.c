/*
 * QMP: inject-memory-error
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/cutils.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-acpi-hest.h"
#include "ghes-internal.h"
#include "ghes-qmp.h"

#define ROW_MAX     0x3ffff
#define CHIP_ID_MAX 7

/* UEFI 2.10, N.2.12 Error Status: bits 15:8 are the type, 22:16 flags */
#define ERROR_STATUS_DEFINED  0x7fff00
#define ERROR_STATUS_TYPE(status) extract64(status, 8, 8)

/* The same, Error Types; flags alone will do, with type 0 */
#define ERROR_STATUS_TYPES                                              \
    (BIT(0) | BIT(1) | BIT(16) | MAKE_64BIT_MASK(4, 6) |                \
     MAKE_64BIT_MASK(17, 10))

/* The schema lists the types in the order of their numbers */
QEMU_BUILD_BUG_ON((int)CPER_MEMORY_ERROR_KIND_UNKNOWN !=
                  (int)CPER_MEMORY_ERROR_UNKNOWN);
QEMU_BUILD_BUG_ON((int)CPER_MEMORY_ERROR_KIND_PARITY_ERROR !=
                  (int)CPER_MEMORY_ERROR_PARITY);
QEMU_BUILD_BUG_ON((int)CPER_MEMORY_ERROR_KIND_PHYSICAL_MEMORY_MAP_OUT_EVENT !=
                  (int)CPER_MEMORY_ERROR_MAP_OUT_EVENT);
QEMU_BUILD_BUG_ON((int)CPER_MEMORY_ERROR_KIND__MAX !=
                  (int)CPER_MEMORY_ERROR__MAX);

static bool check_error_status(uint64_t status, Error **errp)
{
    uint64_t type = ERROR_STATUS_TYPE(status);

    if (status & ~(uint64_t)ERROR_STATUS_DEFINED) {
        error_setg(errp, "error-status: bits 0x%" PRIx64 " are reserved",
                   status & ~(uint64_t)ERROR_STATUS_DEFINED);
        return false;
    }
    if (type >= 64 || !(ERROR_STATUS_TYPES >> type & 1)) {
        error_setg(errp, "error-status: error type %" PRIu64 " is unknown",
                   type);
        return false;
    }
    return true;
}

static bool check_arguments(const MemoryErrorInjection *arg, Error **errp)
{
    if (arg->has_bank && arg->has_bank_group) {
        error_setg(errp, "bank-group: bank is given too");
        return false;
    }
    if (arg->has_bank && arg->has_bank_address) {
        error_setg(errp, "bank-address: bank is given too");
        return false;
    }
    if (arg->has_row && arg->row > ROW_MAX) {
        error_setg(errp, "row: %" PRIu32 " exceeds %d", arg->row, ROW_MAX);
        return false;
    }
    if (arg->has_chip_id && arg->chip_id > CHIP_ID_MAX) {
        error_setg(errp, "chip-id: %u exceeds %d", arg->chip_id, CHIP_ID_MAX);
        return false;
    }
    return !arg->has_error_status ||
           check_error_status(arg->error_status, errp);
}

/* An address that is known better than by its page */
static bool check_masked_address(const MemoryErrorInjection *arg, Error **errp)
{
    uint64_t unknown = ~arg->address_mask;

    if (unknown >= GHES_PAGE_SIZE || unknown & (unknown + 1)) {
        error_setg(errp, "address-mask: 0x%" PRIx64 " is not all bits from "
                   "bit 12 or a lower one on", arg->address_mask);
        return false;
    }
    if (arg->has_length) {
        error_setg(errp, "address-mask: length is given too");
        return false;
    }
    if (arg->address & unknown) {
        error_setg(errp, "address: 0x%" PRIx64 " has bits that address-mask "
                   "says are unknown", arg->address);
        return false;
    }
    return hwpoison_check_pages(QEMU_ALIGN_DOWN(arg->address, GHES_PAGE_SIZE),
                            GHES_PAGE_SIZE, errp);
}

static void set_position(CperMemorySection *memory,
                         const MemoryErrorInjection *arg)
{
    if (arg->has_node) {
        cper_memory_set_node(memory, arg->node);
    }
    if (arg->has_card) {
        cper_memory_set_card(memory, arg->card);
    }
    if (arg->has_module) {
        cper_memory_set_module(memory, arg->module);
    }
    if (arg->has_rank) {
        cper_memory_set_rank_number(memory, arg->rank);
    }
    if (arg->has_bank) {
        cper_memory_set_bank(memory, arg->bank);
    }
    if (arg->has_bank_group) {
        cper_memory_set_bank_group(memory, arg->bank_group);
    }
    if (arg->has_bank_address) {
        cper_memory_set_bank_address(memory, arg->bank_address);
    }
    if (arg->has_device) {
        cper_memory_set_device(memory, arg->device);
    }
    if (arg->has_chip_id) {
        cper_memory_set_chip_id(memory, arg->chip_id);
    }
    if (arg->has_row) {
        cper_memory_set_row(memory, arg->row);
    }
    if (arg->has_column) {
        cper_memory_set_column(memory, arg->column);
    }
    if (arg->has_bit_position) {
        cper_memory_set_bit_position(memory, arg->bit_position);
    }
}

static void set_section(CperMemorySection *memory,
                        const MemoryErrorInjection *arg)
{
    if (arg->has_address_mask) {
        cper_memory_set_physical_address(memory, arg->address,
                                         arg->address_mask);
    }
    if (arg->has_error_status) {
        cper_memory_set_error_status(memory, arg->error_status);
    }
    if (arg->has_error_type) {
        cper_memory_set_error_type(memory,
                                   (CperMemoryErrorType)arg->error_type);
    }
    if (arg->has_requestor_id) {
        cper_memory_set_requestor_id(memory, arg->requestor_id);
    }
    if (arg->has_responder_id) {
        cper_memory_set_responder_id(memory, arg->responder_id);
    }
    if (arg->has_target_id) {
        cper_memory_set_target_id(memory, arg->target_id);
    }
    if (arg->has_card_handle) {
        cper_memory_set_card_handle(memory, arg->card_handle);
    }
    if (arg->has_module_handle) {
        cper_memory_set_module_handle(memory, arg->module_handle);
    }
    set_position(memory, arg);
}

void qmp_inject_memory_error(MemoryErrorInjection *arg, Error **errp)
{
    AcpiGhes *ghes = ghes_qmp_find(errp);
    uint64_t length = arg->has_length ? arg->length : GHES_PAGE_SIZE;
    GhesSection record;
    GhesError error;

    if (!ghes ||
        !(arg->has_address_mask ? check_masked_address(arg, errp)
                                : hwpoison_check_pages(arg->address, length,
                                                   errp)) ||
        !check_arguments(arg, errp) ||
        !ghes_qmp_record(qapi_MemoryErrorInjection_base(arg), &record,
                             errp)) {
        return;
    }
    ghes_memory_error_init(&error, record.severity,
                           QEMU_ALIGN_DOWN(arg->address, GHES_PAGE_SIZE),
                           length);
    set_section(&error.memory, arg);
    error.flags |= record.flags;
    pstrcpy(error.fru_text, sizeof(error.fru_text), record.fru_text);
    ghes_report(ghes, &error, errp);
}
