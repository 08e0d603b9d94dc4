/* A venue as the API has it, as the core has it. */
#ifndef WIRE_VENUE_H
#define WIRE_VENUE_H

#include "server/base/arena.h"
#include "server/core/fact.h"
#include "server/core/venue.h"
#include "tifo/v1/venue.pb-c.h"

/* Copies the message into core rows, document included, in the arena. What cannot be copied (a
 * missing shape, a text that is too long, a number beyond its column) is refused with its field
 * path; whether the rows hold together is for the core to say. */
enum status wire_venue(const Tifo__V1__Venue *from, struct arena *arena, struct venue *to,
                       struct refusal *refusal);

/* The message again, from the document; in the arena. */
Tifo__V1__Venue *wire_venue_message(const struct venue *venue, struct arena *arena);

/* A phase, both ways. Texts that are too long are refused.
 * Columns live in what they are from, and so do the message's texts. */
enum status wire_phase(const Tifo__V1__Phase *from, struct phase *to, struct refusal *refusal);
void wire_phase_message(const struct phase *from, Tifo__V1__Phase *to);

#endif
