/*
 * Agent's commands that follow what the guest's kernel says
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "agent.h"

#define TRACING         "/sys/kernel/tracing/"

/* The kernel log's next record; its text is left in @text. */
static bool kmsg_next(int fd, uint64_t *usec, int *level, char **text)
{
    static char record[LINE_SIZE];
    ssize_t len;

    do {
        len = read(fd, record, sizeof(record) - 1);
    } while (len < 0 && (errno == EPIPE || errno == EINTR));
    if (len <= 0) {
        return false;
    }
    record[len] = 0;
    record[strcspn(record, "\n")] = 0;
    *text = strchr(record, ';');
    if (!*text || sscanf(record, "%d,%*u,%" SCNu64, level, usec) != 2) {
        return false;
    }
    *level &= 7;
    (*text)++;
    return true;
}

static int kmsg_open_at_end(void)
{
    int fd = open("/dev/kmsg", O_RDWR);

    if (fd >= 0) {
        lseek(fd, 0, SEEK_END);
    }
    return fd;
}

static void follow_kmsg(int fd)
{
    uint64_t usec;
    char *text;
    int level;

    while (kmsg_next(fd, &usec, &level, &text)) {
        say("kmsg %" PRIu64 " %d %s", usec, level, text);
    }
}

/* "task-pid [cpu] flags SECONDS.MICROSECONDS: event: ..." */
static void follow_trace(int fd)
{
    FILE *file = fdopen(fd, "r");
    char line[LINE_SIZE], *event, *time;
    unsigned long sec, usec;

    while (file && fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\n")] = 0;
        for (event = strstr(line, ": "); event; event = strstr(event, ": ")) {
            *event = 0;
            time = strrchr(line, ' ');
            *event = ':';
            event += 2;
            if (time && sscanf(time, " %lu.%lu:", &sec, &usec) == 2) {
                say("trace %lu %s", sec * 1000000 + usec, event);
                break;
            }
        }
    }
}

static void start_follower(int fd, void (*follow)(int fd))
{
    pid_t child = fd < 0 ? -1 : fork();

    if (child == 0) {
        follow(fd);
        _exit(0);
    }
    if (child < 0) {
        say_errno("follow");
    } else {
        say("ok");
    }
    close(fd);
}

void do_kmsg(char *args)
{
    start_follower(kmsg_open_at_end(), follow_kmsg);
}

void do_trace(char *args)
{
    if (!write_file(TRACING "events/ras/enable", "1")) {
        say_errno("events/ras/enable");
        return;
    }
    start_follower(open(TRACING "trace_pipe", O_RDONLY), follow_trace);
}

/* The clock of the kernel's log, by a record of our own. */
void do_clock(char *args)
{
    /* Without a newline the record would stay open for more. */
    static const char mark[] = "ras-agent: clock\n";
    uint64_t usec;
    char *text;
    int level, fd = kmsg_open_at_end();
    bool found = false;

    if (fd >= 0 && write(fd, mark, strlen(mark)) > 0) {
        while (!found && kmsg_next(fd, &usec, &level, &text)) {
            found = strncmp(text, mark, strlen(text)) == 0;
        }
    }
    close(fd);
    if (found) {
        say("ok usec=%" PRIu64, usec);
    } else {
        say_errno("clock");
    }
}

/* All that there is by now, from this boot's first line on */
void do_log(char *args)
{
    int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
    uint64_t usec;
    char *text;
    int level;

    if (fd < 0) {
        say_errno("/dev/kmsg");
        return;
    }
    while (kmsg_next(fd, &usec, &level, &text)) {
        say("- %s", text);
    }
    close(fd);
    say("ok");
}
