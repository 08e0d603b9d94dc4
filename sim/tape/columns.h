/* Inside of tapes: a block's frames in memory, and as bytes. */
#ifndef SIM_TAPE_COLUMNS_H
#define SIM_TAPE_COLUMNS_H

#include "sim/tape/tape.h"

enum { COLUMNS = 4 }; /* State, place, x, y. */

/* Frame by frame: row f of column c begins at value[c][f * room]. */
struct columns {
    uint32_t frames, people, counts;
    uint32_t room; /* For people. */
    int32_t *value[COLUMNS];
    uint32_t *count; /* Frame by frame. */
};

/* Room for TAPE_BLOCK_FRAMES frames of so many people; what is there stays. False: no memory. */
bool columns_room(struct columns *columns, uint32_t people);
void columns_fini(struct columns *columns);

/* Bytes that may be needed at most. */
size_t columns_most(const struct columns *columns);
size_t columns_pack(const struct columns *columns, uint8_t *out);
/* Frames, people and counts are set, and room is there. False: it is not exactly such a block. */
bool columns_unpack(struct columns *columns, const uint8_t *bytes, size_t size);

#endif
