/*
 * Test cases of what outlasts a guest's death
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "boot.h"

#define REBOOTS_ON_PANIC "-append", GUEST_APPEND " panic=1"

static const char *const erst[] = {
    REBOOTS_ON_PANIC,
    "-object", "memory-backend-ram,id=store,size=128K",
    "-device", "acpi-erst,memdev=store", NULL,
};

const Case boot_cases[] = {
    { "erst-panic", erst_panic,
      "pstore has a panic's log until it is removed",
      .setup = { .stage = CASE_BOOTED, .more = erst } },
    { "erst-migration", erst_migration,
      "pstore's content goes with the guest", "6.12",
      { .stage = CASE_BOOTED, .shared_ram = true, .more = erst } },
    { NULL },
};
