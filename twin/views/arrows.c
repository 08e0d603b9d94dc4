#include "twin/route.h"
#include "twin/views/scene.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const float least_width = 4, most_width = 26, head_widths = 1.75f, casing = 2;

static float step_length(struct point a, struct point b)
{
    return hypotf(b.x - a.x, b.y - a.y);
}

/* Takes `length` pixels off the end of a line; what is left, and the direction there. */
static size_t shorten(struct point *points, size_t count, float length, struct point *tip)
{
    *tip = points[count - 1];
    while (count >= 2) {
        float piece = step_length(points[count - 2], points[count - 1]);
        if (piece > length) {
            float part = length / piece;
            points[count - 1].x += (points[count - 2].x - points[count - 1].x) * part;
            points[count - 1].y += (points[count - 2].y - points[count - 1].y) * part;
            return count;
        }
        length -= piece;
        count--;
    }
    return 0;
}

static void ribbon(struct scene *scene, struct point *points, size_t count, float width, colour ink)
{
    struct point tip;
    float head = fmaxf(width * head_widths, 14 * scene->pen.scale), length = head * 0.62f;
    count = shorten(points, count, length, &tip);
    if (count < 2)
        return;
    struct point base = points[count - 1];
    float dx = tip.x - base.x, dy = tip.y - base.y, reach = fmaxf(hypotf(dx, dy), 1e-3f);
    dx /= reach, dy /= reach;
    for (int pass = 0; pass < 2; pass++) {
        float more = pass == 0 ? casing * scene->pen.scale : 0;
        struct point corners[3] = {
            { tip.x + dx * more * 1.6f, tip.y + dy * more * 1.6f },
            { base.x - dy * (head / 2 + more * 1.4f) - dx * more,
              base.y + dx * (head / 2 + more * 1.4f) - dy * more },
            { base.x + dy * (head / 2 + more * 1.4f) - dx * more,
              base.y - dx * (head / 2 + more * 1.4f) - dy * more },
        };
        path_reset(scene->pen.path);
        path_add_polyline(scene->pen.path, points, count, width + 2 * more, false, true);
        path_add_ring(scene->pen.path, corners, 3, false);
        scene_fill(scene, pass == 0 ? scene->pen.theme->bg : ink);
    }
}

/* Where labels stand already, and gates with their names: a label keeps clear of both. */
enum { MOST_TAKEN = 64 };
struct taken {
    struct point at[MOST_TAKEN];
    size_t count;
};

static void take(struct taken *taken, struct point at)
{
    if (taken->count < MOST_TAKEN)
        taken->at[taken->count++] = at;
}

static float clearance(const struct taken *taken, struct point at)
{
    float least = INFINITY;
    for (size_t i = 0; i < taken->count; i++)
        least = fminf(least, hypotf(taken->at[i].x - at.x, taken->at[i].y - at.y));
    return least;
}

/* Beside the ribbon at one of its points, on the side away from the ground's middle. */
static struct point beside(const struct scene *scene, const struct point *points, size_t i,
                           float reach, float half_px)
{
    struct point at = points[i], before = points[i ? i - 1 : 0];
    if (!i) {
        before = points[0];
        at = points[1];
    }
    struct point centre = scene_px(scene, (scene->extent.x0 + scene->extent.x1) / 2,
                                   (scene->extent.y0 + scene->extent.y1) / 2);
    float dx = at.x - before.x, dy = at.y - before.y, length = fmaxf(hypotf(dx, dy), 1e-3f);
    float nx = -dy / length, ny = dx / length;
    if (nx * (at.x - centre.x) + ny * (at.y - centre.y) < 0)
        nx = -nx, ny = -ny;
    float away = reach + half_px * fabsf(nx);
    return (struct point){ at.x + nx * away, at.y + ny * away };
}

