/*
 * Everything on the screen, and what the operator has chosen to see. The window and the headless
 * mode draw through it; it needs neither.
 */
#ifndef TWIN_SCREEN_H
#define TWIN_SCREEN_H

#include "twin/views/scene.h"
#include "twin/views/views.h"

struct level_layers {
    int32_t level;
    struct heat heat;
    struct walls walls;
};

struct screen {
    struct theme theme;
    enum theme_kind theme_kind;
    struct text *text;
    struct path path;
    float scale;
    int width, height;
    struct layout layout;

    const Tifo__V1__Venue *venue; /* The model's, for which the layers were made. */
    struct level_layers *levels;
    size_t level_count;
    size_t level;      /* The one shown. */
    bool level_chosen; /* By the operator; otherwise the worst alarm's. */

    struct canvas ground; /* The middle, as last drawn. */
    struct camera camera; /* As it is wanted now, */
    struct camera drawn;  /* and as `ground` was drawn. */
    bool whole_ground;    /* The camera shows everything. */
    enum people_shown people;
    uint32_t picked_alarm;
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

/* Draws all of it sharp. */
void screen_draw(struct screen *screen, struct canvas *canvas, const struct model *model);
/* Only the middle, shifted and scaled from its last drawing: what follows the hand. */
void screen_draw_moving(struct screen *screen, struct canvas *canvas, const struct model *model);

struct rect screen_ground_px(const struct screen *screen);

/* ---- What the operator does; all return true when something changed */
bool screen_pan(struct screen *screen, float dx_px, float dy_px);
/* About a point of the window. */
bool screen_zoom(struct screen *screen, float factor, float x_px, float y_px);
bool screen_show_all(struct screen *screen);
bool screen_step_level(struct screen *screen, int step);
bool screen_pick_alarm(struct screen *screen, const struct model *model, uint32_t number);
bool screen_next_alarm(struct screen *screen, const struct model *model);
bool screen_back(struct screen *screen);

#endif
