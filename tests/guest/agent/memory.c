/*
 * Agent's commands on memory: pages to lose and what became of them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "agent.h"

#define HUGE_SIZE       (2 << 20)
#define SPLIT_HUGE_PAGES "/sys/kernel/debug/split_huge_pages"

/* Documentation/admin-guide/mm/pagemap.rst */
#define PAGEMAP_PRESENT (1ULL << 63)
#define PAGEMAP_PFN     ((1ULL << 55) - 1)

static char *pages;         /* what "alloc" mapped */
static unsigned page_count;

uint64_t page_frame(pid_t pid, uintptr_t address)
{
    off_t at = address / sysconf(_SC_PAGESIZE) * sizeof(uint64_t);
    uint64_t entry = 0;
    char path[64];
    int fd;

    snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || pread(fd, &entry, sizeof(entry), at) != sizeof(entry) ||
        !(entry & PAGEMAP_PRESENT)) {
        entry = 0;
    }
    close(fd);
    return entry & PAGEMAP_PFN;
}

static uint64_t page_gpa(const char *page)
{
    return page_frame(getpid(), (uintptr_t)page) * PAGE_SIZE;
}

char *allocated_page(unsigned page)
{
    return pages + page * PAGE_SIZE;
}

unsigned allocated_pages(void)
{
    return page_count;
}

void do_free(char *args)
{
    if (pages && munmap(pages, page_count * PAGE_SIZE)) {
        say_errno("munmap");
        return;
    }
    pages = NULL;
    say("ok freed=%u", page_count);
    page_count = 0;
}

void do_alloc(char *args)
{
    unsigned count = strtoul(args, NULL, 0);
    void *map;

    if (!count || pages) {
        say("error alloc: %s", pages ? "free first" : "how many pages?");
        return;
    }
    map = mmap(NULL, count * PAGE_SIZE, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) {
        say_errno("mmap");
        return;
    }
    /* Each page alone: a poisoned huge page would be lost as a whole. */
    madvise(map, count * PAGE_SIZE, MADV_NOHUGEPAGE);
    if (mlock(map, count * PAGE_SIZE)) {
        say_errno("mlock");
        munmap(map, count * PAGE_SIZE);
        return;
    }
    pages = map;
    page_count = count;
    memset(pages, 0x5a, count * PAGE_SIZE);
    for (unsigned i = 0; i < count; i++) {
        say("- page=%u gpa=0x%" PRIx64, i, page_gpa(pages + i * PAGE_SIZE));
    }
    say("ok pages=%u", count);
}

/*
 * Linux splits a huge page of which it is to lose a part, and up to 6.17 looks
 * for zeros then in the others, which here are lost as well.
 */
static bool split_huge_page(void)
{
    char text[64];

    snprintf(text, sizeof(text), "%d,0x%" PRIxPTR ",0x%" PRIxPTR, getpid(),
             (uintptr_t)pages, (uintptr_t)pages + HUGE_SIZE);
    return write_file(SPLIT_HUGE_PAGES, text);
}

/* A whole page of 2 MiB, so that nothing else is lost with it */
void do_alloc_huge(char *args)
{
    char *map, *end;

    if (pages) {
        say("error alloc-huge: free first");
        return;
    }
    map = mmap(NULL, 2 * HUGE_SIZE, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) {
        say_errno("mmap");
        return;
    }
    end = map + 2 * HUGE_SIZE;
    pages = map + (-(uintptr_t)map & (HUGE_SIZE - 1));
    page_count = HUGE_SIZE / PAGE_SIZE;
    munmap(map, pages - map);
    munmap(pages + HUGE_SIZE, end - pages - HUGE_SIZE);
    madvise(pages, HUGE_SIZE, MADV_HUGEPAGE);
    memset(pages, 0x5a, HUGE_SIZE);
    if (page_gpa(pages) % HUGE_SIZE ||
        page_gpa(pages + HUGE_SIZE - PAGE_SIZE) !=
        page_gpa(pages) + HUGE_SIZE - PAGE_SIZE) {
        say("error alloc-huge: the kernel gave none");
        return;
    }
    if (!split_huge_page()) {
        say_errno(SPLIT_HUGE_PAGES);
        return;
    }
    say("- page=0 gpa=0x%" PRIx64, page_gpa(pages));
    say("ok pages=%u", page_count);
}

static void report_signal(int signal, siginfo_t *info, void *context)
{
    say("ok signal=%d code=%d address=0x%" PRIxPTR " lsb=%d", signal,
        info->si_code, (uintptr_t)info->si_addr, info->si_addr_lsb);
    _exit(0);
}

/* Reads one page in a child, which answers with the signal it got, if any. */
void do_touch(char *args)
{
    struct sigaction action = {
        .sa_sigaction = report_signal, .sa_flags = SA_SIGINFO,
    };
    unsigned page = strtoul(args, NULL, 0);
    int status = 0;
    pid_t child;

    if (page >= page_count) {
        say("error touch: %u pages are allocated", page_count);
        return;
    }
    child = fork();
    if (child == 0) {
        sigaction(SIGBUS, &action, NULL);
        sigaction(SIGSEGV, &action, NULL);
        (void)*(volatile char *)(pages + page * PAGE_SIZE);
        say("ok signal=0");
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        say_errno("touch");
    } else if (WIFSIGNALED(status)) {
        say("ok signal=%d code=0", WTERMSIG(status));
    }
}

bool hwcorrupted_kb(unsigned long *kb)
{
    FILE *file = fopen("/proc/meminfo", "r");
    char line[128];
    bool found = false;

    while (file && !found && fgets(line, sizeof(line), file)) {
        found = sscanf(line, "HardwareCorrupted: %lu kB", kb) == 1;
    }
    if (file) {
        fclose(file);
    }
    return found;
}

void do_hwcorrupted(char *args)
{
    unsigned long kb;

    if (hwcorrupted_kb(&kb)) {
        say("ok kb=%lu", kb);
    } else {
        say("error /proc/meminfo has no HardwareCorrupted");
    }
}
