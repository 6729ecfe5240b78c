/*
 * A machine for fuzz targets: guest RAM with holes, a clock, firmware's file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/error-report.h"
#include "qemu/timer.h"
#include "qapi/qapi-events-run-state.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "machine.h"
#include "system/cpu-timers.h"
#include "system/runstate.h"

typedef struct Area {
    hwaddr start;
    hwaddr end;
    MemoryRegion mr;
    bool readonly;
} Area;

static Area areas[] = {
    { MACHINE_MMIO, MACHINE_MMIO + 0x10000 },
    { MACHINE_RAM, MACHINE_ROM, { .ram = true } },
    { MACHINE_ROM, MACHINE_RAM2, { .ram = true, .readonly = true }, true },
    { MACHINE_RAM2, MACHINE_END, { .ram = true } },
};

static uint8_t ram[MACHINE_END - MACHINE_RAM];

AcpiGhes machine_ghes;
AcpiGhesState machine_address;
unsigned machine_notifications;
bool machine_vcpus_idle;

AddressSpace address_space_memory;

static const HestSource sources[] = {
    { .source_id = 0, .notification = HEST_NOTIFICATION_SEA,
      .block_size = 1024 },
    { .source_id = 1, .notification = HEST_NOTIFICATION_GPIO,
      .block_size = 2048 },
};

static int64_t now_ns;
static bool running;
static bool in_reset;
static bool placed_here;
static unsigned writes_left;
static bool write_failed;
static int64_t sea_recorded_ns;
static bool gave_up;
static uint64_t acknowledged_then;

MemoryRegion *get_system_memory(void)
{
    return NULL;
}

static Area *area_of(hwaddr gpa)
{
    for (int i = 0; i < ARRAY_SIZE(areas); i++) {
        if (gpa >= areas[i].start && gpa < areas[i].end) {
            return &areas[i];
        }
    }
    return NULL;
}

/* Like the real one it answers with the first area that the range meets */
MemoryRegionSection memory_region_find(MemoryRegion *mr, hwaddr gpa,
                                       uint64_t size)
{
    MemoryRegionSection section = { };

    for (int i = 0; i < ARRAY_SIZE(areas); i++) {
        hwaddr start = MAX(gpa, areas[i].start);
        hwaddr last = MIN(gpa + size - 1, areas[i].end - 1);

        if (start <= last) {
            section.mr = &areas[i].mr;
            section.offset_within_address_space = start;
            section.size = int128_make64(last - start + 1);
            section.readonly = areas[i].readonly;
            break;
        }
    }
    return section;
}

void memory_region_unref(MemoryRegion *mr)
{
}

bool memory_region_is_ram_device(MemoryRegion *mr)
{
    return mr->ram_device;
}

/* All of these by a reckoning of their own */
bool machine_is_stock(void)
{
    return !placed_here &&
           le64_to_cpu(machine_address.hw_error_le) % 4096 != MACHINE_REGISTERS;
}

static hwaddr registers_gpa(void)
{
    return le64_to_cpu(machine_address.hw_error_le);
}

static hwaddr registers_end(void)
{
    return registers_gpa() +
           (machine_is_stock() ? 1 : ARRAY_SIZE(sources)) * 16;
}

static hwaddr block_gpa(unsigned index)
{
    return machine_is_stock() ? registers_gpa() + 16 :
           registers_gpa() - MACHINE_REGISTERS + (index ? 1024 : 0);
}

static bool is_in_block(unsigned index, hwaddr gpa, hwaddr length)
{
    hwaddr start = block_gpa(index);
    hwaddr size = machine_is_stock() ? 1024 : sources[index].block_size;

    return gpa >= start && gpa - start < size && length <= size - (gpa - start);
}

static bool is_read_ack(hwaddr gpa, hwaddr length)
{
    hwaddr registers = registers_gpa();

    return gpa >= registers && gpa < registers_end() &&
           gpa % 16 == (registers + 8) % 16 && length == 8;
}

