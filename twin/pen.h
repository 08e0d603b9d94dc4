/*
 * What views draw with: a canvas, the fonts, the theme and the UI scale in one place.
 *
 * Positions and sizes are layout units (layout.h); the pen multiplies by the scale, rounds to whole
 * pixels, and never lets a line become thinner than one.
 */
#ifndef TWIN_PEN_H
#define TWIN_PEN_H

#include "twin/draw/canvas.h"
#include "twin/draw/path.h"
#include "twin/draw/text.h"
#include "twin/layout.h"
#include "twin/model.h"
#include "twin/motion.h"
#include "twin/pick.h"
#include "twin/theme.h"

struct pen {
    struct canvas *canvas;
    struct path *path; /* Scratch; a user resets it first. */
    struct text *text;
    const struct theme *theme;
    float scale;
    struct motion *motion;   /* NULL: nothing moves. */
    struct targets *targets; /* NULL: nobody points. */
};

/* A bar's length on its way to `value` (motion.h). */
float pen_eased(const struct pen *pen, enum motion_kind kind, uint32_t index, float value);

int pen_px(const struct pen *pen, float units);
/* For lines: as pen_px, at least 1. */
int pen_line_px(const struct pen *pen, float units);

void pen_fill(struct pen *pen, float x, float y, float width, float height, colour ink);
void pen_frame(struct pen *pen, float x, float y, float width, float height, float line,
               colour ink);
/* A horizontal line of 1 unit. */
void pen_rule(struct pen *pen, float x, float y, float width, colour ink);
/* A vertical line, centred on x. */
void pen_upright(struct pen *pen, float x, float y, float height, float line, colour ink);
/* A horizontal or vertical dashed line of `line` units: 4 on, 4 off. */
void pen_dashes(struct pen *pen, float x, float y, float width, float height, float line,
                colour ink);

/* Words with the baseline at y. */
void pen_words(struct pen *pen, enum weight weight, float size, enum align align, float x, float y,
               colour ink, const char *words);
float pen_width(struct pen *pen, enum weight weight, float size, const char *words);
/* Words in at most `lines` lines of `pitch` units, broken at spaces to fit `width`, the last one
 * ended by "..." when there was more. Returns the lines used. */
int pen_paragraph(struct pen *pen, enum weight weight, float size, float x, float y, float width,
                  float pitch, int lines, colour ink, const char *words);
/* How many lines it would use. */
int pen_lines(struct pen *pen, enum weight weight, float size, float width, int lines,
              const char *words);
/* Words cut to `width` with "..." at the end. */
void pen_words_within(struct pen *pen, enum weight weight, float size, float x, float y,
                      float width, colour ink, const char *words);

/* A line through points in units. */
void pen_polyline(struct pen *pen, const struct point *points, size_t count, float line,
                  colour ink);

/* The mark of an alarm, `size` units wide with its top left at (x, y): a filled red square when
 * high, a red outline when medium, a grey circle when low, the number inside. */
void pen_alarm_tag(struct pen *pen, float x, float y, float size, int priority, unsigned number);
/* The same for an alarm as it stands: high and unacknowledged, it blinks once a second. */
void pen_alarm(struct pen *pen, float x, float y, float size, const Tifo__V1__Alarm *alarm);
bool alarm_wants_somebody(const Tifo__V1__Alarm *alarm); /* Neither acknowledged nor shelved. */

/* A pen for figures: as pale as labels when all that is known is old. `dim` is the caller's. */
struct pen pen_for_figures(const struct pen *pen, const struct model *model, struct theme *dim);

/* A key's cap and what it does; returns where the words end. A click on them presses it. */
float pen_key(struct pen *pen, float x, float y, const char *key, const char *does, int pressed);
/* What is here can be picked, or pressed. */
void pen_pickable(struct pen *pen, struct area area, enum pick_kind kind, uint32_t index);
void pen_pressable(struct pen *pen, struct area area, int key);

#endif
