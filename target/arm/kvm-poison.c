/*
 * Loses pages of the host, so that a KVM guest runs into them
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
#include "hw/acpi/ghes-queue.h"
#include "hw/acpi/ghes-ram.h"
#include "kvm-poison.h"
#include "kvm-ras.h"
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

static bool poison_page(void *host, Error **errp)
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

/* The host's page that @host is in: its size, and how far in it @host is */
static uint64_t host_page(void *host, uint64_t *offset)
{
    ram_addr_t in_block;
    RAMBlock *block = qemu_ram_block_from_host(host, false, &in_block);
    uint64_t size = MAX(qemu_ram_pagesize(block), GHES_PAGE_SIZE);

    *offset = in_block % size;
    return size;
}

/* Host page by host page; what is lost is told from the first to the last. */
static bool poison_range(void *opaque, const GhesRange *range, GhesRange *lost,
                         Error **errp)
{
    hwaddr gpa = range->address, start = gpa, end = gpa;

    while (gpa - range->address < range->length) {
        uint8_t *host = ghes_page_host(gpa);
        uint64_t offset, size;

        if (!host) {
            error_setg(errp, "0x%" HWADDR_PRIx " is in no page of RAM", gpa);
            return false;
        }
        size = host_page(host, &offset);
        if (!poison_page(host - offset, errp)) {
            error_prepend(errp, "0x%" HWADDR_PRIx ": ", gpa);
            return false;
        }
        start = MIN(start, gpa - offset);
        end = gpa = gpa - offset + size;
    }
    lost->address = start;
    lost->length = end - start;
    return true;
}

/* A page of the host that the guest has lost, and all of its bytes */
typedef struct HostPage {
    RAMBlock *block;
    ram_addr_t offset;      /* in @block */
    ram_addr_t ram_addr;
    hwaddr gpa;
    uint64_t size;
} HostPage;

static bool find_host_page(HostPage *page, hwaddr gpa)
{
    uint8_t *host = ghes_page_host(gpa);
    uint64_t offset;

    if (host) {
        page->size = host_page(host, &offset);
        page->gpa = gpa - offset;
        page->ram_addr = qemu_ram_addr_from_host(host - offset);
        page->block = qemu_ram_block_from_host(host - offset, false,
                                               &page->offset);
    }
    return host;
}

static bool check_lost(const GhesRange *range, Error **errp)
{
    hwaddr gpa = range->address;
    HostPage page;

    while (gpa - range->address < range->length) {
        if (!find_host_page(&page, gpa) ||
            !kvm_hwpoison_page_find(page.ram_addr, page.size, false)) {
            error_setg(errp, "0x%" HWADDR_PRIx ": the page is not lost", gpa);
            return false;
        }
        gpa = page.gpa + page.size;
    }
    return true;
}

/* The host gives QEMU another page when that is touched next */
static bool unpoison_range(void *opaque, const GhesRange *range,
                           GhesRange *replaced, Error **errp)
{
    hwaddr gpa = range->address, start = gpa, end = gpa;
    HostPage page;

    if (!check_lost(range, errp)) {
        return false;
    }
    while (gpa - range->address < range->length &&
           find_host_page(&page, gpa)) {
        if (ram_block_discard_range(page.block, page.offset, page.size)) {
            error_setg(errp, "0x%" HWADDR_PRIx ": the host can't replace the "
                       "page", gpa);
            return false;
        }
        kvm_hwpoison_page_find(page.ram_addr, page.size, true);
        kvm_arm_forget_lost(page.gpa, page.size);
        start = MIN(start, page.gpa);
        end = gpa = page.gpa + page.size;
    }
    replaced->address = start;
    replaced->length = end - start;
    return true;
}

const GhesPoisonOps kvm_arm_poison_ops = {
    .poison = poison_range,
    .unpoison = unpoison_range,
};
