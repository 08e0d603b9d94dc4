#include "twin/route.h"
#include "twin/views/scene.h"

#include <math.h>

static const float tread_px = 5, facility_deep_m = 1.6f;

static void draw_walls(struct scene *scene)
{
    path_reset(scene->pen.path);
    const struct walls *walls = &scene->drawing->walls;
    for (size_t i = 0; i < walls->count; i++) {
        struct point a = scene_drawn_px(scene, walls->list[i].a);
        struct point b = scene_drawn_px(scene, walls->list[i].b);
        path_add_line(scene->pen.path, a.x, a.y, b.x, b.y, scene_line(scene, 1.5f));
    }
    scene_fill(scene, scene->pen.theme->wall);
}

/* Where a line through `at` along (dx, dy) enters and leaves the outline; distances along it. */
static bool chord(const struct scene *scene, const Tifo__V1__Path *outline, struct point at,
                  float dx, float dy, float *from, float *to)
{
    *from = INFINITY, *to = -INFINITY;
    size_t count = outline->n_xy_cm / 2;
    for (size_t i = 0; i < count; i++) {
        const int32_t *p = outline->xy_cm + 2 * i, *q = outline->xy_cm + 2 * ((i + 1) % count);
        struct point a = scene_px(scene, NO_PLACE, (float)p[0] / 100, (float)p[1] / 100);
        struct point b = scene_px(scene, NO_PLACE, (float)q[0] / 100, (float)q[1] / 100);
        float side_a = dx * (a.y - at.y) - dy * (a.x - at.x);
        float side_b = dx * (b.y - at.y) - dy * (b.x - at.x);
        if ((side_a > 0) == (side_b > 0))
            continue;
        float part = side_a / (side_a - side_b);
        float along =
            (a.x + (b.x - a.x) * part - at.x) * dx + (a.y + (b.y - a.y) * part - at.y) * dy;
        *from = fminf(*from, along), *to = fmaxf(*to, along);
    }
    return *to > *from;
}

/* The ways in and out of a zone, as far apart as they are: the axis people climb along. */
static bool stairs_axis(const struct scene *scene, uint32_t zone, struct point *from,
                        struct point *to)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    struct point doors[8];
    size_t count = 0;
    for (size_t o = 0; o < v->n_openings && count < 8; o++)
        if (v->openings[o]->place_a == zone || v->openings[o]->place_b == zone) {
            struct point m = line_middle(v->openings[o]->line);
            doors[count++] = scene_px(scene, NO_PLACE, m.x, m.y);
        }
    float best = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++) {
            float length = hypotf(doors[i].x - doors[j].x, doors[i].y - doors[j].y);
            if (length > best) {
                best = length;
                *from = doors[i], *to = doors[j];
            }
        }
    return best > 1;
}

static void stairs(struct scene *scene, uint32_t index)
{
    struct point from = { 0, 0 }, to = { 0, 0 };
    if (!stairs_axis(scene, index, &from, &to))
        return;
    float length = hypotf(to.x - from.x, to.y - from.y);
    float ux = (to.x - from.x) / length, uy = (to.y - from.y) / length;
    float step = tread_px * scene->pen.scale;
    const Tifo__V1__Path *outline = scene->model->venue->zones[index]->outline;
    path_reset(scene->pen.path);
    for (float at = step / 2; at < length; at += step) {
        struct point p = { from.x + ux * at, from.y + uy * at };
        float a, b;
        if (chord(scene, outline, p, -uy, ux, &a, &b))
            path_add_line(scene->pen.path, p.x - uy * a, p.y + ux * a, p.x - uy * b, p.y + ux * b,
                          scene_line(scene, 1));
    }
    scene_fill(scene, scene->pen.theme->wall);
}

/* Points from the counter away from where people stand. */
static struct point behind(const struct scene *scene, const Tifo__V1__Facility *facility)
{
    const Tifo__V1__Point *centre = scene->model->venue->zones[facility->zone]->centre;
    const int32_t *xy = facility->front->xy_cm;
    float dx = (float)(xy[2] - xy[0]), dy = (float)(xy[3] - xy[1]);
    float length = fmaxf(hypotf(dx, dy), 1);
    struct point middle = line_middle(facility->front), normal = { -dy / length, dx / length };
    bool inward =
        normal.x * ((float)centre->x - middle.x) + normal.y * ((float)centre->y - middle.y) > 0;
    return inward ? (struct point){ -normal.x, -normal.y } : normal;
}

static void food(struct scene *scene, const Tifo__V1__Facility *facility)
{
    const int32_t *xy = facility->front->xy_cm;
    struct point away = behind(scene, facility);
    float deep = fmaxf(facility_deep_m, 6 * scene->pen.scale / scene->camera.px_per_m);
    struct point a = { (float)xy[0] / 100, (float)xy[1] / 100 },
                 b = { (float)xy[2] / 100, (float)xy[3] / 100 };
    struct point corners[4] = {
        scene_px(scene, NO_PLACE, a.x, a.y),
        scene_px(scene, NO_PLACE, b.x, b.y),
        scene_px(scene, NO_PLACE, b.x + away.x * deep, b.y + away.y * deep),
        scene_px(scene, NO_PLACE, a.x + away.x * deep, a.y + away.y * deep),
    };
    path_reset(scene->pen.path);
    path_add_ring(scene->pen.path, corners, 4, false);
    scene_fill(scene, scene->pen.theme->bar);
}

static struct point facility_px(const struct scene *scene, const Tifo__V1__Facility *facility)
{
    struct point away = behind(scene, facility), middle = line_middle(facility->front);
    float out = 7 * scene->pen.scale / scene->camera.px_per_m;
    return scene_px(scene, NO_PLACE, middle.x + away.x * out, middle.y + away.y * out);
}

static void toilets(struct scene *scene, const Tifo__V1__Facility *facility)
{
    const struct theme *theme = scene->pen.theme;
    struct point at = facility_px(scene, facility);
    float scale = scene->pen.scale;
    path_reset(scene->pen.path);
    path_add_disc(scene->pen.path, at.x, at.y, 5.5f * scale);
    scene_fill(scene, theme->bg);
    path_reset(scene->pen.path);
    path_add_circle(scene->pen.path, at.x, at.y, 4.5f * scale, scene_line(scene, 1.5f));
    scene_fill(scene, theme->bar);
}

static void facilities(struct scene *scene)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    for (uint32_t f = 0; f < v->n_facilities; f++) {
        const Tifo__V1__Facility *facility = v->facilities[f];
        if (facility->level != scene->drawing->level)
            continue;
        if (facility->kind == TIFO__V1__FACILITY_KIND__FACILITY_KIND_FOOD)
            food(scene, facility);
        else
            toilets(scene, facility);
        const Tifo__V1__Alarm *alarm = model_facility_alarm(scene->model, f);
        if (!alarm)
            continue;
        struct point at = facility_px(scene, facility);
        float scale = scene->pen.scale;
        pen_alarm_tag(&scene->pen, at.x / scale - 11, at.y / scale - 11, 22, (int)alarm->priority,
                      alarm->number);
    }
}

void scene_fittings(struct scene *scene)
{
    if (scene->drawing->unfold) {
        scene_ring_fittings(scene);
        return;
    }
    const Tifo__V1__Venue *v = scene->model->venue;
    for (uint32_t z = 0; z < v->n_zones; z++)
        if (v->zones[z]->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS &&
            zone_on_level(v->zones[z], scene->drawing->level) && scene_sees(scene, z))
            stairs(scene, z);
    draw_walls(scene);
    facilities(scene);
}
