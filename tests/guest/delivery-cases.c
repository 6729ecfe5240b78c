/*
 * Test cases of delivery under load, faults, reset and migration
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "delivery.h"

static const char *const deaf[] = {
    "-append", GUEST_APPEND " ghes.disable=1", NULL,
};

/* Linux sets 256 MiB aside, for a crash kernel that there is none of. */
static const char *const guarded[] = {
    "-append", GUEST_APPEND " crashkernel=256M@0x70000000", NULL,
};

static const char *const four_cpus[] = { "-smp", "4", NULL };

static const char *const small[] = { "-m", "512M", NULL };

const Case delivery_cases[] = {
    { "delivery-storm", delivery_storm,
      "three times 2,000 errors at once take 2,000 pages each",
      .setup = { .stage = CASE_BOOTED, .monitors = GUEST_MONITORS_MAX } },
    { "delivery-used", delivery_used,
      "2,000 pages of a process are reported at once, and it loses each",
      .setup = { .stage = CASE_BOOTED } },
    { "delivery-crowded", delivery_crowded,
      "64 poisoned pages end their consumers, with 3 of 4 CPUs busy",
      .setup = { .stage = CASE_BOOTED, .more = four_cpus } },
    { "delivery-deaf-linux", delivery_deaf_linux,
      "a kernel that never listens makes errors wait", "6.12",
      { .stage = CASE_BOOTED, .more = deaf } },
    { "delivery-deaf-firmware", delivery_deaf_firmware,
      "a full queue drops corrected errors first, Linux gets the rest", "6.12",
      { .stage = CASE_STARTED } },
    { "delivery-flood", delivery_flood,
      "1,000 corrected errors a second hold no uncorrected one up", "6.12",
      { .shared_ram = true } },
    { "delivery-reboots", delivery_reboots,
      "no error is lost in five reboots, nor is anything written elsewhere",
      "6.12", { .stage = CASE_BOOTED, .shared_ram = true, .more = guarded } },
    { "delivery-migration", delivery_migration,
      "each error arrives once, with 20 migrations under way", "6.12",
      { .stage = CASE_BOOTED, .shared_ram = true } },
    { "delivery-migrated-away", delivery_migrated_away,
      "who has no guest any more takes no error", "6.12",
      { .stage = CASE_STARTED, .shared_ram = true } },
    { "delivery-snapshots", delivery_snapshots,
      "what waited when a snapshot was taken arrives after it is loaded",
      "6.12", { .stage = CASE_BOOTED, .more = small } },
    { "delivery-from-stock", delivery_from_stock,
      "a guest of stock QEMU gets its errors, if need be after a reboot",
      "6.12", { .stage = CASE_BOOTED, .needs_stock = true,
                .starts_stock = true, .shared_ram = true } },
    { "delivery-to-stock", delivery_to_stock,
      "stock QEMU takes a guest without errors and refuses others", "6.12",
      { .stage = CASE_BOOTED, .needs_stock = true, .shared_ram = true } },
    { NULL },
};
