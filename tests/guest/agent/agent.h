/*
 * Guest agent: what its files share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_AGENT_H
#define RAS_AGENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define LINE_SIZE       4096
#define PAGE_SIZE       UINT64_C(4096)

/* Where a page's number is written to have the kernel lose it */
#define CORRUPT_PFN     "/sys/kernel/debug/hwpoison/corrupt-pfn"

/* One line to the host, in one write: followers write to it as well. */
__attribute__((format(printf, 1, 2)))
void say(const char *format, ...);

/* "error @what: " and errno's text */
void say_errno(const char *what);

bool write_file(const char *path, const char *text);

/* The number of the frame that @pid has at @address, or 0 */
uint64_t page_frame(pid_t pid, uintptr_t address);

/* Memory that the kernel took out of use */
bool hwcorrupted_kb(unsigned long *kb);

/*
 * The last page that has @flag of /proc/kpageflags when @start has returned and
 * still @lasting_us later, and had it not before.  Its address, or 0.
 */
uint64_t find_new_page(uint64_t flag, bool (*start)(void),
                       useconds_t lasting_us);

/* What "alloc" allocated */
char *allocated_page(unsigned page);
unsigned allocated_pages(void);

/* Commands: each answers with "- " lines and one "ok" or "error" line. */
void do_alloc(char *args);
void do_alloc_huge(char *args);
void do_free(char *args);
void do_touch(char *args);
void do_access(char *args);
void do_hwcorrupted(char *args);
void do_kmsg(char *args);
void do_log(char *args);
void do_trace(char *args);
void do_clock(char *args);
void do_slow_file(char *args);
void do_slow_read(char *args);
void do_slow_write(char *args);
void do_walker(char *args);
void do_walk(char *args);
void do_gather(char *args);
void do_release(char *args);
void do_early(char *args);
void do_write_from(char *args);
void do_mount(char *args);
void do_list(char *args);
void do_remove(char *args);
void do_bytes(char *args);
void do_insmod(char *args);
void do_start(char *args);
void do_start_late(char *args);
void do_run(char *args);
void do_state(char *args);
void do_kill(char *args);
void do_poison(char *args);
void do_einj(char *args);
void do_einj_many(char *args);
void do_frame(char *args);
void do_lose(char *args);
void do_settled(char *args);
void do_churn(char *args);
void do_spin(char *args);
void do_doze(char *args);
void do_meet(char *args);
void do_sigbus_trace(char *args);
void do_sigbus_times(char *args);

#endif
