#include "twin/views/ribbons.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Units: a share's width, within bounds. */
static const float whole_width = 28, least_width = 4, most_width = 26;
static const float head_widths = 1.75f, casing = 2;

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

static void draw_ribbon(struct scene *scene, struct ribbon *ribbon)
{
    struct point tip, *points = ribbon->points;
    float width = ribbon->width;
    float head = fmaxf(width * head_widths, 14 * scene->pen.scale), length = head * 0.62f;
    size_t count = shorten(points, ribbon->count, length, &tip);
    if (count < 2) { /* The goal is where it sets out: there is nothing to show. */
        ribbon->count = 0;
        return;
    }
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
        path_add_band(scene->pen.path, points, count, width + 2 * more);
        path_add_ring(scene->pen.path, corners, 3, false);
        scene_fill(scene, pass == 0 ? scene->pen.theme->bg : scene->pen.theme->force);
    }
}

static float length_of(const struct ribbon *ribbon)
{
    float length = 0;
    for (size_t i = 0; i + 1 < ribbon->count; i++)
        length += step_length(ribbon->points[i], ribbon->points[i + 1]);
    return length;
}

/* The longest first: nobody's head is covered. */
static void draw_ribbons(struct scene *scene, struct ribbon *ribbons, size_t count)
{
    bool drawn[RIBBONS_MOST] = { false };
    for (size_t n = 0; n < count; n++) {
        size_t next = count;
        for (size_t i = 0; i < count; i++)
            if (!drawn[i] && (next == count || length_of(&ribbons[i]) > length_of(&ribbons[next])))
                next = i;
        drawn[next] = true;
        if (ribbons[next].count)
            draw_ribbon(scene, &ribbons[next]);
    }
}

/* ---- Labels */

static struct words_box label_box(const struct scene *scene, struct point at, float half)
{
    float s = scene->pen.scale;
    return (struct words_box){ at.x - half - 5 * s, at.y - 13 * s, 2 * half + 10 * s, 26 * s };
}

/* Beside the ribbon at one of its points: on the side away from the ground's middle, or `inside`.
 */
static struct point beside(const struct scene *scene, const struct ribbon *ribbon, size_t i,
                           float half_px, bool inside)
{
    size_t before = i ? i - 1 : 0;
    struct point a = ribbon->points[before], b = ribbon->points[before + 1];
    struct point at = ribbon->points[i], centre = scene_centre_px(scene);
    float dx = b.x - a.x, dy = b.y - a.y, length = fmaxf(hypotf(dx, dy), 1e-3f);
    float nx = -dy / length, ny = dx / length;
    bool inwards = nx * (at.x - centre.x) + ny * (at.y - centre.y) < 0;
    if (inwards != inside)
        nx = -nx, ny = -ny;
    float away = (inside ? ribbon->inside_away : ribbon->outside_away) + half_px * fabsf(nx);
    return (struct point){ at.x + nx * away, at.y + ny * away };
}

/* The first place along it that is free, from its middle on, on the better side first; else the
 * middle. */
static struct point find_place(const struct scene *scene, const struct ribbon *ribbon, float half)
{
    static const int parts[] = { 50, 60, 40, 70, 30, 80, 20, 90, 10, 98, 2 };
    for (int side = 0; side < 2; side++) {
        bool inside = ribbon->inside_first != (side == 1);
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
            size_t point = ribbon->count * (size_t)parts[i] / 100;
            struct point at = beside(scene, ribbon, point, half, inside);
            if (!scene_is_taken(scene, label_box(scene, at, half)))
                return at;
        }
    }
    return beside(scene, ribbon, ribbon->count / 2, half, ribbon->inside_first);
}

/* The share stands beside the walkway, where the arrow has room for it. */
static void label(struct scene *scene, const struct ribbon *ribbon, size_t index)
{
    struct scene_places *places = scene->places;
    char words[16];
    snprintf(words, sizeof words, "%.0f %%", (double)ribbon->share_milli / 10);
    float scale = scene->pen.scale, half = pen_width(&scene->pen, SEMIBOLD, 20, words) / 2 * scale;
    struct point at;
    if (!scene->sharp && index < places->label_count) {
        at = places->labels[index];
    } else {
        at = find_place(scene, ribbon, half);
        if (scene->sharp && index < LABELS_MOST) {
            places->labels[index] = at;
            places->label_count = index + 1;
            scene_take(scene, label_box(scene, at, half));
        }
    }
    struct words_box box = label_box(scene, at, half);
    pen_fill(&scene->pen, box.x / scale, box.y / scale, box.width / scale, box.height / scale,
             colour_fade(scene->pen.theme->bg, 0.8f));
    scene_words(scene, SEMIBOLD, 20, CENTRE, at.x, at.y + 7 * scale, scene->pen.theme->t1, words);
}

/* ---- A level's */

/* One destination's ribbon; no points: it does not run on this level. */
static void level_ribbon(const struct scene *scene, const Tifo__V1__Split *split, size_t i,
                         struct ribbon *out)
{
    const struct model *model = scene->model;
    bool facility = split->purpose != TIFO__V1__PURPOSE__PURPOSE_EXIT;
    uint32_t next = i < split->n_next_place ? split->next_place[i] : split->origin;
    struct route_goal goal = { facility, split->destination[i] };
    struct route route;
    route_find(model->venue, split->origin, next, goal, scene->drawing->level, &route);
    /* From a jam the arrow starts at its edge: the jam itself must stay visible. */
    bool crowded = model_zone_alarm(model, split->origin) != NULL;
    size_t skip = crowded && route.leaves_origin + 1 < route.count ? route.leaves_origin : 0;
    route.count -= skip;
    memmove(route.points, route.points + skip, route.count * sizeof *route.points);
    route_smooth(&route);
    for (size_t p = 0; p < route.count; p++)
        out->points[p] = scene_drawn_px(scene, route.points[p]);
    out->count = route.count < 2 ? 0 : route.count;
    out->outside_away = out->inside_away = out->width / 2 + 26 * scene->pen.scale;
}

/* Shares that are shown as a whole percent. */
static const uint32_t least_share_milli = 5;

/* Destinations with a share, the largest first: thin ribbons lie on broad ones. */
static size_t by_share(const Tifo__V1__Split *split, size_t order[RIBBONS_MOST])
{
    size_t count = 0;
    for (size_t i = 0; i < split->n_destination && i < split->n_share_milli; i++) {
        if (split->share_milli[i] < least_share_milli || count == RIBBONS_MOST)
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
    const Tifo__V1__Split *split = model_focus_split(scene->model, scene->drawing->level);
    size_t order[RIBBONS_MOST], count = split ? by_share(split, order) : 0;
    if (scene->sharp)
        scene_take_gates(scene);
    struct ribbon *ribbons = calloc(count + 1, sizeof *ribbons);
    if (!ribbons)
        abort();
    for (size_t i = 0; i < count; i++) {
        ribbons[i].share_milli = split->share_milli[order[i]];
        float width = fminf(most_width, whole_width * (float)ribbons[i].share_milli / 1000);
        ribbons[i].width = fmaxf(least_width, width) * scene->pen.scale;
        if (!scene->drawing->unfold)
            level_ribbon(scene, split, order[i], &ribbons[i]);
    }
    if (scene->drawing->unfold)
        scene_ring_ribbons(scene, split, order, ribbons, count);
    draw_ribbons(scene, ribbons, count);
    for (size_t i = 0, labels = 0; i < count; i++) /* Above all ribbons. */
        if (ribbons[i].count)
            label(scene, &ribbons[i], labels++);
    free(ribbons);
}
