#include "twin/format.h"
#include "twin/views/scene.h"

#include <math.h>
#include <stdio.h>

/* Sectors in alarm are outlined; the worst one is also told in words, beside the ground. */

enum { CORNERS = 4 };

static const float margin = 16;
static const float longest_leader = 0.4f; /* Of the ground's width: a longer one crosses it all. */

/* A callout's box, units. */
struct callout {
    float x, y, width, height;
    float title, figures; /* Sizes of its two lines. */
};

static void sector(struct scene *scene, const Tifo__V1__Zone *zone, float line)
{
    enum { MOST = 512 };
    struct point ring[MOST];
    size_t count = zone->outline->n_xy_cm / 2 < MOST ? zone->outline->n_xy_cm / 2 : MOST;
    for (size_t i = 0; i < count; i++)
        ring[i] = scene_px(scene, (float)zone->outline->xy_cm[2 * i] / 100,
                           (float)zone->outline->xy_cm[2 * i + 1] / 100);
    path_reset(scene->pen.path);
    path_add_polyline(scene->pen.path, ring, count, line, true, false);
    scene_fill(scene, scene->pen.theme->alarm);
}

/* True when a corner of the outline lies within the box, or an edge's middle does. */
static bool touches(const struct scene *scene, const Tifo__V1__Path *outline,
                    const struct callout *box)
{
    float s = scene->pen.scale;
    size_t count = outline->n_xy_cm / 2;
    for (size_t i = 0; i < 8 * count; i++) {
        const int32_t *p = outline->xy_cm + 2 * (i / 8),
                      *q = outline->xy_cm + 2 * ((i / 8 + 1) % count);
        float part = (float)(i % 8) / 8;
        struct point at = scene_px(scene, ((float)p[0] + (float)(q[0] - p[0]) * part) / 100,
                                   ((float)p[1] + (float)(q[1] - p[1]) * part) / 100);
        if (at.x > box->x * s && at.x < (box->x + box->width) * s && at.y > box->y * s &&
            at.y < (box->y + box->height) * s)
            return true;
    }
    return false;
}

/* Nothing of the ground lies there, and no gate's name. */
static bool is_free(const struct scene *scene, const struct callout *box)
{
    const Tifo__V1__Venue *v = scene->model->venue;
    struct callout wide = { box->x - 12, box->y - 12, box->width + 24, box->height + 24, 0, 0 };
    struct callout gate_room = {
        box->x - 60, box->y - 50, box->width + 120, box->height + 100, 0, 0
    };
    for (size_t z = 0; z < v->n_zones; z++)
        if (zone_is_inside(v->zones[z]) && touches(scene, v->zones[z]->outline, &wide))
            return false;
    for (size_t b = 0; b < v->n_blocks; b++)
        if (touches(scene, v->blocks[b]->outline, &wide))
            return false;
    for (size_t g = 0; g < v->n_gates; g++)
        if (touches(scene, v->gates[g]->line, &gate_room))
            return false;
    return true;
}

/* The free corner nearest to the sector: words in full if they fit there, else small. Above the
 * list of levels at the lower left. */
static bool find_room(const struct scene *scene, struct point from, float words,
                      struct callout *out)
{
    float s = scene->pen.scale, right = (float)scene->pen.canvas->width / s;
    float lower = (float)scene->pen.canvas->height / s;
    float least = INFINITY;
    for (int small = 0; small < 2 && !isfinite(least); small++) {
        struct callout box = { .width = small ? words * 0.68f + 36 : words + 44,
                               .height = small ? 48 : 62,
                               .title = small ? 16 : 24,
                               .figures = small ? 13 : 16 };
        for (int i = 0; i < CORNERS; i++) {
            box.x = i % 2 ? right - box.width : margin;
            float levels = i == 2 ? 26 * (float)scene->model->venue->n_levels : 0;
            box.y = i / 2 ? lower - box.height - margin - levels : margin;
            float away = hypotf((box.x + box.width / 2) * s - from.x, box.y * s - from.y);
            if (away < least && away < longest_leader * right * s && is_free(scene, &box)) {
                least = away;
                *out = box;
            }
        }
    }
    return isfinite(least);
}

