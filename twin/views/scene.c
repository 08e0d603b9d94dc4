#include "twin/views/scene.h"

#include <math.h>

typedef void scene_view(struct scene *scene);

/* What each layer is made of, lowest first. A new view of the ground is a file and a row. */
static scene_view *const views[SCENE_LAYERS][8] = {
    [LAYER_FIXED] = { scene_ground },
    [LAYER_FLOOR] = { scene_heat, scene_fittings, scene_names },
    [LAYER_TOP] = { scene_people, scene_arrows, scene_letters, scene_gates, scene_phase,
                    scene_picked, scene_callouts },
};

void scene_draw_layer(struct scene *scene, enum scene_layer layer)
{
    for (size_t i = 0; views[layer][i]; i++)
        views[layer][i](scene);
}

struct point scene_drawn_px(const struct scene *scene, struct point drawn)
{
    return camera_to_px(&scene->camera, drawn.x, drawn.y);
}

struct point scene_px(const struct scene *scene, uint32_t place, float x_m, float y_m)
{
    return scene_drawn_px(scene, drawing_point(scene->drawing, place, (struct point){ x_m, y_m }));
}

struct point scene_line_px(const struct scene *scene, uint32_t place, const Tifo__V1__Path *line)
{
    return scene_px(scene, place, (float)(line->xy_cm[0] + line->xy_cm[2]) / 200,
                    (float)(line->xy_cm[1] + line->xy_cm[3]) / 200);
}

struct point scene_ring_px(const struct scene *scene, float u, float d)
{
    const struct base *base = &scene->drawing->unfold->base;
    return scene_drawn_px(scene, base_point(base, (struct base_spot){ u, d }));
}

float scene_line(const struct scene *scene, float units)
{
    return fmaxf(1, units * scene->pen.scale);
}

struct point scene_centre_px(const struct scene *scene)
{
    const struct extent *e = &scene->drawing->extent;
    return scene_drawn_px(scene, (struct point){ (e->x0 + e->x1) / 2, (e->y0 + e->y1) / 2 });
}

float scene_mark(const struct scene *scene, float units)
{
    static const float roomy = 44, least = 0.55f; /* Units of the widest ring; part. */
    const struct unfold *unfold = scene->drawing->unfold;
    float part = 1;
    if (unfold) {
        const struct ring *ring = &unfold->rings[unfold->ring_count - 1];
        part = (ring->to - ring->from) * scene->camera.px_per_m / (roomy * scene->pen.scale);
    }
    return units * scene->pen.scale * fminf(fmaxf(part, least), 1);
}

float scene_metres(const struct scene *scene, float units)
{
    return units * scene->pen.scale / scene->camera.px_per_m;
}

bool scene_sees(const struct scene *scene, uint32_t place)
{
    const struct extent *box = &scene->drawing->boxes[place];
    const struct rect *clip = &scene->pen.canvas->clip;
    struct point a = camera_to_px(&scene->camera, box->x0, box->y1);
    struct point b = camera_to_px(&scene->camera, box->x1, box->y0);
    const float line = 8; /* Lines along its outline reach beyond it. */
    return a.x - line < (float)(clip->x + clip->width) && b.x + line > (float)clip->x &&
           a.y - line < (float)(clip->y + clip->height) && b.y + line > (float)clip->y;
}

void scene_add_place(struct scene *scene, uint32_t place)
{
    const struct drawing *drawing = scene->drawing;
    struct path *path = scene->pen.path;
    for (size_t s = drawing->first[place]; s < drawing->first[place + 1]; s++) {
        const struct shape *shape = &drawing->shapes[s];
        for (size_t i = 0; i < shape->count; i++) {
            struct point p = scene_drawn_px(scene, shape->points[i]);
            path_add_point(path, p.x, p.y);
        }
        path_close_ring(path, shape->hole);
    }
}

void scene_add_outline(struct scene *scene, uint32_t place, float line)
{
    const struct shape *shape = &scene->drawing->shapes[scene->drawing->first[place]];
    for (size_t i = 0; i < shape->count; i++) {
        struct point ends[3];
        for (size_t e = 0; e < 3; e++)
            ends[e] = scene_drawn_px(scene, shape->points[(i + e) % shape->count]);
        path_add_line(scene->pen.path, ends[0].x, ends[0].y, ends[1].x, ends[1].y, line);
        path_add_corner(scene->pen.path, ends[0], ends[1], ends[2], line);
    }
}

void scene_add_piece(struct scene *scene, float u0, float u1, float d0, float d1)
{
    const float step = 3; /* Metres: a corner's bend between two points is not seen. */
    int steps = 1 + (int)(fabsf(u1 - u0) / step);
    for (int i = 0; i <= steps; i++) {
        struct point p = scene_ring_px(scene, u0 + (u1 - u0) * (float)i / (float)steps, d0);
        path_add_point(scene->pen.path, p.x, p.y);
    }
    for (int i = steps; i >= 0; i--) {
        struct point p = scene_ring_px(scene, u0 + (u1 - u0) * (float)i / (float)steps, d1);
        path_add_point(scene->pen.path, p.x, p.y);
    }
    path_close_ring(scene->pen.path, false);
}

const struct heat *scene_heat_of(const struct scene *scene, const Tifo__V1__Zone *zone)
{
    int32_t level = scene->drawing->unfold ? zone->level : scene->drawing->level;
    for (size_t i = 0; i < scene->heat_count; i++)
        if (scene->heats[i].level == level)
            return &scene->heats[i];
    return NULL;
}

void scene_words(struct scene *scene, enum weight weight, float size, enum align align, float x_px,
                 float y_px, colour ink, const char *words)
{
    float scale = scene->pen.scale;
    pen_words(&scene->pen, weight, size, align, x_px / scale, y_px / scale, ink, words);
}

void scene_fill(struct scene *scene, colour ink)
{
    path_fill(scene->pen.path, scene->pen.canvas, ink);
}
