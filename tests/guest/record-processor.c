/*
 * Records of errors of vCPUs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>
#include "record.h"

#define MIDR "0x00000000000f0510"       /* of -cpu max */

#define OF_CPU(number)                                                      \
    "section_type: ARM processor error",                                    \
    "MIDR: " MIDR,                                                          \
    "Multiprocessor Affinity Register (MPIDR): 0x000000008000000" number

#define RUNNING                                                             \
    "running state: 0x1",                                                   \
    "Power State Coordination Interface state: 0"

static const char *const cache[] = {
    "event severity: corrected",
    "Error 0, type: corrected",
    "fru_text: CPU 1 L2",
    OF_CPU("1"),
    "error affinity level: 1",
    RUNNING,
    "Error info structure 0:",
    "num errors: 4",
    "first error captured",
    "last error captured",
    "error_type: 0x02: cache error",
    "error_info: 0x000000001c8d007f",
    "transaction type: Data Access",
    "cache error, operation type: Data read",
    "cache level: 2",
    "processor context not corrupted",
    "the error has been corrected",
    "PC is precise",
    "Program execution can be restarted reliably at the PC associated with "
    "the error.",
    "virtual fault address: 0xffff800012345678",
    NULL,
};

static const char *const bus[] = {
    "event severity: corrected",
    "Error 0, type: corrected",
    OF_CPU("0"),
    RUNNING,
    "Error info structure 0:",
    "num errors: 1",
    "propagated error captured",
    "overflow occurred, error info is incomplete",
    "error_type: 0x08: bus error",
    "error_info: 0x00000d57a1d60f87",
    "transaction type: Generic",
    "bus error, operation type: Instruction fetch",
    "affinity level at which the bus error occurred: 7",
    "participation type: Local processor responded to request",
    "request timed out",
    "address space: Device Memory Access",
    "memory access attributes:0x155",
    "access mode: normal",
    "physical fault address: 0x0000000009000000",
    NULL,
};

/* Of such an error Linux takes the page out of use */
static const char *const recoverable[] = {
    "event severity: recoverable",
    "Error 0, type: recoverable",
    OF_CPU("1"),
    RUNNING,
    "Error info structure 0:",
    "num errors: 1",
    "error_type: 0x02: cache error",
    "physical fault address: 0x00000000a0000040",
    NULL,
};

/* And of such ones it does nothing */
static const char *const others[] = {
    "event severity: recoverable",
    "Error 0, type: recoverable",
    OF_CPU("0"),
    RUNNING,
    "Error info structure 0:",
    "num errors: 1",
    "error_type: 0x04: TLB error",
    "physical fault address: 0x00000000a0001000",
    "Error info structure 1:",
    "num errors: 1",
    "error_type: 0x08: bus error",
    "physical fault address: 0x00000000a0001000",
    "Error info structure 2:",
    "num errors: 1",
    "error_type: 0x10: micro-architectural error",
    "physical fault address: 0x00000000a0001000",
    NULL,
};

static const char *const off[] = {
    "event severity: corrected",
    "Error 0, type: corrected",
    OF_CPU("1"),
    "running state: 0x0",
    "Power State Coordination Interface state: 1",
    "Error info structure 0:",
    "num errors: 1",
    "error_type: 0x04: TLB error",
    "error_info: 0x0000000000200002",
    "TLB error, operation type: External management operation (processor "
    "raised a TLB error caused by another processor or device broadcasting "
    "TLB operations)",
    NULL,
};

/* Trace events: 6.1's has less, and its record's bytes nowhere */
static const char *const events[] = {
    "affinity level: 1; MPIDR: 0000000080000001; MIDR: 00000000000f0510; "
    "running state: 1; PSCI state: 0",
    "6.12+|arm_event: cpu: 1; error: 1; affinity level: 1;",
    "6.12+|ARM Processor Err Info data len: 32; ARM Processor Err Info raw "
    "data: 00 20 0f 00 02 03 00 03 7f 00 8d 1c 00 00 00 00 "
    "78 56 34 12 00 80 ff ff 00 00 00 00 00 00 00 00; "
    "ARM Processor Err Context Info data len: 0;",
    "6.12+|arm_event: cpu: 1; error: 2; affinity level: 255;",
    "running state: 0; PSCI state: 1",
    "memory_failure_event: pfn 0xa0000: recovery action for free buddy page: "
    "Recovered",
    "GHES: Unhandled processor error type 0x04: TLB error",
    "GHES: Unhandled processor error type 0x08: bus error",
    "GHES: Unhandled processor error type 0x10: micro-architectural error",
    NULL,
};

