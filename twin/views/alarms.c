#include "twin/format.h"
#include "twin/views/views.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CHART_MIN = 10, MOST_LOW = 3 };
static const float chart_top_pm2 = 4, high_pm2 = 3.5f;

/* What an alarm is about, as its title: "Level 1 SE jams", "Gate 4 closed". */
static const char *title_of(const struct model *model, const Tifo__V1__Alarm *alarm, char *out,
                            size_t size)
{
    const Tifo__V1__Venue *v = model->venue;
    uint32_t at = alarm->subject;
    char wait[FORMAT_SIZE];
    if (alarm->kind == TIFO__V1__ALARM_KIND__ALARM_KIND_DENSITY) {
        snprintf(out, size, "%.60s jams", model_place_name(model, at));
    } else if (alarm->kind == TIFO__V1__ALARM_KIND__ALARM_KIND_GATE_CLOSED && at < v->n_gates) {
        const char *id = v->gates[at]->gate_id;
        bool numbered = id[0] == 'G' && id[1] >= '0' && id[1] <= '9'; /* "G4" is gate 4. */
        snprintf(out, size, "Gate %.60s closed", numbered ? id + 1 : id);
    } else if (alarm->kind == TIFO__V1__ALARM_KIND__ALARM_KIND_QUEUE) {
        const char *name = "";
        if (at < v->n_facilities)
            name =
                *v->facilities[at]->name ? v->facilities[at]->name : v->facilities[at]->facility_id;
        else if (at - v->n_facilities < v->n_gates)
            name = v->gates[at - v->n_facilities]->gate_id;
        snprintf(out, size, "%.60s: wait %s", name,
                 format_duration(wait, alarm->value_milli / 1000));
    } else {
        snprintf(out, size, "%.100s", alarm->cause);
    }
    return out;
}

struct chart {
    float x, y, width, height;
};

static float chart_y(const struct chart *chart, float density)
{
    return chart->y + chart->height * (1 - fminf(density / chart_top_pm2, 1));
}

/* The zone's density over the last ten minutes; absolute scale, limits as lines. No forecast: the
 * service makes none yet. */
static void density_chart(struct pen *pen, struct chart chart, const struct model *model,
                          uint32_t zone)
{
    const struct theme *theme = pen->theme;
    int64_t now = model_now_ms(model), start = now - CHART_MIN * 60000;
    pen_fill(pen, chart.x, chart.y, chart.width, chart.height, theme->raise);
    pen_rule(pen, chart.x, chart_y(&chart, walkway_limits[4]), chart.width, theme->line2);
    pen_rule(pen, chart.x, chart_y(&chart, high_pm2), chart.width, theme->alarm);
    pen_words(pen, REGULAR, 12, LEFT, chart.x + 6, chart_y(&chart, high_pm2) + 14, theme->t2,
              "high alarm above 3.5 p/m\xc2\xb2");
    pen_words(pen, REGULAR, 12, LEFT, chart.x + 6, chart_y(&chart, walkway_limits[4]) + 14,
              theme->t2, "level F above");
    static const struct {
        float density;
        const char *words;
    } marks[] = { { 0, "0" }, { 2.17f, "2.2" }, { 4, "4" } };
    for (size_t i = 0; i < 3; i++)
        pen_words(pen, REGULAR, 12, RIGHT, chart.x - 6, chart_y(&chart, marks[i].density) + 4,
                  theme->t2, marks[i].words);
    for (int minute = -CHART_MIN; minute <= 0; minute += 5) {
        char words[24];
        snprintf(words, sizeof words, minute ? "\xe2\x88\x92%d min" : "now", -minute);
        pen_words(pen, minute ? REGULAR : MEDIUM, 12,
                  minute == 0     ? RIGHT
                  : minute == -10 ? LEFT
                                  : CENTRE,
                  chart.x + chart.width * (float)(minute + CHART_MIN) / CHART_MIN,
                  chart.y + chart.height + 16, minute ? theme->t2 : theme->t1, words);
    }
    struct point points[HISTORY_ROWS];
    size_t count = 0;
    for (size_t i = 0; i < model->history.count; i++) {
        int64_t at = history_time(&model->history, i);
        if (at < start)
            continue;
        float value = history_value(&model->history, i, history_zone_column(model, zone));
        points[count++] =
            (struct point){ chart.x + chart.width * (float)(at - start) / (CHART_MIN * 60000.0f),
                            chart_y(&chart, value) };
    }
    pen_polyline(pen, points, count, 2, theme->t1);
}

