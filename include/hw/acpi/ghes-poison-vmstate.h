/*
 * Lost memory of an emulated guest in migration
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ACPI_GHES_POISON_VMSTATE_H
#define HW_ACPI_GHES_POISON_VMSTATE_H

#include "hw/acpi/ghes-poison-map.h"

/**
 * ghes_poison_vmstate_register: have what is lost migrate with the guest
 * @map: what is lost; must stay
 *
 * Nothing is sent of a map that is empty.
 */
void ghes_poison_vmstate_register(GhesPoisonMap *map);

#endif
