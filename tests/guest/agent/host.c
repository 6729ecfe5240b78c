/*
 * Agent's commands for a machine that runs a virtual machine of its own
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "agent.h"

#define MAX_ARGUMENTS   64

/* <linux/module.h>, since 5.17 */
#define MODULE_INIT_COMPRESSED_FILE 4

static pid_t program;       /* what "start" started; 0: nothing */

void do_insmod(char *args)
{
    int fd = open(args, O_RDONLY | O_CLOEXEC);
    int flags = strstr(args, ".ko.") ? MODULE_INIT_COMPRESSED_FILE : 0;

    if (fd < 0 ||
        (syscall(SYS_finit_module, fd, "", flags) && errno != EEXIST)) {
        say_errno(args);
    } else {
        say("ok");
    }
    close(fd);
}

/*
 * The program asks the kernel to be told early of memory that is lost. Let it
 * think that it was heard: it then learns of a page when it runs into it, as
 * it does of an error that nobody but its own access finds.
 */
static bool never_tell_early(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                 offsetof(struct seccomp_data, args)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_MCE_KILL, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {
        .len = sizeof(filter) / sizeof(filter[0]), .filter = filter,
    };

    return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
           !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* Becomes PROGRAM<tab>ARGUMENT..., which writes to @fd. */
static void become_program(char *args, int fd, bool late)
{
    char *arguments[MAX_ARGUMENTS];
    int count = 0;

    while (args && count < MAX_ARGUMENTS - 1) {
        arguments[count++] = strsep(&args, "\t");
    }
    arguments[count] = NULL;
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!late || never_tell_early()) {
        execv(arguments[0], arguments);
    }
    dprintf(STDERR_FILENO, "%s: %s\n", arguments[0], strerror(errno));
    _exit(127);
}

static void run_program(char *args, bool late)
{
    char *log = strsep(&args, "\t");

    become_program(args, open(log, O_WRONLY | O_CREAT | O_TRUNC, 0666), late);
}

static void start(char *args, bool late)
{
    if (program || !strchr(args, '\t')) {
        say("error start: %s", program ? "kill first" : "LOG PROGRAM ...");
        return;
    }
    program = fork();
    if (program == 0) {
        run_program(args, late);
    }
    if (program < 0) {
        program = 0;
        say_errno("start");
    } else {
        say("ok pid=%d", program);
    }
}

void do_start(char *args)
{
    start(args, false);
}

void do_start_late(char *args)
{
    start(args, true);
}

void do_run(char *args)
{
    char line[LINE_SIZE - 3];
    int ends[2], status = 0;
    FILE *output;
    pid_t child;

    if (pipe2(ends, O_CLOEXEC)) {
        say_errno("run");
        return;
    }
    child = fork();
    if (child == 0) {
        become_program(args, ends[1], false);
    }
    close(ends[1]);
    output = fdopen(ends[0], "r");
    while (output && fgets(line, sizeof(line), output)) {
        line[strcspn(line, "\n")] = 0;
        say("- %s", line);
    }
    fclose(output);
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        say_errno("run");
    } else if (status) {
        say("error run: status 0x%x", status);
    } else {
        say("ok");
    }
}

/* How the program ended, by waitpid() with @options */
static void say_state(int options)
{
    int status = 0;
    pid_t pid = program ? waitpid(program, &status, options) : -1;

    if (pid == 0) {
        say("ok running");
        return;
    }
    program = 0;
    if (pid < 0) {
        say("error no program runs");
    } else if (WIFSIGNALED(status)) {
        say("ok signal=%d", WTERMSIG(status));
    } else {
        say("ok exit=%d", WEXITSTATUS(status));
    }
}

void do_state(char *args)
{
    say_state(WNOHANG);
}

void do_kill(char *args)
{
    if (program) {
        kill(program, SIGKILL);
    }
    say_state(0);
}

/* A page that the program never wrote to has no frame yet. */
static uint64_t frame(uintptr_t address)
{
    char path[64], zero = 0;
    uint64_t number = page_frame(program, address);

    if (!number) {
        int fd;

        snprintf(path, sizeof(path), "/proc/%d/mem", program);
        fd = open(path, O_RDWR | O_CLOEXEC);
        if (fd >= 0 && pwrite(fd, &zero, 1, address) == 1) {
            number = page_frame(program, address);
        }
        close(fd);
    }
    return number;
}

static bool poison(uintptr_t address)
{
    uint64_t number = program ? frame(address) : 0;
    char text[32];

    if (!number) {
        say("error poison: 0x%" PRIxPTR " has no frame", address);
        return false;
    }
    snprintf(text, sizeof(text), "0x%" PRIx64, number);
    if (!write_file(CORRUPT_PFN, text)) {
        say_errno(CORRUPT_PFN);
        return false;
    }
    return true;
}

void do_poison(char *args)
{
    char *address;
    unsigned count = 0;

    while ((address = strsep(&args, " "))) {
        if (!poison(strtoull(address, NULL, 0))) {
            return;
        }
        count++;
    }
    say("ok pages=%u", count);
}

void do_frame(char *args)
{
    uint64_t number = program ? frame(strtoull(args, NULL, 0)) : 0;

    if (number) {
        say("ok gpa=0x%" PRIx64, (uint64_t)(number * PAGE_SIZE));
    } else {
        say("error frame: %s is nowhere", args);
    }
}
