/*
 * Tests what a guest of a virt machine finds of EINJ, and when it finds none
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "einj-machine.h"

/* ACPI 6.5, 18.6, tables "Error Injection Table" and "Instruction Entry" */
#define EINJ_ENTRIES    48
#define EINJ_ENTRY_SIZE 32

/* Where a register is: one of the device's, or in the blob */
typedef enum Place { DEVICE, BLOB } Place;

typedef struct Entry {
    uint8_t action;
    uint8_t instruction;
    Place place;
    uint64_t address;       /* of the register, or offset in the blob */
    uint8_t bits;
    uint8_t access;
    uint64_t value;
    uint64_t mask;
} Entry;

static uint64_t rsdp_gpa(const GhesMachine *m)
{
    return ghes_firmware_blob(&m->fw, "etc/acpi/rsdp")->gpa;
}

static uint8_t *find_table(GhesMachine *m, const char *signature,
                           uint32_t *length)
{
    return ghes_find_table(m->qts, rsdp_gpa(m), signature, length);
}

static void assert_entry(const uint8_t *found, const Entry *entry,
                         uint64_t blob)
{
    uint64_t address = entry->address + (entry->place == BLOB ? blob : 0);

    g_assert_cmphex(found[0], ==, entry->action);
    g_assert_cmphex(found[1], ==, entry->instruction);
    g_assert_cmphex(lduw_le_p(found + 2), ==, 0);
    g_assert_cmphex(found[4], ==, 0);           /* system memory */
    g_assert_cmpuint(found[5], ==, entry->bits);
    g_assert_cmpuint(found[6], ==, 0);
    g_assert_cmpuint(found[7], ==, entry->access);
    g_assert_cmphex(ldq_le_p(found + 8), ==, address);
    g_assert_cmphex(ldq_le_p(found + 16), ==, entry->value);
    g_assert_cmphex(ldq_le_p(found + 24), ==, entry->mask);
}

/* R123; read is 0, read value 1, write 2, write value 3 */
static void test_table(void)
{
    static const Entry entries[] = {
        { 0x00, 3, DEVICE, 0x090f0000, 64, 4, 1, ~0ULL },
        { 0x01, 0, BLOB, 1072, 64, 4, 0, ~0ULL },
        { 0x02, 2, BLOB, 0, 32, 3, 0, 0xffffffff },
        { 0x03, 0, DEVICE, 0x090f0018, 64, 4, 0, ~0ULL },
        { 0x04, 3, DEVICE, 0x090f0000, 64, 4, 3, ~0ULL },
        { 0x05, 3, DEVICE, 0x090f0000, 64, 4, 2, ~0ULL },
        { 0x06, 1, DEVICE, 0x090f0008, 64, 4, 1, 1 },
        { 0x07, 0, DEVICE, 0x090f0010, 64, 4, 0, ~0ULL },
        { 0x08, 2, BLOB, 0, 32, 3, 0, 0xffffffff },
        { 0x09, 0, DEVICE, 0x090f0028, 64, 4, 0, ~0ULL },
        { 0x10, 2, BLOB, 0, 32, 3, 0, 0xffffffff },
        { 0x11, 0, DEVICE, 0x090f0020, 64, 4, 0, ~0ULL },
    };
    g_autofree uint8_t *einj = NULL;
    GhesMachine m;
    uint32_t length;

    einj_machine_start_and_boot(&m);
    einj = find_table(&m, "EINJ", &length);
    g_assert_nonnull(einj);
    g_assert_cmpuint(length, ==, 48 + 12 * 32);
    g_assert_cmpuint(einj[8], ==, 2);                   /* Revision */
    g_assert_cmpuint(ldl_le_p(einj + 36), ==, 12);      /* header size */
    g_assert_cmpuint(ldl_le_p(einj + 40), ==, 0);
    g_assert_cmpuint(ldl_le_p(einj + 44), ==, 12);      /* entries */
    for (unsigned i = 0; i < ARRAY_SIZE(entries); i++) {
        assert_entry(einj + EINJ_ENTRIES + i * EINJ_ENTRY_SIZE, &entries[i],
                     einj_machine_gpa(&m));
    }
    ghes_machine_quit(&m);
}

/* R122: parameters, trigger table, and the cell that leads to it */
static void test_blob(void)
{
    static const Entry trigger = {
        0xff, 3, DEVICE, 0x090f0000, 64, 4, 4, ~0ULL
    };
    uint8_t table[16 + EINJ_ENTRY_SIZE];
    GhesMachine m;
    uint64_t gpa;

    einj_machine_start_and_boot(&m);
    gpa = einj_machine_gpa(&m);
    g_assert_cmpuint(ghes_firmware_blob(&m.fw, EINJ_BLOB)->size, ==, 1080);
    for (unsigned i = 0; i < 1024; i += 4) {
        uint32_t expected = i == EINJ_P_V2_LENGTH ? 8 + 16 * 32 :
                            i == EINJ_P_V2_REVISION ? 1 : 0;

        g_assert_cmphex(qtest_readl(m.qts, gpa + i), ==, expected);
    }
    g_assert_cmphex(qtest_readq(m.qts, gpa + 1072), ==, gpa + 1024);
    qtest_bufread(m.qts, gpa + 1024, table, sizeof(table));
    g_assert_cmpuint(ldl_le_p(table), ==, 16);          /* header size */
    g_assert_cmpuint(ldl_le_p(table + 4), ==, 0);       /* Revision */
    g_assert_cmpuint(ldl_le_p(table + 8), ==, 16 + 32); /* size */
    g_assert_cmpuint(ldl_le_p(table + 12), ==, 1);      /* entries */
    assert_entry(table + 16, &trigger, gpa);
    ghes_machine_quit(&m);
}

