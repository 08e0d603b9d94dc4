#include "twin/format.h"
#include "twin/views/act.h"
#include "twin/views/chart.h"
#include "twin/views/views.h"

#include <stdio.h>
#include <string.h>

enum { CHART_MIN = 10, MOST_CARDS = 64, SHORT_WAIT_S = 180, NARROW = 400 };

/* What an alarm is about, as its title: "Level 1 SE jams", "Gate 4 closed". */
const char *view_alarm_title(const struct model *model, const Tifo__V1__Alarm *alarm, char *out,
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
        snprintf(out, size, "%.100s", *alarm->title ? alarm->title : alarm->cause);
    }
    return out;
}

/* False: there is nothing that an alarm's chart would show. */
static bool chart_of(const struct model *model, const Tifo__V1__Alarm *alarm, struct chart *chart)
{
    uint32_t at = alarm->subject;
    bool density = alarm->kind == TIFO__V1__ALARM_KIND__ALARM_KIND_DENSITY && model_zone(model, at);
    bool wait =
        alarm->kind == TIFO__V1__ALARM_KIND__ALARM_KIND_QUEUE && at < model->venue->n_facilities;
    if (density)
        *chart = chart_of_density(model, at);
    else if (wait)
        *chart = chart_of_wait(model, at);
    return density || wait;
}

/* ---- Cards */

static void head(struct pen *pen, float x, float y, float width, const struct model *model,
                 const Tifo__V1__Alarm *alarm, float size)
{
    const struct theme *theme = pen->theme;
    char words[160], figures[FORMAT_SIZE];
    float tag = size > 20 ? 32 : 26;
    pen_alarm(pen, x, y, tag, alarm);
    float room = width - tag - 12 - 84;
    view_alarm_title(model, alarm, words, sizeof words);
    while (size > 16 && pen_width(pen, SEMIBOLD, size, words) > room)
        size -= 2;
    pen_words_within(pen, SEMIBOLD, size, x + tag + 12, y + tag / 2 + size * 0.36f, room, theme->t1,
                     words);
    pen_words(pen, REGULAR, 14, RIGHT, x + width, y + 14, theme->t2,
              format_clock(figures, alarm->since_ms));
}

/* Thick until somebody has acknowledged it. */
static void side_bar(struct pen *pen, float x, float y, float height, const Tifo__V1__Alarm *alarm)
{
    bool low = alarm->priority <= TIFO__V1__ALARM_PRIORITY__ALARM_PRIORITY_LOW;
    float width = alarm_wants_somebody(alarm) ? 6 : 2;
    pen_fill(pen, x - 2 - width, y, width, height, low ? pen->theme->t3 : pen->theme->alarm);
}

enum { CAUSE_LINES = 2 };

/* The other zones of its jam: ", with Level 2 SSW and 2 more". */
static void add_members(const struct model *model, const Tifo__V1__Alarm *alarm, char *out,
                        size_t size)
{
    size_t used = strlen(out);
    if (!alarm->n_members)
        return;
    snprintf(out + used, size - used, ", with %.60s", model_place_name(model, alarm->members[0]));
    used = strlen(out);
    if (alarm->n_members > 1)
        snprintf(out + used, size - used, " and %zu more", alarm->n_members - 1);
}

/* What is measured, in figures: the alarm's title has the place. */
static void figures_of(const struct model *model, const Tifo__V1__Alarm *alarm, char *out,
                       size_t size)
{
    uint32_t at = alarm->subject;
    char people[FORMAT_SIZE];
    if (alarm->kind == TIFO__V1__ALARM_KIND__ALARM_KIND_GATE_CLOSED) {
        snprintf(out, size, "%s people are inside", format_count(people, model->totals.inside));
        return;
    }
    if (alarm->kind != TIFO__V1__ALARM_KIND__ALARM_KIND_DENSITY || !model_zone(model, at)) {
        snprintf(out, size, "%.300s", alarm->cause);
        return;
    }
    float then = 0, now = model_density(model, at);
    int64_t now_ms = model_now_ms(model);
    bool known = history_mean(&model->history, history_zone_column(model, at), now_ms - 65000,
                              now_ms - 55000, &then);
    float change = now - then;
    snprintf(out, size, "%.1f p/m\xc2\xb2 over %s people%s", (double)now,
             format_count(people, model_people(model, at)),
             !known            ? ""
             : change > 0.15f  ? ", rising"
             : change < -0.15f ? ", falling"
                               : ", steady");
    add_members(model, alarm, out, size);
}

