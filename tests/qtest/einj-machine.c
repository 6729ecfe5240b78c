/*
 * A virt machine with EINJ, seen from its guest
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "einj-machine.h"

void einj_machine_start_and_boot(GhesMachine *m)
{
    ghes_machine_start(m, "ras=on,einj=on", "");
    ghes_machine_boot(m);
}

uint64_t einj_machine_gpa(const GhesMachine *m)
{
    return ghes_firmware_blob(&m->fw, EINJ_BLOB)->gpa;
}

void einj_machine_command(GhesMachine *m, uint64_t command)
{
    qtest_writeq(m->qts, EINJ_COMMAND, command);
}

void einj_machine_set_memory(GhesMachine *m, uint32_t type, uint32_t flags,
                             uint64_t gpa)
{
    uint64_t p = einj_machine_gpa(m);

    qtest_writel(m->qts, p + EINJ_P_ERROR_TYPE, type);
    qtest_writel(m->qts, p + EINJ_P_FLAGS, flags);
    qtest_writeq(m->qts, p + EINJ_P_ADDRESS, gpa);
    qtest_writeq(m->qts, p + EINJ_P_MASK, ~0xfffULL);
}

void einj_machine_set_component(GhesMachine *m, unsigned index, uint64_t id,
                                uint64_t syndrome)
{
    uint64_t p = einj_machine_gpa(m);
    uint64_t component = p + EINJ_P_COMPONENTS + index * EINJ_COMPONENT_SIZE;

    qtest_writeq(m->qts, component, id);
    qtest_writeq(m->qts, component + 8, 0);
    qtest_writeq(m->qts, component + 16, syndrome);
    qtest_writeq(m->qts, component + 24, 0);
    qtest_writew(m->qts, p + EINJ_P_COMPONENT_COUNT, index + 1);
}

uint64_t einj_machine_execute(GhesMachine *m)
{
    einj_machine_command(m, EINJ_BEGIN);
    einj_machine_command(m, EINJ_EXECUTE);
    ghes_machine_run_ms(m, 1);
    g_assert_cmphex(qtest_readq(m->qts, EINJ_BUSY), ==, 0);
    return qtest_readq(m->qts, EINJ_STATUS);
}

void einj_machine_expect(GhesMachine *m, uint64_t status)
{
    g_assert_cmpuint(einj_machine_execute(m), ==, status);
}
