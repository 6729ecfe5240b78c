/*
 * Tests the state in which a synchronous external abort leaves an Arm CPU: R61
 *
 * What is expected is written down from the Arm Architecture Reference Manual
 * (DDI 0487), and from no code.  The steps that its pseudocode takes are named
 * where a constant has them:
 *
 *   syndrome   AArch64.AbortSyndrome and AArch64.FaultSyndrome, as
 *              AArch64.ReportException writes it to ESR_EL1
 *   vector     AArch64.TakeException, by where the exception comes from
 *   spsr       AArch64.TakeException: GetPSRFromPSTATE, to SPSR_EL1
 *   mode       AArch64.TakeException: PSTATE.EL, .nRW = 0, .SP = 1
 *   mask       AArch64.TakeException: PSTATE.<D,A,I,F> = 1111
 *   pan, ssbs, tco, zero
 *              AArch64.TakeException: PSTATE.PAN = 1 if SCTLR_EL1.SPAN is 0,
 *              .SSBS = SCTLR_EL1.DSSBS, .TCO = 1;
 *              .UAO, .SS, .IL, .BTYPE, .IT, .T = 0
 *   kept       no step changes PSTATE.<N,Z,C,V,DIT>
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu-main.h"
#include "cpu.h"
#include "internals.h"
#include "system/cpus.h"
#include "target/arm/ras.h"

/* The emulator's objects, which this test has all of, want one */
int (*qemu_main)(void);

#define VBAR    UINT64_C(0xffff800080010800)
#define PC      UINT64_C(0x0000aaaabbbb1234)
#define SP_EL0  UINT64_C(0x0000fffff0000010)
#define SP_EL1  UINT64_C(0xffff800081230000)

/* SCTLR_EL1 */
#define DSSBS   UINT64_C(0x100000000000)    /* bit 44 */
#define SPAN    UINT64_C(0x000000800000)    /* bit 23 */

/* What the CPU has; a test says which */
enum { PAN = 1, SSBS = 2, MTE = 4 };

static ARMCPU *new_cpu(unsigned has)
{
    ARMCPU *cpu = ARM_CPU(object_new(ARM_CPU_TYPE_NAME("cortex-a57")));
    ARMISARegisters *id = &cpu->isar;
    const uint64_t ssbs = has & SSBS ? UINT64_C(2) << 4 : 0;
    const uint64_t mte = has & MTE ? UINT64_C(2) << 8 : 0;

    /* As a KVM guest sees it: ID_AA64MMFR1_EL1.PAN, ID_AA64PFR1_EL1 */
    unset_feature(&cpu->env, ARM_FEATURE_EL2);
    unset_feature(&cpu->env, ARM_FEATURE_EL3);
    /* What any of Armv8 has, once it is realized, as this one never is */
    set_feature(&cpu->env, ARM_FEATURE_V4T);
    set_feature(&cpu->env, ARM_FEATURE_LPAE);
    id->id_aa64mmfr1 = has & PAN ? UINT64_C(1) << 20 : 0;
    id->id_aa64pfr1 = ssbs | mte;
    return cpu;
}

typedef struct Case {
    const char *name;
    unsigned has;
    uint64_t sctlr;
    uint32_t pstate;
    uint32_t esr;
    unsigned vector;
    uint32_t new_pstate;
} Case;

/*
 * Syndrome: EC 0x24 (from a lower Exception level) or 0x25 (from the same) in
 * bits 31:26, IL bit 25, FnV bit 10, DFSC 0x10 in bits 5:0.  ISV, SET, EA, CM,
 * S1PTW and WnR are 0.
 */
#define ESR_LOWER 0x92000410
#define ESR_SAME  0x96000410

/* Mode and mask: EL1h is 0x005, D, A, I and F are bits 9 to 6 */
#define ENTERED   0x000003c5

