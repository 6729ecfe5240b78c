/*
 * A virt machine with error sources, seen from its guest and from QMP
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <glib/gstdio.h>
#include "qobject/qdict.h"
#include "qobject/qjson.h"
#include "qobject/qlist.h"
#include "ghes-machine.h"

#define SCRATCH_GPA UINT64_C(0x41000000)

/* The virt machine's Generic Event Device: Event Selector, u32 */
#define GED_SELECTOR    0x09080000
#define GED_ERROR_EVENT 0x20

void ghes_machine_start_bare(GhesMachine *m, const char *options)
{
    *m = (GhesMachine) { };
    m->qts = qtest_initf("-m 128M -nodefaults %s", options);
}

void ghes_machine_start(GhesMachine *m, const char *machine,
                        const char *options)
{
    /*
     * Without firmware there is no GED; which it is nobody looks at.  A CPU
     * that is switched off has nothing to do (R65).
     */
    g_autofree char *all = g_strdup_printf(
        "-machine virt,%s -cpu cortex-a57 -bios /dev/null "
        "-global arm-cpu.start-powered-off=on %s", machine, options);

    ghes_machine_start_bare(m, all);
}

static uint64_t register_gpa(const uint8_t *source, const char *name)
{
    const uint8_t *gas = ghes_at(&ghes_layout_ghes_v2, source, name);

    return ghes_get(&ghes_layout_gas, gas, "Address");
}

static void find_sources(GhesMachine *m)
{
    uint64_t rsdp_gpa = ghes_firmware_blob(&m->fw, "etc/acpi/rsdp")->gpa;
    uint32_t length;
    g_autofree uint8_t *hest = ghes_find_table(m->qts, rsdp_gpa, "HEST",
                                               &length);

    for (unsigned i = 0; hest && i < GHES_SOURCES; i++) {
        const uint8_t *source = ghes_find_source(hest, length, i);

        m->status_gpa[i] = qtest_readq(m->qts,
            register_gpa(source, "Error Status Address"));
        m->status_size[i] = ghes_get(&ghes_layout_ghes_v2, source,
                                     "Error Status Block Length");
        m->read_ack_gpa[i] = register_gpa(source, "Read Ack Register");
        g_assert_cmpuint(m->status_size[i], <=, GHES_BLOCK_SIZE_MAX);
    }
}

void ghes_machine_power_up(GhesMachine *m)
{
    ghes_firmware_init(&m->fw, m->qts, SCRATCH_GPA, GHES_BLOBS_GPA);
}

void ghes_machine_boot(GhesMachine *m)
{
    ghes_machine_power_up(m);
    ghes_firmware_run(&m->fw);
    find_sources(m);
}

void ghes_machine_start_and_boot(GhesMachine *m)
{
    ghes_machine_start(m, "ras=on", "");
    ghes_machine_boot(m);
}

void ghes_machine_quit(GhesMachine *m)
{
    qtest_quit(m->qts);
}

void ghes_machine_migrate_to(GhesMachine *from, GhesMachine *to,
                             const char *machine)
{
    g_autofree char *dir = g_dir_make_tmp("ghes-test-XXXXXX", NULL);
    g_autofree char *path = g_strdup_printf("%s/migration", dir);
    g_autofree char *uri = g_strdup_printf("unix:%s", path);
    g_autofree char *incoming = g_strdup_printf("-incoming %s", uri);
    QTestState *qts;

    ghes_machine_start(to, machine, incoming);
    qtest_qmp_assert_success(from->qts, "{ 'execute': 'migrate',"
                             "  'arguments': { 'uri': %s } }", uri);
    qtest_qmp_eventwait(from->qts, "STOP");
    qtest_qmp_eventwait(to->qts, "RESUME");

    qts = to->qts;
    *to = *from;
    to->qts = to->fw.qts = qts;
    ghes_machine_quit(from);

    g_unlink(path);
    g_rmdir(dir);
}

