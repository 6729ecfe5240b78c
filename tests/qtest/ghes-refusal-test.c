/*
 * Tests that bad input gets an error and leaves guest and counters alone
 *
 * The guest's RAM is a file that the test has mapped, so that all of it can
 * be compared before and after.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qapi/error.h"
#include <glib/gstdio.h>
#include <sys/mman.h>
#include "qobject/qdict.h"
#include "qobject/qjson.h"
#include "ghes-machine.h"

#define RAM_SIZE ((size_t)(GHES_RAM_END - GHES_RAM_GPA))

static GhesMachine machine;
static uint8_t *ram;            /* the guest's, as it is */
static uint8_t *ram_before;     /* and a copy */

static void start(void)
{
    g_autofree char *path = NULL;
    g_autofree char *options = NULL;
    int fd = g_file_open_tmp("ghes-test-XXXXXX", &path, NULL);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(ftruncate(fd, RAM_SIZE), ==, 0);
    ram = mmap(NULL, RAM_SIZE, PROT_READ, MAP_SHARED, fd, 0);
    g_assert_true(ram != MAP_FAILED);
    close(fd);
    ram_before = g_malloc(RAM_SIZE);

    options = g_strdup_printf("-object memory-backend-file,id=ram,share=on,"
                              "size=%zu,mem-path=%s", RAM_SIZE, path);
    ghes_machine_start(&machine, "ras=on,memory-backend=ram", options);
    g_unlink(path);
}

static void quit(void)
{
    ghes_machine_quit(&machine);
    munmap(ram, RAM_SIZE);
    g_free(ram_before);
}

static void remember(void)
{
    memcpy(ram_before, ram, RAM_SIZE);
}

/* @expected: the counts of the GED's source; the other one is untouched */
static void assert_unharmed(GhesCounts expected)
{
    ghes_machine_assert_counts(&machine, GHES_GED, expected);
    ghes_machine_assert_counts(&machine, GHES_SEA, (GhesCounts) { });
    g_assert_false(ghes_machine_take_event(&machine));
    g_assert_cmpint(memcmp(ram, ram_before, RAM_SIZE), ==, 0);
}

static void assert_works(void)
{
    GhesCounts before = ghes_machine_query(&machine, GHES_GED);

    ghes_machine_inject_page(&machine, GHES_PAGES_GPA);
    ghes_machine_assert_pages(&machine, GHES_RECOVERABLE, GHES_PAGES_GPA, 1);
    g_assert_true(ghes_machine_take_event(&machine));
    ghes_machine_acknowledge(&machine, GHES_GED);
    ghes_machine_await_next(&machine);
    ghes_machine_assert_counts(&machine, GHES_GED, (GhesCounts) {
        .recorded = before.recorded + 1, .notified = before.notified + 1,
        .acknowledged = before.acknowledged + 1 });
}

/* R42 to R44: refused while the source is idle, and while it is busy */
typedef struct Refusal {
    const char *name;
    const char *arguments;
    const char *reason;
} Refusal;

/* RAM is from 0x40000000 = 1073741824 to 0x48000000 = 1207959552 */
static const Refusal range_refusals[] = {
    { "no-address", "{ }", "address" },
    { "address-unaligned", "{ 'address': 1124073473 }", "address" },
    { "address-half-page", "{ 'address': 1124075520 }", "address" },
    { "address-negative", "{ 'address': -4096 }", "address" },
    { "address-text", "{ 'address': '1124073472' }", "address" },
    { "length-0", "{ 'address': 1124073472, 'length': 0 }", "length" },
    { "length-1", "{ 'address': 1124073472, 'length': 1 }", "length" },
    { "length-unaligned", "{ 'address': 1124073472, 'length': 4097 }",
      "length" },
    { "length-below-0", "{ 'address': 1124073472, 'length': -4096 }",
      "length" },
    /* 0xfffffffffffff000 + 0x2000 */
    { "length-wraps",
      "{ 'address': 18446744073709547520, 'length': 8192 }", "length" },
    /* 0x43000000 + 0xfffffffffffff000 */
    { "length-huge",
      "{ 'address': 1124073472, 'length': 18446744073709547520 }", "length" },
    { "before-ram", "{ 'address': 1073737728 }", "not all guest RAM" },
    { "across-start", "{ 'address': 1073737728, 'length': 8192 }",
      "not all guest RAM" },
    { "behind-ram", "{ 'address': 1207959552 }", "not all guest RAM" },
    { "across-end", "{ 'address': 1207955456, 'length': 8192 }",
      "not all guest RAM" },
    { "last-page-of-all", "{ 'address': 18446744073709547520 }",
      "not all guest RAM" },
    { "all-of-all", "{ 'address': 0, 'length': 18446744073709547520 }",
      "not all guest RAM" },
    { "flash", "{ 'address': 0 }", "not all guest RAM" },
    /* 0x09000000, the UART */
    { "mmio", "{ 'address': 150994944 }", "not all guest RAM" },
};

