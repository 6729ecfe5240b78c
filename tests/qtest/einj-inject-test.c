/*
 * Tests what comes of an injection: an error of memory, or a refusal
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "einj-machine.h"

/* ACPI 6.5, 18.6.4: Error Types */
#define MEMORY_CORRECTED 0x8
#define V2_MEMORY        0x2

/* Flags: Memory Address is valid, the EINJv2 extension is */
#define FLAG_MEMORY 0x2
#define FLAG_V2     0x8

static const uint8_t *section_of(const uint8_t *block, unsigned index)
{
    return ghes_entry(block, index) + ghes_layout_data_entry.length;
}

/* The one error that the guest has is of this page */
static void assert_record(GhesMachine *m, uint64_t gpa, uint64_t type)
{
    g_autofree uint8_t *block = ghes_machine_read_block(m, GHES_GED);

    g_assert_cmphex(ghes_get(&ghes_layout_memory_section, section_of(block, 0),
                             "Memory Error Type"), ==, type);
    ghes_machine_take_pages(m, GHES_CORRECTED, gpa, 1);
    g_assert_false(ghes_machine_has_error(m, GHES_GED));
}

/* R126, R131: the whole way of a corrected error */
static void test_corrected(void)
{
    GhesMachine m;

    einj_machine_start_and_boot(&m);
    einj_machine_set_memory(&m, MEMORY_CORRECTED, FLAG_MEMORY,
                            ghes_page(3) + 0x123);
    einj_machine_command(&m, EINJ_BEGIN);
    einj_machine_command(&m, EINJ_EXECUTE);
    /* The type has been taken, and nothing happens for a millisecond */
    g_assert_cmphex(qtest_readl(m.qts, einj_machine_gpa(&m)), ==, 0);
    g_assert_cmphex(qtest_readq(m.qts, EINJ_BUSY), ==, 1);
    qtest_clock_step(m.qts, 999999);
    g_assert_cmphex(qtest_readq(m.qts, EINJ_BUSY), ==, 1);
    qtest_clock_step(m.qts, 1);
    g_assert_cmphex(qtest_readq(m.qts, EINJ_BUSY), ==, 0);
    g_assert_cmphex(qtest_readq(m.qts, EINJ_STATUS), ==, EINJ_SUCCESS);
    g_assert_false(ghes_machine_has_error(&m, GHES_GED));

    einj_machine_command(&m, EINJ_TRIGGER);
    assert_record(&m, ghes_page(3), 2 /* single-bit ECC */);
    einj_machine_command(&m, EINJ_END);

    /* R135: it has come off; once is all */
    einj_machine_command(&m, EINJ_TRIGGER);
    g_assert_false(ghes_machine_has_error(&m, GHES_GED));
    ghes_machine_quit(&m);
}

/* R135: what isn't triggered waits, but not for ever */
static void test_replaced(void)
{
    GhesMachine m;

    einj_machine_start_and_boot(&m);
    einj_machine_set_memory(&m, MEMORY_CORRECTED, FLAG_MEMORY, ghes_page(1));
    einj_machine_expect(&m, EINJ_SUCCESS);
    einj_machine_command(&m, EINJ_END);
    einj_machine_set_memory(&m, MEMORY_CORRECTED, FLAG_MEMORY, ghes_page(2));
    einj_machine_expect(&m, EINJ_SUCCESS);
    einj_machine_command(&m, EINJ_END);
    einj_machine_command(&m, EINJ_BEGIN);
    einj_machine_command(&m, EINJ_TRIGGER);
    assert_record(&m, ghes_page(2), 2);

    /* One that fails takes the place as well */
    einj_machine_set_memory(&m, MEMORY_CORRECTED, FLAG_MEMORY, ghes_page(1));
    einj_machine_expect(&m, EINJ_SUCCESS);
    einj_machine_expect(&m, EINJ_INVALID_ACCESS);
    einj_machine_command(&m, EINJ_TRIGGER);
    g_assert_false(ghes_machine_has_error(&m, GHES_GED));
    ghes_machine_quit(&m);
}

