/*
 * Agent's commands for files that are no text, and for file systems
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include "agent.h"

/* What "bytes" can tell at once */
#define BYTES_MAX       1024

void do_mount(char *args)
{
    char *path = strchr(args, ' ');

    if (!path) {
        say("error mount: TYPE PATH");
        return;
    }
    *path++ = 0;
    mkdir(path, 0755);
    if (mount(args, path, args, 0, NULL) && errno != EBUSY) {
        say_errno(path);
    } else {
        say("ok");
    }
}

void do_list(char *args)
{
    DIR *dir = opendir(args);
    struct dirent *entry;

    if (!dir) {
        say_errno(args);
        return;
    }
    while ((entry = readdir(dir))) {
        if (entry->d_name[0] != '.') {
            say("- %s", entry->d_name);
        }
    }
    closedir(dir);
    say("ok");
}

void do_remove(char *args)
{
    if (unlink(args)) {
        say_errno(args);
    } else {
        say("ok");
    }
}

void do_bytes(char *args)
{
    unsigned char bytes[BYTES_MAX];
    char text[2 * BYTES_MAX + 1], *path = args;
    unsigned long offset = strtoul(args, &path, 0);
    unsigned long length = strtoul(path, &path, 0);
    ssize_t got;
    int fd;

    if (*path != ' ' || !length || length > BYTES_MAX) {
        say("error bytes: OFFSET LENGTH (at most %d) PATH", BYTES_MAX);
        return;
    }
    fd = open(path + 1, O_RDONLY | O_CLOEXEC);
    got = fd < 0 ? -1 : pread(fd, bytes, length, offset);
    if (got < 0) {
        say_errno(path + 1);
    } else {
        for (ssize_t i = 0; i < got; i++) {
            sprintf(text + 2 * i, "%02x", bytes[i]);
        }
        text[2 * got] = 0;
        say("ok %s", text);
    }
    close(fd);
}
