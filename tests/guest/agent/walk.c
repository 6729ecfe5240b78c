/*
 * Agent's commands to lose a page table of a process
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "agent.h"

/* Each needs a table of its own for its pages */
#define AREA_SIZE       (2UL << 20)
#define AREAS           32

/* Documentation/admin-guide/mm/pagemap.rst */
#define KPAGEFLAGS      "/proc/kpageflags"
#define KPF_PGTABLE     (1ULL << 26)

enum { MAPPED = 1, TOUCH, TOUCHED, TOUCH_AGAIN };

static pid_t walker;
static atomic_int *stage;       /* of the walker, shared with it */

/* Its memory has tables, too: they must be there before any is looked for */
uint64_t *new_page_flags(void)
{
    uint64_t *flags = malloc(PAGE_FLAGS_FRAMES * sizeof(*flags));

    return flags ? memset(flags, 1, PAGE_FLAGS_FRAMES * sizeof(*flags)) : NULL;
}

bool read_page_flags(uint64_t *flags)
{
    int fd = open(KPAGEFLAGS, O_RDONLY | O_CLOEXEC);
    size_t size = PAGE_FLAGS_FRAMES * sizeof(*flags), done = 0;
    ssize_t got;

    while ((got = pread(fd, (char *)flags + done, size - done,
                        PAGE_FLAGS_FIRST * sizeof(*flags) + done)) > 0) {
        done += got;
    }
    close(fd);
    return done == size;
}

static void await(int what)
{
    while (atomic_load(stage) != what) {
        usleep(1000);
    }
}

static void touch_areas(volatile char *areas)
{
    for (unsigned i = 0; i < AREAS; i++) {
        areas[i * AREA_SIZE] = 1;
    }
}

static void walk(void)
{
    char *areas = mmap(NULL, AREAS * AREA_SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    madvise(areas, AREAS * AREA_SIZE, MADV_NOHUGEPAGE);
    atomic_store(stage, MAPPED);
    await(TOUCH);
    touch_areas(areas);
    atomic_store(stage, TOUCHED);
    await(TOUCH_AGAIN);
    touch_areas(areas);
    _exit(0);
}

/* What the kernel runs beside us has its tables not so long */
#define SHORT_LIFE_US   500000

/* A page that became a table when this process needed some, and stayed one */
static uint64_t find_table(uint64_t *before, uint64_t *after,
                           uint64_t *later)
{
    uint64_t frame = 0;
    bool ok;

    await(MAPPED);
    ok = read_page_flags(before);
    atomic_store(stage, TOUCH);
    await(TOUCHED);
    ok = read_page_flags(after) && ok;
    usleep(SHORT_LIFE_US);
    ok = read_page_flags(later) && ok;
    for (unsigned long i = 0; ok && i < PAGE_FLAGS_FRAMES; i++) {
        if (later[i] & after[i] & ~before[i] & KPF_PGTABLE) {
            frame = PAGE_FLAGS_FIRST + i;
        }
    }
    return frame * PAGE_SIZE;
}

void do_walker(char *args)
{
    uint64_t *before = new_page_flags(), *after = new_page_flags();
    uint64_t *later = new_page_flags();
    uint64_t gpa = 0;

    stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    walker = fork();
    if (walker == 0) {
        walk();
    }
    if (before && after && later) {
        gpa = find_table(before, after, later);
    }
    free(before);
    free(after);
    free(later);
    if (gpa) {
        say("ok gpa=0x%" PRIx64, gpa);
    } else {
        say("error walker: no table is new");
    }
}

/* It may never end: the kernel can't do without the table. */
void do_walk(char *args)
{
    atomic_store(stage, TOUCH_AGAIN);
    say("ok");
}