static const Refusal memory_refusals[] = {
    { "severity", "{ 'address': 1124073472, 'severity': 'informational' }",
      "severity" },
    { "severity-number", "{ 'address': 1124073472, 'severity': 0 }",
      "severity" },
    { "error-type", "{ 'address': 1124073472, 'error-type': 'bit' }",
      "error-type" },
    { "node", "{ 'address': 1124073472, 'node': 65536 }", "node" },
    { "card", "{ 'address': 1124073472, 'card': 65536 }", "card" },
    { "module", "{ 'address': 1124073472, 'module': 65536 }", "module" },
    { "rank", "{ 'address': 1124073472, 'rank': 65536 }", "rank" },
    { "bank", "{ 'address': 1124073472, 'bank': 65536 }", "bank" },
    { "device", "{ 'address': 1124073472, 'device': 65536 }", "device" },
    { "row", "{ 'address': 1124073472, 'row': 262144 }", "row" },
    { "column", "{ 'address': 1124073472, 'column': 65536 }", "column" },
    { "bit-position", "{ 'address': 1124073472, 'bit-position': 65536 }",
      "bit-position" },
    { "node-below-0", "{ 'address': 1124073472, 'node': -1 }", "node" },
    /* R90 */
    { "bank-group", "{ 'address': 1124073472, 'bank-group': 256 }",
      "bank-group" },
    { "bank-address", "{ 'address': 1124073472, 'bank-address': 256 }",
      "bank-address" },
    { "bank-and-group",
      "{ 'address': 1124073472, 'bank': 0, 'bank-group': 0 }",
      "bank-group: " },
    { "bank-and-address",
      "{ 'address': 1124073472, 'bank': 0, 'bank-address': 0 }",
      "bank-address: " },
    { "chip-id", "{ 'address': 1124073472, 'chip-id': 8 }", "chip-id: " },
    { "card-handle", "{ 'address': 1124073472, 'card-handle': 65536 }",
      "card-handle" },
    { "module-handle", "{ 'address': 1124073472, 'module-handle': 65536 }",
      "module-handle" },
    { "requestor-id", "{ 'address': 1124073472, 'requestor-id': -1.5 }",
      "requestor-id" },
    { "responder-id", "{ 'address': 1124073472, 'responder-id': 'me' }",
      "responder-id" },
    { "target-id", "{ 'address': 1124073472, 'target-id': true }",
      "target-id" },
    /* Error Status: bits 7:0 and from 23 on are reserved; no type 2 and 27 */
    { "error-status-low", "{ 'address': 1124073472, 'error-status': 1025 }",
      "error-status: " },
    { "error-status-high",
      "{ 'address': 1124073472, 'error-status': 8389632 }",
      "error-status: " },
    { "error-status-type-2",
      "{ 'address': 1124073472, 'error-status': 512 }", "error-status: " },
    { "error-status-type-27",
      "{ 'address': 1124073472, 'error-status': 6912 }", "error-status: " },
    { "error-status-type-255",
      "{ 'address': 1124073472, 'error-status': 65280 }", "error-status: " },
    /* 0xffffffffffffe000, 0xffffffffffffff80 with a hole, 0 */
    { "address-mask-2-pages",
      "{ 'address': 1124073472, 'address-mask': 18446744073709543424 }",
      "address-mask: " },
    { "address-mask-hole",
      "{ 'address': 1124073472, 'address-mask': 18446744073709551487 }",
      "address-mask: " },
    { "address-mask-0", "{ 'address': 1124073472, 'address-mask': 0 }",
      "address-mask: " },
    { "address-mask-and-length",
      "{ 'address': 1124073472, 'length': 4096,"
      "  'address-mask': 18446744073709551615 }", "address-mask: " },
    /* 0xffffffffffffffc0: bits 5:0 of the address aren't known */
    { "address-below-mask",
      "{ 'address': 1124073473, 'address-mask': 18446744073709551552 }",
      "address: " },
    { "address-mask-behind-ram",
      "{ 'address': 1207959616, 'address-mask': 18446744073709551552 }",
      "not all guest RAM" },
    { "address-mask-mmio",
      "{ 'address': 150994944, 'address-mask': 18446744073709551615 }",
      "not all guest RAM" },
    { "fru-text-21",
      "{ 'address': 1124073472, 'fru-text': '123456789012345678901' }",
      "fru-text" },
    { "fru-text-control", "{ 'address': 1124073472, 'fru-text': 'A\\nB' }",
      "fru-text" },
    { "fru-text-not-ascii",
      "{ 'address': 1124073472, 'fru-text': 'K\\u00e4rtchen' }", "fru-text" },
    { "unknown-argument", "{ 'address': 1124073472, 'socket': 1 }", "socket" },
};