static void head(struct pen *pen, float x, float y, float width, const struct model *model,
                 const Tifo__V1__Alarm *alarm, float size)
{
    const struct theme *theme = pen->theme;
    char words[160], figures[FORMAT_SIZE];
    float tag = size > 20 ? 32 : 26;
    pen_alarm_tag(pen, x, y, tag, (int)alarm->priority, alarm->number);
    float room = width - tag - 12 - 84;
    title_of(model, alarm, words, sizeof words);
    while (size > 16 && pen_width(pen, SEMIBOLD, size, words) > room)
        size -= 2;
    pen_words_within(pen, SEMIBOLD, size, x + tag + 12, y + tag / 2 + size * 0.36f, room, theme->t1,
                     words);
    pen_words(pen, REGULAR, 14, RIGHT, x + width, y + 14, theme->t2,
              format_clock(figures, alarm->since_ms));
}

/* What to do, in the twin's voice: as large as it fits, in one line or two. */
static void draw_action(struct pen *pen, float x, float y, float width, const char *action)
{
    const float height = 60, inner = width - 32;
    float size = pen_width(pen, SEMIBOLD, 16, action) <= inner ? 16 : 14;
    bool one = pen_width(pen, SEMIBOLD, size, action) <= inner;
    pen_fill(pen, x, y, width, height, pen->theme->voice);
    pen_paragraph(pen, SEMIBOLD, size, x + 16, y + (one ? 35 : 25), inner, 20, 2,
                  pen->theme->on_voice, action);
}

/* The worst alarm: a filled panel, because it wants somebody. Returns its lower end. */
static float draw_large(struct pen *pen, float x, float y, float width, float bottom,
                        const struct model *model, const Tifo__V1__Alarm *alarm)
{
    const struct theme *theme = pen->theme;
    bool chart = alarm->kind == TIFO__V1__ALARM_KIND__ALARM_KIND_DENSITY &&
                 model_zone(model, alarm->subject) && bottom - y > 400;
    bool action = *alarm->action;
    float inner = width - 40, text_x = x + 20;
    int lines = pen_width(pen, REGULAR, 14, alarm->cause) > inner ? 2 : 1;
    float cause = 20 * (float)lines, height = 92 + cause + (chart ? 164 : 0) + (action ? 72 : 0);
    pen_fill(pen, x, y, width + 8, height, theme->panel);
    pen_fill(pen, x - 8, y, 6, height, theme->alarm);
    char ago[48], figures[FORMAT_SIZE];
    head(pen, text_x, y + 16, inner, model, alarm, 26);
    snprintf(ago, sizeof ago, "%s ago",
             format_duration(figures, (model_now_ms(model) - alarm->since_ms) / 1000));
    pen_words(pen, REGULAR, 13, RIGHT, text_x + inner, y + 48, theme->t3, ago);
    pen_paragraph(pen, REGULAR, 14, text_x, y + 74, inner, 20, lines, theme->t2, alarm->cause);
    float at = y + 84 + cause;
    if (chart) {
        density_chart(pen, (struct chart){ text_x + 24, at, inner - 24, 124 }, model,
                      alarm->subject);
        at += 160;
    }
    if (action) {
        draw_action(pen, text_x, at, inner, alarm->action);
    }
    return y + height;
}

static float draw_small(struct pen *pen, float x, float y, float width, const struct model *model,
                        const Tifo__V1__Alarm *alarm)
{
    const struct theme *theme = pen->theme;
    char words[300];
    head(pen, x + 4, y + 12, width - 4, model, alarm, 18);
    int lines =
        pen_paragraph(pen, REGULAR, 14, x + 42, y + 58, width - 42, 20, 2, theme->t2, alarm->cause);
    float at = y + 58 + 20 * (float)lines;
    if (*alarm->action) {
        snprintf(words, sizeof words, "\xe2\x86\x92 %.250s", alarm->action);
        at += 20 * (float)pen_paragraph(pen, MEDIUM, 14, x + 42, at, width - 42, 20, 2, theme->t1,
                                        words);
    }
    pen_rule(pen, x, at - 4, width, theme->line);
    return at - 3;
}

