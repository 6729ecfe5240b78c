/*
 * Fuzz target: hostile migration streams
 *
 * The input is a program.  Its first part brings a guest into some state; its
 * second part turns it into one that no guest can have, saves it, and edits the
 * sections of that stream, which are then loaded.  If none is refused, the rest
 * of the program is the life of the guest that has arrived.  It may harm itself,
 * but nothing else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/error-report.h"
#include "hw/acpi/bert.h"
#include "hw/acpi/bert-region.h"
#include "hw/acpi/einj-internal.h"
#include "hw/acpi/ghes-inject.h"
#include "fuzz.h"
#include "machine.h"
#include "poison.h"
#include "spoil.h"
#include "stream.h"

#define STEPS_MAX 16
#define WAYS_MAX 4
#define EDITS_MAX 4

/* The sections, in the order in which QEMU loads them */
enum { POISON, GHES, EINJ, SECTIONS };

static uint8_t boot_region[BERT_REGION_SIZE];
static EinjOperation einj;

/* What all programs together have reached */
static struct {
    uint64_t loaded[SECTIONS];
    uint64_t refused[SECTIONS];
    uint64_t consumed;
    uint64_t injected;
} reached;

static const VMStateDescription *section_vmsd(unsigned section)
{
    switch (section) {
    case POISON: return poison_vmsd;
    case GHES: return stream_ghes_vmsd;
    default: return &vmstate_einj_operation;
    }
}

static void *section_state(unsigned section)
{
    switch (section) {
    case POISON: return poison_device;
    case GHES: return &machine_ghes;
    default: return &einj;
    }
}

/* EINJ has checked what it was given */
static void check_request(const EinjRequest *request)
{
    g_assert(request->kind < EINJ_KIND__MAX);
    g_assert(request->severity < CPER_SEVERITY__MAX);
    if (request->kind == EINJ_KIND_MEMORY) {
        g_assert(request->memory_count > 0 &&
                 request->memory_count <= EINJ_COMPONENTS_MAX);
        for (unsigned i = 0; i < request->memory_count; i++) {
            g_assert(request->memory[i].address % GHES_PAGE_SIZE == 0);
        }
    }
    reached.injected++;
}

EinjStatus einj_plant(EinjMachine *machine, const EinjRequest *request,
                      Error **errp)
{
    check_request(request);
    return EINJ_STATUS_SUCCESS;
}

bool einj_trigger(const EinjMachine *machine, const EinjRequest *request,
                  Error **errp)
{
    check_request(request);
    return true;
}

/* Its registers are another target's: no program has it fetch parameters */
MemTxResult address_space_rw(AddressSpace *as, hwaddr gpa, MemTxAttrs attrs,
                             void *data, hwaddr length, bool is_write)
{
    g_assert_not_reached();
}

static void report(Program *program)
{
    unsigned severity = fetch(program, 1) % CPER_SEVERITY__MAX;
    uint64_t address = fetch(program, 1) << 12;

    ghes_report_memory(&machine_ghes, severity, address,
                       (1 + fetch(program, 1)) << 12, NULL);
}

static void report_section(Program *program)
{
    const uint8_t payload[64] = { };
    GhesSection section = {
        .type = cper_memory_section_type,
        .severity = fetch(program, 1) % CPER_SEVERITY__MAX,
        .fru_text = fetch(program, 1) & 1 ? "fru" : "",
        .payload = payload,
        .payload_length = fetch(program, 1) % sizeof(payload),
    };

    ghes_report_section(&machine_ghes, &section, NULL);
}

static void consume(hwaddr gpa)
{
    if (ghes_record_sea(&machine_ghes, gpa) == GHES_SEA_NO_RECORD) {
        ghes_report_memory(&machine_ghes, CPER_SEVERITY_RECOVERABLE, gpa,
                           HWPOISON_PAGE_SIZE, NULL);
    }
    reached.consumed++;
}

static void report_synchronous(Program *program)
{
    consume(MACHINE_RAM + (fetch(program, 1) << 12));
}

static void consume_poison(Program *program)
{
    poison_consume(consume);
}

static void acknowledge(Program *program)
{
    machine_acknowledge(fetch(program, 1) % machine_ghes.source_count);
}

static void pass_time(Program *program)
{
    machine_run_timers((int64_t)SCALE_MS << fetch(program, 1) % 15);
}