static void state_words(const Tifo__V1__Alarm *alarm, char *out, size_t size)
{
    char figures[FORMAT_SIZE];
    if (alarm->shelved_until_ms)
        snprintf(out, size, "shelved until %s by %.40s: %.100s",
                 format_clock_minutes(figures, alarm->shelved_until_ms), alarm->shelved_by,
                 alarm->shelved_reason);
    else if (alarm->acknowledged_ms)
        snprintf(out, size, "acknowledged %s by %.60s",
                 format_clock(figures, alarm->acknowledged_ms), alarm->acknowledged_by);
    else
        *out = '\0';
}

/* The one that wants somebody most, or the picked one: a filled panel. Returns its lower end. */
static float draw_large(struct pen *pen, struct area area, float y, const struct model *model,
                        const struct desk *desk, const Tifo__V1__Alarm *alarm)
{
    const struct theme *theme = pen->theme;
    char words[300], ago[48], figures[FORMAT_SIZE];
    struct chart chart;
    bool narrow = area.width < NARROW;
    float inner = area.width - (narrow ? 16 : 32), x = area.x + (narrow ? 8 : 12);
    bool charted = area.y + area.height - y > 420 && chart_of(model, alarm, &chart);
    state_words(alarm, words, sizeof words);
    float state = *words ? 22 : 0, act = view_act_height(desk, model);
    float advice =
        *alarm->action ? 20 * (float)pen_lines(pen, MEDIUM, 15, inner, 2, alarm->action) : 0;
    char cause[400];
    figures_of(model, alarm, cause, sizeof cause);
    float causes = 20 * (float)(pen_lines(pen, REGULAR, 14, inner, CAUSE_LINES, cause) - 1);
    float height = 66 + 22 + causes + state + (charted ? 152 : 0) + advice + 10 + act + 34;
    pen_fill(pen, area.x, y, area.width + 8, height, theme->panel);
    side_bar(pen, area.x + 2, y, height, alarm);
    pen_pickable(pen, (struct area){ area.x, y, area.width, height - act - 34 }, PICK_ALARM,
                 alarm->number);
    head(pen, x, y + 14, inner, model, alarm, 26);
    snprintf(ago, sizeof ago, "%s ago",
             format_duration(figures, (model_now_ms(model) - alarm->since_ms) / 1000));
    pen_words(pen, REGULAR, 13, RIGHT, x + inner, y + 46, theme->t3, ago);
    float at = y + 72;
    if (*words) {
        pen_words_within(pen, REGULAR, 14, x, at, inner, theme->t2, words);
        at += state;
    }
    pen_paragraph(pen, REGULAR, 14, x, at, inner, 20, CAUSE_LINES, theme->t2, cause);
    at += 14 + causes;
    if (charted) {
        chart.area = (struct area){ x + 36, at, inner - 36, 112 };
        chart.minutes = CHART_MIN;
        chart.times = true;
        view_chart(pen, &chart, model);
        at += 146;
    }
    if (advice > 0)
        pen_paragraph(pen, MEDIUM, 15, x, at + 18, inner, 20, 2, theme->t1, alarm->action);
    at += advice + 10;
    view_act(pen, (struct area){ x, at, inner, act }, model, desk);
    view_act_keys(pen, x, at + act + 6, inner, model, desk, alarm);
    return y + height;
}

/* Where the column is narrow what to do takes two lines. */
static float small_height(struct area area)
{
    return area.width < NARROW ? 83 : 64;
}

static float draw_small(struct pen *pen, struct area area, float y, const struct model *model,
                        const Tifo__V1__Alarm *alarm)
{
    const struct theme *theme = pen->theme;
    char words[300];
    const int lines = area.width < NARROW ? 2 : 1;
    const float height = small_height(area);
    side_bar(pen, area.x, y + 8, height - 16, alarm);
    pen_pickable(pen, (struct area){ area.x - 8, y, area.width + 8, height }, PICK_ALARM,
                 alarm->number);
    head(pen, area.x + 4, y + 8, area.width - 4, model, alarm, 18);
    if (*alarm->action)
        snprintf(words, sizeof words, "\xe2\x86\x92 %.250s", alarm->action);
    else
        figures_of(model, alarm, words, sizeof words);
    pen_paragraph(pen, MEDIUM, 14, area.x + 42, y + 52, area.width - 42, 19, lines,
                  alarm_wants_somebody(alarm) ? theme->t1 : theme->t2, words);
    pen_rule(pen, area.x, y + height - 1, area.width, theme->line);
    return y + height;
}

