/*
 * Tests what becomes of an abort that the host's kernel leaves to QEMU
 *
 * Guest RAM, vCPU and error sources are stand-ins of the test, and so is the
 * kernel: the exit is one that it could have made.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <linux/kvm.h>
#include "hw/acpi/ghes-ram.h"
#include "qemu/main-loop.h"
#include "target/arm/kvm-ras.h"

/* Two pages of RAM; what is around them is not */
#define RAM_GPA UINT64_C(0x40000000)
#define RAM_END UINT64_C(0x40002000)

/*
 * ESR_EL2 as KVM leaves it: EC 0x24, data abort from a lower Exception level;
 * IL; FnV; DFSC 0x10, synchronous external abort
 */
#define ESR UINT64_C(0x92000410)

static uint8_t ram[RAM_END - RAM_GPA];
static CPUState vcpu;

static enum { NOTHING, PAGE, PLAIN } taken;
static uint64_t taken_gpa;
static const uint8_t *taken_host;

static bool locked;

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

void *ghes_page_host(hwaddr gpa)
{
    g_assert_true(locked);
    g_assert_cmphex(gpa % 4096, ==, 0);
    return gpa >= RAM_GPA && gpa < RAM_END ? ram + (gpa - RAM_GPA) : NULL;
}

static void take(CPUState *cs, int what)
{
    g_assert_true(locked);
    g_assert_true(cs == &vcpu);
    g_assert_cmpint(taken, ==, NOTHING);
    taken = what;
}

void kvm_arm_abort_page(CPUState *cs, hwaddr gpa, void *host)
{
    take(cs, PAGE);
    taken_gpa = gpa;
    taken_host = host;
}

void kvm_arm_abort_plain(CPUState *cs)
{
    take(cs, PLAIN);
}

static void take_exit(uint64_t flags, uint64_t gpa)
{
    g_autofree struct kvm_run *run = g_new0(struct kvm_run, 1);

    run->exit_reason = KVM_EXIT_ARM_SEA;
    run->arm_sea.flags = flags;
    run->arm_sea.esr = ESR;
    run->arm_sea.gva = UINT64_C(0xffff800000000000);
    run->arm_sea.gpa = gpa;
    taken = NOTHING;
    kvm_arm_handle_sea(&vcpu, run);
    g_assert_false(locked);
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
static void test_page(void)
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
        take_exit(cases[i].flags, cases[i].gpa);
        g_assert_cmpint(taken, ==, PAGE);
        g_assert_cmphex(taken_gpa, ==, cases[i].page);
        g_assert_true(taken_host == ram + (cases[i].page - RAM_GPA));
    }
}

/* R58: a plain abort without an address, or with that of a device */
static void test_plain(void)
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
        take_exit(cases[i].flags, cases[i].gpa);
        g_assert_cmpint(taken, ==, PLAIN);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    g_test_add_func("/kvm-sea/interface", test_interface);
    g_test_add_func("/kvm-sea/page", test_page);
    g_test_add_func("/kvm-sea/plain", test_plain);

    return g_test_run();
}
