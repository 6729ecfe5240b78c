/*
 * A virtual machine with KVM on a KvmHost
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "kvm.h"

#define CONNECT_TIMEOUT     (20 * G_TIME_SPAN_SECOND)
#define END_TIMEOUT         (20 * G_TIME_SPAN_SECOND)
#define RETRY_TIME          (20 * G_TIME_SPAN_MILLISECOND)

static int connect_socket(const KvmHost *host, const char *name,
                          GError **error)
{
    gint64 deadline = g_get_monotonic_time() + CONNECT_TIMEOUT;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s",
               host->sockets, name);
    while (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
        if (g_get_monotonic_time() > deadline) {
            g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno),
                        "%s: %s", address.sun_path, g_strerror(errno));
            close(fd);
            return -1;
        }
        g_usleep(RETRY_TIME);
    }
    return fd;
}

/* Where QEMU finds the lines to us: a serial port, or a socket of its own */
static char *chardev(const KvmHost *host, const char *name, int port)
{
    return host->nested ?
        g_strdup_printf("serial,id=%s,path=/dev/ttyS%d", name, port) :
        g_strdup_printf("socket,id=%s,path=%s/%s,server=on,wait=off", name,
                        host->sockets, name);
}

static char *start_command(const KvmHost *host, const KvmStart *start,
                           const char *directory)
{
    g_autofree char *agent = chardev(host, "agent", 1);
    g_autofree char *qmp = chardev(host, "qmp", 2);
    g_autofree char *console = host->nested ? g_strdup("/dev/ttyS3") :
        g_strdup_printf("file:%s/console.log", directory);
    g_autofree char *cpus = g_strdup_printf("%u", host->cpus);
    g_autofree char *ram = g_strdup_printf("%" PRIu64 "M",
                                           KVM_VM_RAM_SIZE >> 20);
    g_autofree char *memory = g_strdup_printf(
        start->huge ? "memory-backend-memfd,id=ram,size=%s,hugetlb=on,"
        "hugetlbsize=2M" : "memory-backend-ram,id=ram,size=%s", ram);
    const char *const words[] = {
        host->log, start->stock ? host->stock : host->qemu,
        "-nodefaults", "-no-user-config", "-display", "none", "-nic", "none",
        "-machine", start->einj ?
        "virt,gic-version=host,ras=on,memory-backend=ram,einj=on" :
        "virt,gic-version=host,ras=on,memory-backend=ram",
        "-object", memory,
        "-accel", "kvm", "-cpu", "host", "-smp", cpus, "-m", ram,
        "-bios", host->uefi, "-kernel", host->kernel,
        "-initrd", host->initramfs,
        /* Each character costs a nested machine a millisecond. */
        "-append", "console=ttyAMA0 loglevel=4 nokaslr panic=0 "
        "printk.console_no_auto_verbose=1",
        "-serial", console,
        "-device", "virtio-serial-pci",
        "-chardev", agent, "-device", host->agent_device,
        "-chardev", qmp, "-mon", "chardev=qmp,mode=control",
        "-msg", "timestamp=on", "-S",
        start->quiet ? NULL : "-trace", "ghes_*",
        "-trace", "kvm_arm_memory_fail*", NULL,
    };
    g_autofree char *line = g_strjoinv("\t", (GStrv)words);

    return g_strconcat(start->late ? "start-late " : "start ", line, NULL);
}

/* A nested machine has open lines before its QEMU runs, this one after. */
static bool connect_lines(KvmVm *vm, int *qmp, GError **error)
{
    g_autofree char *log = g_build_filename(vm->guest->directory, "agent.log",
                                            NULL);
    int agent = connect_socket(vm->host, "agent", error);

    if (agent < 0) {
        return false;
    }
    vm->guest->agent = channel_new(agent, log);
    *qmp = connect_socket(vm->host, "qmp", error);
    return *qmp >= 0;
}

static bool run_qemu(KvmVm *vm, const KvmStart *start, GError **error)
{
    g_autofree char *command = start_command(vm->host, start,
                                             vm->guest->directory);
    g_autofree char *answer = guest_ask(vm->host->machine, NULL, error, "%s",
                                        command);

    return answer && sscanf(answer, "pid=%u", &vm->pid) == 1;
}

static bool find_ram(KvmVm *vm, GError **error)
{
    JsonObject *arguments = json_object_new();
    g_autofree char *line = g_strdup_printf("gpa2hva 0x%" PRIx64, KVM_VM_RAM);
    g_autoptr(JsonNode) reply = NULL;
    const char *address;

    json_object_set_string_member(arguments, "command-line", line);
    reply = qmp_call(vm->guest->qmp, "human-monitor-command", arguments,
                     error);
    address = reply ? strstr(json_node_get_string(reply), " is 0x") : NULL;
    if (!address || sscanf(address, " is 0x%" SCNx64, &vm->ram) != 1) {
        if (reply) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", line,
                        json_node_get_string(reply));
        }
        return false;
    }
    return true;
}

