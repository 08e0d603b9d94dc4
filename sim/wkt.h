/*
 * The floors that people can be on as well-known text, the geometry of trajectory files: one
 * polygon each, levels on top of each other, for the format knows none.
 */
#ifndef SIM_WKT_H
#define SIM_WKT_H

#include "sim/foreign/foreign.h"
#include "tifo/v1/venue.pb-c.h"

struct wkt {
    char *text; /* malloc()ed. */
    struct point low, high;
};

struct wkt wkt_of_venue(const Tifo__V1__Venue *venue); /* All zones but the outside, and blocks. */
struct wkt wkt_of_foreign(const struct foreign *foreign);

#endif
