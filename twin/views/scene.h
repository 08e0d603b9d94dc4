/*
 * The middle of the screen: one level of the venue, to scale, in a canvas of its own whose top left
 * is pixel (0, 0). Its layers are one file each and a row in the table of scene.c.
 */
#ifndef TWIN_VIEWS_SCENE_H
#define TWIN_VIEWS_SCENE_H

#include "twin/camera.h"
#include "twin/heat.h"
#include "twin/model.h"
#include "twin/pen.h"
#include "twin/walls.h"

enum people_shown { PEOPLE_WHEN_NEAR, PEOPLE_ALWAYS, PEOPLE_NEVER };

/* What the operator has chosen to see. */
struct scene_choices {
    enum people_shown people;
    uint32_t picked_alarm; /* Number; 0: none. */
    bool level_chosen;     /* Otherwise the worst alarm's. */
};

/* From the lowest; ground.h says when each is drawn anew. */
enum scene_layer { LAYER_FIXED, LAYER_FLOOR, LAYER_TOP, SCENE_LAYERS };

/* Where words found room when everything was drawn: they stay there while the camera moves. */
struct scene_places {
    uint32_t told; /* The alarm that the callout tells; 0: none yet. */
    struct {
        float x, y;           /* Of its top left, px. */
        float title, figures; /* Sizes of its two lines, units. */
    } callout;
};
void scene_places_shift(struct scene_places *places, float dx_px, float dy_px);

struct scene {
    struct pen pen;
    struct camera camera;
    const struct model *model;
    const struct heat *heat;
    const struct walls *walls;
    int32_t level;
    struct extent extent; /* Of the venue, metres. */
    const struct scene_choices *choices;
    struct scene_places *places;
};

/* Draws a layer over those below it. */
void scene_draw_layer(struct scene *scene, enum scene_layer layer);

/* Layers; scene.c has the table that orders them. */
void scene_ground(struct scene *scene);    /* Other levels' shadow, pitch, blocks. */
void scene_heat(struct scene *scene);      /* Floors, coloured by density. */
void scene_fittings(struct scene *scene);  /* Walls, stairs, facilities. */
void scene_iso_lines(struct scene *scene); /* Where levels E and F begin. */
void scene_people(struct scene *scene);
void scene_arrows(struct scene *scene);
void scene_letters(struct scene *scene); /* E and F on their patches. */
void scene_gates(struct scene *scene);
void scene_callouts(struct scene *scene); /* Sectors in alarm. */
void scene_phase(struct scene *scene);    /* On the pitch. */

/* For the layers. */
struct point scene_px(const struct scene *scene, float x_m, float y_m);
float scene_line(const struct scene *scene, float units); /* A line's thickness in pixels, >= 1. */
/* Appends an outline or hole to the pen's path. */
void scene_add_ring(struct scene *scene, const Tifo__V1__Path *ring, bool hole);
void scene_add_zone(struct scene *scene, const Tifo__V1__Zone *zone);
/* Words at a pixel position, sizes in units. */
void scene_words(struct scene *scene, enum weight weight, float size, enum align align, float x_px,
                 float y_px, colour ink, const char *words);
void scene_fill(struct scene *scene, colour ink);

#endif
