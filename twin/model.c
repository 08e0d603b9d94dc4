#include "twin/model.h"

#include "twin/venue_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void free_message(void *message)
{
    if (message)
        protobuf_c_message_free_unpacked(message, NULL);
}

void model_init(struct model *model)
{
    memset(model, 0, sizeof *model);
}

static void forget(struct model *model)
{
    free_message(model->crowd);
    free_message(model->plan);
    free_message(model->positions);
    model->crowd = NULL;
    model->plan = NULL;
    model->positions = NULL;
    free(model->stands);
    model->stands = NULL;
    model->stand_count = model->mark_count = 0;
    model->cleared = (struct cleared){ 0 };
    model->totals = (struct totals){ 0 };
    history_fini(&model->history);
    reel_fini(&model->reel);
}

void model_fini(struct model *model)
{
    forget(model);
    free_message(model->venue);
    model->venue = NULL;
}

/* ---- Taking a venue */

static void find_stands(struct model *model)
{
    const Tifo__V1__Venue *v = model->venue;
    model->stand_count = 0;
    model->stands = calloc(v->n_blocks + 1, sizeof *model->stands);
    if (!model->stands)
        abort();
    for (size_t b = 0; b < v->n_blocks; b++) {
        size_t s = 0;
        while (s < model->stand_count && strcmp(model->stands[s].name, v->blocks[b]->stand) != 0)
            s++;
        if (s == model->stand_count)
            model->stands[model->stand_count++].name = v->blocks[b]->stand;
        model->stands[s].seats += v->blocks[b]->seats;
    }
}

static bool same_venue(const Tifo__V1__Venue *a, const Tifo__V1__Venue *b)
{
    return a && strcmp(a->venue_id, b->venue_id) == 0 && a->n_zones == b->n_zones &&
           a->n_blocks == b->n_blocks && a->n_gates == b->n_gates;
}

bool model_set_venue(struct model *model, Tifo__V1__Venue *venue, char *why, size_t why_size)
{
    const char *wrong = venue_wrong(venue);
    if (wrong) {
        snprintf(why, why_size, "the server's venue %.60s has %s; import it again", venue->venue_id,
                 wrong);
        free_message(venue);
        return false;
    }
    model->revision++;
    if (same_venue(model->venue, venue)) { /* The same after a lost contact: keep the history. */
        free_message(venue);
        return true;
    }
    forget(model);
    free_message(model->venue);
    model->venue = venue;
    history_init(&model->history,
                 HISTORY_FIXED + venue->n_zones + 2 * venue->n_gates + venue->n_facilities);
    find_stands(model);
    return true;
}

/* ---- Taking a crowd state */

static void forget_marks(struct model *model)
{
    model->mark_count = 0;
    model->cleared = (struct cleared){ 0 };
}

static void add_mark(struct model *model, struct mark mark)
{
    if (model->mark_count == MAX_MARKS)
        memmove(model->marks, model->marks + 1, --model->mark_count * sizeof mark);
    model->marks[model->mark_count++] = mark;
}

static void mark_gates(struct model *model, const Tifo__V1__CrowdState *next)
{
    for (uint32_t g = 0; g < model->venue->n_gates && g < next->n_gate_mode; g++) {
        bool closed = next->gate_mode[g] == TIFO__V1__GATE_MODE__GATE_MODE_CLOSED;
        if (!model->crowd || model_gate(model, g).closed == closed)
            continue;
        struct mark mark = { .kind = MARK_GATE, .at_ms = next->at_ms };
        snprintf(mark.words, sizeof mark.words, "%.30s %s", model->venue->gates[g]->gate_id,
                 closed ? "closed" : "opened");
        add_mark(model, mark);
    }
}

static bool mark_known(const struct model *model, enum mark_kind kind, int64_t at_ms,
                       unsigned number)
{
    for (size_t i = 0; i < model->mark_count; i++)
        if (model->marks[i].kind == kind && model->marks[i].at_ms == at_ms &&
            model->marks[i].number == number)
            return true;
    return false;
}

static void mark_phase(struct model *model, const Tifo__V1__Phase *phase)
{
    if (!phase || !phase->started_ms || mark_known(model, MARK_PHASE, phase->started_ms, 0))
        return;
    struct mark mark = { .kind = MARK_PHASE, .at_ms = phase->started_ms };
    snprintf(mark.words, sizeof mark.words, "%.40s", phase->label);
    add_mark(model, mark);
}

static void mark_alarms(struct model *model, const Tifo__V1__CrowdState *next)
{
    for (size_t i = 0; i < next->n_alarms; i++) {
        const Tifo__V1__Alarm *alarm = next->alarms[i];
        if (!mark_known(model, MARK_ALARM, alarm->since_ms, alarm->number))
            add_mark(model, (struct mark){ .kind = MARK_ALARM,
                                           .at_ms = alarm->since_ms,
                                           .number = alarm->number,
                                           .priority = (int)alarm->priority });
    }
}

static bool still_open(const Tifo__V1__CrowdState *next, uint32_t number)
{
    for (size_t i = 0; i < next->n_alarms; i++)
        if (next->alarms[i]->number == number)
            return true;
    return false;
}

