/*
 * Loses a page of the host, so that a KVM guest runs into it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <signal.h>
#include <sys/mman.h>
#include "qapi/error.h"
#include "qemu/madvise.h"
#include "qemu/thread.h"
#include "exec/cpu-common.h"
#include "kvm-poison.h"
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

static void *poison(void *opaque)
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
 * From Linux 6.11 on the caller gets a SIGBUS as if it had touched the page,
 * and where that is blocked, as in the main thread, it ends the process.  A
 * thread that doesn't block it takes it, and nothing comes of it.
 *
 * Returns: an error number, 0 for success.
 */
static int poison_in_other_thread(void *host, size_t size)
{
    struct sigaction action = { .sa_sigaction = sigbus,
                                .sa_flags = SA_SIGINFO };
    Poisoning p = { .host = host, .size = size };
    QemuThread thread;

    sigaction(SIGBUS, &action, &previous);
    qemu_thread_create(&thread, "poison", poison, &p, QEMU_THREAD_JOINABLE);
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
        error_setg(errp, "the page is lost already");
        break;
    default:
        error_setg_errno(errp, error, "the host can't poison the page");
    }
}

bool kvm_arm_poison_page(void *host, Error **errp)
{
    size_t size = qemu_real_host_page_size();
    int error;

    /* A page that was never written is one that all others share */
    if (qemu_madvise(host, size, QEMU_MADV_POPULATE_WRITE) < 0 &&
        errno == EHWPOISON) {
        explain(EHWPOISON, errp);
        return false;
    }
    error = poison_in_other_thread(host, size);
    if (error) {
        explain(error, errp);
        return false;
    }
    kvm_hwpoison_page_add(qemu_ram_addr_from_host(host));
    return true;
}
