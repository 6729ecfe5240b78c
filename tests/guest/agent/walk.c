/*
 * Agent's commands for a poisoned page table of a process
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _GNU_SOURCE
#include <inttypes.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>
#include "agent.h"

/* Each needs a table of its own for its pages */
#define AREA_SIZE       (2UL << 20)
#define AREAS           32

/* Documentation/admin-guide/mm/pagemap.rst */
#define KPF_PGTABLE     (1ULL << 26)

enum { MAPPED = 1, TOUCH, TOUCHED, TOUCH_AGAIN };

static pid_t walker;
static atomic_int *stage;       /* of the walker, shared with it */

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

static bool start_walk(void)
{
    atomic_store(stage, TOUCH);
    await(TOUCHED);
    return true;
}

/* A page that became a table when this process needed some, and stayed one */
void do_walker(char *args)
{
    uint64_t gpa;

    stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    walker = fork();
    if (walker == 0) {
        walk();
    }
    await(MAPPED);
    gpa = find_new_page(KPF_PGTABLE, start_walk, SHORT_LIFE_US);
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
