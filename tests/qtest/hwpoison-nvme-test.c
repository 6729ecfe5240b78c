/*
 * Tests a device that has the block layer do its DMA, in poisoned memory: R75
 *
 * It is a disk of NVM Express.  Registers, commands and queues are those of its
 * Base Specification 1.4: 3.1 registers, 4.2 commands, 4.6 completions, 5.3 and
 * 5.4 making queues, 6.9 and 6.15 Read and Write.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "ghes-machine.h"

/* The virt machine's PCI configuration space, and memory for a BAR */
#define CONFIG_GPA      (UINT64_C(0x4010000000) + (4 << 15))
#define CONFIG_COMMAND  0x04
#define CONFIG_BAR0     0x10
#define MEMORY_MASTER   6
#define BAR_GPA         0x10000000

#define CC              0x14
#define CSTS            0x1c
#define AQA             0x24
#define ASQ             0x28
#define ACQ             0x30
#define DOORBELLS       0x1000

/* CC: entries of 64 and 16 bytes, enabled */
#define CC_ENABLED      (4 << 20 | 6 << 16 | 1)

#define CREATE_SQ       1
#define CREATE_CQ       5
#define WRITE           1
#define READ            2

#define ENTRIES         8
#define SQ_GPA(queue)   ghes_page(0x100 + 2 * (queue))
#define CQ_GPA(queue)   ghes_page(0x101 + 2 * (queue))
#define DATA_GPA        ghes_page(0)

enum { ADMIN, IO, QUEUES };

static unsigned done[QUEUES];       /* commands of each queue */

static void put(GhesMachine *m, unsigned offset, uint32_t value)
{
    qtest_writel(m->qts, BAR_GPA + offset, value);
}

static void put_address(GhesMachine *m, unsigned offset, uint64_t gpa)
{
    put(m, offset, gpa);
    put(m, offset + 4, gpa >> 32);
}

/* Returns: the Status Field of the completion, bits 31:17 of its last word */
static unsigned command(GhesMachine *m, unsigned queue, uint8_t opcode,
                        uint64_t gpa, uint32_t dword10, uint32_t dword11)
{
    unsigned i = done[queue]++ % ENTRIES;
    uint64_t completion = CQ_GPA(queue) + i * 16;
    uint64_t entry = SQ_GPA(queue) + i * 64;

    g_assert_cmpuint(done[queue], <, ENTRIES);
    qtest_memset(m->qts, entry, 0, 64);
    qtest_writel(m->qts, entry, opcode);
    qtest_writel(m->qts, entry + 4, queue == IO ? 1 : 0);
    qtest_writeq(m->qts, entry + 24, gpa);
    qtest_writel(m->qts, entry + 40, dword10);
    qtest_writel(m->qts, entry + 44, dword11);
    put(m, DOORBELLS + queue * 8, done[queue] % ENTRIES);
    /* The Phase Tag of the first round is 1 */
    for (int j = 0; j < 1000; j++) {
        ghes_machine_run_ms(m, 1);
        if (qtest_readl(m->qts, completion + 12) & 1 << 16) {
            return qtest_readl(m->qts, completion + 12) >> 17;
        }
    }
    g_assert_not_reached();
}

static void start(GhesMachine *m)
{
    const uint32_t size = (ENTRIES - 1) << 16 | IO;

    ghes_machine_start(m, "ras=on", "-blockdev null-co,node-name=disk,"
                       "size=1048576 -device nvme,addr=4,drive=disk,serial=1");
    ghes_machine_boot(m);
    memset(done, 0, sizeof(done));
    qtest_memset(m->qts, SQ_GPA(ADMIN), 0, 2 * QUEUES * GHES_PAGE);
    qtest_writel(m->qts, CONFIG_GPA + CONFIG_BAR0, BAR_GPA);
    qtest_writew(m->qts, CONFIG_GPA + CONFIG_COMMAND, MEMORY_MASTER);

    put(m, AQA, (ENTRIES - 1) << 16 | (ENTRIES - 1));
    put_address(m, ASQ, SQ_GPA(ADMIN));
    put_address(m, ACQ, CQ_GPA(ADMIN));
    put(m, CC, CC_ENABLED);
    while (!(qtest_readl(m->qts, BAR_GPA + CSTS) & 1)) {
        ghes_machine_run_ms(m, 1);
    }
    g_assert_cmphex(command(m, ADMIN, CREATE_CQ, CQ_GPA(IO), size, 1), ==, 0);
    g_assert_cmphex(command(m, ADMIN, CREATE_SQ, SQ_GPA(IO), size,
                            IO << 16 | 1), ==, 0);
}

static void test_disk(const void *opaque)
{
    uint8_t opcode = GPOINTER_TO_UINT(opaque);
    GhesMachine m;

    start(&m);
    g_assert_cmphex(command(&m, IO, opcode, DATA_GPA, 0, 0), ==, 0);

    qtest_qmp_assert_success(m.qts, "{ 'execute': 'poison-memory',"
                             "  'arguments': { 'address': %" PRIu64 " } }",
                             DATA_GPA);
    g_assert_cmphex(command(&m, IO, opcode, DATA_GPA, 0, 0), !=, 0);
    ghes_machine_await_next(&m);
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, DATA_GPA, 1);
    /* Beside it, and in its place, the disk works as before */
    g_assert_cmphex(command(&m, IO, opcode, DATA_GPA + GHES_PAGE, 0, 0), ==,
                    0);
    qtest_qmp_assert_success(m.qts, "{ 'execute': 'unpoison-memory',"
                             "  'arguments': { 'address': %" PRIu64 " } }",
                             DATA_GPA);
    g_assert_cmphex(command(&m, IO, opcode, DATA_GPA, 0, 0), ==, 0);
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) {
        .recorded = 1, .notified = 1, .acknowledged = 1 });
    ghes_machine_quit(&m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_data_func("/hwpoison/nvme/read-disk",
                        GUINT_TO_POINTER(READ), test_disk);
    qtest_add_data_func("/hwpoison/nvme/write-disk",
                        GUINT_TO_POINTER(WRITE), test_disk);

    return g_test_run();
}
