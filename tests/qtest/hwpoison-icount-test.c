/*
 * Tests poisoned memory that a vCPU consumes, on each of TCG's clocks
 *
 * A program at EL0 fetches, reads and writes in a loop; EL1 counts the aborts
 * that it takes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <glib/gstdio.h>
#include "qemu/bswap.h"
#include "ghes-machine.h"

/* Pages of the guest: translation tables, data, counters and code */
#define LEVEL1_GPA      UINT64_C(0x40010000)
#define LEVEL2_GPA      UINT64_C(0x40011000)
#define LEVEL3_GPA      UINT64_C(0x40012000)
#define DATA_GPA        UINT64_C(0x40020000)
#define ROUNDS_GPA      UINT64_C(0x40030000)
#define ABORTS_GPA      UINT64_C(0x40030008)
#define ESR_GPA         UINT64_C(0x40030010)
#define CODE_GPA        UINT64_C(0x40040000)

/*
 * Arm ARM, VMSAv8-64 descriptors: Access flag, inner shareable, and read-only
 * or not for EL0
 */
#define TABLE           3
#define READ_ONLY       0x7c0
#define READ_WRITE      0x740
#define BLOCK           1
#define PAGE            3

/* The same, ESR_EL1: Exception Class and fault status code */
#define ESR_EC(esr)     ((esr) >> 26)
#define ESR_FSC(esr)    ((esr) & 0x3f)
#define EC_FETCH        0x20
#define EC_DATA         0x24
#define FSC_EXTERNAL    0x10
#define FSC_WALK_3      0x17

#define RET             0xd65f03c0

static const uint32_t reset_code[] = {
    0x10004000,     /* adr x0, .+0x800: the vectors */
    0xd518c000,     /* msr vbar_el1, x0 */
    0xd2a80021,     /* mov x1, #LEVEL1_GPA */
    0xd5182001,     /* msr ttbr0_el1, x1 */
    0xd2801fe0,     /* mov x0, #0xff: normal memory */
    0xd518a200,     /* msr mair_el1, x0 */
    0xd286a320,     /* mov x0, #0x3519: T0SZ = 25, write-back, inner */
    0xf2a01000,     /* movk x0, #0x80, lsl #16: EPD1 */
    0xf2c00040,     /* movk x0, #2, lsl #32: 40 bits */
    0xd5182040,     /* msr tcr_el1, x0 */
    0xd5033fdf,     /* isb */
    0xd5381000,     /* mrs x0, sctlr_el1 */
    0xb2400000,     /* orr x0, x0, #1: the MMU on */
    0xd5181000,     /* msr sctlr_el1, x0 */
    0xd5033fdf,     /* isb */
    0xd2b00005,     /* mov x5, #0x80000000: DATA_GPA, by LEVEL3_GPA */
    0xd2a80067,     /* mov x7, #ROUNDS_GPA */
    0xd2a8008a,     /* mov x10, #CODE_GPA */
    0x10000080,     /* adr x0, .+16: the loop */
    0xd5184020,     /* msr elr_el1, x0 */
    0xd518401f,     /* msr spsr_el1, xzr */
    0xd69f03e0,     /* eret */
    0xd2800028,     /* loop: mov x8, #1 */
    0xd63f0140,     /* blr x10 */
    0xf94000a6,     /* ldr x6, [x5] */
    0x91000529,     /* add x9, x9, #1 */
    0xf90000e9,     /* str x9, [x7] */
    0x17fffffb,     /* b loop */
};

/* Synchronous, from a lower Exception level that uses AArch64 */
#define VECTOR_OFFSET   0xc00

static const uint32_t vector_code[] = {
    0xf94004e6,     /* ldr x6, [x7, #8] */
    0xd5385208,     /* mrs x8, esr_el1 */
    0xf90008e8,     /* str x8, [x7, #16] */
    0x910004c6,     /* add x6, x6, #1 */
    0xf90004e6,     /* str x6, [x7, #8] */
    0x14000000,     /* b . */
};

typedef struct Clock {
    const char *name;
    const char *options;
} Clock;

static const Clock clocks[] = {
    { "host-clock", "" },
    { "icount", "-icount shift=2" },
    { "icount-nosleep", "-icount shift=2,sleep=off" },
    { "icount-auto", "-icount shift=auto" },
};

