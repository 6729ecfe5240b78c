/*
 * Tests the ERST of the Arm virt machine, and that records outlast its guest
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <glib/gstdio.h>
#include "qemu/bswap.h"
#include "hw/pci/pci_regs.h"
#include "ghes-decode.h"
#include "ghes-machine.h"
#include "ghes-start.h"

#define MACHINE "-machine virt -cpu cortex-a57 -bios /dev/null "
#define STORAGE "-object memory-backend-ram,id=storage,size=64K "
#define DEVICE  "-device acpi-erst,memdev=storage "

/* The machine's memory map: docs/specs/acpi_erst.rst, "Arm virt machine" */
#define ACTION_GPA   0x09400000
#define VALUE_GPA    0x09400008
#define EXCHANGE_GPA 0x09410000

/* ACPI 6.5, 18.5.1.1, Serialization Actions */
enum {
    BEGIN_WRITE = 0,
    BEGIN_READ = 1,
    BEGIN_CLEAR = 2,
    SET_RECORD_OFFSET = 4,
    EXECUTE = 5,
    GET_STATUS = 7,
    SET_RECORD_ID = 9,
    GET_RECORD_COUNT = 10,
    GET_LOG_ADDRESS = 13,
};

/* ACPI 6.5, 18.5.1.1, Command Status */
enum {
    SUCCESS = 0,
    STORE_EMPTY = 4,
};

/* What the device wants to see before it executes: acpi_erst.rst */
#define EXECUTE_MAGIC 0x9c

/* UEFI 2.10, N.2.1, Record Header: Record Length, Record ID */
#define RECORD_LENGTH_OFFSET 20
#define RECORD_ID_OFFSET     96
#define RECORD_ID            0x0123456789abcdefULL
#define RECORD_SIZE          300

/* ACPI 6.5, 18.5.1.2: a header of 48 bytes, then 32 for each instruction */
#define ERST_HEADER_SIZE     48
#define INSTRUCTION_SIZE     32
#define INSTRUCTION_REGISTER 4

/* Configuration space of the device in slot 1 of the first PCI bus */
#define PORT_GPA             (UINT64_C(0x4010000000) + (1 << 15))

static void act(GhesMachine *m, uint32_t action)
{
    qtest_writel(m->qts, ACTION_GPA, action);
}

static uint64_t get(GhesMachine *m, uint32_t action)
{
    act(m, action);
    return qtest_readq(m->qts, VALUE_GPA);
}

static void set(GhesMachine *m, uint32_t action, uint64_t value)
{
    qtest_writeq(m->qts, VALUE_GPA, value);
    act(m, action);
}

static uint64_t execute(GhesMachine *m, uint32_t operation)
{
    act(m, operation);
    set(m, SET_RECORD_OFFSET, 0);
    set(m, SET_RECORD_ID, RECORD_ID);
    set(m, EXECUTE, EXECUTE_MAGIC);
    return get(m, GET_STATUS);
}

static void make_record(uint8_t *record)
{
    for (unsigned i = 0; i < RECORD_SIZE; i++) {
        record[i] = i * 7;
    }
    stl_le_p(record + RECORD_LENGTH_OFFSET, RECORD_SIZE);
    stq_le_p(record + RECORD_ID_OFFSET, RECORD_ID);
}

static void write_record(GhesMachine *m)
{
    uint8_t record[RECORD_SIZE];

    make_record(record);
    qtest_memwrite(m->qts, EXCHANGE_GPA, record, sizeof(record));
    g_assert_cmpuint(execute(m, BEGIN_WRITE), ==, SUCCESS);
    g_assert_cmpuint(get(m, GET_RECORD_COUNT), ==, 1);
}

static void read_and_clear_record(GhesMachine *m)
{
    uint8_t expected[RECORD_SIZE], record[RECORD_SIZE];

    g_assert_cmpuint(get(m, GET_RECORD_COUNT), ==, 1);
    make_record(expected);
    qtest_memset(m->qts, EXCHANGE_GPA, 0, sizeof(record));
    g_assert_cmpuint(execute(m, BEGIN_READ), ==, SUCCESS);
    qtest_memread(m->qts, EXCHANGE_GPA, record, sizeof(record));
    g_assert_cmpmem(record, sizeof(record), expected, sizeof(expected));

    g_assert_cmpuint(execute(m, BEGIN_CLEAR), ==, SUCCESS);
    g_assert_cmpuint(get(m, GET_RECORD_COUNT), ==, 0);
    g_assert_cmpuint(execute(m, BEGIN_READ), ==, STORE_EMPTY);
}

static uint8_t *find_erst(GhesMachine *m, uint32_t *length)
{
    ghes_machine_power_up(m);
    ghes_firmware_run(&m->fw);
    return ghes_find_table(m->qts,
                           ghes_firmware_blob(&m->fw, "etc/acpi/rsdp")->gpa,
                           "ERST", length);
}

/* R100 */
static void test_no_device(void)
{
    g_autofree uint8_t *erst = NULL;
    uint32_t length;
    GhesMachine m;

    ghes_machine_start_bare(&m, MACHINE);
    erst = find_erst(&m, &length);
    g_assert_null(erst);
    ghes_machine_quit(&m);
}

