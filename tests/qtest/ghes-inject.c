/*
 * Injects errors that are one section each, and reads their records back
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qobject/qdict.h"
#include "qobject/qjson.h"
#include "ghes-inject.h"

static QDict *parse(const char *json)
{
    return qobject_to(QDict, qobject_from_json(json, &error_abort));
}

void ghes_inject(GhesMachine *m, const char *command, const char *json)
{
    qtest_qmp_assert_success(m->qts, "{ 'execute': %s, 'arguments': %p }",
                             command, parse(json));
}

/* R89 */
const uint8_t *ghes_inject_take_section(GhesMachine *m, uint8_t **block,
                                         const uint8_t *type,
                                         uint32_t length,
                                         uint64_t block_status,
                                         uint64_t severity, uint64_t flags,
                                         const char *fru_text)
{
    const GhesValue block_values[] = {
        { "Block Status", block_status },
        { "Data Length", 72 + length },
        { "Error Severity", severity },
        { }
    };
    const uint8_t *entry;

    g_assert_true(ghes_machine_take_event(m));
    *block = ghes_machine_read_block(m, GHES_GED);
    entry = ghes_entry(*block, 0);
    ghes_assert_fields(&ghes_layout_status_block, *block, block_values);
    ghes_assert_fields(&ghes_layout_data_entry, entry, (GhesValue[]) {
        { "Error Severity", severity },
        { "Revision", 0x0300 },
        { "Validation Bits", *fru_text ? 6 : 4 }, /* FRU text, timestamp */
        { "Flags", flags },
        { "Error Data Length", length },
        { "Timestamp", ghes_get(&ghes_layout_data_entry, entry, "Timestamp") },
        { }
    });
    g_assert_cmpmem(ghes_at(&ghes_layout_data_entry, entry, "Section Type"),
                    16, type, 16);
    g_assert_cmpint(strncmp((const char *)ghes_at(&ghes_layout_data_entry,
                                                  entry, "FRU Text"),
                            fru_text, 20), ==, 0);
    ghes_machine_acknowledge(m, GHES_GED);
    ghes_machine_await_next(m);
    return entry + 72;
}

void ghes_inject_refuse_all(GhesMachine *m, const char *command,
                            const GhesInjectRefusal *refusals, size_t count)
{
    g_autofree uint8_t *before = ghes_machine_read_block(m, GHES_GED);

    for (size_t i = 0; i < count; i++) {
        g_autofree uint8_t *after = NULL;

        g_test_message("%s", refusals[i].name);
        ghes_machine_refuse(m, refusals[i].reason,
                            "{ 'execute': %s, 'arguments': %p }", command,
                            parse(refusals[i].arguments));
        ghes_machine_assert_counts(m, GHES_GED, (GhesCounts) { });
        ghes_machine_assert_counts(m, GHES_SEA, (GhesCounts) { });
        g_assert_false(ghes_machine_take_event(m));
        after = ghes_machine_read_block(m, GHES_GED);
        g_assert_cmpmem(before, m->status_size[GHES_GED], after,
                        m->status_size[GHES_GED]);
    }
}
