/* The way amid four cells of a field, bilinear, for one instruction set: included with STEER_TURN
 * named, as step_steer_lanes.h is with STEER_PART. */
#ifndef SIM_CORE_STEP_TURN_LANES_H
#define SIM_CORE_STEP_TURN_LANES_H

#include "sim/core/lanes.h"
#include "sim/core/state.h"

/* One of the four bytes, signed; byte 0 is the first in memory. */
static inline lanes byte_of(lanes_int words, int byte)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    byte = 3 - byte;
#endif
    return lanes_of_int((words << (24 - 8 * byte)) >> 24);
}

void STEER_TURN(struct turns *turns)
{
    for (uint32_t k = 0; k < TURNS; k += LANES) {
        lanes_int low = lanes_int_load(turns->low + k), high = lanes_int_load(turns->high + k);
        lanes s = lanes_load(turns->s + k), t = lanes_load(turns->t + k);
        lanes low_x = byte_of(low, 0), low_y = byte_of(low, 1);
        lanes high_x = byte_of(high, 0), high_y = byte_of(high, 1);
        low_x += s * (byte_of(low, 2) - low_x);
        low_y += s * (byte_of(low, 3) - low_y);
        high_x += s * (byte_of(high, 2) - high_x);
        high_y += s * (byte_of(high, 3) - high_y);
        lanes x = low_x + t * (high_x - low_x), y = low_y + t * (high_y - low_y);
        lanes length2 = x * x + y * y;
        lanes_mask some = lanes_less(lanes_all(1e-3f), length2);
        lanes per_length = lanes_select(some, lanes_all(1) / lanes_sqrt(length2), lanes_all(0));
        lanes_store(turns->x + k, x * per_length);
        lanes_store(turns->y + k, y * per_length);
    }
}

#endif
