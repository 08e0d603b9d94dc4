#include "twin/ground.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Air around the ground for gate names and shares: a part of the smaller side, within units. */
static const float margin_part = 0.11f, least_margin = 46, most_margin = 66;
static const float sides = 92;
enum { one_row = 12 };
static const float most_margin_unfolded = 50; /* Gates lie on the edge, not outside of it. */

/* ---- Set up */

void ground_init(struct ground *ground)
{
    *ground = (struct ground){ .whole = true, .band = GROUND_BANDS };
}

static void forget_levels(struct ground *ground)
{
    for (size_t i = 0; i < ground->level_count; i++) {
        heat_fini(&ground->heats[i]);
        drawing_fini(&ground->levels[i]);
    }
    free(ground->heats);
    free(ground->levels);
    if (ground->unfolds) {
        drawing_fini(&ground->all);
        unfold_fini(&ground->unfold);
    }
    ground->heats = NULL;
    ground->levels = NULL;
    ground->unfolds = false;
    ground->level_count = ground->shown = 0;
}

static void forget_layers(struct ground *ground)
{
    canvas_fini(&ground->fixed);
    canvas_fini(&ground->floor);
    canvas_fini(&ground->top);
}

void ground_fini(struct ground *ground)
{
    forget_levels(ground);
    forget_layers(ground);
}

const struct drawing *ground_drawing(const struct ground *ground)
{
    if (!ground->venue)
        return NULL;
    return ground->shown == UNFOLDED ? &ground->all : &ground->levels[ground->shown];
}

static void fit_camera(struct ground *ground, float scale)
{
    struct camera *camera = &ground->camera;
    camera->width_px = (float)ground->px.width;
    camera->height_px = (float)ground->px.height;
    if (ground->whole && ground->venue) {
        float least = fminf(camera->width_px, camera->height_px);
        bool rows = ground->venue->n_gates > one_row; /* Names stand in two. */
        float most = ground->shown != UNFOLDED || rows ? most_margin : most_margin_unfolded;
        float margin = fminf(fmaxf(least * margin_part, least_margin * scale), most * scale);
        /* Names are wider than high, and an alarm's tag stands beside them. */
        camera_fit(
            camera, ground_drawing(ground)->extent,
            fmaxf(margin * 1.3f + 12 * scale, fminf(sides * scale, 0.16f * camera->width_px)),
            margin);
    }
    ground->goal = *camera;
    ground->gliding = false;
}

void ground_resize(struct ground *ground, struct rect px, float scale)
{
    ground->px = px;
    forget_layers(ground);
    canvas_init(&ground->fixed, px.width, px.height);
    canvas_init(&ground->floor, px.width, px.height);
    canvas_init(&ground->top, px.width, px.height);
    fit_camera(ground, scale);
    ground_touch(ground, LAYER_FIXED);
}

void ground_touch(struct ground *ground, enum scene_layer lowest)
{
    if ((int)lowest < ground->stale)
        ground->stale = (int)lowest;
    ground->band = 0;
}

/* ---- Following the model */

static void make_levels(struct ground *ground, const Tifo__V1__Venue *venue, float scale)
{
    forget_levels(ground);
    ground->venue = venue;
    ground->choices.level_chosen = false;
    ground->level_count = venue->n_levels ? venue->n_levels : 1;
    ground->heats = calloc(ground->level_count, sizeof *ground->heats);
    ground->levels = calloc(ground->level_count, sizeof *ground->levels);
    if (!ground->heats || !ground->levels)
        abort();
    for (size_t i = 0; i < ground->level_count; i++) {
        int32_t level = venue->n_levels ? venue->levels[i]->number : 1;
        heat_init(&ground->heats[i], venue, level);
        drawing_init_level(&ground->levels[i], venue, level);
    }
    ground->unfolds = unfold_init(&ground->unfold, venue);
    if (ground->unfolds)
        drawing_init_unfolded(&ground->all, venue, &ground->unfold);
    ground->shown = ground_overview(ground);
    ground_show_all(ground, scale);
}

size_t ground_overview(const struct ground *ground)
{
    return ground->unfolds ? UNFOLDED : 0;
}

