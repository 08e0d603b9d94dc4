#include "twin/format.h"
#include "twin/ground.h"
#include "twin/views/views.h"

#include <math.h>
#include <stdio.h>

/* The scale of density, what the marks mean, and how long 50 m are. */

static const float chip = 34;

static float words(struct pen *pen, float x, float y, const char *text)
{
    pen_words(pen, REGULAR, 13, LEFT, x, y, pen->theme->t2, text);
    return x + pen_width(pen, REGULAR, 13, text);
}

static float density_scale(struct pen *pen, float x, float y)
{
    const struct theme *theme = pen->theme;
    pen_words(pen, REGULAR, 12, LEFT, x, y + 34, theme->t2, "walkway");
    x = words(pen, x, y + 14, "level") + 12;
    for (int i = 0; i < DENSITY_STOPS; i++, x += chip) {
        const char letter[2] = { (char)('A' + i), '\0' };
        colour ink = i >= 3 ? theme->ink_dense : i == 2 ? theme->ink_sparse : theme->t2;
        pen_fill(pen, x, y, chip, 18, theme->stops[i]);
        pen_words(pen, SEMIBOLD, 13, CENTRE, x + chip / 2, y + 14, ink, letter);
        if (i == DENSITY_STOPS - 1)
            continue;
        char figures[16];
        snprintf(figures, sizeof figures, "%.2f", (double)walkway_scale.limits[i]);
        pen_words(pen, REGULAR, 12, CENTRE, x + chip, y + 34, theme->t2, figures);
    }
    return words(pen, x + 6, y + 14, "p/m\xc2\xb2");
}

static float marks(struct pen *pen, float x, float y)
{
    const struct theme *theme = pen->theme;
    float scale = pen->scale;
    pen_fill(pen, x, y + 5, 16, 8, theme->bar);
    x = words(pen, x + 22, y + 14, "food") + 18;
    path_reset(pen->path);
    path_add_circle(pen->path, (x + 6) * scale, (y + 9) * scale, 4.5f * scale,
                    fmaxf(1, 1.5f * scale));
    path_fill(pen->path, pen->canvas, theme->bar);
    x = words(pen, x + 18, y + 14, "toilets") + 18;
    for (int i = 0; i < 4; i++)
        pen_upright(pen, x + (float)i * 5, y + 3, 12, 1, theme->bar);
    x = words(pen, x + 22, y + 14, "stairs") + 18;
    pen_fill(pen, x, y + 5, 10, 8, colour_mix(theme->wall, theme->bar, 0.5f));
    x = words(pen, x + 16, y + 14, "vomitory") + 18;
    struct point arrow[7] = { { x, y + 6 },      { x + 18, y + 6 },  { x + 18, y + 2 },
                              { x + 28, y + 9 }, { x + 18, y + 16 }, { x + 18, y + 12 },
                              { x, y + 12 } };
    path_reset(pen->path);
    for (int i = 0; i < 7; i++)
        path_add_point(pen->path, arrow[i].x * scale, arrow[i].y * scale);
    path_close(pen->path);
    path_fill(pen->path, pen->canvas, theme->force);
    return words(pen, x + 36, y + 14, "guidance, width = share") + 24;
}

static void length_bar(struct pen *pen, float px_per_m, float right, float y, float start)
{
    static const float lengths[] = { 100, 50, 20, 10, 5, 2 };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        float width = lengths[i] * px_per_m / pen->scale;
        char figures[16];
        snprintf(figures, sizeof figures, "%.0f m", (double)lengths[i]);
        float label = pen_width(pen, REGULAR, 13, figures) + 8, x = right - label - width;
        if (x < start || width > 200)
            continue;
        pen_fill(pen, x, y + 8, width, 1.5f, pen->theme->bar);
        pen_upright(pen, x, y + 4, 9, 1.5f, pen->theme->bar);
        pen_upright(pen, x + width, y + 4, 9, 1.5f, pen->theme->bar);
        words(pen, right - label + 8, y + 14, figures);
        return;
    }
}

