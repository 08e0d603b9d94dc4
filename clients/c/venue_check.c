/*
 * How things lie to each other. Runs on drafts whose features are right one by one.
 */
#include <stdlib.h>
#include <string.h>

#include "clients/c/draft.h"
#include "clients/c/memory.h"

#define ROW_END_REACH_M 2.0
#define SEAT_MIN_M      0.4

/* Every place's shape, held for the length of the checks. */
struct shapes {
    struct shape *of;
    struct path (*holes)[VENUE_HOLES_MAX]; /* Of zones; blocks have none. */
    size_t count;
};

static void shapes_init(struct shapes *shapes, const Tifo__V1__Venue *venue)
{
    shapes->count = tifo_place_count(venue);
    shapes->of = memory_cleared(shapes->count, sizeof(*shapes->of));
    shapes->holes = memory_cleared(shapes->count, sizeof(*shapes->holes));
    for (uint32_t place = 0; place < shapes->count; place++)
        shapes->of[place] = venue_shape(venue, place, shapes->holes[place]);
}

static void shapes_fini(struct shapes *shapes)
{
    free(shapes->of);
    free(shapes->holes);
}

static const struct feature_ref *place_ref(const struct draft *draft, uint32_t place)
{
    size_t zones = draft->venue->n_zones;
    return place < zones ? &draft->zone_at[place] : &draft->block_at[place - zones];
}

/* Both places must touch the whole line. */
static bool check_touch(struct draft *draft, const struct shapes *shapes,
                        const struct feature_ref *at, const Tifo__V1__Path *line, uint32_t place)
{
    if (shape_touches_line(&shapes->of[place], venue_path(line)))
        return true;
    problem_add(
        &draft->log, at, "coordinates",
        "the line does not lie on the edge of %s (within 5 cm); draw it along the wall that "
        "both places share",
        tifo_place_id(draft->venue, place));
    return false;
}

static bool check_width(struct draft *draft, const struct feature_ref *at, double width_m)
{
    if (width_m >= OPENING_MIN_M)
        return true;
    problem_add(&draft->log, at, "coordinates",
                "the line is %.2f m wide; nobody passes under %.2f m, make it longer", width_m,
                OPENING_MIN_M);
    return false;
}

/* ---- Openings ---------------------------------------------------------------------- */

static bool on_level(const Tifo__V1__Venue *venue, uint32_t place, int32_t level)
{
    return tifo_place_level(venue, place) == level || tifo_place_level_to(venue, place) == level;
}

/* The level that both places have; two stairs between the same levels share two. */
static bool settle_level(struct draft *draft, const struct feature_ref *at,
                         Tifo__V1__Opening *opening)
{
    const Tifo__V1__Venue *venue = draft->venue;
    uint32_t a = opening->place_a, b = opening->place_b;
    int32_t lower = tifo_place_level(venue, a), upper = tifo_place_level_to(venue, a);
    bool at_lower = on_level(venue, b, lower), at_upper = on_level(venue, b, upper);
    if (!at_lower && !at_upper) {
        problem_add(&draft->log, at, "between",
                    "%s and %s have no level in common; join them by stairs",
                    tifo_place_id(venue, a), tifo_place_id(venue, b));
        return false;
    }
    bool stated = opening->level != INT32_MIN;
    if (at_lower && at_upper && lower != upper && !stated) {
        problem_add(&draft->log, at, "level",
                    "is missing; %s and %s meet on levels %d and %d, say which",
                    tifo_place_id(venue, a), tifo_place_id(venue, b), lower, upper);
        return false;
    }
    if (stated && !(on_level(venue, a, opening->level) && on_level(venue, b, opening->level))) {
        problem_add(&draft->log, at, "level", "%d is not a level of both %s and %s", opening->level,
                    tifo_place_id(venue, a), tifo_place_id(venue, b));
        return false;
    }
    if (!stated)
        opening->level = at_lower ? lower : upper;
    return true;
}