typedef struct WrongUse {
    const char *what;
    uint32_t type;
    uint32_t flags;
    uint64_t gpa;
    uint64_t mask;
} WrongUse;

#define PAGE (~0xfffULL)

/* R127; RAM is from 0x40000000 to 0x47ffffff */
static const WrongUse wrong_uses[] = {
    { "no type", 0, FLAG_MEMORY, GHES_PAGES_GPA, PAGE },
    { "two types", 0x18, FLAG_MEMORY, GHES_PAGES_GPA, PAGE },
    { "all types", 0x1ff, 0xf, GHES_PAGES_GPA, PAGE },
    { "platform", 0x200, FLAG_MEMORY, GHES_PAGES_GPA, PAGE },
    { "CXL", 0x8000, FLAG_MEMORY, GHES_PAGES_GPA, PAGE },
    { "bit of EINJv2", 0x40000000, FLAG_MEMORY, GHES_PAGES_GPA, PAGE },
    { "vendor", 0x80000000, FLAG_MEMORY, GHES_PAGES_GPA, PAGE },
    { "vendor and memory", 0x80000008, FLAG_MEMORY, GHES_PAGES_GPA, PAGE },
    { "no flags", MEMORY_CORRECTED, 0, GHES_PAGES_GPA, PAGE },
    { "others' flags", MEMORY_CORRECTED, 5, GHES_PAGES_GPA, PAGE },
    { "unknown flag", MEMORY_CORRECTED, 0x12, GHES_PAGES_GPA, PAGE },
    { "all flags", MEMORY_CORRECTED, ~0U, GHES_PAGES_GPA, PAGE },
    { "flash", MEMORY_CORRECTED, FLAG_MEMORY, 0, PAGE },
    { "own registers", MEMORY_CORRECTED, FLAG_MEMORY, EINJ_COMMAND, PAGE },
    { "before RAM", MEMORY_CORRECTED, FLAG_MEMORY, 0x3ffff000, PAGE },
    { "behind RAM", MEMORY_CORRECTED, FLAG_MEMORY, 0x48000000, PAGE },
    { "last page", MEMORY_CORRECTED, FLAG_MEMORY, ~0xfffULL, PAGE },
    { "mask of nothing", MEMORY_CORRECTED, FLAG_MEMORY, GHES_PAGES_GPA, 0 },
    { "PCIe, no device given", 0x40, FLAG_MEMORY, GHES_PAGES_GPA, PAGE },
    { "PCIe, no such device", 0x40, 4, GHES_PAGES_GPA, PAGE },
    { "no such processor", 0x1, 1, GHES_PAGES_GPA, PAGE },
    { "EINJv2 without components", V2_MEMORY, 0xa, GHES_PAGES_GPA, PAGE },
    { "EINJv2 processor", 0x1, 0xb, GHES_PAGES_GPA, PAGE },
    { "type of old with EINJv2", MEMORY_CORRECTED, 0xa, GHES_PAGES_GPA, PAGE },
};

static void test_wrong_use(void)
{
    GhesMachine m;

    einj_machine_start_and_boot(&m);
    for (unsigned i = 0; i < ARRAY_SIZE(wrong_uses); i++) {
        const WrongUse *wrong = &wrong_uses[i];
        uint64_t p = einj_machine_gpa(&m);

        g_test_message("%s", wrong->what);
        einj_machine_set_memory(&m, wrong->type, wrong->flags, wrong->gpa);
        qtest_writeq(m.qts, p + EINJ_P_MASK, wrong->mask);
        qtest_writel(m.qts, p + EINJ_P_PROCESSOR, 77);
        qtest_writel(m.qts, p + EINJ_P_SBDF, 0x01ff0000);
        einj_machine_expect(&m, EINJ_INVALID_ACCESS);
        einj_machine_command(&m, EINJ_TRIGGER);
        g_assert_false(ghes_machine_has_error(&m, GHES_GED));
    }
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) { });

    /* And then a right one */
    einj_machine_set_memory(&m, MEMORY_CORRECTED, FLAG_MEMORY, ghes_page(1));
    einj_machine_expect(&m, EINJ_SUCCESS);
    ghes_machine_quit(&m);
}

