#include "twin/route.h"
#include "twin/views/gatespots.h"

#include <math.h>

static const float mark_depth = 13, least_length = 38;

/* Unfolded, a gate lies on its ring's outer edge, half of it outside. */
static void spot_on_ring(const struct scene *scene, const Tifo__V1__Gate *gate,
                         const struct ring *ring, struct gate_spot *spot)
{
    struct point m = line_middle(gate->line);
    float u = base_spot(&scene->drawing->unfold->base, m).u;
    struct point at = scene_ring_px(scene, u, ring->to);
    struct point further = scene_ring_px(scene, u, ring->to + 1);
    float length = fmaxf(hypotf(further.x - at.x, further.y - at.y), 1e-3f);
    spot->out = (struct point){ (further.x - at.x) / length, (further.y - at.y) / length };
    spot->along = (struct point){ -spot->out.y, spot->out.x };
    float half = scene_mark(scene, mark_depth) / 2;
    spot->middle = (struct point){ at.x - spot->out.x * half, at.y - spot->out.y * half };
}

/* Marks do not touch. */
static float shortened(const struct scene *scene, const Tifo__V1__Gate *gate, float half)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    struct point m = line_middle(gate->line), here = scene_px(scene, gate->zone_inside, m.x, m.y);
    float air = 2 * scene->pen.scale;
    for (size_t g = 0; g < v->n_gates; g++) {
        struct point n = line_middle(v->gates[g]->line);
        struct point there = scene_px(scene, v->gates[g]->zone_inside, n.x, n.y);
        float apart = hypotf(there.x - here.x, there.y - here.y);
        if (v->gates[g] != gate && v->gates[g]->level == gate->level)
            half = fminf(half, fmaxf(apart / 2 - air, 2 * air));
    }
    return half;
}

struct gate_spot gate_spot_of(const struct scene *scene, const Tifo__V1__Gate *gate)
{
    const int32_t *xy = gate->line->xy_cm;
    struct point a = scene_px(scene, NO_PLACE, (float)xy[0] / 100, (float)xy[1] / 100);
    struct point b = scene_px(scene, NO_PLACE, (float)xy[2] / 100, (float)xy[3] / 100);
    float dx = b.x - a.x, dy = b.y - a.y, length = fmaxf(hypotf(dx, dy), 1e-3f);
    struct gate_spot spot = {
        .middle = { (a.x + b.x) / 2, (a.y + b.y) / 2 },
        .along = { dx / length, dy / length },
        .half = shortened(scene, gate, fmaxf(length, scene_mark(scene, least_length)) / 2)
    };
    const struct ring *ring = drawing_ring(scene->drawing, gate->zone_inside);
    if (ring) {
        spot_on_ring(scene, gate, ring, &spot);
        return spot;
    }
    const Tifo__V1__Point *inside = scene->model->venue->zones[gate->zone_inside]->centre;
    struct point centre = scene_px(scene, NO_PLACE, (float)inside->x, (float)inside->y);
    spot.out = (struct point){ -spot.along.y, spot.along.x };
    if (spot.out.x * (spot.middle.x - centre.x) + spot.out.y * (spot.middle.y - centre.y) < 0)
        spot.out = (struct point){ spot.along.y, -spot.along.x };
    return spot;
}

/* A point of the mark: `u` along its length from -1 to 1, `v` outwards from 0 to 1. */
static struct point at(const struct scene *scene, const struct gate_spot *spot, float u, float v)
{
    float depth = v * scene_mark(scene, mark_depth);
    return (struct point){ spot->middle.x + spot->along.x * u * spot->half + spot->out.x * depth,
                           spot->middle.y + spot->along.y * u * spot->half + spot->out.y * depth };
}

static void quad(struct scene *scene, const struct gate_spot *spot, float u0, float u1, float v0,
                 float v1, colour ink)
{
    const struct point corners[4] = { at(scene, spot, u0, v0), at(scene, spot, u1, v0),
                                      at(scene, spot, u1, v1), at(scene, spot, u0, v1) };
    path_reset(scene->pen.path);
    path_add_ring(scene->pen.path, corners, 4, false);
    scene_fill(scene, ink);
}

static void outline(struct scene *scene, const struct gate_spot *spot, colour ink)
{
    const struct point corners[4] = { at(scene, spot, -1, 0), at(scene, spot, 1, 0),
                                      at(scene, spot, 1, 1), at(scene, spot, -1, 1) };
    path_reset(scene->pen.path);
    path_add_polyline(scene->pen.path, corners, 4, scene_line(scene, 2), true, false);
    scene_fill(scene, ink);
}

static void crossed(struct scene *scene, const struct gate_spot *spot, colour ink)
{
    path_reset(scene->pen.path);
    for (int i = 0; i < 3; i++) {
        float u0 = -1 + (float)i * 2 / 3;
        struct point a = at(scene, spot, u0, 0), b = at(scene, spot, u0 + 2.0f / 3, 1);
        path_add_line(scene->pen.path, a.x, a.y, b.x, b.y, scene_line(scene, 2));
    }
    scene_fill(scene, ink);
}

/* Each gate lies outside its wall, filled as far as it is used. */
void scene_gates(struct scene *scene)
{
    const struct model *model = scene->model;
    const struct theme *theme = scene->pen.theme;
    for (uint32_t g = 0; g < model->venue->n_gates; g++) {
        const Tifo__V1__Gate *gate = model->venue->gates[g];
        if (!drawing_shows_level(scene->drawing, gate->level))
            continue;
        struct gate_now now = model_gate(model, g);
        struct gate_spot spot = gate_spot_of(scene, gate);
        bool busy = now.use > 0.85f && !now.closed;
        quad(scene, &spot, -1, 1, 0, 1, theme->bg);
        if (!now.closed)
            quad(scene, &spot, -1,
                 -1 + 2 * fminf(pen_eased(&scene->pen, MOTION_GATE_MARK, g, now.use), 1), 0, 1,
                 busy ? theme->voice : theme->bar);
        else
            crossed(scene, &spot, theme->t1);
        outline(scene, &spot, busy || now.closed ? theme->t1 : theme->bar);
    }
    gate_names(scene);
}
