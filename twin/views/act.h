/*
 * What can be done about what is picked, in the twin's own voice: the button that is held, and what
 * became of it. The same on an alarm's card and on a page.
 */
#ifndef TWIN_VIEWS_ACT_H
#define TWIN_VIEWS_ACT_H

#include "twin/desk.h"
#include "twin/pen.h"

/* 0: there is nothing to do, and nothing was done. */
float view_act_height(const struct desk *desk, const struct model *model);
void view_act(struct pen *pen, struct area area, const struct model *model,
              const struct desk *desk);
/* The keys beside it, in one line; an alarm's, or NULL. */
void view_act_keys(struct pen *pen, float x, float y, float width, const struct model *model,
                   const struct desk *desk, const Tifo__V1__Alarm *alarm);

#endif