static bool check_opening(struct draft *draft, const struct shapes *shapes, size_t i)
{
    const Tifo__V1__Venue *venue = draft->venue;
    Tifo__V1__Opening *opening = venue->openings[i];
    const struct feature_ref *at = &draft->opening_at[i];
    uint32_t a = opening->place_a, b = opening->place_b;
    if (a == b) {
        problem_add(&draft->log, at, "between", "names %s twice; name the two places that it joins",
                    tifo_place_id(venue, a));
        return false;
    }
    if (tifo_place_is_outside(venue, a) != tifo_place_is_outside(venue, b)) {
        problem_add(&draft->log, at, "between",
                    "leads from inside to outside; make it a gate, so that it is counted");
        return false;
    }
    bool ok = check_width(draft, at, opening->width_m);
    ok &= settle_level(draft, at, opening);
    return ok && check_touch(draft, shapes, at, opening->line, a) &&
           check_touch(draft, shapes, at, opening->line, b);
}

/* ---- Gates and facilities ---------------------------------------------------------- */

static bool check_gate(struct draft *draft, const struct shapes *shapes, size_t i)
{
    const Tifo__V1__Venue *venue = draft->venue;
    Tifo__V1__Gate *gate = venue->gates[i];
    const struct feature_ref *at = &draft->gate_at[i];
    uint32_t in = gate->zone_inside, out = gate->zone_outside;
    if (tifo_place_is_outside(venue, in)) {
        problem_add(&draft->log, at, "inside", "%s is outside; name the zone within the gate",
                    tifo_place_id(venue, in));
        return false;
    }
    if (!tifo_place_is_outside(venue, out)) {
        problem_add(&draft->log, at, "outside",
                    "%s is not outside; name a zone with \"use\": \"outside\"",
                    tifo_place_id(venue, out));
        return false;
    }
    gate->level = tifo_place_level(venue, out);
    if (!on_level(venue, in, gate->level)) {
        problem_add(&draft->log, at, "inside", "%s and %s have no level in common",
                    tifo_place_id(venue, in), tifo_place_id(venue, out));
        return false;
    }
    return check_width(draft, at, gate->width_m) &&
           check_touch(draft, shapes, at, gate->line, in) &&
           check_touch(draft, shapes, at, gate->line, out);
}

static bool check_facility(struct draft *draft, const struct shapes *shapes, size_t i)
{
    Tifo__V1__Facility *facility = draft->venue->facilities[i];
    const struct feature_ref *at = &draft->facility_at[i];
    const char *zone_id = tifo_place_id(draft->venue, facility->zone);
    if (tifo_place_is_outside(draft->venue, facility->zone)) {
        problem_add(&draft->log, at, "zone", "%s is outside; put the facility on a concourse",
                    zone_id);
        return false;
    }
    facility->level = tifo_place_level(draft->venue, facility->zone);
    const struct shape *shape = &shapes->of[facility->zone];
    struct path front = venue_path(facility->front);
    for (int k = 0; k <= 2; k++) {
        struct spot p = path_along(front, k / 2.0);
        if (!shape_has(shape, p) && shape_edge_distance_cm(shape, p) > TOUCH_CM) {
            problem_add(&draft->log, at, "coordinates",
                        "the front is not in zone %s or on its edge (within 5 cm)", zone_id);
            return false;
        }
    }
    if (path_length_cm(front) < 50) {
        problem_add(&draft->log, at, "coordinates",
                    "the front is %.2f m long; give at least 0.50 m", path_length_cm(front) / 100);
        return false;
    }
    return true;
}

/* ---- Blocks and rows --------------------------------------------------------------- */

/* Distance from a row's end to the nearest opening of its block. */
static double reach_cm(const Tifo__V1__Venue *venue, uint32_t place, struct spot end)
{
    double nearest = 1e9;
    for (size_t i = 0; i < venue->n_openings; i++) {
        const Tifo__V1__Opening *opening = venue->openings[i];
        if (opening->place_a != place && opening->place_b != place)
            continue;
        struct path line = venue_path(opening->line);
        double apart = segment_distance_cm(end, path_point(line, 0), path_point(line, 1));
        nearest = apart < nearest ? apart : nearest;
    }
    return nearest;
}

