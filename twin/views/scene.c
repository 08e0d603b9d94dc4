#include "twin/views/scene.h"

#include <math.h>

typedef void scene_view(struct scene *scene);

/* What each layer is made of, lowest first. A new view of the ground is a file and a row. */
static scene_view *const views[SCENE_LAYERS][8] = {
    [LAYER_FIXED] = { scene_ground },
    [LAYER_FLOOR] = { scene_heat, scene_fittings, scene_iso_lines },
    [LAYER_TOP] = { scene_people, scene_arrows, scene_letters, scene_gates, scene_phase,
                    scene_callouts },
};

void scene_draw_layer(struct scene *scene, enum scene_layer layer)
{
    for (size_t i = 0; views[layer][i]; i++)
        views[layer][i](scene);
}

void scene_places_shift(struct scene_places *places, float dx_px, float dy_px)
{
    places->callout.x += dx_px;
    places->callout.y += dy_px;
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