void ghes_machine_migrate(GhesMachine *from, GhesMachine *to)
{
    ghes_machine_migrate_to(from, to, "ras=on");
}

char *ghes_machine_save(GhesMachine *m, size_t *length)
{
    g_autofree char *path = NULL;
    g_autofree char *uri = NULL;
    char *stream;
    int fd = g_file_open_tmp("ghes-test-XXXXXX", &path, NULL);

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    uri = g_strdup_printf("exec:cat > %s", path);
    qtest_qmp_assert_success(m->qts, "{ 'execute': 'migrate',"
                             "  'arguments': { 'uri': %s } }", uri);
    qtest_qmp_eventwait(m->qts, "STOP");
    for (;;) {
        g_autoptr(QDict) response =
            qtest_qmp(m->qts, "{ 'execute': 'query-migrate' }");
        const char *status =
            qdict_get_str(qdict_get_qdict(response, "return"), "status");

        if (!strcmp(status, "completed")) {
            break;
        }
        g_assert_cmpstr(status, !=, "failed");
        g_usleep(1000);
    }
    g_assert_true(g_file_get_contents(path, &stream, length, NULL));
    g_unlink(path);
    return stream;
}

void ghes_machine_run_ms(GhesMachine *m, int64_t ms)
{
    qtest_clock_step(m->qts, ms * 1000 * 1000);
}

void ghes_machine_inject(GhesMachine *m, const char *fmt, ...)
{
    QDict *arguments;
    va_list ap;

    va_start(ap, fmt);
    arguments = qdict_from_vjsonf_nofail(fmt, ap);
    va_end(ap);
    qtest_qmp_assert_success(m->qts, "{ 'execute': 'inject-memory-error',"
                             "  'arguments': %p }", arguments);
}

void ghes_machine_inject_page(GhesMachine *m, uint64_t gpa)
{
    ghes_machine_inject(m, "{ 'address': %" PRIu64 " }", gpa);
}

void ghes_machine_inject_range(GhesMachine *m, const char *severity,
                               uint64_t gpa, uint64_t pages)
{
    ghes_machine_inject(m, "{ 'address': %" PRIu64 ", 'length': %" PRIu64 ","
                        "  'severity': %s }", gpa, pages * GHES_PAGE,
                        severity);
}

void ghes_machine_refuse(GhesMachine *m, const char *reason, const char *fmt,
                         ...)
{
    g_autoptr(QDict) response = NULL;
    QDict *error;
    va_list ap;

    va_start(ap, fmt);
    response = qtest_vqmp(m->qts, fmt, ap);
    va_end(ap);

    error = qdict_get_qdict(response, "error");
    if (!error || !strstr(qdict_get_str(error, "desc"), reason)) {
        g_autoptr(GString) json = qobject_to_json(QOBJECT(response));

        g_test_message("expected '%s', got %s", reason, json->str);
        g_test_fail();
    }
}

void ghes_machine_refuse_page(GhesMachine *m, const char *reason,
                              uint64_t gpa)
{
    ghes_machine_refuse(m, reason, "{ 'execute': 'inject-memory-error',"
                        "  'arguments': { 'address': %" PRIu64 " } }", gpa);
}

GhesCounts ghes_machine_query(GhesMachine *m, unsigned source)
{
    g_autoptr(QDict) response = qtest_qmp(m->qts,
                                          "{ 'execute': 'query-ghes' }");
    QDict *info = qdict_get_qdict(response, "return");
    QListEntry *entry;

    g_assert_nonnull(info);
    QLIST_FOREACH_ENTRY(qdict_get_qlist(info, "sources"), entry) {
        QDict *s = qobject_to(QDict, qlist_entry_obj(entry));

        if (qdict_get_int(s, "source-id") == source) {
            return (GhesCounts) {
                .busy = !strcmp(qdict_get_str(s, "state"), "busy"),
                .queued = qdict_get_int(s, "queued"),
                .recorded = qdict_get_int(s, "recorded"),
                .notified = qdict_get_int(s, "notified"),
                .acknowledged = qdict_get_int(s, "acknowledged"),
                .dropped = qdict_get_int(s, "dropped"),
            };
        }
    }
    g_assert_not_reached();
}

