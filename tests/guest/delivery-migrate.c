/*
 * Delivery cases: migration, also from and to QEMU without the series
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include "delivery.h"
#include "guest-move.h"

#define MIGRATIONS      20
#define MOMENT          (2 * G_TIME_SPAN_SECOND)

/* Runs so long before it migrates */
#define RUN_TIME        (80 * G_TIME_SPAN_MILLISECOND)

/* Ever more is reported while less than this waits. */
#define QUEUE_LOW       100

/*
 * After recoverable errors the block is idle for a while (R65), and that is
 * long in a guest that has just moved.  So only each fourth migration has some.
 */
#define RECOVERABLE     8
#define RECOVERABLE_IN  4
#define CORRECTED       800
#define CORRECTED_GPA   (GUEST_FREE_GPA + 0x10000000)

/* What was reported until now */
typedef struct Reports {
    guint pages;            /* recoverable, of GUEST_FREE_GPA and up */
    guint corrected;
    guint number;           /* of this migration, from 1 on */
    guint busy;             /* migrations with the block busy */
    gint64 most_queued;     /* at the moment of migration */
} Reports;

static bool fail(GError **error, const char *message)
{
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, message);
    return false;
}

static bool report(Guest *guest, Reports *reports, guint pages, GError **error)
{
    guint64 gpa = GUEST_FREE_GPA + (guint64)reports->pages * GUEST_PAGE_SIZE;

    reports->pages += pages;
    return guest_inject(guest, gpa, pages * GUEST_PAGE_SIZE, "recoverable",
                        error);
}

static bool report_mix(Guest *guest, Reports *reports, GError **error)
{
    bool recoverable = reports->number % RECOVERABLE_IN == 1;

    reports->corrected += CORRECTED;
    return (!recoverable || report(guest, reports, RECOVERABLE, error)) &&
           guest_inject(guest, CORRECTED_GPA, CORRECTED * GUEST_PAGE_SIZE,
                        "corrected", error);
}

/* Until the guest stops here, its queue is never empty. */
static bool report_until_stopped(Move *move, Reports *reports, GError **error)
{
    MoveStage stage;
    gint64 queued;

    do {
        if (!delivery_counter(move->from, "queued", &queued, error) ||
            (queued < QUEUE_LOW &&
             !report_mix(move->from, reports, error)) ||
            !move_stage(move, &stage, error)) {
            return false;
        }
    } while (stage == MOVE_ACTIVE);
    return stage == MOVE_STOPPED || move_wait(move, MOVE_STOPPED, error);
}

static bool migrate_under_load(Guest *guest, Reports *reports, GError **error)
{
    g_autofree char *name = g_strdup_printf("migration-%02u",
                                            ++reports->number);
    g_autoptr(Move) move = NULL;
    bool busy = false;
    gint64 queued = 0;

    if (!guest_settle(guest, RUN_TIME, error)) {
        return false;
    }
    move = move_start(guest, false, name, error);
    if (!move || !report_until_stopped(move, reports, error) ||
        !report_mix(guest, reports, error) ||
        !delivery_is_busy(guest, &busy, error) ||
        !delivery_counter(guest, "queued", &queued, error)) {
        return false;
    }
    reports->busy += busy;
    reports->most_queued = MAX(reports->most_queued, queued);
    return move_go_on(move, error) && move_finish(move, error);
}

bool delivery_migration(Guest *guest, GError **error)
{
    gint64 start = g_get_monotonic_time();
    Reports reports = { };

    if (!delivery_tally(guest, error)) {
        return false;
    }
    for (guint i = 1; i <= MIGRATIONS; i++) {
        if (!migrate_under_load(guest, &reports, error)) {
            g_prefix_error(error, "migration %u: ", i);
            return false;
        }
    }
    case_note("%u migrations in %.1f s under %u errors, %u with the block "
              "busy, at most %" PRId64 " errors queued", MIGRATIONS,
              (g_get_monotonic_time() - start) / 1e6,
              reports.pages + reports.corrected, reports.busy,
              reports.most_queued);
    if (!reports.busy) {
        return fail(error, "no migration met a busy block");
    }
    return delivery_expect_pages(guest, reports.pages, true, error) &&
           delivery_expect_counters(guest, (DeliveryCounter[]) {
               { "queued", 0 }, { "dropped", 0 },
               { "recorded", reports.pages + reports.corrected },
               { "acknowledged", reports.pages + reports.corrected },
               { NULL } }, error);
}

