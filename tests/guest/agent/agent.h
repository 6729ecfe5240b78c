/*
 * Guest agent: what its files share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_AGENT_H
#define RAS_AGENT_H

#include <stdbool.h>

#define LINE_SIZE       4096

/* One line to the host, in one write: followers write to it as well. */
__attribute__((format(printf, 1, 2)))
void say(const char *format, ...);

/* "error @what: " and errno's text */
void say_errno(const char *what);

bool write_file(const char *path, const char *text);

/* Commands: each answers with "- " lines and one "ok" or "error" line. */
void do_alloc(char *args);
void do_free(char *args);
void do_touch(char *args);
void do_hwcorrupted(char *args);
void do_kmsg(char *args);
void do_trace(char *args);
void do_clock(char *args);

#endif
