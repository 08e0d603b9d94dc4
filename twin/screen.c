#include "twin/screen.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

bool screen_init(struct screen *screen, int width, int height, float scale, enum theme_kind theme,
                 char *why, size_t why_size)
{
    memset(screen, 0, sizeof *screen);
    screen->text = text_create(why, why_size);
    if (!screen->text)
        return false;
    static struct desk nobody; /* Picks nothing. */
    screen->desk = &nobody;
    path_init(&screen->path);
    ground_init(&screen->ground);
    screen->scale = scale;
    screen_set_theme(screen, theme);
    screen_resize(screen, width, height);
    return true;
}

void screen_fini(struct screen *screen)
{
    ground_fini(&screen->ground);
    canvas_fini(&screen->back);
    path_fini(&screen->path);
    text_destroy(screen->text);
    memset(screen, 0, sizeof *screen);
}

void screen_touch(struct screen *screen)
{
    screen->news = true;
}

void screen_set_theme(struct screen *screen, enum theme_kind theme)
{
    screen->theme_kind = theme;
    theme_init(&screen->theme, theme);
    theme_see(&screen->theme, screen->vision);
    ground_touch(&screen->ground, LAYER_FIXED);
    screen_touch(screen);
}

static struct rect area_px(const struct area *area, float scale)
{
    int x0 = (int)roundf(area->x * scale), y0 = (int)roundf(area->y * scale);
    int x1 = (int)roundf((area->x + area->width) * scale),
        y1 = (int)roundf((area->y + area->height) * scale);
    return (struct rect){ x0, y0, x1 > x0 ? x1 - x0 : 1, y1 > y0 ? y1 - y0 : 1 };
}

struct rect screen_ground_px(const struct screen *screen)
{
    return screen->ground.px;
}

void screen_resize(struct screen *screen, int width, int height)
{
    screen->width = width;
    screen->height = height;
    screen->layout = layout_of(width, height, screen->scale, screen->band);
    ground_resize(&screen->ground, area_px(&screen->layout.ground, screen->scale), screen->scale);
    canvas_fini(&screen->back);
    canvas_init(&screen->back, width, height);
    screen_touch(screen);
}

/* The band comes and goes: the rest makes room. */
static void follow_band(struct screen *screen, const struct model *model)
{
    bool band = view_contact_wanted(model);
    if (band == screen->band)
        return;
    screen->band = band;
    screen_resize(screen, screen->width, screen->height);
}

void screen_update(struct screen *screen, const struct model *model)
{
    follow_band(screen, model);
    ground_update(&screen->ground, model, screen->scale);
    screen_touch(screen);
}

/* ANY_LEVEL: all of them. */
static int32_t level_shown(const struct screen *screen)
{
    const struct drawing *drawing = ground_drawing(&screen->ground);
    return drawing ? drawing->level : ANY_LEVEL;
}

/* ---- The page of something, where the ground stands otherwise */

/* Only where there is room for its side columns; they say what the middle does not. */
static bool page_open(const struct screen *screen, const struct model *model)
{
    return screen->desk->page && model->crowd && model->venue == screen->ground.venue &&
           !screen->layout.alarm_line;
}

static struct area page_area(const struct screen *screen)
{
    const struct layout *l = &screen->layout;
    float bottom =
        l->legend.width > 0 ? l->legend.y + l->legend.height : l->ground.y + l->ground.height;
    return (struct area){ l->ground.x + 16, l->ground.y, l->ground.width - 40,
                          bottom - l->ground.y };
}

static void draw_page(struct screen *screen, struct pen *pen, const struct model *model)
{
    struct area area = page_area(screen);
    struct area piece = view_page_window_area(area);
    struct rect px = area_px(&piece, screen->scale);
    struct canvas canvas;
    struct point middle;
    struct page_window window = { .canvas = &canvas };
    int32_t level;
    canvas_init(&canvas, px.width, px.height);
    view_page_window_look(model, screen->desk->pick, px.width, px.height, &middle, &window.px_per_m,
                          &level);
    ground_draw_piece(&screen->ground, pen, model, &canvas, level, middle, window.px_per_m);
    struct rect all = screen->ground.px;
    canvas_set_clip(pen->canvas, all);
    canvas_fill(pen->canvas, all, screen->theme.bg);
    canvas_clear_clip(pen->canvas);
    view_page(pen, area, model, screen->desk, &window);
    canvas_fini(&canvas);
}

/* ---- Panels */

