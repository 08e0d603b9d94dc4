#include "twin/format.h"
#include "twin/route.h"
#include "twin/views/scene.h"

#include <math.h>
#include <stdio.h>

static const float rows_from_px_per_m = 9; /* Rows of seats show from this zoom. */

/* Is a block of the kind that is drawn now: of what is shown, or of other levels? */
static bool drawn_now(const struct scene *scene, uint32_t block, bool shown)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    return drawing_shows_level(scene->drawing, v->blocks[block]->level) == shown &&
           scene_sees(scene, (uint32_t)v->n_zones + block);
}

/* The shade is the share of a block's people who sit. Dimmed on other levels. */
static void block_shades(struct scene *scene, bool shown)
{
    const struct model *model = scene->model;
    const Tifo__V1__Venue *v = model->venue;
    const struct theme *theme = scene->pen.theme;
    for (uint32_t b = 0; b < v->n_blocks; b++) {
        if (!drawn_now(scene, b, shown))
            continue;
        uint32_t people = model_people(model, (uint32_t)v->n_zones + b);
        float share = v->blocks[b]->seats ? (float)people / (float)v->blocks[b]->seats : 0;
        colour shade = colour_mix(theme->seat0, theme->seat1, share);
        path_reset(scene->pen.path);
        scene_add_place(scene, (uint32_t)v->n_zones + b);
        scene_fill(scene, shown ? shade : colour_mix(theme->bg, shade, 0.6f));
    }
}

/* Air between blocks separates them. */
static void block_gaps(struct scene *scene, bool shown)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    for (uint32_t b = 0; b < v->n_blocks; b++) {
        if (!drawn_now(scene, b, shown))
            continue;
        path_reset(scene->pen.path);
        scene_add_outline(scene, (uint32_t)v->n_zones + b, scene_line(scene, 1.5f));
        scene_fill(scene, scene->pen.theme->bg);
    }
}

/* What lies on other levels, so that the one shown has its place. */
static void other_levels(struct scene *scene)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    const struct theme *theme = scene->pen.theme;
    path_reset(scene->pen.path);
    for (uint32_t z = 0; z < v->n_zones; z++)
        if (zone_is_inside(v->zones[z]) && !drawing_shows_zone(scene->drawing, v->zones[z]) &&
            scene_sees(scene, z))
            scene_add_place(scene, z);
    scene_fill(scene, colour_mix(theme->bg, theme->seat0, 0.7f));
    block_shades(scene, false);
    block_gaps(scene, false);
}

