#include "sim/foreign/shape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CIRCLE_CORNERS = 24 };

struct path ring_of(struct point *points, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || points[i].x != points[kept - 1].x || points[i].y != points[kept - 1].y)
            points[kept++] = points[i];
    while (kept > 1 && points[0].x == points[kept - 1].x && points[0].y == points[kept - 1].y)
        kept--;
    return (struct path){ points, (uint32_t)kept };
}

static struct point *room(size_t count)
{
    struct point *points = calloc(count ? count : 1, sizeof *points);
    if (points == NULL)
        abort();
    return points;
}

struct path ring_rectangle(double x, double y, double width, double height)
{
    struct point *points = room(4);
    points[0] = (struct point){ x, y };
    points[1] = (struct point){ x + width, y };
    points[2] = (struct point){ x + width, y + height };
    points[3] = (struct point){ x, y + height };
    return (struct path){ points, 4 };
}

double ring_area_m2(struct path ring)
{
    double sum = 0;
    for (uint32_t i = 0, j = ring.count - 1; i < ring.count; j = i++)
        sum += (ring.points[j].x - ring.points[0].x) * (ring.points[i].y - ring.points[0].y) -
               (ring.points[i].x - ring.points[0].x) * (ring.points[j].y - ring.points[0].y);
    return fabs(sum) / 2;
}

static struct path checked(struct fields *f, struct path ring)
{
    if (!f->refused && ring.count >= 3)
        return ring;
    fields_refuse(f, "a ring has three corners or more");
    free((void *)ring.points);
    return (struct path){ NULL, 0 };
}

static struct point xy(struct fields *f, const json_t *at)
{
    return (struct point){ fields_number(f, at, "x", NAN, -1e9, 1e9),
                           fields_number(f, at, "y", NAN, -1e9, 1e9) };
}

static struct path polygon(struct fields *f, const json_t *shape)
{
    const json_t *list = fields_array(f, shape, "points");
    size_t count = json_array_size(list);
    if (list == NULL || count > RING_POINTS_MOST) {
        fields_refuse(f, list ? "has too many points" : "a polygon has points");
        return (struct path){ NULL, 0 };
    }
    struct point *points = room(count);
    for (size_t i = 0; i < count; i++) {
        points[i] = xy(f, json_array_get(list, i));
        if (isnan(points[i].x) || isnan(points[i].y))
            fields_refuse(f, "point %zu has no x and y", i);
    }
    return checked(f, ring_of(points, count));
}

static struct path circle(struct fields *f, const json_t *shape)
{
    struct point middle = xy(f, fields_object_of(f, shape, "center"));
    double radius = fields_number(f, shape, "radius", 0, 0.001, 1e6);
    if (isnan(middle.x) || isnan(middle.y) || radius == 0) {
        fields_refuse(f, "a circle has a center and a radius");
        return (struct path){ NULL, 0 };
    }
    struct point *points = room(CIRCLE_CORNERS);
    for (int i = 0; i < CIRCLE_CORNERS; i++) {
        double angle = 6.283185307179586 * i / CIRCLE_CORNERS;
        points[i].x = middle.x + radius * cos(angle);
        points[i].y = middle.y + radius * sin(angle);
    }
    return checked(f, (struct path){ points, CIRCLE_CORNERS });
}

static struct path rectangle(struct fields *f, const json_t *shape)
{
    struct point low = xy(f, shape);
    double width = fields_number(f, shape, "width", NAN, 0, 1e6);
    double height = fields_number(f, shape, "height", NAN, 0, 1e6);
    if (isnan(low.x) || isnan(low.y) || isnan(width) || isnan(height)) {
        fields_refuse(f, "a rectangle has x, y, width and height");
        return (struct path){ NULL, 0 };
    }
    return ring_rectangle(low.x, low.y, fmax(width, 0.001), fmax(height, 0.001));
}

struct path shape_vadere(struct fields *f, const json_t *shape)
{
    const char *type = fields_text(f, shape, "type", "RECTANGLE");
    if (strcmp(type, "POLYGON") == 0)
        return polygon(f, shape);
    if (strcmp(type, "CIRCLE") == 0)
        return circle(f, shape);
    if (strcmp(type, "RECTANGLE") == 0)
        return rectangle(f, shape);
    fields_refuse(f, "there is no shape \"%.40s\"; there are RECTANGLE, POLYGON and CIRCLE", type);
    return (struct path){ NULL, 0 };
}

struct path shape_coordinates(struct fields *f, const json_t *list)
{
    size_t count = json_array_size(list);
    if (!json_is_array(list) || count > RING_POINTS_MOST) {
        fields_refuse(f, "coordinates are a list of [x, y]");
        return (struct path){ NULL, 0 };
    }
    struct point *points = room(count);
    for (size_t i = 0; i < count; i++) {
        const json_t *pair = json_array_get(list, i);
        size_t mark = fields_enter_at(f, i);
        if (!json_is_array(pair) || json_array_size(pair) < 2)
            fields_refuse(f, "is to be [x, y]");
        else
            points[i] = (struct point){ fields_coordinate(f, json_array_get(pair, 0)),
                                        fields_coordinate(f, json_array_get(pair, 1)) };
        fields_leave(f, mark);
    }
    return checked(f, ring_of(points, count));
}