/* Queues of one kind, told as one: how many, the longest, and where it is short. */
static float draw_group(struct pen *pen, struct area area, float y, const struct model *model,
                        const Tifo__V1__Alarm *const *alarms, size_t count)
{
    const struct theme *theme = pen->theme;
    const Tifo__V1__Facility *const *facilities =
        (const Tifo__V1__Facility *const *)model->venue->facilities;
    Tifo__V1__FacilityKind kind = facilities[alarms[0]->subject]->kind;
    bool food = kind == TIFO__V1__FACILITY_KIND__FACILITY_KIND_FOOD;
    const Tifo__V1__Alarm *longest = alarms[0];
    size_t alike = 0, open = 0;
    uint32_t shortest = UNKNOWN;
    for (size_t i = 0; i < count; i++) {
        if (!model_alarm_grouped(model, alarms[i]) || facilities[alarms[i]->subject]->kind != kind)
            continue;
        alike++;
        open += alarm_wants_somebody(alarms[i]);
        longest = alarms[i]->value_milli > longest->value_milli ? alarms[i] : longest;
    }
    for (uint32_t f = 0; f < model->venue->n_facilities; f++)
        if (facilities[f]->kind == kind &&
            (shortest == UNKNOWN ||
             model_facility(model, f).wait_s < model_facility(model, shortest).wait_s))
            shortest = f;
    char words[300], wait[FORMAT_SIZE];
    const float height = 86;
    pen_fill(pen, area.x - 2 - (open ? 6 : 2), y + 8, open ? 6 : 2, height - 16, theme->t3);
    pen_pickable(pen, (struct area){ area.x - 8, y, area.width + 8, height }, PICK_ALARM,
                 longest->number);
    snprintf(words, sizeof words, "%s: %zu queues over 5 min", food ? "Food" : "Toilets", alike);
    pen_words_within(pen, SEMIBOLD, 18, area.x + 4, y + 28, area.width - 90, theme->t1, words);
    pen_words(pen, REGULAR, 14, RIGHT, area.x + area.width, y + 22, theme->t2,
              format_clock(wait, alarms[0]->since_ms));
    const char *name = facilities[longest->subject]->name;
    snprintf(words, sizeof words, "longest %s at %.80s",
             format_duration(wait, longest->value_milli / 1000),
             *name ? name : facilities[longest->subject]->facility_id);
    pen_words_within(pen, REGULAR, 14, area.x + 4, y + 50, area.width - 4, theme->t2, words);
    uint32_t wait_s = shortest == UNKNOWN ? UNKNOWN : model_facility(model, shortest).wait_s;
    name = shortest == UNKNOWN ? "" : facilities[shortest]->name;
    name = shortest == UNKNOWN || *name ? name : facilities[shortest]->facility_id;
    if (wait_s < SHORT_WAIT_S)
        snprintf(words, sizeof words, "\xe2\x86\x92 Send people to %.80s, wait %s", name,
                 format_duration(wait, wait_s));
    else /* Nowhere is better. */
        snprintf(words, sizeof words, "\xe2\x86\x92 Staff them fully: the shortest wait is %s",
                 wait_s == UNKNOWN ? "unknown" : format_duration(wait, wait_s));
    pen_words_within(pen, MEDIUM, 14, area.x + 4, y + 72, area.width - 4,
                     open ? theme->t1 : theme->t2, words);
    pen_rule(pen, area.x, y + height - 1, area.width, theme->line);
    return y + height;
}

static float draw_shelved(struct pen *pen, struct area area, float y, const struct model *model,
                          const Tifo__V1__Alarm *alarm)
{
    char title[160], state[220], words[420];
    const float height = 28;
    pen_pickable(pen, (struct area){ area.x, y, area.width, height }, PICK_ALARM, alarm->number);
    state_words(alarm, state, sizeof state);
    snprintf(words, sizeof words, "%u  %s, %s", alarm->number,
             view_alarm_title(model, alarm, title, sizeof title), state);
    pen_words_within(pen, REGULAR, 13, area.x + 4, y + 19, area.width - 4, pen->theme->t3, words);
    pen_rule(pen, area.x, y + height - 1, area.width, pen->theme->line);
    return y + height;
}

/* "Last: Toilets 4: wait 5:21, low, 14:41:10 to 14:47:30." */
static void last_cleared(struct pen *pen, float x, float y, float width, const struct model *model)
{
    static const char *const priorities[] = { "", "low", "medium", "high" };
    const struct cleared *last = &model->cleared;
    Tifo__V1__Alarm alarm = TIFO__V1__ALARM__INIT;
    char title[160], words[260], since[FORMAT_SIZE], until[FORMAT_SIZE];
    alarm.kind = (Tifo__V1__AlarmKind)last->kind;
    alarm.subject = last->subject;
    alarm.value_milli = last->value_milli;
    snprintf(words, sizeof words, "Last: %s, %s, %s to %s.",
             view_alarm_title(model, &alarm, title, sizeof title), priorities[last->priority & 3],
             format_clock(since, last->since_ms), format_clock(until, last->until_ms));
    pen_words_within(pen, REGULAR, 14, x, y, width, pen->theme->t2, words);
}

