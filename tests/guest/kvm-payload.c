/*
 * Writes the initrd of a host under TCG: what it needs to run QEMU
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include "kvm.h"

#define TRAILER         "TRAILER!!!"

/* The module that goes with the machine's own kernel */
static char *find_poisoner(const char *images)
{
    g_autofree char *pattern = g_build_filename(
        images, kernels[0].name,
        "usr/lib/modules/*/kernel/mm/hwpoison-inject.ko.xz", NULL);
    char *found = NULL;
    glob_t names;

    if (glob(pattern, 0, NULL, &names) == 0) {
        found = g_strdup(names.gl_pathv[0]);
    }
    globfree(&names);
    return found ?: g_steal_pointer(&pattern);
}

/* Documentation/driver-api/early-userspace/buffer-format.rst */
static void write_header(FILE *out, const char *name, gsize size)
{
    static guint inode;
    const guint fields[] = {
        ++inode, 0100755, 0, 0, 1, 0, size, 0, 0, 0, 0, strlen(name) + 1, 0,
    };

    fprintf(out, "070701");
    for (int i = 0; i < G_N_ELEMENTS(fields); i++) {
        fprintf(out, "%08X", fields[i]);
    }
    fwrite(name, strlen(name) + 1, 1, out);
}

static void align(FILE *out)
{
    while (ftell(out) % 4) {
        fputc(0, out);
    }
}

static bool add_file(FILE *out, const char *name, const char *path,
                     GError **error)
{
    g_autoptr(GMappedFile) file = g_mapped_file_new(path, false, error);

    if (!file) {
        return false;
    }
    write_header(out, name, g_mapped_file_get_length(file));
    align(out);
    fwrite(g_mapped_file_get_contents(file), g_mapped_file_get_length(file),
           1, out);
    align(out);
    return true;
}

static bool add_archive(FILE *out, const char *path, GError **error)
{
    g_autofree char *data = NULL;
    gsize size;

    if (!g_file_get_contents(path, &data, &size, error)) {
        return false;
    }
    fwrite(data, size, 1, out);
    align(out);
    return true;
}

static bool add_all(FILE *out, const KvmConfig *config, GError **error)
{
    const char *images = config->guest.images;
    g_autofree char *initramfs = guest_initramfs(false);
    g_autofree char *uefi = g_build_filename(images, "QEMU_EFI.fd", NULL);
    g_autofree char *kernel = g_build_filename(
        images, config->guest.kernel->name, "vmlinuz", NULL);
    g_autofree char *poisoner = find_poisoner(images);

    return add_archive(out, initramfs, error) &&
           add_file(out, KVM_PAYLOAD_INITRAMFS, initramfs, error) &&
           add_file(out, KVM_PAYLOAD_UEFI, uefi, error) &&
           add_file(out, KVM_PAYLOAD_KERNEL, kernel, error) &&
           add_file(out, KVM_PAYLOAD_POISONER, poisoner, error) &&
           add_file(out, KVM_PAYLOAD_QEMU, config->qemu, error) &&
           (!config->stock ||
            add_file(out, KVM_PAYLOAD_STOCK, config->stock, error));
}

bool kvm_payload_write(const char *path, const KvmConfig *config,
                       GError **error)
{
    FILE *out = fopen(path, "w");
    bool ok;

    if (!out) {
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "%s: %s",
                    path, g_strerror(errno));
        return false;
    }
    ok = add_all(out, config, error);
    write_header(out, TRAILER, 0);
    align(out);
    if (fclose(out) && ok) {
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "%s: %s",
                    path, g_strerror(errno));
        return false;
    }
    return ok;
}
