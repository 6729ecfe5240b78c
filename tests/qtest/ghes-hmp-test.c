/*
 * Tests what the human monitor says of error sources, and injects
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "ghes-machine.h"

static const char header[] =
    "source  notification  block size  state  queued  recorded  notified"
    "  acknowledged  dropped\r\n";

static void G_GNUC_PRINTF(3, 4)
assert_says(GhesMachine *m, const char *expected, const char *fmt, ...)
{
    g_autofree char *output = NULL;
    va_list ap;

    va_start(ap, fmt);
    output = qtest_vhmp(m->qts, fmt, ap);
    va_end(ap);
    g_assert_cmpstr(output, ==, expected);
}

static void assert_info(GhesMachine *m, const char *sea, const char *ged)
{
    g_autofree char *expected = g_strdup_printf("%s%s\r\n%s\r\n", header, sea,
                                                ged);

    assert_says(m, expected, "info ghes");
}

/* R53: a line for each source, before, while, and after it has an error */
static void test_info(void)
{
    const char *sea = "     0  sea                 1024  idle        0"
                      "         0         0             0        0";
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    assert_info(&m, sea, "     1  gpio                2048  idle        0"
                         "         0         0             0        0");

    ghes_machine_inject_page(&m, ghes_page(0));
    ghes_machine_inject_range(&m, "corrected", ghes_page(1), 4);
    assert_info(&m, sea, "     1  gpio                2048  busy        4"
                         "         1         1             0        0");

    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(0), 1);
    ghes_machine_take_pages(&m, GHES_CORRECTED, ghes_page(1), 4);
    assert_info(&m, sea, "     1  gpio                2048  idle        0"
                         "         5         2             5        0");
    ghes_machine_quit(&m);
}

/* R42 */
static void test_absent(void)
{
    GhesMachine m;

    ghes_machine_start(&m, "ras=off", "");
    assert_says(&m, "The machine has no error sources\r\n", "info ghes");
    assert_says(&m, "Error: the machine has no ACPI error sources; the Arm "
                "virt machine has them with ras=on and UEFI firmware\r\n",
                "inject_memory_error 0x43000000");
    ghes_machine_quit(&m);
}

/* What isn't given is as by default in QMP */
static void test_inject(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    assert_says(&m, "", "inject_memory_error 0x43000000");
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(0), 1);

    assert_says(&m, "", "inject_memory_error 0x43000000+0x1000 2*4096");
    ghes_machine_take_pages(&m, GHES_RECOVERABLE, ghes_page(1), 2);

    assert_says(&m, "", "inject_memory_error 0x43003000 0x3000 corrected");
    ghes_machine_take_pages(&m, GHES_CORRECTED, ghes_page(3), 3);

    assert_says(&m, "", "inject_memory_error 0x43006000 4096 severity=fatal");
    ghes_machine_take_pages(&m, GHES_FATAL, ghes_page(6), 1);
    ghes_machine_quit(&m);
}

/* R35, R37, R39: the members that are only there by name */
static void test_inject_members(void)
{
    static const GhesValue section[] = {
        { "Validation Bits", 0x403e },  /* 1 to 5, type 14 */
        { "Physical Address", GHES_PAGES_GPA },
        { "Physical Address Mask", ~0xfffULL },
        { "Node", 1 },
        { "Card", 2 },
        { "Module", 0xffff },
        { "Memory Error Type", 3 },     /* multi-bit ECC */
        { }
    };
    g_autofree uint8_t *block = NULL;
    const uint8_t *entry;
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    assert_says(&m, "", "inject_memory_error 0x43000000 4096 corrected,"
                "error-type=multi-bit-ecc,node=1,card=2,module=0xffff,"
                "threshold-exceeded=on,fru-text=DIMM A1,, left");
    block = ghes_machine_read_block(&m, GHES_GED);
    entry = ghes_entry(block, 0);
    g_assert_cmpuint(ghes_get(&ghes_layout_data_entry, entry,
                              "Error Severity"), ==, GHES_CORRECTED);
    /* UEFI 2.10, N.2.2, Section Descriptor flags: bit 3 */
    g_assert_cmphex(ghes_get(&ghes_layout_data_entry, entry, "Flags") & 8,
                    ==, 8);
    g_assert_cmpstr((const char *)ghes_at(&ghes_layout_data_entry, entry,
                                          "FRU Text"), ==, "DIMM A1, left");
    ghes_assert_fields(&ghes_layout_memory_section,
                       entry + ghes_layout_data_entry.length, section);
    ghes_machine_quit(&m);
}

/* R44, and what the monitor and the schema refuse: the reason in words */
static const struct {
    const char *arguments;
    const char *answer;
} refusals[] = {
    { "0x43000001", "Error: address: 0x43000001 is not a multiple of 4096" },
    { "0x48000000",
      "Error: address: 0x48000000 to 0x48000fff is not all guest RAM" },
    { "-4096", "Error: address: 0xfffffffffffff000 to 0xffffffffffffffff is "
      "not all guest RAM" },
    { "0x43000000 0",
      "Error: length: 0 is not a positive multiple of 4096" },
    { "0x43000000 4097",
      "Error: length: 4097 is not a positive multiple of 4096" },
    { "0x43000000 4096 bad",
      "Error: Parameter 'severity' does not accept value 'bad'" },
    { "0x43000000 4096 error-type=bad",
      "Error: Parameter 'error-type' does not accept value 'bad'" },
    { "0x43000000 4096 fatal,socket=1",
      "Error: Parameter 'socket' is unexpected" },
    { "0x43000000 4096 fatal,bank",
      "Error: Expected '=' after parameter 'bank'" },
    { "0x43000000 4096 fatal,fru-text=123456789012345678901",
      "Error: fru-text: '123456789012345678901' is longer than 20 "
      "characters" },
    { "0x43000000 4096 fatal,threshold-exceeded=maybe",
      "Error: Parameter 'threshold-exceeded' expects 'on' or 'off'" },
    { "", "unexpected end of expression\r\n"
      "Try \"help inject_memory_error\" for more information" },
    { "0x43000000 bad", "invalid char 'b' in expression\r\n"
      "Try \"help inject_memory_error\" for more information" },
    { "0x10000000000000000", "number too large\r\n"
      "Try \"help inject_memory_error\" for more information" },
};

