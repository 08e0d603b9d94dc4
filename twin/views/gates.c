#include "twin/format.h"
#include "twin/views/views.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const float name_width = 66, bar_end = 186, spark_width = 50;
static const float busy_use = 0.85f;
static const float most_pitch = 42, least_pitch = 19, rows_height = 456;
enum { MOST_ROWS = 24, BUSY_WAIT_S = 45, SPARK_POINTS = 30, SPARK_STEP_MS = 30 * 1000 };

/* The scale of all bars: 1, 2 or 5 times a power of ten, above the widest gate's capacity. */
static float scale_top(const struct model *model)
{
    double most = 1;
    for (uint32_t g = 0; g < model->venue->n_gates; g++)
        most = fmax(most, (double)model_gate(model, g).exit_ppm);
    double power = pow(10, floor(log10(most)));
    for (int step = 1; step <= 10; step++)
        if (most <= step * power)
            return (float)(step * power);
    return (float)(10 * power);
}

static float mean_at(const struct model *model, size_t column, int64_t start_ms)
{
    float mean = 0;
    history_mean(&model->history, column, start_ms, start_ms + SPARK_STEP_MS, &mean);
    return mean;
}

/* 15 minutes, the same scale down the column, baseline 0. Drawn from when it was first measured. */
static void sparkline(struct pen *pen, float x, float y, float height, const struct model *model,
                      size_t column, float top, colour ink)
{
    struct point points[SPARK_POINTS];
    size_t count = 0;
    if (!model->history.count)
        return;
    int64_t end = model_now_ms(model) + 1, known = history_time(&model->history, 0);
    for (int i = 0; i < SPARK_POINTS; i++) {
        int64_t start = end - (int64_t)(SPARK_POINTS - i) * SPARK_STEP_MS;
        if (start + SPARK_STEP_MS <= known)
            continue;
        float value = fminf(mean_at(model, column, start) / top, 1);
        points[count++] = (struct point){ x + (float)i * spark_width / (SPARK_POINTS - 1),
                                          y + height - 1 - value * (height - 2) };
    }
    pen_rule(pen, x, y + height - 1, spark_width, pen->theme->line2); /* Nothing is known yet. */
    pen_polyline(pen, points, count, 1.25f, ink);
}

struct gate_row {
    float x, y, height, width;
    float top; /* Value at the end of the scale, of bars and sparklines. */
};

static void open_bar(struct pen *pen, const struct gate_row *row, uint32_t gate, float x,
                     float width, uint32_t flow, float capacity, bool busy)
{
    const struct theme *theme = pen->theme;
    char figures[FORMAT_SIZE];
    float middle = row->y + row->height / 2;
    float track = width * fminf(capacity / row->top, 1);
    float eased = pen_eased(pen, MOTION_GATE_FLOW, gate, (float)flow);
    float filled = fminf(width * eased / row->top, width);
    float deep = fminf(20, row->height - 5), bar = fminf(12, row->height - 9);
    pen_fill(pen, x, middle - deep / 2, track, deep, theme->track);
    pen_upright(pen, x + track, middle - deep / 2 - 2, deep + 4, 1.5f, theme->bar);
    pen_fill(pen, x, middle - bar / 2, filled, bar, busy ? theme->voice : theme->bar);
    format_count(figures, flow);
    float needed = pen_width(pen, MEDIUM, 13, figures) + 8;
    bool over =
        filled > track && filled + needed < width + 14; /* Beside it: the tick is in the way. */
    bool within = filled > needed && !over;
    colour ink = within ? (busy ? theme->on_voice : theme->bg) : busy ? theme->t1 : theme->t2;
    pen_words(pen, busy ? SEMIBOLD : MEDIUM, 13, within ? RIGHT : LEFT,
              within ? x + filled - 4 : x + filled + 5, middle + 5, ink, figures);
}

