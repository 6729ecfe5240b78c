/*
 * Lines over a socket, each with the time of its arrival
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_CHANNEL_H
#define RAS_GUEST_CHANNEL_H

#include <gio/gio.h>

typedef struct Channel Channel;

typedef struct Line {
    gint64 time;        /* of its arrival, as g_get_real_time() */
    char *text;         /* without the line's end; NULL: peer has closed */
} Line;

/**
 * channel_new: take over one end of a socket pair
 * @fd: the socket; closed by channel_free()
 * @log_path: where to keep a copy of what arrives
 *
 * A thread reads, so that a line's time is right even if nobody waits for it.
 */
Channel *channel_new(int fd, const char *log_path);
void channel_free(Channel *channel);

/* Sends @text and a newline. */
bool channel_send(Channel *channel, const char *text, GError **error);

/**
 * channel_next: the next line
 * @deadline: until when to wait, as g_get_monotonic_time()
 *
 * Returns NULL when it took too long or the peer has gone.
 */
Line *channel_next(Channel *channel, gint64 deadline, GError **error);
void line_free(Line *line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Channel, channel_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Line, line_free)

#endif
