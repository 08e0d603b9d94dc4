#include "twin/format.h"
#include "twin/views/act.h"
#include "twin/views/page.h"
#include "twin/views/views.h"

#include <stdio.h>

static const float pitch = 28;

static float fact(struct pen *pen, struct area area, float y, const char *name, const char *value)
{
    pen_words(pen, REGULAR, 14, LEFT, area.x, y + 19, pen->theme->t2, name);
    pen_words(pen, MEDIUM, 16, RIGHT, area.x + area.width, y + 19, pen->theme->t1, value);
    pen_rule(pen, area.x, y + pitch - 1, area.width, pen->theme->line);
    return y + pitch;
}

static float count_fact(struct pen *pen, struct area area, float y, const char *name,
                        uint64_t value)
{
    char figures[FORMAT_SIZE];
    return fact(pen, area, y, name, format_count(figures, value));
}

static float wait_fact(struct pen *pen, struct area area, float y, uint32_t wait_s)
{
    char figures[FORMAT_SIZE];
    return fact(pen, area, y, "wait of the last in line",
                wait_s == UNKNOWN ? "\xe2\x80\x93" : format_duration(figures, wait_s));
}

static float gate_facts(struct pen *pen, struct area area, float y, const struct model *model,
                        uint32_t g)
{
    const Tifo__V1__Gate *gate = model->venue->gates[g];
    const Tifo__V1__CrowdState *crowd = model->crowd;
    struct gate_now now = model_gate(model, g);
    char words[64];
    y = view_title(pen, area.x, y, area.width, "Gate", now.closed ? "closed" : "open",
                   "people a minute");
    snprintf(words, sizeof words, "%u of %.0f", now.out_ppm, (double)now.exit_ppm);
    y = fact(pen, area, y, "out", words);
    snprintf(words, sizeof words, "%u of %.0f", now.in_ppm,
             gate->turnstiles * gate->entry_rate_pph / 60);
    y = fact(pen, area, y, "in", words);
    y = count_fact(pen, area, y, "turnstiles", gate->turnstiles);
    y = count_fact(pen, area, y, "people in the queue", now.queue);
    y = wait_fact(pen, area, y, now.wait_s);
    if (crowd && g < crowd->n_gate_total_in && g < crowd->n_gate_total_out) {
        y = count_fact(pen, area, y, "came in today", crowd->gate_total_in[g]);
        y = count_fact(pen, area, y, "left today", crowd->gate_total_out[g]);
    }
    return y;
}

static float zone_facts(struct pen *pen, struct area area, float y, const struct model *model,
                        uint32_t z)
{
    const Tifo__V1__Zone *zone = model->venue->zones[z];
    char words[64];
    uint32_t age_ms = model_age_ms(model, z);
    y = view_title(pen, area.x, y, area.width, "Zone", "", "now");
    y = count_fact(pen, area, y, "people", model_people(model, z));
    y = count_fact(pen, area, y, "safe holding capacity", zone->capacity_people);
    snprintf(words, sizeof words, "%.2f p/m\xc2\xb2", (double)model_density(model, z));
    y = fact(pen, area, y, "density", words);
    if (age_ms == UNKNOWN)
        snprintf(words, sizeof words, "never");
    else
        snprintf(words, sizeof words, "%.1f s ago", (double)age_ms / 1000);
    return fact(pen, area, y, "measured", words);
}

static float facility_facts(struct pen *pen, struct area area, float y, const struct model *model,
                            uint32_t f)
{
    const Tifo__V1__Facility *facility = model->venue->facilities[f];
    struct facility_now now = model_facility(model, f);
    bool food = facility->kind == TIFO__V1__FACILITY_KIND__FACILITY_KIND_FOOD;
    y = view_title(pen, area.x, y, area.width, food ? "Food" : "Toilets", "", "now");
    y = count_fact(pen, area, y, "people in the queue", now.queue);
    y = wait_fact(pen, area, y, now.wait_s);
    y = count_fact(pen, area, y, "served a minute", now.flow_ppm);
    return count_fact(pen, area, y, food ? "tills" : "cabins", facility->servers);
}

/* ---- Actions */

/* The one that Enter does, filled, and the others below it. */
static float actions(struct pen *pen, struct area area, float y, const struct model *model,
                     const struct desk *desk)
{
    const struct theme *theme = pen->theme;
    struct order orders[ORDERS_MOST];
    size_t count = desk_orders(desk, model, orders);
    float act = view_act_height(desk, model);
    const char *none = model->live ? "nothing can be done from the past: L goes live"
                                   : "the service has no order for this";
    y = view_title(pen, area.x, y + 30, area.width, "Actions", "", "");
    if (act > 0)
        view_act(pen, (struct area){ area.x, y + 10, area.width, act }, model, desk);
    else
        pen_words_within(pen, REGULAR, 14, area.x, y + 26, area.width, theme->t2, none);
    y += act > 0 ? act + 16 : 36;
    for (size_t i = 0; i < count && count > 1; i++, y += 34) {
        char words[120];
        bool chosen = i == desk->choice;
        float s = pen->scale;
        path_reset(pen->path);
        path_add_circle(pen->path, (area.x + 10) * s, (y + 16) * s, 7 * s, 1.5f * s);
        if (chosen)
            path_add_disc(pen->path, (area.x + 10) * s, (y + 16) * s, 4 * s);
        path_fill(pen->path, pen->canvas, chosen ? theme->voice : theme->t2);
        pen_words(pen, chosen ? SEMIBOLD : REGULAR, 15, LEFT, area.x + 30, y + 21,
                  chosen ? theme->t1 : theme->t2,
                  order_words(&orders[i], model, words, sizeof words));
        pen_rule(pen, area.x, y + 33, area.width, theme->line);
    }
    return y;
}

