/*
 * What the server told, kept to be seen again: about one whole state a second of stadium time over
 * the last half hour, packed as it came over the wire. A ring within a bound of bytes: the oldest
 * states make room for the newest. Positions are not kept: of 80,000 people they would be as much
 * again every second.
 */
#ifndef TWIN_REEL_H
#define TWIN_REEL_H

#include "tifo/v1/crowd.pb-c.h"
#include "tifo/v1/guidance.pb-c.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REEL_STEP_MS = 1000, REEL_ROWS = 1800, REEL_BYTES = 64 << 20 };

/* The bytes of one message; NULL: none. */
struct reel_message {
    uint8_t *data;
    size_t size;
};

struct reel {
    struct reel_row {
        int64_t at_ms;
        struct reel_message crowd;
        struct reel_message plan; /* Only where it is another than in the row before. */
    } rows[REEL_ROWS];
    size_t first, count; /* Ring of rows. */
    size_t bytes;        /* Of all messages. */
    uint32_t plan_number;
};

/* Zeroed is empty. */
void reel_fini(struct reel *reel);
/* Keeps a state, unless the newest one is younger than a step, and the plan in force (NULL: none).
 * Time that went back empties the reel first: it is another day. */
void reel_add(struct reel *reel, const Tifo__V1__CrowdState *crowd, const Tifo__V1__Plan *plan);

int64_t reel_first_ms(const struct reel *reel); /* 0: it is empty. */
int64_t reel_last_ms(const struct reel *reel);
/* The newest row that is not after `at_ms`, or the oldest; `count` must not be 0. */
size_t reel_find(const struct reel *reel, int64_t at_ms);
/* The state of row `i`, and the plan that was in force (NULL: none). Both are the caller's. */
void reel_take(const struct reel *reel, size_t i, Tifo__V1__CrowdState **crowd,
               Tifo__V1__Plan **plan);

#endif
