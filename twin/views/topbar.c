#include "twin/format.h"
#include "twin/views/views.h"

#include <math.h>
#include <stdio.h>

/* Baselines of the labels and of the values. */
static const float label_y = 27, value_y = 51;

static void item(struct pen *pen, float x, const char *label, const char *value)
{
    pen_words(pen, REGULAR, 13, LEFT, x, label_y, pen->theme->t2, label);
    pen_words(pen, MEDIUM, 20, LEFT, x, value_y, pen->theme->t1, value);
}

/* While an evacuation is by stages it is of those who were called. */
static void whose_clearance(const struct model *model, char *out, size_t size)
{
    const size_t called = model->crowd->phase ? model->crowd->phase->n_leave_block : 0;
    if (called > 0 && model->venue)
        snprintf(out, size, "clearance of %zu of %zu blocks", called, model->venue->n_blocks);
    else
        snprintf(out, size, "clearance if started now");
}

/* Time until everyone would be out, on a scale of 0 to 15 minutes. */
static void clearance(struct pen *pen, float x, const struct model *model, uint32_t seconds)
{
    const float width = 240, full_s = 15 * 60;
    char figures[FORMAT_SIZE], words[64];
    whose_clearance(model, words, sizeof words);
    pen_words(pen, REGULAR, 13, LEFT, x, label_y, pen->theme->t2, words);
    pen_fill(pen, x, 37, width, 16, pen->theme->track);
    float part = (float)seconds / full_s;
    pen_fill(pen, x, 42, width * (part > 1 ? 1 : part), 6, pen->theme->bar);
    pen_words(pen, MEDIUM, 20, LEFT, x + width + 14, value_y, pen->theme->t1,
              format_duration(figures, seconds));
}

static void people(struct pen *pen, float x, float end, const struct model *model)
{
    const struct {
        const char *label;
        uint64_t value;
    } items[] = { { "inside", model->totals.inside },
                  { "in seats", model->totals.in_seats },
                  { "on concourses", model->totals.on_concourses },
                  { "left by the gates", model->totals.left } };
    char figures[FORMAT_SIZE];
    for (size_t i = 0; i < sizeof items / sizeof *items && x + 120 <= end; i++, x += 138)
        item(pen, x, items[i].label, format_count(figures, items[i].value));
    uint32_t seconds = model->plan ? model->plan->clearance_s : 0;
    if (seconds && x + 340 <= end)
        clearance(pen, x + 12, model, seconds);
}

/* Age of the newest data, and whether it may be trusted. */
static void liveness(struct pen *pen, float x, float end, const struct model *model,
                     const struct desk *desk)
{
    const struct theme *theme = pen->theme;
    char words[64], figures[FORMAT_SIZE];
    if (model->live) {
        snprintf(words, sizeof words, "live is %s",
                 format_clock(figures, model_now_ms(model->live)));
        pen_words(pen, REGULAR, 13, LEFT, x, label_y, theme->t2, words);
        snprintf(words, sizeof words, "replay %s, %s", format_clock(figures, model_now_ms(model)),
                 desk->running ? "8x" : "paused");
        float size = 20;
        while (size > 13 && pen_width(pen, SEMIBOLD, size, words) > end - x)
            size--;
        pen_words_within(pen, SEMIBOLD, size, x, value_y, end - x, theme->voice, words);
        return;
    }
    if (model->contact.state != CONTACT_LIVE) {
        pen_words(pen, REGULAR, 13, LEFT, x, label_y, theme->t2, "data");
        pen_words(pen, SEMIBOLD, 20, LEFT, x, value_y, theme->t1,
                  model->contact.state == CONTACT_LOST ? "no contact" : "waiting");
        return;
    }
    int64_t age_ms = model_data_age_ms(model);
    bool late = age_ms > LATE_MS;
    snprintf(words, sizeof words, "data %.1f s old", (double)age_ms / 1000);
    pen_words(pen, late ? SEMIBOLD : REGULAR, 13, LEFT, x, label_y, late ? theme->t1 : theme->t2,
              words);
    path_reset(pen->path);
    path_add_disc(pen->path, (x + 5) * pen->scale, (value_y - 7) * pen->scale, 5 * pen->scale);
    path_fill(pen->path, pen->canvas, late ? theme->t1 : theme->t2);
    pen_words(pen, MEDIUM, 20, LEFT, x + 18, value_y, theme->t1,
              late              ? "late"
              : model->recorded ? "recorded"
                                : "live");
}

static void phase(struct pen *pen, float x, const struct model *model)
{
    const Tifo__V1__Phase *now = model->crowd ? model->crowd->phase : NULL;
    char words[64], figures[FORMAT_SIZE];
    if (!now || !now->ends_ms || !*now->next_label || now->ends_ms < model_now_ms(model))
        return;
    snprintf(words, sizeof words, "%.40s in", now->next_label);
    item(pen, x, words,
         format_duration(figures, (now->ends_ms - model_now_ms(model) + 999) / 1000));
}

/* Outline figures, of a moment that is over. */
static void draw_clock(struct pen *pen, float x, const char *clock, bool over)
{
    const struct theme *theme = pen->theme;
    if (!over) {
        pen_words(pen, REGULAR, 38, RIGHT, x, 48, theme->t1, clock);
        return;
    }
    float d = fmaxf(1, pen->scale) / pen->scale;
    static const float around[8][2] = { { -1, -1 }, { 0, -1 }, { 1, -1 }, { -1, 0 },
                                        { 1, 0 },   { -1, 1 }, { 0, 1 },  { 1, 1 } };
    for (int i = 0; i < 8; i++)
        pen_words(pen, MEDIUM, 38, RIGHT, x + around[i][0] * d, 48 + around[i][1] * d, theme->t1,
                  clock);
    pen_words(pen, MEDIUM, 38, RIGHT, x, 48, theme->bg, clock);
}

void view_topbar(struct pen *pen, struct area area, const struct layout *layout,
                 const struct model *model, const struct desk *desk)
{
    const struct theme *theme = pen->theme;
    pen_rule(pen, area.x, area.height - 1, area.width, theme->line);
    float end = area.width - 24;
    if (model_now_ms(model)) {
        char clock[FORMAT_SIZE];
        format_clock(clock, model_now_ms(model));
        draw_clock(pen, end, clock, model->live != NULL);
        end -= pen_width(pen, REGULAR, 38, clock) + 16;
        if (model->crowd->simulated) {
            pen_words(pen, REGULAR, 13, RIGHT, end, value_y, theme->t2, "simulated");
            end -= pen_width(pen, REGULAR, 13, "simulated") + 16;
        }
    }
    const char *name = model->venue ? model->venue->name : "Tifo";
    float status = layout->alarm_line ? end - 110 : layout->right.x;
    pen_words_within(pen, SEMIBOLD, 20, 24, 41, layout->alarm_line ? status - 40 : 400, theme->t1,
                     name);
    liveness(pen, status, end, model, desk);
    if (!model->live && status + 270 <= end + 130 && !layout->narrow_left)
        phase(pen, status + 130, model);
    float start = 24 + pen_width(pen, SEMIBOLD, 20, name) + 48;
    start = start < layout->ground.x + 48 ? layout->ground.x + 48 : start;
    struct theme dim;
    struct pen figures = pen_for_figures(pen, model, &dim);
    if (model->crowd)
        people(&figures, start, status - 24, model);
}
