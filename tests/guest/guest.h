/*
 * A guest: QEMU with UEFI, a Debian kernel and the guest agent in it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_GUEST_H
#define RAS_GUEST_GUEST_H

#include <inttypes.h>
#include <stdbool.h>
#include "qmp.h"

/* With "nokaslr" the kernel leaves this and what follows free. */
#define GUEST_FREE_GPA      G_GUINT64_CONSTANT(0xa0000000)
#define GUEST_PAGE_SIZE     4096
#define GUEST_PAGE_KB       (GUEST_PAGE_SIZE / 1024)

/* QMP connections beside the first */
#define GUEST_MONITORS_MAX  3

/* How the kernel says that it loses an error, as it has too many at once */
#define GUEST_OVERFLOW "buffer overflow when queuing memory failure"

/* The source whose records go with an abort, and that which notifies */
#define GUEST_SOURCE_SEA    0
#define GUEST_SOURCE_GED    1

/* Where RAM begins, and what the kernel is told unless a case says else */
#define GUEST_RAM_GPA       G_GUINT64_CONSTANT(0x40000000)
#define GUEST_APPEND        "console=ttyAMA0 nokaslr panic=0"

typedef struct Kernel {
    const char *name;       /* its directory in the images */
    const char *system;     /* whose it is */
    bool optional;          /* without it, its cases are skipped */
} Kernel;

typedef struct GuestConfig {
    const char *qemu;
    const char *images;
    const char *directory;  /* for logs; made anew */
    const Kernel *kernel;
    const char *const *more;    /* arguments for QEMU, or NULL */
    const char *module;     /* of the kernel, to be in the initrd, or NULL */
    const char *accel;      /* NULL: a thread for each CPU */
    const char *stock;      /* QEMU without the series; need not be there */
    guint monitors;         /* how many there are beside the first */
    int ram_fd;             /* the file that is the guest's RAM, 4G; 0: none */
    bool runs_stock;        /* start with that one */
    bool incoming;          /* wait for a guest that migrates */
    bool rasdaemon;         /* its initramfs has rasdaemon */
} GuestConfig;

/* What the guest's kernel said, in its log or as a trace event. */
typedef struct GuestEvent {
    gint64 time;            /* of the guest's clock, put on the host's */
    bool trace;
    char *text;
} GuestEvent;

typedef struct Guest {
    GuestConfig config;
    char *directory;
    char *release;          /* of the kernel, from the agent */
    GSubprocess *process;
    Qmp *qmp;
    GPtrArray *monitors;    /* Qmp, those beside the first */
    Channel *agent;
    GPtrArray *events;      /* GuestEvent, as they came */
    gint64 clock_offset;    /* host's clock minus guest's, in microseconds */
    gint64 clock_error;     /* and how far off that may be */
} Guest;

/* Known kernels, the default first; ends with a NULL name. */
extern const Kernel kernels[];

/* The kernel called @name, or NULL. */
const Kernel *kernel_find(const char *name);

/* guest_check_files: is all there that guests need? */
bool guest_check_files(const GuestConfig *config, GError **error);

/* Why @kernel, an optional one, isn't there; NULL: it is */
char *guest_missing_kernel(const GuestConfig *config, const Kernel *kernel);

/* The agent's initramfs, or that with rasdaemon; they lie beside this program. */
char *guest_initramfs(bool rasdaemon);

/* A guest that nothing is known of but where its logs are to be */
Guest *guest_new(const char *directory);

/* guest_start: run QEMU until its monitor answers. */
Guest *guest_start(const GuestConfig *config, GError **error);

/* Ends QEMU at once. */
void guest_free(Guest *guest);

/* guest_boot: wait for the agent, follow the kernel's log and trace events. */
bool guest_boot(Guest *guest, GError **error);

/* guest_boot_quietly: wait for the agent, and have a quiet console. */
bool guest_boot_quietly(Guest *guest, GError **error);

/* guest_set_clock: find out how its clock and ours differ; boot does it. */
bool guest_set_clock(Guest *guest, GError **error);

/* guest_wait_ready: wait for the agent, at most for @time. */
bool guest_wait_ready(Guest *guest, gint64 time, GError **error);

/**
 * guest_ask: give the agent a command
 * @details: gets a copy of each detail line of the answer; may be NULL
 *
 * Returns what came after "ok".
 */
char *guest_ask(Guest *guest, GPtrArray *details, GError **error,
                const char *format, ...) G_GNUC_PRINTF(4, 5);

/* guest_await: its second half, where the first was a channel_send() */
char *guest_await(Guest *guest, const char *command, GPtrArray *details,
                  GError **error);

/* Memory that the guest has taken out of use, in KiB. */
bool guest_hwcorrupted(Guest *guest, guint64 *kb, GError **error);

/* guest_expect_event: wait until the kernel has said something with @text. */
bool guest_expect_event(Guest *guest, const char *text, GError **error);

/* guest_expect_hwcorrupted: wait for exactly @kb, and that it stays so. */
bool guest_expect_hwcorrupted(Guest *guest, guint64 kb, GError **error);

/* guest_expect_panic: the kernel panics of an error, and QEMU lives. */
bool guest_expect_panic(Guest *guest, GError **error);

/* guest_settle: for @time, do nothing but listen. */
bool guest_settle(Guest *guest, gint64 time, GError **error);

/* Has the kernel said something with @text? */
const GuestEvent *guest_find_event(Guest *guest, const char *text);

/* How often has it? */
guint guest_count_events(Guest *guest, const char *text);

/* A QMP command; @format: JSON, with the arguments as members */
bool guest_call(Guest *guest, const char *command, GError **error,
                const char *format, ...) G_GNUC_PRINTF(4, 5);

/* One call of inject-memory-error; @length 0: leave it out. */
bool guest_inject(Guest *guest, guint64 address, guint64 length,
                  const char *severity, GError **error);

/* query-ghes's entry on a source */
JsonObject *guest_query_source(Guest *guest, int id, GError **error);

/* guest_expect_idle: wait until each record sent has been acknowledged. */
bool guest_expect_idle(Guest *guest, int id, GError **error);

/* The last lines of a file in a guest's directory, for a failure's report. */
char *guest_log_tail(const char *directory, const char *file, guint lines);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Guest, guest_free)

#endif
