#include "clients/cli/bowl_curve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clients/c/memory.h"

#define QUARTER_TURN      1.5707963267948966
#define BENDS_PER_CORNER  12   /* 7.5 degrees each */
#define BEND_CLEARANCE_CM 15.0 /* Between a bend and the edge of an opening. */

double curve_length_cm(const struct curve *curve)
{
    return 4 * (curve->half_x_cm + curve->half_y_cm) + 4 * QUARTER_TURN * curve->reference_cm;
}

/* A straight side: from (x, y) towards (tx, ty). Outwards is left of clockwise. */
static struct frame on_side(double x, double y, double tx, double ty, double along)
{
    return (struct frame){ x + tx * along, y + ty * along, -ty, tx, tx, ty, false };
}

struct frame curve_frame(const struct curve *curve, double u)
{
    double a = curve->half_x_cm, b = curve->half_y_cm;
    double arc = QUARTER_TURN * curve->reference_cm, length = curve_length_cm(curve);
    u -= floor(u / length) * length;
    /* Clockwise: half of north, NE, east, SE, south, SW, west, NW, the other half of north. */
    const struct {
        double x, y, tx, ty, length; /* Of the side; the corner that follows is around its end. */
    } sides[] = {
        { 0, b, 1, 0, a },       { a, b, 0, -1, 2 * b }, { a, -b, -1, 0, 2 * a },
        { -a, -b, 0, 1, 2 * b }, { -a, b, 1, 0, a },
    };
    for (size_t i = 0; i < 4; i++) {
        if (u <= sides[i].length)
            return on_side(sides[i].x, sides[i].y, sides[i].tx, sides[i].ty, u);
        u -= sides[i].length;
        if (u < arc) {
            double turned = u / curve->reference_cm, c = cos(turned), s = sin(turned);
            double tx = sides[i].tx * c + sides[i].ty * s;
            double ty = sides[i].ty * c - sides[i].tx * s;
            return (struct frame){ sides[i + 1].x, sides[i + 1].y, -ty, tx, tx, ty, true };
        }
        u -= arc;
    }
    return on_side(sides[4].x, sides[4].y, sides[4].tx, sides[4].ty, u);
}

static int32_t whole(double cm)
{
    return (int32_t)lround(cm);
}

static void insert(struct wall *wall, struct station station)
{
    double length = curve_length_cm(wall->curve);
    station.u -= floor(station.u / length) * length;
    wall->stations = memory_grow(wall->stations, wall->count, sizeof(*wall->stations));
    size_t i = wall->count++;
    for (; i > 0 && wall->stations[i - 1].u > station.u; i--)
        wall->stations[i] = wall->stations[i - 1];
    wall->stations[i] = station;
}

static struct station station_at(const struct wall *wall, double u, bool edge)
{
    struct frame frame = curve_frame(wall->curve, u);
    return (struct station){ u, whole(frame.x + wall->d * frame.nx),
                             whole(frame.y + wall->d * frame.ny), edge };
}

void wall_mark(struct wall *wall, double u)
{
    insert(wall, station_at(wall, u, true));
}

void wall_init(struct wall *wall, const struct curve *curve, double d, const double *marks,
               size_t mark_count)
{
    *wall = (struct wall){ .curve = curve, .d = d };
    double arc = QUARTER_TURN * curve->reference_cm;
    double start = curve->half_x_cm;
    for (int corner = 0; corner < 4; corner++) {
        for (int i = 0; i <= BENDS_PER_CORNER; i++)
            insert(wall, station_at(wall, start + arc * i / BENDS_PER_CORNER, false));
        start += arc + 2 * (corner % 2 == 0 ? curve->half_y_cm : curve->half_x_cm);
    }
    for (size_t i = 0; i < mark_count; i++)
        if (curve_frame(curve, marks[i]).in_corner)
            wall_mark(wall, marks[i]);
}

void wall_fini(struct wall *wall)
{
    free(wall->stations);
    *wall = (struct wall){ 0 };
}

struct line_cm wall_chord(const struct wall *wall, double u, double width)
{
    struct frame frame = curve_frame(wall->curve, u);
    double x = frame.x + wall->d * frame.nx, y = frame.y + wall->d * frame.ny, half = width / 2;
    return (struct line_cm){ whole(x - half * frame.tx), whole(y - half * frame.ty),
                             whole(x + half * frame.tx), whole(y + half * frame.ty) };
}