bool machine_is_placed(void)
{
    hwaddr last = MAX(registers_end(), block_gpa(0) + 1024) - 1;
    hwaddr start = MIN(registers_gpa(), block_gpa(0));
    Area *area = area_of(start);

    return registers_gpa() && start % (machine_is_stock() ? 8 : 4096) == 0 &&
           area && area->mr.ram && !area->readonly && area == area_of(last);
}

/*
 * Nothing else is to be touched, and a guest that is stopped may be on its
 * way to another host: only a reset looks there.
 */
static void check_access(hwaddr gpa, hwaddr length, bool write)
{
    Area *area = area_of(gpa);

    g_assert(length && gpa + length > gpa && gpa + length <= MACHINE_END);
    g_assert(gpa % 4 == 0 && (length != sizeof(uint64_t) || gpa % 8 == 0));
    g_assert(running || (in_reset && !write));
    g_assert(area && area->mr.ram && !(write && area->readonly));
    g_assert(area_of(gpa + length - 1) == area);
    g_assert(machine_address.hw_error_le);
    g_assert(is_in_block(0, gpa, length) || is_in_block(1, gpa, length) ||
             is_read_ack(gpa, length));
}

/*
 * A new record starts with this: the guest has to be done with the last, or
 * that was taken back from it, which in broken RAM can't be seen
 */
static void check_read_ack(hwaddr gpa, uint64_t new)
{
    unsigned index = (gpa - registers_gpa()) / 16;

    if (!(new & HEST_READ_ACK_DONE) && !write_failed) {
        g_assert(ldq_le_p(ram + (gpa - MACHINE_RAM)) & HEST_READ_ACK_DONE);
        g_assert(!ldl_le_p(ram + (block_gpa(index) - MACHINE_RAM)));
    }
}

/*
 * Only QEMU, which has waited long enough for a vCPU to read its record, sets
 * this bit: from here on it is to wait no more.
 */
static void note_read_ack(hwaddr gpa, uint64_t new)
{
    if ((new & HEST_READ_ACK_DONE) && gpa == registers_gpa() + 8) {
        gave_up = true;
        acknowledged_then = machine_ghes.asynchronous->acknowledged;
    }
}

/* R12: the guest may read as soon as it sees the status, which has 4 bytes */
static void check_record(const uint8_t *block)
{
    size_t length = ghes_status_length((const GhesStatusBlock *)block);

    g_assert(ghes_status_validate(block, length, GHES_BLOCK_SIZE_MAX, NULL));
}

MemTxResult address_space_read_full(AddressSpace *as, hwaddr gpa,
                                    MemTxAttrs attrs, void *data,
                                    hwaddr length)
{
    check_access(gpa, length, false);
    memcpy(data, ram + (gpa - MACHINE_RAM), length);
    return MEMTX_OK;
}

MemTxResult address_space_write(AddressSpace *as, hwaddr gpa,
                                MemTxAttrs attrs, const void *data,
                                hwaddr length)
{
    check_access(gpa, length, true);
    if (writes_left && !--writes_left) {
        write_failed = true;
        return MEMTX_ERROR;
    }
    if (is_read_ack(gpa, length)) {
        check_read_ack(gpa, ldq_le_p(data));
        note_read_ack(gpa, ldq_le_p(data));
    }
    memcpy(ram + (gpa - MACHINE_RAM), data, length);
    if (length == sizeof(uint32_t) && ldl_le_p(data)) {
        if (is_in_block(0, gpa, length)) {
            sea_recorded_ns = now_ns;
        }
        check_record(ram + (gpa - MACHINE_RAM));
    }
    return MEMTX_OK;
}

/* Millions of programs make one warn of what is dropped */
int error_vprintf(const char *fmt, va_list ap)
{
    return 0;
}

int error_vprintf_unless_qmp(const char *fmt, va_list ap)
{
    return 0;
}

int64_t cpus_get_virtual_clock(void)
{
    return qatomic_read_i64(&now_ns);
}

void cpus_set_virtual_clock(int64_t new_time)
{
}

bool runstate_is_running(void)
{
    return running;
}

void qapi_event_send_memory_failure(MemoryFailureRecipient recipient,
                                    MemoryFailureAction action,
                                    MemoryFailureFlags *flags)
{
    g_assert(recipient == MEMORY_FAILURE_RECIPIENT_GUEST);
}

