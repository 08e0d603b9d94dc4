/* The plan that seats are chosen by (server/core/seat_choice.h), made once from a venue's document.
 */
#ifndef WIRE_SEAT_PLAN_H
#define WIRE_SEAT_PLAN_H

#include "server/core/seat_choice.h"
#include "server/core/stadium.h"
#include "server/core/venue.h"

/* Everybody looks at the middle of the pitch, or of all seats where there is none. */
struct seat_plan *seat_plan_create(const struct venue *venue);
void seat_plan_destroy(struct seat_plan *plan); /* NULL is accepted. */
/* Gives the stadium, which has a venue, the plan of it. */
void seat_plan_attach(struct stadium *stadium);

#endif
