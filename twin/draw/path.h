/*
 * Anti-aliased shapes: closed contours collected in a path and filled by exact area coverage.
 *
 * Filling is non-zero: contours that turn the same way add up, one that turns the other way cuts a
 * hole. Lines are contours too: path_add_line() and its relatives append what has the line's
 * thickness, all turning one way, so crossing lines are one shape and not two.
 */
#ifndef TWIN_DRAW_PATH_H
#define TWIN_DRAW_PATH_H

#include "twin/draw/canvas.h"

#include <stddef.h>

struct point {
    float x, y;
};

struct path {
    struct point *points;
    size_t count, room;
    size_t *ends; /* One past the last point of each contour. */
    size_t contours, contour_room;
    float *cover; /* Scratch of the filling. */
    size_t cover_room;
};

void path_init(struct path *path);
void path_fini(struct path *path);
/* Forgets the contours, keeps the memory. */
void path_reset(struct path *path);

void path_add_point(struct path *path, float x, float y);
/* Ends the contour made of the points since the last call; fewer than three points vanish. */
void path_close(struct path *path);

/* The same, and turns it: counter-clockwise when `hole` is false, clockwise when true. */
void path_close_ring(struct path *path, bool hole);

/* Counter-clockwise when `hole` is false, clockwise when true, however the points are ordered. */
void path_add_ring(struct path *path, const struct point *points, size_t count, bool hole);
void path_add_disc(struct path *path, float x, float y, float radius);
/* Ring between two radii. */
void path_add_circle(struct path *path, float x, float y, float radius, float width);
void path_add_line(struct path *path, float x0, float y0, float x1, float y1, float width);
/* What a line from a to b leaves open at its corner with the line from b to c. */
void path_add_corner(struct path *path, struct point a, struct point b, struct point c,
                     float width);
/* `closed` joins the last point with the first. `round` joins are for ribbons, square otherwise. */
void path_add_polyline(struct path *path, const struct point *points, size_t count, float width,
                       bool closed, bool round);

/* A line of many short pieces around bends, as one shape with flat ends. */
void path_add_band(struct path *path, const struct point *points, size_t count, float width);

void path_fill(struct path *path, struct canvas *canvas, colour ink);

/* Gives the colour of `count` pixels from (x, y) to the right, for a shape that is not flat. */
typedef void path_shader(void *ctx, int x, int y, int count, colour *out);
void path_shade(struct path *path, struct canvas *canvas, path_shader *shade, void *ctx);

#endif
