#include "twin/views/page.h"

#include "twin/format.h"
#include "twin/route.h"
#include "twin/views/chart.h"
#include "twin/views/views.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MINUTES = 15, STORY_LINES = 4 };
static const float window_y = 76, chart_pitch = 118, axis = 124;

/* ---- What it is about */

static const Tifo__V1__Alarm *alarm_of(const struct model *model, struct pick pick)
{
    return pick.kind == PICK_GATE       ? model_gate_alarm(model, pick.index)
           : pick.kind == PICK_FACILITY ? model_facility_alarm(model, pick.index)
                                        : model_zone_alarm(model, pick.index);
}

static uint32_t zone_of(const struct model *model, struct pick pick)
{
    const Tifo__V1__Venue *v = model->venue;
    return pick.kind == PICK_GATE       ? v->gates[pick.index]->zone_inside
           : pick.kind == PICK_FACILITY ? v->facilities[pick.index]->zone
                                        : pick.index;
}

/* When the gate last changed, as far as is remembered; 0: it was so before. */
static int64_t gate_since(const struct model *model, uint32_t gate)
{
    const char *id = model->venue->gates[gate]->gate_id;
    int64_t since = 0;
    for (size_t i = 0; i < model->mark_count; i++) {
        const struct mark *mark = &model->marks[i];
        size_t length = strlen(id);
        if (mark->kind == MARK_GATE && strncmp(mark->words, id, length) == 0 &&
            mark->words[length] == ' ' && mark->at_ms > since)
            since = mark->at_ms;
    }
    return since;
}

static void title_of(const struct model *model, struct pick pick, char *title, size_t title_size,
                     char *below, size_t below_size)
{
    const Tifo__V1__Venue *v = model->venue;
    char words[FORMAT_SIZE], length[FORMAT_SIZE], gate[64];
    if (pick.kind == PICK_GATE) {
        const Tifo__V1__Gate *row = v->gates[pick.index];
        bool closed = model_gate(model, pick.index).closed;
        int64_t since = gate_since(model, pick.index);
        gate_words(model, pick.index, gate, sizeof gate);
        if (gate[0] == 'g')
            gate[0] = 'G';
        snprintf(title, title_size, "%s %s", gate, closed ? "closed" : "open");
        int used = snprintf(below, below_size, "%.40s%slevel %d \xc2\xb7 %.1f m wide", row->name,
                            *row->name ? ", " : "", row->level, row->width_m);
        if (since && used > 0)
            snprintf(below + used, below_size - (size_t)used, " \xc2\xb7 since %s, %s",
                     format_clock(words, since),
                     format_duration(length, (model_now_ms(model) - since) / 1000));
        return;
    }
    uint32_t zone = zone_of(model, pick);
    if (pick.kind == PICK_FACILITY) {
        const Tifo__V1__Facility *row = v->facilities[pick.index];
        snprintf(title, title_size, "%.60s", *row->name ? row->name : row->facility_id);
        snprintf(below, below_size, "in %.60s \xc2\xb7 %u served at once, %.0f s each",
                 model_place_name(model, zone), row->servers, row->service_mean_s);
        return;
    }
    char letter = model_level_of_service(model, zone);
    snprintf(title, title_size, "%.80s", model_place_name(model, zone));
    const char *scale = model_level_scale(model, zone)->word;
    snprintf(below, below_size, "%.0f m\xc2\xb2 \xc2\xb7 safe for %s \xc2\xb7 level %c%s%s now",
             v->zones[zone]->area_m2, format_count(words, v->zones[zone]->capacity_people),
             letter ? letter : '-', *scale ? " " : "", scale);
}

/* ---- The piece of the ground */

struct area view_page_window_area(struct area page)
{
    float height = fmaxf(90, fminf(190, page.height * 0.25f));
    return (struct area){ page.x, page.y + window_y, page.width, height };
}