static void test_refuse(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
        g_autofree char *answer = g_strdup_printf("%s\r\n",
                                                  refusals[i].answer);

        assert_says(&m, answer, "inject_memory_error %s",
                    refusals[i].arguments);
        ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) { });
        g_assert_false(ghes_machine_take_event(&m));
        g_assert_false(ghes_machine_has_error(&m, GHES_GED));
    }
    ghes_machine_quit(&m);
}

/* R42 */
static void test_refuse_early(void)
{
    GhesMachine m;

    ghes_machine_start(&m, "ras=on", "");
    assert_says(&m, "Error: guest firmware has not placed "
                GHES_HARDWARE_ERRORS "\r\n",
                "inject_memory_error 0x43000000");
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) { });
    ghes_machine_quit(&m);
}

/* R59 */
static void test_poison(void)
{
    GhesMachine m;

    ghes_machine_start_and_boot(&m);
    assert_says(&m, "Error: address: 0x43000001 is not a multiple of 4096\r\n",
                "poison_memory 0x43000001");
    assert_says(&m, "Error: length: 0 is not a positive multiple of 4096\r\n",
                "poison_memory 0x43000000 0");
    assert_says(&m, "poisoned: 0x43000000 to 0x43000fff\r\n",
                "poison_memory 0x43000000");
    assert_says(&m, "poisoned: 0x43002000 to 0x43003fff\r\n",
                "poison_memory 0x43000000+0x2000 2*4096");
    assert_says(&m, "Error: 0x43003000: the page is poisoned already\r\n",
                "poison_memory 0x43003000");
    assert_says(&m, "Error: address: 0x43000001 is not a multiple of 4096\r\n",
                "unpoison_memory 0x43000001");
    assert_says(&m, "Error: 0x43001000: the page is not poisoned\r\n",
                "unpoison_memory 0x43000000 0x2000");
    assert_says(&m, "healed: 0x43003000 to 0x43003fff\r\n",
                "unpoison_memory 0x43003000");
    assert_says(&m, "healed: 0x43000000 to 0x43000fff\r\n",
                "unpoison_memory 0x43000000 4096");
    ghes_machine_assert_counts(&m, GHES_GED, (GhesCounts) { });
    ghes_machine_quit(&m);
}

/* What a user sees who types @typed, four words of it, and a tabulator */
static char *complete(int monitor, const char *typed)
{
    /* Control-W takes a word back; the help tells where the answer ends */
    static const char rest[] = "\t\x17\x17\x17\x17help\n";
    g_autoptr(GString) seen = g_string_new(NULL);
    char buffer[4096];

    g_assert_cmpint(write(monitor, typed, strlen(typed)), ==, strlen(typed));
    g_assert_cmpint(write(monitor, rest, strlen(rest)), ==, strlen(rest));
    while (!strstr(seen->str, "help|?")) {
        ssize_t got = read(monitor, buffer, sizeof(buffer));

        g_assert_cmpint(got, >, 0);
        g_string_append_len(seen, buffer, got);
    }
    return g_string_free(g_steal_pointer(&seen), false);
}

static void assert_completes(int monitor, const char *typed,
                             const char *expected, const char *unexpected)
{
    g_autofree char *seen = complete(monitor, typed);

    if (!strstr(seen, expected) || (unexpected && strstr(seen, unexpected))) {
        g_test_message("'%s' got: %s", typed, seen);
        g_test_fail();
    }
}

static void test_completion(void)
{
    g_autofree char *options = NULL;
    int pair[2];
    GhesMachine m;

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
    options = g_strdup_printf("-chardev socket,id=hmp,fd=%d "
                              "-mon chardev=hmp,mode=readline", pair[1]);
    ghes_machine_start(&m, "ras=on", options);
    close(pair[1]);
    assert_completes(pair[0], "inject_memory_error 0 4096 fa", "tal", NULL);
    assert_completes(pair[0], "inject_memory_error 0 4096 r", "recoverable",
                     "column=");
    assert_completes(pair[0], "inject_memory_error 0 4096 fatal,b",
                     "fatal,bit-position=", "fatal,card=");
    assert_completes(pair[0], "inject_memory_error 0 4096 severity=",
                     "severity=corrected", "bank=");
    assert_completes(pair[0], "inject_memory_error 0 4096 error-type=m",
                     "error-type=mirror-broken", "parity");
    close(pair[0]);
    ghes_machine_quit(&m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);

    qtest_add_func("ghes/hmp/info", test_info);
    qtest_add_func("ghes/hmp/absent", test_absent);
    qtest_add_func("ghes/hmp/inject", test_inject);
    qtest_add_func("ghes/hmp/inject-members", test_inject_members);
    qtest_add_func("ghes/hmp/refuse", test_refuse);
    qtest_add_func("ghes/hmp/refuse-early", test_refuse_early);
    qtest_add_func("ghes/hmp/poison", test_poison);
    qtest_add_func("ghes/hmp/completion", test_completion);

    return g_test_run();
}
