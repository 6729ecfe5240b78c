/*
 * Agent's commands that inject errors by the kernel's einj module
 *
 * Its files are described in Documentation/firmware-guide/acpi/apei/einj.rst.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "agent.h"

#define EINJ "/sys/kernel/debug/apei/einj/"

static bool write_einj(const char *name, const char *value)
{
    char path[128], line[128];

    snprintf(path, sizeof(path), EINJ "%s", name);
    snprintf(line, sizeof(line), "%s\n", value);
    return write_file(path, line);
}

/* NAME=VALUE: a file, and what to write to it; answers if it can't */
static bool set_file(char *setting)
{
    char *value = strchr(setting, '=');

    if (!value) {
        say("error einj: NAME=VALUE, not '%s'", setting);
        return false;
    }
    *value++ = 0;
    if (!write_einj(setting, value)) {
        say("ok failed=%s errno=%d", setting, errno);
        return false;
    }
    return true;
}

static bool set_files(char *settings)
{
    char *setting;

    while ((setting = strsep(&settings, " "))) {
        if (*setting && !set_file(setting)) {
            return false;
        }
    }
    return true;
}

/* Each setting in its order, then one injection */
void do_einj(char *args)
{
    if (!set_files(args)) {
        return;
    }
    if (write_einj("error_inject", "1")) {
        say("ok injected=1");
    } else {
        say("ok failed=error_inject errno=%d", errno);
    }
}

/* The same again and again, each time one page further on */
void do_einj_many(char *args)
{
    unsigned long count = strtoul(args, &args, 0), done = 0;
    uint64_t address = strtoull(args, &args, 0);

    if (!set_files(args)) {
        return;
    }
    for (unsigned long i = 0; i < count; i++, address += PAGE_SIZE) {
        char value[32];

        snprintf(value, sizeof(value), "0x%" PRIx64, address);
        if (!write_einj("param1", value)) {
            say("ok failed=param1 errno=%d", errno);
            return;
        }
        done += write_einj("error_inject", "1");
    }
    say("ok injected=%lu", done);
}