static float none_open(struct pen *pen, struct area area, float y, const struct model *model)
{
    const struct theme *theme = pen->theme;
    const Tifo__V1__Phase *phase = model->crowd ? model->crowd->phase : NULL;
    pen_words(pen, REGULAR, 14, LEFT, area.x, y + 28, theme->t2,
              !model->crowd ? "Nothing has been measured yet." : "Nothing wants your attention.");
    if (model->cleared.until_ms) {
        last_cleared(pen, area.x, y + 50, area.width, model);
        y += 22;
    }
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

/* The kinds of facilities whose group was told. */
static bool told_already(const struct model *model, const Tifo__V1__Alarm *alarm, unsigned *told)
{
    unsigned bit = 1u << ((unsigned)model->venue->facilities[alarm->subject]->kind & 7);
    bool was = *told & bit;
    *told |= bit;
    return was;
}

static float draw_list(struct pen *pen, struct area area, float y, const struct model *model,
                       const Tifo__V1__Alarm *const *ranked, size_t count,
                       const Tifo__V1__Alarm *large)
{
    size_t beyond = model_alarm_count(model) - count; /* More than are ever listed. */
    float bottom = area.y + area.height;
    unsigned told = 0;
    size_t left_out = 0;
    for (size_t i = 0; i < count; i++) {
        const Tifo__V1__Alarm *alarm = ranked[i];
        bool grouped = model_alarm_grouped(model, alarm);
        if (alarm == large || (grouped && told_already(model, alarm, &told)))
            continue;
        float needed = alarm->shelved_until_ms ? 28 : grouped ? 86 : small_height(area);
        if (left_out || y + needed + (i + 1 < count ? 30 : 0) > bottom)
            left_out++;
        else if (alarm->shelved_until_ms)
            y = draw_shelved(pen, area, y, model, alarm);
        else if (grouped)
            y = draw_group(pen, area, y, model, ranked + i, count - i);
        else
            y = draw_small(pen, area, y, model, alarm);
    }
    left_out += beyond;
    if (left_out && y + 30 <= bottom) {
        char words[64];
        snprintf(words, sizeof words, "%zu more, Tab goes through them", left_out);
        pen_words(pen, REGULAR, 14, LEFT, area.x + 4, y + 21, pen->theme->t2, words);
        y += 30;
    }
    return y;
}

float view_alarms(struct pen *pen, struct area area, const struct model *model,
                  const struct desk *desk)
{
    const Tifo__V1__Alarm *ranked[MOST_CARDS];
    char open[64], recent[48];
    size_t count = model_alarm_count(model), shelved = model_shelved_count(model);
    snprintf(open, sizeof open,
             !count     ? "none open"
             : !shelved ? "%zu open"
                        : "%zu open \xc2\xb7 %zu shelved",
             count - shelved, shelved);
    snprintf(recent, sizeof recent, "%zu in 10 min", model_recent_alarms(model));
    float y = view_title(pen, area.x, area.y + 32, area.width, "Alarms", open, recent);
    if (!count)
        return none_open(pen, area, y, model);
    count = model_alarms_ranked(model, ranked, MOST_CARDS);
    const Tifo__V1__Alarm *first = desk_alarm(desk, model);
    bool picked = desk->pick.kind == PICK_ALARM && desk->pick.index == first->number;
    bool large = picked || (first->priority > TIFO__V1__ALARM_PRIORITY__ALARM_PRIORITY_LOW &&
                            !first->shelved_until_ms);
    if (large)
        y = draw_large(pen, area, y, model, desk, first) + 4;
    return draw_list(pen, area, y, model, ranked, count, large ? first : NULL);
}

void view_alarm_line(struct pen *pen, struct area area, const struct model *model,
                     const struct desk *desk)
{
    const Tifo__V1__Alarm *worst = desk_alarm(desk, model);
    float y = area.y + area.height / 2;
    char words[400], title[160];
    if (!worst) {
        pen_words(pen, REGULAR, 14, LEFT, area.x, y + 5, pen->theme->t2, "No alarms open.");
        return;
    }
    pen_alarm(pen, area.x, y - 13, 26, worst);
    pen_pickable(pen, area, PICK_ALARM, worst->number);
    snprintf(words, sizeof words, "%s \xe2\x86\x92 %.200s",
             view_alarm_title(model, worst, title, sizeof title), worst->action);
    pen_words_within(pen, SEMIBOLD, 16, area.x + 38, y + 6, area.width - 38, pen->theme->t1, words);
}
