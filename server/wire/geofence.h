/* The geofence (server/base/geofence.h) of a venue, made from its document. */
#ifndef WIRE_GEOFENCE_H
#define WIRE_GEOFENCE_H

#include "server/base/geofence.h"
#include "server/core/venue.h"

struct geofence *wire_geofence(const struct venue *venue);

#endif