/* The two kinds of drawing have planes of their own: changing over shows everything. */
void ground_show(struct ground *ground, size_t shown, float scale)
{
    if (shown == ground->shown)
        return;
    bool other_plane = (shown == UNFOLDED) != (ground->shown == UNFOLDED);
    ground->shown = shown;
    ground_touch(ground, LAYER_FIXED);
    if (other_plane)
        ground_show_all(ground, scale);
}

bool ground_show_level(struct ground *ground, int32_t number)
{
    for (size_t i = 0; ground->shown != UNFOLDED && i < ground->level_count; i++) {
        if (ground->levels[i].level != number)
            continue;
        ground_show(ground, i, 1);
        return true;
    }
    return false;
}

void ground_update(struct ground *ground, const struct model *model, float scale)
{
    if (model->venue != ground->venue) {
        if (!model->venue)
            return;
        make_levels(ground, model->venue, scale);
    }
    ground_touch(ground, LAYER_FLOOR);
    if (!model->crowd)
        return;
    for (size_t i = 0; i < ground->level_count; i++)
        heat_update(&ground->heats[i], model);
    const Tifo__V1__Alarm *worst = model_alarm(model, 0);
    if (!ground->choices.level_chosen && worst)
        ground_show_level(ground, model_alarm_level(model, worst));
}

/* ---- Drawing */

static struct scene scene_of(struct ground *ground, const struct pen *pen,
                             const struct model *model, struct canvas *canvas)
{
    struct scene scene = {
        .pen = *pen,
        .camera = ground->camera,
        .model = model,
        .choices = &ground->choices,
        .places = &ground->places,
    };
    scene.pen.canvas = canvas;
    if (ground->level_count && model->venue == ground->venue) {
        scene.drawing = ground_drawing(ground);
        scene.heats = ground->heats;
        scene.heat_count = ground->level_count;
    }
    return scene;
}

/* The shades of all blocks, as coarse as the eye sees them. */
static uint32_t seats_digest(const struct model *model)
{
    uint32_t digest = 2166136261u;
    for (size_t b = 0; model->venue && b < model->venue->n_blocks; b++) {
        uint32_t seats = model->venue->blocks[b]->seats;
        uint32_t people = model_people(model, (uint32_t)(model->venue->n_zones + b));
        digest = (digest ^ (seats ? people * 20 / seats : 0)) * 16777619u;
    }
    return digest;
}

static void draw_layers(struct ground *ground, const struct pen *pen, const struct model *model,
                        int lowest)
{
    struct canvas *const canvases[SCENE_LAYERS] = { &ground->fixed, &ground->floor, &ground->top };
    struct scene scene = scene_of(ground, pen, model, &ground->top);
    ground->places = (struct scene_places){ 0 };
    scene.sharp = true;
    for (int layer = lowest; layer < SCENE_LAYERS; layer++) {
        scene.pen.canvas = canvases[layer];
        if (layer == 0)
            canvas_fill(&ground->fixed, ground->fixed.clip, pen->theme->bg);
        else
            canvas_copy(canvases[layer], canvases[layer - 1], 0, 0);
        if (scene.drawing)
            scene_draw_layer(&scene, (enum scene_layer)layer);
    }
    ground->drawn = ground->camera;
    ground->stale = SCENE_LAYERS;
    ground->band = GROUND_BANDS;
    ground->settled = !ground->gliding;
}

void ground_draw(struct ground *ground, const struct pen *pen, const struct model *model)
{
    ground->seats_digest = seats_digest(model);
    draw_layers(ground, pen, model, 0);
}

void ground_draw_piece(struct ground *ground, const struct pen *pen, const struct model *model,
                       struct canvas *canvas, int32_t level, struct point middle_m, float px_per_m)
{
    struct scene scene = scene_of(ground, pen, model, canvas);
    const struct scene_choices choices = { .people = PEOPLE_ALWAYS, .picked_alarm = UINT32_MAX };
    struct scene_places places = { 0 };
    canvas_fill(canvas, canvas->clip, pen->theme->bg);
    scene.drawing = NULL;
    for (size_t i = 0; model->venue == ground->venue && i < ground->level_count; i++)
        if (ground->levels[i].level == level)
            scene.drawing = &ground->levels[i];
    if (!scene.drawing)
        return;
    scene.choices = &choices;
    scene.places = &places;
    scene.sharp = scene.piece = true;
    scene.camera = (struct camera){ middle_m.x, middle_m.y, px_per_m, (float)canvas->width,
                                    (float)canvas->height };
    for (int layer = 0; layer < SCENE_LAYERS; layer++)
        scene_draw_layer(&scene, (enum scene_layer)layer);
}

