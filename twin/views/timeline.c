#include "twin/format.h"
#include "twin/views/views.h"

#include <math.h>
#include <stdio.h>

/* The window: what is remembered, and what is known to come. */
enum { PAST_MS = 15 * 60000, AHEAD_MS = 5 * 60000, GRID_MS = 60000 };
enum { DAY_PAST_MS = 60 * 60000, DAY_AHEAD_MS = 60 * 60000 };
static const float axis_x = 94, strip_y = 12, strip_height = 18, track_y = 44, track_height = 100;

struct frame {
    float x, width; /* Of the tracks. */
    int64_t start_ms, end_ms;
};

static float at_time(const struct frame *frame, int64_t at_ms)
{
    return frame->x + frame->width * (float)(at_ms - frame->start_ms) /
                          (float)(frame->end_ms - frame->start_ms);
}

static int64_t clamp_time(const struct frame *frame, int64_t at_ms)
{
    return at_ms < frame->start_ms ? frame->start_ms
           : at_ms > frame->end_ms ? frame->end_ms
                                   : at_ms;
}

static void strip_part(struct pen *pen, const struct frame *day, float y, int64_t from_ms,
                       int64_t to_ms, const char *label)
{
    float x0 = at_time(day, clamp_time(day, from_ms)), x1 = at_time(day, clamp_time(day, to_ms));
    if (x1 <= x0)
        return;
    pen_fill(pen, x0 + 1, y, x1 - x0 - 1, strip_height, pen->theme->raise);
    if (x1 - x0 > 40)
        pen_words_within(pen, REGULAR, 12, x0 + 8, y + 13, x1 - x0 - 12, pen->theme->t2, label);
}

/* Phases: those seen, the one that runs, and the name of the next. */
static void day_strip(struct pen *pen, const struct frame *day, const struct frame *window, float y,
                      const struct model *model)
{
    const Tifo__V1__Phase *phase = model->crowd->phase;
    int64_t ends = phase && phase->ends_ms ? phase->ends_ms : day->end_ms;
    for (size_t i = 0; i < model->mark_count; i++) {
        const struct mark *mark = &model->marks[i];
        if (mark->kind != MARK_PHASE)
            continue;
        int64_t until = ends;
        for (size_t j = 0; j < model->mark_count; j++)
            if (model->marks[j].kind == MARK_PHASE && model->marks[j].at_ms > mark->at_ms &&
                model->marks[j].at_ms < until)
                until = model->marks[j].at_ms;
        strip_part(pen, day, y, mark->at_ms, until, mark->words);
    }
    if (phase && phase->ends_ms && *phase->next_label)
        strip_part(pen, day, y, phase->ends_ms, day->end_ms, phase->next_label);
    float x0 = at_time(day, clamp_time(day, window->start_ms));
    float x1 = at_time(day, clamp_time(day, window->end_ms));
    pen_frame(pen, x0, y - 2, x1 - x0, strip_height + 4, 1.5f, pen->theme->t2);
}

/* One track: a column of the history, from 0 to `top`. */
static void track(struct pen *pen, const struct frame *frame, float y, float height,
                  const struct model *model, size_t column, float top, colour ink)
{
    struct point points[HISTORY_ROWS];
    size_t count = 0;
    for (size_t i = 0; i < model->history.count; i++) {
        int64_t at = history_time(&model->history, i);
        if (at < frame->start_ms)
            continue;
        float value = fminf(history_value(&model->history, i, column) / top, 1);
        points[count++] =
            (struct point){ at_time(frame, at), y + height - 1 - value * (height - 3) };
    }
    pen_polyline(pen, points, count, 1.5f, ink);
}

/* Alarms stand in two rows of tags; where both are taken the line alone remains. */
static void alarm_mark(struct pen *pen, const struct mark *mark, float x, float y, float height,
                       float taken[2])
{
    const struct theme *theme = pen->theme;
    pen_upright(pen, x, y + 20, height - 20, 1.5f, mark->priority > 1 ? theme->alarm : theme->t3);
    for (int row = 0; row < 2; row++) {
        if (x - 9 < taken[row])
            continue;
        pen_alarm_tag(pen, x - 9, y + 20 + 21 * (float)row, 18, mark->priority, mark->number);
        taken[row] = x + 11;
        return;
    }
}

/* What happened: phases and gates in words on the first row, alarms as tags below. */
static void draw_marks(struct pen *pen, const struct frame *frame, float y, float height,
                       float now_x, const struct model *model)
{
    const struct theme *theme = pen->theme;
    float words_end = 0, taken[2] = { 0, 0 };
    for (size_t i = 0; i < model->mark_count; i++) {
        const struct mark *mark = &model->marks[i];
        if (mark->at_ms < frame->start_ms || mark->at_ms > frame->end_ms)
            continue;
        float x = at_time(frame, mark->at_ms);
        if (mark->kind == MARK_ALARM) {
            alarm_mark(pen, mark, x, y, height, taken);
            continue;
        }
        pen_upright(pen, x, y, height, 1.5f, theme->t3);
        float width = pen_width(pen, REGULAR, 13, mark->words), start = fmaxf(x + 6, words_end);
        if (start + width > now_x - 4) /* What has just happened stands before its line. */
            start = fmaxf(x - width - 8, words_end);
        if (start + width > now_x - 4)
            continue;
        pen_words(pen, REGULAR, 13, LEFT, start, y + 14, theme->t1, mark->words);
        words_end = start + width + 10;
    }
}

