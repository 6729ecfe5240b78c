/*
 * Lines over a socket, each with the time of its arrival
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include "channel.h"

struct Channel {
    int fd;
    FILE *log;
    GInputStream *in;
    GOutputStream *out;
    GAsyncQueue *lines;
    GThread *reader;
    bool closed;
};

void line_free(Line *line)
{
    g_free(line->text);
    g_free(line);
}

static gpointer read_lines(gpointer opaque)
{
    Channel *channel = opaque;
    g_autoptr(GDataInputStream) in = g_data_input_stream_new(channel->in);
    bool more;

    g_data_input_stream_set_newline_type(in, G_DATA_STREAM_NEWLINE_TYPE_LF);
    do {
        Line *line = g_new0(Line, 1);

        line->text = g_data_input_stream_read_line(in, NULL, NULL, NULL);
        line->time = g_get_real_time();
        if (line->text && channel->log) {
            fprintf(channel->log, "%s\n", line->text);
            fflush(channel->log);
        }
        more = line->text;
        g_async_queue_push(channel->lines, line);   /* no longer ours */
    } while (more);
    return NULL;
}

Channel *channel_new(int fd, const char *log_path)
{
    Channel *channel = g_new0(Channel, 1);

    channel->fd = fd;
    channel->log = fopen(log_path, "w");
    channel->in = g_unix_input_stream_new(fd, false);
    channel->out = g_unix_output_stream_new(fd, true);
    channel->lines = g_async_queue_new_full((GDestroyNotify)line_free);
    channel->reader = g_thread_new("channel", read_lines, channel);
    return channel;
}

void channel_free(Channel *channel)
{
    shutdown(channel->fd, SHUT_RDWR);
    g_thread_join(channel->reader);
    g_object_unref(channel->in);
    g_object_unref(channel->out);
    g_async_queue_unref(channel->lines);
    if (channel->log) {
        fclose(channel->log);
    }
    g_free(channel);
}

bool channel_send(Channel *channel, const char *text, GError **error)
{
    g_autofree char *line = g_strconcat(text, "\n", NULL);

    return g_output_stream_write_all(channel->out, line, strlen(line), NULL,
                                     NULL, error);
}

Line *channel_next(Channel *channel, gint64 deadline, GError **error)
{
    gint64 wait = MAX(deadline - g_get_monotonic_time(), 0);
    g_autoptr(Line) line = NULL;

    if (!channel->closed) {
        line = g_async_queue_timeout_pop(channel->lines, wait);
        channel->closed = line && !line->text;
    }
    if (channel->closed) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_CLOSED, "QEMU has gone");
        return NULL;
    }
    if (!line) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "no answer");
    }
    return g_steal_pointer(&line);
}
