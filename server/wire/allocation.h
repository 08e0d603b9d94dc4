/* Seats that are kept for somebody as messages. */
#ifndef WIRE_ALLOCATION_H
#define WIRE_ALLOCATION_H

#include "server/core/stadium.h"
#include "tifo/v1/allocations.pb-c.h"

/* With its code (`secret`) or without. */
Tifo__V1__Allocation *wire_allocation(const struct stadium *stadium,
                                      const struct allocation *allocation, bool secret,
                                      struct arena *arena);
/* Columns are in the arena. False: the refusal says which field. */
bool wire_set_allocation(const Tifo__V1__Allocation *from, struct arena *arena,
                         struct set_allocation *to, struct refusal *refusal);

#endif
