/*
 * Tests what becomes of hardware errors under KVM
 *
 * Guest RAM, vCPU and error sources are stand-ins of the test, and so is the
 * kernel: exits and signals are ones that it could have made.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <linux/kvm.h>
#include "cpu.h"
#include "hw/acpi/ghes.h"
#include "qapi/qapi-events-run-state.h"
#include "qemu/main-loop.h"
#include "system/hw_accel.h"
#include "system/hwpoison.h"
#include "system/kvm.h"
#include "system/kvm_int.h"
#include "target/arm/kvm-ras.h"
#include "target/arm/ras.h"

/* Two pages of RAM; what is around them is not */
#define RAM_GPA UINT64_C(0x40000000)
#define RAM_END UINT64_C(0x40002000)
#define PAGE    4096

/*
 * ESR_EL2 as KVM leaves it: EC 0x24, data abort from a lower Exception level;
 * IL; FnV; DFSC 0x10, synchronous external abort
 */
#define ESR UINT64_C(0x92000410)

static uint8_t ram[RAM_END - RAM_GPA];
static RAMBlock ram_block = { .host = ram };
static ARMCPU *cpu;
static bool locked;

/* What the guest got */
static unsigned aborts, records, reports;
static uint64_t record_gpa, report_gpa, report_length;

/* What the error sources say, and whether there are any */
static GhesSeaResult result;
static bool busy;
static AcpiGhes *sources;

static bool poisoned[2], reported[2];
static unsigned failures;
static MemoryFailureRecipient recipient;

CPUTailQ cpus_queue = QTAILQ_HEAD_INITIALIZER(cpus_queue);
KVMState *kvm_state;

bool bql_locked(void)
{
    return locked;
}

void bql_lock_impl(const char *file, int line)
{
    g_assert_false(locked);
    locked = true;
}

void bql_unlock(void)
{
    g_assert_true(locked);
    locked = false;
}

ARMSecuritySpace arm_security_space(CPUARMState *env)
{
    return ARMSS_NonSecure;
}

int kvm_check_extension(KVMState *s, unsigned int extension)
{
    return 0;
}

int kvm_vm_ioctl(KVMState *s, unsigned long type, ...)
{
    g_assert_not_reached();
}

void cpu_synchronize_state(CPUState *cs)
{
    g_assert_true(locked);
}

void arm_cpu_raise_sea(CPUState *cs)
{
    g_assert_true(cs == CPU(cpu));
    aborts++;
}

AcpiGhes *acpi_ghes_find(void)
{
    g_assert_true(locked);
    return sources;
}

GhesSeaResult ghes_record_sea(AcpiGhes *ghes, uint64_t address)
{
    record_gpa = address;
    records += result == GHES_SEA_RECORDED;
    return result;
}

bool ghes_sea_is_busy(AcpiGhes *ghes)
{
    return busy;
}

bool ghes_report_memory(AcpiGhes *ghes, CperSeverity severity,
                        uint64_t address, uint64_t length, Error **errp)
{
    g_assert_cmpint(severity, ==, CPER_SEVERITY_RECOVERABLE);
    report_gpa = address;
    report_length = length;
    reports++;
    return true;
}

bool hwpoison_find_page(hwaddr gpa, RAMBlock **block, ram_addr_t *offset)
{
    g_assert_cmphex(gpa % PAGE, ==, 0);
    *block = &ram_block;
    *offset = gpa - RAM_GPA;
    return gpa >= RAM_GPA && gpa < RAM_END;
}

bool hwpoison_find_gpa(const RAMBlock *block, ram_addr_t offset,
                       uint64_t *length, hwaddr *gpa)
{
    *gpa = RAM_GPA + offset;
    *length = MIN(*length, sizeof(ram) - offset);
    return true;
}

void hwpoison_add(RAMBlock *block, ram_addr_t offset, uint64_t length)
{
    for (; length; offset += PAGE, length -= PAGE) {
        poisoned[offset / PAGE] = true;
    }
}

void kvm_hwpoison_page_add(ram_addr_t ram_addr)
{
    size_t size = qemu_ram_pagesize(&ram_block);

    hwpoison_add(&ram_block, QEMU_ALIGN_DOWN(ram_addr, size), size);
}