static bool check_row(struct draft *draft, const struct shape *shape, uint32_t place,
                      const Tifo__V1__Row *row, const struct feature_ref *at)
{
    struct path line = venue_path(row->line);
    for (size_t i = 0; i < line.count; i++) {
        struct spot p = path_point(line, i);
        if (!shape_has(shape, p) && shape_edge_distance_cm(shape, p) > TOUCH_CM) {
            problem_add(&draft->log, at, "coordinates",
                        "point %zu of row %s lies outside its block (by more than 5 cm)", i,
                        row->label);
            return false;
        }
    }
    double pitch_m = path_length_cm(line) / 100 / row->seats;
    if (pitch_m < SEAT_MIN_M) {
        problem_add(&draft->log, at, "seats",
                    "row %s has %.2f m a seat; at least %.2f m are needed, give fewer seats",
                    row->label, pitch_m, SEAT_MIN_M);
        return false;
    }
    double first = reach_cm(draft->venue, place, path_point(line, 0));
    double last = reach_cm(draft->venue, place, path_point(line, line.count - 1));
    if ((first < last ? first : last) > ROW_END_REACH_M * 100) {
        problem_add(&draft->log, at, "coordinates",
                    "no end of row %s comes within %.0f m of an opening of its block", row->label,
                    ROW_END_REACH_M);
        return false;
    }
    return true;
}

static bool check_block(struct draft *draft, const struct shapes *shapes, size_t i)
{
    Tifo__V1__Block *block = draft->venue->blocks[i];
    const struct feature_ref *at = &draft->block_at[i];
    uint32_t place = (uint32_t)(draft->venue->n_zones + i), seats = 0;
    if (block->n_rows == 0) {
        problem_add(&draft->log, at, NULL, "has no rows; add features with \"kind\": \"row\"");
        return false;
    }
    bool ok = true;
    for (size_t r = 0; r < block->n_rows; r++) {
        seats += block->rows[r]->seats;
        ok &= check_row(draft, &shapes->of[place], place, block->rows[r], &draft->row_at[i][r]);
        for (size_t other = 0; other < r; other++) {
            if (strcmp(block->rows[r]->label, block->rows[other]->label) == 0) {
                problem_add(&draft->log, &draft->row_at[i][r], "label", "row %s is there twice",
                            block->rows[r]->label);
                ok = false;
            }
        }
    }
    if (block->seats != 0 && block->seats != seats) {
        problem_add(&draft->log, at, "seats", "says %u, but its rows have %u", block->seats, seats);
        ok = false;
    }
    block->seats = seats;
    return ok;
}

/* ---- Overlaps ---------------------------------------------------------------------- */

static bool share_level(const Tifo__V1__Venue *venue, uint32_t a, uint32_t b)
{
    return on_level(venue, a, tifo_place_level(venue, b)) ||
           on_level(venue, a, tifo_place_level_to(venue, b));
}

static bool check_overlaps(struct draft *draft, const struct shapes *shapes)
{
    bool ok = true;
    for (uint32_t a = 0; a < shapes->count; a++) {
        for (uint32_t b = a + 1; b < shapes->count; b++) {
            if (!share_level(draft->venue, a, b) || !shapes_overlap(&shapes->of[a], &shapes->of[b]))
                continue;
            problem_add(&draft->log, place_ref(draft, b), "coordinates",
                        "overlaps %s on the same level; places of one level only touch",
                        tifo_place_id(draft->venue, a));
            ok = false;
        }
    }
    return ok;
}

bool venue_draft_check(struct draft *draft)
{
    const Tifo__V1__Venue *venue = draft->venue;
    struct shapes shapes;
    shapes_init(&shapes, venue);
    bool ok = true;
    if (venue->n_gates == 0) {
        problem_add(&draft->log, NULL, "features", "there is no gate; nobody could leave");
        ok = false;
    }
    if (venue->n_blocks == 0) {
        problem_add(&draft->log, NULL, "features", "there are no seats; add blocks and rows");
        ok = false;
    }
    for (size_t i = 0; i < venue->n_openings; i++)
        ok &= check_opening(draft, &shapes, i);
    for (size_t i = 0; i < venue->n_gates; i++)
        ok &= check_gate(draft, &shapes, i);
    for (size_t i = 0; i < venue->n_facilities; i++)
        ok &= check_facility(draft, &shapes, i);
    for (size_t i = 0; i < venue->n_blocks; i++)
        ok &= check_block(draft, &shapes, i);
    ok &= check_overlaps(draft, &shapes);
    shapes_fini(&shapes);
    return ok;
}
