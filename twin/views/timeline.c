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

/* One track: a column of the history, from 0 to `top`, over [from_ms, to_ms]. */
struct track {
    float y, height, top;
    size_t column;
};
static void draw_track(struct pen *pen, const struct frame *frame, const struct track *track,
                       const struct model *model, int64_t from_ms, int64_t to_ms, colour ink)
{
    struct point points[HISTORY_ROWS];
    size_t count = 0;
    for (size_t i = 0; i < model->history.count; i++) {
        int64_t at = history_time(&model->history, i);
        if (at < frame->start_ms || at < from_ms || at > to_ms)
            continue;
        float value = fminf(history_value(&model->history, i, track->column) / track->top, 1);
        points[count++] = (struct point){ at_time(frame, at), track->y + track->height - 1 -
                                                                  value * (track->height - 3) };
    }
    pen_polyline(pen, points, count, 1.5f, ink);
}

/* In a replay what came later is there, but pale. */
static void draw_tracks(struct pen *pen, const struct frame *frame, const struct track *track,
                        const struct model *model, const struct model *live)
{
    int64_t cursor = model_now_ms(model);
    if (model != live)
        draw_track(pen, frame, track, live, cursor - HISTORY_STEP_MS, INT64_MAX, pen->theme->line2);
    draw_track(pen, frame, track, live, 0, model == live ? INT64_MAX : cursor, pen->theme->t1);
}

/* ---- Marks */

/* Tags stand in two rows; where both are taken a tick alone remains. */
enum { TAG_ROWS = 2, TAGS_MOST = 64 };
struct tags {
    float x[TAG_ROWS][TAGS_MOST];
    size_t count[TAG_ROWS];
};
static const float tag_size = 18, tag_pitch = 20;

static bool find_row(struct tags *tags, float x, int *row)
{
    for (*row = 0; *row < TAG_ROWS; ++*row) {
        bool free = tags->count[*row] < TAGS_MOST;
        for (size_t i = 0; free && i < tags->count[*row]; i++)
            free = fabsf(tags->x[*row][i] - x) >= tag_pitch;
        if (free) {
            tags->x[*row][tags->count[*row]++] = x;
            return true;
        }
    }
    return false;
}

/* A tick; those that find room for a tag have a whole line. */
static void alarm_tick(struct pen *pen, const struct mark *mark, float x, float y, float height)
{
    pen_upright(pen, x, y + height - 12, 12, 1,
                mark->priority <= 1 ? pen->theme->t3 : pen->theme->alarm);
}

/* The worst first: they find room, and those that do not are ticks. */
static void alarm_tags(struct pen *pen, const struct frame *frame, float y, float height,
                       const struct model *model)
{
    struct tags tags = { 0 };
    for (int priority = 3; priority >= 1; priority--) {
        for (size_t i = 0; i < model->mark_count; i++) {
            const struct mark *mark = &model->marks[i];
            if (mark->kind != MARK_ALARM || mark->priority != priority ||
                mark->at_ms < frame->start_ms || mark->at_ms > frame->end_ms)
                continue;
            float x = at_time(frame, mark->at_ms);
            int row;
            if (!find_row(&tags, x, &row))
                continue;
            float top = y + 20 + 21 * (float)row;
            pen_upright(pen, x, top + tag_size, height - 20 - 21 * (float)row - tag_size,
                        priority == 1 ? 1 : 1.5f,
                        priority == 1 ? pen->theme->t3 : pen->theme->alarm);
            pen_alarm_tag(pen, x - tag_size / 2, top, tag_size, priority, mark->number);
            pen_pickable(pen, (struct area){ x - 12, top - 3, 24, 24 }, PICK_ALARM, mark->number);
        }
    }
}

