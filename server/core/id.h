/* What the world calls an event, a hold, an order, a ticket: 128 bits that came in with the command
 * that made it. Inside, rows are known by their index; it never leaves the server. */
#ifndef CORE_ID_H
#define CORE_ID_H

#include <stdbool.h>
#include <stdint.h>

struct id {
    uint64_t high, low; /* Both 0: none. */
};

static inline bool id_equal(struct id a, struct id b)
{
    return a.high == b.high && a.low == b.low;
}
static inline bool id_is_none(struct id id)
{
    return id.high == 0 && id.low == 0;
}

#endif