static void closed_bar(struct pen *pen, const struct gate_row *row, float x, float track,
                       const Tifo__V1__Alarm *alarm)
{
    const struct theme *theme = pen->theme;
    float deep = fminf(20, row->height - 3), top = row->y + (row->height - deep) / 2;
    pen_dashes(pen, x, top, track, 1, 1, theme->bar);
    pen_dashes(pen, x, top + deep - 1, track, 1, 1, theme->bar);
    pen_dashes(pen, x, top, 1, deep, 1, theme->bar);
    pen_dashes(pen, x + track - 1, top, 1, deep, 1, theme->bar);
    pen_words(pen, SEMIBOLD, 13, LEFT, x + 8, top + deep / 2 + 5, theme->t1, "closed");
    if (alarm)
        pen_alarm(pen, x + track - deep, top, deep, alarm);
}

static void draw_row(struct pen *pen, const struct gate_row *row, const struct model *model,
                     uint32_t g)
{
    const struct theme *theme = pen->theme;
    const Tifo__V1__Gate *gate = model->venue->gates[g];
    struct gate_now now = model_gate(model, g);
    uint32_t flow = model_is_entry(model) ? now.in_ppm : now.out_ppm;
    bool busy =
        !now.closed && (now.use > busy_use || (now.wait_s != UNKNOWN && now.wait_s > BUSY_WAIT_S));
    bool loud = busy || now.closed;
    float baseline = row->y + row->height / 2 + 6, bar_x = row->x + name_width;
    char figures[FORMAT_SIZE];

    float size = row->height < 26 ? 15 : 18, figure = row->height < 26 ? 14 : 16;
    pen_words(pen, SEMIBOLD, size, LEFT, row->x, baseline, loud ? theme->t1 : theme->t2,
              gate->gate_id);
    float name_end = 3 + pen_width(pen, SEMIBOLD, size, gate->gate_id);
    if (strlen(gate->name) <= 3 && /* A compass word; longer names do not fit. */
        name_end + pen_width(pen, REGULAR, 12, gate->name) < name_width - 2)
        pen_words(pen, REGULAR, 12, LEFT, row->x + name_end, baseline, theme->t3, gate->name);
    float capacity = now.exit_ppm, width = bar_end - name_width - 4;
    const Tifo__V1__Alarm *alarm = model_gate_alarm(model, g);
    if (now.closed)
        closed_bar(pen, row, bar_x, fmaxf(width * fminf(capacity / row->top, 1), 92), alarm);
    else
        open_bar(pen, row, g, bar_x, width, flow, capacity, busy);
    if (alarm && !now.closed)
        pen_alarm(pen, bar_x + width - 18, baseline - 15, 18, alarm);

    enum weight weight = loud ? SEMIBOLD : REGULAR;
    colour ink = loud ? theme->t1 : theme->t2;
    pen_words(pen, weight, figure, RIGHT, row->x + 232, baseline, ink,
              format_count(figures, now.queue));
    bool known = now.wait_s != UNKNOWN && !now.closed;
    pen_words(pen, weight, figure, RIGHT, row->x + 286, baseline, ink,
              known ? format_duration(figures, now.wait_s) : "\xe2\x80\x93");
    float spark = fminf(24, row->height - 4);
    sparkline(pen, row->x + row->width - spark_width, row->y + (row->height - spark) / 2, spark,
              model, history_gate_column(model, g), row->top, loud ? theme->t1 : theme->bar);
    pen_rule(pen, row->x, row->y + row->height - 1, row->width, theme->line);
}

static void axis(struct pen *pen, struct area area, float y, float top)
{
    char figures[FORMAT_SIZE];
    float width = bar_end - name_width - 4, x = area.x + name_width;
    for (int i = 0; i <= 2; i++) {
        format_count(figures, (uint64_t)(top * (float)i / 2));
        pen_words(pen, REGULAR, 12,
                  i == 0   ? LEFT
                  : i == 1 ? CENTRE
                           : RIGHT,
                  x + width * (float)i / 2, y, pen->theme->t2, figures);
    }
    pen_words(pen, REGULAR, 12, RIGHT, area.x + 232, y, pen->theme->t2, "queue");
    pen_words(pen, REGULAR, 12, RIGHT, area.x + 286, y, pen->theme->t2, "wait");
    pen_words(pen, REGULAR, 12, RIGHT, area.x + area.width, y, pen->theme->t2, "15 min");
}

