/*
 * The Arm machine with KVM: this one, or a guest under TCG
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include "kvm.h"

#define NESTED_RAM      "5G"

/* Large, so it is removed once it has been used. */
static char *initrd_path(const char *directory)
{
    return g_build_filename(directory, "initrd.cpio", NULL);
}

/* A machine to nest in: EL2, and three serial ports that lead to its VM */
static GStrv nested_arguments(const KvmHost *host, const KvmConfig *config,
                              const char *initrd, const char *console)
{
    g_autoptr(GStrvBuilder) more = g_strv_builder_new();
    g_autofree char *cpus = g_strdup_printf("%u", config->cpus);
    g_autofree char *file = g_strdup_printf("file,id=vm-console,path=%s",
                                            console);
    static const char *const ports[] = { "agent", "qmp" };

    g_strv_builder_add_many(more, "-machine", "virtualization=on", "-smp", cpus,
                            "-m", NESTED_RAM, "-initrd", initrd, NULL);
    for (int i = 0; i < G_N_ELEMENTS(ports); i++) {
        g_autofree char *socket = g_strdup_printf(
            "socket,id=vm-%s,path=%s/%s,server=on,wait=off", ports[i],
            host->sockets, ports[i]);
        g_autofree char *port = g_strdup_printf("pci-serial,chardev=vm-%s",
                                                ports[i]);

        g_strv_builder_add_many(more, "-chardev", socket, "-device", port,
                                NULL);
    }
    g_strv_builder_add_many(more, "-chardev", file,
                            "-device", "pci-serial,chardev=vm-console", NULL);
    if (config->guest.more) {
        g_strv_builder_addv(more, (const char **)config->guest.more);
    }
    return g_strv_builder_end(more);
}

static bool start_nested(KvmHost *host, const KvmConfig *config,
                         GError **error)
{
    g_autofree char *directory = g_build_filename(config->guest.directory,
                                                  "host", NULL);
    g_autofree char *initrd = initrd_path(directory);
    g_autofree char *console = g_build_filename(directory, "vm-console.log",
                                                NULL);
    g_auto(GStrv) more = nested_arguments(host, config, initrd, console);
    GuestConfig machine = config->guest;

    machine.kernel = &kernels[0];
    machine.directory = directory;
    machine.more = (const char *const *)more;
    g_mkdir_with_parents(directory, 0777);
    if (!kvm_payload_write(initrd, config, error)) {
        return false;
    }
    host->machine = guest_start(&machine, error);
    host->qemu = g_strdup(KVM_PAYLOAD_QEMU);
    host->stock = g_strdup(config->stock ? KVM_PAYLOAD_STOCK : NULL);
    host->kernel = g_strdup(KVM_PAYLOAD_KERNEL);
    host->uefi = g_strdup(KVM_PAYLOAD_UEFI);
    host->initramfs = g_strdup(KVM_PAYLOAD_INITRAMFS);
    host->log = g_strdup("/qemu.log");
    host->huge_pages = true;
    return host->machine;
}

static bool boot_nested(KvmHost *host, GError **error)
{
    g_autofree char *initrd = initrd_path(host->machine->directory);
    g_autofree char *module = NULL, *pages = NULL;

    if (!guest_boot(host->machine, error)) {
        return false;
    }
    remove(initrd);
    module = guest_ask(host->machine, NULL, error, "insmod %s",
                       KVM_PAYLOAD_POISONER);
    pages = guest_ask(host->machine, NULL, NULL, "write %s %u",
                      "/proc/sys/vm/nr_hugepages", KVM_VM_HUGE_PAGES + 8);
    return module && pages;
}

/* The agent does here what it does in a nested machine. */
static Guest *start_agent(const char *directory, GError **error)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *here = g_path_get_dirname(self ?: ".");
    g_autofree char *agent = g_build_filename(here, "ras-agent", NULL);
    g_autofree char *log = g_build_filename(directory, "agent.log", NULL);
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE);
    Guest *machine = guest_new(directory);
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) {
        g_error("socketpair: %m");
    }
    machine->agent = channel_new(pair[0], log);
    g_subprocess_launcher_take_stdin_fd(launcher, pair[1]);
    machine->process = g_subprocess_launcher_spawn(launcher, error, agent,
                                                   NULL);
    return machine;
}

/* Free pages of 2 MiB */
static bool has_huge_pages(void)
{
    g_autofree char *text = NULL;

    return g_file_get_contents("/sys/kernel/mm/hugepages/hugepages-2048kB/"
                               "free_hugepages", &text, NULL, NULL) &&
           g_ascii_strtoull(text, NULL, 10) >= KVM_VM_HUGE_PAGES;
}

static bool start_native(KvmHost *host, const KvmConfig *config,
                         GError **error)
{
    const char *images = config->guest.images;
    g_autofree char *directory = g_build_filename(config->guest.directory,
                                                  "host", NULL);

    g_mkdir_with_parents(directory, 0777);
    host->machine = start_agent(directory, error);
    host->qemu = g_strdup(config->qemu);
    host->stock = g_strdup(config->stock);
    host->kernel = g_build_filename(images, config->guest.kernel->name,
                                    "vmlinuz", NULL);
    host->uefi = g_build_filename(images, "QEMU_EFI.fd", NULL);
    host->initramfs = kvm_vm_initrd(config, error);
    host->log = g_build_filename(directory, "qemu.log", NULL);
    host->huge_pages = has_huge_pages();
    return host->initramfs && host->machine->process;
}

static bool can_run_natively(void)
{
#ifdef __aarch64__
    return !access("/dev/kvm", R_OK | W_OK) &&
           !access("/sys/kernel/debug/hwpoison/corrupt-pfn", W_OK);
#else
    return false;
#endif
}

KvmHost *kvm_host_start(const KvmConfig *config, GError **error)
{
    g_autoptr(KvmHost) host = g_new0(KvmHost, 1);

    host->sockets = g_dir_make_tmp("ras-XXXXXX", error);
    if (!host->sockets) {
        return NULL;
    }
    host->nested = !can_run_natively();
    host->cpus = config->cpus;
    /* 6.1 has no driver for the better one but as a module. */
    host->agent_device = g_str_equal(config->guest.kernel->name, "6.1") ?
        "pci-serial,chardev=agent" : "virtserialport,chardev=agent";
    if (!(host->nested ? start_nested : start_native)(host, config, error)) {
        g_prefix_error(error, "the machine to nest in: ");
        return NULL;
    }
    return g_steal_pointer(&host);
}

bool kvm_host_boot(KvmHost *host, GError **error)
{
    if (host->nested && !boot_nested(host, error)) {
        g_prefix_error(error, "the machine to nest in: ");
        return false;
    }
    return true;
}

void kvm_host_free(KvmHost *host)
{
    g_clear_pointer(&host->machine, guest_free);
    if (host->sockets) {
        g_autofree char *agent = g_build_filename(host->sockets, "agent", NULL);
        g_autofree char *qmp = g_build_filename(host->sockets, "qmp", NULL);

        remove(agent);
        remove(qmp);
        remove(host->sockets);
    }
    g_free(host->sockets);
    g_free(host->qemu);
    g_free(host->stock);
    g_free(host->kernel);
    g_free(host->uefi);
    g_free(host->initramfs);
    g_free(host->log);
    g_free(host);
}