static bool migrate(Guest *guest, bool to_stock, const char *name,
                    GError **error)
{
    g_autoptr(Move) move = move_start(guest, to_stock, name, error);

    return move && move_wait(move, MOVE_STOPPED, error) &&
           move_go_on(move, error) && move_finish(move, error);
}

/* What came before the guest's state was sent goes with it, nothing later. */
bool delivery_migrated_away(Guest *guest, GError **error)
{
    g_autoptr(Move) move = NULL;
    guint refused;

    if (!delivery_inject_when_placed(guest, GUEST_FREE_GPA, "recoverable",
                                     error)) {
        return false;
    }
    move = move_start(guest, false, "migration", error);
    if (!move || !move_wait(move, MOVE_STOPPED, error) ||
        !move_go_on(move, error) ||
        !move_wait(move, MOVE_COMPLETED, error) ||
        !delivery_inject(guest->qmp, GUEST_FREE_GPA, 1, "recoverable",
                         &refused, error)) {
        return false;
    }
    return refused || fail(error, "an error was accepted for a guest that "
                           "has migrated to another QEMU: it is lost");
}

/*
 * From this type of machine on stock QEMU has the source that notifies, in a
 * layout of its own: R150.  A guest of an earlier one finds none before it
 * reboots: R46.
 */
static bool stock_notifies(Guest *guest, bool *notifies, GError **error)
{
    JsonObject *arguments = json_object_new();
    g_autoptr(JsonNode) type = NULL;
    guint major, minor;

    json_object_set_string_member(arguments, "path", "/machine");
    json_object_set_string_member(arguments, "property", "type");
    type = qmp_call(guest->qmp, "qom-get", arguments, error);
    if (!type) {
        return false;
    }
    *notifies = sscanf(json_node_get_string(type), "virt-%u.%u", &major,
                       &minor) == 2 &&
                (major > 10 || (major == 10 && minor >= 2));
    return true;
}

static bool expect_waiting(Guest *guest, guint pages, GError **error)
{
    return guest_settle(guest, MOMENT, error) &&
           delivery_expect_counters(guest, (DeliveryCounter[]) {
               { "queued", pages }, { "recorded", 0 }, { NULL } }, error) &&
           guest_expect_hwcorrupted(guest, 0, error);
}

bool delivery_from_stock(Guest *guest, GError **error)
{
    enum { BEFORE = 20, AFTER = 8 };
    g_autofree char *answer = NULL;
    Reports reports = { };
    guint waiting;
    bool notified;

    if (!migrate(guest, false, "from-stock", error) ||
        !stock_notifies(guest, &notified, error) ||
        !report(guest, &reports, BEFORE, error) ||
        !(notified ? delivery_expect_pages(guest, BEFORE, false, error)
                   : expect_waiting(guest, BEFORE, error))) {
        return false;
    }
    waiting = notified ? 0 : BEFORE;
    answer = guest_ask(guest, NULL, error, "reboot");
    g_clear_pointer(&guest->release, g_free);
    return answer && guest_boot_quietly(guest, error) &&
           delivery_expect_pages(guest, waiting, false, error) &&
           report(guest, &reports, AFTER, error) &&
           delivery_expect_pages(guest, waiting + AFTER, false, error);
}

/* The destination says what it can't take, and the guest runs on here. */
static bool expect_refused_by_stock(Guest *guest, GError **error)
{
    g_autoptr(Move) move = move_start(guest, true, "refused", error);
    g_autofree char *log = NULL;

    if (!move || !move_wait(move, MOVE_STOPPED, error) ||
        !move_go_on(move, error) || !move_wait(move, MOVE_FAILED, error)) {
        return false;
    }
    log = guest_log_tail(move->to->directory, "qemu.log", 100);
    return strstr(log, "acpi-ghes-device") ||
           fail(error, "stock QEMU does not say what it refuses");
}

bool delivery_to_stock(Guest *guest, GError **error)
{
    enum { BACK = 10, REFUSED = 5 };
    Reports reports = { };
    guint64 kb;

    return migrate(guest, true, "to-stock", error) &&
           guest_hwcorrupted(guest, &kb, error) &&
           migrate(guest, false, "back", error) &&
           report(guest, &reports, BACK, error) &&
           delivery_expect_pages(guest, BACK, false, error) &&
           expect_refused_by_stock(guest, error) &&
           report(guest, &reports, REFUSED, error) &&
           delivery_expect_pages(guest, BACK + REFUSED, false, error);
}
