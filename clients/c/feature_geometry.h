/*
 * GeoJSON coordinates to paths in centimetres, checked one by one: types, range, closed, simple.
 */
#ifndef CLIENTS_C_FEATURE_GEOMETRY_H
#define CLIENTS_C_FEATURE_GEOMETRY_H

#include <jansson.h>

#include "clients/c/geometry.h"
#include "clients/c/plane.h"
#include "clients/c/problem.h"

/* A feature and what its readers need. */
struct feature {
    struct problem_log *log;
    struct feature_ref at;
    const struct plane *plane;
    const json_t *coordinates; /* Of the geometry. */
    const json_t *properties;
};

#define RING_POINTS_MAX 1000

/* Each returns new paths, or NULL with a problem added. */
Tifo__V1__Path *feature_line(const struct feature *feature, size_t min_points, size_t max_points);
/* The polygon's outline, made counter-clockwise; holes, made clockwise, go to *holes, a new list.
 */
Tifo__V1__Path *feature_polygon(const struct feature *feature, Tifo__V1__Path ***holes,
                                size_t *hole_count, size_t max_holes);

struct path venue_path(const Tifo__V1__Path *path);

#endif
