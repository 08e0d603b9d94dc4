/* The inside of render: what cairo draws. */
#ifndef RENDER_PAGE_H
#define RENDER_PAGE_H

#include "server/render/qr.h"
#include "server/render/render.h"

#include <cairo.h>

/* The symbol with its quiet zone, in a square of this side. */
void page_draw_symbol(cairo_t *cairo, const struct qr *qr, double x, double y, double side);
/* A page of PAGE_WIDTH x PAGE_HEIGHT points. */
enum { PAGE_WIDTH = 420, PAGE_HEIGHT = 595 }; /* A5. */
void page_draw(cairo_t *cairo, const struct ticket_face *face, const struct qr *qr);

#endif