/* R127, R129: commands that come when they mustn't, or don't exist */
static void test_wrong_order(void)
{
    GhesMachine m;

    einj_machine_start_and_boot(&m);
    einj_machine_set_memory(&m, MEMORY_CORRECTED, FLAG_MEMORY, ghes_page(1));
    einj_machine_command(&m, EINJ_EXECUTE);
    g_assert_cmphex(qtest_readq(m.qts, EINJ_BUSY), ==, 0);
    g_assert_cmphex(qtest_readq(m.qts, EINJ_STATUS), ==, EINJ_INVALID_ACCESS);
    einj_machine_command(&m, EINJ_BEGIN);
    g_assert_cmphex(qtest_readq(m.qts, EINJ_STATUS), ==, EINJ_SUCCESS);
    einj_machine_command(&m, 0);
    g_assert_cmphex(qtest_readq(m.qts, EINJ_STATUS), ==, EINJ_INVALID_ACCESS);
    einj_machine_command(&m, EINJ_BEGIN);
    einj_machine_command(&m, 0x100000002);
    g_assert_cmphex(qtest_readq(m.qts, EINJ_STATUS), ==, EINJ_INVALID_ACCESS);
    g_assert_cmphex(qtest_readq(m.qts, EINJ_BUSY), ==, 0);

    /* At work: nothing else is taken, and what is at work isn't disturbed */
    einj_machine_command(&m, EINJ_BEGIN);
    einj_machine_command(&m, EINJ_EXECUTE);
    einj_machine_set_memory(&m, MEMORY_CORRECTED, FLAG_MEMORY, ghes_page(2));
    for (uint64_t command = 0; command < 6; command++) {
        einj_machine_command(&m, command);
        g_assert_cmphex(qtest_readq(m.qts, EINJ_BUSY), ==, 1);
    }
    g_assert_false(ghes_machine_has_error(&m, GHES_GED));
    ghes_machine_run_ms(&m, 1);
    g_assert_cmphex(qtest_readq(m.qts, EINJ_STATUS), ==, EINJ_SUCCESS);
    g_assert_cmphex(qtest_readl(m.qts, einj_machine_gpa(&m)), ==,
                    MEMORY_CORRECTED);
    einj_machine_command(&m, EINJ_TRIGGER);
    assert_record(&m, ghes_page(1), 2);
    ghes_machine_quit(&m);
}

/* R130, R131: what is poisoned is reported when it is triggered */
static void test_uncorrected(void)
{
    static const struct {
        uint32_t type;
        uint32_t severity;
    } types[] = {
        { 0x10, GHES_RECOVERABLE }, { 0x20, GHES_FATAL },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(types); i++) {
        g_autofree uint8_t *block = NULL;
        GhesMachine m;

        einj_machine_start_and_boot(&m);
        einj_machine_set_memory(&m, types[i].type, FLAG_MEMORY, ghes_page(1));
        einj_machine_expect(&m, EINJ_SUCCESS);
        g_assert_false(ghes_machine_has_error(&m, GHES_GED));
        ghes_machine_refuse(&m, "poisoned already",
                            "{ 'execute': 'poison-memory', 'arguments': {"
                            "  'address': %" PRIu64 " } }", ghes_page(1));
        einj_machine_command(&m, EINJ_TRIGGER);
        block = ghes_machine_read_block(&m, GHES_GED);
        g_assert_cmphex(ghes_get(&ghes_layout_memory_section,
                                 section_of(block, 0), "Memory Error Type"),
                        ==, 3 /* multi-bit ECC */);
        ghes_machine_take_pages(&m, types[i].severity, ghes_page(1), 1);

        /* R128: it can't be poisoned again */
        einj_machine_set_memory(&m, types[i].type, FLAG_MEMORY, ghes_page(1));
        einj_machine_expect(&m, EINJ_UNKNOWN_FAILURE);
        einj_machine_command(&m, EINJ_TRIGGER);
        g_assert_false(ghes_machine_has_error(&m, GHES_GED));
        ghes_machine_quit(&m);
    }
}