void ghes_machine_assert_counts(GhesMachine *m, unsigned source,
                                GhesCounts expected)
{
    GhesCounts counts = ghes_machine_query(m, source);

    g_assert_cmpint(counts.busy, ==, expected.busy);
    g_assert_cmpuint(counts.queued, ==, expected.queued);
    g_assert_cmpuint(counts.recorded, ==, expected.recorded);
    g_assert_cmpuint(counts.notified, ==, expected.notified);
    g_assert_cmpuint(counts.acknowledged, ==, expected.acknowledged);
    g_assert_cmpuint(counts.dropped, ==, expected.dropped);
}

uint8_t *ghes_machine_read_block(GhesMachine *m, unsigned source)
{
    uint8_t *block = g_malloc(m->status_size[source]);

    qtest_bufread(m->qts, m->status_gpa[source], block,
                  m->status_size[source]);
    return block;
}

bool ghes_machine_has_error(GhesMachine *m, unsigned source)
{
    return qtest_readl(m->qts, m->status_gpa[source]);
}

void ghes_machine_acknowledge(GhesMachine *m, unsigned source)
{
    uint64_t read_ack;

    qtest_writel(m->qts, m->status_gpa[source], 0);
    /* Read Ack Preserve and Read Ack Write of the sources: all but bit 0 */
    read_ack = qtest_readq(m->qts, m->read_ack_gpa[source]);
    qtest_writeq(m->qts, m->read_ack_gpa[source], (read_ack & ~1ULL) | 1);
}

bool ghes_machine_take_event(GhesMachine *m)
{
    uint32_t events = qtest_readl(m->qts, GED_SELECTOR);

    g_assert_cmphex(events & ~GED_ERROR_EVENT, ==, 0);
    return events;
}

void ghes_machine_assert_pages(GhesMachine *m, uint32_t severity,
                               uint64_t gpa, unsigned count)
{
    g_autofree uint8_t *block = ghes_machine_read_block(m, GHES_GED);

    g_assert_cmpuint(ghes_get(&ghes_layout_status_block, block,
                              "Error Severity"), ==, severity);
    for (unsigned i = 0; i < count; i++) {
        const uint8_t *entry = ghes_entry(block, i);
        const uint8_t *section;

        g_assert_nonnull(entry);
        section = entry + ghes_layout_data_entry.length;
        g_assert_cmpuint(ghes_get(&ghes_layout_data_entry, entry,
                                  "Error Severity"), ==, severity);
        g_assert_cmphex(ghes_get(&ghes_layout_memory_section, section,
                                 "Physical Address"), ==, gpa + i * GHES_PAGE);
    }
    g_assert_null(ghes_entry(block, count));
    /* Block Status, bits 13:4: the count of entries */
    g_assert_cmpuint(ghes_get(&ghes_layout_status_block, block,
                              "Block Status") >> 4, ==, count);
}

/* R65: the guest has nothing to do, and is seen like that after this time */
#define PACE_MS 2

void ghes_machine_await_next(GhesMachine *m)
{
    for (int ms = 0; ms < PACE_MS && !ghes_machine_has_error(m, GHES_GED);
         ms++) {
        ghes_machine_run_ms(m, 1);
    }
}

void ghes_machine_take_pages(GhesMachine *m, uint32_t severity, uint64_t gpa,
                             unsigned count)
{
    g_assert_true(ghes_machine_take_event(m));
    ghes_machine_assert_pages(m, severity, gpa, count);
    ghes_machine_acknowledge(m, GHES_GED);
    ghes_machine_await_next(m);
}
