/*
 * An initrd for a guest: the agent, and files that it needs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_INITRD_H
#define RAS_GUEST_INITRD_H

#include "guest.h"

/* A file that is to be in an initrd */
typedef struct InitrdFile {
    const char *name;       /* there, absolute */
    const char *path;       /* here */
} InitrdFile;

/* initrd_write: the agent and @count files, uncompressed, to @path */
bool initrd_write(const char *path, const InitrdFile *files, guint count,
                  GError **error);

/**
 * initrd_write_modules: the agent and modules of a kernel, to @path
 * @modules: names as for initrd_find_module(); ends with NULL
 *
 * Each is in the root directory, by its file's name.
 */
bool initrd_write_modules(const char *path, const char *images,
                          const Kernel *kernel, const char *const *modules,
                          GError **error);

/**
 * initrd_find_module: a module that goes with one of the images' kernels
 * @name: without its suffix
 *
 * Returns: its path; if there is none, the one it would have.
 */
char *initrd_find_module(const char *images, const Kernel *kernel,
                         const char *name);

#endif