static void block_rows(struct scene *scene, uint32_t block, colour ink)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    path_reset(scene->pen.path);
    for (size_t r = 0; r < v->blocks[block]->n_rows; r++) {
        const Tifo__V1__Path *line = v->blocks[block]->rows[r]->line;
        struct point a = { 0, 0 };
        for (size_t i = 0; i < line->n_xy_cm / 2; i++) {
            const int32_t *p = line->xy_cm + 2 * i;
            struct point b =
                scene_px(scene, (uint32_t)v->n_zones + block, (float)p[0] / 100, (float)p[1] / 100);
            if (i)
                path_add_line(scene->pen.path, a.x, a.y, b.x, b.y, 1);
            a = b;
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
        if (scene->camera.px_per_m >= rows_from_px_per_m && drawn_now(scene, b, true))
            block_rows(scene, b, colour_mix(theme->seat1, theme->bg, 0.45f));
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
        struct point p = scene_px(scene, NO_PLACE, (float)pitch->xy_cm[2 * i] / 100,
                                  (float)pitch->xy_cm[2 * i + 1] / 100);
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
    if (!scene->drawing->unfold)
        other_levels(scene);
    pitch(scene);
    blocks(scene);
}

void scene_phase(struct scene *scene)
{
    const struct model *model = scene->model;
    const Tifo__V1__Phase *phase = model->crowd ? model->crowd->phase : NULL;
    struct box box;
    if (scene->piece || !phase || !*phase->label || !pitch_box(scene, &box))
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

/* ---- Names of rings */

/* How dense it is in a concourse there, p/m2. */
static float density_there(const struct scene *scene, const struct ring *ring, float u)
{
    const struct unfold *unfold = scene->drawing->unfold;
    struct point drawn =
        base_point(&unfold->base, (struct base_spot){ u, (ring->from + ring->to) / 2 });
    struct point m = unfold_back(unfold, (int)(ring - unfold->rings), drawn);
    for (size_t i = 0; i < scene->heat_count; i++) {
        int cell = heat_cell(&scene->heats[i], m.x, m.y);
        if (scene->heats[i].level == ring->level && cell >= 0)
            return scene->heats[i].density[cell];
    }
    return 0;
}

/* Do marks of food and toilets stand there? */
static bool has_marks(const struct scene *scene, const struct ring *ring, float u)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    const struct base *base = &scene->drawing->unfold->base;
    float room = scene_metres(scene, 42);
    for (size_t f = 0; f < v->n_facilities; f++) {
        struct point m = line_middle(v->facilities[f]->front);
        if (drawing_ring(scene->drawing, v->facilities[f]->zone) == ring &&
            fabsf(base_way(base, base_spot(base, m).u, u)) < room)
            return true;
    }
    return false;
}

/* Positions along the rectangle: tiers are named in the south, concourses north by east, or where
 * it is quiet enough for words. */
static float name_u(const struct scene *scene, const struct ring *ring)
{
    static const float parts[] = {
        0.62f, 1.38f, 0.5f, 1.5f, 0.75f, 1.25f, 0.85f, 1.15f, 0.4f, 1.6f
    };
    const struct base *base = &scene->drawing->unfold->base;
    float arc = 1.57079633f * base->reference, north = base->half_y + arc;
    float south = north + 2 * base->half_x + 2 * arc + 2 * base->half_y;
    if (ring->kind == RING_TIER)
        return south + base->half_x;
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
            float u = (side ? south : north) + base->half_x * parts[i];
            if (density_there(scene, ring, u) < walkway_scale.limits[1] && !has_marks(scene, ring, u))
                return u;
        }
    return north + base->half_x * parts[0];
}

static void name_ring(struct scene *scene, const struct ring *ring, const char *name)
{
    float width = (ring->to - ring->from) * scene->camera.px_per_m;
    if (width < 18 * scene->pen.scale)
        return;
    struct point at = scene_ring_px(scene, name_u(scene, ring), (ring->from + ring->to) / 2);
    scene_words(scene, REGULAR, 13, CENTRE, at.x, at.y + 5 * scene->pen.scale, scene->pen.theme->t2,
                name);
}

static const char *level_name(const Tifo__V1__Venue *v, int32_t level, char *room, size_t size)
{
    for (size_t i = 0; i < v->n_levels; i++)
        if (v->levels[i]->number == level && *v->levels[i]->name)
            return v->levels[i]->name;
    snprintf(room, size, "Level %d", level);
    return room;
}

void scene_names(struct scene *scene)
{
    const struct unfold *unfold = scene->drawing->unfold;
    if (!unfold)
        return;
    int tiers = 0;
    for (int i = 0; i < unfold->ring_count; i++)
        tiers += unfold->rings[i].kind == RING_TIER;
    for (int i = 0, tier = 0; i < unfold->ring_count; i++) {
        char name[48];
        if (unfold->rings[i].kind == RING_CONCOURSE) {
            const char *words =
                level_name(scene->model->venue, unfold->rings[i].level, name, sizeof name);
            name_ring(scene, &unfold->rings[i], words);
        } else if (unfold->rings[i].kind == RING_TIER && tiers > 1) {
            tier++;
            snprintf(name, sizeof name, "Tier %d", tier);
            if (tiers == 2)
                snprintf(name, sizeof name, "%s tier", tier == 1 ? "Lower" : "Upper");
            name_ring(scene, &unfold->rings[i], name);
        }
    }
}
