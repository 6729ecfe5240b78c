/*
 * Command lines that QEMU must refuse
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef GHES_START_H
#define GHES_START_H

/**
 * ghes_start_refused: QEMU must say what is wrong, once, and not start
 * @options: of QEMU, as a shell takes them
 * @message: what must be in the one line that it says
 */
void ghes_start_refused(const char *options, const char *message);

#endif