/* The share stands outside the walkway, where the arrow has room for it. */
static void label(struct scene *scene, const struct point *points, size_t count, float width,
                  uint32_t share_milli, struct taken *taken)
{
    static const int parts[] = { 50, 60, 40, 70, 30, 80, 20 };
    char words[16];
    snprintf(words, sizeof words, "%.0f %%", (double)share_milli / 10);
    float scale = scene->pen.scale, half = pen_width(&scene->pen, SEMIBOLD, 20, words) / 2;
    struct point best = { 0, 0 };
    float most = -1;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct point at = beside(scene, points, count * (size_t)parts[i] / 100,
                                 width / 2 + 26 * scale, half * scale);
        float room = fminf(clearance(taken, at), 90 * scale);
        if (room > most + 4 * scale) {
            most = room;
            best = at;
        }
    }
    take(taken, best);
    pen_fill(&scene->pen, best.x / scale - half - 5, best.y / scale - 13, 2 * half + 10, 26,
             colour_fade(scene->pen.theme->bg, 0.8f));
    scene_words(scene, SEMIBOLD, 20, CENTRE, best.x, best.y + 7 * scale, scene->pen.theme->t1,
                words);
}

static void take_gates(const struct scene *scene, struct taken *taken)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    struct point centre = scene_px(scene, (scene->extent.x0 + scene->extent.x1) / 2,
                                   (scene->extent.y0 + scene->extent.y1) / 2);
    for (size_t g = 0; g < v->n_gates; g++) {
        struct point m = line_middle(v->gates[g]->line);
        if (v->gates[g]->level != scene->level)
            continue;
        struct point gate = scene_px(scene, m.x, m.y);
        float dx = gate.x - centre.x, dy = gate.y - centre.y, length = fmaxf(hypotf(dx, dy), 1e-3f);
        float name = 44 * scene->pen.scale; /* The name stands so far outside of its gate. */
        take(taken, gate);
        take(taken, (struct point){ gate.x + dx / length * name, gate.y + dy / length * name });
    }
}

/* One destination's ribbon in pixels; 0: it does not run on this level. */
static size_t ribbon_points(const struct scene *scene, const Tifo__V1__Split *split, size_t i,
                            struct point *points)
{
    const struct model *model = scene->model;
    bool facility = split->purpose != TIFO__V1__PURPOSE__PURPOSE_EXIT;
    uint32_t next = i < split->n_next_place ? split->next_place[i] : split->origin;
    struct route_goal goal = { facility, split->destination[i] };
    struct route route;
    route_find(model->venue, split->origin, next, goal, scene->level, &route);
    /* From a jam the arrow starts at its edge: the jam itself must stay visible. */
    bool crowded = model_zone_alarm(model, split->origin) != NULL;
    size_t skip = crowded && route.leaves_origin + 1 < route.count ? route.leaves_origin : 0;
    route.count -= skip;
    memmove(route.points, route.points + skip, route.count * sizeof *route.points);
    route_smooth(&route);
    for (size_t p = 0; p < route.count; p++)
        points[p] = scene_px(scene, route.points[p].x, route.points[p].y);
    return route.count < 2 ? 0 : route.count;
}

enum { MOST_RIBBONS = 16 };

/* Destinations with a share, the largest first: thin ribbons lie on broad ones. */
static size_t by_share(const Tifo__V1__Split *split, size_t order[MOST_RIBBONS])
{
    size_t count = 0;
    for (size_t i = 0; i < split->n_destination && i < split->n_share_milli; i++) {
        if (!split->share_milli[i] || count == MOST_RIBBONS)
            continue;
        size_t at = count++;
        for (; at > 0 && split->share_milli[order[at - 1]] < split->share_milli[i]; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    return count;
}

/* The split that matters most, as ribbons as wide as their share. */
void scene_arrows(struct scene *scene)
{
    const Tifo__V1__Split *split = model_focus_split(scene->model, scene->level);
    struct point points[ROUTE_POINTS];
    struct taken taken = { .count = 0 };
    size_t order[MOST_RIBBONS], ribbons = split ? by_share(split, order) : 0;
    take_gates(scene, &taken);
    for (int pass = 0; pass < 2; pass++) { /* Labels above all ribbons. */
        for (size_t i = 0; i < ribbons; i++) {
            size_t count = ribbon_points(scene, split, order[i], points);
            if (!count)
                continue;
            uint32_t share_milli = split->share_milli[order[i]];
            float width = most_width * (float)share_milli / 1000;
            width = fmaxf(least_width, width) * scene->pen.scale;
            if (pass == 0)
                ribbon(scene, points, count, width, scene->pen.theme->force);
            else
                label(scene, points, count, width, share_milli, &taken);
        }
    }
}
