#include "twin/drawing.h"

#include "twin/heat.h"
#include "twin/model.h"

#include <math.h>
#include <stdlib.h>

static const float step_m = 2; /* Between two points of what is straight in the venue. */
static const float straight_m = 0.02f;

static void *memory_of(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);
    if (!memory)
        abort();
    return memory;
}

/* ---- Shapes */

struct maker {
    struct drawing *drawing;
    uint32_t place;
    struct shape *shape;
    size_t room;
};

static bool is_straight(struct point a, struct point b, struct point c)
{
    float dx = c.x - a.x, dy = c.y - a.y, length = hypotf(dx, dy);
    return length > 0 && fabsf(dx * (b.y - a.y) - dy * (b.x - a.x)) / length < straight_m &&
           (b.x - a.x) * dx + (b.y - a.y) * dy >= 0;
}

/* Adds a point and forgets the one before when it lies straight between its neighbours. */
static void add_point(struct maker *maker, struct point p)
{
    struct shape *shape = maker->shape;
    if (shape->count >= 2 &&
        is_straight(shape->points[shape->count - 2], shape->points[shape->count - 1], p))
        shape->count--;
    if (shape->count == maker->room) {
        maker->room = maker->room ? 2 * maker->room : 64;
        shape->points = realloc(shape->points, maker->room * sizeof *shape->points);
        if (!shape->points)
            abort();
    }
    shape->points[shape->count++] = p;
}

static struct point vertex(const Tifo__V1__Path *path, size_t i)
{
    i = i % (path->n_xy_cm / 2);
    return (struct point){ (float)path->xy_cm[2 * i] / 100, (float)path->xy_cm[2 * i + 1] / 100 };
}

/* What is straight in the venue may bend in the drawing. */
static void add_path(struct drawing *drawing, uint32_t place, size_t index,
                     const Tifo__V1__Path *path, bool hole)
{
    struct maker maker = { drawing, place, &drawing->shapes[index], 0 };
    maker.shape->hole = hole;
    for (size_t i = 0; i < path->n_xy_cm / 2; i++) {
        struct point a = vertex(path, i), b = vertex(path, i + 1);
        int steps = 1;
        if (drawing->unfold)
            steps += (int)(hypotf(b.x - a.x, b.y - a.y) / step_m);
        for (int s = 0; s < steps; s++) {
            float part = (float)s / (float)steps;
            struct point m = { a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part };
            add_point(&maker, drawing_point(drawing, place, m));
        }
    }
}

static void grow(struct extent *extent, const struct shape *shape)
{
    for (size_t i = 0; i < shape->count; i++) {
        extent->x0 = fminf(extent->x0, shape->points[i].x);
        extent->x1 = fmaxf(extent->x1, shape->points[i].x);
        extent->y0 = fminf(extent->y0, shape->points[i].y);
        extent->y1 = fmaxf(extent->y1, shape->points[i].y);
    }
}

static const struct extent nothing = { INFINITY, INFINITY, -INFINITY, -INFINITY };

static void add_places(struct drawing *drawing)
{
    const Tifo__V1__Venue *v = drawing->venue;
    size_t places = v->n_zones + v->n_blocks, shapes = places, next = 0;
    for (size_t z = 0; z < v->n_zones; z++)
        shapes += v->zones[z]->n_holes;
    drawing->shapes = memory_of(shapes, sizeof *drawing->shapes);
    drawing->first = memory_of(places, sizeof *drawing->first);
    drawing->boxes = memory_of(places, sizeof *drawing->boxes);
    drawing->extent = nothing;
    for (uint32_t p = 0; p < places; p++) {
        const Tifo__V1__Zone *zone = p < v->n_zones ? v->zones[p] : NULL;
        drawing->first[p] = next;
        drawing->boxes[p] = nothing;
        add_path(drawing, p, next, zone ? zone->outline : v->blocks[p - v->n_zones]->outline,
                 false);
        grow(&drawing->boxes[p], &drawing->shapes[next++]);
        for (size_t h = 0; zone && h < zone->n_holes; h++)
            add_path(drawing, p, next++, zone->holes[h], true);
        if (zone && !zone_is_inside(zone))
            continue;
        drawing->extent.x0 = fminf(drawing->extent.x0, drawing->boxes[p].x0);
        drawing->extent.x1 = fmaxf(drawing->extent.x1, drawing->boxes[p].x1);
        drawing->extent.y0 = fminf(drawing->extent.y0, drawing->boxes[p].y0);
        drawing->extent.y1 = fmaxf(drawing->extent.y1, drawing->boxes[p].y1);
    }
    drawing->first[places] = next;
    if (!(drawing->extent.x0 <= drawing->extent.x1))
        drawing->extent = (struct extent){ 0, 0, 1, 1 };
}

void drawing_init_level(struct drawing *drawing, const Tifo__V1__Venue *venue, int32_t level)
{
    *drawing = (struct drawing){ .venue = venue, .level = level };
    add_places(drawing);
    walls_init(&drawing->walls, venue, level);
}

void drawing_init_unfolded(struct drawing *drawing, const Tifo__V1__Venue *venue,
                           const struct unfold *unfold)
{
    *drawing = (struct drawing){ .venue = venue, .unfold = unfold, .level = ANY_LEVEL };
    add_places(drawing);
}

void drawing_fini(struct drawing *drawing)
{
    if (drawing->venue)
        for (size_t i = 0; i < drawing->first[drawing->venue->n_zones + drawing->venue->n_blocks];
             i++)
            free(drawing->shapes[i].points);
    free(drawing->shapes);
    free(drawing->first);
    free(drawing->boxes);
    walls_fini(&drawing->walls);
    *drawing = (struct drawing){ 0 };
}

/* ---- Asking */

bool drawing_shows_level(const struct drawing *drawing, int32_t level)
{
    return drawing->unfold || level == drawing->level;
}

bool drawing_shows_zone(const struct drawing *drawing, const Tifo__V1__Zone *zone)
{
    return drawing->unfold || zone_on_level(zone, drawing->level);
}

struct point drawing_point(const struct drawing *drawing, uint32_t place, struct point m)
{
    return drawing->unfold ? unfold_point(drawing->unfold, place, m) : m;
}

const struct ring *drawing_ring(const struct drawing *drawing, uint32_t place)
{
    const struct unfold *unfold = drawing->unfold;
    if (!unfold || place >= unfold->places || unfold->place_ring[place] == NO_RING)
        return NULL;
    return &unfold->rings[unfold->place_ring[place]];
}

struct point drawing_middle(const struct drawing *drawing, uint32_t place)
{
    const Tifo__V1__Venue *v = drawing->venue;
    const Tifo__V1__Point *centre =
        place < v->n_zones ? v->zones[place]->centre : v->blocks[place - v->n_zones]->centre;
    struct point m = { (float)centre->x, (float)centre->y };
    const struct ring *ring = drawing_ring(drawing, place);
    if (!ring)
        return m;
    struct base_spot spot = base_spot(&drawing->unfold->base, m);
    spot.d = (ring->from + ring->to) / 2;
    return base_point(&drawing->unfold->base, spot);
}
