/*
 * Test cases of errors that a guest injects into itself by EINJ
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <errno.h>
#include <stdio.h>
#include "einj.h"

/* Each type, and for EINJv2 what the newest kernel says of it */
static bool types(Guest *guest, GError **error)
{
    static const char *const expected[] = {
        "0x00000001\tProcessor Correctable",
        "0x00000002\tProcessor Uncorrectable non-fatal",
        "0x00000004\tProcessor Uncorrectable fatal",
        "0x00000008\tMemory Correctable",
        "0x00000010\tMemory Uncorrectable non-fatal",
        "0x00000020\tMemory Uncorrectable fatal",
        "0x00000040\tPCI Express Correctable",
        "0x00000080\tPCI Express Uncorrectable non-fatal",
        "0x00000100\tPCI Express Uncorrectable fatal",
        "V2_0x00000002\tEINJV2 Memory Error",
    };
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *answer = NULL;

    if (!einj_load(guest, error)) {
        return false;
    }
    answer = guest_ask(guest, lines, error,
                       "read " EINJ_FILES "available_error_type");
    if (!answer) {
        return false;
    }
    for (guint i = 0; i < lines->len; i++) {
        const char *line = g_ptr_array_index(lines, i);

        if (i >= G_N_ELEMENTS(expected) || !g_str_equal(line, expected[i])) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                        "error type %u is %s", i, line);
            return false;
        }
    }
    if (lines->len < EINJ_TYPES) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                    "there are %u error types only", lines->len);
        return false;
    }
    return true;
}

/* An invalid access: Linux 6.1 doesn't tell it from other failures. */
static int errno_of_invalid_access(const Guest *guest)
{
    return g_str_equal(guest->config.kernel->name, "6.1") ? EBUSY : EINVAL;
}

/* What QEMU refuses, by the Command Status */
static bool refused_by_qemu(Guest *guest, GError **error)
{
    static const char *const settings[] = {
        "error_type=" EINJ_PROCESSOR_CORRECTED " flags=0 param1=99",
        "error_type=" EINJ_PROCESSOR_CORRECTED " flags=1 param3=0xffffffff",
        "error_type=" EINJ_PCIE_CORRECTED " flags=4 param4=0xff00",
        "error_type=" EINJ_PCIE_CORRECTED " flags=4 param4=0x1000000",
        "error_type=" EINJ_PCIE_CORRECTED " flags=1",
    };

    for (guint i = 0; i < G_N_ELEMENTS(settings); i++) {
        if (!einj_refused(guest, "error_inject",
                          errno_of_invalid_access(guest), error, "%s",
                          settings[i])) {
            return false;
        }
    }
    return true;
}

/* Injections that have no effect but an errno, and then one that works */
static bool wrong_use(Guest *guest, GError **error)
{
    return einj_load(guest, error) &&
           /* By the kernel itself */
           einj_refused(guest, "error_type", EINVAL, error,
                        "error_type=0x200") &&
           einj_refused(guest, "error_type", EINVAL, error,
                        "error_type=0x18") &&
           einj_refused(guest, "error_inject", EINVAL, error, "flags=0") &&
           einj_refused(guest, "error_inject", EINVAL, error,
                        "error_type=" EINJ_MEMORY_CORRECTED
                        " param1=0x9000000 " EINJ_WHOLE_PAGE) &&
           refused_by_qemu(guest, error) &&
           guest_expect_hwcorrupted(guest, 0, error) &&
           einj_inject(guest, error, "error_type=" EINJ_MEMORY_CORRECTED
                       " flags=2 param1=0x%" PRIx64, GUEST_FREE_GPA) &&
           guest_expect_event(guest, "error_type: 2, single-bit ECC", error);
}

static const char *const with_einj[] = { "-machine", "einj=on", NULL };

static const char *const small_with_einj[] = {
    "-machine", "einj=on", "-m", "512M", NULL,
};

/* A device with Advanced Error Reporting, at 00:04.0 */
static const char *const with_port[] = {
    "-machine", "einj=on",
    "-device", "pcie-root-port,id=port0,chassis=1,slot=7,addr=4", NULL,
};

#define EINJ { .module = "einj", .more = with_einj }
#define EINJ_PORT { .module = "einj", .more = with_port }

const Case einj_cases[] = {
    { "einj-types", types, "the kernel finds each type of error", NULL, EINJ },
    { "einj-wrong-use", wrong_use, "what can't be injected ends in an errno",
      NULL, EINJ },
    { "einj-memory", einj_memory,
      "a corrected error is logged, an uncorrected one takes its page",
      NULL, EINJ },
    { "einj-consumer", einj_consumer,
      "an error that isn't triggered is reported when its page is consumed",
      NULL, EINJ },
    { "einj-patrol", einj_patrol,
      "one that is triggered takes a process's page before it is consumed",
      NULL, EINJ },
    { "einj-memory-fatal", einj_memory_fatal,
      "a fatal error panics the guest, not QEMU", NULL, EINJ },
    { "einj-snapshot", einj_snapshot,
      "what waits for its consumer does so in a snapshot as well", "6.12",
      { .stage = CASE_BOOTED, .module = "einj",
        .more = small_with_einj } },
    { "einj-many", einj_many, "1,000 injections in a row, and none is lost",
      NULL, EINJ },
    { "einj-v2", einj_v2, "one injection takes three pages", "newest", EINJ },
    { "einj-processor", einj_processor,
      "errors of the processor that was asked for", NULL, EINJ },
    { "einj-processor-fatal", einj_processor_fatal,
      "a fatal one panics the guest", NULL, EINJ },
    { "einj-pcie", einj_pcie,
      "errors of the device that was asked for start its recovery",
      NULL, EINJ_PORT },
    { "einj-pcie-fatal", einj_pcie_fatal, "a fatal one panics the guest",
      NULL, EINJ_PORT },
    { NULL },
};