static void reset(Program *program)
{
    uint64_t address_le = cpu_to_le64(MACHINE_RAM + MACHINE_REGISTERS);

    machine_reset();
    poison_reset();
    einj_operation_reset(&einj);
    machine_write_address(0, &address_le, sizeof(address_le));
    for (unsigned i = 0; i < machine_ghes.source_count; i++) {
        machine_acknowledge(i);
    }
}

static void read_boot_region(Program *program)
{
    ghes_boot_fetched(&machine_ghes.boot);
}

static void set_idle(Program *program)
{
    machine_vcpus_idle = fetch(program, 1) & 1;
}

static void poison(Program *program)
{
    unsigned block = fetch(program, 1), first = fetch(program, 1);

    poison_pages(block, first, 1 + fetch(program, 1) % 64);
}

static void report_poison(Program *program)
{
    unsigned block = fetch(program, 1), first = fetch(program, 1);

    poison_set_reported(block, first, 1 + fetch(program, 1) % 64);
}

/* An injection of which the guest has said what it wants */
static void inject(Program *program)
{
    EinjParameters *p = fetch(program, 1) & 1 ? &einj.triggered_parameters
                                              : &einj.parameters;
    uint8_t *bytes = (uint8_t *)p;

    stl_le_p(bytes, 1u << fetch(program, 1) % 10);
    stl_le_p(bytes + 8, fetch(program, 1) % 16);
    stw_le_p(bytes + 42, fetch(program, 1) % 17);
    einj.open = true;
    einj.phase = fetch(program, 1) % EINJ_PHASE__MAX;
    einj.triggered = fetch(program, 1) & 1;
}

static void trigger(Program *program)
{
    einj_operation_write(&einj, 0, 4);
}

static void check_queue(const GhesQueue *queue)
{
    uint64_t reports = 0, records = 0;
    const GhesError *error;

    QTAILQ_FOREACH(error, &queue->uncorrected, next) {
        g_assert(ghes_error_is_uncorrected(error));
        reports++;
        records += ghes_error_records(error);
    }
    QTAILQ_FOREACH(error, &queue->corrected, next) {
        g_assert(!ghes_error_is_uncorrected(error));
        reports++;
        records += ghes_error_records(error);
    }
    g_assert(queue->reports == reports && queue->records == records);
}

static void check_synchronous(const GhesSource *s)
{
    const GhesError *error = ghes_queue_peek(&s->in_block);

    g_assert(ghes_queue_is_empty(&s->waiting));
    g_assert(s->in_block.reports <= 1 && s->in_block.records <= 1);
    g_assert(!error || (!error->block && ghes_error_is_uncorrected(error)));
}

static void check_boot(const GhesBoot *boot)
{
    const GhesError *error;

    g_assert(bert_region_validate(boot->region));
    g_assert(boot->fatal.reports <= GHES_FATAL_MAX);
    QTAILQ_FOREACH(error, &boot->fatal.uncorrected, next) {
        g_assert(error->severity == CPER_SEVERITY_FATAL);
    }
    g_assert(QTAILQ_EMPTY(&boot->fatal.corrected));
    check_queue(&boot->fatal);
}

static void check_state(void)
{
    poison_check();
    for (unsigned i = 0; i < machine_ghes.source_count; i++) {
        check_queue(&machine_ghes.source[i].waiting);
        check_queue(&machine_ghes.source[i].in_block);
    }
    check_synchronous(machine_ghes.synchronous);
    check_boot(&machine_ghes.boot);
    g_assert(einj.phase < EINJ_PHASE__MAX && einj.status < EINJ_STATUS__MAX);
}

static void run(Program *program, unsigned steps)
{
    static void (*const instructions[])(Program *) = {
        report, report_section, report_synchronous, consume_poison,
        acknowledge, pass_time, reset, read_boot_region, set_idle, poison,
        report_poison, inject, trigger,
    };

    while (steps-- && program->left) {
        instructions[fetch(program, 1) % ARRAY_SIZE(instructions)](program);
        check_state();
    }
}

static void pass_minute(void)
{
    for (int i = 0; i < 6; i++) {
        machine_run_timers(10 * NANOSECONDS_PER_SECOND);
    }
}

/*
 * Whatever the stream said of times: if the guest leaves its records alone, no
 * vCPU spins for ever, and if it reads them, it gets the others.
 */
static void check_progress(void)
{
    GhesSource *s = machine_ghes.asynchronous;

    pass_minute();
    g_assert(!ghes_sea_is_busy(&machine_ghes));
    machine_acknowledge(1);
    pass_minute();
    g_assert(ghes_queue_is_empty(&s->waiting) ||
             !ghes_queue_is_empty(&s->in_block));
}