static bool corrected(Guest *guest, GError **error)
{
    return record_inject(guest, "inject-processor-error",
               "{ \"cpu-index\": 1, \"severity\": \"corrected\","
               "  \"errors\": [ \"cache\" ], \"affinity-level\": 1,"
               "  \"flags\": [ \"first-error\", \"last-error\" ],"
               "  \"multiple-error\": 3, \"fru-text\": \"CPU 1 L2\","
               "  \"virtual-address\": 18446603336526616184,"
               "  \"transaction\": \"data-access\","
               "  \"operation\": \"data-read\", \"level\": 2,"
               "  \"processor-context-corrupt\": false,"
               "  \"corrected\": true, \"precise-pc\": true,"
               "  \"restartable-pc\": true }", error) &&
           record_expect(guest, 1, cache, error) &&
           record_inject(guest, "inject-processor-error",
               "{ \"severity\": \"corrected\", \"errors\": [ \"bus\" ],"
               "  \"flags\": [ \"overflow\", \"propagated\" ],"
               "  \"transaction\": \"generic\", \"level\": 7,"
               "  \"operation\": \"instruction-fetch\","
               "  \"participation\": \"responded\", \"time-out\": true,"
               "  \"address-space\": \"device-memory\","
               "  \"memory-attributes\": 341, \"access-mode\": \"normal\","
               "  \"address\": 150994944 }", error) &&
           record_expect(guest, 2, bus, error);
}

static bool uncorrected(Guest *guest, GError **error)
{
    return record_inject(guest, "inject-processor-error",
               "{ \"cpu-index\": 1, \"address\": 2684354624 }", error) &&
           record_expect(guest, 3, recoverable, error) &&
           guest_expect_hwcorrupted(guest, GUEST_PAGE_KB, error) &&
           record_inject(guest, "inject-processor-error",
               "{ \"errors\": [ \"tlb\", \"bus\", \"micro-arch\" ],"
               "  \"address\": 2684358656 }", error) &&
           record_expect(guest, 4, others, error);
}

/* The guest takes CPU 1 down, by PSCI */
static bool of_a_cpu_that_is_off(Guest *guest, GError **error)
{
    g_autofree char *down = guest_ask(guest, NULL, error,
        "write /sys/devices/system/cpu/cpu1/online 0");

    return down && record_pause(guest, error) &&
           record_inject(guest, "inject-processor-error",
               "{ \"cpu-index\": 1, \"severity\": \"corrected\","
               "  \"errors\": [ \"tlb\" ],"
               "  \"operation\": \"external-management\" }", error) &&
           record_expect(guest, 5, off, error);
}

/* What the guest reads from the register itself */
static bool expect_midr(Guest *guest, GError **error)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *answer = guest_ask(guest, lines, error,
        "read /sys/devices/system/cpu/cpu1/regs/identification/midr_el1");

    if (answer && (lines->len != 1 || strcmp(lines->pdata[0], MIDR))) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "MIDR_EL1 is %s",
                    lines->len ? (char *)lines->pdata[0] : "nothing");
        return false;
    }
    return answer;
}

bool record_processor(Guest *guest, GError **error)
{
    return expect_midr(guest, error) && corrected(guest, error) &&
           uncorrected(guest, error) &&
           of_a_cpu_that_is_off(guest, error) &&
           record_expect_said(guest, events, error) &&
           guest_expect_hwcorrupted(guest, GUEST_PAGE_KB, error) &&
           guest_expect_idle(guest, GUEST_SOURCE_GED, error);
}

static const char *const fatal[] = {
    "event severity: fatal",
    "Error 0, type: fatal",
    "fru_text: CPU 0",
    OF_CPU("0"),
    RUNNING,
    "Error info structure 0:",
    "num errors: 1",
    "error_type: 0x10: micro-architectural error",
    "error_info: 0x0123456789abcdef",
    NULL,
};

bool record_processor_fatal(Guest *guest, GError **error)
{
    return record_inject(guest, "inject-processor-error",
               "{ \"severity\": \"fatal\", \"errors\": [ \"micro-arch\" ],"
               "  \"vendor-information\": 81985529216486895,"
               "  \"fru-text\": \"CPU 0\" }", error) &&
           record_expect_console(guest, fatal, error);
}