typedef struct Page {
    const char *name;
    uint64_t gpa;
    unsigned ec, fsc;
} Page;

static const Page pages[] = {
    { "data", DATA_GPA, EC_DATA, FSC_EXTERNAL },
    { "fetch", CODE_GPA, EC_FETCH, FSC_EXTERNAL },
    { "table", LEVEL3_GPA, EC_DATA, FSC_WALK_3 },
};

typedef struct Case {
    const Clock *clock;
    const Page *page;
} Case;

static char *write_firmware(void)
{
    uint32_t rom[1024] = { };
    char *path;
    int fd = g_file_open_tmp("hwpoison-XXXXXX", &path, NULL);

    for (size_t i = 0; i < ARRAY_SIZE(reset_code); i++) {
        rom[i] = cpu_to_le32(reset_code[i]);
    }
    for (size_t i = 0; i < ARRAY_SIZE(vector_code); i++) {
        rom[VECTOR_OFFSET / 4 + i] = cpu_to_le32(vector_code[i]);
    }
    g_assert_cmpint(write(fd, rom, sizeof(rom)), ==, sizeof(rom));
    close(fd);
    return path;
}

static void write_tables(GhesMachine *m)
{
    qtest_writeq(m->qts, LEVEL1_GPA, READ_ONLY | BLOCK);
    qtest_writeq(m->qts, LEVEL1_GPA + 8, 0x40000000 | READ_WRITE | BLOCK);
    qtest_writeq(m->qts, LEVEL1_GPA + 16, LEVEL2_GPA | TABLE);
    qtest_writeq(m->qts, LEVEL2_GPA, LEVEL3_GPA | TABLE);
    qtest_writeq(m->qts, LEVEL3_GPA, DATA_GPA | READ_WRITE | PAGE);
    qtest_writel(m->qts, CODE_GPA, RET);
}

static void await_above(GhesMachine *m, uint64_t gpa, uint64_t value)
{
    for (int i = 0; i < 30000 && qtest_readq(m->qts, gpa) <= value; i++) {
        g_usleep(1000);
    }
    g_assert_cmpuint(qtest_readq(m->qts, gpa), >, value);
}

static void start(GhesMachine *m, const char *clock)
{
    g_autofree char *path = write_firmware();
    g_autofree char *options = g_strdup_printf(
        "-machine virt,ras=on -cpu cortex-a57 -accel tcg -S -bios %s %s",
        path, clock);

    ghes_machine_start_bare(m, options);
    g_unlink(path);
    ghes_machine_boot(m);
    write_tables(m);
    qtest_qmp_assert_success(m->qts, "{ 'execute': 'cont' }");
    await_above(m, ROUNDS_GPA, 100);
}

/* R71, R73: the vCPU takes an abort, with a record */
static void test_consume(const void *opaque)
{
    const Case *c = opaque;
    GhesMachine m;
    uint64_t esr;

    start(&m, c->clock->options);
    qtest_qmp_assert_success(m.qts, "{ 'execute': 'poison-memory',"
                             "  'arguments': { 'address': %" PRIu64 " } }",
                             c->page->gpa);
    await_above(&m, ABORTS_GPA, 0);
    esr = qtest_readq(m.qts, ESR_GPA);
    g_assert_cmphex(ESR_EC(esr), ==, c->page->ec);
    g_assert_cmphex(ESR_FSC(esr), ==, c->page->fsc);
    g_assert_cmpuint(qtest_readq(m.qts, ABORTS_GPA), ==, 1);
    ghes_machine_assert_counts(&m, GHES_SEA, (GhesCounts) {
        .busy = true, .recorded = 1, .notified = 1 });
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) { });
    ghes_machine_quit(&m);
}

static void add_case(const Clock *clock, const Page *page)
{
    const Case c = { .clock = clock, .page = page };
    g_autofree char *path = g_strdup_printf("/hwpoison/%s/%s", clock->name,
                                            page->name);

    qtest_add_data_func_full(path, g_memdup2(&c, sizeof(c)), test_consume,
                             g_free);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    for (size_t i = 0; i < ARRAY_SIZE(clocks); i++) {
        for (size_t j = 0; j < ARRAY_SIZE(pages); j++) {
            add_case(&clocks[i], &pages[j]);
        }
    }
    return g_test_run();
}
