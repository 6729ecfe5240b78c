/*
 * Finds a page by the flags that the kernel shows of it
 *
 * Source: Documentation/admin-guide/mm/pagemap.rst.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "agent.h"

#define KPAGEFLAGS      "/proc/kpageflags"

/* 4 GiB of RAM on virt */
#define FIRST_FRAME     0x40000UL
#define FRAMES          0x100000UL
#define FLAGS_SIZE      (FRAMES * sizeof(uint64_t))

/* Its memory has page tables, too: they must be there before any is sought */
static uint64_t *new_flags(void)
{
    uint64_t *flags = malloc(FLAGS_SIZE);

    return flags ? memset(flags, 1, FLAGS_SIZE) : NULL;
}

static bool read_flags(uint64_t *flags)
{
    int fd = open(KPAGEFLAGS, O_RDONLY | O_CLOEXEC);
    size_t done = 0;
    ssize_t got;

    while ((got = pread(fd, (char *)flags + done, FLAGS_SIZE - done,
                        FIRST_FRAME * sizeof(*flags) + done)) > 0) {
        done += got;
    }
    close(fd);
    return done == FLAGS_SIZE;
}

uint64_t find_new_page(uint64_t flag, bool (*start)(void),
                       useconds_t lasting_us)
{
    uint64_t *before = new_flags(), *after = new_flags();
    uint64_t *later = new_flags(), frame = 0;

    if (before && after && later && read_flags(before) && start() &&
        read_flags(after) && !usleep(lasting_us) && read_flags(later)) {
        for (unsigned long i = 0; i < FRAMES; i++) {
            if (later[i] & after[i] & ~before[i] & flag) {
                frame = FIRST_FRAME + i;
            }
        }
    }
    free(before);
    free(after);
    free(later);
    return frame * PAGE_SIZE;
}
