#include "twin/format.h"
#include "twin/views/scene.h"

#include <math.h>
#include <stdio.h>

enum { CORNERS = 4, MOST_CALLOUTS = 3 };

static const float callout_width = 300, callout_height = 64, margin = 20;

static void sector(struct scene *scene, const Tifo__V1__Zone *zone, float line)
{
    struct point ring[512];
    size_t count = zone->outline->n_xy_cm / 2 < 512 ? zone->outline->n_xy_cm / 2 : 512;
    for (size_t i = 0; i < count; i++)
        ring[i] = scene_px(scene, (float)zone->outline->xy_cm[2 * i] / 100,
                           (float)zone->outline->xy_cm[2 * i + 1] / 100);
    path_reset(scene->pen.path);
    path_add_polyline(scene->pen.path, ring, count, line, true, false);
    scene_fill(scene, scene->pen.theme->alarm);
}

/* Top left of the callout in each corner of the ground, px. */
static struct point corner(const struct scene *scene, int i)
{
    float scale = scene->pen.scale;
    float right = (float)scene->pen.canvas->width - (callout_width + margin) * scale;
    float lower =
        (float)scene->pen.canvas->height - (LEGEND_HEIGHT + callout_height + margin) * scale;
    return (struct point){ i % 2 ? right : margin * scale, i / 2 ? lower : (margin + 76) * scale };
}

static int nearest_free(const struct scene *scene, struct point from, const bool taken[CORNERS])
{
    int best = -1;
    float least = INFINITY;
    for (int i = 0; i < CORNERS; i++) {
        struct point c = corner(scene, i);
        float x = c.x + callout_width * scene->pen.scale / 2;
        float length = hypotf(x - from.x, c.y - from.y);
        if (!taken[i] && length < least) {
            least = length;
            best = i;
        }
    }
    return best;
}

static void leader(struct scene *scene, struct point from, struct point to)
{
    const struct point line[2] = { from, to };
    path_reset(scene->pen.path);
    path_add_polyline(scene->pen.path, line, 2, scene_line(scene, 2), false, false);
    scene_fill(scene, scene->pen.theme->alarm);
}

/* The point of the outline nearest to the callout: leaders must not cross the sector. */
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

static void callout(struct scene *scene, const Tifo__V1__Alarm *alarm, const Tifo__V1__Zone *zone,
                    int place)
{
    const struct theme *theme = scene->pen.theme;
    struct pen *pen = &scene->pen;
    float scale = pen->scale;
    struct point at = corner(scene, place);
    float x = at.x / scale, y = at.y / scale;
    struct point tag = { at.x + 16 * scale, at.y + 16 * scale };
    leader(scene, nearest_vertex(scene, zone, tag), tag);
    pen_alarm_tag(pen, x, y, 32, (int)alarm->priority, alarm->number);
    char words[160], people[FORMAT_SIZE];
    snprintf(words, sizeof words, "%.60s jams", model_place_name(scene->model, alarm->subject));
    pen_fill(pen, x + 36, y - 2, callout_width - 36, callout_height, colour_fade(theme->bg, 0.85f));
    pen_words_within(pen, SEMIBOLD, 24, x + 44, y + 24, callout_width - 44, theme->t1, words);
    snprintf(words, sizeof words, "%.1f p/m\xc2\xb2, %s people",
             (double)model_density(scene->model, alarm->subject),
             format_count(people, model_people(scene->model, alarm->subject)));
    pen_words(pen, MEDIUM, 16, LEFT, x + 44, y + 50, theme->t1, words);
}

void scene_callouts(struct scene *scene)
{
    const struct model *model = scene->model;
    bool taken[CORNERS] = { true, false, false, false }; /* Upper left: the levels. */
    int shown = 0;
    for (size_t i = 0; i < model_alarm_count(model); i++) {
        const Tifo__V1__Alarm *alarm = model_alarm(model, i);
        const Tifo__V1__Zone *zone = model_zone(model, alarm->subject);
        if (alarm->kind != TIFO__V1__ALARM_KIND__ALARM_KIND_DENSITY || !zone ||
            !zone_on_level(zone, scene->level))
            continue;
        bool high = alarm->priority >= TIFO__V1__ALARM_PRIORITY__ALARM_PRIORITY_HIGH;
        sector(scene, zone, scene_line(scene, high ? 4 : 2));
        struct point middle = scene_px(scene, (float)zone->centre->x, (float)zone->centre->y);
        int place = shown < MOST_CALLOUTS ? nearest_free(scene, middle, taken) : -1;
        if (place >= 0) {
            callout(scene, alarm, zone, place);
            taken[place] = true;
            shown++;
        } else {
            float scale = scene->pen.scale;
            pen_alarm_tag(&scene->pen, middle.x / scale - 11, middle.y / scale - 11, 22,
                          (int)alarm->priority, alarm->number);
        }
    }
}
