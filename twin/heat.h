/*
 * How dense it is where, on one level: 2 m cells of floor with the people in them.
 *
 * A zone's counted people are spread where its devices report that they are; where nobody reports,
 * evenly over the floor. Then two 1-2-1 blurs in x and in y, written as an exchange of people
 * between neighbouring cells that see each other: no wall between them, and another zone only
 * through an opening. So nobody is lost, and nothing leaks through a wall.
 */
#ifndef TWIN_HEAT_H
#define TWIN_HEAT_H

#include "twin/camera.h"
#include "twin/model.h"

#define HEAT_CELL_M 2.0f

enum { HEAT_RIGHT = 1, HEAT_UP = 2 };

struct heat {
    int32_t level;
    float x0_m, y0_m; /* Lower left corner of cell 0. */
    int columns, rows;
    int32_t *zone;  /* Of each cell; -1: no floor. */
    float *area_m2; /* Floor of a cell. They total each zone's area. */
    uint8_t *open;  /* HEAT_RIGHT, HEAT_UP: the neighbour there can be walked to. */
    float *people;  /* After the last update. */
    float *density; /* p/m2, eased over two seconds for the eye. */
    float *scratch;
    size_t zones;        /* Of the venue. */
    float *zone_area_m2; /* Total of a zone's cells; 0: the zone is too narrow to have any. */
    float *zone_weight, *zone_rest;
    int64_t at_ms; /* Of the last update; 0: none. */
};

/* True for zones drawn on this level: stairs belong to both of theirs. */
bool zone_on_level(const Tifo__V1__Zone *zone, int32_t level);

void heat_init(struct heat *heat, const Tifo__V1__Venue *venue, int32_t level);
void heat_fini(struct heat *heat);

/* Counts anew and blurs. The first update after an init, or one after a jump in time, is not eased.
 */
void heat_update(struct heat *heat, const struct model *model);

/* The cell at a point; -1: beyond the grid. */
int heat_cell(const struct heat *heat, float x_m, float y_m);

#endif
