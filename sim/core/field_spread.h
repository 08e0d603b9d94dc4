/* How a crowd uses the whole of a wide door. Who comes along a wall would else go through its near
 * end, one behind the other, while the rest stays empty. So within reach of a wide door people walk
 * as water flows: down a potential whose lines never cross and end all over the door. */
#ifndef SIM_CORE_FIELD_SPREAD_H
#define SIM_CORE_FIELD_SPREAD_H

#include "sim/core/field.h"

/* By cell, to be freed by the caller: what to walk down. Within reach of a wide target the solution
 * of Poisson's equation, zero on the target and the distance beyond the reach, with a source
 * everywhere so that there is a way out of every corner; elsewhere the distance. */
float *field_spread(const struct field *field, const struct floor *floor);

/* Is the point before the target, or the target narrow? Else its nearest point is an end, and
 * nobody turns round the end of a wide door who can go on to its middle. */
bool field_is_before(const struct field *field, struct point at);

#endif
