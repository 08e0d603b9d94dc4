#include "twin/format.h"
#include "twin/views/views.h"

#include <math.h>

float view_title(struct pen *pen, float x, float y, float width, const char *title,
                 const char *addition, const char *right)
{
    const struct theme *theme = pen->theme;
    pen_words(pen, SEMIBOLD, 16, LEFT, x, y, theme->t1, title);
    pen_words(pen, REGULAR, 13, LEFT, x + pen_width(pen, SEMIBOLD, 16, title) + 12, y, theme->t2,
              addition);
    pen_words(pen, REGULAR, 13, RIGHT, x + width, y, theme->t2, right);
    pen_rule(pen, x, y + 14, width, theme->line);
    return y + 14;
}

float view_stands(struct pen *pen, struct area area, const struct model *model)
{
    const struct theme *theme = pen->theme;
    const float pitch = 30;
    float bottom = area.y + area.height, y = area.y + 30;
    if (!model->stand_count || y + 14 + pitch > bottom)
        return area.y;
    y = view_title(pen, area.x, y, area.width, "Stands", "in their seats", "of seats") + 6;
    uint32_t most = 1;
    for (size_t s = 0; s < model->stand_count; s++)
        most = model->stands[s].seats > most ? model->stands[s].seats : most;
    float bar = area.x + area.width * 0.3f,
          /* Figures stand beside the longest bar. */
        width = area.width * 0.7f - fmaxf(area.width * 0.3f, 112);
    for (size_t s = 0; s < model->stand_count && y + pitch <= bottom; s++, y += pitch) {
        const struct stand *stand = &model->stands[s];
        char figures[FORMAT_SIZE];
        float track = width * (float)stand->seats / (float)most;
        float part = stand->seats ? (float)stand->people / (float)stand->seats : 0;
        part = pen_eased(pen, MOTION_STAND, (uint32_t)s, part);
        pen_words_within(pen, REGULAR, 14, area.x, y + 20, bar - area.x - 8, theme->t1,
                         stand->name);
        pen_fill(pen, bar, y + 8, track, 14, theme->track);
        pen_fill(pen, bar, y + 11, track * (part > 1 ? 1 : part), 8, theme->bar);
        pen_words(pen, MEDIUM, 14, RIGHT, area.x + area.width - 72, y + 20, theme->t1,
                  format_count(figures, stand->people));
        pen_words(pen, REGULAR, 14, RIGHT, area.x + area.width, y + 20, theme->t2,
                  format_count(figures, stand->seats));
    }
    return y;
}