float view_level(struct pen *pen, float x, float y, const struct model *model, uint32_t zone)
{
    const struct theme *theme = pen->theme;
    const char letter[2] = { model_level_of_service(model, zone), '\0' };
    if (!letter[0])
        return x;
    float shade = model_shade(model, zone);
    const char *word = model_level_scale(model, zone)->word;
    pen_fill(pen, x, y, 22, 20, theme_density(theme, shade));
    pen_words(pen, SEMIBOLD, 14, CENTRE, x + 11, y + 15,
              letter[0] == 'A' ? theme->t2 : theme_ink(theme, shade), letter);
    pen_words(pen, REGULAR, 13, LEFT, x + 28, y + 15, theme->t2, word);
    return *word ? x + 28 + pen_width(pen, REGULAR, 13, word) : x + 22;
}

/* Each level with its worst zone and its people: the one that is not shown is not forgotten. */
void view_levels(struct pen *pen, struct area area, const struct model *model, int32_t shown)
{
    const struct theme *theme = pen->theme;
    if (area.width < 700 || !model->venue || model->venue->n_levels < 2)
        return;
    float y = area.y + area.height - 12 - 26 * (float)(model->venue->n_levels - 1);
    for (size_t i = model->venue->n_levels; i-- > 0; y += 26) {
        const Tifo__V1__Level *level = model->venue->levels[i];
        bool now = level->number == shown;
        uint32_t people = 0, worst = UNKNOWN;
        for (uint32_t z = 0; z < model->venue->n_zones; z++) {
            const Tifo__V1__Zone *zone = model->venue->zones[z];
            if (!zone_is_inside(zone) || zone->level != level->number)
                continue;
            people += model_people(model, z);
            if (model_level_of_service(model, z) && !model_place_is_stale(model, z) &&
                (worst == UNKNOWN || model_shade(model, z) > model_shade(model, worst)))
                worst = z;
        }
        char name[64], figures[FORMAT_SIZE];
        snprintf(name, sizeof name, "Level %d", level->number);
        if (*level->name)
            snprintf(name, sizeof name, "%.40s", level->name);
        if (now)
            pen_fill(pen, area.x, y - 15, 3, 20, theme->voice);
        pen_words(pen, now ? SEMIBOLD : REGULAR, 16, LEFT, area.x + 12, y,
                  now ? theme->t1 : theme->t2, name);
        if (!model->crowd)
            continue;
        float x = area.x + 12 + pen_width(pen, SEMIBOLD, 16, name) + 12;
        if (worst != UNKNOWN)
            x = view_level(pen, x, y - 15, model, worst) + 8;
        pen_words(pen, REGULAR, 13, LEFT, x, y, theme->t2, format_count(figures, people));
    }
}

static void count(char out[96], uint32_t reporting, uint32_t people, const char *where)
{
    char some[FORMAT_SIZE], all[FORMAT_SIZE];
    snprintf(out, 96, "%s of %s people %s report a position", format_count(some, reporting),
             format_count(all, people), where);
}

/* People who report a position, of all that are there: of those in view where their discs are
 * shown, otherwise of everyone inside. */
static void reported(struct pen *pen, const struct model *model, const struct ground *ground,
                     float right, float y)
{
    const Tifo__V1__WatchPositionsResponse *positions = model->positions;
    if (!positions || !model->crowd || !positions->n_place || !model->totals.inside)
        return;
    char text[96];
    uint32_t people = 0, reporting = 0;
    if (!ground_shows_people(ground)) {
        count(text, (uint32_t)positions->n_place, model->totals.inside, "inside");
    } else {
        for (uint32_t p = 0; p < model_place_count(model); p++)
            people += ground_sees(ground, p) ? model_people(model, p) : 0;
        for (size_t i = 0; i < positions->n_place; i++)
            reporting += ground_sees(ground, positions->place[i]);
        count(text, reporting, people, "here");
    }
    pen_words(pen, REGULAR, 13, RIGHT, right, y, pen->theme->t3, text);
}

static void eyes(struct pen *pen, float x, float y, enum vision vision)
{
    char text[96];
    if (!vision_name(vision))
        return;
    snprintf(text, sizeof text, "as seen with %s", vision_name(vision));
    pen_words(pen, SEMIBOLD, 14, LEFT, x, y, pen->theme->voice, text);
}

void view_legend(struct pen *pen, struct area area, const struct model *model,
                 const struct ground *ground, enum vision vision)
{
    float right = area.x + area.width, y = area.y + 10;
    float x = density_scale(pen, area.x, y);
    eyes(pen, x + 24, y + 36, vision);
    if (x + 520 < right)
        x = marks(pen, x + 24, y);
    length_bar(pen, ground->camera.px_per_m, right, y, x + 12);
    reported(pen, model, ground, right, y + 36);
}