/* What happened: phases and gates in words on the first row, alarms as tags below. */
static void draw_marks(struct pen *pen, const struct frame *frame, float y, float height,
                       float now_x, const struct model *model)
{
    const struct theme *theme = pen->theme;
    float words_end = frame->x;
    for (size_t i = 0; i < model->mark_count; i++) {
        const struct mark *mark = &model->marks[i];
        if (mark->at_ms < frame->start_ms || mark->at_ms > frame->end_ms)
            continue;
        if (mark->kind == MARK_ALARM)
            alarm_tick(pen, mark, at_time(frame, mark->at_ms), y, height);
        else
            pen_upright(pen, at_time(frame, mark->at_ms), y, height, 1.5f, theme->t3);
    }
    for (size_t i = 0; i < model->mark_count; i++) {
        const struct mark *mark = &model->marks[i];
        if (mark->kind == MARK_ALARM || mark->at_ms < frame->start_ms ||
            mark->at_ms > frame->end_ms)
            continue;
        float x = at_time(frame, mark->at_ms);
        float width = pen_width(pen, REGULAR, 13, mark->words), start = x + 6;
        if (start < words_end || start + width > now_x - 4)
            start = x - width - 6; /* What has just happened stands before its line. */
        if (start < words_end || start + width > now_x - 4)
            continue;
        pen_fill(pen, start - 2, y + 2, width + 4, 16, theme->bg); /* Over other marks' lines. */
        pen_words(pen, REGULAR, 13, LEFT, start, y + 14, theme->t1, mark->words);
        words_end = start + width + 12;
    }
    alarm_tags(pen, frame, y, height, model);
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

/* The window is that of what is live; it goes back as far as the moment looked at. */
static struct frame window_of(struct area area, const struct model *model)
{
    const struct model *live = model->live ? model->live : model;
    int64_t now = model_now_ms(live), cursor = model_now_ms(model);
    if (cursor < now - PAST_MS + GRID_MS)
        now = cursor + PAST_MS - GRID_MS;
    return (struct frame){ axis_x, area.width - axis_x - 24, now - PAST_MS, now + AHEAD_MS };
}

bool view_timeline_time(struct area area, const struct model *model, float x, float y,
                        int64_t *at_ms)
{
    struct frame frame = window_of(area, model);
    if (!model_now_ms(model) || y < area.y || y >= area.y + area.height || x < frame.x ||
        x > frame.x + frame.width)
        return false;
    *at_ms = frame.start_ms + (int64_t)((double)(x - frame.x) / (double)frame.width *
                                        (double)(frame.end_ms - frame.start_ms));
    return true;
}

/* Where things stand now, beside the line. */
static void figures_now(struct pen *pen, float x, float y, float upper, const struct model *model)
{
    const struct theme *theme = pen->theme;
    char words[80], figures[FORMAT_SIZE];
    snprintf(words, sizeof words, "%s people", format_count(figures, model->totals.on_concourses));
    pen_fill(pen, x + 6, y + upper - 22, pen_width(pen, MEDIUM, 13, words) + 4, 18, theme->panel);
    pen_words(pen, MEDIUM, 13, LEFT, x + 8, y + upper - 8, theme->t1, words);
    uint32_t densest = model_densest(model);
    if (densest == UNKNOWN)
        return;
    snprintf(words, sizeof words, "%.1f p/m\xc2\xb2, %.40s", (double)model_density(model, densest),
             model_place_name(model, densest));
    pen_fill(pen, x + 6, y + track_height - 24, pen_width(pen, MEDIUM, 13, words) + 4, 18,
             theme->panel);
    pen_words(pen, MEDIUM, 13, LEFT, x + 8, y + track_height - 10, theme->t1, words);
}

/* "now", and in a replay the moment looked at. */
static void cursors(struct pen *pen, const struct frame *window, float y, float upper,
                    const struct model *model, const struct model *live)
{
    const struct theme *theme = pen->theme;
    float now_x = at_time(window, clamp_time(window, model_now_ms(live)));
    if (model == live) {
        pen_upright(pen, now_x, y - 4, track_height + 4, 2, theme->voice);
        pen_words(pen, SEMIBOLD, 13, LEFT, now_x + 8, y + 12, theme->t1, "now");
        figures_now(pen, now_x, y, upper, live);
        return;
    }
    char figures[FORMAT_SIZE];
    float x = at_time(window, clamp_time(window, model_now_ms(model)));
    pen_upright(pen, now_x, y - 4, track_height + 4, 1, theme->t2);
    pen_words(pen, REGULAR, 13, LEFT, now_x + 8, y + 12, theme->t2, "live");
    pen_upright(pen, x, y - 12, track_height + 12, 2, theme->voice);
    pen_fill(pen, x - 33, y - 24, 66, 18, theme->voice);
    pen_words(pen, SEMIBOLD, 12, CENTRE, x, y - 11, theme->on_voice,
              format_clock(figures, model_now_ms(model)));
}

void view_timeline(struct pen *pen, struct area area, const struct model *model)
{
    const struct theme *theme = pen->theme;
    const struct model *live = model->live ? model->live : model;
    pen_fill(pen, area.x, area.y, area.width, area.height, theme->panel);
    pen_rule(pen, area.x, area.y, area.width, theme->line);
    if (!model_now_ms(live))
        return;
    struct frame window = window_of(area, model), day = window;
    int64_t now = window.start_ms + PAST_MS;
    day.start_ms = now - DAY_PAST_MS, day.end_ms = now + DAY_AHEAD_MS;
    float x = window.x, width = window.width, y = area.y + track_y;
    float now_x = at_time(&window, clamp_time(&window, model_now_ms(live)));
    pen_words(pen, REGULAR, 13, LEFT, 24, area.y + strip_y + 14, theme->t2, "day");
    day_strip(pen, &day, &window, area.y + strip_y, live);

    pen_fill(pen, x, y, now_x - x, track_height, theme->bg);
    grid(pen, &window, y, track_height);
    const float upper = 60, lower = track_height - upper;
    pen_rule(pen, x, y + upper, width, theme->line);
    label(pen, 24, y + 14, "on con-", "courses");
    label(pen, 24, y + upper + 14, "densest", "zone");

    char figures[FORMAT_SIZE];
    const struct track people = { y, upper, concourse_top(live), HISTORY_ON_CONCOURSES };
    const struct track density = { y + upper, lower, 4, HISTORY_WORST_DENSITY };
    draw_tracks(pen, &window, &people, model, live);
    pen_words(pen, REGULAR, 12, LEFT, 24, y + 46, theme->t3,
              format_count(figures, (uint64_t)people.top));
    float limit = y + upper + lower - 1 - walkway_scale.limits[4] / 4 * (lower - 3);
    pen_dashes(pen, x, limit, now_x - x, 1, 1, theme->line2);
    draw_tracks(pen, &window, &density, model, live);
    draw_marks(pen, &window, y, track_height, now_x, live);

    const Tifo__V1__Phase *phase = live->crowd->phase;
    if (phase && phase->ends_ms > model_now_ms(live) && phase->ends_ms < window.end_ms &&
        *phase->next_label) {
        float at = at_time(&window, phase->ends_ms);
        pen_upright(pen, at, y, track_height, 1, theme->t3);
        pen_words(pen, REGULAR, 13, LEFT, at + 6, y + 14, theme->t2, phase->next_label);
    }
    cursors(pen, &window, y, upper, model, live);
}