static const Case cases[] = {
    { "el0", 0, 0, 0x00000000, ESR_LOWER, 0x400, ENTERED },
    { "el1t", 0, 0, 0x00000004, ESR_SAME, 0x000, ENTERED },
    { "el1h", 0, 0, 0x00000005, ESR_SAME, 0x200, ENTERED },
    /* spsr: masks as they were */
    { "el0-masked", 0, 0, 0x000003c0, ESR_LOWER, 0x400, ENTERED },
    { "el1h-irq-masked", 0, 0, 0x00000085, ESR_SAME, 0x200, ENTERED },
    /* kept: N, Z, C, V are bits 31 to 28 */
    { "flags-nc", 0, 0, 0xa0000000, ESR_LOWER, 0x400, 0xa00003c5 },
    { "flags-zv", 0, 0, 0x50000005, ESR_SAME, 0x200, 0x500003c5 },
    { "flags-all", 0, 0, 0xf0000004, ESR_SAME, 0x000, 0xf00003c5 },
    /* kept: DIT is bit 24 */
    { "dit", 0, 0, 0x01000000, ESR_LOWER, 0x400, 0x010003c5 },
    /* pan: bit 22; without SPAN it is set, with SPAN as it was */
    { "pan-set", PAN, 0, 0x00000000, ESR_LOWER, 0x400, 0x004003c5 },
    { "pan-stays", PAN, 0, 0x00400005, ESR_SAME, 0x200, 0x004003c5 },
    { "span-clear", PAN, SPAN, 0x00000005, ESR_SAME, 0x200, 0x000003c5 },
    { "span-set", PAN, SPAN, 0x00400005, ESR_SAME, 0x200, 0x004003c5 },
    { "no-pan", 0, 0, 0x00000005, ESR_SAME, 0x200, 0x000003c5 },
    /* ssbs: bit 12, whatever it was */
    { "ssbs-set", SSBS, DSSBS, 0x00000000, ESR_LOWER, 0x400, 0x000013c5 },
    { "ssbs-stays", SSBS, DSSBS, 0x00001005, ESR_SAME, 0x200, 0x000013c5 },
    { "ssbs-cleared", SSBS, 0, 0x00001000, ESR_LOWER, 0x400, 0x000003c5 },
    { "no-ssbs", 0, DSSBS, 0x00000000, ESR_LOWER, 0x400, 0x000003c5 },
    /* tco: bit 25 */
    { "tco-set", MTE, 0, 0x00000000, ESR_LOWER, 0x400, 0x020003c5 },
    { "tco-stays", MTE, 0, 0x02000005, ESR_SAME, 0x200, 0x020003c5 },
    /* zero: UAO bit 23, SS bit 21, IL bit 20, BTYPE bits 11:10 */
    { "uao", 0, 0, 0x00800005, ESR_SAME, 0x200, 0x000003c5 },
    { "ss", 0, 0, 0x00200000, ESR_LOWER, 0x400, 0x000003c5 },
    { "il", 0, 0, 0x00100005, ESR_SAME, 0x200, 0x000003c5 },
    { "btype", 0, 0, 0x00000c05, ESR_SAME, 0x200, 0x000003c5 },
    /* All of them at once */
    { "all", PAN | SSBS | MTE, DSSBS, 0xf3f01fc0, ESR_LOWER, 0x400,
      0xf34013c5 },
};

static void test_aarch64(const void *opaque)
{
    const Case *c = opaque;
    ARMCPU *cpu = new_cpu(c->has);
    CPUARMState *env = &cpu->env;
    bool on_sp_el1 = c->pstate & 1;

    env->aarch64 = true;
    pstate_write(env, c->pstate);
    env->pc = PC;
    env->xregs[30] = 30;
    env->xregs[31] = on_sp_el1 ? SP_EL1 : SP_EL0;
    env->sp_el[on_sp_el1 ? 0 : 1] = on_sp_el1 ? SP_EL0 : SP_EL1;
    env->cp15.vbar_el[1] = VBAR;
    env->cp15.sctlr_el[1] = c->sctlr;
    env->exception.vaddress = 0x1234;

    arm_cpu_raise_sea(CPU(cpu));

    g_assert_cmphex(env->cp15.esr_el[1], ==, c->esr);
    g_assert_cmphex(env->pc, ==, VBAR + c->vector);
    /* The instruction itself is to be returned to */
    g_assert_cmphex(env->elr_el[1], ==, PC);
    g_assert_cmphex(env->banked_spsr[BANK_SVC], ==, c->pstate);
    g_assert_cmphex(pstate_read(env), ==, c->new_pstate);
    g_assert_true(env->aarch64);
    /* SP is SP_EL1 now, and none of them has moved */
    g_assert_cmphex(env->xregs[31], ==, SP_EL1);
    g_assert_cmphex(env->sp_el[0], ==, SP_EL0);
    g_assert_cmphex(env->xregs[30], ==, 30);
    /* UNKNOWN, and so nothing of what was before */
    g_assert_cmphex(env->cp15.far_el[1], ==, 0);
    object_unref(OBJECT(cpu));
}

/* CPSR of an application in AArch32, and what SPSR_EL1 and PSTATE make of it */
static const struct {
    uint32_t cpsr;
    uint32_t spsr;
    uint32_t new_pstate;
} applications[] = {
    /* User mode is 0x10 */
    { 0x00000010, 0x00000010, 0x000003c5 },
    /* Z and C; T bit 5; IT[7:2] in bits 15:10; kept: flags; zero: T, IT */
    { 0x60000830, 0x60000830, 0x600003c5 },
    /* DIT is bit 21 in CPSR and bit 24 in SPSR_EL1 and PSTATE */
    { 0x00200010, 0x01000010, 0x010003c5 },
    /* Q bit 27, GE bits 19:16 and E bit 9 are for AArch32 alone */
    { 0x080f0210, 0x080f0210, 0x000003c5 },
};

