/*
 * A guest's start and end
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include "guest.h"
#include "initrd.h"

/* What QEMU finds its sockets and its RAM at */
enum { QMP_FD = 3, AGENT_FD, RAM_FD, MONITORS_FD };

const Kernel kernels[] = {
    { "6.12", "Debian 13" },
    { "6.1", "Debian 12" },
    { "newest", "Debian 13 backports", .optional = true },
    { NULL },
};

const Kernel *kernel_find(const char *name)
{
    for (const Kernel *kernel = kernels; kernel->name; kernel++) {
        if (g_str_equal(kernel->name, name)) {
            return kernel;
        }
    }
    return NULL;
}

static void event_free(GuestEvent *event)
{
    g_free(event->text);
    g_free(event);
}

/* Both lie beside this program. */
char *guest_initramfs(bool rasdaemon)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *dir = g_path_get_dirname(self ?: ".");

    return g_build_filename(dir, rasdaemon ? "initramfs-rasdaemon.cpio" :
                            "initramfs.cpio", NULL);
}

static char *image_path(const GuestConfig *config, const Kernel *kernel,
                        const char *file)
{
    return g_build_filename(config->images, kernel ? kernel->name : ".", file,
                            NULL);
}

static char *log_path(const GuestConfig *config, const char *file)
{
    return g_build_filename(config->directory, file, NULL);
}

static bool check_file(const char *path, const char *target, GError **error)
{
    if (g_file_test(path, G_FILE_TEST_EXISTS)) {
        return true;
    }
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                "%s is missing: run `%s`", path, target);
    return false;
}

bool guest_check_files(const GuestConfig *config, GError **error)
{
    g_autofree char *initramfs = guest_initramfs(config->rasdaemon);
    g_autofree char *uefi = image_path(config, NULL, "QEMU_EFI.fd");

    if (!check_file(config->qemu, "make", error) ||
        !check_file(initramfs, "make guest", error) ||
        !check_file(uefi, "make guest", error)) {
        return false;
    }
    for (const Kernel *kernel = kernels; kernel->name; kernel++) {
        g_autofree char *path = image_path(config, kernel, "vmlinuz");

        if (!kernel->optional && !check_file(path, "make guest", error)) {
            return false;
        }
    }
    return true;
}

char *guest_missing_kernel(const GuestConfig *config, const Kernel *kernel)
{
    g_autofree char *path = image_path(config, kernel, "vmlinuz");
    g_autofree char *absent = image_path(config, kernel, "absent");
    char *why = NULL;

    if (g_file_test(path, G_FILE_TEST_EXISTS)) {
        return NULL;
    }
    if (g_file_get_contents(absent, &why, NULL, NULL)) {
        return g_strchomp(why);
    }
    return g_strdup_printf("%s is missing: run `make guest`", path);
}

static char *initrd_path(const GuestConfig *config)
{
    return config->module ? log_path(config, "initrd.cpio")
                          : guest_initramfs(config->rasdaemon);
}

/* The agent alone is an initrd that is there; with a module it is made. */
static bool make_initrd(const GuestConfig *config, GError **error)
{
    g_autofree char *initrd = initrd_path(config);
    const char *const modules[] = { config->module, NULL };

    return !config->module ||
           initrd_write_modules(initrd, config->images, config->kernel,
                                modules, error);
}

static void G_GNUC_PRINTF(3, 4)
add_argument(GStrvBuilder *all, const char *option, const char *format, ...)
{
    g_autofree char *value = NULL;
    va_list ap;

    va_start(ap, format);
    value = g_strdup_vprintf(format, ap);
    va_end(ap);
    g_strv_builder_add_many(all, option, value, NULL);
}

static void add_arguments_of_case(GStrvBuilder *all, const GuestConfig *config)
{
    for (guint i = 0; i < config->monitors; i++) {
        add_argument(all, "-chardev", "socket,id=qmp%u,fd=%u", i,
                     MONITORS_FD + i);
        add_argument(all, "-mon", "chardev=qmp%u,mode=control", i);
    }
    if (config->ram_fd) {
        add_argument(all, "-object", "memory-backend-file,id=ram,size=4G,"
                     "mem-path=/dev/fd/%d,share=on", RAM_FD);
        add_argument(all, "-machine", "memory-backend=ram");
    }
    if (config->incoming) {
        add_argument(all, "-incoming", "defer");
    }
}

static GStrv qemu_arguments(const GuestConfig *config)
{
    g_autofree char *uefi = image_path(config, NULL, "QEMU_EFI.fd");
    g_autofree char *kernel = image_path(config, config->kernel, "vmlinuz");
    g_autofree char *initramfs = initrd_path(config);
    g_autofree char *console_log = log_path(config, "console.log");
    g_autofree char *console = g_strdup_printf("file:%s", console_log);
    g_autofree char *trace_log = log_path(config, "trace.log");
    g_autofree char *qmp = g_strdup_printf("socket,id=qmp,fd=%d", QMP_FD);
    g_autofree char *agent = g_strdup_printf("socket,id=agent,fd=%d",
                                             AGENT_FD);
    const char *const arguments[] = {
        config->runs_stock ? config->stock : config->qemu,
        "-nodefaults", "-no-user-config", "-display", "none", "-nic", "none",
        "-machine", "virt,gic-version=3,ras=on",
        "-accel", config->accel ?: "tcg,thread=multi", "-cpu", "max,pauth-impdef=on",
        "-smp", "2", "-m", "4G",
        "-bios", uefi, "-kernel", kernel, "-initrd", initramfs,
        "-append", GUEST_APPEND,
        "-serial", console,
        "-chardev", agent, "-device", "pci-serial,chardev=agent",
        "-chardev", qmp, "-mon", "chardev=qmp,mode=control",
        "-msg", "timestamp=on", "-D", trace_log,
        "-trace", "enable=ghes_*",
        NULL,
    };
    g_autoptr(GStrvBuilder) all = g_strv_builder_new();

    g_strv_builder_addv(all, (const char **)arguments);
    add_arguments_of_case(all, config);
    if (config->more) {
        g_strv_builder_addv(all, (const char **)config->more);
    }
    return g_strv_builder_end(all);
}

