#include "twin/format.h"
#include "twin/views/views.h"

#include <math.h>
#include <stdio.h>

enum { MOST_ROWS = 5 };
static const float waits_room = 128; /* For their title and three of them. */

/* A horizontal arrow whose thickness follows the share, as the ribbons on the ground do. */
static void arrow_icon(struct pen *pen, float x, float y, uint32_t share_milli)
{
    float s = pen->scale, shaft = fmaxf(4, 26 * (float)share_milli / 1000);
    float head = fminf(shaft * 1.75f, 30), length = 46, tip = fmaxf(head * 0.6f, 8);
    path_reset(pen->path);
    const struct point corners[7] = {
        { x, y - shaft / 2 },
        { x + length - tip, y - shaft / 2 },
        { x + length - tip, y - head / 2 },
        { x + length, y },
        { x + length - tip, y + head / 2 },
        { x + length - tip, y + shaft / 2 },
        { x, y + shaft / 2 },
    };
    for (int i = 0; i < 7; i++)
        path_add_point(pen->path, corners[i].x * s, corners[i].y * s);
    path_close(pen->path);
    path_fill(pen->path, pen->canvas, pen->theme->force);
}

static const char *destination_name(const struct model *model, const Tifo__V1__Split *split,
                                    size_t i, char *out, size_t size)
{
    const Tifo__V1__Venue *v = model->venue;
    uint32_t at = split->destination[i];
    if (split->purpose != TIFO__V1__PURPOSE__PURPOSE_EXIT) {
        if (at >= v->n_facilities)
            return "";
        return *v->facilities[at]->name ? v->facilities[at]->name : v->facilities[at]->facility_id;
    }
    if (at >= v->n_gates)
        return "";
    uint32_t next = i < split->n_next_place ? split->next_place[i] : UNKNOWN;
    const Tifo__V1__Zone *via = model_zone(model, next);
    if (via && next != split->origin && zone_is_inside(via))
        snprintf(out, size, "%s by %s", v->gates[at]->gate_id, model_place_name(model, next));
    else
        snprintf(out, size, "%s", v->gates[at]->gate_id);
    return out;
}

/* Indices of the largest shares, largest first. */
static size_t largest(const Tifo__V1__Split *split, size_t out[MOST_ROWS])
{
    size_t count = 0;
    for (size_t i = 0; i < split->n_share_milli && i < split->n_destination; i++) {
        if (!split->share_milli[i])
            continue;
        size_t at = count;
        for (; at > 0 && split->share_milli[out[at - 1]] < split->share_milli[i]; at--)
            if (at < MOST_ROWS)
                out[at] = out[at - 1];
        if (at < MOST_ROWS)
            out[at] = i;
        if (count < MOST_ROWS)
            count++;
    }
    return count;
}

static void draw_row(struct pen *pen, float x, float y, float width, const struct model *model,
                     const Tifo__V1__Split *split, size_t i)
{
    char words[128], figures[FORMAT_SIZE];
    arrow_icon(pen, x, y + 17, split->share_milli[i]);
    pen_words_within(pen, REGULAR, 16, x + 60, y + 23, width - 60 - 112, pen->theme->t1,
                     destination_name(model, split, i, words, sizeof words));
    snprintf(words, sizeof words, "%.0f %%", (double)split->share_milli[i] / 10);
    pen_words(pen, SEMIBOLD, 16, RIGHT, x + width - 58, y + 23, pen->theme->t1, words);
    uint64_t people = (uint64_t)model_people(model, split->origin) * split->share_milli[i];
    pen_words(pen, REGULAR, 16, RIGHT, x + width, y + 23, pen->theme->t2,
              format_count(figures, (people + 500) / 1000));
    pen_rule(pen, x, y + 34, width, pen->theme->line);
}

float view_guidance(struct pen *pen, struct area area, const struct model *model, int32_t level)
{
    const struct theme *theme = pen->theme;
    char right[64] = "", words[160], figures[FORMAT_SIZE];
    if (model->plan && model->plan->number)
        snprintf(right, sizeof right, "plan %u \xc2\xb7 %s", model->plan->number,
                 format_clock(figures, model->plan->adopted_ms));
    float y = area.y + 30;
    pen_words(pen, SEMIBOLD, 16, LEFT, area.x, y, theme->t1, "Guidance in force");
    pen_words(pen, REGULAR, 13, RIGHT, area.x + area.width, y, theme->t2, right);
    const Tifo__V1__Split *split = model_focus_split(model, level);
    if (!split) {
        pen_words(pen, REGULAR, 14, LEFT, area.x, y + 24, theme->t2,
                  model->plan && model->plan->number ? "hardly anyone to guide on this level"
                                                     : "no plan yet");
        return y + 34;
    }
    static const char *const purposes[] = { "", "", " to food", " to toilets" };
    snprintf(words, sizeof words, "from %.60s%s, %s people", model_place_name(model, split->origin),
             split->purpose < 4 ? purposes[split->purpose] : "",
             format_count(figures, model_people(model, split->origin)));
    pen_words_within(pen, REGULAR, 13, area.x, y + 24, area.width, theme->t2, words);
    y += 34;
    pen_rule(pen, area.x, y, area.width, theme->line);
    size_t rows[MOST_ROWS], count = largest(split, rows);
    /* Two rows at least; the rest of a low column is for the waits. */
    float bottom = area.y + area.height, spare = bottom - waits_room;
    uint32_t left_milli = 0;
    for (size_t i = 0; i < split->n_destination && i < split->n_share_milli; i++)
        left_milli += split->share_milli[i];
    for (size_t i = 0; i < count && y + 35 <= (i < 2 ? bottom : spare); i++, y += 35) {
        draw_row(pen, area.x, y, area.width, model, split, rows[i]);
        left_milli -= split->share_milli[rows[i]];
    }
    if (left_milli >= 5 && y + 20 <= bottom) { /* Shares are told to the whole. */
        snprintf(words, sizeof words, "others %.0f %%", (double)left_milli / 10);
        pen_words(pen, REGULAR, 13, RIGHT, area.x + area.width - 58, y + 16, theme->t2, words);
        y += 20;
    }
    return y + 4;
}
