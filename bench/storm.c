/*
 * As many errors as can be sent: which the guest handles, and how soon
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "bench.h"

#define ERRORS          10000
#define ERRORS_TINY     20

typedef struct Sender {
    guint errors;
    guint refused;
} Sender;

/* Ways to send them */
typedef struct Mode {
    const char *name;
    const char *command;
    bool (*send)(Guest *guest, guint64 gpa, Sender *sender, GError **error);
} Mode;

static bool send_range(Guest *guest, guint64 gpa, Sender *sender,
                       GError **error)
{
    return guest_inject(guest, gpa, (guint64)sender->errors * GUEST_PAGE_SIZE,
                        "recoverable", error);
}

static bool send_pipelined(Guest *guest, guint64 gpa, Sender *sender,
                           GError **error)
{
    return delivery_inject(guest->qmp, gpa, sender->errors, "recoverable",
                           &sender->refused, error);
}

/* @node may be NULL, then @failure tells why. */
static bool is_answer(JsonNode *node, GError *failure, Sender *sender,
                      GError **error)
{
    if (node) {
        json_node_unref(node);
        return true;
    }
    if (g_error_matches(failure, QMP_REFUSED, 0)) {
        sender->refused++;
        g_error_free(failure);
        return true;
    }
    g_propagate_error(error, failure);
    return false;
}

static bool send_one_by_one(Guest *guest, guint64 gpa, Sender *sender,
                            GError **error)
{
    bool ok = true;

    for (guint i = 0; ok && i < sender->errors; i++) {
        guint refused;

        ok = delivery_inject(guest->qmp, gpa + i * GUEST_PAGE_SIZE, 1,
                             "recoverable", &refused, error);
        sender->refused += refused;
    }
    return ok;
}

static bool await_block(Guest *guest, Sender *sender, GError **error)
{
    GError *failure = NULL;
    JsonNode *reply = qmp_await(guest->qmp, "inject-ghes-v2-error", &failure);

    return is_answer(reply, failure, sender, error);
}

static bool send_block(Guest *guest, guint64 gpa, GError **error)
{
    return qmp_send(guest->qmp, "inject-ghes-v2-error",
                    bench_block_arguments(gpa), error);
}

static bool send_blocks_pipelined(Guest *guest, guint64 gpa, Sender *sender,
                                  GError **error)
{
    bool ok = true;

    for (guint i = 0; ok && i < sender->errors; i++) {
        ok = send_block(guest, gpa + i * GUEST_PAGE_SIZE, error);
    }
    for (guint i = 0; ok && i < sender->errors; i++) {
        ok = await_block(guest, sender, error);
    }
    return ok;
}

static bool send_blocks_one_by_one(Guest *guest, guint64 gpa, Sender *sender,
                                   GError **error)
{
    bool ok = true;

    for (guint i = 0; ok && i < sender->errors; i++) {
        ok = send_block(guest, gpa + i * GUEST_PAGE_SIZE, error) &&
             await_block(guest, sender, error);
    }
    return ok;
}

/* A sender that doesn't give up; how often it was refused doesn't count. */
static bool send_blocks_until_taken(Guest *guest, guint64 gpa, Sender *sender,
                                    GError **error)
{
    for (guint i = 0; i < sender->errors; i++) {
        do {
            sender->refused = 0;
            if (!send_block(guest, gpa + i * GUEST_PAGE_SIZE, error) ||
                !await_block(guest, sender, error)) {
                return false;
            }
        } while (sender->refused);
    }
    return true;
}

static const Mode modes[] = {
    { "a range", "inject-memory-error", send_range },
    { "pipelined commands", "inject-memory-error", send_pipelined },
    { "one command at a time", "inject-memory-error", send_one_by_one },
    { "pipelined blocks", "inject-ghes-v2-error", send_blocks_pipelined },
    { "one block at a time", "inject-ghes-v2-error", send_blocks_one_by_one },
    { "each block until taken", "inject-ghes-v2-error",
      send_blocks_until_taken },
};

static void tell(const char *mode, const char *variant, const char *what,
                 double value)
{
    g_autofree char *metric = g_strdup_printf("storm, %s: %s", mode, what);

    bench_value(metric, variant, value);
}

/* Pages that no storm before has lost */
static guint64 next_pages(guint *used, guint errors)
{
    guint64 gpa = GUEST_FREE_GPA + (guint64)*used * GUEST_PAGE_SIZE;

    *used += errors;
    return gpa;
}

static bool one_storm(Guest *guest, const char *variant, const Mode *mode,
                      guint64 gpa, guint errors, GError **error)
{
    Sender sender = { .errors = errors };
    guint64 before, after;
    gint64 start, sent, changed;
    guint taken;

    if (!guest_hwcorrupted(guest, &before, error)) {
        return false;
    }
    start = g_get_monotonic_time();
    if (!mode->send(guest, gpa, &sender, error)) {
        return false;
    }
    sent = g_get_monotonic_time();
    taken = errors - sender.refused;
    if (!bench_settle(guest, before + taken * GUEST_PAGE_KB, &after, &changed,
                      error)) {
        return false;
    }
    after = (after - before) / GUEST_PAGE_KB;
    tell(mode->name, variant, "sent [1/s]", errors * 1e6 / (sent - start));
    tell(mode->name, variant, "handled [1/s]", after * 1e6 /
         MAX(changed - start, 1));
    tell(mode->name, variant, "refused [of 10,000]",
         sender.refused * 1e4 / errors);
    tell(mode->name, variant, "taken and lost [of 10,000]",
         ((double)taken - after) * 1e4 / errors);
    return true;
}

static bool storms(const Bench *bench, Guest **guests, GError **error)
{
    const guint errors = bench->tiny ? ERRORS_TINY : ERRORS;
    guint used[BENCH_VARIANTS_MAX] = { };

    for (guint i = 0; i < G_N_ELEMENTS(modes); i++) {
        for (guint j = 0; j < bench->count; j++) {
            const char *variant = bench->variants[j].name;
            bool has;

            if (!bench_has_command(guests[j], modes[i].command, &has, error)) {
                return false;
            }
            if (!has) {
                continue;
            }
            bench_progress("%s: %u errors, %s", variant, errors,
                           modes[i].name);
            if (!one_storm(guests[j], variant, &modes[i],
                           next_pages(&used[j], errors), errors,
                           error)) {
                g_prefix_error(error, "%s, %s: ", variant, modes[i].name);
                return false;
            }
        }
    }
    bench_progress("guest alone: %u errors", errors);
    return bench_lose(guests[0], next_pages(&used[0], errors), errors,
                      "storm, a range: handled [1/s]", error);
}

bool bench_storm(const Bench *bench, GError **error)
{
    Guest *guests[BENCH_VARIANTS_MAX] = { };
    bool ok = true;

    for (guint i = 0; ok && i < bench->count; i++) {
        bench_progress("%s: its guest boots", bench->variants[i].name);
        guests[i] = bench_boot(bench, &bench->variants[i], "storm",
                               bench_no_trace, error);
        ok = guests[i];
    }
    ok = ok && storms(bench, guests, error);
    for (guint i = 0; i < bench->count; i++) {
        g_clear_pointer(&guests[i], guest_free);
    }
    return ok;
}
