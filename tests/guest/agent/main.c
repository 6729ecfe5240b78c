/*
 * Guest agent: PID 1 of a test guest, does and reports what the host asks
 *
 * It is the initramfs's /init, a static program and the guest's whole user
 * space. It talks over a serial port in lines. The host sends commands; each
 * is answered by any number of "- " lines, then one "ok ..." or "error ..."
 * line. In between come "kmsg ..." and "trace ..." lines once the host has
 * asked to follow the kernel's log and its RAS trace events.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <termios.h>
#include <unistd.h>
#include "agent.h"

/* A virtio port needs one exit a line where a UART needs one a byte. */
static const char *const channels[] = { "/dev/vport0p1", "/dev/ttyS0" };

#define CHANNEL_COUNT   (sizeof(channels) / sizeof(channels[0]))

/* What "tail" can tell */
#define TAIL_MAX        16

typedef struct Mount {
    const char *type;
    const char *path;
} Mount;

typedef struct Command {
    const char *name;
    const char *help;
    void (*run)(char *args);
} Command;

static int channel;

void say(const char *format, ...)
{
    char line[LINE_SIZE];
    va_list ap;
    int len;

    va_start(ap, format);
    len = vsnprintf(line, sizeof(line) - 1, format, ap);
    va_end(ap);

    len = len < sizeof(line) - 1 ? len : sizeof(line) - 2;
    line[len++] = '\n';
    for (char *at = line; len > 0;) {
        ssize_t done = write(channel, at, len);

        if (done < 0 && errno != EINTR) {
            return;
        }
        if (done > 0) {
            at += done;
            len -= done;
        }
    }
}

void say_errno(const char *what)
{
    say("error %s: %s", what, strerror(errno));
}

bool write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_TRUNC);
    bool ok = fd >= 0 && write(fd, text, strlen(text)) == strlen(text);

    if (fd >= 0) {
        close(fd);
    }
    return ok;
}

static void do_loglevel(char *args)
{
    if (klogctl(8 /* SYSLOG_ACTION_CONSOLE_LEVEL */, NULL, atoi(args)) < 0) {
        say_errno("loglevel");
    } else {
        say("ok");
    }
}

static void do_read(char *args)
{
    FILE *file = fopen(args, "r");
    char line[LINE_SIZE - 3];

    if (!file) {
        say_errno(args);
        return;
    }
    while (fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\n")] = 0;
        say("- %s", line);
    }
    fclose(file);
    say("ok");
}

static void do_tail(char *args)
{
    static char lines[TAIL_MAX][LINE_SIZE - 3];
    char *path = args;
    unsigned long want = strtoul(args, &path, 0), count = 0;
    FILE *file = fopen(path + strspn(path, " "), "r");

    if (!want || want > TAIL_MAX || !file) {
        say("error tail: N (at most %d) PATH", TAIL_MAX);
        return;
    }
    while (fgets(lines[count % want], sizeof(lines[0]), file)) {
        count++;
    }
    fclose(file);
    for (unsigned long i = count > want ? count - want : 0; i < count; i++) {
        lines[i % want][strcspn(lines[i % want], "\n")] = 0;
        say("- %s", lines[i % want]);
    }
    say("ok");
}

static void do_write(char *args)
{
    char *text = strchr(args, ' ');

    if (!text) {
        say("error write: PATH TEXT");
        return;
    }
    *text++ = 0;
    if (write_file(args, text)) {
        say("ok");
    } else {
        say_errno(args);
    }
}

static void end(int how)
{
    if (getpid() != 1) {
        say("error: this machine is not the agent's");
        return;
    }
    say("ok");
    tcdrain(channel);
    reboot(how);
}

static void do_poweroff(char *args)
{
    end(RB_POWER_OFF);
}

static void do_reboot(char *args)
{
    end(RB_AUTOBOOT);
}

static void do_help(char *args);

