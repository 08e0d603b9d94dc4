/*
 * The shape of a bowl: everything in it is an offset of one rectangle inside the pitch, so sides
 * are straight and corners are arcs, and walls at any distance run in parallel.
 *
 * A position along it is u, in centimetres measured at distance `reference_cm`, clockwise from the
 * middle of the north side; d is the distance outwards. Walls are polylines in whole centimetres:
 * whoever cuts a piece out of the same wall gets the same points, so neighbours share their edges
 * exactly.
 */
#ifndef CLIENTS_CLI_BOWL_CURVE_H
#define CLIENTS_CLI_BOWL_CURVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct curve {
    double half_x_cm, half_y_cm; /* Of the rectangle. */
    double reference_cm;
};

/* Where u meets the rectangle, and which way is out and on. */
struct frame {
    double x, y;   /* cm */
    double nx, ny; /* Outwards. */
    double tx, ty; /* On, clockwise. */
    bool in_corner;
};

double curve_length_cm(const struct curve *curve);
struct frame curve_frame(const struct curve *curve, double u);

struct station {
    double u;
    int32_t x, y; /* cm */
    bool edge;    /* Of an opening, or a mark; the others only bend the corner. */
};

struct wall {
    const struct curve *curve;
    double d;
    struct station *stations; /* By rising u in [0, length). */
    size_t count;
};

/* Bends at each corner and at each of `marks` that is in a corner, so that all walls bend alike. */
void wall_init(struct wall *wall, const struct curve *curve, double d, const double *marks,
               size_t mark_count);
void wall_fini(struct wall *wall);
/* A bend at u. */
void wall_mark(struct wall *wall, double u);

struct line_cm {
    int32_t x0, y0, x1, y1; /* Clockwise. */
};
/* A straight piece of `width` cm in the middle of u, with no bend in it. */
struct line_cm wall_open(struct wall *wall, double u, double width);
/* What wall_open() would return. */
struct line_cm wall_chord(const struct wall *wall, double u, double width);

/* A growing list of points. */
struct trace {
    int32_t *xy;
    size_t count; /* Points. */
};
void trace_add(struct trace *trace, int32_t x, int32_t y);
void trace_fini(struct trace *trace);
double trace_length_cm(const struct trace *line);
/* Adds the wall from u0 on to u1 > u0; both ends themselves only `with_ends`. */
void wall_cut(const struct wall *wall, double u0, double u1, bool with_ends, struct trace *out);
/* The same backwards, from u1 to u0. */
void wall_cut_back(const struct wall *wall, double u0, double u1, bool with_ends,
                   struct trace *out);

#endif
