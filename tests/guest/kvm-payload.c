/*
 * Writes the initrd of a host under TCG: what it needs to run QEMU
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "initrd.h"
#include "kvm.h"

char *kvm_vm_initrd(const KvmConfig *config, GError **error)
{
    const GuestConfig *guest = &config->guest;
    g_autofree char *path = g_build_filename(guest->directory, "vm.cpio",
                                             NULL);
    const char *const einj[] = { "einj", NULL };

    g_mkdir_with_parents(guest->directory, 0777);
    return initrd_write_modules(path, guest->images, guest->kernel, einj,
                                error) ? g_steal_pointer(&path) : NULL;
}

bool kvm_payload_write(const char *path, const KvmConfig *config,
                       GError **error)
{
    const char *images = config->guest.images;
    g_autofree char *initramfs = kvm_vm_initrd(config, error);
    g_autofree char *uefi = g_build_filename(images, "QEMU_EFI.fd", NULL);
    g_autofree char *kernel = g_build_filename(
        images, config->guest.kernel->name, "vmlinuz", NULL);
    /* The module that goes with the machine's own kernel */
    g_autofree char *poisoner = initrd_find_module(images, &kernels[0],
                                                   "hwpoison-inject");
    const InitrdFile files[] = {
        { KVM_PAYLOAD_INITRAMFS, initramfs },
        { KVM_PAYLOAD_UEFI, uefi },
        { KVM_PAYLOAD_KERNEL, kernel },
        { KVM_PAYLOAD_POISONER, poisoner },
        { KVM_PAYLOAD_QEMU, config->qemu },
        { KVM_PAYLOAD_STOCK, config->stock },
    };
    guint count = G_N_ELEMENTS(files) - !config->stock;

    return initramfs && initrd_write(path, files, count, error);
}
