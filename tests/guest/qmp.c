/*
 * QMP: one command, one reply
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdbool.h>
#include "qmp.h"

#define QMP_TIMEOUT     (30 * G_TIME_SPAN_SECOND)

struct Qmp {
    Channel *channel;
    GPtrArray *events;      /* JsonObject, as they came */
};

/* The next message that has @member or @other; events are kept. */
static JsonObject *qmp_receive(Qmp *qmp, const char *member,
                               const char *other, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + QMP_TIMEOUT;

    for (;;) {
        g_autoptr(Line) line = channel_next(qmp->channel, deadline, error);
        g_autoptr(JsonNode) node = NULL;
        JsonObject *object;

        if (!line) {
            return NULL;
        }
        node = json_from_string(line->text, error);
        if (!node) {
            return NULL;
        }
        object = json_node_get_object(node);
        if (json_object_has_member(object, member) ||
            json_object_has_member(object, other)) {
            return json_object_ref(object);
        }
        if (json_object_has_member(object, "event")) {
            g_ptr_array_add(qmp->events, json_object_ref(object));
        }
    }
}

GPtrArray *qmp_take_events(Qmp *qmp, const char *name)
{
    GPtrArray *taken = g_ptr_array_new_with_free_func(
        (GDestroyNotify)json_object_unref);

    for (guint i = 0; i < qmp->events->len;) {
        JsonObject *event = g_ptr_array_index(qmp->events, i);

        if (g_str_equal(json_object_get_string_member(event, "event"),
                        name)) {
            g_ptr_array_add(taken, json_object_ref(event));
            g_ptr_array_remove_index(qmp->events, i);
        } else {
            i++;
        }
    }
    return taken;
}

bool qmp_send(Qmp *qmp, const char *command, JsonObject *arguments,
              GError **error)
{
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
    g_autofree char *text = NULL;
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "execute", command);
    if (arguments) {
        json_object_set_object_member(object, "arguments", arguments);
    }
    json_node_take_object(node, object);
    text = json_to_string(node, false);
    return channel_send(qmp->channel, text, error);
}

JsonNode *qmp_await(Qmp *qmp, const char *command, GError **error)
{
    g_autoptr(JsonObject) reply = qmp_receive(qmp, "return", "error", error);

    if (!reply) {
        g_prefix_error(error, "%s: ", command);
        return NULL;
    }
    if (json_object_has_member(reply, "error")) {
        JsonObject *object = json_object_get_object_member(reply, "error");

        g_set_error(error, QMP_REFUSED, 0, "%s: %s", command,
                    json_object_get_string_member(object, "desc"));
        return NULL;
    }
    return json_object_dup_member(reply, "return");
}

JsonNode *qmp_call(Qmp *qmp, const char *command, JsonObject *arguments,
                   GError **error)
{
    return qmp_send(qmp, command, arguments, error) ?
           qmp_await(qmp, command, error) : NULL;
}

Qmp *qmp_new(int fd, const char *log_path, GError **error)
{
    g_autoptr(Qmp) qmp = g_new0(Qmp, 1);
    g_autoptr(JsonObject) greeting = NULL;
    g_autoptr(JsonNode) done = NULL;

    qmp->channel = channel_new(fd, log_path);
    qmp->events = g_ptr_array_new_with_free_func(
        (GDestroyNotify)json_object_unref);
    greeting = qmp_receive(qmp, "QMP", "QMP", error);
    if (!greeting) {
        return NULL;
    }
    done = qmp_call(qmp, "qmp_capabilities", NULL, error);
    return done ? g_steal_pointer(&qmp) : NULL;
}

void qmp_free(Qmp *qmp)
{
    channel_free(qmp->channel);
    g_ptr_array_unref(qmp->events);
    g_free(qmp);
}
