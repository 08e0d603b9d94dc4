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

enum { ID_DIGITS = 32 };
/* In hex, lower case, without an end. */
static inline void id_write(struct id id, char digits[ID_DIGITS])
{
    for (int i = 0; i < 16; i++) {
        digits[15 - i] = "0123456789abcdef"[id.high >> 4 * i & 15];
        digits[31 - i] = "0123456789abcdef"[id.low >> 4 * i & 15];
    }
}

#endif