static void refuse(const char *command, const Refusal *refusal)
{
    QDict *arguments = qobject_to(QDict,
        qobject_from_json(refusal->arguments, &error_abort));

    ghes_machine_refuse(&machine, refusal->reason,
                        "{ 'execute': %s, 'arguments': %p }", command,
                        arguments);
}

static void refuse_all(const char *command, const Refusal *refusals,
                       size_t count)
{
    start();
    ghes_machine_boot(&machine);
    remember();
    for (size_t i = 0; i < count; i++) {
        g_test_message("%s", refusals[i].name);
        refuse(command, &refusals[i]);
        assert_unharmed((GhesCounts) { });
    }
    assert_works();

    /* Nor is anything queued behind an error that the guest has */
    ghes_machine_inject_page(&machine, GHES_PAGES_GPA);
    g_assert_true(ghes_machine_take_event(&machine));
    remember();
    for (size_t i = 0; i < count; i++) {
        refuse(command, &refusals[i]);
    }
    assert_unharmed((GhesCounts) { .busy = true, .recorded = 2, .notified = 2,
                                   .acknowledged = 1 });
    quit();
}

static void test_memory_error(void)
{
    refuse_all("inject-memory-error", range_refusals,
               ARRAY_SIZE(range_refusals));
    refuse_all("inject-memory-error", memory_refusals,
               ARRAY_SIZE(memory_refusals));
}

/* R59 */
static const Refusal poison_refusals[] = {
    { "unknown-argument", "{ 'address': 1124073472, 'severity': 'fatal' }",
      "severity" },
};

static void test_poison(void)
{
    refuse_all("poison-memory", range_refusals, ARRAY_SIZE(range_refusals));
    refuse_all("poison-memory", poison_refusals, ARRAY_SIZE(poison_refusals));
}

static void test_unpoison(void)
{
    refuse_all("unpoison-memory", range_refusals, ARRAY_SIZE(range_refusals));
    refuse_all("unpoison-memory", poison_refusals,
               ARRAY_SIZE(poison_refusals));
}

/* R59: without error sources nobody would notify the guest */
static void test_poison_without_sources(void)
{
    static const char *const commands[] = { "poison-memory",
                                            "unpoison-memory" };

    ghes_machine_start(&machine, "ras=off", "");
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
        ghes_machine_refuse(&machine, "the machine can't poison memory",
                            "{ 'execute': %s,"
                            "  'arguments': { 'address': 1124073472 } }",
                            commands[i]);
    }
    ghes_machine_quit(&machine);
}