static float none_open(struct pen *pen, struct area area, float y, const struct model *model)
{
    const struct theme *theme = pen->theme;
    const Tifo__V1__Phase *phase = model->crowd ? model->crowd->phase : NULL;
    pen_words(pen, REGULAR, 14, LEFT, area.x, y + 28, theme->t2,
              !model->crowd ? "Nothing has been measured yet." : "Nothing wants your attention.");
    if (!phase || !*phase->next_label || !phase->ends_ms || phase->ends_ms < model_now_ms(model))
        return y + 48;
    char figures[FORMAT_SIZE], words[64];
    int64_t minutes = (phase->ends_ms - model_now_ms(model) + 59999) / 60000;
    snprintf(words, sizeof words, "in %lld min", (long long)minutes);
    y = view_title(pen, area.x, y + 84, area.width, "Next", "", words);
    pen_words(pen, MEDIUM, 16, LEFT, area.x, y + 28, theme->t1,
              format_clock_minutes(figures, phase->ends_ms));
    pen_words(pen, REGULAR, 16, LEFT, area.x + 62, y + 28, theme->t1, phase->next_label);
    return y + 44;
}

/* The picked alarm stands first, as if it were the worst. */
static const Tifo__V1__Alarm *in_order(const struct model *model, size_t i, uint32_t picked)
{
    size_t place = 0;
    while (place < model_alarm_count(model) && model_alarm(model, place)->number != picked)
        place++;
    if (place == model_alarm_count(model))
        return model_alarm(model, i);
    if (i == 0)
        return model_alarm(model, place);
    return model_alarm(model, i <= place ? i - 1 : i);
}

float view_alarms(struct pen *pen, struct area area, const struct model *model, uint32_t picked)
{
    char open[48], recent[48];
    size_t count = model_alarm_count(model);
    snprintf(open, sizeof open, count ? "%zu open" : "none open", count);
    snprintf(recent, sizeof recent, "%zu in 10 min", model_recent_alarms(model));
    float y = view_title(pen, area.x, area.y + 32, area.width, "Alarms", open, recent);
    float bottom = area.y + area.height;
    if (!count)
        return none_open(pen, area, y, model);
    size_t shown = 0;
    const Tifo__V1__Alarm *first = in_order(model, 0, picked);
    if (first->priority >= TIFO__V1__ALARM_PRIORITY__ALARM_PRIORITY_MEDIUM) {
        y = draw_large(pen, area.x, y, area.width, bottom, model, first) + 4;
        shown = 1;
    }
    size_t low = 0; /* Of those a few will do: the rest of the column is for the ground's state. */
    while (shown < count && y + 110 < bottom && low < MOST_LOW) {
        const Tifo__V1__Alarm *alarm = in_order(model, shown, picked);
        low += alarm->priority <= TIFO__V1__ALARM_PRIORITY__ALARM_PRIORITY_LOW;
        y = draw_small(pen, area.x, y, area.width, model, alarm);
        shown++;
    }
    if (shown < count && y + 30 < bottom) {
        snprintf(open, sizeof open, "%zu more", count - shown);
        pen_words(pen, REGULAR, 14, LEFT, area.x, y + 24, pen->theme->t2, open);
        y += 30;
    }
    return y;
}

void view_alarm_line(struct pen *pen, struct area area, const struct model *model)
{
    const Tifo__V1__Alarm *worst = model_alarm(model, 0);
    float y = area.y + area.height / 2;
    char words[400], title[160];
    if (!worst) {
        pen_words(pen, REGULAR, 14, LEFT, area.x, y + 5, pen->theme->t2, "No alarms open.");
        return;
    }
    pen_alarm_tag(pen, area.x, y - 13, 26, (int)worst->priority, worst->number);
    snprintf(words, sizeof words, "%s \xe2\x86\x92 %.200s",
             title_of(model, worst, title, sizeof title), worst->action);
    pen_words_within(pen, SEMIBOLD, 16, area.x + 38, y + 6, area.width - 38, pen->theme->t1, words);
}
