/*
 * A venue while it is read and checked: the message, and for each thing in it the feature that it
 * came from, so that a problem found late still names its line.
 *
 * Three steps, each a file, and each only after the one before found nothing wrong:
 *   venue_read.c   GeoJSON -> draft: syntax, types, ranges, shapes, names that resolve
 *   venue_check.c  how things lie to each other: openings touch, rows lie in blocks, no overlaps
 *   venue_graph.c  the derived fields and the walkway graph; everything can be reached
 */
#ifndef CLIENTS_C_DRAFT_H
#define CLIENTS_C_DRAFT_H

#include "clients/c/geometry.h"
#include "clients/c/problem.h"

struct draft {
    Tifo__V1__Venue *venue;
    struct problem_log log;
    struct json_t *document; /* Owns the strings of the feature_refs. */
    /* Parallel to the venue's lists. */
    struct feature_ref *zone_at, *block_at, *opening_at, *gate_at, *facility_at;
    struct feature_ref **row_at; /* [block][row] */
};

bool venue_read(struct draft *draft, const char *text, size_t size);
bool venue_draft_check(struct draft *draft);
bool venue_graph(struct draft *draft);

/* Borrowed views of the message. */
struct path venue_path(const Tifo__V1__Path *path);
/* A place's shape. Its holes come from `holes`, of at least VENUE_HOLES_MAX. */
#define VENUE_HOLES_MAX 64
struct shape venue_shape(const Tifo__V1__Venue *venue, uint32_t place,
                         struct path holes[VENUE_HOLES_MAX]);

/* Green Guide (SGSA, 6th ed. 2018), upper limits. */
#define FLOW_LEVEL_PPM_PER_M   82.0
#define FLOW_STEPPED_PPM_PER_M 66.0
#define TURNSTILE_MAX_PPH      660.0
#define HOLDING_PEOPLE_PER_M2  4.0 /* 40 per 10 m2 where people move */
#define HOLDING_MAX_PER_M2     4.7 /* 47 per 10 m2, standing */
/* Weidmann 1993: walking level, and up stairs (horizontal). */
#define WALK_LEVEL_M_S  1.34
#define WALK_STAIRS_M_S 0.61
/* Narrower is not a way. */
#define OPENING_MIN_M 0.6

#endif