bool hwpoison_set_reported(RAMBlock *block, ram_addr_t offset, uint64_t length)
{
    bool news = false;

    for (; length; offset += PAGE, length -= PAGE) {
        g_assert_true(poisoned[offset / PAGE]);
        news |= !reported[offset / PAGE];
        reported[offset / PAGE] = true;
    }
    return news;
}

RAMBlock *qemu_ram_block_from_host(void *host, bool round_offset,
                                   ram_addr_t *offset)
{
    *offset = (uint8_t *)host - ram;
    return *offset < sizeof(ram) ? &ram_block : NULL;
}

ram_addr_t qemu_ram_addr_from_host(void *host)
{
    return (uint8_t *)host - ram;
}

size_t qemu_ram_pagesize(RAMBlock *block)
{
    return block->page_size;
}

int kvm_physical_memory_addr_from_host(KVMState *s, void *host, hwaddr *gpa)
{
    *gpa = RAM_GPA + ((uint8_t *)host - ram);
    return 1;
}

void qapi_event_send_memory_failure(MemoryFailureRecipient to,
                                    MemoryFailureAction action,
                                    MemoryFailureFlags *flags)
{
    failures++;
    recipient = to;
}

static void start(size_t page_size, int el)
{
    memset(poisoned, 0, sizeof(poisoned));
    memset(reported, 0, sizeof(reported));
    aborts = records = reports = failures = 0;
    result = GHES_SEA_RECORDED;
    busy = false;
    sources = (AcpiGhes *)&sources;
    ram_block.page_size = page_size;
    cpu->env.aarch64 = true;
    cpu->env.pstate = el << 2;
}

static void take_exit(uint64_t flags, uint64_t gpa)
{
    g_autofree struct kvm_run *run = g_new0(struct kvm_run, 1);

    run->exit_reason = KVM_EXIT_ARM_SEA;
    run->arm_sea.flags = flags;
    run->arm_sea.esr = ESR;
    run->arm_sea.gva = UINT64_C(0xffff800000000000);
    run->arm_sea.gpa = gpa;
    kvm_arm_handle_sea(CPU(cpu), run);
    g_assert_false(locked);
}

static void take_sigbus(int code, void *host)
{
    BQL_LOCK_GUARD();
    kvm_arch_on_sigbus_vcpu(CPU(cpu), code, host);
}

/* Linux, Documentation/virt/kvm/api.rst: numbers and layout of the exit */
static void test_interface(void)
{
    g_assert_cmpint(KVM_CAP_ARM_SEA_TO_USER, ==, 245);
    g_assert_cmpint(KVM_EXIT_ARM_SEA, ==, 41);
    g_assert_cmphex(KVM_EXIT_ARM_SEA_FLAG_GPA_VALID, ==, 1);
    /* The union follows exit_reason, flags and apic_base in struct kvm_run */
    g_assert_cmpint(offsetof(struct kvm_run, arm_sea), ==, 32);
    g_assert_cmpint(offsetof(struct kvm_run, arm_sea.flags), ==, 32);
    g_assert_cmpint(offsetof(struct kvm_run, arm_sea.esr), ==, 40);
    g_assert_cmpint(offsetof(struct kvm_run, arm_sea.gva), ==, 48);
    g_assert_cmpint(offsetof(struct kvm_run, arm_sea.gpa), ==, 56);
}

/* R57: the page of 4 KiB that the address is in, whatever other flags say */
static void test_sea_page(void)
{
    static const struct {
        uint64_t flags, gpa, page;
    } cases[] = {
        { 1, RAM_GPA, RAM_GPA },
        { 1, RAM_GPA + 1, RAM_GPA },
        { 1, RAM_GPA + 4095, RAM_GPA },
        { 1, RAM_GPA + 4096, RAM_GPA + 4096 },
        { 1, RAM_END - 1, RAM_END - 4096 },
        { UINT64_MAX, RAM_GPA + 8, RAM_GPA },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        start(PAGE, 0);
        take_exit(cases[i].flags, cases[i].gpa);
        g_assert_cmpuint(aborts, ==, 1);
        g_assert_cmpuint(records, ==, 1);
        g_assert_cmphex(record_gpa, ==, cases[i].page);
        g_assert_true(poisoned[(cases[i].page - RAM_GPA) / PAGE]);
    }
}

