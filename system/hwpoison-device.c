/*
 * Resets and migrates poisoned guest memory
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "exec/memory.h"
#include "hw/qdev-core.h"
#include "hw/resettable.h"
#include "migration/vmstate.h"
#include "system/hwpoison.h"
#include "hwpoison-stream.h"
#include "system/reset.h"

OBJECT_DECLARE_SIMPLE_TYPE(HwpoisonState, HWPOISON)

/**
 * HwpoisonState: the device
 * @healed: what a reset has healed, to be notified of (HwpoisonRange)
 * @stream: what migrates
 */
struct HwpoisonState {
    DeviceState parent_obj;
    GArray *healed;
    HwpoisonStream stream;
};

static void note_healed(HwpoisonState *s, RAMBlock *block, ram_addr_t offset,
                        uint64_t length)
{
    HwpoisonRange range;

    for (; length; offset += range.length, length -= range.length) {
        range.length = length;
        if (!hwpoison_find_gpa(block, offset, &range.length, &range.address)) {
            return;
        }
        g_array_append_val(s->healed, range);
    }
}

/* What can't be healed here is left to the accelerator's own reset */
static void heal_run(RAMBlock *block, ram_addr_t offset, uint64_t length,
                     bool reported, void *opaque)
{
    HwpoisonState *s = opaque;
    Error *err = NULL;

    if (!hwpoison_heal_block(block, offset, length, &err)) {
        warn_reportf_err(err, "poisoned memory: ");
        return;
    }
    note_healed(s, block, offset, length);
}

/*
 * All that writes RAM at a reset does so in later phases, and is to find good
 * memory.  A guest that wakes up keeps its memory as it is.
 */
static void hwpoison_reset_enter(Object *obj, ResetType type)
{
    HwpoisonState *s = HWPOISON(obj);

    if (type == RESET_TYPE_WAKEUP) {
        return;
    }
    memory_region_transaction_begin();
    hwpoison_foreach(heal_run, false, s);
    memory_region_transaction_commit();
    for (unsigned i = 0; i < s->healed->len; i++) {
        HwpoisonRange *range = &g_array_index(s->healed, HwpoisonRange, i);

        hwpoison_finish_healing(range->address, range->length);
    }
    /* Reports queued for the guest before the snapshot are gone already */
    if (type == RESET_TYPE_SNAPSHOT_LOAD) {
        g_array_set_size(s->healed, 0);
    }
}

/* After the error sources' own reset, which puts all back into the queue */
static void hwpoison_reset_hold(Object *obj, ResetType type)
{
    HwpoisonState *s = HWPOISON(obj);

    for (unsigned i = 0; i < s->healed->len; i++) {
        HwpoisonRange *range = &g_array_index(s->healed, HwpoisonRange, i);

        hwpoison_notify_healed(range->address, range->length);
    }
    g_array_set_size(s->healed, 0);
}

static bool hwpoison_needed(void *opaque)
{
    return !hwpoison_is_empty();
}

/* Devices may access the memory when they are loaded */
static const VMStateDescription vmstate_hwpoison = {
    .name = "hwpoison",
    .version_id = 1,
    .minimum_version_id = 1,
    .priority = MIG_PRI_GICV3,
    .needed = hwpoison_needed,
    .fields = (const VMStateField[]) {
        VMSTATE_STRUCT(stream, HwpoisonState, 1, vmstate_hwpoison_stream,
                       HwpoisonStream),
        VMSTATE_END_OF_LIST()
    },
};

static void hwpoison_realize(DeviceState *dev, Error **errp)
{
    HWPOISON(dev)->healed = g_array_new(false, false, sizeof(HwpoisonRange));
    qemu_register_resettable(OBJECT(dev));
}

static void hwpoison_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->desc = "poisoned guest memory";
    dc->realize = hwpoison_realize;
    dc->vmsd = &vmstate_hwpoison;
    dc->user_creatable = false;
    rc->phases.enter = hwpoison_reset_enter;
    rc->phases.hold = hwpoison_reset_hold;
}

void hwpoison_init(Object *machine)
{
    Object *dev;

    if (object_property_find(machine, "hwpoison")) {
        return;
    }
    hwpoison_enable();
    dev = object_new(TYPE_HWPOISON);
    object_property_add_child(machine, "hwpoison", dev);
    object_unref(dev);
    qdev_realize(DEVICE(dev), NULL, &error_fatal);
}

static const TypeInfo hwpoison_type = {
    .name = TYPE_HWPOISON,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(HwpoisonState),
    .class_init = hwpoison_class_init,
};

static void hwpoison_register_type(void)
{
    type_register_static(&hwpoison_type);
}

type_init(hwpoison_register_type)
