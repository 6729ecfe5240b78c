/*
 * A section of the migration stream in memory, and what spoils it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "migration/qemu-file-types.h"
#include "hw/acpi/ghes-queue.h"
#include "migration/qemu-file.h"
#include "stream.h"

struct QEMUFile {
    GByteArray *bytes;
    size_t at;
    int error;
};

int qemu_file_get_error(QEMUFile *f)
{
    return f->error;
}

void qemu_file_set_error(QEMUFile *f, int ret)
{
    f->error = f->error ?: ret;
}

uint64_t qemu_file_transferred(QEMUFile *f)
{
    return f->bytes->len;
}

size_t qemu_peek_buffer(QEMUFile *f, uint8_t **buf, size_t size, size_t offset)
{
    size_t at = MIN(f->at + offset, f->bytes->len);

    *buf = f->bytes->data + at;
    if (size > f->bytes->len - at) {
        qemu_file_set_error(f, -EIO);
    }
    return MIN(size, f->bytes->len - at);
}

int qemu_peek_byte(QEMUFile *f, int offset)
{
    uint8_t *byte;

    return qemu_peek_buffer(f, &byte, 1, offset) ? *byte : 0;
}

void qemu_file_skip(QEMUFile *f, int size)
{
    if (f->at + size <= f->bytes->len) {
        f->at += size;
    }
}

size_t qemu_get_buffer(QEMUFile *f, uint8_t *buf, size_t size)
{
    uint8_t *from;
    size_t done = qemu_peek_buffer(f, &from, size, 0);

    if (done) {
        memcpy(buf, from, done);
    }
    f->at += done;
    return done;
}

/* Behind the end are zeroes */
static uint64_t get_be(QEMUFile *f, unsigned bytes)
{
    uint64_t value = 0;
    uint8_t byte;

    while (bytes--) {
        value = value << 8 | (qemu_get_buffer(f, &byte, 1) ? byte : 0);
    }
    return value;
}

int qemu_get_byte(QEMUFile *f)
{
    return get_be(f, 1);
}

unsigned int qemu_get_be16(QEMUFile *f)
{
    return get_be(f, 2);
}

unsigned int qemu_get_be32(QEMUFile *f)
{
    return get_be(f, 4);
}

uint64_t qemu_get_be64(QEMUFile *f)
{
    return get_be(f, 8);
}

void qemu_put_buffer(QEMUFile *f, const uint8_t *buf, size_t size)
{
    g_byte_array_append(f->bytes, buf, size);
}

static void put_be(QEMUFile *f, uint64_t value, unsigned bytes)
{
    uint64_t value_be = cpu_to_be64(value);

    qemu_put_buffer(f, (uint8_t *)(&value_be + 1) - bytes, bytes);
}

void qemu_put_byte(QEMUFile *f, int v)
{
    put_be(f, v, 1);
}

void qemu_put_be16(QEMUFile *f, unsigned int v)
{
    put_be(f, v, 2);
}

void qemu_put_be32(QEMUFile *f, unsigned int v)
{
    put_be(f, v, 4);
}

void qemu_put_be64(QEMUFile *f, uint64_t v)
{
    put_be(f, v, 8);
}

int qemu_file_get_fd(QEMUFile *f)
{
    g_assert_not_reached();
}

int qemu_file_put_fd(QEMUFile *f, int fd)
{
    g_assert_not_reached();
}

/*
 * QEMU leaks the element of a list that is refused, as it terminates then.  The
 * last argument is there from 10.2 on.
 */
int __real_vmstate_load_state(QEMUFile *f, const VMStateDescription *vmsd,
                              void *opaque, int version_id, Error **errp);
int __wrap_vmstate_load_state(QEMUFile *f, const VMStateDescription *vmsd,
                              void *opaque, int version_id, Error **errp);

int __wrap_vmstate_load_state(QEMUFile *f, const VMStateDescription *vmsd,
                              void *opaque, int version_id, Error **errp)
{
    int ret = __real_vmstate_load_state(f, vmsd, opaque, version_id, errp);

    if (ret && g_str_equal(vmsd->name, "acpi-ghes-error")) {
        ghes_error_free(opaque);
    }
    return ret;
}

GByteArray *stream_save(const VMStateDescription *vmsd, void *opaque)
{
    QEMUFile file = { .bytes = g_byte_array_new() };
    int ret = vmstate_save_state(&file, vmsd, opaque, NULL);

    g_assert(!ret && !file.error);
    return file.bytes;
}

bool stream_load(GByteArray *section, const VMStateDescription *vmsd,
                 void *opaque)
{
    QEMUFile file = { .bytes = section };
    const uint8_t footer = 0x7e;
    int ret;

    /* Behind a device's state QEMU looks for its subsections */
    g_byte_array_append(section, &footer, sizeof(footer));
    ret = vmstate_load_state(&file, vmsd, opaque, vmsd->version_id);
    g_byte_array_set_size(section, section->len - sizeof(footer));
    return !ret && !file.error;
}

static void put_integer(GByteArray *section, unsigned at, Program *program)
{
    static const uint64_t values[] = {
        0, 1, 2, 3, 4096, 8192, INT32_MAX, UINT32_MAX, INT64_MAX, INT64_MIN,
        UINT64_MAX, UINT64_MAX - 4095, 1ULL << 40,
    };
    unsigned bytes = 1 << fetch(program, 1) % 4;
    unsigned which = fetch(program, 1);
    uint64_t value_be = cpu_to_be64(which < ARRAY_SIZE(values)
                                    ? values[which] : fetch(program, bytes));

    memcpy(section->data + at, (uint8_t *)(&value_be + 1) - bytes,
           MIN(bytes, section->len - at));
}

/* As an element that is there twice */
static void put_copy(GByteArray *section, unsigned at, Program *program)
{
    unsigned from = fetch(program, 2) % section->len;
    unsigned length = MIN(fetch(program, 1), section->len - from);
    g_autofree uint8_t *copy = g_memdup2(section->data + from, length);
    g_autofree uint8_t *rest = g_memdup2(section->data + at,
                                         section->len - at);
    unsigned rest_length = section->len - at;

    g_byte_array_set_size(section, at);
    g_byte_array_append(section, copy, length);
    g_byte_array_append(section, rest, rest_length);
}

void stream_edit(GByteArray *section, Program *program)
{
    unsigned kind = fetch(program, 1) % 8;
    unsigned at;

    if (!section->len) {
        return;
    }
    at = fetch(program, 2) % section->len;
    switch (kind) {
    case 0:
        g_byte_array_set_size(section, at);
        break;
    case 1:
        g_byte_array_remove_range(section, at, MIN(1 + fetch(program, 1),
                                                   section->len - at));
        break;
    case 2:
        put_copy(section, at, program);
        break;
    default:
        put_integer(section, at, program);
        break;
    }
}
