/*
 * Agent's command that touches memory in each way that a CPU has
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "agent.h"

static uint64_t load(char *page)
{
    return *(volatile uint64_t *)page;
}

static uint64_t store(char *page)
{
    *(volatile uint64_t *)page = 1;
    return 0;
}

static uint64_t load_pair(char *page)
{
    uint64_t a, b;

    asm volatile("ldp %0, %1, [%2]" : "=r"(a), "=r"(b) : "r"(page));
    return a | b;
}

static uint64_t atomic(char *page)
{
    uint64_t old;

    asm volatile(".arch_extension lse\n"
                 "ldadd %1, %0, [%2]"
                 : "=r"(old) : "r"(1UL), "r"(page) : "memory");
    return old;
}

static uint64_t exclusive(char *page)
{
    uint64_t old;
    uint32_t failed;

    asm volatile("1: ldxr %0, [%2]\n"
                 "stxr %w1, %0, [%2]\n"
                 "cbnz %w1, 1b"
                 : "=&r"(old), "=&r"(failed) : "r"(page) : "memory");
    return old;
}

static uint64_t vector(char *page)
{
    asm volatile("ld1 {v0.16b-v3.16b}, [%0]"
                 : : "r"(page) : "v0", "v1", "v2", "v3");
    return 0;
}

static uint64_t vector_store(char *page)
{
    asm volatile("st1 {v0.16b-v3.16b}, [%0]" : : "r"(page) : "memory");
    return 0;
}

static uint64_t scalable_vector(char *page)
{
    asm volatile(".arch_extension sve\n"
                 "ptrue p0.b\n"
                 "ld1b {z0.b}, p0/z, [%0]"
                 : : "r"(page) : "v0");
    return 0;
}

/* The last half of it is in the page */
static uint64_t edge(char *page)
{
    return *(volatile uint64_t *)(page - 4);
}

static uint64_t edge_store(char *page)
{
    *(volatile uint64_t *)(page - 4) = 1;
    return 0;
}

static uint64_t edge_vector(char *page)
{
    asm volatile("ldr q0, [%0]" : : "r"(page - 12) : "v0");
    return 0;
}

static uint64_t zero(char *page)
{
    asm volatile("dc zva, %0" : : "r"(page) : "memory");
    return 0;
}

static uint64_t execute(char *page)
{
    mprotect(page, PAGE_SIZE, PROT_READ | PROT_EXEC);
    ((void (*)(void))page)();
    return 0;
}

static const struct {
    const char *name;
    uint64_t (*access)(char *page);
} accesses[] = {
    { "load", load },
    { "store", store },
    { "load-pair", load_pair },
    { "atomic", atomic },
    { "exclusive", exclusive },
    { "vector", vector },
    { "vector-store", vector_store },
    { "scalable-vector", scalable_vector },
    { "edge", edge },
    { "edge-store", edge_store },
    { "edge-vector", edge_vector },
    { "zero", zero },
    { "execute", execute },
};

static sigjmp_buf after;
static siginfo_t got;

static void keep_signal(int signal, siginfo_t *info, void *context)
{
    got = *info;
    siglongjmp(after, signal);
}

/*
 * In this process itself: in a child's memory a store would make the kernel
 * copy the page.
 */
static void say_access(uint64_t (*access)(char *page), char *page)
{
    static const int signals[] = { SIGBUS, SIGSEGV, SIGILL };
    struct sigaction action = {
        .sa_sigaction = keep_signal, .sa_flags = SA_SIGINFO,
    };
    int signal;

    for (unsigned i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        sigaction(signals[i], &action, NULL);
    }
    signal = sigsetjmp(after, 1);
    if (!signal) {
        uint64_t value = access(page);

        say("ok signal=0 value=0x%lx", value);
    } else {
        say("ok signal=%d code=%d offset=%ld lsb=%d", signal, got.si_code,
            (long)((char *)got.si_addr - page), got.si_addr_lsb);
    }
    action.sa_handler = SIG_DFL;
    for (unsigned i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        sigaction(signals[i], &action, NULL);
    }
}

void do_access(char *args)
{
    unsigned page = strtoul(args, &args, 0);

    args += strspn(args, " ");
    if (page >= allocated_pages()) {
        say("error access: %u pages are allocated", allocated_pages());
        return;
    }
    for (unsigned i = 0; i < sizeof(accesses) / sizeof(accesses[0]); i++) {
        if (strcmp(args, accesses[i].name) == 0) {
            say_access(accesses[i].access, allocated_page(page));
            return;
        }
    }
    say("error access: '%s' is no way", args);
}