/* Vector: +0x600 from a lower Exception level in AArch32 */
static void test_aarch32_application(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(applications); i++) {
        ARMCPU *cpu = new_cpu(0);
        CPUARMState *env = &cpu->env;

        env->aarch64 = false;
        env->uncached_cpsr = ARM_CPU_MODE_USR;
        cpsr_write(env, applications[i].cpsr, UINT32_MAX, CPSRWriteRaw);
        env->regs[13] = 0x1000;
        env->regs[15] = 0xbbbb1234;
        env->sp_el[1] = SP_EL1;
        env->cp15.vbar_el[1] = VBAR;

        arm_cpu_raise_sea(CPU(cpu));

        g_assert_cmphex(env->cp15.esr_el[1], ==, ESR_LOWER);
        g_assert_cmphex(env->pc, ==, VBAR + 0x600);
        g_assert_cmphex(env->elr_el[1], ==, 0xbbbb1234);
        g_assert_cmphex(env->banked_spsr[BANK_SVC], ==, applications[i].spsr);
        g_assert_cmphex(pstate_read(env), ==, applications[i].new_pstate);
        g_assert_true(env->aarch64);
        /* X13 is the application's stack pointer, and SP is EL1's */
        g_assert_cmphex(env->xregs[13], ==, 0x1000);
        g_assert_cmphex(env->xregs[31], ==, SP_EL1);
        object_unref(OBJECT(cpu));
    }
}

/*
 * A kernel in AArch32.  AArch32.TakeDataAbortException: vector 0x10, return
 * address + 8.  AArch32.EnterMode: M = 0x17, Abort mode; SPSR_abt is the old
 * CPSR; T = SCTLR.TE, bit 30; E = SCTLR.EE, bit 25; A (bit 8) and I (bit 7)
 * are set, F stays; IT, J and IL are 0.  ExcVectorBase: VBAR, or 0xffff0000
 * with SCTLR.V, bit 13.
 * AArch32.CommonFaultStatus: FnV bit 16; without TTBCR.EAE, EncodeSDFSC: FS
 * is 01000; with it, EncodeLDFSC: bit 9 and STATUS 010000.
 */
static const struct {
    uint32_t sctlr, ttbcr, cpsr;
    uint32_t new_cpsr, new_pc, dfsr;
} kernels[] = {
    { 0, 0, 0x60000010, 0x60000197, 0x80000010, 0x00010008 },
    { 0, 0x80000000, 0x60000010, 0x60000197, 0x80000010, 0x00010210 },
    /* From Supervisor mode 0x13, in Thumb, and with F */
    { 0, 0, 0x00000073, 0x000001d7, 0x80000010, 0x00010008 },
    { 0x40000000, 0, 0x00000013, 0x000001b7, 0x80000010, 0x00010008 },
    { 0x02000000, 0, 0x00000013, 0x00000397, 0x80000010, 0x00010008 },
    { 0x00002000, 0, 0x90000013, 0x90000197, 0xffff0010, 0x00010008 },
    /* From Abort mode itself */
    { 0, 0, 0x00000197, 0x00000197, 0x80000010, 0x00010008 },
};

static void test_aarch32_kernel(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(kernels); i++) {
        ARMCPU *cpu = new_cpu(0);
        CPUARMState *env = &cpu->env;

        unset_feature(env, ARM_FEATURE_AARCH64);
        env->aarch64 = false;
        env->uncached_cpsr = kernels[i].cpsr & CPSR_M;
        cpsr_write(env, kernels[i].cpsr, UINT32_MAX, CPSRWriteRaw);
        env->regs[15] = 0xc0001000;
        env->cp15.vbar_ns = 0x80000000;
        env->cp15.sctlr_ns = kernels[i].sctlr;
        env->cp15.tcr_el[1] = kernels[i].ttbcr;
        env->exception.vaddress = 0x1234;

        arm_cpu_raise_sea(CPU(cpu));

        g_assert_cmphex(env->cp15.dfsr_ns, ==, kernels[i].dfsr);
        g_assert_cmphex(env->cp15.dfar_ns, ==, 0);
        g_assert_cmphex(env->regs[15], ==, kernels[i].new_pc);
        g_assert_cmphex(env->regs[14], ==, 0xc0001008);
        g_assert_cmphex(env->spsr, ==, kernels[i].cpsr);
        g_assert_cmphex(cpsr_read(env), ==, kernels[i].new_cpsr);
        object_unref(OBJECT(cpu));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    qemu_init_cpu_loop();
    bql_lock();

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        g_autofree char *path = g_strdup_printf("/arm-sea/aarch64/%s",
                                                cases[i].name);

        g_test_add_data_func(path, &cases[i], test_aarch64);
    }
    g_test_add_func("/arm-sea/aarch32-application", test_aarch32_application);
    g_test_add_func("/arm-sea/aarch32-kernel", test_aarch32_kernel);

    return g_test_run();
}
