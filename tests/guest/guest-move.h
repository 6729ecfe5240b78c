/*
 * Migration of a guest to another QEMU on this machine
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef RAS_GUEST_GUEST_MOVE_H
#define RAS_GUEST_GUEST_MOVE_H

#include "guest.h"

/* Both QEMUs have the same file as RAM (config.ram_fd), it is not copied. */
typedef struct Move {
    Guest *from;            /* not ours */
    Guest *to;
    char *directory;        /* of the socket */
    char *socket;
} Move;

typedef enum MoveStage {
    MOVE_ACTIVE,            /* the guest still runs where it was */
    MOVE_STOPPED,           /* it runs nowhere; move_go_on() ends this */
    MOVE_COMPLETED,
    MOVE_FAILED,
} MoveStage;

/**
 * move_start: begin to migrate @from to a new QEMU
 * @to_stock: one without the series
 * @name: of a directory for logs, below that of the guest's first QEMU
 */
Move *move_start(Guest *from, bool to_stock, const char *name,
                 GError **error);

bool move_stage(Move *move, MoveStage *stage, GError **error);

/* Go on from MOVE_STOPPED. */
bool move_go_on(Move *move, GError **error);

/* move_wait: wait for @stage; all else is a failure. */
bool move_wait(Move *move, MoveStage stage, GError **error);

/* move_finish: wait until it runs there; @from is the guest there then. */
bool move_finish(Move *move, GError **error);

/* Ends the QEMU that @from is not with. */
void move_free(Move *move);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Move, move_free)

#endif
