#include "twin/route.h"
#include "twin/views/scene.h"

#include <math.h>

/* Walls, stairs, vomitories and facilities of an unfolded drawing: marks of one size on the edges
 * of their rings, at their true place along them. */

static const float tread = 5, vomitory_deep = 8, vomitory_least = 9;
static const float food_deep = 7, food_least = 14, toilets_radius = 4.5f;

/* A mark's units as metres of the drawing. */
static float mark_metres(const struct scene *scene, float units)
{
    return scene_mark(scene, units) / scene->camera.px_per_m;
}

static const struct base *base_of(const struct scene *scene)
{
    return &scene->drawing->unfold->base;
}

static struct base_spot spot_of(const struct scene *scene, const Tifo__V1__Path *line, int end)
{
    const int32_t *xy = line->xy_cm + 2 * end;
    return base_spot(base_of(scene), (struct point){ (float)xy[0] / 100, (float)xy[1] / 100 });
}

/* Both ends of a line along the ring, at least `least` units apart. */
static void span_of(const struct scene *scene, const Tifo__V1__Path *line, float least, float *u0,
                    float *u1)
{
    float a = spot_of(scene, line, 0).u,
          way = base_way(base_of(scene), a, spot_of(scene, line, 1).u);
    float half = fmaxf(fabsf(way), mark_metres(scene, least)) / 2;
    *u0 = a + way / 2 - half;
    *u1 = a + way / 2 + half;
}

static void walls(struct scene *scene)
{
    const struct unfold *unfold = scene->drawing->unfold;
    float length = base_length(&unfold->base), step = length / RING_BINS;
    float line = scene_line(scene, 1.5f);
    path_reset(scene->pen.path);
    for (int i = 0; i < unfold->ring_count; i++) {
        const struct ring *ring = &unfold->rings[i];
        if (ring->kind != RING_CONCOURSE)
            continue;
        for (int bin = 0; bin < RING_BINS; bin++) {
            if (!ring->there[bin])
                continue;
            for (int edge = 0; edge < 2; edge++) {
                float d = edge ? ring->to : ring->from;
                struct point a = scene_ring_px(scene, (float)bin * step, d);
                struct point b = scene_ring_px(scene, (float)(bin + 1) * step, d);
                path_add_line(scene->pen.path, a.x, a.y, b.x, b.y, line);
            }
        }
    }
    scene_fill(scene, scene->pen.theme->wall);
}

/* Treads across the ring between the ends of the stairs' own outline. */
static void stairs(struct scene *scene, uint32_t zone)
{
    const struct ring *ring = drawing_ring(scene->drawing, zone);
    const Tifo__V1__Path *outline = scene->model->venue->zones[zone]->outline;
    if (!ring || !scene_sees(scene, zone))
        return;
    float first = spot_of(scene, outline, 0).u, low = 0, high = 0;
    for (size_t i = 1; i < outline->n_xy_cm / 2; i++) {
        float way = base_way(base_of(scene), first, spot_of(scene, outline, (int)i).u);
        low = fminf(low, way), high = fmaxf(high, way);
    }
    float step = mark_metres(scene, tread), middle = first + (low + high) / 2;
    int treads = (int)((high - low) / step);
    treads = treads < 3 ? 3 : treads;
    path_reset(scene->pen.path);
    for (int i = 0; i < treads; i++) {
        float u = middle + ((float)i - (float)(treads - 1) / 2) * step;
        struct point a = scene_ring_px(scene, u, ring->from), b = scene_ring_px(scene, u, ring->to);
        path_add_line(scene->pen.path, a.x, a.y, b.x, b.y, scene_line(scene, 1));
    }
    scene_fill(scene, scene->pen.theme->bar);
}

