#include "twin/views/views.h"

#include <stdio.h>

struct key {
    const char *cap, *does;
    int press; /* enum desk_key; 0: not by a click. */
};
#define ARROWS_ACROSS "\xe2\x86\x90 \xe2\x86\x92"
#define ARROWS_UP     "\xe2\x86\x91 \xe2\x86\x93"

static const struct key usual[] = {
    { "Tab", "next alarm", DESK_NEXT_ALARM },
    { "hold Enter", "do it", 0 },
    { "A", "acknowledge", DESK_ACKNOWLEDGE },
    { "H", "shelve", DESK_SHELVE },
    { "G", "gates", DESK_GATES },
    { "1-9", "alarm", 0 },
    { "PgUp PgDn", "level", 0 },
    { "/", "find", DESK_FIND },
    { "Space", "pause", DESK_PAUSE },
    { ARROWS_ACROSS, "scrub", 0 },
    { "L", "live", DESK_LIVE },
    { "N", "night", 0 },
    { "?", "all keys", DESK_ALL_KEYS },
};
static const struct key on_page[] = {
    { "Esc", "back to the ground", DESK_BACK },
    { "[ ]", "gate", DESK_NEXT_GATE },
    { "1-9", "alarm", 0 },
    { ARROWS_UP, "action", DESK_DOWN },
    { "hold Enter", "confirm", 0 },
    { "Space", "pause", DESK_PAUSE },
    { ARROWS_ACROSS, "scrub", 0 },
    { "L", "live", DESK_LIVE },
    { "?", "all keys", DESK_ALL_KEYS },
};
static const struct key looking_back[] = {
    { "L", "go live", DESK_LIVE },
    { "Space", "run or pause", DESK_PAUSE },
    { ARROWS_ACROSS, "10 s", 0 },
    { "drag", "the timeline", 0 },
    { "Tab", "next alarm", DESK_NEXT_ALARM },
    { "G", "gates", DESK_GATES },
    { "PgUp PgDn", "level", 0 },
    { "/", "find", DESK_FIND },
    { "?", "all keys", DESK_ALL_KEYS },
};
static const struct key writing[] = {
    { "Enter", "take it", DESK_ENTER },
    { "Esc", "cancel", DESK_BACK },
};
static const struct key every[] = {
    { "Tab", "next alarm", DESK_NEXT_ALARM },
    { "1-9", "the alarm of that number", 0 },
    { "Enter", "open what is picked", 0 },
    { "hold Enter", "do what the button says", 0 },
    { "A", "acknowledge", DESK_ACKNOWLEDGE },
    { "H", "shelve, or off the shelf", DESK_SHELVE },
    { "G", "gates", DESK_GATES },
    { "[ ]", "previous, next gate", DESK_NEXT_GATE },
    { ARROWS_UP, "row or action", DESK_DOWN },
    { "Esc", "back", DESK_BACK },
    { "/", "find a gate, counter or zone", DESK_FIND },
    { "PgUp PgDn", "level", 0 },
    { "+ \xe2\x88\x92", "zoom", 0 },
    { "Shift arrows", "pan", 0 },
    { "0", "whole ground", 0 },
    { "P", "people", 0 },
    { "Space", "pause, run", DESK_PAUSE },
    { ARROWS_ACROSS, "10 s back, on", 0 },
    { "L", "live", DESK_LIVE },
    { "N", "night or day", 0 },
    { "?", "fewer keys", DESK_ALL_KEYS },
};
#define COUNT(list) (sizeof(list) / sizeof *(list))

static void draw_line(struct pen *pen, float x, float y, float end, const struct key *keys,
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        float width = pen_width(pen, SEMIBOLD, 12, keys[i].cap) +
                      pen_width(pen, REGULAR, 13, keys[i].does) + 20;
        if (x + width > end)
            return;
        x = pen_key(pen, x, y, keys[i].cap, keys[i].does, keys[i].press) + 18;
    }
}

/* What is looked for, as it is written. */
static float draw_find(struct pen *pen, float x, float y, const struct desk *desk)
{
    char words[260];
    snprintf(words, sizeof words, "find: %.200s", desk->words);
    pen_words(pen, SEMIBOLD, 14, LEFT, x, y + 15, pen->theme->t1, words);
    x += pen_width(pen, SEMIBOLD, 14, words) + 2;
    pen_upright(pen, x, y + 2, 16, 2, pen->theme->voice);
    return x + 24;
}

void view_keys(struct pen *pen, struct area area, const struct desk *desk)
{
    const struct theme *theme = pen->theme;
    pen_fill(pen, area.x, area.y, area.width, area.height, theme->panel);
    float x = 24, y = area.y + 4, end = area.width - 24;
    if (*desk->caller) {
        pen_words(pen, REGULAR, 13, RIGHT, end, y + 15, theme->t2, desk->caller);
        end -= pen_width(pen, REGULAR, 13, desk->caller) + 24;
    }
    if (desk->line == LINE_FIND)
        x = draw_find(pen, x, y, desk);
    if (desk->line != LINE_CLOSED)
        draw_line(pen, x, y, end, writing, COUNT(writing));
    else if (desk->replay)
        draw_line(pen, x, y, end, looking_back, COUNT(looking_back));
    else if (desk->page)
        draw_line(pen, x, y, end, on_page, COUNT(on_page));
    else
        draw_line(pen, x, y, end, usual, COUNT(usual));
}

void view_all_keys(struct pen *pen, struct area area)
{
    const float pitch = 26, column = 262;
    pen_fill(pen, area.x, area.y, area.width, area.height, pen->theme->panel);
    pen_rule(pen, area.x, area.y, area.width, pen->theme->line);
    size_t rows = (size_t)((area.height - 12) / pitch);
    for (size_t i = 0; rows && i < COUNT(every); i++) {
        float x = 24 + column * (float)(i / rows);
        if (x + column > area.width)
            return;
        pen_key(pen, x, area.y + 10 + pitch * (float)(i % rows), every[i].cap, every[i].does,
                every[i].press);
    }
}
