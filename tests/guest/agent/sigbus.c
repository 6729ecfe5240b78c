/*
 * Agent's commands that tell when a SIGBUS comes, and what it waits for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _GNU_SOURCE
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "agent.h"

/* A buffer of its own: another may be followed, which empties it. */
#define TRACING         "/sys/kernel/tracing/instances/sigbus/"

#define NS_PER_SECOND   1000000000ULL

static sigjmp_buf after;
static volatile uint64_t signalled;

/* It counts for all levels of a machine alike. */
static uint64_t counter(void)
{
    uint64_t now;

    asm volatile("isb\n\tmrs %0, cntvct_el0\n\tisb" : "=r"(now) : : "memory");
    return now;
}

static uint64_t counter_ns(uint64_t ticks)
{
    uint64_t per_second;

    asm("mrs %0, cntfrq_el0" : "=r"(per_second));
    return (unsigned __int128)ticks * NS_PER_SECOND / per_second;
}

static void keep_time(int signal)
{
    signalled = counter();
    siglongjmp(after, 1);
}

/* How long until the signal comes; 0: the page was read */
static uint64_t touch(unsigned page)
{
    volatile uint64_t start = 0;

    signalled = 0;
    if (!sigsetjmp(after, 1)) {
        start = counter();
        (void)*(volatile char *)allocated_page(page);
    }
    return signalled ? counter_ns(signalled - start) : 0;
}

/* In this process itself: a child would have no page but by a fault. */
void do_meet(char *args)
{
    unsigned first = strtoul(args, &args, 0);
    unsigned count = strtoul(args, &args, 0);
    useconds_t pause = strtoul(args, NULL, 0);
    struct sigaction action = { .sa_handler = keep_time };

    if (first + count > allocated_pages()) {
        say("error meet: %u pages are allocated", allocated_pages());
        return;
    }
    sigaction(SIGBUS, &action, NULL);
    for (unsigned i = 0; i < count; i++) {
        usleep(pause);
        say("- nsec=%" PRIu64, touch(first + i));
    }
    action.sa_handler = SIG_DFL;
    sigaction(SIGBUS, &action, NULL);
    say("ok");
}

/* What the machine's kernel says of its vCPUs and of signals to them */
void do_sigbus_trace(char *args)
{
    static const struct {
        const char *file;
        const char *text;
    } writes[] = {
        { TRACING "tracing_on", "0" },
        { TRACING "trace", "" },
        { TRACING "buffer_size_kb", "4096" },
        { TRACING "events/signal/signal_deliver/filter", "sig == 7" },
        { TRACING "events/signal/signal_deliver/enable", "1" },
        { TRACING "events/kvm/kvm_exit/enable", "1" },
        { TRACING "events/kvm/kvm_entry/enable", "1" },
        { TRACING "tracing_on", "1" },
    };

    mkdir(TRACING, 0755);
    for (unsigned i = 0; i < sizeof(writes) / sizeof(writes[0]); i++) {
        if (!write_file(writes[i].file, writes[i].text)) {
            say_errno(writes[i].file);
            return;
        }
    }
    say("ok");
}

/* "task-pid [cpu] flags SECONDS.MICROSECONDS: EVENT: ..." */
static const char *parse_event(char *line, uint64_t *usec)
{
    uint64_t sec, part;
    char *time;

    for (char *at = strstr(line, ": "); at; at = strstr(at + 1, ": ")) {
        *at = 0;
        time = strrchr(line, ' ');
        *at = ':';
        if (time && sscanf(time, " %" SCNu64 ".%" SCNu64 ":", &sec, &part)
            == 2) {
            *usec = sec * 1000000 + part;
            return at + 2;
        }
    }
    return NULL;
}

static bool is_event(const char *event, const char *name)
{
    return strncmp(event, name, strlen(name)) == 0;
}

/*
 * For each signal since then: when the vCPU had left the guest, when it got
 * the signal, when it went back. There must be no other vCPU.
 */
void do_sigbus_times(char *args)
{
    uint64_t now, left = 0, got = 0;
    char line[LINE_SIZE];
    const char *event;
    FILE *file;

    write_file(TRACING "tracing_on", "0");
    file = fopen(TRACING "trace", "r");
    while (file && fgets(line, sizeof(line), file)) {
        event = parse_event(line, &now);
        if (event && is_event(event, "kvm_exit:")) {
            left = now;
        } else if (event && is_event(event, "signal_deliver:")) {
            got = now;
        } else if (event && is_event(event, "kvm_entry:") && got) {
            say("- left=%" PRIu64 " got=%" PRIu64 " back=%" PRIu64, left, got,
                now);
            got = 0;
        }
    }
    if (file) {
        fclose(file);
        say("ok");
    } else {
        say_errno(TRACING "trace");
    }
}
