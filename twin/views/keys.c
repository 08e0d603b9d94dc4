#include "twin/views/views.h"

static const struct {
    const char *key, *does;
} keys[] = {
    { "Tab", "next alarm" },
    { "1-9", "that alarm" },
    { "PgUp PgDn", "level" },
    { "+ \xe2\x88\x92", "zoom" },
    { "\xe2\x86\x90 \xe2\x86\x91 \xe2\x86\x92 \xe2\x86\x93", "pan" },
    { "0", "whole ground" },
    { "P", "people" },
    { "N", "night or day" },
    { "Esc", "back" },
};

void view_keys(struct pen *pen, struct area area)
{
    const struct theme *theme = pen->theme;
    pen_fill(pen, area.x, area.y, area.width, area.height, theme->panel);
    float x = 24, y = area.y + 4;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        float cap = pen_width(pen, SEMIBOLD, 12, keys[i].key) + 14;
        float words = pen_width(pen, REGULAR, 13, keys[i].does);
        if (x + cap + words + 32 > area.width)
            return;
        pen_frame(pen, x, y, cap, 20, 1, theme->line2);
        pen_words(pen, SEMIBOLD, 12, CENTRE, x + cap / 2, y + 14, theme->t2, keys[i].key);
        pen_words(pen, REGULAR, 13, LEFT, x + cap + 7, y + 15, theme->t2, keys[i].does);
        x += cap + words + 32;
    }
}
