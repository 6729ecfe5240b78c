/*
 * KVM: a virtual machine on an Arm machine whose memory can be poisoned
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_KVM_H
#define RAS_GUEST_KVM_H

#include "guest.h"

#define KVM_VM_CPUS         4

/* The virt machine's RAM begins here. */
#define KVM_VM_RAM          G_GUINT64_CONSTANT(0x40000000)
#define KVM_VM_RAM_SIZE     (G_GUINT64_CONSTANT(1) << 30)
#define KVM_VM_HUGE_PAGES   512

typedef struct KvmConfig {
    GuestConfig guest;      /* QEMU for the Arm machine, images, logs, kernel */
    const char *qemu;       /* to test: for an Arm machine, with KVM */
    const char *stock;      /* its twin without the series, or NULL */
    guint cpus;             /* of the machine, and of the VM */
} KvmConfig;

/*
 * An Arm machine with KVM. On an Arm machine with /dev/kvm it is this one;
 * elsewhere it is a guest with EL2, under TCG, that runs the same agent.
 */
typedef struct KvmHost {
    Guest *machine;         /* its agent runs QEMU, and poisons its pages */
    guint cpus;             /* of a VM */
    bool nested;
    char *sockets;          /* a directory for those that lead to the VM */
    /* Files of that machine; the last is for what QEMU says */
    char *qemu, *stock, *kernel, *uefi, *initramfs, *log;
    const char *agent_device;
    bool huge_pages;        /* enough of them for a VM */
} KvmHost;

/* How a VM is started */
typedef struct KvmStart {
    bool stock;
    bool late;              /* QEMU learns of an error when a vCPU meets it */
    bool huge;              /* its RAM is huge pages, which are lost whole */
    bool paused;            /* not a single instruction has run */
    bool einj;              /* the VM can inject errors by EINJ */
    bool quiet;             /* QEMU doesn't trace what it does */
} KvmStart;

typedef struct KvmVm {
    KvmHost *host;
    KvmStart start;
    Guest *guest;           /* has no process here */
    guint64 ram;            /* where guest RAM is in QEMU */
    guint pid;              /* QEMU's, on its host */
    bool booted;
} KvmVm;

/* kvm_host_start: @config must outlive the machine. */
KvmHost *kvm_host_start(const KvmConfig *config, GError **error);

/* kvm_host_boot: wait until it can run a VM. */
bool kvm_host_boot(KvmHost *host, GError **error);
void kvm_host_free(KvmHost *host);

/* Where a nested machine has what kvm_payload_write() gave it */
#define KVM_PAYLOAD_QEMU        "/qemu"
#define KVM_PAYLOAD_STOCK       "/stock"
#define KVM_PAYLOAD_KERNEL      "/vmlinuz"
#define KVM_PAYLOAD_UEFI        "/QEMU_EFI.fd"
#define KVM_PAYLOAD_INITRAMFS   "/initramfs.cpio"
#define KVM_PAYLOAD_POISONER    "/hwpoison-inject.ko.xz"

/* kvm_payload_write: an initrd with the agent, and what else it needs there */
bool kvm_payload_write(const char *path, const KvmConfig *config,
                       GError **error);

/* kvm_vm_initrd: what a VM gets: the agent, and the kernel's einj module */
char *kvm_vm_initrd(const KvmConfig *config, GError **error);

/**
 * kvm_vm_start: run QEMU until its monitor answers
 * @directory: for logs
 */
KvmVm *kvm_vm_start(KvmHost *host, const KvmStart *start,
                    const char *directory, GError **error);

/* Ends QEMU; leaves what it said in the VM's directory, as qemu.log. */
void kvm_vm_free(KvmVm *vm);

/* kvm_vm_boot: let it run and wait for the agent. */
bool kvm_vm_boot(KvmVm *vm, GError **error);

/* kvm_vm_save_log: what QEMU said until now goes to qemu.log */
void kvm_vm_save_log(KvmVm *vm);

/* kvm_vm_poison_host: lose the page that QEMU has at @address. */
bool kvm_vm_poison_host(KvmVm *vm, guint64 address, GError **error);

/* kvm_vm_poison: lose @count pages of guest RAM. */
bool kvm_vm_poison(KvmVm *vm, const guint64 *gpas, guint count,
                   GError **error);

/* kvm_vm_expect_poison: poison-memory of one page loses just this. */
bool kvm_vm_expect_poison(KvmVm *vm, guint64 gpa, guint64 lost_gpa,
                          guint64 lost_size, GError **error);

bool kvm_vm_expect_running(KvmVm *vm, GError **error);

/* kvm_vm_expect_log: wait until QEMU has said something with @text. */
bool kvm_vm_expect_log(KvmVm *vm, const char *text, GError **error);

/* kvm_vm_expect_end: wait for "exit=N" or "signal=N". */
bool kvm_vm_expect_end(KvmVm *vm, const char *how, GError **error);

/* What became of a process of the VM that touched a page */
typedef struct KvmFate {
    int signal;             /* 0: it read the page */
    int code;
    long offset;            /* of the signal's address in the page */
    int lsb;
} KvmFate;

/* kvm_alloc: @count pages for the VM's agent, and where they are */
bool kvm_alloc(KvmVm *vm, guint count, guint64 *gpas, GError **error);
bool kvm_alloc_huge(KvmVm *vm, guint64 *gpa, GError **error);
bool kvm_free(KvmVm *vm, GError **error);

/**
 * kvm_touch: @count processes touch a page each, all at one moment
 * @how: "one-page": all touch page @first; else ""
 */
bool kvm_touch(KvmVm *vm, guint first, guint count, const char *how,
               KvmFate *fates, GError **error);

/* kvm_release: end what "gather" has started. */
bool kvm_release(KvmVm *vm, guint count, KvmFate *fates, GError **error);

/* kvm_expect_fate: SIGBUS with @code at the page, or with 0 none */
bool kvm_expect_fate(const KvmFate *fate, int code, GError **error);

/* kvm_expect_taken: the VM's kernel took @gpa out of use, and once. */
bool kvm_expect_taken(KvmVm *vm, guint64 gpa, GError **error);

/* kvm_expect_idle: wait until each record has been acknowledged. */
bool kvm_expect_idle(KvmVm *vm, GError **error);

/* kvm_fail: sets @error, returns false */
bool kvm_fail(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* kvm_expect_failures: so many events MEMORY_FAILURE have come, since last. */
bool kvm_expect_failures(KvmVm *vm, guint required, guint optional,
                         GError **error);

/* kvm_take_failures: the events MEMORY_FAILURE since last, or NULL */
GPtrArray *kvm_take_failures(KvmVm *vm, GError **error);

void kvm_forget_failures(KvmVm *vm);

/* kvm_tell: a command without arguments and answer, "stop" say */
bool kvm_tell(KvmVm *vm, const char *command, GError **error);

/* One of query-ghes's counters */
bool kvm_counter(KvmVm *vm, int source, const char *name, gint64 *value,
                 GError **error);

/**
 * kvm_check: run the cases, tell in TAP
 * @patterns: globs of test names as kvm_check_list() prints them; empty: all
 *
 * Returns the number of tests that failed; 1 if no test fits.
 */
guint kvm_check(const KvmConfig *config, const char *const *patterns);
void kvm_check_list(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KvmHost, kvm_host_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KvmVm, kvm_vm_free)

#endif
