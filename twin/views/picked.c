#include "twin/views/scene.h"

/* What is picked, in the twin's voice: a zone's outline, a square around a gate or a counter. */

static const float gate_square = 44, facility_square = 26;

static void square(struct scene *scene, uint32_t zone, const Tifo__V1__Path *line, float size)
{
    struct point at = scene_line_px(scene, zone, line);
    float half = size * scene->pen.scale / 2;
    const struct point corners[4] = { { at.x - half, at.y - half },
                                      { at.x + half, at.y - half },
                                      { at.x + half, at.y + half },
                                      { at.x - half, at.y + half } };
    path_reset(scene->pen.path);
    path_add_polyline(scene->pen.path, corners, 4, scene_line(scene, 2), true, false);
    scene_fill(scene, scene->pen.theme->voice);
}

void scene_picked(struct scene *scene)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    struct pick pick = scene->choices->pick;
    if (pick.kind == PICK_ZONE && pick.index < v->n_zones &&
        drawing_shows_zone(scene->drawing, v->zones[pick.index])) {
        path_reset(scene->pen.path);
        scene_add_outline(scene, pick.index, scene_line(scene, 2));
        scene_fill(scene, scene->pen.theme->voice);
    }
    if (pick.kind == PICK_GATE && pick.index < v->n_gates &&
        drawing_shows_level(scene->drawing, v->gates[pick.index]->level))
        square(scene, v->gates[pick.index]->zone_inside, v->gates[pick.index]->line, gate_square);
    if (pick.kind == PICK_FACILITY && pick.index < v->n_facilities &&
        drawing_shows_level(scene->drawing, v->facilities[pick.index]->level))
        square(scene, v->facilities[pick.index]->zone, v->facilities[pick.index]->front,
               facility_square);
}

/* ---- Pointing */

static float away(struct point a, float x_px, float y_px)
{
    return (a.x - x_px) * (a.x - x_px) + (a.y - y_px) * (a.y - y_px);
}

/* By even and odd crossings: a hole is outside. */
static bool place_has(const struct drawing *drawing, uint32_t place, struct point at)
{
    bool inside = false;
    const struct extent *box = &drawing->boxes[place];
    if (at.x < box->x0 || at.x > box->x1 || at.y < box->y0 || at.y > box->y1)
        return false;
    for (size_t s = drawing->first[place]; s < drawing->first[place + 1]; s++) {
        const struct shape *shape = &drawing->shapes[s];
        for (size_t i = 0, j = shape->count - 1; i < shape->count; j = i++) {
            struct point a = shape->points[i], b = shape->points[j];
            if ((a.y > at.y) != (b.y > at.y) &&
                at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x)
                inside = !inside;
        }
    }
    return inside;
}

struct pick scene_pick(const struct scene *scene, float x_px, float y_px)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    const struct drawing *drawing = scene->drawing;
    struct pick best = { PICK_NOTHING, 0 };
    float s = scene->pen.scale, least = gate_square * gate_square * s * s / 4;
    for (uint32_t g = 0; g < v->n_gates; g++) {
        float d =
            away(scene_line_px(scene, v->gates[g]->zone_inside, v->gates[g]->line), x_px, y_px);
        if (d < least && drawing_shows_level(drawing, v->gates[g]->level)) {
            least = d;
            best = (struct pick){ PICK_GATE, g };
        }
    }
    float counter = facility_square * facility_square * s * s / 4;
    least = counter < least ? counter : least;
    for (uint32_t f = 0; f < v->n_facilities; f++) {
        float d =
            away(scene_line_px(scene, v->facilities[f]->zone, v->facilities[f]->front), x_px, y_px);
        if (d < least && drawing_shows_level(drawing, v->facilities[f]->level)) {
            least = d;
            best = (struct pick){ PICK_FACILITY, f };
        }
    }
    struct point at = camera_to_m(&scene->camera, x_px, y_px);
    for (uint32_t z = 0; best.kind == PICK_NOTHING && z < v->n_zones; z++)
        if (zone_is_inside(v->zones[z]) && drawing_shows_zone(drawing, v->zones[z]) &&
            place_has(drawing, z, at))
            best = (struct pick){ PICK_ZONE, z };
    return best;
}
