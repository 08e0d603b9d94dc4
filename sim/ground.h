/*
 * A venue message becomes the engine's ground. Indices stay what they are: area = zone, block =
 * block, facility = facility. Doors are the openings, then the gates. Behind the facilities there
 * may be turnstiles, a facility for each gate that has some.
 */
#ifndef SIM_GROUND_H
#define SIM_GROUND_H

#include "sim/core/ground.h"
#include "tifo/v1/venue.pb-c.h"

/* The ground of a venue, with the turnstiles' queues outside its gates if people are to come in;
 * destroyed with ground_destroy(). `service` is how long a
 * turnstile takes a person, in seconds; NULL: about what its rate says. `blocked`: by opening,
 * nobody passes it; NULL: none is. NULL: `error` says what the engine cannot use. The venue is only
 * read here and may be freed before the ground. */
struct ground *ground_of_venue(const Tifo__V1__Venue *venue, bool turnstiles,
                               const struct distribution *service, const bool *blocked,
                               struct ground_error *error);
/* True if the gate has turnstiles; then *facility is the engine's. */
bool ground_gate_turnstiles(const Tifo__V1__Venue *venue, uint32_t gate, uint32_t *facility);
/* True if the facility is a gate's turnstiles; then *gate is its index. */
bool ground_turnstiles_gate(const Tifo__V1__Venue *venue, uint32_t facility, uint32_t *gate);

/* The engine's door of a gate. */
uint32_t ground_gate_door(const Tifo__V1__Venue *venue, uint32_t gate);
/* True if the door is a gate; then *gate is its index. */
bool ground_door_gate(const Tifo__V1__Venue *venue, uint32_t door, uint32_t *gate);

#endif