/* QEMU does not outlive us. */
static void die_with_parent(gpointer opaque)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* A run that stops early leaves no logs of an earlier one. */
static bool remove_logs(const GuestConfig *config, GError **error)
{
    static const char *const logs[] = {
        "console.log", "agent.log", "qmp.log", "trace.log", "qemu.log",
    };

    if (g_mkdir_with_parents(config->directory, 0777)) {
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno),
                    "%s: %s", config->directory, g_strerror(errno));
        return false;
    }
    for (int i = 0; i < G_N_ELEMENTS(logs); i++) {
        g_autofree char *path = log_path(config, logs[i]);

        remove(path);
    }
    return true;
}

/* Our end of a socket that QEMU finds at @fd, or -1 */
static int open_socket(GSubprocessLauncher *launcher, int fd, GError **error)
{
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) {
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno),
                    "socketpair: %s", g_strerror(errno));
        return -1;
    }
    g_subprocess_launcher_take_fd(launcher, pair[1], fd);
    return pair[0];
}

static GSubprocess *spawn(const GuestConfig *config,
                          GSubprocessLauncher *launcher, GError **error)
{
    g_auto(GStrv) arguments = qemu_arguments(config);
    g_autofree char *log = log_path(config, "qemu.log");
    GSubprocess *process;

    g_subprocess_launcher_set_stdout_file_path(launcher, log);
    g_subprocess_launcher_set_child_setup(launcher, die_with_parent, NULL,
                                          NULL);
    process = g_subprocess_launcher_spawnv(
        launcher, (const char *const *)arguments, error);
    g_subprocess_launcher_close(launcher);
    return process;
}

Guest *guest_new(const char *directory)
{
    Guest *guest = g_new0(Guest, 1);

    guest->directory = g_strdup(directory);
    guest->events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
    guest->monitors = g_ptr_array_new_with_free_func((GDestroyNotify)qmp_free);
    return guest;
}

/* All of QEMU's sockets that we keep an end of */
typedef struct Sockets {
    int agent;
    int qmp[1 + GUEST_MONITORS_MAX];
} Sockets;

static bool open_sockets(const GuestConfig *config,
                         GSubprocessLauncher *launcher, Sockets *sockets,
                         GError **error)
{
    sockets->agent = open_socket(launcher, AGENT_FD, error);
    sockets->qmp[0] = open_socket(launcher, QMP_FD, error);
    for (guint i = 0; i < config->monitors; i++) {
        sockets->qmp[1 + i] = open_socket(launcher, MONITORS_FD + i, error);
    }
    if (config->ram_fd) {
        g_subprocess_launcher_take_fd(launcher, dup(config->ram_fd), RAM_FD);
    }
    return sockets->qmp[config->monitors] >= 0;
}

static bool greet_monitors(Guest *guest, const Sockets *sockets,
                           GError **error)
{
    g_autofree char *log = log_path(&guest->config, "qmp.log");

    guest->qmp = qmp_new(sockets->qmp[0], log, error);
    for (guint i = 1; guest->qmp && i <= guest->config.monitors; i++) {
        Qmp *qmp = qmp_new(sockets->qmp[i], "/dev/null", error);

        if (!qmp) {
            return false;
        }
        g_ptr_array_add(guest->monitors, qmp);
    }
    return guest->qmp;
}

Guest *guest_start(const GuestConfig *config, GError **error)
{
    g_autoptr(Guest) guest = guest_new(config->directory);
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDERR_MERGE);
    g_autofree char *agent_log = log_path(config, "agent.log");
    Sockets sockets;

    guest->config = *config;
    guest->config.directory = guest->directory;
    if (!remove_logs(config, error) || !make_initrd(config, error) ||
        !open_sockets(config, launcher, &sockets, error)) {
        return NULL;
    }
    guest->agent = channel_new(sockets.agent, agent_log);
    guest->process = spawn(config, launcher, error);
    if (!guest->process || !greet_monitors(guest, &sockets, error)) {
        return NULL;
    }
    return g_steal_pointer(&guest);
}

void guest_free(Guest *guest)
{
    if (guest->process) {
        g_subprocess_force_exit(guest->process);
        g_subprocess_wait(guest->process, NULL, NULL);
        g_object_unref(guest->process);
    }
    g_clear_pointer(&guest->qmp, qmp_free);
    g_clear_pointer(&guest->monitors, g_ptr_array_unref);
    g_clear_pointer(&guest->agent, channel_free);
    g_clear_pointer(&guest->events, g_ptr_array_unref);
    g_free(guest->directory);
    g_free(guest->release);
    g_free(guest);
}

char *guest_log_tail(const char *directory, const char *file, guint lines)
{
    g_autofree char *path = g_build_filename(directory, file, NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) all = NULL;
    guint count;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        return g_strdup("");
    }
    all = g_strsplit(g_strchomp(text), "\n", -1);
    count = g_strv_length(all);
    return g_strjoinv("\n", all + (count > lines ? count - lines : 0));
}
