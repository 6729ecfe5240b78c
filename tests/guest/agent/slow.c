/*
 * Agent's commands for a file whose reads and writes take their time
 *
 * It is served by a process of the guest, by FUSE: Documentation/filesystems/
 * fuse.rst, include/uapi/linux/fuse.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fuse.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "agent.h"

#define DIRECTORY       "/slow"
#define FILE_SIZE       (16 * PAGE_SIZE)
#define FILE_NODE       2
#define REQUEST_SIZE    (FILE_SIZE + PAGE_SIZE)
#define WAIT_STEP_US    1000
#define WAIT_STEPS      5000

/* Documentation/admin-guide/mm/pagemap.rst */
#define KPF_LOCKED      (1ULL << 0)

/* Reads and writes that the server has got, and not answered yet at first */
static atomic_uint *transfers;

typedef union Answer {
    struct fuse_init_out init;
    struct fuse_entry_out entry;
    struct fuse_attr_out attr;
    struct fuse_open_out open;
    struct fuse_write_out write;
    char zeros[FILE_SIZE];
} Answer;

static struct fuse_attr attributes(uint64_t node)
{
    bool is_file = node == FILE_NODE;

    return (struct fuse_attr) {
        .ino = node,
        .nlink = 1,
        .mode = is_file ? S_IFREG | 0666 : S_IFDIR | 0777,
        .size = is_file ? FILE_SIZE : 0,
        .blksize = PAGE_SIZE,
    };
}

/*
 * Returns the answer's length, or minus an error.  To read the first page
 * fails at last, so that the kernel writes nothing to it.
 */
static int serve(const struct fuse_in_header *request, Answer *answer,
                 useconds_t delay)
{
    const struct fuse_write_in *write = (const void *)(request + 1);
    const struct fuse_read_in *read = (const void *)(request + 1);

    switch (request->opcode) {
    case FUSE_INIT:
        answer->init.major = FUSE_KERNEL_VERSION;
        answer->init.minor = 31;
        answer->init.max_write = FILE_SIZE;
        return sizeof(answer->init);
    case FUSE_LOOKUP:
        answer->entry.nodeid = FILE_NODE;
        answer->entry.attr = attributes(FILE_NODE);
        answer->entry.entry_valid = answer->entry.attr_valid = 1000;
        return sizeof(answer->entry);
    case FUSE_GETATTR:
    case FUSE_SETATTR:
        answer->attr.attr = attributes(request->nodeid);
        answer->attr.attr_valid = 1000;
        return sizeof(answer->attr);
    case FUSE_OPEN:
        return sizeof(answer->open);
    case FUSE_READ:
        if (read->offset) {
            return read->size;
        }
        atomic_fetch_add(transfers, 1);
        usleep(delay);
        return -EIO;
    case FUSE_WRITE:
        atomic_fetch_add(transfers, 1);
        usleep(delay);
        answer->write.size = write->size;
        return sizeof(answer->write);
    default:
        return -ENOSYS;
    }
}

static void run_server(int fd, useconds_t delay)
{
    static char request[REQUEST_SIZE]
        __attribute__((aligned(sizeof(uint64_t))));
    static struct {
        struct fuse_out_header header;
        Answer answer;
    } reply;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        const struct fuse_in_header *in = (const void *)request;
        int length;

        if (read(fd, request, sizeof(request)) < 0) {
            if (errno == EINTR || errno == EAGAIN || errno == ENOENT) {
                continue;
            }
            _exit(1);
        }
        if (in->opcode == FUSE_FORGET || in->opcode == FUSE_BATCH_FORGET) {
            continue;
        }
        memset(&reply, 0, sizeof(reply));
        length = serve(in, &reply.answer, delay);
        reply.header.unique = in->unique;
        reply.header.error = length < 0 ? length : 0;
        reply.header.len = sizeof(reply.header) + (length < 0 ? 0 : length);
        if (write(fd, &reply, reply.header.len) < 0 && errno != ENOENT) {
            _exit(1);
        }
    }
}

void do_slow_file(char *args)
{
    useconds_t delay = strtoul(args, NULL, 0) * 1000;
    int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    char options[100];
    pid_t server;

    transfers = mmap(NULL, sizeof(*transfers), PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    snprintf(options, sizeof(options),
             "fd=%d,rootmode=40000,user_id=0,group_id=0", fd);
    mkdir(DIRECTORY, 0755);
    if (fd < 0 || transfers == MAP_FAILED ||
        mount("slow", DIRECTORY, "fuse", 0, options)) {
        say_errno("slow-file");
        return;
    }
    server = fork();
    if (server == 0) {
        run_server(fd, delay);
    }
    close(fd);
    if (server < 0) {
        say_errno("fork");
    } else {
        say("ok");
    }
}

static char *map_file(int protection)
{
    int fd = open(DIRECTORY "/file", O_RDWR | O_CLOEXEC);
    char *map = fd < 0 ? MAP_FAILED : mmap(NULL, FILE_SIZE, protection,
                                           MAP_SHARED, fd, 0);

    if (fd >= 0) {
        close(fd);
    }
    if (map == MAP_FAILED) {
        return NULL;
    }
    madvise(map, FILE_SIZE, MADV_RANDOM);       /* this page, and no more */
    return map;
}

static bool await_transfer(unsigned before)
{
    for (unsigned i = 0; i < WAIT_STEPS; i++) {
        if (atomic_load(transfers) != before) {
            return true;
        }
        usleep(WAIT_STEP_US);
    }
    errno = ETIMEDOUT;
    return false;
}

/* A process that waits for the first page of the file */
static bool start_reader(void)
{
    unsigned before = atomic_load(transfers);
    char *map = map_file(PROT_READ);
    pid_t child;

    if (!map) {
        return false;
    }
    child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)*(volatile char *)map;
        _exit(0);
    }
    munmap(map, FILE_SIZE);
    return child > 0 && await_transfer(before);
}

/* It is locked while it is read; nothing else is for so long. */
void do_slow_read(char *args)
{
    uint64_t gpa = find_new_page(KPF_LOCKED, start_reader, 0);

    if (gpa) {
        say("ok gpa=0x%" PRIx64, gpa);
    } else {
        say_errno("slow-read");
    }
}

/* Its last page, which is under writeback, or a copy of it is */
void do_slow_write(char *args)
{
    const off_t at = FILE_SIZE - PAGE_SIZE;
    unsigned before = atomic_load(transfers);
    char *map = map_file(PROT_READ | PROT_WRITE);
    uint64_t frame = 0;
    pid_t child = -1;

    if (map) {
        map[at] = 1;
        frame = page_frame(getpid(), (uintptr_t)map + at);
        child = fork();
    }
    if (child == 0) {
        msync(map + at, PAGE_SIZE, MS_SYNC);
        _exit(0);
    }
    if (child > 0 && frame && await_transfer(before)) {
        say("ok gpa=0x%" PRIx64, frame * PAGE_SIZE);
    } else {
        say_errno("slow-write");
    }
}
