/*
 * Agent's commands that let processes run into lost pages
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "agent.h"

#define MAX_MEMBERS     256
#define EARLY_TIMEOUT   20          /* seconds */

/* A process and the signal that it got: where in its page, and how wide */
typedef struct Member {
    pid_t pid;
    unsigned page;
    int signal;
    int code;
    long offset;
    int lsb;
} Member;

/* Processes that wait for one word to touch a page each; shared by them all */
typedef struct Crowd {
    atomic_uint ready;
    atomic_bool go;
    unsigned count;
    Member member[MAX_MEMBERS];
} Crowd;

static Crowd *crowd;
static Member *self;

static void keep_signal(int signal, siginfo_t *info, void *context)
{
    self->signal = signal;
    self->code = info->si_code;
    self->offset = (char *)info->si_addr - allocated_page(self->page);
    self->lsb = info->si_addr_lsb;
    _exit(0);
}

static void expect_signal(Member *member)
{
    struct sigaction action = {
        .sa_sigaction = keep_signal, .sa_flags = SA_SIGINFO,
    };

    self = member;
    sigaction(SIGBUS, &action, NULL);
    sigaction(SIGSEGV, &action, NULL);
}

/*
 * Each has a CPU of its own, as far as there are enough, and its page alone:
 * Linux up to 6.12 may work off one process's error in the name of another,
 * and would tell that one of it if it had the page as well.
 */
static void settle(Member *member)
{
    unsigned number = member - crowd->member;
    char *page = allocated_page(member->page);
    char *end = allocated_page(allocated_pages());
    cpu_set_t cpus;

    CPU_ZERO(&cpus);
    CPU_SET(number % sysconf(_SC_NPROCESSORS_ONLN), &cpus);
    sched_setaffinity(0, sizeof(cpus), &cpus);
    if (member->page) {
        munmap(allocated_page(0), page - allocated_page(0));
    }
    if (end > page + PAGE_SIZE) {
        munmap(page + PAGE_SIZE, end - page - PAGE_SIZE);
    }
    expect_signal(member);
}

static void touch_when_told(Member *member)
{
    settle(member);
    atomic_fetch_add(&crowd->ready, 1);
    while (!atomic_load(&crowd->go)) {
        sched_yield();
    }
    (void)*(volatile char *)allocated_page(member->page);
    _exit(0);
}

static void touch_all_the_time(Member *member)
{
    settle(member);
    atomic_fetch_add(&crowd->ready, 1);
    while (!atomic_load(&crowd->go)) {
        (void)*(volatile char *)allocated_page(member->page);
    }
    _exit(0);
}

/* @step 0: all at page @first */
static bool gather(unsigned first, unsigned count, unsigned step,
                   void (*run)(Member *member))
{
    crowd->count = 0;
    atomic_store(&crowd->ready, 0);
    atomic_store(&crowd->go, false);
    while (crowd->count < count) {
        Member *member = &crowd->member[crowd->count];
        pid_t child;

        *member = (Member) { .page = first + crowd->count * step };
        child = fork();
        if (child == 0) {
            run(member);
        }
        if (child < 0) {
            return false;
        }
        member->pid = child;
        crowd->count++;
    }
    while (atomic_load(&crowd->ready) < count) {
        sched_yield();
    }
    return true;
}

static bool make_crowd(void)
{
    if (!crowd) {
        void *map = mmap(NULL, sizeof(*crowd), PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);

        crowd = map == MAP_FAILED ? NULL : map;
    }
    return crowd;
}

void do_gather(char *args)
{
    unsigned first = strtoul(args, &args, 0);
    unsigned count = strtoul(args, &args, 0);
    bool all_the_time = strstr(args, "all-the-time");
    unsigned step = !strstr(args, "one-page");

    if (!count || count > MAX_MEMBERS ||
        first + (count - 1) * step >= allocated_pages()) {
        say("error gather: %u pages are allocated", allocated_pages());
    } else if (!make_crowd() ||
               !gather(first, count, step, all_the_time ?
                       touch_all_the_time : touch_when_told)) {
        say_errno("gather");
    } else {
        say("ok");
    }
}

static void say_member(const char *answer, const Member *member)
{
    say("%s page=%u signal=%d code=%d offset=%ld lsb=%d", answer,
        member->page, member->signal, member->code, member->offset,
        member->lsb);
}

void do_release(char *args)
{
    if (!crowd || !crowd->count) {
        say("error release: gather first");
        return;
    }
    atomic_store(&crowd->go, true);
    for (unsigned i = 0; i < crowd->count; i++) {
        Member *member = &crowd->member[i];
        int status = 0;

        waitpid(member->pid, &status, 0);
        if (WIFSIGNALED(status)) {
            member->signal = WTERMSIG(status);
        }
        say_member("-", member);
    }
    crowd->count = 0;
    say("ok");
}

/* A process that wants to know of a page that it doesn't touch */
static void wait_early(Member *member)
{
    expect_signal(member);
    prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0);
    atomic_fetch_add(&crowd->ready, 1);
    sleep(EARLY_TIMEOUT);
    _exit(0);
}

void do_early(char *args)
{
    unsigned page = strtoul(args, NULL, 0);

    if (page >= allocated_pages() || !make_crowd() ||
        !gather(page, 1, 1, wait_early)) {
        say_errno("early");
    } else {
        say("ok");
    }
}

/* Lets the kernel read the page, at a place where it holds no lock. */
void do_write_from(char *args)
{
    unsigned page = strtoul(args, NULL, 0);
    int status = 0, fd = open("/proc/self/comm", O_WRONLY | O_CLOEXEC);
    ssize_t done;
    pid_t child;

    if (page >= allocated_pages() || fd < 0) {
        say_errno("write-from");
        return;
    }
    child = fork();
    if (child == 0) {
        done = write(fd, allocated_page(page), 8);
        say("ok written=%zd errno=%d", done, done < 0 ? errno : 0);
        _exit(0);
    }
    close(fd);
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        say_errno("write-from");
    } else if (WIFSIGNALED(status)) {
        say("ok signal=%d", WTERMSIG(status));
    }
}
