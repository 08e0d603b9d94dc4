#include "twin/views/scene.h"

#include <math.h>

static const float radius_px = 1.9f;

/* Discs are stamped: the same few pixels, thousands of times. */
enum { STAMP = 9 };
struct stamp {
    int size;
    uint8_t cover[STAMP * STAMP];
};

static struct stamp make_stamp(float radius)
{
    struct stamp stamp = { .size = (int)ceilf(radius * 2) | 1 };
    stamp.size = stamp.size > STAMP ? STAMP : stamp.size;
    float middle = (float)(stamp.size - 1) / 2;
    for (int y = 0; y < stamp.size; y++) {
        for (int x = 0; x < stamp.size; x++) {
            float beyond = hypotf((float)x - middle, (float)y - middle) - radius + 0.5f;
            float cover = beyond < 0 ? 1 : beyond > 1 ? 0 : 1 - beyond;
            stamp.cover[y * stamp.size + x] = (uint8_t)(cover * 255 + 0.5f);
        }
    }
    return stamp;
}

static void press(struct canvas *canvas, const struct stamp *stamp, struct point at, colour ink)
{
    int x0 = (int)floorf(at.x + 0.5f) - stamp->size / 2,
        y0 = (int)floorf(at.y + 0.5f) - stamp->size / 2;
    struct rect shown =
        rect_overlap((struct rect){ x0, y0, stamp->size, stamp->size }, canvas->clip);
    for (int y = shown.y - y0; y < shown.y - y0 + shown.height; y++) {
        uint32_t *row = canvas->pixels + (size_t)(y0 + y) * (size_t)canvas->stride + x0;
        for (int x = shown.x - x0; x < shown.x - x0 + shown.width; x++)
            if (stamp->cover[y * stamp->size + x])
                row[x] = colour_over(row[x], ink, stamp->cover[y * stamp->size + x]);
    }
}

static bool is_shown(const struct scene *scene, uint32_t place)
{
    const Tifo__V1__Zone *zone = model_zone(scene->model, place);
    const Tifo__V1__Block *block = model_block(scene->model, place);
    if (zone)
        return zone_is_inside(zone) && drawing_shows_zone(scene->drawing, zone);
    return block && drawing_shows_level(scene->drawing, block->level);
}

static colour ink_on(const struct scene *scene, uint32_t place, float x_m, float y_m)
{
    const Tifo__V1__Zone *zone = model_zone(scene->model, place);
    const struct heat *heat = zone ? scene_heat_of(scene, zone) : NULL;
    int cell = heat ? heat_cell(heat, x_m, y_m) : -1;
    float density = cell >= 0 ? heat->density[cell] : 0;
    return theme_ink(scene->pen.theme,
                     level_shade(density, model_level_scale(scene->model, place)));
}

bool scene_shows_people(const struct scene_choices *choices, const struct camera *camera)
{
    static const float near_px_per_m = 8;
    return choices->people == PEOPLE_ALWAYS ||
           (choices->people == PEOPLE_WHEN_NEAR && camera->px_per_m >= near_px_per_m);
}

/* Reported people only: dark on dense floors, light on the others, grey in their seats. */
void scene_people(struct scene *scene)
{
    const Tifo__V1__WatchPositionsResponse *reported = scene->model->positions;
    if (!reported || !scene_shows_people(scene->choices, &scene->camera))
        return;
    const struct theme *theme = scene->pen.theme;
    struct stamp stamp =
        make_stamp(fminf(radius_px, scene->camera.px_per_m * 0.25f) * scene->pen.scale);
    for (size_t i = 0; i < reported->n_place; i++) {
        uint32_t place = reported->place[i];
        if (!is_shown(scene, place) || !scene_sees(scene, place))
            continue;
        float x = (float)reported->x_cm[i] / 100, y = (float)reported->y_cm[i] / 100;
        bool seated = place >= scene->model->venue->n_zones;
        press(scene->pen.canvas, &stamp, scene_px(scene, place, x, y),
              seated ? theme->t3 : ink_on(scene, place, x, y));
    }
}
