/*
 * Writes an initrd for a guest: the agent, and files that it needs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include "initrd.h"

#define TRAILER         "TRAILER!!!"

char *initrd_find_module(const char *images, const Kernel *kernel,
                         const char *name)
{
    g_autofree char *pattern = g_strdup_printf(
        "%s/%s{/usr,}/lib/modules/*/kernel{/drivers/acpi/apei,/mm}/%s.ko*",
        images, kernel->name, name);
    char *found = NULL;
    glob_t names;

    if (glob(pattern, GLOB_BRACE, NULL, &names) == 0) {
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

static bool add_file(FILE *out, const InitrdFile *one, GError **error)
{
    g_autoptr(GMappedFile) file = g_mapped_file_new(one->path, false, error);

    if (!file) {
        return false;
    }
    write_header(out, one->name, g_mapped_file_get_length(file));
    align(out);
    fwrite(g_mapped_file_get_contents(file), g_mapped_file_get_length(file),
           1, out);
    align(out);
    return true;
}

static bool add_agent(FILE *out, GError **error)
{
    g_autofree char *path = guest_initramfs(false);
    g_autofree char *data = NULL;
    gsize size;

    if (!g_file_get_contents(path, &data, &size, error)) {
        return false;
    }
    fwrite(data, size, 1, out);
    align(out);
    return true;
}

static bool fail(const char *path, GError **error)
{
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "%s: %s",
                path, g_strerror(errno));
    return false;
}

bool initrd_write(const char *path, const InitrdFile *files, guint count,
                  GError **error)
{
    FILE *out = fopen(path, "w");
    bool ok;

    if (!out) {
        return fail(path, error);
    }
    ok = add_agent(out, error);
    for (guint i = 0; ok && i < count; i++) {
        ok = add_file(out, &files[i], error);
    }
    write_header(out, TRAILER, 0);
    align(out);
    if (fclose(out) && ok) {
        return fail(path, error);
    }
    return ok;
}

bool initrd_write_modules(const char *path, const char *images,
                          const Kernel *kernel, const char *const *modules,
                          GError **error)
{
    g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GArray) files = g_array_new(false, false, sizeof(InitrdFile));

    for (; *modules; modules++) {
        char *module = initrd_find_module(images, kernel, *modules);
        g_autofree char *base = g_path_get_basename(module);
        char *name = g_strdup_printf("/%s", base);
        InitrdFile file = { name, module };

        g_ptr_array_add(strings, module);
        g_ptr_array_add(strings, name);
        g_array_append_val(files, file);
    }
    return initrd_write(path, (InitrdFile *)files->data, files->len, error);
}