/* R124, R125: what can be read, by accesses of all sizes */
static void test_registers(void)
{
    static const uint64_t values[] = {
        0, 0, 0, 0x400001ff, 0x2, 0x186a0000003e8, 0,
    };
    GhesMachine m;

    einj_machine_start_and_boot(&m);
    for (unsigned i = 0; i < ARRAY_SIZE(values); i++) {
        uint64_t at = EINJ_COMMAND + 8 * i;

        g_assert_cmphex(qtest_readq(m.qts, at), ==, values[i]);
        g_assert_cmphex(qtest_readl(m.qts, at), ==, (uint32_t)values[i]);
        g_assert_cmphex(qtest_readl(m.qts, at + 4), ==, values[i] >> 32);
        g_assert_cmphex(qtest_readw(m.qts, at + 2), ==,
                        (values[i] >> 16) & 0xffff);
        g_assert_cmphex(qtest_readb(m.qts, at + 3), ==,
                        (values[i] >> 24) & 0xff);
    }
    g_assert_cmphex(qtest_readq(m.qts, EINJ_COMMAND + 4096 - 8), ==, 0);
    ghes_machine_quit(&m);
}

/* R125: writes of all sizes reach the command; elsewhere they do nothing */
static void test_write_sizes(void)
{
    GhesMachine m;

    einj_machine_start_and_boot(&m);
    for (unsigned i = 0; i < 4; i++) {
        einj_machine_set_memory(&m, 0x8, 0x2, ghes_page(i));
        switch (i) {
        case 0:
            qtest_writeb(m.qts, EINJ_COMMAND, EINJ_BEGIN);
            qtest_writeb(m.qts, EINJ_COMMAND, EINJ_EXECUTE);
            break;
        case 1:
            qtest_writew(m.qts, EINJ_COMMAND, EINJ_EXECUTE);
            break;
        case 2:
            qtest_writel(m.qts, EINJ_COMMAND, EINJ_EXECUTE);
            break;
        default:
            qtest_writeq(m.qts, EINJ_COMMAND, EINJ_EXECUTE);
            break;
        }
        g_assert_cmphex(qtest_readq(m.qts, EINJ_BUSY), ==, 1);
        ghes_machine_run_ms(&m, 1);
        g_assert_cmphex(qtest_readq(m.qts, EINJ_STATUS), ==, EINJ_SUCCESS);
    }
    einj_machine_set_memory(&m, 0x8, 0x2, GHES_PAGES_GPA);
    for (unsigned at = 1; at < 4096; at++) {
        qtest_writeb(m.qts, EINJ_COMMAND + at, EINJ_EXECUTE);
        g_assert_cmphex(qtest_readb(m.qts, EINJ_BUSY), ==, 0);
        g_assert_cmphex(qtest_readb(m.qts, EINJ_STATUS), ==, EINJ_SUCCESS);
    }
    ghes_machine_quit(&m);
}

/* R121: without einj=on there is nothing of it, and the DSDT is the same */
static void test_off(void)
{
    g_autofree uint8_t *dsdt_on = NULL, *dsdt_off = NULL;
    GhesMachine on, off;
    uint32_t length, length_on;

    einj_machine_start_and_boot(&on);
    ghes_machine_start(&off, "ras=on", "");
    ghes_machine_boot(&off);
    g_assert_null(find_table(&off, "EINJ", &length));
    g_assert_false(ghes_firmware_has_file(&off.fw, EINJ_BLOB));
    g_assert_false(ghes_firmware_has_file(&off.fw, EINJ_BLOB_ADDRESS));

    dsdt_on = ghes_find_dsdt(on.qts, rsdp_gpa(&on), &length_on);
    dsdt_off = ghes_find_dsdt(off.qts, rsdp_gpa(&off), &length);
    g_assert_cmpmem(dsdt_on, length_on, dsdt_off, length);
    ghes_machine_quit(&on);
    ghes_machine_quit(&off);
}

/* R120: what is missing is told, and QEMU doesn't start */
static void test_missing(gconstpointer options)
{
    g_autofree char *command = g_strdup_printf(
        "%s %s -display none -nodefaults -accel qtest -qtest null -S",
        getenv("QTEST_QEMU_BINARY"), (const char *)options);
    g_autofree char *errors = NULL;
    int status;

    g_assert_true(g_spawn_command_line_sync(command, NULL, &errors, &status,
                                            NULL));
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 1);
    g_assert_nonnull(strstr(errors, "einj=on needs ras=on"));
    /* One line */
    g_assert_true(strchr(errors, '\n') == errors + strlen(errors) - 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("einj/tables/einj", test_table);
    qtest_add_func("einj/tables/blob", test_blob);
    qtest_add_func("einj/registers/read", test_registers);
    qtest_add_func("einj/registers/write", test_write_sizes);
    qtest_add_func("einj/absent/off", test_off);
    qtest_add_data_func("einj/missing/ras",
                        "-machine virt,einj=on -cpu cortex-a57 "
                        "-bios /dev/null", test_missing);
    qtest_add_data_func("einj/missing/acpi",
                        "-machine virt,einj=on,ras=on,acpi=off "
                        "-cpu cortex-a57 -bios /dev/null", test_missing);
    /* Not all versions of QEMU have another CPU without TCG */
    if (qtest_has_accel("tcg")) {
        qtest_add_data_func("einj/missing/64-bit-cpu",
                            "-machine virt,einj=on,ras=on -accel tcg "
                            "-cpu cortex-a15 -bios /dev/null", test_missing);
    }
    qtest_add_data_func("einj/missing/firmware",
                        "-machine virt,einj=on,ras=on -cpu cortex-a57",
                        test_missing);

    return g_test_run();
}