static void draw_topbar(struct screen *screen, struct pen *pen, const struct model *model)
{
    view_topbar(pen, screen->layout.topbar, &screen->layout, model, screen->desk);
}

static void draw_left(struct screen *screen, struct pen *window, const struct model *model)
{
    struct theme dim;
    struct pen figures = pen_for_figures(window, model, &dim), *pen = &figures;
    struct area area = screen->layout.left;
    float bottom = area.y + area.height;
    area.y = view_gates(pen, area, model, screen->desk);
    area.height = bottom - area.y;
    if (page_open(screen, model)) {
        view_page_alarms(pen, area, model);
    } else if (area.width > 300) {
        area.y = view_guidance(pen, area, model, level_shown(screen));
        area.height = bottom - area.y;
        view_waits(pen, area, model);
    }
}

static void draw_right(struct screen *screen, struct pen *pen, const struct model *model)
{
    struct area area = screen->layout.right;
    if (screen->layout.alarm_line) {
        view_alarm_line(pen, area, model, screen->desk);
        return;
    }
    if (page_open(screen, model)) {
        view_page_side(pen, area, model, screen->desk);
        return;
    }
    float bottom = area.y + area.height;
    area.y = view_alarms(pen, area, model, screen->desk) + 8;
    area.height = bottom - area.y;
    struct theme dim;
    struct pen figures = pen_for_figures(pen, model, &dim);
    area.y = view_stands(&figures, area, model) + 8;
    area.height = bottom - area.y;
    view_zones(&figures, area, model);
}

static void draw_band(struct screen *screen, struct pen *pen, const struct model *model)
{
    view_contact(pen, screen->layout.band, model);
}

static void draw_timeline(struct screen *screen, struct pen *pen, const struct model *model)
{
    if (screen->desk->all_keys)
        view_all_keys(pen, screen->layout.timeline);
    else
        view_timeline(pen, screen->layout.timeline, model);
}

static void draw_keys(struct screen *screen, struct pen *pen, const struct model *model)
{
    (void)model;
    view_keys(pen, screen->layout.keys, screen->desk);
}

static void draw_legend(struct screen *screen, struct pen *pen, const struct model *model)
{
    if (model->venue && !page_open(screen, model))
        view_legend(pen, screen->layout.legend, model, &screen->ground, screen->vision);
}

/* Over everything below the top bar. */
static void draw_overlays(struct screen *screen, struct pen *pen, const struct model *model)
{
    if (!page_open(screen, model) && screen->ground.venue && screen->ground.shown != UNFOLDED)
        view_levels(pen, screen->layout.ground, model, level_shown(screen));
    if (model->live) /* A moment that is over: a frame around everything. */
        pen_frame(pen, 0, 0, screen->layout.width, screen->layout.height, 4, pen->theme->voice);
}

/* What stands where. A panel's part of the screen is its area and the air around it. */
static const struct part {
    size_t area; /* Its place in struct layout. */
    bool whole_width;
    void (*draw)(struct screen *screen, struct pen *pen, const struct model *model);
} parts[] = {
    { offsetof(struct layout, topbar), true, draw_topbar },
    { offsetof(struct layout, band), true, draw_band },
    { offsetof(struct layout, left), false, draw_left },
    { offsetof(struct layout, right), false, draw_right },
    { offsetof(struct layout, legend), false, draw_legend },
    { offsetof(struct layout, timeline), true, draw_timeline },
    { offsetof(struct layout, keys), true, draw_keys },
};

enum { PANELS = sizeof parts / sizeof *parts };
_Static_assert((int)PANELS < (int)SCREEN_PARTS, "damage has room for every panel and the ground");

/* False: it is not shown. Side panels reach to the ground and to the window's edge. */
static bool part_px(const struct screen *screen, const struct part *part, struct rect *out)
{
    const struct layout *l = &screen->layout;
    struct area area = *(const struct area *)(const void *)((const char *)l + part->area);
    if (area.width <= 0)
        return false;
    float right = area.x + area.width;
    if (part->whole_width || (l->alarm_line && part->area == offsetof(struct layout, right)))
        area.x = 0, right = l->width;
    else if (right <= l->ground.x)
        area.x = 0, right = l->ground.x;
    else if (area.x >= l->ground.x + l->ground.width)
        area.x = l->ground.x + l->ground.width, right = l->width;
    area.width = right - area.x;
    *out = area_px(&area, screen->scale);
    return true;
}