/* All layers into a part of `top`, with words where they were. */
static void draw_part(struct ground *ground, const struct pen *pen, const struct model *model,
                      struct rect part)
{
    struct scene scene = scene_of(ground, pen, model, &ground->top);
    canvas_set_clip(&ground->top, part);
    if (ground->top.clip.width > 0 && ground->top.clip.height > 0) {
        canvas_fill(&ground->top, part, pen->theme->bg);
        for (int layer = 0; scene.drawing && layer < SCENE_LAYERS; layer++)
            scene_draw_layer(&scene, (enum scene_layer)layer);
    }
    canvas_clear_clip(&ground->top);
}

/* Shifts what is drawn to where the camera looks now, and draws what comes in at the edge. */
static bool shift(struct ground *ground, const struct pen *pen, const struct model *model)
{
    struct point corner = camera_to_m(&ground->drawn, 0, 0);
    struct point at = camera_to_px(&ground->camera, corner.x, corner.y);
    int dx = (int)roundf(at.x), dy = (int)roundf(at.y);
    int width = ground->px.width, height = ground->px.height;
    /* Whole pixels: what was drawn must meet what is drawn now. */
    camera_pan(&ground->drawn, (float)dx, (float)dy);
    ground->camera = ground->drawn;
    if (dx == 0 && dy == 0)
        return false;
    scene_places_shift(&ground->places, (float)dx, (float)dy);
    canvas_scroll(&ground->top, dx, dy);
    draw_part(
        ground, pen, model,
        (struct rect){ dx > 0 ? 0 : width + dx, 0, abs(dx) < width ? abs(dx) : width, height });
    draw_part(
        ground, pen, model,
        (struct rect){ 0, dy > 0 ? 0 : height + dy, width, abs(dy) < height ? abs(dy) : height });
    return true;
}

static void draw_band(struct ground *ground, const struct pen *pen, const struct model *model)
{
    int height = (ground->px.height + GROUND_BANDS - 1) / GROUND_BANDS;
    draw_part(ground, pen, model,
              (struct rect){ 0, ground->band * height, ground->px.width, height });
    ground->band++;
}

/* Positions and the inverse of the scale go evenly: so what is under the hand stays there. */
static void glide(struct ground *ground, const struct motion *motion)
{
    float part = motion_part(motion, ground->glide_ms, MOTION_GLIDE_MS);
    const struct camera *a = &ground->from, *b = &ground->goal;
    ground->moved_ms = motion->now_ms;
    ground->gliding = part < 1;
    if (!ground->gliding) {
        ground->camera = *b;
        return;
    }
    float inverse = 1 / a->px_per_m + (1 / b->px_per_m - 1 / a->px_per_m) * part;
    ground->camera.px_per_m = a->px_per_m == b->px_per_m ? a->px_per_m : 1 / inverse;
    ground->camera.x_m = a->x_m + (b->x_m - a->x_m) * part;
    ground->camera.y_m = a->y_m + (b->y_m - a->y_m) * part;
}

/* Follows the hand; false when nothing came of it. */
static bool follow(struct ground *ground, const struct pen *pen, const struct model *model)
{
    if (ground->camera.px_per_m != ground->drawn.px_per_m)
        return true;
    bool shifted = shift(ground, pen, model), news = ground->band < GROUND_BANDS;
    if (news)
        draw_band(ground, pen, model);
    return shifted || news;
}

bool ground_step(struct ground *ground, const struct pen *pen, const struct model *model)
{
    const struct motion *motion = pen->motion;
    if (ground->gliding)
        glide(ground, motion);
    bool still = ground->settled ||
                 (!ground->gliding && motion->now_ms - ground->moved_ms >= GROUND_SETTLE_MS);
    if (ground->gliding || ground->camera.px_per_m == ground->drawn.px_per_m)
        ground->scaled_ms = motion->now_ms;
    /* A hand that goes on panning after a zoom does not keep it from being drawn sharp. */
    bool sharpen = motion->now_ms - ground->scaled_ms >= GROUND_SETTLE_MS;
    if (!still && !sharpen && ground->stale != LAYER_FIXED)
        return follow(ground, pen, model);
    if (!ground->settled) {
        ground_draw(ground, pen, model);
        return true;
    }
    if (ground->stale == SCENE_LAYERS)
        return false;
    uint32_t digest = seats_digest(model);
    if (digest != ground->seats_digest && motion->now_ms - ground->seats_ms >= GROUND_SEATS_MS) {
        ground->seats_digest = digest;
        ground->seats_ms = motion->now_ms;
        ground->stale = LAYER_FIXED;
    }
    draw_layers(ground, pen, model, ground->stale);
    return true;
}

