#include "server/render/page.h"

enum { MARGIN = 32, WIDTH = PAGE_WIDTH - 2 * MARGIN, SYMBOL = 230 };

void page_draw_symbol(cairo_t *cairo, const struct qr *qr, double x, double y, double side)
{
    cairo_save(cairo);
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_rectangle(cairo, x, y, side, side);
    cairo_fill(cairo);
    cairo_translate(cairo, x, y);
    cairo_scale(cairo, side / (qr->width + 2 * QR_QUIET), side / (qr->width + 2 * QR_QUIET));
    cairo_set_antialias(cairo, CAIRO_ANTIALIAS_NONE); /* No hairlines between modules. */
    cairo_set_source_rgb(cairo, 0, 0, 0);
    for (uint32_t row = 0; row < qr->width; row++)
        for (uint32_t column = 0; column < qr->width; column++)
            if (qr_is_dark(qr, column, row))
                cairo_rectangle(cairo, column + QR_QUIET, row + QR_QUIET, 1, 1);
    cairo_fill(cairo);
    cairo_restore(cairo);
}

/* One line from `x`, smaller when it would be wider than `width`. */
static void line(cairo_t *cairo, const char *text, bool bold, double size, double x, double y,
                 double width)
{
    cairo_text_extents_t extents;
    cairo_select_font_face(cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo, size);
    cairo_text_extents(cairo, text, &extents);
    if (extents.x_advance > width)
        cairo_set_font_size(cairo, size * width / extents.x_advance);
    cairo_move_to(cairo, x, y);
    cairo_show_text(cairo, text);
}

/* A word above what it names. */
static void field(cairo_t *cairo, const char *word, const char *text, double x, double y,
                  double width)
{
    if (!text[0])
        return;
    cairo_set_source_rgb(cairo, 0.4, 0.4, 0.4);
    line(cairo, word, false, 9, x, y, width);
    cairo_set_source_rgb(cairo, 0, 0, 0);
    line(cairo, text, true, 20, x, y + 22, width);
}

void page_draw(cairo_t *cairo, const struct ticket_face *face, const struct qr *qr)
{
    const double third = WIDTH / 3.0;
    cairo_set_source_rgb(cairo, 0, 0, 0);
    line(cairo, face->title, true, 26, MARGIN, 62, WIDTH);
    line(cairo, face->venue, false, 13, MARGIN, 84, WIDTH);
    line(cairo, face->starts, true, 15, MARGIN, 112, WIDTH);
    line(cairo, face->doors, false, 11, MARGIN, 130, WIDTH);
    field(cairo, "Block", face->block, MARGIN, 160, third - 8);
    field(cairo, "Row", face->row, MARGIN + third, 160, third - 8);
    field(cairo, "Seat", face->seat, MARGIN + 2 * third, 160, third - 8);
    field(cairo, "Gate", face->gate, MARGIN, 206, third - 8);
    field(cairo, "For", face->holder, MARGIN + third, 206, 2 * third - 8);
    page_draw_symbol(cairo, qr, (PAGE_WIDTH - SYMBOL) / 2.0, 256, SYMBOL);
    cairo_set_source_rgb(cairo, 0.4, 0.4, 0.4);
    line(cairo, face->id, false, 9, MARGIN, 520, WIDTH);
    line(cairo, "Lets one person in. Whoever shows it first is in: do not publish it.", false, 9,
         MARGIN, 536, WIDTH);
}
