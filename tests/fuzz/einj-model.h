/*
 * A model of EINJ for its fuzz target, with the machine around it
 *
 * Stands in for memory core, clock and what injects the errors, and stops the
 * program where the code does something else than docs/specs/acpi_einj.rst
 * says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef FUZZ_EINJ_MODEL_H
#define FUZZ_EINJ_MODEL_H

#define MODEL_RAM UINT64_C(0x40000000)
#define MODEL_RAM_END (MODEL_RAM + 0x8000)

/* What all programs together have reached */
extern struct ModelReached {
    uint64_t planted;
    uint64_t reported;
    uint64_t refused;
    uint64_t several;
} model_reached;

void model_make(void);
void model_free(void);

/* model_write_address: firmware's part */
void model_write_address(uint64_t gpa);

/* model_write: the guest writes @value to @offset in the region */
void model_write(uint64_t offset, uint64_t value);

/* model_parameters: where the guest writes its parameters; 1 KiB */
uint8_t *model_parameters(void);

/* model_run_timers: let time pass */
void model_run_timers(int64_t us);

/* model_fail_next: the next error that is planted ends in this status */
void model_fail_next(unsigned status);

void model_reset(void);

/* model_migrate: a stream has these for phase, status and triggered */
void model_migrate(uint8_t phase, uint8_t status, bool triggered);

/* model_check: the registers are as the model says */
void model_check(void);

#endif