KvmVm *kvm_vm_start(KvmHost *host, const KvmStart *start,
                    const char *directory, GError **error)
{
    g_autoptr(KvmVm) vm = g_new0(KvmVm, 1);
    g_autofree char *log = g_build_filename(directory, "qmp.log", NULL);
    int qmp = -1;

    g_mkdir_with_parents(directory, 0777);
    vm->host = host;
    vm->start = *start;
    vm->guest = guest_new(directory);
    if (host->nested && !connect_lines(vm, &qmp, error)) {
        return NULL;
    }
    if (!run_qemu(vm, start, error) ||
        (!host->nested && !connect_lines(vm, &qmp, error))) {
        return NULL;
    }
    vm->guest->qmp = qmp_new(qmp, log, error);
    if (!vm->guest->qmp || !find_ram(vm, error)) {
        return NULL;
    }
    return g_steal_pointer(&vm);
}

void kvm_vm_save_log(KvmVm *vm)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *path = g_build_filename(vm->guest->directory, "qemu.log",
                                             NULL);
    g_autofree char *answer = guest_ask(vm->host->machine, lines, NULL,
                                        "read %s", vm->host->log);
    FILE *file = answer ? fopen(path, "w") : NULL;

    for (guint i = 0; file && i < lines->len; i++) {
        fprintf(file, "%s\n", (char *)g_ptr_array_index(lines, i));
    }
    if (file) {
        fclose(file);
    }
}

void kvm_vm_free(KvmVm *vm)
{
    g_autofree char *answer = guest_ask(vm->host->machine, NULL, NULL, "kill");

    kvm_vm_save_log(vm);
    guest_free(vm->guest);
    g_free(vm);
}

bool kvm_vm_boot(KvmVm *vm, GError **error)
{
    g_autoptr(JsonNode) done = qmp_call(vm->guest->qmp, "cont", NULL, error);

    vm->booted = done && guest_boot(vm->guest, error);
    return vm->booted;
}

bool kvm_vm_poison(KvmVm *vm, const guint64 *gpas, guint count,
                   GError **error)
{
    g_autoptr(GString) command = g_string_new("poison");
    g_autofree char *answer = NULL;

    for (guint i = 0; i < count; i++) {
        g_string_append_printf(command, " 0x%" PRIx64,
                               vm->ram + gpas[i] - KVM_VM_RAM);
    }
    answer = guest_ask(vm->host->machine, NULL, error, "%s", command->str);
    return answer;
}

bool kvm_vm_poison_host(KvmVm *vm, guint64 address, GError **error)
{
    g_autofree char *answer = guest_ask(vm->host->machine, NULL, error,
                                        "poison 0x%" PRIx64, address);

    return answer;
}

bool kvm_vm_expect_poison(KvmVm *vm, guint64 gpa, guint64 lost_gpa,
                          guint64 lost_size, GError **error)
{
    JsonObject *arguments = json_object_new();
    g_autoptr(JsonNode) reply = NULL;
    guint64 address, length;

    json_object_set_int_member(arguments, "address", gpa);
    reply = qmp_call(vm->guest->qmp, "poison-memory", arguments, error);
    if (!reply) {
        return false;
    }
    address = json_object_get_int_member(json_node_get_object(reply),
                                         "address");
    length = json_object_get_int_member(json_node_get_object(reply),
                                        "length");
    if (address != lost_gpa || length != lost_size) {
        return kvm_fail(error, "0x%" PRIx64 " and 0x%" PRIx64
                        " bytes were lost instead of 0x%" PRIx64
                        " and 0x%" PRIx64, address, length, lost_gpa,
                        lost_size);
    }
    return true;
}

bool kvm_vm_expect_running(KvmVm *vm, GError **error)
{
    g_autofree char *state = guest_ask(vm->host->machine, NULL, error,
                                       "state");

    if (state && !g_str_equal(state, "running")) {
        return kvm_fail(error, "QEMU has ended: %s", state);
    }
    return state;
}

bool kvm_vm_expect_end(KvmVm *vm, const char *how, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + END_TIMEOUT;

    while (g_get_monotonic_time() < deadline) {
        g_autofree char *state = guest_ask(vm->host->machine, NULL, error,
                                           "state");

        if (!state || g_str_equal(state, how)) {
            return state;
        }
        if (!g_str_equal(state, "running")) {
            return kvm_fail(error, "QEMU ended: %s instead of %s", state, how);
        }
        g_usleep(RETRY_TIME);
    }
    return kvm_fail(error, "QEMU does not end");
}

bool kvm_vm_expect_log(KvmVm *vm, const char *text, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + END_TIMEOUT;

    do {
        g_autofree char *log = NULL;

        kvm_vm_save_log(vm);
        log = guest_log_tail(vm->guest->directory, "qemu.log", G_MAXUINT);
        if (strstr(log, text)) {
            return true;
        }
        g_usleep(RETRY_TIME);
    } while (g_get_monotonic_time() < deadline);
    return kvm_fail(error, "QEMU never said \"%s\"", text);
}
