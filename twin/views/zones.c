#include "twin/format.h"
#include "twin/views/views.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const float full_pm2 = 4, row_pitch = 30, level_width = 68; /* With its scale's word. */
enum { MOST_ROWS = 12 };

/* The walking zones with the highest densities, highest first. */
static size_t densest(const struct model *model, uint32_t out[MOST_ROWS])
{
    size_t count = 0;
    for (uint32_t z = 0; model->venue && z < model->venue->n_zones; z++) {
        if (!zone_is_inside(model->venue->zones[z]) ||
            model_age_ms(model, z) > STALE_MS + model_data_age_ms(model))
            continue;
        size_t at = count;
        for (; at > 0 && model_density(model, out[at - 1]) < model_density(model, z); at--)
            if (at < MOST_ROWS)
                out[at] = out[at - 1];
        if (at < MOST_ROWS)
            out[at] = z;
        if (count < MOST_ROWS)
            count++;
    }
    return count;
}

static void draw_row(struct pen *pen, struct area area, float y, const struct model *model,
                     uint32_t zone)
{
    const struct theme *theme = pen->theme;
    float density = model_density(model, zone);
    bool loud = model_level_of_service(model, zone) >= 'E';
    float limit = model_level_scale(model, zone)->limits[4];
    char figures[FORMAT_SIZE];
    float bar = area.x + area.width * 0.3f,
          /* Figures stand beside the longest bar. */
        width = area.width * 0.7f - fmaxf(area.width * 0.3f, level_width + 40);
    pen_words_within(pen, loud ? MEDIUM : REGULAR, 14, area.x, y + 20, bar - area.x - 8,
                     loud ? theme->t1 : theme->t2, model_place_name(model, zone));
    pen_fill(pen, bar, y + 8, width, 14, theme->track);
    pen_fill(pen, bar, y + 11, width * fminf(density / full_pm2, 1), 8,
             loud ? theme->voice : theme->bar);
    if (limit < full_pm2)
        pen_upright(pen, bar + width * limit / full_pm2, y + 6, 18, 1, theme->line2);
    pen_words(pen, loud ? SEMIBOLD : REGULAR, 14, RIGHT, area.x + area.width - level_width - 8,
              y + 20, loud ? theme->t1 : theme->t2, format_density(figures, density));
    pen_pickable(pen, (struct area){ area.x, y, area.width, row_pitch }, PICK_ZONE, zone);
    view_level(pen, area.x + area.width - level_width, y + 5, model, zone);
}

float view_zones(struct pen *pen, struct area area, const struct model *model)
{
    float bottom = area.y + area.height - 12, y = area.y + 30;
    uint32_t zones[MOST_ROWS];
    size_t count = densest(model, zones);
    if (!count || y + 20 + row_pitch > bottom)
        return area.y;
    y = view_title(pen, area.x, y, area.width, "Densest zones", "people a m\xc2\xb2, line: level F",
                   "level") +
        6;
    for (size_t i = 0; i < count && y + row_pitch <= bottom; i++, y += row_pitch)
        draw_row(pen, area, y, model, zones[i]);
    return y;
}