static void grid(struct pen *pen, const struct frame *frame, float y, float height)
{
    char figures[FORMAT_SIZE];
    int64_t first = (frame->start_ms / GRID_MS + 1) * GRID_MS;
    for (int64_t at = first; at < frame->end_ms; at += GRID_MS) {
        float x = at_time(frame, at);
        bool labelled = at % (5 * GRID_MS) == 0;
        pen_upright(pen, x, y + (labelled ? 0 : height - 4), labelled ? height : 4, 1,
                    pen->theme->line);
        if (labelled)
            pen_words(pen, REGULAR, 12, CENTRE, x, y + height + 16, pen->theme->t2,
                      format_clock_minutes(figures, at));
    }
}

static void label(struct pen *pen, float x, float y, const char *first, const char *second)
{
    pen_words(pen, REGULAR, 13, LEFT, x, y, pen->theme->t2, first);
    pen_words(pen, REGULAR, 13, LEFT, x, y + 16, pen->theme->t2, second);
}

/* A fixed scale: all the seats. */
static float concourse_top(const struct model *model)
{
    float seats = 0;
    for (size_t i = 0; i < model->stand_count; i++)
        seats += (float)model->stands[i].seats;
    return fmaxf(seats, 1);
}

void view_timeline(struct pen *pen, struct area area, const struct model *model)
{
    const struct theme *theme = pen->theme;
    pen_fill(pen, area.x, area.y, area.width, area.height, theme->panel);
    pen_rule(pen, area.x, area.y, area.width, theme->line);
    int64_t now = model_now_ms(model);
    if (!now)
        return;
    float x = axis_x, width = area.width - axis_x - 24, y = area.y + track_y;
    struct frame window = { x, width, now - PAST_MS, now + AHEAD_MS };
    struct frame day = { x, width, now - DAY_PAST_MS, now + DAY_AHEAD_MS };
    float now_x = at_time(&window, now);
    pen_words(pen, REGULAR, 13, LEFT, 24, area.y + strip_y + 14, theme->t2, "day");
    day_strip(pen, &day, &window, area.y + strip_y, model);

    pen_fill(pen, x, y, now_x - x, track_height, theme->bg);
    grid(pen, &window, y, track_height);
    float upper = 60, lower = track_height - upper;
    pen_rule(pen, x, y + upper, width, theme->line);
    label(pen, 24, y + 14, "on con-", "courses");
    label(pen, 24, y + upper + 14, "densest", "zone");

    char figures[FORMAT_SIZE];
    float top = concourse_top(model);
    track(pen, &window, y, upper, model, HISTORY_ON_CONCOURSES, top, theme->t1);
    pen_words(pen, REGULAR, 12, LEFT, 24, y + 46, theme->t3, format_count(figures, (uint64_t)top));
    float limit = y + upper + lower - 1 - walkway_limits[4] / 4 * (lower - 3);
    pen_dashes(pen, x, limit, now_x - x, 1, 1, theme->line2);
    track(pen, &window, y + upper, lower, model, HISTORY_WORST_DENSITY, 4, theme->t1);
    draw_marks(pen, &window, y, track_height, now_x, model);

    const Tifo__V1__Phase *phase = model->crowd->phase;
    if (phase && phase->ends_ms > now && phase->ends_ms < window.end_ms && *phase->next_label) {
        float at = at_time(&window, phase->ends_ms);
        pen_upright(pen, at, y, track_height, 1, theme->t3);
        pen_words(pen, REGULAR, 13, LEFT, at + 6, y + 14, theme->t2, phase->next_label);
    }
    pen_upright(pen, now_x, y - 4, track_height + 4, 2, theme->voice);
    pen_words(pen, SEMIBOLD, 13, LEFT, now_x + 8, y + 12, theme->t1, "now");
    char words[64];
    snprintf(words, sizeof words, "%s people", format_count(figures, model->totals.on_concourses));
    pen_words(pen, MEDIUM, 13, LEFT, now_x + 8, y + upper - 8, theme->t1, words);
    uint32_t densest = model_densest(model);
    if (densest == UNKNOWN)
        return;
    snprintf(words, sizeof words, "%.1f p/m\xc2\xb2, %.40s", (double)model_density(model, densest),
             model_place_name(model, densest));
    pen_words(pen, MEDIUM, 13, LEFT, now_x + 8, y + track_height - 10, theme->t1, words);
}
