#include "twin/format.h"
#include "twin/views/scene.h"

#include <math.h>

static const float rows_from_px_per_m = 9; /* Rows of seats show from this zoom. */

/* Blocks of one level: the shade is the share of their people who sit. Dimmed on other levels. */
static void block_shades(struct scene *scene, bool own_level)
{
    const struct model *model = scene->model;
    const Tifo__V1__Venue *v = model->venue;
    const struct theme *theme = scene->pen.theme;
    for (uint32_t b = 0; b < v->n_blocks; b++) {
        const Tifo__V1__Block *block = v->blocks[b];
        if ((block->level == scene->level) != own_level)
            continue;
        uint32_t people = model_people(model, (uint32_t)v->n_zones + b);
        float share = block->seats ? (float)people / (float)block->seats : 0;
        colour shade = colour_mix(theme->seat0, theme->seat1, share);
        path_reset(scene->pen.path);
        scene_add_ring(scene, block->outline, false);
        scene_fill(scene, own_level ? shade : colour_mix(theme->bg, shade, 0.6f));
    }
}

/* Air between blocks separates them. */
static void block_gaps(struct scene *scene, bool own_level)
{
    enum { MOST = 512 };
    const Tifo__V1__Venue *v = scene->model->venue;
    struct point ring[MOST];
    path_reset(scene->pen.path);
    for (size_t b = 0; b < v->n_blocks; b++) {
        const Tifo__V1__Path *outline = v->blocks[b]->outline;
        size_t count = outline->n_xy_cm / 2 < MOST ? outline->n_xy_cm / 2 : MOST;
        if ((v->blocks[b]->level == scene->level) != own_level)
            continue;
        for (size_t i = 0; i < count; i++)
            ring[i] = scene_px(scene, (float)outline->xy_cm[2 * i] / 100,
                               (float)outline->xy_cm[2 * i + 1] / 100);
        path_add_polyline(scene->pen.path, ring, count, scene_line(scene, 1.5f), true, false);
    }
    scene_fill(scene, scene->pen.theme->bg);
}

/* What lies on other levels, so that the one shown has its place. */
static void other_levels(struct scene *scene)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    const struct theme *theme = scene->pen.theme;
    path_reset(scene->pen.path);
    for (size_t z = 0; z < v->n_zones; z++)
        if (zone_is_inside(v->zones[z]) && !zone_on_level(v->zones[z], scene->level))
            scene_add_zone(scene, v->zones[z]);
    scene_fill(scene, colour_mix(theme->bg, theme->seat0, 0.7f));
    block_shades(scene, false);
    block_gaps(scene, false);
}

static void block_rows(struct scene *scene, const Tifo__V1__Block *block, colour ink)
{
    path_reset(scene->pen.path);
    for (size_t r = 0; r < block->n_rows; r++) {
        const Tifo__V1__Path *line = block->rows[r]->line;
        for (size_t i = 0; i + 1 < line->n_xy_cm / 2; i++) {
            const int32_t *p = line->xy_cm + 2 * i;
            struct point a = scene_px(scene, (float)p[0] / 100, (float)p[1] / 100);
            struct point b = scene_px(scene, (float)p[2] / 100, (float)p[3] / 100);
            path_add_line(scene->pen.path, a.x, a.y, b.x, b.y, 1);
        }
    }
    scene_fill(scene, ink);
}

static void blocks(struct scene *scene)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    const struct theme *theme = scene->pen.theme;
    block_shades(scene, true);
    for (uint32_t b = 0; b < v->n_blocks; b++)
        if (v->blocks[b]->level == scene->level && scene->camera.px_per_m >= rows_from_px_per_m)
            block_rows(scene, v->blocks[b], colour_mix(theme->seat1, theme->bg, 0.45f));
    block_gaps(scene, true);
}

struct box {
    float x0, y0, x1, y1; /* px */
};

