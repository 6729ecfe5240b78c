/*
 * Test case of rasdaemon: errors as its database has them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "cases.h"
#include "rasdaemon-steps.h"

static JsonObject *block_argument(const char *hex)
{
    g_autoptr(GByteArray) block = g_byte_array_new();
    g_autofree char *text = NULL;
    JsonObject *arguments = json_object_new();

    for (; *hex; hex++) {
        if (*hex != ' ') {
            guint8 byte = g_ascii_xdigit_value(hex[0]) << 4 |
                          g_ascii_xdigit_value(hex[1]);

            g_byte_array_append(block, &byte, 1);
            hex++;
        }
    }
    text = g_base64_encode(block->data, block->len);
    json_object_set_string_member(arguments, "cper", text);
    return arguments;
}

static bool inject(Guest *guest, const RasdaemonStep *step, GError **error)
{
    JsonObject *arguments;
    g_autoptr(JsonNode) reply = NULL, parsed = NULL;

    if (step->command) {
        parsed = json_from_string(step->arguments, error);
        if (!parsed) {
            return false;
        }
        arguments = json_node_dup_object(parsed);
    } else {
        arguments = block_argument(step->arguments);
    }
    reply = qmp_call(guest->qmp, step->command ?: "inject-ghes-v2-error",
                     arguments, error);
    return reply;
}

/* @written: how many rows there are in all tables, before and after it */
static bool take_step(Guest *guest, const RasdaemonStep *step, guint *written,
                      GError **error)
{
    guint rows = 0;

    while (rows < RASDAEMON_ROWS_MAX && step->rows[rows].table) {
        rows++;
    }
    *written += rows;
    if (!inject(guest, step, error) ||
        !guest_expect_idle(guest, GUEST_SOURCE_GED, error) ||
        !rasdaemon_wait(guest, *written, error)) {
        return false;
    }
    for (guint i = 0; i < rows; i++) {
        if (!rasdaemon_expect_row(guest, &step->rows[i], error)) {
            return false;
        }
    }
    return true;
}

/* The page of a process, at an address that isn't known before */
static bool used_page(Guest *guest, GError **error)
{
    g_autoptr(GPtrArray) details = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *answer = guest_ask(guest, details, error, "alloc 1");
    g_autofree char *pfn = NULL;
    RasdaemonRow row = {
        "memory_failure_event", 1,
        { { "pfn" },
          { "page_type", "'*LRU page'" },
          { "action_result", "'Recovered'" } }
    };
    guint64 gpa;

    if (!answer) {
        return false;
    }
    if (sscanf(g_ptr_array_index(details, 0), "page=0 gpa=0x%" SCNx64,
               &gpa) != 1) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "alloc: %s", answer);
        return false;
    }
    pfn = g_strdup_printf("'0x%" PRIx64 "'", gpa / GUEST_PAGE_SIZE);
    row.columns[0].value = pfn;
    return guest_inject(guest, gpa, 0, "recoverable", error) &&
           rasdaemon_wait(guest, 1, error) &&
           rasdaemon_expect_row(guest, &row, error);
}

static bool is_for(const RasdaemonStep *step, const Kernel *kernel)
{
    return !step->kernel || g_str_equal(step->kernel, kernel->name);
}

/* @table has the rows that all steps make, and @more, and no others. */
static bool expect_total(Guest *guest, const char *table, guint more,
                         GError **error)
{
    guint count = more;

    for (const RasdaemonStep *step = rasdaemon_steps; step->name; step++) {
        for (int i = 0; i < RASDAEMON_ROWS_MAX && step->rows[i].table; i++) {
            count += is_for(step, guest->config.kernel) &&
                     g_str_equal(step->rows[i].table, table);
        }
    }
    return rasdaemon_expect_count(guest, table, count, error);
}

static bool rasdaemon(Guest *guest, GError **error)
{
    guint written = 1;

    if (!rasdaemon_start(guest, error) || !used_page(guest, error)) {
        return false;
    }
    for (const RasdaemonStep *step = rasdaemon_steps; step->name; step++) {
        if (is_for(step, guest->config.kernel) &&
            !take_step(guest, step, &written, error)) {
            g_prefix_error(error, "%s: ", step->name);
            return false;
        }
    }
    return expect_total(guest, "memory_failure_event", 1, error) &&
           expect_total(guest, "arm_event", 0, error) &&
           expect_total(guest, "aer_event", 0, error) &&
           expect_total(guest, "non_standard_event", 0, error) &&
           expect_total(guest, "mc_event", 0, error);
}

static const char *const port[] = {
    "-device", "pcie-root-port,id=port0,chassis=1,addr=5", NULL,
};

/*
 * Not on 6.1: of the events that the daemon wants, that kernel lacks nine, and
 * for each of them it waits half a minute or, under TCG, a whole one.
 */
const Case rasdaemon_cases[] = {
    { "rasdaemon", rasdaemon,
      "rasdaemon's database has each error, column by column", "6.12 newest",
      { .stage = CASE_BOOTED, .rasdaemon = true, .more = port } },
    { NULL },
};
