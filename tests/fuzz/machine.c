/*
 * A machine for fuzz targets: guest RAM with holes, a clock, firmware's file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "qapi/qapi-events-run-state.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "hw/acpi/generic_event_device.h"
#include "machine.h"
#include "system/cpu-timers.h"
#include "system/reset.h"
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

AcpiGhesState machine_ghes;
unsigned machine_notifications;

AddressSpace address_space_memory;

static const HestSource sources[] = {
    { .source_id = 0, .notification = HEST_NOTIFICATION_SEA,
      .block_size = 1024 },
    { .source_id = 1, .notification = HEST_NOTIFICATION_GPIO,
      .block_size = 2048 },
};

static int64_t now_ns;
static bool running;
static QEMUResetHandler *reset_handler;
static void *reset_opaque;
static VMChangeStateHandler *state_handler;
static void *state_opaque;
static FWCfgWriteCallback address_written;
static void *address_opaque;
static uint8_t *address;

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
    return false;
}

/* What only lookup and migration use, which no program does */
const VMStateInfo vmstate_info_buffer, vmstate_info_int64, vmstate_info_qtailq;
const VMStateInfo vmstate_info_uint8, vmstate_info_uint32, vmstate_info_uint64;
const VMStateInfo vmstate_info_uint32_equal;

int vmstate_register_with_alias_id(VMStateIf *obj, uint32_t instance_id,
                                   const VMStateDescription *vmsd, void *base,
                                   int alias_id, int required_for_version,
                                   Error **errp)
{
    return 0;
}

Object *object_resolve_path_type(const char *path, const char *type,
                                 bool *ambiguous)
{
    return NULL;
}

Object *object_dynamic_cast_assert(Object *obj, const char *type,
                                   const char *file, int line,
                                   const char *func)
{
    g_assert_not_reached();
}

/* The blob that is in use, or nothing: nowhere else is to be touched */
static void check_access(hwaddr gpa, hwaddr length, bool write)
{
    Area *area = area_of(gpa);

    g_assert(length && gpa + length > gpa);
    g_assert(running && machine_ghes.hw_error_le);
    g_assert(area && area->mr.ram && !(write && area->readonly));
    g_assert(gpa + length <= MACHINE_END);
    g_assert(gpa >= le64_to_cpu(machine_ghes.hw_error_le) - HEST_BLOB_ALIGN &&
             gpa < le64_to_cpu(machine_ghes.hw_error_le) + HEST_BLOB_ALIGN);
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
    memcpy(ram + (gpa - MACHINE_RAM), data, length);
    return MEMTX_OK;
}

int64_t cpus_get_virtual_clock(void)
{
    return now_ns;
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

void qemu_register_reset(QEMUResetHandler *handler, void *opaque)
{
    reset_handler = handler;
    reset_opaque = opaque;
}

VMChangeStateEntry *qemu_add_vm_change_state_handler(VMChangeStateHandler *cb,
                                                     void *opaque)
{
    state_handler = cb;
    state_opaque = opaque;
    return NULL;
}

void fw_cfg_add_file(FWCfgState *s, const char *name, void *data, size_t size)
{
}

void fw_cfg_add_file_callback(FWCfgState *s, const char *name,
                              FWCfgCallback select_cb,
                              FWCfgWriteCallback write_cb, void *opaque,
                              void *data, size_t size, bool read_only)
{
    g_assert(size == sizeof(uint64_t) && !read_only);
    address_written = write_cb;
    address_opaque = opaque;
    address = data;
}

static void notify(void *opaque, const HestSource *source)
{
    g_assert(source == &sources[1]);
    machine_notifications++;
}

static void timers_changed(void *opaque, QEMUClockType type)
{
}

void machine_make(void)
{
    static bool have_clocks;
    GArray blob = { };

    if (!have_clocks) {
        init_clocks(timers_changed);
        have_clocks = true;
    }

    memset(ram, 0, sizeof(ram));
    memset(&machine_ghes, 0, sizeof(machine_ghes));
    machine_notifications = 0;
    running = true;
    acpi_ghes_init(&machine_ghes, NULL, &blob, sources, ARRAY_SIZE(sources),
                   notify, NULL);
}

void machine_free(void)
{
    for (unsigned i = 0; i < machine_ghes.source_count; i++) {
        timer_free(machine_ghes.source[i].timer);
        ghes_queue_clear(&machine_ghes.source[i].waiting);
        ghes_queue_clear(&machine_ghes.source[i].in_block);
    }
    g_free(machine_ghes.source);
}

void machine_reset(void)
{
    reset_handler(reset_opaque);
}

void machine_run_timers(int64_t ns)
{
    now_ns += ns;
    qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL);
}

void machine_set_running(bool run)
{
    running = run;
    state_handler(state_opaque, run, run ? RUN_STATE_RUNNING
                                         : RUN_STATE_PAUSED);
}

void machine_write_address(unsigned offset, const void *data, size_t length)
{
    memcpy(address + offset, data, length);
    address_written(address_opaque, offset, length);
}

uint8_t *machine_ram(hwaddr gpa, size_t length)
{
    return gpa >= MACHINE_RAM && gpa < MACHINE_END &&
           length <= MACHINE_END - gpa
           ? ram + (gpa - MACHINE_RAM) : NULL;
}