/* Where an aisle leaves its tier for a concourse. */
static void vomitories(struct scene *scene)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    float deep = mark_metres(scene, vomitory_deep);
    path_reset(scene->pen.path);
    for (size_t o = 0; o < v->n_openings; o++) {
        const Tifo__V1__Opening *opening = v->openings[o];
        const struct ring *a = drawing_ring(scene->drawing, opening->place_a);
        const struct ring *b = drawing_ring(scene->drawing, opening->place_b);
        if (!a || !b || (a->kind == RING_TIER) == (b->kind == RING_TIER))
            continue;
        uint32_t inner = a->kind == RING_TIER ? opening->place_a : opening->place_b;
        const struct ring *tier = a->kind == RING_TIER ? a : b;
        float u0, u1;
        if (!scene_sees(scene, inner))
            continue;
        span_of(scene, opening->line, vomitory_least, &u0, &u1);
        scene_add_piece(scene, u0, u1, tier->to, tier->to + deep);
    }
    scene_fill(scene, colour_mix(scene->pen.theme->wall, scene->pen.theme->bar, 0.5f));
}

/* On the ring's inner or outer edge, whichever its counter is nearer to; the mark lies inside. */
static float facility_d(const struct scene *scene, const Tifo__V1__Facility *facility,
                        const struct ring *ring, float inwards)
{
    struct base_spot spot = spot_of(scene, facility->front, 0);
    float d = unfold_distance(ring, base_of(scene), spot), in = mark_metres(scene, inwards);
    return d < (ring->from + ring->to) / 2 ? ring->from + in : ring->to - in;
}

static void facility(struct scene *scene, const Tifo__V1__Facility *f, const struct ring *ring)
{
    const struct theme *theme = scene->pen.theme;
    float u0, u1;
    span_of(scene, f->front, food_least, &u0, &u1);
    path_reset(scene->pen.path);
    if (f->kind == TIFO__V1__FACILITY_KIND__FACILITY_KIND_FOOD) {
        float d = facility_d(scene, f, ring, food_deep / 2),
              half = mark_metres(scene, food_deep) / 2;
        scene_add_piece(scene, u0, u1, d - half, d + half);
        scene_fill(scene, theme->bar);
        return;
    }
    struct point at =
        scene_ring_px(scene, (u0 + u1) / 2, facility_d(scene, f, ring, toilets_radius + 2));
    path_add_disc(scene->pen.path, at.x, at.y, scene_mark(scene, toilets_radius + 1));
    scene_fill(scene, theme->bg);
    path_reset(scene->pen.path);
    path_add_circle(scene->pen.path, at.x, at.y, scene_mark(scene, toilets_radius),
                    scene_line(scene, 1.5f));
    scene_fill(scene, theme->bar);
}

static void facilities(struct scene *scene)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    for (uint32_t f = 0; f < v->n_facilities; f++) {
        const struct ring *ring = drawing_ring(scene->drawing, v->facilities[f]->zone);
        if (ring && scene_sees(scene, v->facilities[f]->zone))
            facility(scene, v->facilities[f], ring);
    }
}

/* Marks of alarms are the last to be covered. */
static void facility_alarms(struct scene *scene)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    for (uint32_t f = 0; f < v->n_facilities; f++) {
        const struct ring *ring = drawing_ring(scene->drawing, v->facilities[f]->zone);
        const Tifo__V1__Alarm *alarm = model_facility_alarm(scene->model, f);
        if (!ring || !alarm)
            continue;
        float u0, u1, scale = scene->pen.scale;
        span_of(scene, v->facilities[f]->front, 0, &u0, &u1);
        struct point at =
            scene_ring_px(scene, (u0 + u1) / 2, facility_d(scene, v->facilities[f], ring, 11));
        pen_alarm_tag(&scene->pen, at.x / scale - 11, at.y / scale - 11, 22, (int)alarm->priority,
                      alarm->number);
    }
}

void scene_ring_fittings(struct scene *scene)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    for (uint32_t z = 0; z < v->n_zones; z++)
        if (v->zones[z]->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS)
            stairs(scene, z);
    vomitories(scene);
    walls(scene);
    facilities(scene);
    facility_alarms(scene);
}
