#include "twin/views/scene.h"

#include <math.h>

/* The layers, lowest first. A new one is a file and a row. */
static void (*const layers[])(struct scene *scene) = {
    scene_ground,  scene_heat,  scene_fittings, scene_iso_lines, scene_people, scene_arrows,
    scene_letters, scene_gates, scene_phase,    scene_callouts,  scene_legend,
};

void scene_draw(struct scene *scene)
{
    struct canvas *canvas = scene->pen.canvas;
    canvas_fill(canvas, (struct rect){ 0, 0, canvas->width, canvas->height }, scene->pen.theme->bg);
    for (size_t i = 0; scene->model->venue && i < sizeof layers / sizeof *layers; i++)
        layers[i](scene);
}

struct point scene_px(const struct scene *scene, float x_m, float y_m)
{
    return camera_to_px(&scene->camera, x_m, y_m);
}

float scene_line(const struct scene *scene, float units)
{
    return fmaxf(1, units * scene->pen.scale);
}

void scene_add_ring(struct scene *scene, const Tifo__V1__Path *ring, bool hole)
{
    enum { MOST = 2048 };
    struct point points[MOST];
    size_t count = ring->n_xy_cm / 2;
    count = count < MOST ? count : MOST;
    for (size_t i = 0; i < count; i++)
        points[i] =
            scene_px(scene, (float)ring->xy_cm[2 * i] / 100, (float)ring->xy_cm[2 * i + 1] / 100);
    path_add_ring(scene->pen.path, points, count, hole);
}

void scene_add_zone(struct scene *scene, const Tifo__V1__Zone *zone)
{
    scene_add_ring(scene, zone->outline, false);
    for (size_t h = 0; h < zone->n_holes; h++)
        scene_add_ring(scene, zone->holes[h], true);
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