static bool pitch_box(const struct scene *scene, struct box *out)
{
    const Tifo__V1__Path *pitch = scene->model->venue->pitch;
    if (!pitch || pitch->n_xy_cm < 6 || pitch->n_xy_cm % 2)
        return false;
    *out = (struct box){ INFINITY, INFINITY, -INFINITY, -INFINITY };
    for (size_t i = 0; i < pitch->n_xy_cm / 2; i++) {
        struct point p =
            scene_px(scene, (float)pitch->xy_cm[2 * i] / 100, (float)pitch->xy_cm[2 * i + 1] / 100);
        out->x0 = fminf(out->x0, p.x), out->x1 = fmaxf(out->x1, p.x);
        out->y0 = fminf(out->y0, p.y), out->y1 = fmaxf(out->y1, p.y);
    }
    return true;
}

static void rectangle(struct scene *scene, float x0, float y0, float x1, float y1, float line)
{
    const struct point corners[4] = { { x0, y0 }, { x1, y0 }, { x1, y1 }, { x0, y1 } };
    path_add_polyline(scene->pen.path, corners, 4, line, true, false);
}

/* Halfway line, centre circle and penalty areas in a football pitch's proportions. */
static void pitch(struct scene *scene)
{
    struct box box;
    if (!pitch_box(scene, &box))
        return;
    float w = box.x1 - box.x0, h = box.y1 - box.y0, line = scene_line(scene, 1);
    float x = (box.x0 + box.x1) / 2, y = (box.y0 + box.y1) / 2;
    bool upright = h > w;
    float length = upright ? h : w, across = upright ? w : h;
    float deep = length * 0.157f, wide = across * 0.593f; /* 16.5 m of 105, 40.3 m of 68. */
    path_reset(scene->pen.path);
    rectangle(scene, box.x0, box.y0, box.x1, box.y1, line);
    if (upright) {
        path_add_line(scene->pen.path, box.x0, y, box.x1, y, line);
        rectangle(scene, x - wide / 2, box.y0, x + wide / 2, box.y0 + deep, line);
        rectangle(scene, x - wide / 2, box.y1 - deep, x + wide / 2, box.y1, line);
    } else {
        path_add_line(scene->pen.path, x, box.y0, x, box.y1, line);
        rectangle(scene, box.x0, y - wide / 2, box.x0 + deep, y + wide / 2, line);
        rectangle(scene, box.x1 - deep, y - wide / 2, box.x1, y + wide / 2, line);
    }
    path_add_circle(scene->pen.path, x, y, length * 0.087f, line);
    scene_fill(scene, scene->pen.theme->line);
}

void scene_ground(struct scene *scene)
{
    other_levels(scene);
    pitch(scene);
    blocks(scene);
}

void scene_phase(struct scene *scene)
{
    const struct model *model = scene->model;
    const Tifo__V1__Phase *phase = model->crowd ? model->crowd->phase : NULL;
    struct box box;
    if (!phase || !*phase->label || !pitch_box(scene, &box))
        return;
    bool countdown = phase->kind == TIFO__V1__PHASE_KIND__PHASE_KIND_BREAK && phase->ends_ms;
    int64_t shown_ms =
        countdown ? phase->ends_ms - model_now_ms(model) : model_now_ms(model) - phase->started_ms;
    char figures[FORMAT_SIZE];
    format_duration(figures, (shown_ms < 0 ? 0 : shown_ms) / 1000);
    float x = (box.x0 + box.x1) / 2, y = (box.y0 + box.y1) / 2, scale = scene->pen.scale;
    float room = (box.x1 - box.x0) / scale;
    float size = fminf(44, room / 4.5f);
    if (size < 14)
        return;
    const struct theme *theme = scene->pen.theme;
    float words = fmaxf(13, size * 0.45f);
    float width = pen_width(&scene->pen, REGULAR, size, figures) + 16;
    pen_fill(&scene->pen, x / scale - width / 2, y / scale - size * 0.15f, width, size * 1.15f,
             theme->bg);
    float label = pen_width(&scene->pen, REGULAR, words, phase->label) + 16;
    pen_fill(&scene->pen, x / scale - label / 2, y / scale - size * 0.9f, label, size * 0.75f,
             theme->bg);
    scene_words(scene, REGULAR, words, CENTRE, x, y - size * scale * 0.35f, theme->t2,
                phase->label);
    scene_words(scene, REGULAR, size, CENTRE, x, y + size * scale * 0.72f, theme->t2, figures);
}