void view_page_window_look(const struct model *model, struct pick pick, int width_px, int height_px,
                           struct point *middle_m, float *px_per_m, int32_t *level)
{
    const Tifo__V1__Venue *v = model->venue;
    uint32_t zone = zone_of(model, pick);
    const Tifo__V1__Path *outline = v->zones[zone]->outline;
    float x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
    for (size_t i = 0; i + 1 < outline->n_xy_cm; i += 2) {
        x0 = fminf(x0, (float)outline->xy_cm[i] / 100);
        x1 = fmaxf(x1, (float)outline->xy_cm[i] / 100);
        y0 = fminf(y0, (float)outline->xy_cm[i + 1] / 100);
        y1 = fmaxf(y1, (float)outline->xy_cm[i + 1] / 100);
    }
    *px_per_m = fminf((float)width_px / (x1 - x0 + 8), (float)height_px / (y1 - y0 + 8));
    *px_per_m = fmaxf(*px_per_m, (float)height_px / 45); /* Long zones: the part that matters. */
    *middle_m = (struct point){ (x0 + x1) / 2, (y0 + y1) / 2 };
    *level = v->zones[zone]->level;
    if (pick.kind == PICK_ZONE)
        return;
    struct point at = line_middle(pick.kind == PICK_GATE ? v->gates[pick.index]->line
                                                         : v->facilities[pick.index]->front);
    float room_x = (float)width_px / *px_per_m / 2, room_y = (float)height_px / *px_per_m / 2;
    if (x1 - x0 + 8 > 2 * room_x)
        middle_m->x = at.x;
    if (y1 - y0 + 8 > 2 * room_y)
        middle_m->y = at.y;
}

static void draw_window(struct pen *pen, struct area area, const struct model *model,
                        struct pick pick, const struct page_window *window)
{
    const struct theme *theme = pen->theme;
    char words[120], some[FORMAT_SIZE], all[FORMAT_SIZE];
    uint32_t zone = zone_of(model, pick), reported = 0;
    canvas_copy(pen->canvas, window->canvas, pen_px(pen, area.x), pen_px(pen, area.y));
    pen_frame(pen, area.x, area.y, area.width, area.height, 1, theme->line);
    const Tifo__V1__WatchPositionsResponse *p = model->positions;
    for (size_t i = 0; p && i < p->n_place; i++)
        reported += p->place[i] == zone;
    uint32_t people = model_people(model, zone);
    float y = area.y + area.height + 18;
    if (model->live)
        snprintf(words, sizeof words, "positions are not kept: %s people were here",
                 format_count(all, people));
    else
        snprintf(words, sizeof words, "%s of %s people here report a position",
                 format_count(some, reported), format_count(all, people));
    pen_words(pen, REGULAR, 13, LEFT, area.x, y, theme->t2, words);
    float length = 10 * window->px_per_m / pen->scale, end = area.x + area.width;
    pen_rule(pen, end - length, y - 5, length, theme->t2);
    pen_words(pen, REGULAR, 13, RIGHT, end - length - 8, y, theme->t2, "10 m");
}

/* ---- Charts */

/* Red is for what is in alarm. */
static struct chart chart_for(struct chart chart, const Tifo__V1__Alarm *alarm)
{
    for (size_t i = 0; i < CHART_LINES; i++)
        chart.lines[i].alarm = chart.lines[i].alarm && alarm;
    return chart;
}

struct row {
    const char *name, *unit;
    char now[32];
    struct chart chart;
};

