/*
 * A small emulation of guest firmware, as far as ACPI tables need it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "ghes-firmware.h"

/* The virt machine's fw_cfg device, docs/specs/fw_cfg.rst: DMA interface */
#define FW_CFG_DMA_REGISTER (0x09020000 + 16)
#define FW_CFG_DMA_READ     0x02
#define FW_CFG_DMA_SKIP     0x04
#define FW_CFG_DMA_SELECT   0x08
#define FW_CFG_DMA_WRITE    0x10
#define FW_CFG_FILE_DIR     0x19

/* One file of the directory: u32 size, u16 select, both big-endian; name */
#define DIR_ENTRY_SIZE   64
#define DIR_ENTRY_SELECT 4
#define DIR_ENTRY_NAME   8

/* A linker/loader command and the fields of each kind, little-endian */
#define COMMAND_SIZE 128
#define COMMAND_FILE 4                  /* the file that it works on */
#define COMMAND_POINTEE 60              /* the file that it points to */

enum {
    ALLOCATE = 1,
    ADD_POINTER = 2,
    ADD_CHECKSUM = 3,
    WRITE_POINTER = 4,
};

typedef struct FwCfgFile {
    uint16_t select;
    uint32_t size;
} FwCfgFile;

void ghes_firmware_init(GhesFirmware *fw, QTestState *qts,
                        uint64_t scratch_gpa, uint64_t blobs_gpa)
{
    g_assert_cmphex(blobs_gpa % GHES_FIRMWARE_PAGE, ==, 0);
    *fw = (GhesFirmware) {
        .qts = qts,
        .scratch_gpa = scratch_gpa,
        .next_gpa = blobs_gpa,
    };
}

/* Let the device copy; the first page of scratch has the access structure */
static void fw_cfg_dma(GhesFirmware *fw, uint32_t control, uint64_t gpa,
                       uint32_t length)
{
    uint8_t access[16];

    stl_be_p(access, control);
    stl_be_p(access + 4, length);
    stq_be_p(access + 8, gpa);
    qtest_memwrite(fw->qts, fw->scratch_gpa, access, sizeof(access));
    /* The register is big-endian, an access of the CPU little-endian */
    qtest_writeq(fw->qts, FW_CFG_DMA_REGISTER, bswap64(fw->scratch_gpa));
    /* Done, and no error */
    g_assert_cmphex(qtest_readl(fw->qts, fw->scratch_gpa), ==, 0);
}

static void fw_cfg_read(GhesFirmware *fw, uint16_t select, uint64_t gpa,
                        uint32_t length)
{
    fw_cfg_dma(fw, select << 16 | FW_CFG_DMA_SELECT | FW_CFG_DMA_READ, gpa,
               length);
}

/* Read into the scratch RAM, and from there */
static uint8_t *fw_cfg_fetch(GhesFirmware *fw, uint16_t select, uint32_t size)
{
    uint64_t gpa = fw->scratch_gpa + GHES_FIRMWARE_PAGE;
    uint8_t *data = g_malloc(size);

    fw_cfg_read(fw, select, gpa, size);
    qtest_bufread(fw->qts, gpa, data, size);
    return data;
}

static bool fw_cfg_find(GhesFirmware *fw, const char *name, FwCfgFile *file)
{
    g_autofree uint8_t *head = fw_cfg_fetch(fw, FW_CFG_FILE_DIR, 4);
    uint32_t count = ldl_be_p(head);
    g_autofree uint8_t *dir = fw_cfg_fetch(fw, FW_CFG_FILE_DIR,
                                           4 + count * DIR_ENTRY_SIZE);

    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *entry = dir + 4 + i * DIR_ENTRY_SIZE;

        if (!strcmp((const char *)entry + DIR_ENTRY_NAME, name)) {
            file->size = ldl_be_p(entry);
            file->select = lduw_be_p(entry + DIR_ENTRY_SELECT);
            return true;
        }
    }
    return false;
}