/* Base64 of status blocks whose fields, u32 each, the names speak of */
static const Refusal block_refusals[] = {
    { "no-cper", "{ }", "cper" },
    { "empty", "{ 'cper': '' }", "at least 20" },
    { "not-base64", "{ 'cper': 'a status block' }", "cper: " },
    { "cut-base64", "{ 'cper': 'AQAAA' }", "cper: " },
    { "number", "{ 'cper': 1 }", "cper" },
    /* 19 bytes */
    { "short", "{ 'cper': 'AQAAAAAAAAAAAAAAAAAAAAAAAA==' }",
      "at least 20" },
    /* 0, 0, 0, 0, 0 */
    { "no-error", "{ 'cper': 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }",
      "Block Status" },
    /* 1, 0, 0, 0, 4 */
    { "severity", "{ 'cper': 'AQAAAAAAAAAAAAAAAAAAAAQAAAA=' }",
      "Error Severity" },
    /* 1, 0, 0, 1, 0 */
    { "data-length", "{ 'cper': 'AQAAAAAAAAAAAAAAAQAAAAAAAAA=' }",
      "Data Length" },
    /* 1, 20, 1, 0, 0 */
    { "raw-data-length", "{ 'cper': 'AQAAABQAAAABAAAAAAAAAAAAAAA=' }",
      "sum up" },
    /* 1, 19, 1, 0, 0 */
    { "raw-data-offset", "{ 'cper': 'AQAAABMAAAABAAAAAAAAAAAAAAA=' }",
      "Raw Data Offset" },
    /* 0x11, 0, 0, 0, 0 */
    { "count", "{ 'cper': 'EQAAAAAAAAAAAAAAAAAAAAAAAAA=' }", "counts 1" },
    /* 1, 0, 0, 1, 0 and one byte */
    { "entry", "{ 'cper': 'AQAAAAAAAAAAAAAAAQAAAAAAAAAA' }", "cut off" },
    /* 1, 0, 0, 0, 0 and one byte */
    { "more-bytes", "{ 'cper': 'AQAAAAAAAAAAAAAAAAAAAAAAAAAA' }",
      "sum up" },
};

static void test_status_block(void)
{
    refuse_all("inject-ghes-v2-error", block_refusals,
               ARRAY_SIZE(block_refusals));
}

/* Base64 of a status block that raw data fills up to @size bytes */
static char *make_block(size_t size)
{
    g_autofree uint8_t *block = g_malloc0(size);

    stl_le_p(block, 1);                 /* Block Status: UE */
    stl_le_p(block + 4, 20);            /* Raw Data Offset */
    stl_le_p(block + 8, size - 20);     /* Raw Data Length */
    return g_base64_encode(block, size);
}

/* R43: the source's block has 2048 bytes: one more is refused */
static void test_status_block_size(void)
{
    g_autofree char *fits = make_block(2048);
    g_autofree char *too_long = make_block(2049);

    start();
    ghes_machine_boot(&machine);
    remember();
    ghes_machine_refuse(&machine, "exceeds",
                        "{ 'execute': 'inject-ghes-v2-error',"
                        "  'arguments': { 'cper': %s } }", too_long);
    assert_unharmed((GhesCounts) { });
    qtest_qmp_assert_success(machine.qts,
                             "{ 'execute': 'inject-ghes-v2-error',"
                             "  'arguments': { 'cper': %s } }", fits);
    g_assert_true(ghes_machine_has_error(&machine, GHES_GED));
    quit();
}

