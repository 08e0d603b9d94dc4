#include "twin/screen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Air around the ground for gate names and shares: a part of the smaller side, within units. */
static const float margin_part = 0.11f, least_margin = 34, most_margin = 66;

bool screen_init(struct screen *screen, int width, int height, float scale, enum theme_kind theme,
                 char *why, size_t why_size)
{
    memset(screen, 0, sizeof *screen);
    screen->text = text_create(why, why_size);
    if (!screen->text)
        return false;
    path_init(&screen->path);
    screen->scale = scale;
    screen->whole_ground = true;
    screen_set_theme(screen, theme);
    screen_resize(screen, width, height);
    return true;
}

static void forget_levels(struct screen *screen)
{
    for (size_t i = 0; i < screen->level_count; i++) {
        heat_fini(&screen->levels[i].heat);
        walls_fini(&screen->levels[i].walls);
    }
    free(screen->levels);
    screen->levels = NULL;
    screen->level_count = screen->level = 0;
}

void screen_fini(struct screen *screen)
{
    forget_levels(screen);
    canvas_fini(&screen->ground);
    path_fini(&screen->path);
    text_destroy(screen->text);
    memset(screen, 0, sizeof *screen);
}

void screen_set_theme(struct screen *screen, enum theme_kind theme)
{
    screen->theme_kind = theme;
    theme_init(&screen->theme, theme);
}

struct rect screen_ground_px(const struct screen *screen)
{
    const struct area *area = &screen->layout.ground;
    float s = screen->scale;
    int x0 = (int)roundf(area->x * s), y0 = (int)roundf(area->y * s);
    int x1 = (int)roundf((area->x + area->width) * s),
        y1 = (int)roundf((area->y + area->height) * s);
    return (struct rect){ x0, y0, x1 > x0 ? x1 - x0 : 1, y1 > y0 ? y1 - y0 : 1 };
}

static struct extent venue_extent(const Tifo__V1__Venue *venue)
{
    struct extent e = { INFINITY, INFINITY, -INFINITY, -INFINITY };
    size_t places = venue->n_zones + venue->n_blocks;
    for (size_t i = 0; i < places; i++) {
        const Tifo__V1__Path *path;
        if (i >= venue->n_zones)
            path = venue->blocks[i - venue->n_zones]->outline;
        else if (zone_is_inside(venue->zones[i]))
            path = venue->zones[i]->outline;
        else
            continue;
        for (size_t p = 0; p + 1 < path->n_xy_cm; p += 2) {
            float x = (float)path->xy_cm[p] / 100, y = (float)path->xy_cm[p + 1] / 100;
            e.x0 = fminf(e.x0, x), e.x1 = fmaxf(e.x1, x);
            e.y0 = fminf(e.y0, y), e.y1 = fmaxf(e.y1, y);
        }
    }
    return e.x0 <= e.x1 ? e : (struct extent){ 0, 0, 1, 1 };
}

/* The legend stands below the ground, so the camera's middle lies a little higher than the
 * canvas's. */
static void fit_camera(struct screen *screen)
{
    float legend = LEGEND_HEIGHT * screen->scale;
    screen->camera.width_px = (float)screen->ground.width;
    screen->camera.height_px = (float)screen->ground.height - legend;
    if (screen->whole_ground && screen->venue) {
        float least = fminf(screen->camera.width_px, screen->camera.height_px);
        float margin = fminf(fmaxf(least * margin_part, least_margin * screen->scale),
                             most_margin * screen->scale);
        /* Names are wider than high. */
        camera_fit(&screen->camera, venue_extent(screen->venue), margin * 1.3f + 12 * screen->scale,
                   margin);
    }
}

void screen_resize(struct screen *screen, int width, int height)
{
    screen->width = width;
    screen->height = height;
    screen->layout = layout_of(width, height, screen->scale);
    struct rect ground = screen_ground_px(screen);
    canvas_fini(&screen->ground);
    canvas_init(&screen->ground, ground.width, ground.height);
    fit_camera(screen);
}

static void make_levels(struct screen *screen, const Tifo__V1__Venue *venue)
{
    forget_levels(screen);
    screen->venue = venue;
    screen->level_chosen = false;
    screen->whole_ground = true;
    screen->level_count = venue->n_levels ? venue->n_levels : 1;
    screen->levels = calloc(screen->level_count, sizeof *screen->levels);
    if (!screen->levels)
        abort();
    for (size_t i = 0; i < screen->level_count; i++) {
        struct level_layers *layers = &screen->levels[i];
        layers->level = venue->n_levels ? venue->levels[i]->number : 1;
        heat_init(&layers->heat, venue, layers->level);
        walls_init(&layers->walls, venue, layers->level);
    }
    fit_camera(screen);
}

static void show_level(struct screen *screen, int32_t number)
{
    for (size_t i = 0; i < screen->level_count; i++)
        if (screen->levels[i].level == number)
            screen->level = i;
}

void screen_update(struct screen *screen, const struct model *model)
{
    if (model->venue != screen->venue) {
        if (!model->venue)
            return;
        make_levels(screen, model->venue);
    }
    if (!model->crowd)
        return;
    for (size_t i = 0; i < screen->level_count; i++)
        heat_update(&screen->levels[i].heat, model);
    const Tifo__V1__Alarm *worst = model_alarm(model, 0);
    if (!screen->level_chosen && worst)
        show_level(screen, model_alarm_level(model, worst));
}