bool ghes_firmware_has_file(GhesFirmware *fw, const char *name)
{
    FwCfgFile file;

    return fw_cfg_find(fw, name, &file);
}

uint64_t ghes_firmware_read_u64(GhesFirmware *fw, const char *name)
{
    g_autofree uint8_t *data = NULL;
    FwCfgFile file;

    g_assert_true(fw_cfg_find(fw, name, &file));
    g_assert_cmpuint(file.size, ==, sizeof(uint64_t));
    data = fw_cfg_fetch(fw, file.select, file.size);
    return ldq_le_p(data);
}

void ghes_firmware_write_u64(GhesFirmware *fw, const char *name,
                             uint32_t offset, uint64_t value)
{
    uint64_t gpa = fw->scratch_gpa + GHES_FIRMWARE_PAGE;
    FwCfgFile file;
    uint8_t bytes[8];

    g_assert_true(fw_cfg_find(fw, name, &file));
    g_assert_cmpuint(offset + sizeof(bytes), <=, file.size);
    stq_le_p(bytes, value);
    qtest_memwrite(fw->qts, gpa, bytes, sizeof(bytes));

    fw_cfg_dma(fw, file.select << 16 | FW_CFG_DMA_SELECT | FW_CFG_DMA_SKIP, 0,
               offset);
    fw_cfg_dma(fw, FW_CFG_DMA_WRITE, gpa, sizeof(bytes));
}

const GhesFirmwareBlob *ghes_firmware_blob(const GhesFirmware *fw,
                                           const char *name)
{
    for (unsigned i = 0; i < fw->blob_count; i++) {
        if (!strcmp(fw->blobs[i].name, name)) {
            return &fw->blobs[i];
        }
    }
    return NULL;
}

/* The file that a command names, which must have been placed before */
static const GhesFirmwareBlob *command_blob(const GhesFirmware *fw,
                                            const uint8_t *command,
                                            unsigned offset)
{
    const char *name = (const char *)command + offset;
    const GhesFirmwareBlob *blob;

    g_assert_nonnull(memchr(name, 0, GHES_FIRMWARE_FILE_NAME_SIZE));
    blob = ghes_firmware_blob(fw, name);
    g_assert_nonnull(blob);
    return blob;
}

static bool is_power_of_two(uint32_t value)
{
    return value && !(value & (value - 1));
}

/* u32 alignment at 60; u8 zone at 64: 1 anywhere, 2 below 1 MiB */
static void execute_allocate(GhesFirmware *fw, const uint8_t *command)
{
    const char *name = (const char *)command + COMMAND_FILE;
    uint32_t align = ldl_le_p(command + 60);
    GhesFirmwareBlob *blob = &fw->blobs[fw->blob_count];
    FwCfgFile file;

    g_assert_nonnull(memchr(name, 0, GHES_FIRMWARE_FILE_NAME_SIZE));
    g_assert_null(ghes_firmware_blob(fw, name));
    g_assert_cmpuint(fw->blob_count, <, GHES_FIRMWARE_BLOBS_MAX);
    g_assert_true(is_power_of_two(align));
    /* EDK2 places whole pages and refuses more than that */
    g_assert_cmpuint(align, <=, GHES_FIRMWARE_PAGE);
    g_assert_true(command[64] == 1 || command[64] == 2);
    g_assert_true(fw_cfg_find(fw, name, &file));
    g_assert_cmpuint(file.size, >, 0);

    memcpy(blob->name, name, sizeof(blob->name));
    blob->gpa = fw->next_gpa;
    blob->size = file.size;
    fw_cfg_read(fw, file.select, blob->gpa, blob->size);
    fw->next_gpa += ROUND_UP(blob->size, GHES_FIRMWARE_PAGE);
    fw->blob_count++;
}