/* R127: what QEMU itself works with is not to be poisoned */
static void test_shared(void)
{
    GhesMachine m;
    uint64_t pages[2];

    einj_machine_start_and_boot(&m);
    pages[0] = einj_machine_gpa(&m);
    pages[1] = ghes_firmware_blob(&m.fw, GHES_HARDWARE_ERRORS)->gpa;
    for (unsigned i = 0; i < ARRAY_SIZE(pages); i++) {
        einj_machine_set_memory(&m, 0x10, FLAG_MEMORY, pages[i] + 0x100);
        einj_machine_expect(&m, EINJ_INVALID_ACCESS);
        /* Nothing is poisoned by this */
        einj_machine_set_memory(&m, MEMORY_CORRECTED, FLAG_MEMORY, pages[i]);
        einj_machine_expect(&m, EINJ_SUCCESS);
    }
    einj_machine_set_memory(&m, 0x10, FLAG_MEMORY, pages[0] + 0x100000);
    einj_machine_expect(&m, EINJ_SUCCESS);
    ghes_machine_quit(&m);
}

/* R139: there is an end to it, and a reset is no way around */
static void test_limit(void)
{
    GhesMachine m;

    einj_machine_start_and_boot(&m);
    for (unsigned page = 0; page < 4096; page += 16) {
        einj_machine_set_memory(&m, V2_MEMORY, FLAG_V2, 0);
        for (unsigned i = 0; i < 16; i++) {
            einj_machine_set_component(&m, i, ghes_page(page + i), 0x3);
        }
        einj_machine_expect(&m, EINJ_SUCCESS);
    }
    for (unsigned resets = 0; resets < 2; resets++) {
        einj_machine_set_memory(&m, 0x10, FLAG_MEMORY, ghes_page(5000));
        einj_machine_expect(&m, EINJ_UNKNOWN_FAILURE);
        einj_machine_set_memory(&m, MEMORY_CORRECTED, FLAG_MEMORY,
                                ghes_page(5000));
        einj_machine_expect(&m, EINJ_SUCCESS);
        qtest_system_reset(m.qts);
        ghes_machine_boot(&m);
    }
    ghes_machine_quit(&m);
}

/* A device's DMA to the registers is what a write of the guest is */
static void test_dma(void)
{
    const uint64_t access = GHES_PAGES_GPA;
    GhesMachine m;

    einj_machine_start_and_boot(&m);
    einj_machine_set_memory(&m, MEMORY_CORRECTED, FLAG_MEMORY, ghes_page(1));
    einj_machine_command(&m, EINJ_BEGIN);
    /* fw_cfg copies all of the signature, "QEMU", docs/specs/fw_cfg.rst */
    qtest_writel(m.qts, access, bswap32(0x0000000a));
    qtest_writel(m.qts, access + 4, bswap32(4));
    qtest_writeq(m.qts, access + 8, bswap64(EINJ_COMMAND));
    qtest_writeq(m.qts, 0x09020010, bswap64(access));
    g_assert_cmphex(qtest_readq(m.qts, EINJ_BUSY), ==, 0);
    g_assert_cmphex(qtest_readq(m.qts, EINJ_STATUS), ==, EINJ_INVALID_ACCESS);
    ghes_machine_quit(&m);
}