/* R58: a plain abort without an address, or with that of a device */
static void test_sea_plain(void)
{
    static const struct {
        uint64_t flags, gpa;
    } cases[] = {
        { 0, RAM_GPA },
        { 0, 0 },
        { ~UINT64_C(1), RAM_GPA },
        { 1, 0 },
        { 1, RAM_GPA - 1 },
        { 1, RAM_END },
        { 1, 0x09000000 },
        { 1, UINT64_MAX },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        start(PAGE, 0);
        take_exit(cases[i].flags, cases[i].gpa);
        g_assert_cmpuint(aborts, ==, 1);
        g_assert_cmpuint(records, ==, 0);
        g_assert_false(poisoned[0] || poisoned[1]);
    }
    /* While another vCPU's record is unread, a process would read that */
    start(PAGE, 0);
    busy = true;
    take_exit(0, 0);
    g_assert_cmpuint(aborts, ==, 0);
    start(PAGE, 1);
    busy = true;
    take_exit(0, 0);
    g_assert_cmpuint(aborts, ==, 1);
}

/* A vCPU consumes a huge page: one page now, the other as a range, once */
static void test_sigbus_huge(void)
{
    start(sizeof(ram), 0);
    for (int i = 0; i < 2; i++) {
        take_sigbus(BUS_MCEERR_AR, ram + PAGE + 8);
    }
    g_assert_cmpuint(aborts, ==, 2);
    g_assert_cmpuint(records, ==, 2);
    g_assert_cmphex(record_gpa, ==, RAM_GPA + PAGE);
    g_assert_cmpuint(reports, ==, 1);
    g_assert_cmphex(report_gpa, ==, RAM_GPA);
    g_assert_cmphex(report_length, ==, PAGE);
    g_assert_true(poisoned[0] && poisoned[1]);
}

/* A kernel reads no record, and while the block is busy nobody aborts */
static void test_sigbus_no_record(void)
{
    start(PAGE, 1);
    take_sigbus(BUS_MCEERR_AR, ram);
    g_assert_cmpuint(aborts, ==, 1);
    g_assert_cmpuint(records, ==, 0);
    g_assert_cmpuint(reports, ==, 1);
    g_assert_cmphex(report_gpa, ==, RAM_GPA);

    start(PAGE, 0);
    result = GHES_SEA_BUSY;
    take_sigbus(BUS_MCEERR_AR, ram);
    g_assert_cmpuint(aborts, ==, 0);
    g_assert_cmpuint(reports, ==, 0);
    g_assert_false(reported[0]);
}

/* Nobody has consumed it yet: a report, once */
static void test_sigbus_optional(void)
{
    start(sizeof(ram), 0);
    for (int i = 0; i < 2; i++) {
        take_sigbus(BUS_MCEERR_AO, ram + PAGE);
    }
    g_assert_cmpuint(aborts, ==, 0);
    g_assert_cmpuint(reports, ==, 1);
    g_assert_cmphex(report_gpa, ==, RAM_GPA);
    g_assert_cmphex(report_length, ==, sizeof(ram));

    /* Memory of QEMU's own */
    take_sigbus(BUS_MCEERR_AO, &locked);
    g_assert_cmpuint(failures, ==, 1);
    g_assert_cmpint(recipient, ==, MEMORY_FAILURE_RECIPIENT_HYPERVISOR);
    g_assert_cmpuint(reports, ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    cpu = g_new0(ARMCPU, 1);

    g_test_add_func("/kvm-ras/interface", test_interface);
    g_test_add_func("/kvm-ras/sea-page", test_sea_page);
    g_test_add_func("/kvm-ras/sea-plain", test_sea_plain);
    g_test_add_func("/kvm-ras/sigbus-huge", test_sigbus_huge);
    g_test_add_func("/kvm-ras/sigbus-no-record", test_sigbus_no_record);
    g_test_add_func("/kvm-ras/sigbus-optional", test_sigbus_optional);

    return g_test_run();
}
