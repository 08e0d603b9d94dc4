/*
 * What is on the screen, one file each. A view draws the model into its area with the pen and keeps
 * nothing: the same model and area give the same pixels. Panels that stand below one another return
 * where they end, and draw as much as fits above `bottom`.
 */
#ifndef TWIN_VIEWS_VIEWS_H
#define TWIN_VIEWS_VIEWS_H

#include "twin/desk.h"
#include "twin/layout.h"
#include "twin/model.h"
#include "twin/pen.h"

/* Venue, people, clearance, state of the data, phase, clock. */
void view_topbar(struct pen *pen, struct area area, const struct layout *layout,
                 const struct model *model, const struct desk *desk);
/* A panel's title with a grey addition, a figure at its right end, and a rule below: all panels
 * begin like this. `y` is the title's baseline; returns the rule's y. */
float view_title(struct pen *pen, float x, float y, float width, const char *title,
                 const char *addition, const char *right);

/* Gates: flow on one scale, queue, wait, the last 15 minutes. */
float view_gates(struct pen *pen, struct area area, const struct model *model,
                 const struct desk *desk);
/* The split that matters most on the level shown. */
float view_guidance(struct pen *pen, struct area area, const struct model *model, int32_t level);
/* Longest waits at food and toilets. */
float view_waits(struct pen *pen, struct area area, const struct model *model);

/* Alarms with cause and action; the picked one large, else the worst. */
float view_alarms(struct pen *pen, struct area area, const struct model *model,
                  const struct desk *desk);
/* "Level 1 SE jams", "Gate 4 closed". */
const char *view_alarm_title(const struct model *model, const Tifo__V1__Alarm *alarm, char *out,
                             size_t size);
/* The same in one line, for narrow windows. */
void view_alarm_line(struct pen *pen, struct area area, const struct model *model,
                     const struct desk *desk);
/* People in their seats, stand by stand. */
float view_stands(struct pen *pen, struct area area, const struct model *model);
/* Densest zones with their level of service. */
float view_zones(struct pen *pen, struct area area, const struct model *model);

/* A zone's letter on its colour, 22 x 20, and the word of its scale after it; nothing where no
 * level is known. Returns the right end. */
float view_level(struct pen *pen, float x, float y, const struct model *model, uint32_t zone);

struct ground;
/* What the marks and colours of the ground mean, how long 50 m are as its camera sees them, and
 * whose eyes it is looked at with. */
void view_legend(struct pen *pen, struct area area, const struct model *model,
                 const struct ground *ground, enum vision vision);
/* Over the ground's lower left: its levels, which one is shown, and the worst level of service on
 * each. */
void view_levels(struct pen *pen, struct area area, const struct model *model, int32_t shown);

/* The last quarter of an hour and what is known to come. In a replay it stays where what is live
 * is, and the moment looked at is a cursor on it. */
void view_timeline(struct pen *pen, struct area area, const struct model *model);
/* The time under a point, in units; false: it is beside the tracks. */
bool view_timeline_time(struct area area, const struct model *model, float x, float y,
                        int64_t *at_ms);
void view_keys(struct pen *pen, struct area area, const struct desk *desk);
/* All of them, where the timeline stands. */
void view_all_keys(struct pen *pen, struct area area);
/* "No contact with the server since ...", over the top of the ground; nothing while there is. In a
 * replay the worst of what is live. */
bool view_contact_wanted(const struct model *model); /* There is something to say. */
void view_contact(struct pen *pen, struct area area, const struct model *model);

#endif