/* R40: addresses that firmware could write back and that no blob can have */
static const struct {
    uint64_t gpa;       /* of the registers, 3072 bytes into the blob */
    const char *reason;
} addresses[] = {
    { 0, "not placed" },
    { GHES_BLOBS_GPA, "not aligned" },          /* where the blob begins */
    { GHES_BLOBS_GPA + 3072 + 1, "not aligned" },
    { GHES_BLOBS_GPA + 3072 + 16, "not aligned" },
    { 3072 - 8, "not aligned" },                /* it would begin below 0 */
    { UINT64_MAX, "not aligned" },
    { 0x3ffff000 + 3072, "not lie in RAM" },    /* before RAM */
    { GHES_RAM_END + 3072, "not lie in RAM" },  /* behind it */
    { 3072, "not lie in RAM" },                 /* flash */
    { 0x08000000 + 3072, "not lie in RAM" },    /* interrupt controller */
    { 0x09000000 + 3072, "not lie in RAM" },    /* UART */
    { 0xfffffffffffff000ULL + 3072, "not lie in RAM" },
};

static void test_firmware_address(void)
{
    uint64_t good;

    start();
    ghes_machine_boot(&machine);
    good = machine.read_ack_gpa[0] - 8;
    for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
        GhesCounts counts = ghes_machine_query(&machine, GHES_GED);

        ghes_firmware_write_u64(&machine.fw, GHES_HARDWARE_ERRORS_ADDRESS, 0,
                                addresses[i].gpa);
        remember();
        ghes_machine_refuse_page(&machine, addresses[i].reason,
                                 GHES_PAGES_GPA);
        ghes_machine_refuse(&machine, addresses[i].reason,
                            "{ 'execute': 'inject-ghes-v2-error',"
                            "  'arguments': { 'cper': 'AAAA' } }");
        ghes_machine_run_ms(&machine, 2000);
        assert_unharmed(counts);

        ghes_firmware_write_u64(&machine.fw, GHES_HARDWARE_ERRORS_ADDRESS, 0,
                                good);
        assert_works();
    }
    quit();
}

/* R40, R51: the guest has an error, one waits, and the address goes bad */
static void test_firmware_address_busy(void)
{
    start();
    ghes_machine_boot(&machine);
    ghes_machine_inject_page(&machine, GHES_PAGES_GPA);
    ghes_machine_inject_page(&machine, ghes_page(1));
    g_assert_true(ghes_machine_take_event(&machine));

    ghes_firmware_write_u64(&machine.fw, GHES_HARDWARE_ERRORS_ADDRESS, 0,
                            GHES_RAM_END + 3072);
    remember();
    ghes_machine_run_ms(&machine, 2000);
    assert_unharmed((GhesCounts) { .queued = 2, .recorded = 1,
                                   .notified = 1 });
    quit();
}

/* R40: the blob may end where RAM ends */
static void test_last_page(void)
{
    const uint64_t gpa = GHES_RAM_END - GHES_PAGE;

    start();
    ghes_machine_boot(&machine);
    for (unsigned i = 0; i < GHES_SOURCES; i++) {
        machine.read_ack_gpa[i] = gpa + machine.read_ack_gpa[i] % GHES_PAGE;
        machine.status_gpa[i] = gpa + machine.status_gpa[i] % GHES_PAGE;
        qtest_writeq(machine.qts, machine.read_ack_gpa[i], 1);
    }
    ghes_firmware_write_u64(&machine.fw, GHES_HARDWARE_ERRORS_ADDRESS, 0,
                            machine.read_ack_gpa[0] - 8);
    assert_works();
    quit();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("ghes/refuse/memory-error", test_memory_error);
    qtest_add_func("ghes/refuse/poison", test_poison);
    qtest_add_func("ghes/refuse/unpoison", test_unpoison);
    qtest_add_func("ghes/refuse/poison-without-sources",
                   test_poison_without_sources);
    qtest_add_func("ghes/refuse/status-block", test_status_block);
    qtest_add_func("ghes/refuse/status-block-size", test_status_block_size);
    qtest_add_func("ghes/refuse/firmware-address", test_firmware_address);
    qtest_add_func("ghes/refuse/firmware-address-busy",
                   test_firmware_address_busy);
    qtest_add_func("ghes/refuse/not/last-page", test_last_page);

    return g_test_run();
}