/* u32 offset at 116; u8 size at 120; what lies there is an offset itself */
static void execute_add_pointer(GhesFirmware *fw, const uint8_t *command)
{
    const GhesFirmwareBlob *blob = command_blob(fw, command, COMMAND_FILE);
    const GhesFirmwareBlob *pointee = command_blob(fw, command,
                                                   COMMAND_POINTEE);
    uint32_t offset = ldl_le_p(command + 116);
    uint8_t size = command[120];
    uint64_t pointer = 0;

    g_assert_true(size == 1 || size == 2 || size == 4 || size == 8);
    g_assert_cmpuint((uint64_t)offset + size, <=, blob->size);

    qtest_memread(fw->qts, blob->gpa + offset, &pointer, size);
    pointer = le64_to_cpu(pointer);
    g_assert_cmphex(pointer, <, pointee->size);

    pointer = cpu_to_le64(pointer + pointee->gpa);
    qtest_memwrite(fw->qts, blob->gpa + offset, &pointer, size);
}

/* u32 offset at 60, start at 64, length at 68 */
static void execute_add_checksum(GhesFirmware *fw, const uint8_t *command)
{
    const GhesFirmwareBlob *blob = command_blob(fw, command, COMMAND_FILE);
    uint32_t offset = ldl_le_p(command + 60);
    uint32_t start = ldl_le_p(command + 64);
    uint32_t length = ldl_le_p(command + 68);
    g_autofree uint8_t *bytes = g_malloc(length);
    uint8_t sum = 0;

    g_assert_cmpuint((uint64_t)start + length, <=, blob->size);
    g_assert_cmpuint(offset, >=, start);
    g_assert_cmpuint(offset, <, start + length);

    qtest_bufread(fw->qts, blob->gpa + start, bytes, length);
    for (uint32_t i = 0; i < length; i++) {
        sum += bytes[i];
    }
    qtest_writeb(fw->qts, blob->gpa + offset,
                 qtest_readb(fw->qts, blob->gpa + offset) - sum);
}

/* u32 offset in the file at 116, in what it points to at 120; u8 size at 124 */
static void execute_write_pointer(GhesFirmware *fw, const uint8_t *command)
{
    const char *name = (const char *)command + COMMAND_FILE;
    const GhesFirmwareBlob *pointee = command_blob(fw, command,
                                                   COMMAND_POINTEE);
    uint32_t offset = ldl_le_p(command + 116);
    uint32_t pointee_offset = ldl_le_p(command + 120);

    g_assert_nonnull(memchr(name, 0, GHES_FIRMWARE_FILE_NAME_SIZE));
    g_assert_cmpuint(command[124], ==, 8);
    g_assert_cmpuint(pointee_offset, <, pointee->size);
    ghes_firmware_write_u64(fw, name, offset, pointee->gpa + pointee_offset);
}

static void execute(GhesFirmware *fw, const uint8_t *command)
{
    switch (ldl_le_p(command)) {
    case ALLOCATE:
        execute_allocate(fw, command);
        break;
    case ADD_POINTER:
        execute_add_pointer(fw, command);
        break;
    case ADD_CHECKSUM:
        execute_add_checksum(fw, command);
        break;
    case WRITE_POINTER:
        execute_write_pointer(fw, command);
        break;
    default:
        g_assert_not_reached();
    }
}

void ghes_firmware_run(GhesFirmware *fw)
{
    g_autofree uint8_t *script = NULL;
    FwCfgFile file;

    g_assert_cmpuint(fw->blob_count, ==, 0);
    g_assert_true(fw_cfg_find(fw, "etc/table-loader", &file));
    script = fw_cfg_fetch(fw, file.select, file.size);

    /* Commands, then zeroes up to the size that fw_cfg gives the file */
    for (uint32_t i = 0; i + COMMAND_SIZE <= file.size; i += COMMAND_SIZE) {
        if (ldl_le_p(script + i)) {
            execute(fw, script + i);
        }
    }
}