static void notify(void *opaque, const HestSource *source)
{
    g_assert(source == &sources[1]);
    machine_notifications++;
}

static bool vcpus_idle(void)
{
    return machine_vcpus_idle;
}

static void timers_changed(void *opaque, QEMUClockType type)
{
}

static void make_device(void)
{
    static const GhesMachine machine = {
        .sources = sources,
        .source_count = ARRAY_SIZE(sources),
        .notify = notify,
        .vcpus_idle = vcpus_idle,
    };

    memset(&machine_ghes, 0, sizeof(machine_ghes));
    ghes_init(&machine_ghes, &machine, &machine_address);
}

void machine_make(void)
{
    static bool have_clocks;

    if (!have_clocks) {
        init_clocks(timers_changed);
        qemu_clock_enable(QEMU_CLOCK_VIRTUAL, true);
        have_clocks = true;
    }

    memset(ram, 0, sizeof(ram));
    memset(&machine_address, 0, sizeof(machine_address));
    machine_notifications = 0;
    qatomic_set_i64(&now_ns, 0);
    running = true;
    placed_here = false;
    writes_left = 0;
    write_failed = gave_up = false;
    sea_recorded_ns = 0;
    machine_vcpus_idle = true;
    make_device();
}

void machine_free(void)
{
    ghes_cleanup(&machine_ghes);
}

void machine_reset(void)
{
    in_reset = true;
    ghes_reset(&machine_ghes, false);
    in_reset = false;
    placed_here = gave_up = false;
}

void machine_run_timers(int64_t ns)
{
    qatomic_set_i64(&now_ns, qatomic_read_i64(&now_ns) + ns);
    qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL);
}

void machine_set_running(bool run)
{
    running = run;
    if (run) {
        ghes_run(&machine_ghes);
    }
}

void machine_write_address(unsigned offset, const void *data, size_t length)
{
    memcpy((uint8_t *)&machine_address.hw_error_le + offset, data, length);
    placed_here = true;
    gave_up = false;
    ghes_address_written(&machine_ghes, offset, length);
}

void machine_break_ram(unsigned writes)
{
    writes_left = writes;
}

bool machine_is_sound(void)
{
    return running && machine_is_placed() && !writes_left && !write_failed;
}

bool machine_waits_too_long(void)
{
    return now_ns - sea_recorded_ns >= 10 * NANOSECONDS_PER_SECOND;
}

bool machine_is_ignored(void)
{
    return gave_up &&
           machine_ghes.asynchronous->acknowledged == acknowledged_then;
}

void machine_arrive(hwaddr registers)
{
    machine_set_running(false);
    machine_address.hw_error_le = cpu_to_le64(registers);
    machine_ghes.blob.placed_here = placed_here = false;
    machine_set_running(true);
}

void machine_migrate(void)
{
    machine_free();
    placed_here = false;
    make_device();
}

uint8_t *machine_ram(hwaddr gpa, size_t length)
{
    return gpa >= MACHINE_RAM && gpa < MACHINE_END &&
           length <= MACHINE_END - gpa
           ? ram + (gpa - MACHINE_RAM) : NULL;
}

uint64_t machine_accounted(void)
{
    uint64_t records = 0;

    for (unsigned i = 0; i < machine_ghes.source_count; i++) {
        GhesSource *s = &machine_ghes.source[i];

        records += s->waiting.records + s->in_block.records +
                   s->acknowledged + s->dropped;
    }
    return records;
}

void machine_acknowledge(unsigned index)
{
    hwaddr registers = le64_to_cpu(machine_address.hw_error_le);
    uint8_t *pair = machine_ram(registers + index * 16, 16);
    GhesBlock block;
    uint8_t *status;

    if (!pair || !ghes_block_locate(&block, &machine_ghes.blob, index)) {
        return;
    }
    status = machine_ram(block.status_gpa, 4);
    stl_le_p(status, 0);
    stq_le_p(pair + 8, ldq_le_p(pair + 8) | 1);
}
