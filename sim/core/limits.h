/* What doors let through: so many a second in each direction (turnstiles, wickets), one way only,
 * and in a design run no more than a code allows a metre of width. Only sim/core includes this. */
#ifndef SIM_CORE_LIMITS_H
#define SIM_CORE_LIMITS_H

#include "sim/core/parts.h"

struct crowd;

/* Of one door. */
struct door_limit {
    double tokens[2]; /* b to a, a to b: passages that the door's rates have ready */
    double design_ps; /* 0: no design value */
    double credit;    /* passages that the design value has ready */
    uint32_t *recent; /* the steps of the last `room` passages, a ring; 0: none yet */
    uint32_t room, next;
};

void limits_init(struct crowd *crowd);
void limits_fini(struct crowd *crowd);
void limits_refill(struct crowd *crowd); /* at each step, before anybody moves */
/* May somebody go through now, from a to b (out) or back? Of gates: if they are open. */
bool limits_let(const struct crowd *crowd, uint32_t door, bool out);
void limits_passed(struct crowd *crowd, uint32_t door, bool out);

#endif
