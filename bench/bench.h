/*
 * Measurements of guests: errors on their way, and what it costs to be ready
 *
 * A value is a line "METRIC<tab>VARIANT<tab>VALUE" on stdout; bench/report
 * makes tables of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_BENCH_H
#define RAS_BENCH_H

#include "delivery.h"

/* One QEMU to be compared with others; the first is this series' */
typedef struct BenchVariant {
    const char *name;
    const char *qemu;
    const char *arm64;          /* for an Arm machine, with KVM, or NULL */
} BenchVariant;

#define BENCH_VARIANTS_MAX  8

/* The guests' module that loses memory on request */
#define BENCH_POISONER      "hwpoison-inject"

/* For QEMU where its trace would be in the way */
extern const char *const bench_no_trace[];

typedef struct Bench {
    GuestConfig config;         /* for all guests */
    BenchVariant variants[BENCH_VARIANTS_MAX];
    guint count;                /* of them */
    bool tiny;                  /* does it run? numbers are worth nothing */
} Bench;

typedef struct BenchMeasure {
    const char *name;
    bool (*run)(const Bench *bench, GError **error);
    const char *summary;
} BenchMeasure;

bool bench_way(const Bench *bench, GError **error);
bool bench_limit(const Bench *bench, GError **error);
bool bench_storm(const Bench *bench, GError **error);
bool bench_scale(const Bench *bench, GError **error);
bool bench_cpus(const Bench *bench, GError **error);
bool bench_sea(const Bench *bench, GError **error);
bool bench_steady(const Bench *bench, GError **error);

/* One value of many */
void bench_value(const char *metric, const char *variant, double value);

/* A line for those who wait, on stderr */
void bench_progress(const char *format, ...) G_GNUC_PRINTF(1, 2);

/**
 * bench_start: start a guest, with RAM that doesn't count as QEMU's memory
 * @what: names its directory
 * @more: arguments for QEMU, or NULL
 */
Guest *bench_start(const Bench *bench, const BenchVariant *variant,
                   const char *what, const char *const *more, GError **error);

/* bench_boot: the same, and wait for it to boot; its console is quiet. */
Guest *bench_boot(const Bench *bench, const BenchVariant *variant,
                  const char *what, const char *const *more, GError **error);

/* Whether the guest's QEMU knows a QMP command */
bool bench_has_command(Guest *guest, const char *name, bool *has,
                       GError **error);

/* bench_agent_seconds: what the agent needs for a command that tells that */
bool bench_agent_seconds(Guest *guest, double *seconds, GError **error,
                         const char *format, ...) G_GNUC_PRINTF(4, 5);

/**
 * bench_settle: wait until the guest has taken @want KiB out of use
 * @kb: how much there is then; may be less, when no more comes
 * @changed: when the last of it came, as g_get_monotonic_time()
 */
bool bench_settle(Guest *guest, guint64 want, guint64 *kb, gint64 *changed,
                  GError **error);

/**
 * bench_lose: what the guest can do without anybody telling it by a record
 * @metric: gets how many pages a second it takes out of use by itself
 */
bool bench_lose(Guest *guest, guint64 gpa, guint pages, const char *metric,
                GError **error);

/**
 * bench_one_error: send an error, wait until its page is out of use, and rest
 * @arguments: for @command; gets freed
 * @gpa: the page, which no error was for before
 * @sent: when the command was sent
 * @out: when the guest's kernel, whose trace is followed, said that it is out
 */
bool bench_one_error(Guest *guest, const char *command, JsonObject *arguments,
                     guint64 gpa, gint64 *sent, gint64 *out, GError **error);

/**
 * bench_block_arguments: for inject-ghes-v2-error, an error in one page
 * @gpa: its address
 */
JsonObject *bench_block_arguments(guint64 gpa);

/* bench_error_arguments: the same for inject-memory-error */
JsonObject *bench_error_arguments(guint64 gpa);

#endif