/* The picked row, and all of them for the hand. */
static void mark_row(struct pen *pen, float x, float y, float width, float height, uint32_t gate,
                     const struct desk *desk)
{
    pen_pickable(pen, (struct area){ x - 12, y, width + 24, height }, PICK_GATE, gate);
    if (desk->pick.kind == PICK_GATE && desk->pick.index == gate)
        pen_frame(pen, x - 12, y, width + 24, height, 2, pen->theme->voice);
}

/* Gate names and waits only. */
static float narrow(struct pen *pen, struct area area, float y, const struct model *model,
                    const struct desk *desk)
{
    const struct theme *theme = pen->theme;
    char figures[FORMAT_SIZE];
    for (uint32_t g = 0; g < model->venue->n_gates && y + 28 < area.y + area.height; g++, y += 28) {
        struct gate_now now = model_gate(model, g);
        bool loud = now.closed || (now.wait_s != UNKNOWN && now.wait_s > BUSY_WAIT_S);
        pen_words(pen, loud ? SEMIBOLD : REGULAR, 16, LEFT, area.x, y + 20,
                  loud ? theme->t1 : theme->t2, model->venue->gates[g]->gate_id);
        pen_words(pen, loud ? SEMIBOLD : REGULAR, 16, RIGHT, area.x + area.width, y + 20,
                  loud ? theme->t1 : theme->t2,
                  now.closed              ? "closed"
                  : now.wait_s == UNKNOWN ? "\xe2\x80\x93"
                                          : format_duration(figures, now.wait_s));
        pen_rule(pen, area.x, y + 27, area.width, theme->line);
        mark_row(pen, area.x, y, area.width, 28, g, desk);
    }
    return y;
}

float view_gates(struct pen *pen, struct area area, const struct model *model,
                 const struct desk *desk)
{
    const struct theme *theme = pen->theme;
    bool entry = model_is_entry(model), wide = area.width > 300;
    pen_words(pen, SEMIBOLD, 16, LEFT, area.x, area.y + 32, theme->t1, "Gates");
    pen_words(pen, REGULAR, 13, LEFT, area.x + 58, area.y + 32, theme->t2,
              !wide   ? "wait"
              : entry ? "in, people a minute"
                      : "out, people a minute");
    float y = area.y + 64;
    if (!model->venue)
        return y;
    if (!wide)
        return narrow(pen, area, y - 20, model, desk);
    float top = scale_top(model);
    axis(pen, area, y - 10, top);
    pen_rule(pen, area.x, y, area.width, theme->line);

    size_t gates = model->venue->n_gates, shown = gates < MOST_ROWS ? gates : MOST_ROWS;
    float pitch = fminf(most_pitch, fmaxf(rows_height / (float)shown, least_pitch));
    struct gate_row row = { area.x, y, pitch, area.width, top };
    uint32_t flow = 0, queue = 0;
    double capacity = 0;
    for (uint32_t g = 0; g < gates; g++) {
        struct gate_now now = model_gate(model, g);
        flow += entry ? now.in_ppm : now.out_ppm;
        queue += now.queue;
        capacity += now.closed ? 0 : (double)now.exit_ppm;
        if (g < shown) {
            draw_row(pen, &row, model, g);
            mark_row(pen, row.x, row.y, row.width, pitch, g, desk);
            row.y += pitch;
        }
    }
    char words[64], all[FORMAT_SIZE], of[FORMAT_SIZE];
    if (shown < gates) {
        snprintf(words, sizeof words, "%zu more", gates - shown);
        pen_words(pen, REGULAR, 13, RIGHT, area.x + area.width, row.y + 27, theme->t2, words);
    }
    snprintf(words, sizeof words, "%s of %s", format_count(all, flow),
             format_count(of, (uint64_t)capacity));
    pen_words(pen, REGULAR, 14, LEFT, area.x, row.y + 27, theme->t2, "All");
    pen_words(pen, MEDIUM, 14, LEFT, area.x + name_width, row.y + 27, theme->t2, words);
    pen_words(pen, REGULAR, 16, RIGHT, area.x + 232, row.y + 27, theme->t2,
              format_count(all, queue));
    return row.y + 40;
}
