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

/* Time enough, after the panic, for errors that nobody reads any more */
static const char *const bert[] = {
    "-append", GUEST_APPEND " panic=3", "-machine", "bert=on", NULL,
};

static const char *const bert_stays_dead[] = { "-machine", "bert=on", NULL };

static const char *const bert_stays_off[] = {
    "-machine", "bert=on", "-action", "shutdown=pause", NULL,
};

const Case boot_cases[] = {
    { "bert-fatal", bert_fatal,
      "the next boot, and that alone, reports what the last one died of",
      .setup = { .stage = CASE_BOOTED, .more = bert } },
    { "bert-unread", bert_unread,
      "what the last boot hadn't read is reported in its order",
      .setup = { .stage = CASE_BOOTED, .more = bert } },
    { "bert-migration", bert_migration,
      "what a guest died of goes with it", "6.12",
      { .stage = CASE_BOOTED, .shared_ram = true, .more = bert_stays_dead } },
    { "bert-shutdown", bert_shutdown,
      "a guest that was powered off finds it too", "6.12",
      { .stage = CASE_BOOTED, .more = bert_stays_off } },
    { "bert-snapshots", bert_snapshots,
      "a snapshot's guest gets reports of the errors of its own life", "6.12",
      { .stage = CASE_BOOTED, .more = bert_stays_dead } },
    { "erst-panic", erst_panic,
      "pstore has a panic's log until it is removed",
      .setup = { .stage = CASE_BOOTED, .more = erst } },
    { "erst-migration", erst_migration,
      "pstore's content goes with the guest", "6.12",
      { .stage = CASE_BOOTED, .shared_ram = true, .more = erst } },
    { NULL },
};
