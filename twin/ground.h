/*
 * The middle of the screen: which drawing of the venue is shown and from where, and the layers that
 * it is kept in.
 *
 * Three cached pictures, each the one below it with more on top: `fixed` (blocks, pitch; drawn anew
 * on zoom, theme, size, and once a second when the seats' shades changed), `floor` (heat and what
 * stands on it; when data comes in), `top` (people, arrows, gates, alarms). While the camera pans,
 * `top` is shifted by whole pixels and only what comes in at its edge is drawn; data that comes in
 * meanwhile is drawn a band a frame. While it zooms, `top` is shown scaled. SETTLE_MS after the
 * hand has stopped everything is drawn sharp.
 */
#ifndef TWIN_GROUND_H
#define TWIN_GROUND_H

#include "twin/views/scene.h"

enum { GROUND_SETTLE_MS = 120, GROUND_SEATS_MS = 1000, GROUND_BANDS = 15 };

/* Shown instead of a level: all of them, side by side. */
#define UNFOLDED SIZE_MAX

struct ground {
    const Tifo__V1__Venue *venue; /* The model's, for which the rest was made. */
    struct heat *heats;           /* Of its levels, */
    struct drawing *levels;       /* which can be drawn each, */
    size_t level_count;
    bool unfolds; /* and together. */
    struct unfold unfold;
    struct drawing all;
    size_t shown; /* A level, or UNFOLDED. */

    struct scene_choices choices;

    struct rect px;        /* Where it stands in the window. */
    struct camera camera;  /* What is looked at now, */
    struct camera goal;    /* where it glides to, */
    struct camera from;    /* where it set out, */
    struct camera drawn;   /* and what `top` shows. */
    uint32_t glide_ms;     /* When it set out. */
    bool gliding, settled; /* Settled: `top` is sharp, and nothing moves. */
    uint32_t moved_ms;
    uint32_t scaled_ms; /* When the zoom last changed, or was drawn sharp. */
    bool whole;         /* The camera shows everything. */

    struct canvas fixed, floor, top;
    int stale; /* The lowest layer to draw anew; SCENE_LAYERS: none. */
    int band;  /* The next to be drawn anew while it moves; GROUND_BANDS: none. */
    uint32_t seats_digest, seats_ms;
    struct scene_places places; /* Where words found room, when it was drawn sharp. */
};

void ground_init(struct ground *ground);
void ground_fini(struct ground *ground);
void ground_resize(struct ground *ground, struct rect px, float scale);

/* Follows the model: layers for a new venue, heat for a new crowd state, the worst alarm's level
 * unless one was chosen. */
void ground_update(struct ground *ground, const struct model *model, float scale);
/* Something else about it changed: theme, choices. */
void ground_touch(struct ground *ground, enum scene_layer lowest);

/* Draws all of it sharp. Only the pen's path, text, theme, scale and motion are used. */
void ground_draw(struct ground *ground, const struct pen *pen, const struct model *model);
/* A piece of a level, to scale and drawn at once, into a canvas of its own. */
void ground_draw_piece(struct ground *ground, const struct pen *pen, const struct model *model,
                       struct canvas *canvas, int32_t level, struct point middle_m, float px_per_m);
/* Draws what there is to draw now, by the motion's clock; true when the picture changed. */
bool ground_step(struct ground *ground, const struct pen *pen, const struct model *model);
/* True when ground_step() wants to be called again within a frame. */
bool ground_moves(const struct ground *ground);
/* Copies the picture into a window's canvas, of which it is a part. */
void ground_compose(const struct ground *ground, struct canvas *canvas, colour bg);

/* Are people's discs shown, and is a place in view? */
bool ground_shows_people(const struct ground *ground);
bool ground_sees(const struct ground *ground, uint32_t place);

/* The hand drags: at once. */
void ground_drag(struct ground *ground, float dx_px, float dy_px, const struct motion *motion);
/* Keys and the wheel: gliding there. A point is in the window. */
void ground_pan(struct ground *ground, float dx_px, float dy_px, const struct motion *motion);
void ground_zoom(struct ground *ground, float factor, float x_px, float y_px,
                 const struct motion *motion);
void ground_show_all(struct ground *ground, float scale);
/* False: there is no such level. */
bool ground_show_level(struct ground *ground, int32_t number);
/* What lies under a point of the window; nothing while there is no venue. */
struct pick ground_pick(struct ground *ground, const struct pen *pen, const struct model *model,
                        float x_px, float y_px);
/* An index of the levels, or UNFOLDED where the venue unfolds. */
void ground_show(struct ground *ground, size_t shown, float scale);
/* What is shown when nothing was chosen. */
size_t ground_overview(const struct ground *ground);
/* NULL: there is no venue yet. */
const struct drawing *ground_drawing(const struct ground *ground);

#endif
