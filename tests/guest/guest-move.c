/*
 * Migration of a guest to another QEMU on this machine
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <unistd.h>
#include "guest-move.h"

#define MOVE_TIMEOUT    (60 * G_TIME_SPAN_SECOND)
#define POLL_TIME       (5 * G_TIME_SPAN_MILLISECOND)
#define QEMU_LINES      3

static const char *const capabilities[] = {
    "x-ignore-shared",          /* RAM stays where it is */
    "pause-before-switchover",
    "return-path",              /* the source hears of failure */
};

static bool do_with_string(Guest *guest, const char *command,
                           const char *argument, const char *value,
                           GError **error)
{
    JsonObject *arguments = json_object_new();
    g_autoptr(JsonNode) reply = NULL;

    json_object_set_string_member(arguments, argument, value);
    reply = qmp_call(guest->qmp, command, arguments, error);
    return reply;
}

static bool set_capabilities(Guest *guest, GError **error)
{
    JsonObject *arguments = json_object_new();
    JsonArray *list = json_array_new();
    g_autoptr(JsonNode) reply = NULL;

    for (int i = 0; i < G_N_ELEMENTS(capabilities); i++) {
        JsonObject *capability = json_object_new();

        json_object_set_string_member(capability, "capability",
                                      capabilities[i]);
        json_object_set_boolean_member(capability, "state", true);
        json_array_add_object_element(list, capability);
    }
    json_object_set_array_member(arguments, "capabilities", list);
    reply = qmp_call(guest->qmp, "migrate-set-capabilities", arguments, error);
    return reply;
}

static Guest *start_receiver(Guest *from, bool stock, const char *name,
                             GError **error)
{
    GuestConfig config = from->config;
    g_autofree char *directory = g_build_filename(from->directory, name, NULL);

    config.runs_stock = stock;
    config.directory = directory;
    config.incoming = true;
    return guest_start(&config, error);
}

Move *move_start(Guest *from, bool to_stock, const char *name,
                 GError **error)
{
    g_autoptr(Move) move = g_new0(Move, 1);
    g_autofree char *uri = NULL;

    move->from = from;
    move->directory = g_dir_make_tmp("ras-guest-XXXXXX", error);
    if (!move->directory) {
        return NULL;
    }
    move->socket = g_build_filename(move->directory, "migration", NULL);
    uri = g_strdup_printf("unix:%s", move->socket);
    move->to = start_receiver(from, to_stock, name, error);
    if (!move->to || !set_capabilities(from, error) ||
        !set_capabilities(move->to, error) ||
        !do_with_string(move->to, "migrate-incoming", "uri", uri, error) ||
        !do_with_string(from, "migrate", "uri", uri, error)) {
        return NULL;
    }
    return g_steal_pointer(&move);
}

bool move_stage(Move *move, MoveStage *stage, GError **error)
{
    g_autoptr(JsonNode) reply = qmp_call(move->from->qmp, "query-migrate",
                                         NULL, error);
    const char *status;

    if (!reply) {
        return false;
    }
    status = json_object_get_string_member(json_node_get_object(reply),
                                           "status");
    *stage = g_str_equal(status, "completed") ? MOVE_COMPLETED :
             g_str_equal(status, "failed") ? MOVE_FAILED :
             g_str_equal(status, "pre-switchover") ? MOVE_STOPPED :
             MOVE_ACTIVE;
    return true;
}

bool move_go_on(Move *move, GError **error)
{
    return do_with_string(move->from, "migrate-continue", "state",
                          "pre-switchover", error);
}

bool move_wait(Move *move, MoveStage stage, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + MOVE_TIMEOUT;
    g_autofree char *log = NULL;
    MoveStage now;

    do {
        if (!move_stage(move, &now, error)) {
            return false;
        }
        if (now == stage) {
            return true;
        }
        g_usleep(POLL_TIME);
    } while (now != MOVE_FAILED && now != MOVE_COMPLETED &&
             g_get_monotonic_time() < deadline);
    log = guest_log_tail(move->to->directory, "qemu.log", QEMU_LINES);
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "migration %s: %s",
                now == MOVE_FAILED ? "failed" :
                now == MOVE_COMPLETED ? "completed" : "goes on and on", log);
    return false;
}

static bool is_running(Guest *guest, bool *running, GError **error)
{
    g_autoptr(JsonNode) status = qmp_call(guest->qmp, "query-status", NULL,
                                          error);

    if (status) {
        *running = json_object_get_boolean_member(
            json_node_get_object(status), "running");
    }
    return status;
}

static void swap_pointers(gpointer a, gpointer b)
{
    gpointer *one = a, *other = b, was = *one;

    *one = *other;
    *other = was;
}

bool move_finish(Move *move, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + MOVE_TIMEOUT;
    bool running = false;

    if (!move_wait(move, MOVE_COMPLETED, error)) {
        return false;
    }
    while (!running && g_get_monotonic_time() < deadline) {
        if (!is_running(move->to, &running, error)) {
            return false;
        }
    }
    /* What the kernel said stays with the guest, and its first directory. */
    swap_pointers(&move->from->process, &move->to->process);
    swap_pointers(&move->from->qmp, &move->to->qmp);
    swap_pointers(&move->from->agent, &move->to->agent);
    swap_pointers(&move->from->monitors, &move->to->monitors);
    return true;
}

void move_free(Move *move)
{
    g_clear_pointer(&move->to, guest_free);
    if (move->socket) {
        unlink(move->socket);
    }
    if (move->directory) {
        rmdir(move->directory);
    }
    g_free(move->socket);
    g_free(move->directory);
    g_free(move);
}
