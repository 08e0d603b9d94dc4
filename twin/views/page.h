/*
 * The page of one gate, zone or counter: where the ground stands otherwise. Its panels in the side
 * columns are what is known of it and what can be done.
 */
#ifndef TWIN_VIEWS_PAGE_H
#define TWIN_VIEWS_PAGE_H

#include "twin/desk.h"
#include "twin/pen.h"

/* A piece of the ground for the page, to scale; filled by whoever owns the ground. */
struct page_window {
    const struct canvas *canvas;
    float px_per_m;
};

/* Where the piece of the ground stands in a page's area. */
struct area view_page_window_area(struct area page);
/* What it shows: the middle, metres, and how much of it, px/m. */
void view_page_window_look(const struct model *model, struct pick pick, int width_px, int height_px,
                           struct point *middle_m, float *px_per_m, int32_t *level);

void view_page(struct pen *pen, struct area area, const struct model *model,
               const struct desk *desk, const struct page_window *window);
/* The right column: figures, actions, who is sent here. */
float view_page_side(struct pen *pen, struct area area, const struct model *model,
                     const struct desk *desk);
/* Below the gates: the open alarms, short. */
float view_page_alarms(struct pen *pen, struct area area, const struct model *model);

#endif
