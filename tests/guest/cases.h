/*
 * Test cases: what is done to a guest, and what it must have done then
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_CASES_H
#define RAS_GUEST_CASES_H

#include "guest.h"

/* How far a guest has come when a case gets it */
typedef enum CaseStage {
    CASE_FOLLOWED,      /* it has booted, what its kernel says is followed */
    CASE_BOOTED,        /* it has booted */
    CASE_STARTED,       /* QEMU has started */
} CaseStage;

/* How a case's guest differs from others; all 0: not at all */
typedef struct CaseSetup {
    CaseStage stage;
    bool needs_stock;           /* QEMU without the series must be there */
    bool starts_stock;          /* and is what the guest starts with */
    bool shared_ram;            /* RAM is a file, guest->config.ram_fd */
    bool rasdaemon;             /* it has rasdaemon */
    guint monitors;             /* QMP connections beside the first */
    const char *module;         /* of the kernel, which the guest can load */
    const char *const *more;    /* arguments for QEMU */
    const char *accel;          /* NULL: TCG with a thread for each CPU */
} CaseSetup;

typedef struct Case {
    const char *name;
    /* Gets a guest; fails with @error set. */
    bool (*run)(Guest *guest, GError **error);
    const char *summary;
    const char *kernels;    /* names between spaces; NULL: all */
    CaseSetup setup;
} Case;

/* Each ends with a NULL name. */
extern const Case cases[], delivery_cases[], boot_cases[], poison_cases[],
                  rasdaemon_cases[], record_cases[], einj_cases[];

/* What case_skip() sets: not run, for a reason. */
#define CASE_SKIP   (g_quark_from_static_string("ras-guest-skip"))

/* case_skip: end a case that cannot run here; returns false. */
bool case_skip(GError **error, const char *reason);

/* case_note: what was measured, as a comment in the TAP output */
void case_note(const char *format, ...) G_GNUC_PRINTF(1, 2);

#endif