/* R134: several pages at once, and devices that hold parts of one page */
static void test_v2(void)
{
    g_autofree uint8_t *block = NULL;
    const uint8_t *section;
    GhesMachine m;

    einj_machine_start_and_boot(&m);
    einj_machine_set_memory(&m, V2_MEMORY, FLAG_V2 | FLAG_MEMORY,
                            ghes_page(9));
    einj_machine_set_component(&m, 0, ghes_page(5) + 8, 0x1);
    einj_machine_set_component(&m, 1, ghes_page(7), 0x8000000000000000);
    einj_machine_set_component(&m, 2, 0xfff, 0x10);
    einj_machine_expect(&m, EINJ_SUCCESS);
    einj_machine_command(&m, EINJ_TRIGGER);

    /* The first one at once, the others when that is acknowledged */
    ghes_machine_take_pages(&m, GHES_CORRECTED, ghes_page(5), 1);
    block = ghes_machine_read_block(&m, GHES_GED);
    section = section_of(block, 0);
    g_assert_cmphex(ghes_get(&ghes_layout_memory_section, section,
                             "Physical Address"), ==, ghes_page(7));
    g_assert_cmphex(ghes_get(&ghes_layout_memory_section, section,
                             "Validation Bits") & 0x80, ==, 0);
    section = section_of(block, 1);
    g_assert_cmphex(ghes_get(&ghes_layout_memory_section, section,
                             "Physical Address"), ==, ghes_page(9));
    g_assert_cmphex(ghes_get(&ghes_layout_memory_section, section,
                             "Device"), ==, 0xfff);
    g_assert_null(ghes_entry(block, 2));
    ghes_machine_quit(&m);
}

/* R134: what components can't be */
static void test_v2_wrong_use(void)
{
    GhesMachine m;
    uint64_t p;

    einj_machine_start_and_boot(&m);
    p = einj_machine_gpa(&m);
    for (unsigned i = 0; i < 7; i++) {
        einj_machine_set_memory(&m, V2_MEMORY, i == 0 ? FLAG_V2
                                : FLAG_V2 | FLAG_MEMORY, ghes_page(9));
        einj_machine_set_component(&m, 0, ghes_page(5), 0x1);
        switch (i) {
        case 0: /* a device, but no address */
            einj_machine_set_component(&m, 1, 3, 0x1);
            break;
        case 1: /* no bit is wrong */
            einj_machine_set_component(&m, 1, ghes_page(6), 0);
            break;
        case 2: /* no RAM */
            einj_machine_set_component(&m, 1, 0x48000000, 0x1);
            break;
        case 3: /* more than 64 bits */
            einj_machine_set_component(&m, 1, ghes_page(6), 0x1);
            qtest_writeq(m.qts, p + EINJ_P_COMPONENTS + 32 + 8, 1);
            break;
        case 4: /* more of them than there is room for */
            qtest_writew(m.qts, p + EINJ_P_COMPONENT_COUNT, 17);
            break;
        case 5:
            qtest_writew(m.qts, p + EINJ_P_COMPONENT_COUNT, 0xffff);
            break;
        default:
            qtest_writew(m.qts, p + EINJ_P_COMPONENT_COUNT, 0);
            break;
        }
        einj_machine_expect(&m, EINJ_INVALID_ACCESS);
        einj_machine_command(&m, EINJ_TRIGGER);
        g_assert_false(ghes_machine_has_error(&m, GHES_GED));
    }
    ghes_machine_quit(&m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("einj/inject/corrected", test_corrected);
    qtest_add_func("einj/inject/uncorrected", test_uncorrected);
    qtest_add_func("einj/inject/replaced", test_replaced);
    qtest_add_func("einj/inject/v2", test_v2);
    qtest_add_func("einj/refused/wrong-use", test_wrong_use);
    qtest_add_func("einj/refused/wrong-order", test_wrong_order);
    qtest_add_func("einj/refused/shared", test_shared);
    qtest_add_func("einj/refused/limit", test_limit);
    qtest_add_func("einj/refused/dma", test_dma);
    qtest_add_func("einj/refused/v2", test_v2_wrong_use);

    return g_test_run();
}
