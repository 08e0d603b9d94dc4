/*
 * The middle of the screen: a drawing of the venue, one level to scale or all of them unfolded, in
 * a canvas of its own whose top left is pixel (0, 0). Its views are one file each and a row in the
 * table of scene.c.
 */
#ifndef TWIN_VIEWS_SCENE_H
#define TWIN_VIEWS_SCENE_H

#include "twin/camera.h"
#include "twin/drawing.h"
#include "twin/heat.h"
#include "twin/model.h"
#include "twin/pen.h"

enum people_shown { PEOPLE_WHEN_NEAR, PEOPLE_ALWAYS, PEOPLE_NEVER };

/* What the operator has chosen to see. */
struct scene_choices {
    enum people_shown people;
    uint32_t picked_alarm; /* Number; 0: none. */
    struct pick pick;
    bool level_chosen; /* Otherwise the worst alarm's. */
};

/* Discs of people: from 8 px/m on, unless chosen otherwise. */
bool scene_shows_people(const struct scene_choices *choices, const struct camera *camera);

/* From the lowest; ground.h says when each is drawn anew. */
enum scene_layer { LAYER_FIXED, LAYER_FLOOR, LAYER_TOP, SCENE_LAYERS };

/* A box of words, px of the canvas. */
struct words_box {
    float x, y, width, height;
};

enum { PLACES_MOST = 128, LABELS_MOST = 16, LETTERS_MOST = 64 };

/* Where words found room when everything was drawn sharp: they stay there while the camera moves.
 */
struct scene_places {
    struct words_box taken[PLACES_MOST];
    size_t taken_count;
    struct point labels[LABELS_MOST]; /* Of shares. */
    size_t label_count;
    struct words_box letters[LETTERS_MOST]; /* Of levels, in what is being drawn. */
    size_t letter_count;
    struct {
        uint32_t told;   /* The alarm that it tells; 0: none yet. */
        bool small;      /* There was no room for large words. */
        bool leftwards;  /* It lies left of its sector. */
        struct point at; /* Its top left. */
    } callout;
};
void scene_places_shift(struct scene_places *places, float dx_px, float dy_px);

struct scene {
    struct pen pen;
    struct camera camera;
    const struct model *model;
    const struct drawing *drawing;
    const struct heat *heats; /* Of all levels. */
    size_t heat_count;
    const struct scene_choices *choices;
    struct scene_places *places;
    bool piece; /* Of a page: without what is said once for the whole ground. */
    bool sharp; /* All of it is drawn: words may find new places. */
};

/* Draws a layer over those below it. */
void scene_draw_layer(struct scene *scene, enum scene_layer layer);

/* Layers; scene.c has the table that orders them. */
void scene_ground(struct scene *scene); /* Other levels' shadow, pitch, blocks. */
void scene_heat(
    struct scene *scene); /* Floors, coloured by density, with lines where E and F begin. */
void scene_fittings(struct scene *scene); /* Walls, stairs, facilities. */
void scene_people(struct scene *scene);
void scene_arrows(struct scene *scene);
void scene_letters(struct scene *scene); /* E and F on their patches. */
void scene_names(struct scene *scene);   /* Of rings, in an unfolded drawing. */
void scene_gates(struct scene *scene);
void scene_callouts(struct scene *scene); /* Sectors in alarm. */
void scene_phase(struct scene *scene);    /* On the pitch. */
void scene_picked(struct scene *scene);   /* What the operator points at. */

/* What lies under a point of the canvas. */
struct pick scene_pick(const struct scene *scene, float x_px, float y_px);

/* What scene_fittings() draws when the drawing is unfolded. */
void scene_ring_fittings(struct scene *scene);

/* ---- For the views */

/* A point of a place (NO_PLACE: of none), metres of the venue, on the canvas. */
struct point scene_px(const struct scene *scene, uint32_t place, float x_m, float y_m);
/* The middle of a line that belongs to a place. */
struct point scene_line_px(const struct scene *scene, uint32_t place, const Tifo__V1__Path *line);
/* A point of the drawing. */
struct point scene_drawn_px(const struct scene *scene, struct point drawn);
/* A position on the unfolded drawing's rounded rectangle. */
struct point scene_ring_px(const struct scene *scene, float u, float d);
float scene_line(const struct scene *scene, float units); /* A line's thickness in pixels, >= 1. */
struct point scene_centre_px(const struct scene *scene);  /* The middle of the drawing. */
/* Pixels of a mark that is `units` long: smaller where its ring has no room for it. */
float scene_mark(const struct scene *scene, float units);
/* Units as metres of the drawing. */
float scene_metres(const struct scene *scene, float units);
/* False: nothing of it lies on the part of the canvas that is drawn now. */
bool scene_sees(const struct scene *scene, uint32_t place);
/* Appends a place's outline and holes to the pen's path. */
void scene_add_place(struct scene *scene, uint32_t place);
/* Appends a line along its outline, `line` pixels wide. */
void scene_add_outline(struct scene *scene, uint32_t place, float line);
/* Appends a piece of a ring, between two positions along it and two distances. */
void scene_add_piece(struct scene *scene, float u0, float u1, float d0, float d1);
/* The heat that a zone is coloured by; NULL: its level is not in the venue's list. */
const struct heat *scene_heat_of(const struct scene *scene, const Tifo__V1__Zone *zone);
/* Words at a pixel position, sizes in units. */
void scene_words(struct scene *scene, enum weight weight, float size, enum align align, float x_px,
                 float y_px, colour ink, const char *words);
void scene_fill(struct scene *scene, colour ink);

bool words_overlap(const struct words_box *a, const struct words_box *b);
/* Keeps other words away from a box. */
void scene_take(struct scene *scene, struct words_box box);
bool scene_is_taken(const struct scene *scene, struct words_box box);
/* The same for the names of all gates, with their marks. */
void scene_take_gates(struct scene *scene);
/* Room for words of that size outside the ground, nearest to a point (px); false: there is none
 * within `farthest`. A straight line from there may cross other words only when `crossing`. */
bool scene_find_room(const struct scene *scene, struct point from, float width, float height,
                     float farthest, bool crossing, struct point *out);

#endif