/* u of the end of a straight piece that starts in its middle at u and is half_cm long (< 0: back).
 * Where it leaves a side for a corner, or the other way, there is no formula: look for it. */
static double chord_end_u(const struct wall *wall, double u, double half_cm)
{
    struct frame frame = curve_frame(wall->curve, u);
    double per_cm = frame.in_corner ? wall->curve->reference_cm / wall->d : 1;
    double near = u, far = u + half_cm * per_cm;
    if (curve_frame(wall->curve, far).in_corner == frame.in_corner)
        return far;
    far = u + half_cm * fmax(1, wall->curve->reference_cm / wall->d);
    double x = frame.x + wall->d * frame.nx, y = frame.y + wall->d * frame.ny;
    for (int i = 0; i < 40; i++) {
        double middle = (near + far) / 2;
        struct frame there = curve_frame(wall->curve, middle);
        double along = (there.x + wall->d * there.nx - x) * frame.tx +
                       (there.y + wall->d * there.ny - y) * frame.ty;
        if (fabs(along) < fabs(half_cm))
            near = middle;
        else
            far = middle;
    }
    return near;
}

struct line_cm wall_open(struct wall *wall, double u, double width)
{
    struct frame frame = curve_frame(wall->curve, u);
    double x = frame.x + wall->d * frame.nx, y = frame.y + wall->d * frame.ny;
    size_t kept = 0;
    for (size_t i = 0; i < wall->count; i++) {
        const struct station *station = &wall->stations[i];
        double along = (station->x - x) * frame.tx + (station->y - y) * frame.ty;
        double away = (station->x - x) * frame.nx + (station->y - y) * frame.ny;
        if (station->edge || fabs(along) > width / 2 + BEND_CLEARANCE_CM || fabs(away) > 300)
            wall->stations[kept++] = *station;
    }
    wall->count = kept;
    struct line_cm line = wall_chord(wall, u, width);
    double from = chord_end_u(wall, u, -width / 2), to = chord_end_u(wall, u, width / 2);
    insert(wall, (struct station){ from, line.x0, line.y0, true });
    insert(wall, (struct station){ to, line.x1, line.y1, true });
    return line;
}

void trace_add(struct trace *trace, int32_t x, int32_t y)
{
    size_t n = trace->count;
    if (n > 0 && trace->xy[2 * n - 2] == x && trace->xy[2 * n - 1] == y)
        return;
    trace->xy = memory_grow(trace->xy, n, 2 * sizeof(*trace->xy));
    trace->xy[2 * n] = x;
    trace->xy[2 * n + 1] = y;
    trace->count++;
}

void trace_fini(struct trace *trace)
{
    free(trace->xy);
    *trace = (struct trace){ 0 };
}

double trace_length_cm(const struct trace *line)
{
    double length = 0;
    for (size_t i = 1; i < line->count; i++) {
        double dx = line->xy[2 * i] - line->xy[2 * i - 2];
        double dy = line->xy[2 * i + 1] - line->xy[2 * i - 1];
        length += sqrt(dx * dx + dy * dy);
    }
    return length;
}

void wall_cut(const struct wall *wall, double u0, double u1, bool with_ends, struct trace *out)
{
    double length = curve_length_cm(wall->curve);
    struct station end = station_at(wall, u0, true);
    if (with_ends)
        trace_add(out, end.x, end.y);
    for (int lap = -1; lap <= 1; lap++) {
        for (size_t i = 0; i < wall->count; i++) {
            double u = wall->stations[i].u + lap * length;
            if (u > u0 + 0.5 && u < u1 - 0.5)
                trace_add(out, wall->stations[i].x, wall->stations[i].y);
        }
    }
    end = station_at(wall, u1, true);
    if (with_ends)
        trace_add(out, end.x, end.y);
}

void wall_cut_back(const struct wall *wall, double u0, double u1, bool with_ends, struct trace *out)
{
    struct trace forward = { 0 };
    wall_cut(wall, u0, u1, with_ends, &forward);
    for (size_t i = forward.count; i-- > 0;)
        trace_add(out, forward.xy[2 * i], forward.xy[2 * i + 1]);
    trace_fini(&forward);
}