static struct scene scene_of(struct screen *screen, const struct model *model)
{
    struct scene scene = {
        .pen = { &screen->ground, &screen->path, screen->text, &screen->theme, screen->scale },
        .camera = screen->camera,
        .model = model,
        .people = screen->people,
        .picked_alarm = screen->picked_alarm,
    };
    if (screen->level_count && model->venue == screen->venue) {
        scene.heat = &screen->levels[screen->level].heat;
        scene.walls = &screen->levels[screen->level].walls;
        scene.level = screen->levels[screen->level].level;
        scene.extent = venue_extent(screen->venue);
    }
    return scene;
}

static void draw_left(struct pen *pen, struct area area, const struct model *model, int32_t level)
{
    float bottom = area.y + area.height;
    area.y = view_gates(pen, area, model);
    area.height = bottom - area.y;
    if (area.width > 300) {
        area.y = view_guidance(pen, area, model, level);
        area.height = bottom - area.y;
        view_waits(pen, area, model);
    }
}

static void draw_right(struct pen *pen, struct area area, const struct model *model,
                       uint32_t picked)
{
    float bottom = area.y + area.height;
    area.y = view_alarms(pen, area, model, picked) + 8;
    area.height = bottom - area.y;
    area.y = view_stands(pen, area, model) + 8;
    area.height = bottom - area.y;
    view_zones(pen, area, model);
}

static void draw_panels(struct screen *screen, struct canvas *canvas, const struct model *model)
{
    struct pen pen = { canvas, &screen->path, screen->text, &screen->theme, screen->scale };
    const struct layout *l = &screen->layout;
    view_topbar(&pen, l->topbar, l, model);
    if (l->left.width > 0)
        draw_left(&pen, l->left, model,
                  screen->level_count ? screen->levels[screen->level].level : 0);
    if (l->alarm_line)
        view_alarm_line(&pen, l->right, model);
    else
        draw_right(&pen, l->right, model, screen->picked_alarm);
    if (l->timeline.width > 0)
        view_timeline(&pen, l->timeline, model);
    if (l->keys.width > 0)
        view_keys(&pen, l->keys);
}

static void draw_band(struct screen *screen, struct canvas *canvas, const struct model *model)
{
    struct pen pen = { canvas, &screen->path, screen->text, &screen->theme, screen->scale };
    struct area below = { 0, screen->layout.topbar.height, screen->layout.width, 40 };
    view_contact(&pen, below, model);
}

void screen_draw(struct screen *screen, struct canvas *canvas, const struct model *model)
{
    canvas_fill(canvas, (struct rect){ 0, 0, canvas->width, canvas->height }, screen->theme.bg);
    draw_panels(screen, canvas, model);
    struct scene scene = scene_of(screen, model);
    if (scene.heat)
        scene_draw(&scene);
    else
        canvas_fill(&screen->ground, screen->ground.clip, screen->theme.bg);
    screen->drawn = screen->camera;
    struct rect ground = screen_ground_px(screen);
    canvas_copy(canvas, &screen->ground, ground.x, ground.y);
    draw_band(screen, canvas, model);
}

void screen_draw_moving(struct screen *screen, struct canvas *canvas, const struct model *model)
{
    struct rect ground = screen_ground_px(screen);
    struct point corner = camera_to_m(&screen->drawn, 0, 0);
    struct point at = camera_to_px(&screen->camera, corner.x, corner.y);
    float factor = screen->camera.px_per_m / screen->drawn.px_per_m;
    canvas_set_clip(canvas, ground);
    canvas_fill(canvas, ground, screen->theme.bg);
    struct rect area = { ground.x + (int)roundf(at.x), ground.y + (int)roundf(at.y),
                         (int)roundf((float)ground.width * factor),
                         (int)roundf((float)ground.height * factor) };
    if (area.width == ground.width)
        canvas_copy(canvas, &screen->ground, area.x, area.y);
    else
        canvas_copy_scaled(canvas, &screen->ground, area);
    canvas_clear_clip(canvas);
    draw_band(screen, canvas, model);
}

/* ---- What the operator does */

bool screen_pan(struct screen *screen, float dx_px, float dy_px)
{
    if (dx_px == 0 && dy_px == 0)
        return false;
    camera_pan(&screen->camera, dx_px, dy_px);
    screen->whole_ground = false;
    return true;
}

bool screen_zoom(struct screen *screen, float factor, float x_px, float y_px)
{
    struct rect ground = screen_ground_px(screen);
    camera_zoom(&screen->camera, factor, x_px - (float)ground.x, y_px - (float)ground.y);
    screen->whole_ground = false;
    return true;
}

bool screen_show_all(struct screen *screen)
{
    screen->whole_ground = true;
    fit_camera(screen);
    return true;
}

bool screen_step_level(struct screen *screen, int step)
{
    size_t next = screen->level + (size_t)step;
    if (next >= screen->level_count)
        return false;
    screen->level = next;
    screen->level_chosen = true;
    return true;
}

bool screen_pick_alarm(struct screen *screen, const struct model *model, uint32_t number)
{
    for (size_t i = 0; i < model_alarm_count(model); i++) {
        const Tifo__V1__Alarm *alarm = model_alarm(model, i);
        if (alarm->number != number)
            continue;
        screen->picked_alarm = number;
        screen->level_chosen = true;
        show_level(screen, model_alarm_level(model, alarm));
        return true;
    }
    return false;
}

bool screen_next_alarm(struct screen *screen, const struct model *model)
{
    size_t count = model_alarm_count(model);
    for (size_t i = 0; i < count; i++)
        if (model_alarm(model, i)->number == screen->picked_alarm)
            return screen_pick_alarm(screen, model, model_alarm(model, (i + 1) % count)->number);
    return count && screen_pick_alarm(screen, model, model_alarm(model, 0)->number);
}

bool screen_back(struct screen *screen)
{
    screen->picked_alarm = 0;
    screen->level_chosen = false;
    screen->people = PEOPLE_WHEN_NEAR;
    return screen_show_all(screen);
}
