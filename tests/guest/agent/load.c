/*
 * Agent's commands for measurements: what the guest can do by itself
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "agent.h"

#define NS_PER_SECOND   1000000000LL
#define SETTLE_STEP_US  1000

/* The host doesn't wait for an answer much longer than this. */
#define SETTLE_MAX_NS   (15 * NS_PER_SECOND)

/* How long each sleep of "doze" is meant to be */
#define DOZE_NS         50000

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

static void say_time(int64_t start)
{
    say("ok usec=%" PRId64, (now_ns() - start) / 1000);
}

/* The kernel loses pages that nobody uses, as fast as it can. */
void do_lose(char *args)
{
    uint64_t address = strtoull(args, &args, 0);
    unsigned long count = strtoul(args, NULL, 0);
    int fd = open(CORRUPT_PFN, O_WRONLY | O_CLOEXEC);
    int64_t start = now_ns();
    bool ok = fd >= 0;

    for (unsigned long i = 0; ok && i < count; i++) {
        char text[32];
        int length = snprintf(text, sizeof(text), "0x%" PRIx64,
                              address / PAGE_SIZE + i);

        ok = write(fd, text, length) == length;
    }
    if (ok) {
        say_time(start);
    } else {
        say_errno(CORRUPT_PFN);
    }
    close(fd);
}

/* How much is out of use, and since when */
typedef struct Losses {
    unsigned long kb;
    int64_t first_ns, last_ns;      /* when it changed, 0: not yet */
} Losses;

static bool look_for_losses(Losses *losses)
{
    unsigned long kb = losses->kb;

    if (!hwcorrupted_kb(&kb)) {
        return false;
    }
    if (kb != losses->kb) {
        losses->kb = kb;
        losses->last_ns = now_ns();
        losses->first_ns = losses->first_ns ?: losses->last_ns;
    }
    return true;
}

/*
 * Wait for so much out of use, or until for @patience none is added; with
 * "await" that begins with the first.
 */
void do_settled(char *args)
{
    unsigned long want = strtoul(args, &args, 0);
    int64_t patience = strtoul(args, &args, 0) * 1000000LL;
    bool await = strstr(args, "await"), more;
    int64_t start = now_ns(), idle = 0;
    Losses losses = { };

    if (!hwcorrupted_kb(&losses.kb)) {
        say("error /proc/meminfo has no HardwareCorrupted");
        return;
    }
    do {
        more = losses.kb < want && (idle < patience || await);
        if (more) {
            usleep(SETTLE_STEP_US);
            more = look_for_losses(&losses);
        }
        await = await && !losses.last_ns;
        idle = now_ns() - (losses.last_ns ?: start);
    } while (more && (await || now_ns() - start < SETTLE_MAX_NS));
    say("ok kb=%lu idle-usec=%" PRId64 " took-usec=%" PRId64, losses.kb,
        idle / 1000, (losses.last_ns - losses.first_ns) / 1000);
}

static void spin(unsigned long rounds)
{
    for (volatile unsigned long i = 0; i < rounds; i++) {
    }
}

#define CHURN_PAGES     64

/* Takes memory and gives it back, and never sleeps. */
static void churn(void)
{
    for (;;) {
        char *pages = mmap(NULL, CHURN_PAGES * PAGE_SIZE,
                           PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        for (size_t i = 0; pages != MAP_FAILED && i < CHURN_PAGES; i++) {
            pages[i * PAGE_SIZE] = 1;
        }
        if (pages != MAP_FAILED) {
            munmap(pages, CHURN_PAGES * PAGE_SIZE);
        }
    }
}

static void stay_on(long cpu)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    sched_setaffinity(0, sizeof(set), &set);
}

/* On each CPU but the first, which takes the interrupts; until all ends */
void do_churn(char *args)
{
    unsigned long count = strtoul(args, NULL, 0);
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);

    for (long cpu = 1; cpu < cpus; cpu++) {
        for (unsigned long i = 0; i < count; i++) {
            pid_t child = fork();

            if (child == 0) {
                prctl(PR_SET_PDEATHSIG, SIGKILL);
                stay_on(cpu);
                churn();
            }
            if (child < 0) {
                say_errno("fork");
                return;
            }
        }
    }
    say("ok");
}

static void doze(unsigned long rounds)
{
    const struct timespec time = { .tv_nsec = DOZE_NS };

    prctl(PR_SET_TIMERSLACK, 1);
    for (unsigned long i = 0; i < rounds; i++) {
        nanosleep(&time, NULL);
    }
}

/* On each CPU one process does @what */
static void on_each_cpu(void (*what)(unsigned long rounds),
                        unsigned long rounds)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    pid_t children[cpus];
    int64_t start = now_ns();

    for (long i = 0; i < cpus; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            stay_on(i);
            what(rounds);
            _exit(0);
        }
    }
    for (long i = 0; i < cpus; i++) {
        int status;

        if (children[i] < 0 || waitpid(children[i], &status, 0) < 0 ||
            status) {
            say_errno("load");
            return;
        }
    }
    say_time(start);
}

void do_spin(char *args)
{
    on_each_cpu(spin, strtoul(args, NULL, 0));
}

void do_doze(char *args)
{
    on_each_cpu(doze, strtoul(args, NULL, 0));
}