static const Command commands[] = {
    { "alloc", "N: allocate and lock N pages, tell their GPAs", do_alloc },
    { "alloc-huge", "allocate a huge page, tell its GPA", do_alloc_huge },
    { "free", "give the allocated pages back", do_free },
    { "touch", "I: read allocated page I, tell the signal", do_touch },
    { "access", "I WAY: touch allocated page I in this way, tell the signal",
      do_access },
    { "walker", "a process with many page tables: tell the GPA of one",
      do_walker },
    { "walk", "have it use them all", do_walk },
    { "gather", "FIRST N [one-page] [all-the-time]: N processes at a page each",
      do_gather },
    { "release", "have them touch it now, tell each one's signal", do_release },
    { "early", "I: a process that waits for word of page I", do_early },
    { "write-from", "I: let the kernel read allocated page I", do_write_from },
    { "hwcorrupted", "memory the kernel took out of use", do_hwcorrupted },
    { "kmsg", "follow the kernel log: usec, level, text", do_kmsg },
    { "log", "all that the kernel has said since it booted", do_log },
    { "trace", "follow the RAS trace events: usec, text", do_trace },
    { "clock", "what the kernel log's clock says now", do_clock },
    { "loglevel", "N: what goes to the console", do_loglevel },
    { "read", "PATH: a file's lines", do_read },
    { "tail", "N PATH: a file's last lines", do_tail },
    { "write", "PATH TEXT: write to a file", do_write },
    { "mount", "TYPE PATH: mount a file system", do_mount },
    { "list", "DIRECTORY: names of what is there", do_list },
    { "remove", "PATH: remove a file", do_remove },
    { "bytes", "OFFSET LENGTH PATH: a file's bytes, as hex digits", do_bytes },
    { "insmod", "FILE: load a kernel module", do_insmod },
    { "start", "LOG<tab>PROGRAM<tab>ARGUMENT...: run it", do_start },
    { "start-late", "the same, never told early of lost memory",
      do_start_late },
    { "run", "PROGRAM<tab>ARGUMENT...: run it to its end, tell what it says",
      do_run },
    { "state", "does the program run? else: how did it end?", do_state },
    { "kill", "end the program", do_kill },
    { "poison", "ADDRESS...: lose these pages of the program", do_poison },
    { "einj", "NAME=VALUE...: write to einj's files, then inject", do_einj },
    { "einj-many", "N ADDRESS NAME=VALUE...: the same for N pages",
      do_einj_many },
    { "frame", "ADDRESS: where the machine has this page of the program",
      do_frame },
    { "lose", "ADDRESS N: lose these pages of this kernel, tell the time",
      do_lose },
    { "settled", "KB MS [await]: wait until so much is out of use, or no more "
      "comes", do_settled },
    { "churn", "N: processes that take and free memory without end",
      do_churn },
    { "slow-file", "MS: a file whose reads and writes take so long",
      do_slow_file },
    { "slow-read", "a process reads it: tell the GPA of the locked page",
      do_slow_read },
    { "slow-write", "a process writes it: tell the page's GPA", do_slow_write },
    { "spin", "N: each CPU counts to that, tell the time", do_spin },
    { "doze", "N: each CPU sleeps so often, tell the time", do_doze },
    { "meet", "FIRST N USEC: read N allocated pages, so long after each other, "
      "tell how long until SIGBUS", do_meet },
    { "sigbus-trace", "watch the program's vCPU", do_sigbus_trace },
    { "sigbus-times", "when it got SIGBUS, and what was before and after",
      do_sigbus_times },
    { "poweroff", "end", do_poweroff },
    { "reboot", "start over", do_reboot },
    { "help", "this list", do_help },
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static void do_help(char *args)
{
    for (unsigned i = 0; i < COMMAND_COUNT; i++) {
        say("- %s %s", commands[i].name, commands[i].help);
    }
    say("ok");
}

static void run_command(char *line)
{
    char *args = line + strcspn(line, " ");

    if (*args) {
        *args++ = 0;
    }
    for (unsigned i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(line, commands[i].name) == 0) {
            commands[i].run(args);
            return;
        }
    }
    say("error %s: no such command", line);
}

static void mount_all(void)
{
    static const Mount mounts[] = {
        { "devtmpfs", "/dev" },
        { "proc", "/proc" },
        { "sysfs", "/sys" },
        { "debugfs", "/sys/kernel/debug" },
        { "tracefs", "/sys/kernel/tracing" },
    };

    for (unsigned i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
        mkdir(mounts[i].path, 0755);
        if (mount(mounts[i].type, mounts[i].path, mounts[i].type, 0, NULL)) {
            perror(mounts[i].path);
        }
    }
}

/* On a machine that is not ours to boot and mount: talk over stdin. */
static int run_commands_only(void)
{
    char line[LINE_SIZE];

    channel = STDIN_FILENO;
    while (fgets(line, sizeof(line), stdin)) {
        line[strcspn(line, "\n")] = 0;
        run_command(line);
    }
    return 0;
}

/* The first that is there, once one is */
static int find_channel(void)
{
    for (int try = 0; try < 200; try++) {
        for (unsigned i = 0; i < CHANNEL_COUNT; i++) {
            int fd = open(channels[i], O_RDWR | O_NOCTTY | O_CLOEXEC);
            int lines;

            /* There is a file for each UART that there could be. */
            if (fd >= 0 && (!isatty(fd) || !ioctl(fd, TIOCMGET, &lines))) {
                return fd;
            }
            close(fd);
        }
        usleep(50000);
    }
    return -1;
}

static FILE *open_channel(void)
{
    struct termios raw;

    channel = find_channel();
    if (channel < 0) {
        perror("ras-agent: no channel");
        return NULL;
    }
    if (tcgetattr(channel, &raw) == 0) {
        cfmakeraw(&raw);
        raw.c_cflag |= CLOCAL;
        cfsetspeed(&raw, B115200);
        tcsetattr(channel, TCSAFLUSH, &raw);
    }
    return fdopen(channel, "r");
}

int main(int argc, char **argv)
{
    struct utsname uts;
    char line[LINE_SIZE];
    FILE *host;

    if (getpid() != 1) {
        return run_commands_only();
    }
    mount_all();
    host = open_channel();
    if (host) {
        uname(&uts);
        /* Firmware may have left half a line. */
        say("\nready kernel=%s", uts.release);
        while (fgets(line, sizeof(line), host)) {
            line[strcspn(line, "\r\n")] = 0;
            run_command(line);
        }
        perror("ras-agent");
    }
    reboot(RB_POWER_OFF);
    return 1;
}
