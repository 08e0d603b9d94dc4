#include "twin/route.h"
#include "twin/views/scene.h"

#include <math.h>

static const float mark_depth = 13, least_length = 38, label_away = 30;
static const float closed_room = 98; /* For an alarm's tag and the word. */

/* A gate's place on the screen: middle of its line, along it, and out of the ground. */
struct spot {
    struct point middle, along, out;
    float half; /* Of its length, px. */
};

/* Unfolded, a gate lies on its ring's outer edge, half of it outside. */
static void spot_on_ring(const struct scene *scene, const Tifo__V1__Gate *gate,
                         const struct ring *ring, struct spot *spot)
{
    struct point m = line_middle(gate->line);
    float u = base_spot(&scene->drawing->unfold->base, m).u;
    struct point at = scene_ring_px(scene, u, ring->to);
    struct point further = scene_ring_px(scene, u, ring->to + 1);
    float length = fmaxf(hypotf(further.x - at.x, further.y - at.y), 1e-3f);
    spot->out = (struct point){ (further.x - at.x) / length, (further.y - at.y) / length };
    spot->along = (struct point){ -spot->out.y, spot->out.x };
    float half = mark_depth * scene->pen.scale / 2;
    spot->middle = (struct point){ at.x - spot->out.x * half, at.y - spot->out.y * half };
}

