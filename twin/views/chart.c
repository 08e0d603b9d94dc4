#include "twin/views/chart.h"

#include "twin/theme.h"

#include <math.h>
#include <stdio.h>

static float chart_y(const struct chart *chart, float value)
{
    return chart->area.y + chart->area.height * (1 - fminf(value / chart->top, 1));
}

float chart_x(const struct chart *chart, const struct model *model, int64_t at_ms)
{
    float span = (float)chart->minutes * 60000;
    return chart->area.x + chart->area.width * (1 - (float)(model_now_ms(model) - at_ms) / span);
}

static void draw_lines(struct pen *pen, const struct chart *chart)
{
    const struct theme *theme = pen->theme;
    const struct area *area = &chart->area;
    for (size_t i = 0; i < CHART_LINES && (i == 0 || chart->lines[i].value > 0); i++) {
        const struct chart_line *line = &chart->lines[i];
        float y = chart_y(chart, line->value);
        pen_words(pen, REGULAR, 12, RIGHT, area->x - 6, y + 4, theme->t2, line->mark);
        if (!*line->words)
            continue;
        pen_rule(pen, area->x, y, area->width, line->alarm ? theme->alarm : theme->line2);
        pen_words(pen, REGULAR, 12, LEFT, area->x + 6, y + 14, theme->t2, line->words);
    }
}

static void draw_times(struct pen *pen, const struct chart *chart)
{
    const struct area *area = &chart->area;
    for (int minute = -chart->minutes; minute <= 0; minute += 5) {
        char words[24];
        snprintf(words, sizeof words, minute ? "\xe2\x88\x92%d min" : "now", -minute);
        pen_words(pen, minute ? REGULAR : MEDIUM, 12,
                  minute == 0                 ? RIGHT
                  : minute == -chart->minutes ? LEFT
                                              : CENTRE,
                  area->x + area->width * (float)(minute + chart->minutes) / (float)chart->minutes,
                  area->y + area->height + 16, minute ? pen->theme->t2 : pen->theme->t1, words);
    }
}

void view_chart(struct pen *pen, const struct chart *chart, const struct model *model)
{
    const struct area *area = &chart->area;
    int64_t start = model_now_ms(model) - (int64_t)chart->minutes * 60000;
    struct point points[HISTORY_ROWS];
    size_t count = 0;
    pen_fill(pen, area->x, area->y, area->width, area->height, pen->theme->raise);
    draw_lines(pen, chart);
    if (chart->times)
        draw_times(pen, chart);
    for (size_t i = 0; i < model->history.count; i++) {
        int64_t at = history_time(&model->history, i);
        if (at < start)
            continue;
        float value = history_value(&model->history, i, chart->column);
        points[count++] = (struct point){ chart_x(chart, model, at), chart_y(chart, value) };
    }
    pen_polyline(pen, points, count, 2, pen->theme->t1);
}

/* Alarms are high from here on; where people queue to leave, later. */
static const float high_pm2 = 3.5f, aisle_high_pm2 = 5.5f;

struct chart chart_of_density(const struct model *model, uint32_t zone)
{
    bool aisle = model_zone(model, zone)->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_AISLE;
    const struct level_scale *scale = model_level_scale(model, zone);
    struct chart chart = { .top = aisle ? 6.5f : 4.5f,
                           .lines = { { 0, "0", "", false } },
                           .column = history_zone_column(model, zone) };
    struct chart_line *line = &chart.lines[1];
    if (scale->limits[4] < chart.top) {
        line->value = scale->limits[4];
        snprintf(line->mark, sizeof line->mark, "%.1f", (double)line->value);
        snprintf(line->words, sizeof line->words, "level F%s%s above", *scale->word ? " " : "",
                 scale->word);
        line++;
    }
    line->value = aisle ? aisle_high_pm2 : high_pm2;
    snprintf(line->mark, sizeof line->mark, "%.1f", (double)line->value);
    snprintf(line->words, sizeof line->words, "high above, p/m\xc2\xb2");
    line->alarm = true;
    return chart;
}

struct chart chart_of_wait(const struct model *model, uint32_t facility)
{
    return (struct chart){ .top = 900,
                           .lines = { { 0, "0", "", false },
                                      { 300, "5:00", "too long above", true },
                                      { 900, "15:00", "", false } },
                           .column = history_facility_column(model, facility) };
}

/* A round figure that is not below: 1, 1.5, 2, 3, 4, 6, 8 times a power of ten. */
static float round_up(float value)
{
    static const float steps[] = { 1, 1.5f, 2, 3, 4, 6, 8, 10 };
    float power = powf(10, floorf(log10f(fmaxf(value, 10))));
    size_t i = 0;
    while (steps[i] * power < value && i + 1 < sizeof steps / sizeof *steps)
        i++;
    return steps[i] * power;
}

struct chart chart_of_flow(const struct model *model, uint32_t gate)
{
    float capacity = model_gate(model, gate).exit_ppm;
    float top = round_up(capacity * 1.2f);
    struct chart chart = { .top = top,
                           .lines = { { 0, "0", "", false },
                                      { capacity, "", "capacity out", false },
                                      { top, "", "", false } },
                           .column = history_gate_column(model, gate) };
    snprintf(chart.lines[2].mark, sizeof chart.lines[2].mark, "%.0f", (double)top);
    return chart;
}

struct chart chart_of_queue(const struct model *model, uint32_t gate)
{
    /* What it lets out in two minutes: a longer queue raises an alarm. */
    float limit = model_gate(model, gate).exit_ppm * 2;
    float top = round_up(limit * 1.2f);
    struct chart chart = { .top = top,
                           .lines = { { 0, "0", "", false },
                                      { limit, "", "2 min at full flow", false },
                                      { top, "", "", false } },
                           .column = history_gate_queue_column(model, gate) };
    snprintf(chart.lines[2].mark, sizeof chart.lines[2].mark, "%.0f", (double)top);
    return chart;
}
