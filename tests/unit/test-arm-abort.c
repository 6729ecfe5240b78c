/*
 * Tests which exception level takes an external abort of an emulated CPU: R70
 *
 * What is expected is written down from the Arm Architecture Reference Manual
 * (DDI 0487): AArch64.DataAbort and AArch64.InstructionAbort for the target,
 * AArch64.FaultSyndrome for the syndrome.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu-main.h"
#include "accel/tcg/cpu-ops.h"
#include "cpu.h"
#include "internals.h"
#include "system/cpus.h"

/* The emulator's objects, which this test has all of, want one */
int (*qemu_main)(void);

#define ADDRESS UINT64_C(0x0000aaaabbbb1238)

/* A return address that is in no translated code, as there is none */
#define NO_TB 1

/* HCR_EL2: RW is bit 31, TEA bit 37, TGE bit 27, E2H bit 34 */
#define RW  UINT64_C(0x80000000)
#define TEA UINT64_C(0x2000000000)
#define TGE UINT64_C(0x08000000)
#define E2H UINT64_C(0x400000000)

/* SCR_EL3: RW is bit 10, HCE bit 8, EA bit 3, NS bit 0 */
#define NS  UINT64_C(0x501)
#define EA  UINT64_C(0x008)
#define S   UINT64_C(0x400)

/*
 * Syndrome: EC 0x24 or 0x20 (data, instruction) from a lower Exception level,
 * 0x25 or 0x21 from the same, in bits 31:26; IL bit 25; EA bit 9; WnR bit 6;
 * DFSC or IFSC 0x10, synchronous external abort, in bits 5:0.
 */
#define READ_LOWER  0x92000210
#define READ_SAME   0x96000210
#define WRITE_LOWER 0x92000250
#define WRITE_SAME  0x96000250
#define FETCH_LOWER 0x82000210
#define FETCH_SAME  0x86000210

typedef struct Case {
    const char *name;
    unsigned el;
    MMUAccessType access;
    uint64_t scr, hcr;
    unsigned target_el;
    uint32_t syndrome;
} Case;

static const Case cases[] = {
    /* Nobody asks for them */
    { "el0-read", 0, MMU_DATA_LOAD, NS, RW, 1, READ_LOWER },
    { "el0-write", 0, MMU_DATA_STORE, NS, RW, 1, WRITE_LOWER },
    { "el0-fetch", 0, MMU_INST_FETCH, NS, RW, 1, FETCH_LOWER },
    { "el1-read", 1, MMU_DATA_LOAD, NS, RW, 1, READ_SAME },
    { "el1-write", 1, MMU_DATA_STORE, NS, RW, 1, WRITE_SAME },
    { "el1-fetch", 1, MMU_INST_FETCH, NS, RW, 1, FETCH_SAME },
    { "el2-read", 2, MMU_DATA_LOAD, NS, RW, 2, READ_SAME },
    { "el3-read", 3, MMU_DATA_LOAD, NS, RW, 3, READ_SAME },
    /* EL2 does, for what is below it */
    { "tea-el0-read", 0, MMU_DATA_LOAD, NS, RW | TEA, 2, READ_LOWER },
    { "tea-el0-fetch", 0, MMU_INST_FETCH, NS, RW | TEA, 2, FETCH_LOWER },
    { "tea-el1-read", 1, MMU_DATA_LOAD, NS, RW | TEA, 2, READ_LOWER },
    { "tea-el1-write", 1, MMU_DATA_STORE, NS, RW | TEA, 2, WRITE_LOWER },
    { "tea-el1-fetch", 1, MMU_INST_FETCH, NS, RW | TEA, 2, FETCH_LOWER },
    { "tea-el2-read", 2, MMU_DATA_LOAD, NS, RW | TEA, 2, READ_SAME },
    { "tea-el3-read", 3, MMU_DATA_LOAD, NS, RW | TEA, 3, READ_SAME },
    /* A host and its processes */
    { "tge-el0-read", 0, MMU_DATA_LOAD, NS, RW | TGE | E2H, 2, READ_LOWER },
    { "tge-el0-fetch", 0, MMU_INST_FETCH, NS, RW | TGE, 2, FETCH_LOWER },
    { "tge-tea-el0-read", 0, MMU_DATA_LOAD, NS, RW | TGE | E2H | TEA, 2,
      READ_LOWER },
    /* EL2 isn't there in the Secure state of this CPU */
    { "secure-tea-el1-read", 1, MMU_DATA_LOAD, S, RW | TEA, 1, READ_SAME },
    /* EL3 does, and is asked first */
    { "ea-el0-read", 0, MMU_DATA_LOAD, NS | EA, RW, 3, READ_LOWER },
    { "ea-el1-write", 1, MMU_DATA_STORE, NS | EA, RW, 3, WRITE_LOWER },
    { "ea-el2-fetch", 2, MMU_INST_FETCH, NS | EA, RW, 3, FETCH_LOWER },
    { "ea-el3-fetch", 3, MMU_INST_FETCH, NS | EA, RW, 3, FETCH_SAME },
    { "ea-tea-el1-read", 1, MMU_DATA_LOAD, NS | EA, RW | TEA, 3, READ_LOWER },
    { "ea-tge-el0-read", 0, MMU_DATA_LOAD, NS | EA, RW | TGE | E2H, 3,
      READ_LOWER },
    { "secure-ea-el1-read", 1, MMU_DATA_LOAD, S | EA, RW, 3, READ_LOWER },
};

static ARMMMUIdx mmu_idx(unsigned el)
{
    static const ARMMMUIdx of_el[] = { ARMMMUIdx_E10_0, ARMMMUIdx_E10_1,
                                       ARMMMUIdx_E2, ARMMMUIdx_E3 };

    return of_el[el];
}

static void test_target(const void *opaque)
{
    const Case *c = opaque;
    ARMCPU *cpu = ARM_CPU(object_new(ARM_CPU_TYPE_NAME("cortex-a57")));
    CPUARMState *env = &cpu->env;
    CPUState *cs = CPU(cpu);

    env->aarch64 = true;
    pstate_write(env, c->el << 2 | (c->el ? 1 : 0));
    env->cp15.scr_el3 = c->scr;
    env->cp15.hcr_el2 = c->hcr;

    if (sigsetjmp(cs->jmp_env, 0) == 0) {
        CPU_GET_CLASS(cs)->tcg_ops->do_transaction_failed(
            cs, 0x1238, ADDRESS, 4, c->access,
            arm_to_core_mmu_idx(mmu_idx(c->el)), (MemTxAttrs) { },
            MEMTX_ERROR, NO_TB);
        g_assert_not_reached();
    }

    g_assert_cmpint(cs->exception_index, ==,
                    c->access == MMU_INST_FETCH ? EXCP_PREFETCH_ABORT
                                                : EXCP_DATA_ABORT);
    g_assert_cmpuint(env->exception.target_el, ==, c->target_el);
    g_assert_cmphex(env->exception.syndrome, ==, c->syndrome);
    g_assert_cmphex(env->exception.vaddress, ==, ADDRESS);
    object_unref(OBJECT(cpu));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    qemu_init_cpu_loop();
    bql_lock();

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        g_autofree char *path = g_strdup_printf("/arm-abort/%s",
                                                cases[i].name);

        g_test_add_data_func(path, &cases[i], test_target);
    }

    return g_test_run();
}
