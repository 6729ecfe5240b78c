/*
 * Poisons pages of the host, so that a KVM guest consumes them
 *
 * Source: madvise(2), MADV_HWPOISON.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <signal.h>
#include <sys/mman.h>
#include "qapi/error.h"
#include "qemu/madvise.h"
#include "qemu/thread.h"
#include "system/hwpoison.h"
#include "system/kvm_int.h"

typedef struct Poisoning {
    void *host;
    size_t size;
    int error;
} Poisoning;

/* This thread is the one that poisons. */
static __thread bool poisoning;

/* What SIGBUS does otherwise */
static struct sigaction previous;

static void sigbus(int number, siginfo_t *info, void *context)
{
    if (!poisoning) {
        previous.sa_sigaction(number, info, context);
    }
}

static void *poison_in_thread(void *opaque)
{
    Poisoning *p = opaque;
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGBUS);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    poisoning = true;
    p->error = madvise(p->host, p->size, MADV_HWPOISON) ? errno : 0;
    return NULL;
}

/*
 * From Linux 6.11 on the caller gets a SIGBUS as if it had accessed the page,
 * and where that is blocked, as in the main thread, it ends the process.  A
 * thread that doesn't block it takes it, and nothing comes of it.  A vCPU may
 * take one of its own as soon as the handler is there, and so what it is to do
 * then is known before.
 *
 * Returns: an error number, 0 for success.
 */
static int poison_page(void *host, size_t size)
{
    struct sigaction action = { .sa_sigaction = sigbus,
                                .sa_flags = SA_SIGINFO };
    Poisoning p = { .host = host, .size = size };
    QemuThread thread;

    sigaction(SIGBUS, NULL, &previous);
    sigaction(SIGBUS, &action, NULL);
    qemu_thread_create(&thread, "poison", poison_in_thread, &p,
                       QEMU_THREAD_JOINABLE);
    qemu_thread_join(&thread);
    sigaction(SIGBUS, &previous, NULL);
    return p.error;
}

static void explain(int error, Error **errp)
{
    switch (error) {
    case EPERM:
        error_setg(errp, "the host lets only a process with CAP_SYS_ADMIN "
                   "poison memory: run QEMU as root");
        break;
    case EINVAL:
        error_setg(errp, "the host's kernel can't poison memory: it must be "
                   "built with CONFIG_MEMORY_FAILURE");
        break;
    case EHWPOISON:
        error_setg(errp, "the page is poisoned already");
        break;
    default:
        error_setg_errno(errp, error, "the host can't poison the page");
    }
}

/* Called for one page of the host, which may be a huge one */
static bool poison(RAMBlock *block, ram_addr_t offset, uint64_t length,
                   Error **errp)
{
    size_t size = qemu_real_host_page_size();
    void *host = block->host + offset;
    int error;

    /* A page that was never written is one that all others share */
    if (qemu_madvise(host, size, QEMU_MADV_POPULATE_WRITE) < 0 &&
        errno == EHWPOISON) {
        explain(EHWPOISON, errp);
        return false;
    }
    error = poison_page(host, size);
    if (error) {
        explain(error, errp);
        return false;
    }
    return true;
}

/* The host gives QEMU another page when that is accessed next */
static bool heal(RAMBlock *block, ram_addr_t offset, uint64_t length,
                 Error **errp)
{
    if (ram_block_discard_range(block, offset, length)) {
        error_setg(errp, "the host can't replace the page");
        return false;
    }
    return true;
}

const HwpoisonOps kvm_hwpoison_ops = {
    .host_pages = true,
    .poison = poison,
    .heal = heal,
};
