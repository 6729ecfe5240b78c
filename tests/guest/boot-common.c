/*
 * Ways to start a guest over, for cases on what its next boot knows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "boot.h"
#include "guest-move.h"

#define STATUS_TIMEOUT  (30 * G_TIME_SPAN_SECOND)
#define POLL_TIME       (50 * G_TIME_SPAN_MILLISECOND)

bool boot_fail(GError **error, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    g_propagate_error(error, g_error_new_valist(G_IO_ERROR, G_IO_ERROR_FAILED,
                                                format, ap));
    va_end(ap);
    return false;
}

bool boot_again(Guest *guest, GError **error)
{
    g_clear_pointer(&guest->release, g_free);
    return guest_boot_quietly(guest, error);
}

bool boot_by_panic(Guest *guest, GError **error)
{
    /* There is no answer. */
    return channel_send(guest->agent, "write /proc/sysrq-trigger c", error) &&
           boot_again(guest, error);
}

bool boot_by_agent(Guest *guest, GError **error)
{
    g_autofree char *answer = guest_ask(guest, NULL, error, "reboot");

    return answer && boot_again(guest, error);
}

bool boot_by_monitor(Guest *guest, GError **error)
{
    g_autoptr(JsonNode) reply = qmp_call(guest->qmp, "system_reset", NULL,
                                         error);

    return reply && boot_again(guest, error);
}

bool boot_await_status(Guest *guest, const char *status, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + STATUS_TIMEOUT;

    while (g_get_monotonic_time() < deadline) {
        g_autoptr(JsonNode) reply = qmp_call(guest->qmp, "query-status", NULL,
                                             error);

        if (!reply) {
            return false;
        }
        if (g_str_equal(json_object_get_string_member(
                            json_node_get_object(reply), "status"), status)) {
            return true;
        }
        g_usleep(POLL_TIME);
    }
    return boot_fail(error, "the VM's status does not become %s", status);
}

bool boot_move(Guest *guest, const char *name, GError **error)
{
    g_autoptr(Move) move = move_start(guest, false, name, error);

    return move && move_wait(move, MOVE_STOPPED, error) &&
           move_go_on(move, error) && move_finish(move, error);
}
