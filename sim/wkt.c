#include "sim/wkt.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct writer {
    FILE *out;
    const char *comma; /* Before the next polygon. */
    struct wkt *wkt;
};

static FILE *begin(struct wkt *wkt, size_t *size)
{
    *wkt = (struct wkt){ NULL, { INFINITY, INFINITY }, { -INFINITY, -INFINITY } };
    FILE *out = open_memstream(&wkt->text, size);
    if (out == NULL)
        abort();
    fputs("GEOMETRYCOLLECTION (", out);
    return out;
}

static void end(struct writer *w)
{
    fputc(')', w->out);
    fclose(w->out);
}

/* ---- Venues: whole centimetres ---------------------------------------------------------------
 */

static void write_cm(struct writer *w, const Tifo__V1__Path *path)
{
    fputc('(', w->out);
    for (size_t i = 0; i <= path->n_xy_cm / 2; i++) {
        size_t k = i % (path->n_xy_cm / 2);
        double x = path->xy_cm[2 * k] / 100.0, y = path->xy_cm[2 * k + 1] / 100.0;
        fprintf(w->out, "%s%.2f %.2f", i ? ", " : "", x, y);
        w->wkt->low = (struct point){ fmin(w->wkt->low.x, x), fmin(w->wkt->low.y, y) };
        w->wkt->high = (struct point){ fmax(w->wkt->high.x, x), fmax(w->wkt->high.y, y) };
    }
    fputc(')', w->out);
}

static void begin_polygon(struct writer *w)
{
    fprintf(w->out, "%sPOLYGON (", w->comma);
    w->comma = ", ";
}

struct wkt wkt_of_venue(const Tifo__V1__Venue *venue)
{
    struct wkt wkt;
    size_t size;
    struct writer w = { begin(&wkt, &size), "", &wkt };
    for (size_t i = 0; i < venue->n_zones; i++) {
        if (venue->zones[i]->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_OUTSIDE)
            continue;
        begin_polygon(&w);
        write_cm(&w, venue->zones[i]->outline);
        for (size_t k = 0; k < venue->zones[i]->n_holes; k++) {
            fputs(", ", w.out);
            write_cm(&w, venue->zones[i]->holes[k]);
        }
        fputc(')', w.out);
    }
    for (size_t i = 0; i < venue->n_blocks; i++) {
        begin_polygon(&w);
        write_cm(&w, venue->blocks[i]->outline);
        fputc(')', w.out);
    }
    end(&w);
    return wkt;
}

/* ---- Foreign scenarios: metres ---------------------------------------------------------------
 */

static void write_ring(struct writer *w, struct path ring)
{
    fputc('(', w->out);
    for (uint32_t i = 0; i <= ring.count; i++) {
        struct point p = ring.points[i % ring.count];
        fprintf(w->out, "%s%.4f %.4f", i ? ", " : "", p.x, p.y);
        w->wkt->low = (struct point){ fmin(w->wkt->low.x, p.x), fmin(w->wkt->low.y, p.y) };
        w->wkt->high = (struct point){ fmax(w->wkt->high.x, p.x), fmax(w->wkt->high.y, p.y) };
    }
    fputc(')', w->out);
}

struct wkt wkt_of_foreign(const struct foreign *foreign)
{
    struct wkt wkt;
    size_t size;
    struct writer w = { begin(&wkt, &size), "", &wkt };
    for (size_t i = 0; i < foreign->area_count; i++) {
        const struct foreign_area *area = &foreign->areas[i];
        begin_polygon(&w);
        write_ring(&w, area->outline);
        struct point low = wkt.low, high = wkt.high; /* Obstacles may stand beyond the floor. */
        for (size_t k = 0; k < area->hole_count; k++) {
            fputs(", ", w.out);
            write_ring(&w, area->holes[k]);
        }
        wkt.low = low;
        wkt.high = high;
        fputc(')', w.out);
    }
    end(&w);
    return wkt;
}
