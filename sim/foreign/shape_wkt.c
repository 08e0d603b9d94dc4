/* Well-known text (OGC 06-103r4), the part that says where people can walk. */
#include "sim/foreign/shape.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WORD = 32, DEPTH_MOST = 8, NUMBER = 64 };

struct wkt {
    struct foreign_text text;
    size_t at;
    struct foreign *out;
    char *why;
    size_t why_size;
};

static bool refuse(struct wkt *w, const char *what)
{
    int line = 1, column = 1;
    for (size_t i = 0; i < w->at && i < w->text.size; i++) {
        column = w->text.data[i] == '\n' ? 1 : column + 1;
        line += w->text.data[i] == '\n';
    }
    snprintf(w->why, w->why_size, "%s:%d:%d: %s", w->text.name, line, column, what);
    return false;
}

static char peek(struct wkt *w)
{
    while (w->at < w->text.size && isspace((unsigned char)w->text.data[w->at]))
        w->at++;
    return w->at < w->text.size ? w->text.data[w->at] : '\0';
}

static bool take(struct wkt *w, char wanted)
{
    if (peek(w) != wanted)
        return false;
    w->at++;
    return true;
}

static void word(struct wkt *w, char out[WORD])
{
    size_t used = 0;
    peek(w);
    while (w->at < w->text.size && isalpha((unsigned char)w->text.data[w->at])) {
        if (used < WORD - 1)
            out[used++] = w->text.data[w->at];
        w->at++;
    }
    out[used] = '\0';
}

/* An optional Z, M or ZM. True: the geometry is EMPTY. */
static bool is_empty(struct wkt *w)
{
    size_t before = w->at;
    char next[WORD];
    word(w, next);
    if (strcasecmp(next, "Z") == 0 || strcasecmp(next, "M") == 0 || strcasecmp(next, "ZM") == 0) {
        before = w->at;
        word(w, next);
    }
    if (strcasecmp(next, "EMPTY") == 0)
        return true;
    w->at = before;
    return false;
}

static bool number(struct wkt *w, double *out)
{
    char digits[NUMBER], *end;
    size_t used = 0, from = w->at;
    peek(w);
    while (w->at < w->text.size && used < NUMBER - 1 &&
           strchr("+-.0123456789eE", w->text.data[w->at]) && w->text.data[w->at])
        digits[used++] = w->text.data[w->at++];
    digits[used] = '\0';
    *out = strtod(digits, &end);
    if (used > 0 && *end == '\0' && fabs(*out) <= 1e9)
        return true;
    w->at = from;
    return refuse(w, "a coordinate is to be here, a number within +-1e9");
}

static bool ring(struct wkt *w, struct path *out)
{
    struct point *points = NULL;
    size_t count = 0;
    double ignored;
    if (!take(w, '('))
        return refuse(w, "a ring begins with (");
    do {
        struct point p;
        if (!number(w, &p.x) || !number(w, &p.y)) {
            free(points);
            return false;
        }
        while (peek(w) != ',' && peek(w) != ')')
            if (!number(w, &ignored)) {
                free(points);
                return false;
            }
        points = foreign_add(points, &count, sizeof *points);
        points[count - 1] = p;
    } while (count < RING_POINTS_MOST && take(w, ','));
    *out = ring_of(points, count);
    if (take(w, ')') && out->count >= 3)
        return true;
    free(points);
    *out = (struct path){ NULL, 0 };
    return refuse(w, "a ring has three corners or more and ends with )");
}

static bool polygon(struct wkt *w)
{
    struct foreign *f = w->out;
    if (is_empty(w))
        return true;
    if (!take(w, '('))
        return refuse(w, "a polygon begins with (");
    f->areas = foreign_add(f->areas, &f->area_count, sizeof *f->areas);
    struct foreign_area *area = &f->areas[f->area_count - 1];
    if (!ring(w, &area->outline))
        return false;
    while (take(w, ',')) {
        area->holes = foreign_add(area->holes, &area->hole_count, sizeof *area->holes);
        if (!ring(w, &area->holes[area->hole_count - 1]))
            return false;
    }
    return take(w, ')') || refuse(w, "a polygon ends with )");
}

static bool polygons(struct wkt *w)
{
    if (is_empty(w))
        return true;
    if (!take(w, '('))
        return refuse(w, "a MULTIPOLYGON begins with (");
    do {
        if (!polygon(w))
            return false;
    } while (take(w, ','));
    return take(w, ')') || refuse(w, "a MULTIPOLYGON ends with )");
}

static bool geometry(struct wkt *w, int depth)
{
    char kind[WORD];
    word(w, kind);
    if (strcasecmp(kind, "POLYGON") == 0)
        return polygon(w);
    if (strcasecmp(kind, "MULTIPOLYGON") == 0)
        return polygons(w);
    if (strcasecmp(kind, "GEOMETRYCOLLECTION") != 0 || depth == DEPTH_MOST)
        return refuse(w, "POLYGON, MULTIPOLYGON or GEOMETRYCOLLECTION is to be here");
    if (is_empty(w))
        return true;
    if (!take(w, '('))
        return refuse(w, "a GEOMETRYCOLLECTION begins with (");
    do {
        if (!geometry(w, depth + 1))
            return false;
    } while (take(w, ','));
    return take(w, ')') || refuse(w, "a GEOMETRYCOLLECTION ends with )");
}

/* "SRID=4326;" of the extended form is passed over. */
static void pass_srid(struct wkt *w)
{
    peek(w);
    if (w->text.size - w->at > 5 && strncasecmp(w->text.data + w->at, "SRID=", 5) == 0)
        while (w->at < w->text.size && w->text.data[w->at++] != ';')
            ;
}

bool shape_wkt(struct foreign_text text, struct foreign *out, char *why, size_t why_size)
{
    struct wkt w = { .text = text, .out = out, .why = why, .why_size = why_size };
    pass_srid(&w);
    if (!geometry(&w, 0))
        return false;
    if (peek(&w) != '\0')
        return refuse(&w, "nothing is to follow the geometry");
    return out->area_count > 0 || refuse(&w, "there is no polygon to walk in");
}
