/*
 * Appends things to a venue message. Ids and names are printf formats' results made by the caller;
 * everything is copied. Each returns the new thing's index in its list.
 */
#ifndef CLIENTS_CLI_VENUE_BUILDER_H
#define CLIENTS_CLI_VENUE_BUILDER_H

#include "clients/c/tifo.h"
#include "clients/cli/bowl_curve.h"

Tifo__V1__Venue *build_venue(const char *id, const char *name, const Tifo__V1__Anchor *anchor);
void build_level(Tifo__V1__Venue *venue, int32_t number, double elevation_m);

struct zone_spec {
    const char *id, *name;
    Tifo__V1__ZoneKind kind;
    int32_t level, level_to; /* level_to 0: the same. */
    double rise_m;
};
/* Takes the points out of `outline`. */
uint32_t build_zone(Tifo__V1__Venue *venue, const struct zone_spec *spec, struct trace *outline);

uint32_t build_block(Tifo__V1__Venue *venue, const char *id, const char *stand, int32_t level,
                     struct trace *outline);
void build_row(Tifo__V1__Block *block, uint32_t seats, const struct trace *line);
/* Places: zone index, or number of zones + block index, so all zones come first. */
uint32_t build_opening(Tifo__V1__Venue *venue, uint32_t place_a, uint32_t place_b,
                       struct line_cm line);
uint32_t build_gate(Tifo__V1__Venue *venue, const char *name, uint32_t inside, uint32_t outside,
                    uint32_t turnstiles, struct line_cm line);
uint32_t build_facility(Tifo__V1__Venue *venue, Tifo__V1__FacilityKind kind, uint32_t number,
                        uint32_t zone, uint32_t servers, double service_mean_s,
                        struct line_cm front);

Tifo__V1__Path *build_path(const struct trace *trace);

#endif