bool ground_moves(const struct ground *ground)
{
    return !ground->settled;
}

void ground_compose(const struct ground *ground, struct canvas *canvas, colour bg)
{
    const struct rect *px = &ground->px;
    if (ground->camera.px_per_m == ground->drawn.px_per_m) {
        canvas_copy(canvas, &ground->top, px->x, px->y);
        return;
    }
    struct point corner = camera_to_m(&ground->drawn, 0, 0);
    struct point at = camera_to_px(&ground->camera, corner.x, corner.y);
    float factor = ground->camera.px_per_m / ground->drawn.px_per_m;
    struct rect area = { px->x + (int)roundf(at.x), px->y + (int)roundf(at.y),
                         (int)roundf((float)px->width * factor),
                         (int)roundf((float)px->height * factor) };
    canvas_set_clip(canvas, *px);
    canvas_fill(canvas, *px, bg);
    canvas_copy_scaled(canvas, &ground->top, area);
    canvas_clear_clip(canvas);
}

bool ground_shows_people(const struct ground *ground)
{
    return scene_shows_people(&ground->choices, &ground->camera);
}

bool ground_sees(const struct ground *ground, uint32_t place)
{
    const struct drawing *drawing = ground_drawing(ground);
    if (!drawing || place >= drawing->venue->n_zones + drawing->venue->n_blocks)
        return false;
    const struct extent *box = &drawing->boxes[place];
    struct point a = camera_to_px(&ground->camera, box->x0, box->y1);
    struct point b = camera_to_px(&ground->camera, box->x1, box->y0);
    bool shown = place < drawing->venue->n_zones
                     ? zone_is_inside(drawing->venue->zones[place]) &&
                           drawing_shows_zone(drawing, drawing->venue->zones[place])
                     : drawing_shows_level(
                           drawing, drawing->venue->blocks[place - drawing->venue->n_zones]->level);
    return shown && a.x < (float)ground->px.width && b.x > 0 && a.y < (float)ground->px.height &&
           b.y > 0;
}

/* ---- The hand */

static void set_out(struct ground *ground, struct camera goal, const struct motion *glide)
{
    ground->whole = false;
    ground->settled = false;
    ground->goal = goal;
    if (!glide || glide->off) {
        ground->camera = goal;
        ground->gliding = false;
        ground->moved_ms = glide ? glide->now_ms : ground->moved_ms;
        return;
    }
    ground->from = ground->camera;
    ground->glide_ms = glide->now_ms;
    ground->gliding = true;
}

void ground_drag(struct ground *ground, float dx_px, float dy_px, const struct motion *motion)
{
    struct camera goal = ground->camera;
    camera_pan(&goal, dx_px, dy_px);
    set_out(ground, goal, NULL);
    ground->moved_ms = motion->now_ms;
}

void ground_pan(struct ground *ground, float dx_px, float dy_px, const struct motion *motion)
{
    struct camera goal = ground->goal;
    camera_pan(&goal, dx_px, dy_px);
    set_out(ground, goal, motion);
}

void ground_zoom(struct ground *ground, float factor, float x_px, float y_px,
                 const struct motion *motion)
{
    struct camera goal = ground->goal;
    camera_zoom(&goal, factor, x_px - (float)ground->px.x, y_px - (float)ground->px.y);
    set_out(ground, goal, motion);
}

void ground_show_all(struct ground *ground, float scale)
{
    ground->whole = true;
    fit_camera(ground, scale);
    ground_touch(ground, LAYER_FIXED);
}

struct pick ground_pick(struct ground *ground, const struct pen *pen, const struct model *model,
                        float x_px, float y_px)
{
    struct scene scene = scene_of(ground, pen, model, &ground->top);
    if (!scene.drawing)
        return (struct pick){ PICK_NOTHING, 0 };
    return scene_pick(&scene, x_px - (float)ground->px.x, y_px - (float)ground->px.y);
}
