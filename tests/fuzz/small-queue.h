/*
 * A queue that is full soon: included before all else of a fuzz target
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef FUZZ_SMALL_QUEUE_H
#define FUZZ_SMALL_QUEUE_H

#include "qemu/osdep.h"
#include "hw/acpi/ghes-queue.h"

#undef GHES_QUEUE_REPORTS_MAX
#define GHES_QUEUE_REPORTS_MAX 24

#endif
