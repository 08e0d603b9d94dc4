#include "twin/route.h"
#include "twin/views/scene.h"

#include <math.h>
#include <stdio.h>

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

/* The share stands outside the walkway, beside the arrow's middle. */
static void label(struct scene *scene, const struct point *points, size_t count, float width,
                  uint32_t share_milli)
{
    char words[16];
    snprintf(words, sizeof words, "%.0f %%", (double)share_milli / 10);
    struct point at = points[count / 2], before = points[count / 2 ? count / 2 - 1 : 0];
    struct point centre = scene_px(scene, (scene->extent.x0 + scene->extent.x1) / 2,
                                   (scene->extent.y0 + scene->extent.y1) / 2);
    float dx = at.x - before.x, dy = at.y - before.y, length = fmaxf(hypotf(dx, dy), 1e-3f);
    float nx = -dy / length, ny = dx / length;
    if (nx * (at.x - centre.x) + ny * (at.y - centre.y) < 0)
        nx = -nx, ny = -ny;
    float scale = scene->pen.scale, away = width / 2 + 30 * scale;
    float x = at.x + nx * away, y = at.y + ny * away,
          half = pen_width(&scene->pen, SEMIBOLD, 20, words) / 2;
    pen_fill(&scene->pen, x / scale - half - 5, y / scale - 13, 2 * half + 10, 26,
             colour_fade(scene->pen.theme->bg, 0.8f));
    scene_words(scene, SEMIBOLD, 20, CENTRE, x, y + 7 * scale, scene->pen.theme->t1, words);
}

/* The split that matters most, as ribbons as wide as their share. */
void scene_arrows(struct scene *scene)
{
    const struct model *model = scene->model;
    const Tifo__V1__Split *split = model_focus_split(model);
    if (!split)
        return;
    bool exit = split->purpose == TIFO__V1__PURPOSE__PURPOSE_EXIT;
    bool crowded = model_zone_alarm(model, split->origin) != NULL;
    for (int pass = 0; pass < 2; pass++) { /* Labels above all ribbons. */
        for (size_t i = 0; i < split->n_destination && i < split->n_share_milli; i++) {
            if (!split->share_milli[i])
                continue;
            struct route route;
            uint32_t next = i < split->n_next_place ? split->next_place[i] : split->origin;
            struct route_goal goal = { !exit, split->destination[i] };
            route_find(model->venue, split->origin, next, goal, scene->level, &route);
            route_smooth(&route);
            /* From a jam the arrow starts at its edge: the jam itself must stay visible. */
            size_t skip = crowded && route.leaves_origin < route.count ? route.leaves_origin : 0;
            size_t count = route.count > skip ? route.count - skip : 0;
            if (count < 2)
                continue;
            struct point points[ROUTE_POINTS];
            for (size_t p = 0; p < count; p++)
                points[p] = scene_px(scene, route.points[skip + p].x, route.points[skip + p].y);
            float width = most_width * (float)split->share_milli[i] / 1000;
            width = fmaxf(least_width, width) * scene->pen.scale;
            if (pass == 0)
                ribbon(scene, points, count, width, scene->pen.theme->force);
            else
                label(scene, points, count, width, split->share_milli[i]);
        }
    }
}
