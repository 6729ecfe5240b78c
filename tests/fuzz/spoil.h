/*
 * States of error sources that no source can have
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef FUZZ_SPOIL_H
#define FUZZ_SPOIL_H

#include "program.h"

/* spoil_sources: change machine_ghes, to be saved, as the program says */
void spoil_sources(Program *program);

#endif