static size_t rows_of(const struct model *model, struct pick pick, struct row rows[3])
{
    uint32_t zone = zone_of(model, pick);
    size_t count = 0;
    char figures[FORMAT_SIZE];
    if (pick.kind == PICK_GATE) {
        struct gate_now now = model_gate(model, pick.index);
        bool entry = model_is_entry(model);
        rows[count] = (struct row){ entry ? "flow in" : "flow out", "a minute", "",
                                    chart_of_flow(model, pick.index) };
        snprintf(rows[count++].now, sizeof rows->now, "%s",
                 format_count(figures, entry ? now.in_ppm : now.out_ppm));
        rows[count] = (struct row){ "queue", "people", "", chart_of_queue(model, pick.index) };
        snprintf(rows[count++].now, sizeof rows->now, "%s", format_count(figures, now.queue));
    }
    if (pick.kind == PICK_FACILITY) {
        uint32_t wait_s = model_facility(model, pick.index).wait_s;
        rows[count] =
            (struct row){ "wait", "min:s", "",
                          chart_for(chart_of_wait(model, pick.index), alarm_of(model, pick)) };
        snprintf(rows[count++].now, sizeof rows->now, "%s",
                 wait_s == UNKNOWN ? "unknown" : format_duration(figures, wait_s));
    }
    rows[count] =
        (struct row){ "density", pick.kind == PICK_ZONE ? "p/m\xc2\xb2" : "here, p/m\xc2\xb2", "",
                      chart_for(chart_of_density(model, zone), model_zone_alarm(model, zone)) };
    snprintf(rows[count++].now, sizeof rows->now, "%s",
             format_density(figures, model_density(model, zone)));
    return count;
}

static bool mark_is_about(const struct model *model, const struct mark *mark, struct pick pick)
{
    if (mark->kind == MARK_PHASE)
        return true;
    if (mark->kind == MARK_GATE) {
        const char *id = pick.kind == PICK_GATE ? model->venue->gates[pick.index]->gate_id : "";
        return *id && strncmp(mark->words, id, strlen(id)) == 0 && mark->words[strlen(id)] == ' ';
    }
    const Tifo__V1__Alarm *alarm = alarm_of(model, pick);
    return alarm && alarm->number == mark->number;
}

/* What happened here, through all charts; the words above the first one. */
static void draw_marks(struct pen *pen, const struct chart *chart, float bottom,
                       const struct model *model, struct pick pick)
{
    float words_end = chart->area.x;
    for (size_t i = 0; i < model->mark_count; i++) {
        const struct mark *mark = &model->marks[i];
        float x = chart_x(chart, model, mark->at_ms), width;
        if (x < chart->area.x || !mark_is_about(model, mark, pick))
            continue;
        bool alarm = mark->kind == MARK_ALARM;
        pen_upright(pen, x, chart->area.y - (alarm ? 10 : 24), bottom - chart->area.y + 10, 1.5f,
                    alarm && mark->priority > 1 ? pen->theme->alarm : pen->theme->t3);
        if (alarm) {
            pen_alarm_tag(pen, x - 9, chart->area.y - 20, 18, mark->priority, mark->number);
            continue;
        }
        width = pen_width(pen, REGULAR, 13, mark->words);
        float start = x + 6;
        if (start < words_end || start + width > chart->area.x + chart->area.width)
            start = x - width - 6;
        if (start < words_end)
            continue;
        pen_fill(pen, start - 2, chart->area.y - 38, width + 4, 16, pen->theme->bg);
        pen_words(pen, REGULAR, 13, LEFT, start, chart->area.y - 26, pen->theme->t2, mark->words);
        words_end = start + width + 12;
    }
}