static void make_devices(void)
{
    memset(boot_region, 0, sizeof(boot_region));
    ghes_boot_init(&machine_ghes.boot, boot_region, machine_ghes.source,
                   machine_ghes.source_count);
    poison_make();
    memset(&einj, 0, sizeof(einj));
    einj_operation_init(&einj);
}

static void free_devices(void)
{
    einj_operation_cleanup(&einj);
    poison_free();
}

/* Sections without faults; QEMU doesn't send what a device doesn't need */
static void save(GByteArray **sections)
{
    for (unsigned i = 0; i < SECTIONS; i++) {
        const VMStateDescription *vmsd = section_vmsd(i);

        sections[i] = vmstate_section_needed(vmsd, section_state(i))
                      ? stream_save(vmsd, section_state(i)) : NULL;
    }
}

static void forget(GByteArray **sections)
{
    for (unsigned i = 0; i < SECTIONS; i++) {
        g_clear_pointer(&sections[i], g_byte_array_unref);
    }
}

/* If it is refused, none of the list of poisoned pages may be there */
static bool load_section(unsigned i, GByteArray *section)
{
    g_autoptr(GString) before = poison_list();
    bool loaded = stream_load(section, section_vmsd(i), section_state(i));
    g_autoptr(GString) after = poison_list();

    g_assert((loaded && i == POISON) || g_string_equal(before, after));
    return loaded;
}

static bool load(GByteArray **sections)
{
    for (unsigned i = 0; i < SECTIONS; i++) {
        if (sections[i] && !load_section(i, sections[i])) {
            reached.refused[i]++;
            return false;
        }
        reached.loaded[i] += !!sections[i];
    }
    return true;
}

/* Another QEMU takes the guest, whose RAM comes along */
static void move(void)
{
    free_devices();
    machine_migrate();
    make_devices();
}

static bool equal(const GByteArray *a, const GByteArray *b)
{
    return a && b ? a->len == b->len && !memcmp(a->data, b->data, a->len)
                  : a == b;
}

/* What was loaded can be sent on, and is the same there */
static void check_saved(void)
{
    GByteArray *here[SECTIONS], *there[SECTIONS];
    bool loaded;

    save(here);
    move();
    loaded = load(here);
    g_assert(loaded);
    check_state();
    save(there);
    for (unsigned i = 0; i < SECTIONS; i++) {
        g_assert(equal(here[i], there[i]));
    }
    forget(here);
    forget(there);
}

/* Sections of which some have faults */
static void save_spoiled(GByteArray **sections, Program *program)
{
    unsigned ways = fetch(program, 1) % WAYS_MAX;

    while (ways--) {
        spoil_sources(program);
    }
    save(sections);
    if (sections[POISON]) {
        g_byte_array_unref(sections[POISON]);
        sections[POISON] = poison_save_spoiled(program);
    }
}

static void edit(GByteArray **sections, Program *program)
{
    unsigned edits = fetch(program, 1) % EDITS_MAX;

    while (edits--) {
        unsigned section = fetch(program, 1) % SECTIONS;

        if (sections[section]) {
            stream_edit(sections[section], program);
        }
    }
}

static void print_reached(void)
{
    fprintf(stderr, "reached: poisoned memory %" PRIu64 ", refused %" PRIu64
            ", sources %" PRIu64 ", refused %" PRIu64 ", EINJ %" PRIu64
            ", refused %" PRIu64 ", consumed %" PRIu64 ", injected %" PRIu64
            "\n", reached.loaded[POISON], reached.refused[POISON],
            reached.loaded[GHES], reached.refused[GHES], reached.loaded[EINJ],
            reached.refused[EINJ], reached.consumed, reached.injected);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    atexit(print_reached);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Program program = { data, size };
    GByteArray *sections[SECTIONS];

    machine_make();
    make_devices();
    reset(NULL);
    run(&program, fetch(&program, 1) % STEPS_MAX);
    machine_set_running(false);
    check_saved();
    save_spoiled(sections, &program);
    edit(sections, &program);
    move();
    if (load(sections)) {
        check_state();
        check_saved();
        machine_set_running(true);
        check_state();
        run(&program, UINT_MAX);
        check_progress();
        machine_set_running(false);
        check_saved();
    }
    forget(sections);
    free_devices();
    machine_free();
    return 0;
}