static struct pen pen_of(struct screen *screen, struct canvas *canvas, struct motion *motion)
{
    return (struct pen){ .canvas = canvas,
                         .path = &screen->path,
                         .text = screen->text,
                         .theme = &screen->theme,
                         .scale = screen->scale,
                         .motion = motion,
                         .targets = &screen->targets };
}

static void draw_panels(struct screen *screen, struct pen *pen, const struct model *model)
{
    screen->targets.count = 0;
    for (size_t i = 0; i < PANELS; i++) {
        struct rect px;
        if (!part_px(screen, &parts[i], &px))
            continue;
        canvas_set_clip(pen->canvas, px);
        canvas_fill(pen->canvas, px, screen->theme.bg);
        parts[i].draw(screen, pen, model);
    }
    canvas_clear_clip(pen->canvas);
}

/* ---- Drawing */

void screen_draw(struct screen *screen, struct canvas *canvas, const struct model *model)
{
    follow_band(screen, model);
    struct pen pen = pen_of(screen, canvas, NULL);
    canvas_fill(canvas, (struct rect){ 0, 0, canvas->width, canvas->height }, screen->theme.bg);
    draw_panels(screen, &pen, model);
    if (page_open(screen, model)) {
        draw_page(screen, &pen, model);
    } else {
        ground_draw(&screen->ground, &pen, model);
        ground_compose(&screen->ground, canvas, screen->theme.bg);
    }
    draw_overlays(screen, &pen, model);
}

/* A high alarm waits to be acknowledged: the one thing that blinks. */
static bool blinks(const struct model *model)
{
    for (size_t i = 0; i < model_alarm_count(model); i++) {
        const Tifo__V1__Alarm *alarm = model_alarm(model, i);
        if (alarm->priority >= TIFO__V1__ALARM_PRIORITY__ALARM_PRIORITY_HIGH &&
            alarm_wants_somebody(alarm))
            return true;
    }
    return false;
}

static void compare(struct canvas *canvas, const struct canvas *back, struct rect area,
                    struct damage *damage)
{
    if (canvas_update(canvas, back, area, &damage->rects[damage->count]))
        damage->count++;
}

void screen_frame(struct screen *screen, struct canvas *canvas, const struct model *model,
                  uint32_t now_ms, struct damage *damage)
{
    follow_band(screen, model);
    struct pen pen = pen_of(screen, &screen->back, &screen->motion);
    screen->motion.now_ms = now_ms;
    damage->count = 0;
    uint32_t age_ms = now_ms - screen->panels_ms;
    bool eased =
        (motion_under_way(&screen->motion) || desk_moves(screen->desk)) && age_ms >= SCREEN_EASE_MS;
    bool blink = blinks(model) && now_ms / MOTION_BLINK_MS != screen->panels_ms / MOTION_BLINK_MS;
    bool panels = screen->news || eased || blink || age_ms >= SCREEN_FIGURES_MS;
    if (model_is_stale(model) != screen->stale) { /* Its colours go, or come back. */
        screen->stale = !screen->stale;
        ground_touch(&screen->ground, LAYER_FLOOR);
        panels = true;
    }
    if (panels)
        ground_touch(&screen->ground, LAYER_TOP);
    screen->page = page_open(screen, model);
    bool hand = ground_moves(&screen->ground);
    bool moved = !screen->page && ground_step(&screen->ground, &pen, model);
    panels |= hand && !ground_moves(&screen->ground); /* The legend has the camera's scale. */
    if (!panels && !moved)
        return;
    if (panels) {
        draw_panels(screen, &pen, model);
        screen->panels_ms = now_ms;
        screen->news = false;
        screen->blinks = blinks(model) && !screen->motion.off;
    }
    if (screen->page)
        draw_page(screen, &pen, model);
    else
        ground_compose(&screen->ground, &screen->back, screen->theme.bg);
    draw_overlays(screen, &pen, model);
    compare(canvas, &screen->back, screen->ground.px, damage);
    struct rect px;
    for (size_t i = 0; panels && i < PANELS; i++)
        if (part_px(screen, &parts[i], &px))
            compare(canvas, &screen->back, px, damage);
}

uint32_t screen_rest_ms(const struct screen *screen)
{
    if ((!screen->page && ground_moves(&screen->ground)) || screen->news)
        return 0;
    if (motion_under_way(&screen->motion) || desk_moves(screen->desk))
        return SCREEN_EASE_MS;
    return screen->blinks ? MOTION_BLINK_MS - screen->motion.now_ms % MOTION_BLINK_MS
                          : SCREEN_FIGURES_MS;
}