/* R101: no firmware has given the BARs an address here */
static void test_table(void)
{
    g_autofree uint8_t *erst = NULL;
    unsigned instructions;
    uint32_t length;
    GhesMachine m;

    ghes_machine_start_bare(&m, MACHINE STORAGE DEVICE);
    erst = find_erst(&m, &length);
    g_assert_nonnull(erst);
    g_assert_cmpuint(ldl_le_p(erst + 36), ==, ERST_HEADER_SIZE);
    instructions = ldl_le_p(erst + 44);
    g_assert_cmpuint(length, ==, ERST_HEADER_SIZE +
                                 instructions * INSTRUCTION_SIZE);
    for (unsigned i = 0; i < instructions; i++) {
        const uint8_t *instruction = erst + ERST_HEADER_SIZE +
                                     i * INSTRUCTION_SIZE;
        uint64_t gpa = ghes_get(&ghes_layout_gas,
                                instruction + INSTRUCTION_REGISTER, "Address");

        g_assert_true(gpa == ACTION_GPA || gpa == VALUE_GPA);
    }
    g_assert_cmphex(get(&m, GET_LOG_ADDRESS), ==, EXCHANGE_GPA);
    ghes_machine_quit(&m);
}

/* R102 */
static void test_reset(void)
{
    GhesMachine m;

    ghes_machine_start_bare(&m, MACHINE STORAGE DEVICE);
    write_record(&m);
    qtest_system_reset(m.qts);
    read_and_clear_record(&m);
    ghes_machine_quit(&m);
}

/* R102 */
static void test_migration(void)
{
    g_autofree char *dir = g_dir_make_tmp("erst-test-XXXXXX", NULL);
    g_autofree char *path = g_strdup_printf("%s/migration", dir);
    g_autofree char *uri = g_strdup_printf("unix:%s", path);
    g_autofree char *to_options =
        g_strdup_printf(MACHINE STORAGE DEVICE "-incoming %s", uri);
    GhesMachine from, to;

    ghes_machine_start_bare(&from, MACHINE STORAGE DEVICE);
    write_record(&from);
    ghes_machine_start_bare(&to, to_options);
    qtest_qmp_assert_success(from.qts, "{ 'execute': 'migrate',"
                             "  'arguments': { 'uri': %s } }", uri);
    qtest_qmp_eventwait(from.qts, "STOP");
    qtest_qmp_eventwait(to.qts, "RESUME");
    ghes_machine_quit(&from);
    read_and_clear_record(&to);
    ghes_machine_quit(&to);
    g_unlink(path);
    g_rmdir(dir);
}

/* The PCI Express capability of the device that is configured at @device */
static uint64_t find_express_capability(GhesMachine *m, uint64_t device)
{
    uint8_t at = qtest_readb(m->qts, device + PCI_CAPABILITY_LIST);

    while (qtest_readb(m->qts, device + at + PCI_CAP_LIST_ID) !=
           PCI_CAP_ID_EXP) {
        at = qtest_readb(m->qts, device + at + PCI_CAP_LIST_NEXT);
        g_assert_cmpuint(at, !=, 0);
    }
    return device + at;
}

#define PORT "-device pcie-root-port,id=root-port,chassis=1,addr=1 "

/*
 * The Presence Detect State of the slot of a root port that has @device in it.
 * Source: PCI Express Base Specification 5.0, 7.5.3.11, Slot Status.
 */
static bool slot_is_occupied(const char *device)
{
    g_autofree char *options = g_strconcat(MACHINE STORAGE PORT, device, NULL);
    GhesMachine m;
    uint16_t status;

    ghes_machine_start_bare(&m, options);
    status = qtest_readw(m.qts, find_express_capability(&m, PORT_GPA) +
                                PCI_EXP_SLTSTA);
    ghes_machine_quit(&m);
    return status & PCI_EXP_SLTSTA_PDS;
}

/* R103: like any other device of its bus */
static void test_slot(void)
{
    g_assert_false(slot_is_occupied(""));
    g_assert_true(slot_is_occupied("-device pci-testdev,bus=root-port"));
    g_assert_true(slot_is_occupied("-device acpi-erst,memdev=storage,"
                                   "bus=root-port"));
}

/* R103 */
static void test_hotplug(void)
{
    GhesMachine m;

    ghes_machine_start_bare(&m, MACHINE STORAGE PORT);
    ghes_machine_refuse(&m, "'acpi-erst' does not support hotplugging",
                        "{ 'execute': 'device_add', 'arguments': {"
                        "  'driver': 'acpi-erst', 'memdev': 'storage',"
                        "  'bus': 'root-port' } }");
    ghes_machine_quit(&m);
}

/* R103 */
static void test_refused(void)
{
    ghes_start_refused(MACHINE STORAGE DEVICE
                       "-object memory-backend-ram,id=more,size=64K "
                       "-device acpi-erst,memdev=more",
                       "one acpi-erst device at most");
    ghes_start_refused(MACHINE
                       "-object memory-backend-ram,id=storage,size=16M "
                       "-device acpi-erst,memdev=storage,record_size=8388608",
                       "no room for records of 8388608 bytes");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("erst/no-device", test_no_device);
    qtest_add_func("erst/table", test_table);
    qtest_add_func("erst/reset", test_reset);
    qtest_add_func("erst/migration", test_migration);
    qtest_add_func("erst/slot", test_slot);
    qtest_add_func("erst/hotplug", test_hotplug);
    qtest_add_func("erst/refused", test_refused);

    return g_test_run();
}