static struct spot spot_of(const struct scene *scene, const Tifo__V1__Gate *gate)
{
    const int32_t *xy = gate->line->xy_cm;
    struct point a = scene_px(scene, NO_PLACE, (float)xy[0] / 100, (float)xy[1] / 100);
    struct point b = scene_px(scene, NO_PLACE, (float)xy[2] / 100, (float)xy[3] / 100);
    float dx = b.x - a.x, dy = b.y - a.y, length = fmaxf(hypotf(dx, dy), 1e-3f);
    struct spot spot = { .middle = { (a.x + b.x) / 2, (a.y + b.y) / 2 },
                         .along = { dx / length, dy / length },
                         .half = fmaxf(length, least_length * scene->pen.scale) / 2 };
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
static struct point at(const struct scene *scene, const struct spot *spot, float u, float v)
{
    float depth = v * mark_depth * scene->pen.scale;
    return (struct point){ spot->middle.x + spot->along.x * u * spot->half + spot->out.x * depth,
                           spot->middle.y + spot->along.y * u * spot->half + spot->out.y * depth };
}

static void quad(struct scene *scene, const struct spot *spot, float u0, float u1, float v0,
                 float v1, colour ink)
{
    const struct point corners[4] = { at(scene, spot, u0, v0), at(scene, spot, u1, v0),
                                      at(scene, spot, u1, v1), at(scene, spot, u0, v1) };
    path_reset(scene->pen.path);
    path_add_ring(scene->pen.path, corners, 4, false);
    scene_fill(scene, ink);
}

static void outline(struct scene *scene, const struct spot *spot, colour ink)
{
    const struct point corners[4] = { at(scene, spot, -1, 0), at(scene, spot, 1, 0),
                                      at(scene, spot, 1, 1), at(scene, spot, -1, 1) };
    path_reset(scene->pen.path);
    path_add_polyline(scene->pen.path, corners, 4, scene_line(scene, 2), true, false);
    scene_fill(scene, ink);
}

static void crossed(struct scene *scene, const struct spot *spot, colour ink)
{
    path_reset(scene->pen.path);
    for (int i = 0; i < 3; i++) {
        float u0 = -1 + (float)i * 2 / 3;
        struct point a = at(scene, spot, u0, 0), b = at(scene, spot, u0 + 2.0f / 3, 1);
        path_add_line(scene->pen.path, a.x, a.y, b.x, b.y, scene_line(scene, 2));
    }
    scene_fill(scene, ink);
}

/* Where a gate's words stand. */
struct sign {
    float x, y, half; /* Middle of the name and half its width, units. */
    bool leftwards;   /* The alarm's tag stands on the side away from the ground, */
    bool beside;      /* There is room for "closed" beyond the tag; else it stands below. */
};

static struct sign sign_of(struct scene *scene, const struct spot *spot, const char *words)
{
    float scale = scene->pen.scale, away = mark_depth + label_away * 0.65f;
    struct sign sign = { .half = pen_width(&scene->pen, SEMIBOLD, 18, words) / 2 };
    sign.x = spot->middle.x / scale + spot->out.x * (away + sign.half * fabsf(spot->out.x));
    sign.y = spot->middle.y / scale + spot->out.y * away;
    sign.leftwards = spot->out.x < -0.3f;
    sign.beside = !sign.leftwards || sign.x - sign.half > closed_room;
    return sign;
}

static void name(struct scene *scene, const struct spot *spot, const Tifo__V1__Gate *gate,
                 const struct gate_now *now, const Tifo__V1__Alarm *alarm)
{
    struct pen *pen = &scene->pen;
    const struct theme *theme = pen->theme;
    struct sign sign = sign_of(scene, spot, gate->gate_id);
    bool busy = now->use > 0.85f;
    pen_words(pen, SEMIBOLD, 18, CENTRE, sign.x, sign.y + 6,
              now->closed || busy ? theme->t1 : theme->t2, gate->gate_id);
    if (!alarm)
        return;
    float edge = sign.x + (sign.leftwards ? -sign.half : sign.half);
    pen_alarm(pen, sign.leftwards ? edge - 30 : edge + 8, sign.y - 11, 22, alarm);
    if (!now->closed)
        return;
    if (!sign.beside)
        pen_words(pen, MEDIUM, 16, RIGHT, edge + 2 * sign.half, sign.y + 28, theme->t1, "closed");
    else if (sign.leftwards)
        pen_words(pen, MEDIUM, 16, RIGHT, edge - 38, sign.y + 6, theme->t1, "closed");
    else
        pen_words(pen, MEDIUM, 16, LEFT, edge + 38, sign.y + 6, theme->t1, "closed");
}

void scene_take_gates(struct scene *scene)
{
    const struct model *model = scene->model;
    float scale = scene->pen.scale;
    for (uint32_t g = 0; g < model->venue->n_gates; g++) {
        const Tifo__V1__Gate *gate = model->venue->gates[g];
        if (!drawing_shows_level(scene->drawing, gate->level))
            continue;
        struct spot spot = spot_of(scene, gate);
        struct sign sign = sign_of(scene, &spot, gate->gate_id);
        float tag = model_gate_alarm(model, g) ? (sign.beside ? closed_room : 36) : 0;
        float left = sign.x - sign.half - (sign.leftwards ? tag : 0) - 4;
        float right = sign.x + sign.half + (sign.leftwards ? 0 : tag) + 4;
        scene_take(scene,
                   (struct words_box){ left * scale, (sign.y - 12) * scale, (right - left) * scale,
                                       (sign.beside ? 24 : 46) * scale });
        scene_take(scene, (struct words_box){ spot.middle.x - spot.half, spot.middle.y - spot.half,
                                              2 * spot.half, 2 * spot.half });
    }
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
        struct spot spot = spot_of(scene, gate);
        bool busy = now.use > 0.85f && !now.closed;
        quad(scene, &spot, -1, 1, 0, 1, theme->bg);
        if (!now.closed)
            quad(scene, &spot, -1,
                 -1 + 2 * fminf(pen_eased(&scene->pen, MOTION_GATE_MARK, g, now.use), 1), 0, 1,
                 busy ? theme->voice : theme->bar);
        else
            crossed(scene, &spot, theme->t1);
        outline(scene, &spot, busy || now.closed ? theme->t1 : theme->bar);
        name(scene, &spot, gate, &now, model_gate_alarm(model, g));
    }
}