static struct point nearest_vertex(const struct scene *scene, const Tifo__V1__Zone *zone,
                                   struct point to)
{
    struct point best = scene_px(scene, (float)zone->centre->x, (float)zone->centre->y);
    float least = INFINITY;
    for (size_t i = 0; i + 1 < zone->outline->n_xy_cm; i += 2) {
        struct point p = scene_px(scene, (float)zone->outline->xy_cm[i] / 100,
                                  (float)zone->outline->xy_cm[i + 1] / 100);
        float length = hypotf(p.x - to.x, p.y - to.y);
        if (length < least) {
            least = length;
            best = p;
        }
    }
    return best;
}

/* Looks for room once, when it is drawn sharp. False: there is none. */
static bool place(const struct scene *scene, const Tifo__V1__Alarm *alarm, struct point middle,
                  float words)
{
    struct scene_places *places = scene->places;
    float scale = scene->pen.scale;
    struct callout box = { 0 };
    if (places->told)
        return places->told == alarm->number;
    if (!find_room(scene, middle, words, &box))
        return false;
    places->told = alarm->number;
    places->callout.x = box.x * scale, places->callout.y = box.y * scale;
    places->callout.title = box.title, places->callout.figures = box.figures;
    return true;
}

/* False: there is no room for words. */
static bool tell(struct scene *scene, const Tifo__V1__Alarm *alarm, const Tifo__V1__Zone *zone)
{
    struct pen *pen = &scene->pen;
    const struct theme *theme = pen->theme;
    char title[160], figures[160], people[FORMAT_SIZE];
    snprintf(title, sizeof title, "%.60s jams", model_place_name(scene->model, alarm->subject));
    snprintf(figures, sizeof figures, "%.1f p/m\xc2\xb2, %s people",
             (double)model_density(scene->model, alarm->subject),
             format_count(people, model_people(scene->model, alarm->subject)));
    struct point middle = scene_px(scene, (float)zone->centre->x, (float)zone->centre->y);
    float words = fmaxf(pen_width(pen, SEMIBOLD, 24, title), pen_width(pen, MEDIUM, 16, figures));
    if (!place(scene, alarm, middle, words))
        return false;
    float scale = pen->scale, title_size = scene->places->callout.title;
    float x = scene->places->callout.x / scale, y = scene->places->callout.y / scale;
    float figures_size = scene->places->callout.figures, tag = title_size > 20 ? 32 : 26;
    struct point at = { (x + tag / 2) * scale, (y + tag / 2) * scale };
    const struct point line[2] = { nearest_vertex(scene, zone, at), at };
    path_reset(pen->path);
    path_add_polyline(pen->path, line, 2, scene_line(scene, 2), false, false);
    scene_fill(scene, theme->alarm);
    pen_alarm_tag(pen, x, y, tag, (int)alarm->priority, alarm->number);
    pen_words(pen, SEMIBOLD, title_size, LEFT, x + tag + 10, y + tag / 2 + title_size * 0.36f,
              theme->t1, title);
    pen_words(pen, MEDIUM, figures_size, LEFT, x + tag + 10, y + tag + figures_size, theme->t1,
              figures);
    return true;
}

void scene_callouts(struct scene *scene)
{
    const struct model *model = scene->model;
    float scale = scene->pen.scale;
    bool told = false;
    for (size_t i = 0; i < model_alarm_count(model); i++) {
        const Tifo__V1__Alarm *alarm = model_alarm(model, i);
        const Tifo__V1__Zone *zone = model_zone(model, alarm->subject);
        if (alarm->kind != TIFO__V1__ALARM_KIND__ALARM_KIND_DENSITY || !zone ||
            !zone_on_level(zone, scene->level))
            continue;
        bool high = alarm->priority >= TIFO__V1__ALARM_PRIORITY__ALARM_PRIORITY_HIGH;
        bool picked =
            !scene->choices->picked_alarm || scene->choices->picked_alarm == alarm->number;
        sector(scene, zone, scene_line(scene, high ? 4 : 2));
        if (!told && picked && tell(scene, alarm, zone)) {
            told = true;
            continue;
        }
        struct point middle = scene_px(scene, (float)zone->centre->x, (float)zone->centre->y);
        pen_alarm_tag(&scene->pen, middle.x / scale - 11, middle.y / scale - 11, 22,
                      (int)alarm->priority, alarm->number);
    }
}
