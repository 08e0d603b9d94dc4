#include "server/render/render.h"

#include "server/render/output.h"
#include "server/render/page.h"

#include <cairo-pdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIXELS = 6 }; /* A module. */

static void put_text(struct output *out, const char *text)
{
    output_put(out, text, strlen(text));
}

static bool draw_png(const struct qr *qr, struct output *out)
{
    const int side = (int)(qr->width + 2 * QR_QUIET) * PIXELS;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, side, side);
    cairo_t *cairo = cairo_create(surface);
    page_draw_symbol(cairo, qr, 0, 0, side);
    cairo_destroy(cairo);
    const bool drawn =
        cairo_surface_write_to_png_stream(surface, output_put_cairo, out) == CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(surface);
    return drawn;
}

/* One path of a rectangle for each run of dark modules. */
static bool draw_svg(const struct qr *qr, struct output *out)
{
    char text[200];
    const uint32_t side = qr->width + 2 * QR_QUIET;
    snprintf(text, sizeof text,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %u %u\" "
             "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%uv%uH0z\"/><path d=\"",
             side, side, side, side);
    put_text(out, text);
    for (uint32_t y = 0; y < qr->width; y++) {
        for (uint32_t x = 0, run; x < qr->width; x += run ? run : 1) {
            for (run = 0; x + run < qr->width && qr_is_dark(qr, x + run, y);)
                run++;
            snprintf(text, sizeof text, "M%u %uh%uv1h-%uz", x + QR_QUIET, y + QR_QUIET, run, run);
            if (run)
                put_text(out, text);
        }
    }
    put_text(out, "\"/></svg>\n");
    return true;
}

static bool draw_pdf(const struct ticket_face *face, const struct qr *qr, struct output *out)
{
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(output_put_cairo, out, PAGE_WIDTH, PAGE_HEIGHT);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, face->title);
    cairo_t *cairo = cairo_create(surface);
    page_draw(cairo, face, qr);
    const bool drawn = cairo_status(cairo) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(cairo);
    cairo_surface_finish(surface);
    cairo_surface_destroy(surface);
    return drawn;
}

struct bytes render_ticket(const struct ticket_face *face, enum render_format format,
                           struct arena *arena)
{
    struct output out = { .arena = arena };
    struct qr qr;
    if (!qr_init(&qr, face->code))
        return (struct bytes){ 0 };
    const bool drawn = format == RENDER_QR_PNG   ? draw_png(&qr, &out)
                       : format == RENDER_QR_SVG ? draw_svg(&qr, &out)
                                                 : draw_pdf(face, &qr, &out);
    qr_fini(&qr);
    return drawn ? (struct bytes){ out.data, out.size } : (struct bytes){ 0 };
}