static float draw_charts(struct pen *pen, struct area area, float y, const struct model *model,
                         struct pick pick)
{
    const struct theme *theme = pen->theme;
    struct row rows[3];
    size_t count = rows_of(model, pick, rows);
    const float least = 58; /* Low pages have fewer charts, and no story. */
    float room = area.y + area.height - (area.height > 600 ? 92 : 30) - y;
    while (count > 1 && room / (float)count < least)
        count--;
    float pitch = fminf(chart_pitch, room / (float)count);
    if (pitch < least)
        return y;
    for (size_t i = 0; i < count; i++) {
        struct chart *chart = &rows[i].chart;
        float top = y + pitch * (float)i;
        chart->area = (struct area){ area.x + axis, top, area.width - axis - 96, pitch - 26 };
        chart->minutes = MINUTES;
        chart->times = i + 1 == count;
        view_chart(pen, chart, model);
        pen_words(pen, SEMIBOLD, 14, LEFT, area.x, top + 14, theme->t1, rows[i].name);
        pen_words(pen, REGULAR, 12, LEFT, area.x, top + 31, theme->t2, rows[i].unit);
        pen_words(pen, SEMIBOLD, 20, RIGHT, area.x + area.width, top + pitch / 2, theme->t1,
                  rows[i].now);
    }
    float end = y + pitch * (float)count - 26;
    draw_marks(pen, &rows[0].chart, end, model, pick);
    return end + 34;
}

/* ---- The story, from what was really told */

static void draw_story(struct pen *pen, struct area area, float y, const struct model *model,
                       struct pick pick)
{
    const struct theme *theme = pen->theme;
    const struct mark *last[STORY_LINES];
    size_t count = 0;
    if (y + 20 > area.y + area.height)
        return;
    pen_words(pen, SEMIBOLD, 14, LEFT, area.x, y, theme->t1, "Story");
    for (size_t i = 0; i < model->mark_count; i++) {
        const struct mark *mark = &model->marks[i];
        if (!mark_is_about(model, mark, pick))
            continue;
        /* By time: an alarm is told after what it is about began. The oldest make room. */
        size_t at = count < STORY_LINES ? count++ : STORY_LINES;
        if (at == STORY_LINES) {
            if (mark->at_ms < last[0]->at_ms)
                continue;
            memmove(last, last + 1, (STORY_LINES - 1) * sizeof *last);
            at--;
        }
        for (; at > 0 && last[at - 1]->at_ms > mark->at_ms; at--)
            last[at] = last[at - 1];
        last[at] = mark;
    }
    for (size_t i = 0; i < count && y < area.y + area.height; i++, y += 20) {
        char words[300], title[160], figures[FORMAT_SIZE];
        const struct mark *mark = last[i];
        const Tifo__V1__Alarm *alarm =
            mark->kind == MARK_ALARM ? model_alarm_numbered(model, mark->number) : NULL;
        if (alarm)
            snprintf(words, sizeof words, "%s alarm %u: %s", format_clock(figures, mark->at_ms),
                     mark->number, view_alarm_title(model, alarm, title, sizeof title));
        else
            snprintf(words, sizeof words, "%s %s", format_clock(figures, mark->at_ms), mark->words);
        pen_words_within(pen, REGULAR, 14, area.x + axis, y, area.width - axis, theme->t2, words);
    }
    if (!count)
        pen_words(pen, REGULAR, 14, LEFT, area.x + axis, y, theme->t2,
                  "Nothing has happened here that is remembered.");
}

void view_page(struct pen *pen, struct area area, const struct model *model,
               const struct desk *desk, const struct page_window *window)
{
    const struct theme *theme = pen->theme;
    struct pick pick = desk->pick;
    char title[160], below[200];
    const Tifo__V1__Alarm *alarm = alarm_of(model, pick);
    float x = area.x, y = area.y + 46;
    title_of(model, pick, title, sizeof title, below, sizeof below);
    if (alarm) {
        pen_alarm(pen, x, y - 24, 32, alarm);
        x += 44;
    }
    pen_words(pen, SEMIBOLD, 26, LEFT, x, y, theme->t1, title);
    x += pen_width(pen, SEMIBOLD, 26, title) + 24;
    pen_words_within(pen, REGULAR, 16, x, y, area.x + area.width - x, theme->t2, below);
    struct area shown = view_page_window_area(area);
    draw_window(pen, shown, model, pick, window);
    y = draw_charts(pen, area, shown.y + shown.height + 72, model, pick);
    draw_story(pen, area, y + 14, model, pick);
}
