/*
 * Ids that follow from each other: a hold's, that of its first order, and those of its order's
 * tickets. Whoever draws ids draws a hold's with kin_first() and takes the others from it; then the
 * stadium need not keep them, and finds them by the hold's. Ids that were drawn otherwise are as
 * good, only larger.
 *
 * To the eye they have nothing in common, but anybody can turn one into another, or into one that
 * was drawn before or after it: an id is no secret, and what is asked with one is checked against
 * who asks.
 */
#ifndef CORE_KIN_H
#define CORE_KIN_H

#include "server/core/id.h"

/* Places among kin. Ticket 0 of the order first. */
enum { KIN_HOLD, KIN_ORDER, KIN_TICKET, KIN_PLACES = 32 };

/* The id at place KIN_HOLD of kin that is drawn so: 123 of the 128 random bits count. */
struct id kin_first(struct id random);
/* The same for a hold in this row of its pool: it is found by that, and takes next to no room where
 * rows are packed. Unlike any other: `seq` grows from draw to draw, `key` is drawn at each start.
 */
struct id kin_of_row(uint64_t key, uint64_t seq, uint32_t row);
uint64_t kin_row(struct id any); /* Of ids that were not drawn so: any. */
struct id kin_at(struct id any, uint32_t place);
uint32_t kin_place(struct id any); /* Of ids that were not drawn so: any. */

/* What an id was made of: { key + seq, row and place }. Any id can be taken apart so, and is made
 * of its parts again. */
struct id kin_parts(struct id any);
struct id kin_of_parts(struct id parts);

#endif
