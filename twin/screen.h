/*
 * Everything on the screen, and what the operator has chosen to see. The window and the headless
 * mode draw through it; it needs neither.
 *
 * The screen is cut into parts that tile it: the ground (ground.h) and the panels, a row each in
 * the table of screen.c. Whatever may have changed is drawn into a picture of its own and compared
 * with what the window shows: only what differs is presented, and nothing when nothing does.
 */
#ifndef TWIN_SCREEN_H
#define TWIN_SCREEN_H

#include "twin/ground.h"
#include "twin/views/page.h"
#include "twin/views/views.h"

enum { SCREEN_FIGURES_MS = 1000, SCREEN_EASE_MS = 33, SCREEN_PARTS = 9 };

struct screen {
    struct theme theme;
    enum theme_kind theme_kind;
    enum vision vision; /* Whose eyes it is looked at with: a check. */
    struct text *text;
    struct path path;
    float scale;
    int width, height;
    struct layout layout;
    struct ground ground;
    struct motion motion;
    const struct desk *desk; /* What is picked and done; the window's. Never NULL. */
    struct targets targets;  /* What the panels show to pick and to press. */
    struct canvas back;      /* What screen_frame() draws first. */
    bool band;               /* The layout has one. */
    bool stale;              /* All that is known was old when it was last drawn. */
    bool page;               /* Drawn last: a page, not the ground. */
    bool blinks;             /* Something does. */
    bool news;               /* The model, the choices or the size changed. */
    uint32_t panels_ms;      /* When the panels were last drawn. */
};

/* NULL fonts: false, and `why` (>= 160 bytes) says what to install. */
bool screen_init(struct screen *screen, int width, int height, float scale, enum theme_kind theme,
                 char *why, size_t why_size);
void screen_fini(struct screen *screen);
void screen_resize(struct screen *screen, int width, int height);
void screen_set_theme(struct screen *screen, enum theme_kind theme);

/* Follows the model: layers for a new venue, heat for a new crowd state, the worst alarm's level.
 */
void screen_update(struct screen *screen, const struct model *model);
/* Something that panels show changed. */
void screen_touch(struct screen *screen);

/* Draws all of it sharp and at rest. */
void screen_draw(struct screen *screen, struct canvas *canvas, const struct model *model);

/* Where a picture changed. */
struct damage {
    struct rect rects[SCREEN_PARTS];
    size_t count;
};
/* Draws what there is to draw at `now_ms` of any steady clock into `canvas`, which holds what it
 * drew there before. */
void screen_frame(struct screen *screen, struct canvas *canvas, const struct model *model,
                  uint32_t now_ms, struct damage *damage);
/* How long it can be left alone after a frame, unless something happens: 0, something moves. */
uint32_t screen_rest_ms(const struct screen *screen);

struct rect screen_ground_px(const struct screen *screen);

/* ---- What the operator does; all return true when something changed */
bool screen_drag(struct screen *screen, float dx_px, float dy_px);
bool screen_pan(struct screen *screen, float dx_px, float dy_px);
/* About a point of the window. */
bool screen_zoom(struct screen *screen, float factor, float x_px, float y_px);
bool screen_show_all(struct screen *screen);
bool screen_step_level(struct screen *screen, int step);
/* Normal vision and three kinds of colour blindness, in turn. */
bool screen_step_vision(struct screen *screen);
/* Near, always, never. */
bool screen_step_people(struct screen *screen);
bool screen_back(struct screen *screen);

/* Follows the desk, which must stay: after every change of it. The level of what is newly picked is
 * shown. `model` is the one that is drawn. */
void screen_follow(struct screen *screen, const struct desk *desk, const struct model *model);
/* What stands at a point of the window; NULL: nothing to pick or to press. */
const struct target *screen_target_at(const struct screen *screen, float x_px, float y_px);
/* What of the ground lies at a point of the window. */
struct pick screen_pick_at(struct screen *screen, const struct model *model, float x_px,
                           float y_px);
/* The time on the timeline at a point of the window; false: it is elsewhere. */
bool screen_time_at(const struct screen *screen, const struct model *model, float x_px, float y_px,
                    int64_t *at_ms);

#endif