/* ---- Who is sent here */

static bool leads_here(const Tifo__V1__Split *split, size_t i, struct pick pick)
{
    bool exit = split->purpose == TIFO__V1__PURPOSE__PURPOSE_EXIT;
    return pick.kind == PICK_ZONE
               ? split->origin == pick.index
               : exit == (pick.kind == PICK_GATE) && split->destination[i] == pick.index;
}

static void split_words(const struct model *model, const Tifo__V1__Split *split, size_t i,
                        struct pick pick, char *out, size_t size)
{
    const Tifo__V1__Venue *v = model->venue;
    uint32_t to = split->destination[i];
    if (pick.kind != PICK_ZONE)
        snprintf(out, size, "from %.60s", model_place_name(model, split->origin));
    else if (split->purpose == TIFO__V1__PURPOSE__PURPOSE_EXIT)
        snprintf(out, size, "to %.60s", to < v->n_gates ? v->gates[to]->gate_id : "?");
    else
        snprintf(out, size, "to %.60s", to < v->n_facilities ? v->facilities[to]->name : "?");
}

static float guidance_here(struct pen *pen, struct area area, float y, const struct model *model,
                           struct pick pick)
{
    const struct theme *theme = pen->theme;
    float bottom = area.y + area.height;
    if (!model->plan || y + 70 > bottom)
        return y;
    y = view_title(pen, area.x, y + 30, area.width,
                   pick.kind == PICK_ZONE ? "Sent from here" : "Sent here", "share, people", "");
    size_t shown = 0;
    for (size_t s = 0; s < model->plan->n_splits; s++) {
        const Tifo__V1__Split *split = model->plan->splits[s];
        for (size_t i = 0; i < split->n_destination && i < split->n_share_milli; i++) {
            uint64_t people =
                ((uint64_t)model_people(model, split->origin) * split->share_milli[i] + 500) / 1000;
            if (!leads_here(split, i, pick) || !split->share_milli[i] || !people)
                continue;
            if (y + 26 > bottom)
                return y;
            char words[120], figures[FORMAT_SIZE];
            split_words(model, split, i, pick, words, sizeof words);
            pen_words_within(pen, REGULAR, 14, area.x, y + 18, area.width - 130, theme->t1, words);
            snprintf(words, sizeof words, "%.0f %%", (double)split->share_milli[i] / 10);
            pen_words(pen, SEMIBOLD, 14, RIGHT, area.x + area.width - 64, y + 18, theme->t1, words);
            pen_words(pen, REGULAR, 14, RIGHT, area.x + area.width, y + 18, theme->t2,
                      format_count(figures, people));
            pen_rule(pen, area.x, y + 25, area.width, theme->line);
            y += 26;
            shown++;
        }
    }
    if (!shown)
        pen_words(pen, REGULAR, 14, LEFT, area.x, y + 20, theme->t2, "nobody now");
    return y;
}

float view_page_side(struct pen *pen, struct area area, const struct model *model,
                     const struct desk *desk)
{
    struct pick pick = desk->pick;
    float y = area.y + 32;
    y = pick.kind == PICK_GATE   ? gate_facts(pen, area, y, model, pick.index)
        : pick.kind == PICK_ZONE ? zone_facts(pen, area, y, model, pick.index)
                                 : facility_facts(pen, area, y, model, pick.index);
    y = actions(pen, area, y, model, desk);
    return guidance_here(pen, area, y, model, pick);
}

/* ---- Below the gates */

float view_page_alarms(struct pen *pen, struct area area, const struct model *model)
{
    const struct theme *theme = pen->theme;
    const Tifo__V1__Alarm *ranked[16];
    char right[48], title[160];
    float y = area.y, bottom = area.y + area.height;
    size_t count = model_alarms_ranked(model, ranked, 16);
    if (y + 60 > bottom)
        return y;
    snprintf(right, sizeof right, "%zu", model_alarm_count(model));
    y = view_title(pen, area.x, y + 30, area.width, "Open alarms", "", right);
    for (size_t i = 0; i < count && y + 36 <= bottom; i++, y += 36) {
        pen_pickable(pen, (struct area){ area.x, y, area.width, 36 }, PICK_ALARM,
                     ranked[i]->number);
        pen_alarm(pen, area.x, y + 6, 24, ranked[i]);
        view_alarm_title(model, ranked[i], title, sizeof title);
        pen_words_within(pen, SEMIBOLD, 14, area.x + 36, y + 23, area.width - 36, theme->t1, title);
        pen_rule(pen, area.x, y + 35, area.width, theme->line);
    }
    if (!count)
        pen_words(pen, REGULAR, 14, LEFT, area.x, y + 22, theme->t2, "none");
    return y;
}
