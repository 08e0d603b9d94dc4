#include "twin/format.h"
#include "twin/views/scene.h"

#include <math.h>
#include <stdio.h>

/* Sectors in alarm are outlined; the worst one is also told in words, beside the ground. */

static const float longest_leader = 0.42f; /* Of the canvas's width: a longer one crosses it all. */

/* A callout's sizes, units. */
struct sizes {
    float title, figures, tag, height;
};
static const struct sizes large = { 24, 16, 32, 58 }, small = { 16, 13, 26, 46 };

static void sector(struct scene *scene, uint32_t zone, float line)
{
    path_reset(scene->pen.path);
    scene_add_outline(scene, zone, line);
    scene_fill(scene, scene->pen.theme->alarm);
}

/* The other zones of its jam, a thinner line. */
static void members(struct scene *scene, const Tifo__V1__Alarm *alarm)
{
    for (size_t m = 0; m < alarm->n_members; m++) {
        const Tifo__V1__Zone *zone = model_zone(scene->model, alarm->members[m]);
        if (zone && drawing_shows_zone(scene->drawing, zone))
            sector(scene, alarm->members[m], scene_line(scene, 1.5f));
    }
}

/* The point of the place's outline that is nearest to `to`. */
static struct point nearest_point(const struct scene *scene, uint32_t place, struct point to)
{
    const struct shape *shape = &scene->drawing->shapes[scene->drawing->first[place]];
    struct point best = to;
    float least = INFINITY;
    for (size_t i = 0; i < shape->count; i++) {
        struct point p = scene_drawn_px(scene, shape->points[i]);
        float length = hypotf(p.x - to.x, p.y - to.y);
        if (length < least) {
            least = length;
            best = p;
        }
    }
    return best;
}

/* The point of the outline that is farthest from the ground's middle: where a leader sets out. */
static struct point outermost_point(const struct scene *scene, uint32_t place)
{
    struct point centre = scene_centre_px(scene);
    struct point middle = scene_drawn_px(scene, drawing_middle(scene->drawing, place));
    struct point beyond = { middle.x + 3 * (middle.x - centre.x),
                            middle.y + 3 * (middle.y - centre.y) };
    return nearest_point(scene, place, beyond);
}

struct told {
    char title[160], figures[160];
};

static float width_of(struct scene *scene, const struct told *told, const struct sizes *sizes)
{
    float title = pen_width(&scene->pen, SEMIBOLD, sizes->title, told->title);
    float figures = pen_width(&scene->pen, MEDIUM, sizes->figures, told->figures);
    return sizes->tag + 10 + fmaxf(title, figures);
}

/* Looks for room when all is drawn sharp: words in full if they fit, else small. */
static bool find_place(struct scene *scene, const Tifo__V1__Alarm *alarm, const struct told *told)
{
    struct scene_places *places = scene->places;
    if (!scene->sharp || places->callout.told)
        return places->callout.told == alarm->number;
    float s = scene->pen.scale, farthest = longest_leader * (float)scene->pen.canvas->width;
    struct point from = outermost_point(scene, alarm->subject);
    for (int pass = 0; pass < 4; pass++) { /* Rather small than across other words. */
        const struct sizes *sizes = pass % 2 ? &small : &large;
        if (!scene_find_room(scene, from, width_of(scene, told, sizes) * s, sizes->height * s,
                             farthest, pass >= 2, &places->callout.at))
            continue;
        float middle = places->callout.at.x + width_of(scene, told, sizes) * s / 2;
        places->callout.told = alarm->number;
        places->callout.small = pass % 2 == 1;
        places->callout.leftwards = middle < from.x;
        return true;
    }
    return false;
}