static void note_cleared(struct model *model, const Tifo__V1__CrowdState *next)
{
    for (size_t i = 0; i < model_alarm_count(model); i++) {
        const Tifo__V1__Alarm *alarm = model_alarm(model, i);
        if (!still_open(next, alarm->number))
            model->cleared = (struct cleared){ .since_ms = alarm->since_ms,
                                               .until_ms = next->at_ms,
                                               .number = alarm->number,
                                               .priority = (int)alarm->priority,
                                               .kind = (int)alarm->kind,
                                               .subject = alarm->subject,
                                               .value_milli = alarm->value_milli };
    }
}

static void count_totals(struct model *model)
{
    const Tifo__V1__Venue *v = model->venue;
    struct totals totals = { .inside = model->crowd->inside };
    for (uint32_t z = 0; z < v->n_zones; z++) {
        uint32_t people = model_people(model, z);
        if (zone_is_inside(v->zones[z]))
            totals.on_concourses += people;
    }
    for (size_t g = 0; g < model->crowd->n_gate_total_out; g++)
        totals.left += model->crowd->gate_total_out[g];
    for (size_t s = 0; s < model->stand_count; s++)
        model->stands[s].people = 0;
    for (uint32_t b = 0; b < v->n_blocks; b++) {
        uint32_t people = model_people(model, (uint32_t)v->n_zones + b);
        totals.in_seats += people;
        for (size_t s = 0; s < model->stand_count; s++)
            if (strcmp(model->stands[s].name, v->blocks[b]->stand) == 0)
                model->stands[s].people += people;
    }
    model->totals = totals;
}

static void remember(struct model *model)
{
    float *row = history_add(&model->history, model->crowd->at_ms);
    if (!row)
        return;
    uint32_t densest = model_densest(model);
    row[HISTORY_ON_CONCOURSES] = (float)model->totals.on_concourses;
    row[HISTORY_WORST_DENSITY] = densest == UNKNOWN ? 0 : model_density(model, densest);
    for (uint32_t z = 0; z < model->venue->n_zones; z++)
        row[history_zone_column(model, z)] = model_density(model, z);
    for (uint32_t g = 0; g < model->venue->n_gates; g++) {
        struct gate_now gate = model_gate(model, g);
        row[history_gate_column(model, g)] =
            (float)(model_is_entry(model) ? gate.in_ppm : gate.out_ppm);
        row[history_gate_queue_column(model, g)] = (float)gate.queue;
    }
    for (uint32_t f = 0; f < model->venue->n_facilities; f++) {
        uint32_t wait_s = model_facility(model, f).wait_s;
        row[history_facility_column(model, f)] = wait_s == UNKNOWN ? 0 : (float)wait_s;
    }
}

void model_set_crowd(struct model *model, Tifo__V1__CrowdState *crowd)
{
    if (!model->venue) {
        free_message(crowd);
        return;
    }
    if (model->crowd && crowd->at_ms < model->crowd->at_ms) /* Another day. */
        forget_marks(model);
    mark_gates(model, crowd);
    mark_phase(model, crowd->phase);
    mark_alarms(model, crowd);
    note_cleared(model, crowd);
    free_message(model->crowd);
    model->crowd = crowd;
    model->revision++;
    count_totals(model);
    remember(model);
    reel_add(&model->reel, crowd, model->plan);
}

void model_set_plan(struct model *model, Tifo__V1__Plan *plan)
{
    if (!model->venue) {
        free_message(plan);
        return;
    }
    free_message(model->plan);
    model->plan = plan;
    model->revision++;
}

void model_set_positions(struct model *model, Tifo__V1__WatchPositionsResponse *positions)
{
    bool whole = positions->n_x_cm == positions->n_y_cm && positions->n_x_cm == positions->n_place;
    if (!model->venue || !whole) {
        free_message(positions);
        return;
    }
    free_message(model->positions);
    model->positions = positions;
    model->revision++;
}

/* ---- A moment again */

/* What had been measured and marked by then. */
static void forget_later(struct model *replay)
{
    int64_t now = model_now_ms(replay);
    while (replay->history.count && history_time(&replay->history, replay->history.count - 1) > now)
        replay->history.count--;
    size_t kept = 0;
    for (size_t i = 0; i < replay->mark_count; i++)
        if (replay->marks[i].at_ms <= now)
            replay->marks[kept++] = replay->marks[i];
    replay->mark_count = kept;
    if (replay->cleared.until_ms > now)
        replay->cleared = (struct cleared){ 0 };
}

bool model_replay(struct model *replay, const struct model *live, int64_t at_ms)
{
    model_replay_fini(replay);
    if (!live->reel.count)
        return false;
    *replay = *live;
    memset(&replay->reel, 0, sizeof replay->reel);
    replay->positions = NULL;
    replay->stands = NULL;
    replay->live = live;
    reel_take(&live->reel, reel_find(&live->reel, at_ms), &replay->crowd, &replay->plan);
    find_stands(replay);
    count_totals(replay);
    forget_later(replay);
    return true;
}

void model_replay_fini(struct model *replay)
{
    free_message(replay->crowd);
    free_message(replay->plan);
    free(replay->stands);
    memset(replay, 0, sizeof *replay);
}
