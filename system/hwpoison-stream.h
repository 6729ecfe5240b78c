/*
 * Poisoned guest memory in a migration stream
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SYSTEM_HWPOISON_STREAM_H
#define SYSTEM_HWPOISON_STREAM_H

#include "migration/vmstate.h"
#include "system/hwpoison.h"

/* StreamBlock: the name of a RAMBlock in the stream */
typedef struct StreamBlock {
    uint8_t idstr[sizeof_field(RAMBlock, idstr)];
} StreamBlock;

/**
 * StreamRange: a run of poisoned pages in the stream
 * @block: index of its RAMBlock
 * @offset: where in that it is
 * @length: its bytes
 * @reported: it was reported to the guest
 */
typedef struct StreamRange {
    uint32_t block;
    uint64_t offset;
    uint64_t length;
    bool reported;
} StreamRange;

/**
 * HwpoisonStream: all of them, while they are saved or loaded
 * @block_count: entries of @blocks
 * @range_count: entries of @ranges
 * @blocks: the RAM that they are in
 * @ranges: the pages, by block and offset
 */
typedef struct HwpoisonStream {
    int32_t block_count;
    int32_t range_count;
    StreamBlock *blocks;
    StreamRange *ranges;
} HwpoisonStream;

/*
 * vmstate_hwpoison_stream: save what is poisoned, and poison what is loaded
 *
 * All of a stream is checked before anything is poisoned.
 */
extern const VMStateDescription vmstate_hwpoison_stream;

#endif