/* False: there is no room for words. */
static bool tell(struct scene *scene, const Tifo__V1__Alarm *alarm)
{
    struct pen *pen = &scene->pen;
    const struct theme *theme = pen->theme;
    struct told told;
    char people[FORMAT_SIZE];
    snprintf(told.title, sizeof told.title, "%.60s jams",
             model_place_name(scene->model, alarm->subject));
    snprintf(told.figures, sizeof told.figures, "%.1f p/m\xc2\xb2 now, %s people",
             (double)model_density(scene->model, alarm->subject),
             format_count(people, model_people(scene->model, alarm->subject)));
    if (!find_place(scene, alarm, &told))
        return false;
    const struct sizes *sizes = scene->places->callout.small ? &small : &large;
    /* The tag stands on the side of the sector. */
    bool leftwards = scene->places->callout.leftwards;
    float scale = pen->scale, tag = sizes->tag, width = width_of(scene, &told, sizes);
    float x = scene->places->callout.at.x / scale, y = scene->places->callout.at.y / scale;
    float tag_x = leftwards ? x + width - tag : x;
    float words_x = leftwards ? tag_x - 10 : x + tag + 10;
    enum align align = leftwards ? RIGHT : LEFT;
    struct point at = { (tag_x + tag / 2) * scale, (y + tag / 2) * scale };
    const struct point line[2] = { nearest_point(scene, alarm->subject, at), at };
    path_reset(pen->path);
    path_add_polyline(pen->path, line, 2, scene_line(scene, 2), false, false);
    scene_fill(scene, theme->alarm);
    pen_alarm(pen, tag_x, y, tag, alarm);
    pen_words(pen, SEMIBOLD, sizes->title, align, words_x, y + tag / 2 + sizes->title * 0.36f,
              theme->t1, told.title);
    pen_words(pen, MEDIUM, sizes->figures, align, words_x, y + tag + sizes->figures + 2, theme->t1,
              told.figures);
    return true;
}

/* Alarms beyond these are in the list, and their zones have their colour: with more outlines none
 * would be seen. */
enum { MARKED_MOST = 9, ALARMS_MOST = 512 };

/* How loud an alarm is on the ground: an outline's width, units; 0: it has none. */
static float loudness(const struct scene *scene, const Tifo__V1__Alarm *alarm, size_t rank)
{
    const Tifo__V1__Zone *zone = model_zone(scene->model, alarm->subject);
    bool high = alarm->priority >= TIFO__V1__ALARM_PRIORITY__ALARM_PRIORITY_HIGH;
    bool concourse = zone->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_CONCOURSE;
    if (rank >= MARKED_MOST && scene->choices->picked_alarm != alarm->number)
        return concourse ? 1.5f : 0;
    return !concourse && scene->drawing->unfold ? 1.5f : high ? 4 : 2;
}

static bool is_on_letter(const struct scene *scene, const struct words_box *box)
{
    const struct scene_places *places = scene->places;
    for (size_t i = 0; i < places->letter_count; i++)
        if (words_overlap(box, &places->letters[i]))
            return true;
    return false;
}

/* A tag stands in the middle of its sector, or beside a level's letter there. */
static void tag(struct scene *scene, const Tifo__V1__Alarm *alarm)
{
    enum { SIZE = 22, ASIDE = 30 };
    static const struct point spots[] = {
        { 0, 0 }, { -ASIDE, 0 }, { ASIDE, 0 }, { 0, -ASIDE }, { 0, ASIDE },
    };
    float scale = scene->pen.scale;
    struct point middle = scene_drawn_px(scene, drawing_middle(scene->drawing, alarm->subject));
    float x = middle.x / scale - SIZE / 2, y = middle.y / scale - SIZE / 2;
    size_t spot = 0;
    for (size_t i = sizeof spots / sizeof spots[0]; i-- > 0;) {
        struct words_box box = { (x + spots[i].x) * scale, (y + spots[i].y) * scale, SIZE * scale,
                                 SIZE * scale };
        if (!is_on_letter(scene, &box))
            spot = i;
    }
    pen_alarm(&scene->pen, x + spots[spot].x, y + spots[spot].y, SIZE, alarm);
}

void scene_callouts(struct scene *scene)
{
    const struct model *model = scene->model;
    bool told = false;
    size_t rank = 0;
    const Tifo__V1__Alarm *ranked[ALARMS_MOST];
    size_t count = model_alarms_ranked(model, ranked, ALARMS_MOST);
    for (size_t i = 0; i < count; i++) {
        const Tifo__V1__Alarm *alarm = ranked[i];
        const Tifo__V1__Zone *zone = model_zone(model, alarm->subject);
        if (alarm->kind != TIFO__V1__ALARM_KIND__ALARM_KIND_DENSITY || !zone)
            continue;
        if (rank < MARKED_MOST)
            members(scene, alarm);
        if (!drawing_shows_zone(scene->drawing, zone))
            continue;
        uint32_t number = scene->choices->picked_alarm;
        float line = loudness(scene, alarm, rank);
        bool marked = rank++ < MARKED_MOST || number == alarm->number;
        if (line > 0)
            sector(scene, alarm->subject, scene_line(scene, line));
        if (!told && (!number || number == alarm->number) && tell(scene, alarm)) {
            told = true;
            continue;
        }
        if (!marked)
            continue;
        tag(scene, alarm);
    }
}
