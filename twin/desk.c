#include "twin/desk.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const uint32_t shelve_choices[] = { 5, 10, 20, 30, 60, 120, 240 };
enum { SHELVE_CHOICES = sizeof shelve_choices / sizeof *shelve_choices, SHELVE_USUAL = 10 };

void desk_init(struct desk *desk, const char *caller)
{
    memset(desk, 0, sizeof *desk);
    snprintf(desk->caller, sizeof desk->caller, "%s", caller);
    desk->shelve_minutes = SHELVE_USUAL;
}

void desk_fini(struct desk *desk)
{
    model_replay_fini(&desk->past);
}

/* ---- The moment */

const struct model *desk_model(const struct desk *desk, const struct model *live)
{
    return desk->replay && desk->past.crowd ? &desk->past : live;
}

static void go_live(struct desk *desk)
{
    desk->replay = desk->running = false;
    model_replay_fini(&desk->past);
}

static bool look_at(struct desk *desk, const struct model *live, int64_t at_ms)
{
    int64_t first = reel_first_ms(&live->reel);
    at_ms = at_ms < first ? first : at_ms;
    if (!first || at_ms >= model_now_ms(live)) {
        bool was = desk->replay;
        go_live(desk);
        return was;
    }
    desk->at_ms = at_ms;
    desk->replay = true;
    desk->act = ACT_IDLE; /* What was done is not of the past. */
    return model_replay(&desk->past, live, desk->at_ms);
}

void desk_follow(struct desk *desk, const struct model *live)
{
    if (!desk->replay)
        return;
    /* Another day, or another venue: there is nothing to look back at. */
    if (!live->reel.count || desk->at_ms >= model_now_ms(live))
        go_live(desk);
    else
        look_at(desk, live, desk->at_ms);
}

bool desk_scrub(struct desk *desk, const struct model *live, int64_t at_ms)
{
    desk->running = false;
    return look_at(desk, live, at_ms);
}

static bool pause_or_run(struct desk *desk, const struct model *live, uint32_t now_ms)
{
    if (!desk->replay) /* The last state kept before this one. */
        return desk_scrub(desk, live, model_now_ms(live) - 1);
    desk->running = !desk->running;
    desk->stepped_ms = now_ms;
    return true;
}

/* ---- What is picked */

const Tifo__V1__Alarm *desk_alarm(const struct desk *desk, const struct model *model)
{
    const Tifo__V1__Alarm *alarm = NULL;
    if (desk->pick.kind == PICK_ALARM)
        alarm = model_alarm_numbered(model, desk->pick.index);
    if (!alarm)
        model_alarms_ranked(model, &alarm, 1);
    return alarm;
}

static size_t count_of(const struct model *model, enum pick_kind kind)
{
    switch (kind) {
    case PICK_GATE:
        return model->venue->n_gates;
    case PICK_ZONE:
        return model->venue->n_zones;
    case PICK_FACILITY:
        return model->venue->n_facilities;
    default:
        return 0;
    }
}

bool desk_pick(struct desk *desk, const struct model *live, struct pick pick)
{
    const struct model *model = desk_model(desk, live);
    if (!model->venue)
        return false;
    bool known = pick.kind == PICK_NOTHING ||
                 (pick.kind == PICK_ALARM ? model_alarm_numbered(model, pick.index) != NULL
                                          : pick.index < count_of(model, pick.kind));
    if (!known)
        return false;
    if (pick.kind != desk->pick.kind || pick.index != desk->pick.index) {
        desk->choice = 0;
        if (desk->act != ACT_SENT)
            desk->act = ACT_IDLE;
    }
    desk->pick = pick;
    desk->page = desk->page && pick.kind != PICK_NOTHING && pick.kind != PICK_ALARM;
    return true;
}

/* What an alarm is about. */
static struct pick subject_of(const struct model *model, const Tifo__V1__Alarm *alarm)
{
    uint32_t facilities = (uint32_t)model->venue->n_facilities, at = alarm->subject;
    switch (alarm->kind) {
    case TIFO__V1__ALARM_KIND__ALARM_KIND_GATE_CLOSED:
        return (struct pick){ PICK_GATE, at };
    case TIFO__V1__ALARM_KIND__ALARM_KIND_QUEUE:
        return at < facilities ? (struct pick){ PICK_FACILITY, at }
                               : (struct pick){ PICK_GATE, at - facilities };
    default:
        return model_zone(model, at) ? (struct pick){ PICK_ZONE, at }
                                     : (struct pick){ PICK_NOTHING, 0 };
    }
}

bool desk_open(struct desk *desk, const struct model *live)
{
    const struct model *model = desk_model(desk, live);
    struct pick pick = desk->pick;
    const Tifo__V1__Alarm *alarm = desk_alarm(desk, model);
    if ((pick.kind == PICK_ALARM || pick.kind == PICK_NOTHING) && alarm)
        pick = subject_of(model, alarm);
    if (pick.kind == PICK_NOTHING || pick.kind == PICK_ALARM || !desk_pick(desk, live, pick))
        return false;
    desk->page = true;
    return true;
}

/* In the order of the list; what is told as one is one step. */
static bool step_alarm(struct desk *desk, const struct model *live, int step)
{
    enum { MOST = 256 };
    const Tifo__V1__Alarm *ranked[MOST];
    const struct model *model = desk_model(desk, live);
    size_t count = model_alarms_ranked(model, ranked, MOST), at = count;
    if (!count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (desk->pick.kind == PICK_ALARM && ranked[i]->number == desk->pick.index)
            at = i;
    if (at == count)
        at = step > 0 ? 0 : count - 1;
    else
        at = (at + count + (size_t)(step + (int)count)) % count;
    return desk_pick(desk, live, (struct pick){ PICK_ALARM, ranked[at]->number });
}

static bool step_gate(struct desk *desk, const struct model *live, int step)
{
    uint32_t gates = live->venue ? (uint32_t)live->venue->n_gates : 0;
    if (!gates)
        return false;
    uint32_t at = desk->pick.kind == PICK_GATE ? desk->pick.index + gates + (uint32_t)step
                  : step > 0                   ? 0
                                               : gates - 1;
    return desk_pick(desk, live, (struct pick){ PICK_GATE, at % gates });
}

/* The gate that wants somebody most: with an alarm, else the first. */
static bool open_gates(struct desk *desk, const struct model *live)
{
    const struct model *model = desk_model(desk, live);
    if (!model->venue || !model->venue->n_gates)
        return false;
    struct pick pick = { PICK_GATE, 0 };
    int worst = 0;
    for (uint32_t g = 0; g < model->venue->n_gates; g++) {
        const Tifo__V1__Alarm *alarm = model_gate_alarm(model, g);
        if (alarm && (int)alarm->priority > worst) {
            worst = (int)alarm->priority;
            pick.index = g;
        }
    }
    if (desk->pick.kind == PICK_GATE)
        pick = desk->pick;
    desk_pick(desk, live, pick);
    return desk_open(desk, live);
}

static bool step_row(struct desk *desk, const struct model *live, int step)
{
    struct order orders[ORDERS_MOST];
    size_t count = desk_orders(desk, live, orders);
    if (desk->page && count > 1) {
        desk->choice = (desk->choice + count + (size_t)(step + (int)count)) % count;
        return true;
    }
    return desk->pick.kind == PICK_GATE ? step_gate(desk, live, step)
                                        : step_alarm(desk, live, step);
}

static bool go_back(struct desk *desk, const struct model *live)
{
    if (desk->line != LINE_CLOSED)
        desk->line = LINE_CLOSED;
    else if (desk->all_keys)
        desk->all_keys = false;
    else if (desk->act == ACT_HELD || desk->act == ACT_REFUSED || desk->act == ACT_DONE)
        desk->act = ACT_IDLE;
    else if (desk->page)
        desk->page = false;
    else if (desk->pick.kind != PICK_NOTHING)
        desk_pick(desk, live, (struct pick){ PICK_NOTHING, 0 });
    else
        return false; /* Whoever owns the camera shows the whole ground. */
    return true;
}

/* ---- Doing */

size_t desk_orders(const struct desk *desk, const struct model *live, struct order out[ORDERS_MOST])
{
    return live->contact.state == CONTACT_LIVE ? desk_orders_known(desk, live, out) : 0;
}

size_t desk_orders_known(const struct desk *desk, const struct model *live,
                         struct order out[ORDERS_MOST])
{
    if (desk->replay || !live->crowd)
        return 0;
    if (desk->pick.kind == PICK_GATE)
        return orders_about_gate(live, desk->pick.index, out);
    if (desk->pick.kind == PICK_ZONE || desk->pick.kind == PICK_FACILITY) {
        const Tifo__V1__Alarm *alarm = desk->pick.kind == PICK_ZONE
                                           ? model_zone_alarm(live, desk->pick.index)
                                           : model_facility_alarm(live, desk->pick.index);
        return alarm ? orders_about_alarm(live, alarm, out) : 0;
    }
    const Tifo__V1__Alarm *alarm = desk_alarm(desk, live);
    return alarm ? orders_about_alarm(live, alarm, out) : 0;
}

float desk_held_part(const struct desk *desk, uint32_t now_ms)
{
    if (desk->act != ACT_HELD)
        return 0;
    float part = (float)(now_ms - desk->held_ms) / DESK_HOLD_MS;
    return part > 1 ? 1 : part;
}

static void send(struct desk *desk, const struct model *live, const struct order *order)
{
    if (desk->order_count == DESK_ORDERS)
        return;
    desk->orders[desk->order_count++] = *order;
    if (order != &desk->order)
        desk->order = *order;
    desk->act = ACT_SENT;
    desk->sent_ms = model_now_ms(live);
}

bool desk_take_order(struct desk *desk, struct order *out)
{
    if (!desk->order_count)
        return false;
    *out = desk->orders[0];
    memmove(desk->orders, desk->orders + 1, --desk->order_count * sizeof *desk->orders);
    return true;
}

bool desk_outcome(struct desk *desk, const struct model *live, const struct outcome *outcome)
{
    if (desk->act != ACT_SENT || !order_same(&desk->order, &outcome->order))
        return false;
    desk->act = outcome->done ? ACT_DONE : ACT_REFUSED;
    desk->answered_ms = model_now_ms(live);
    snprintf(desk->why, sizeof desk->why, "%s", outcome->why);
    return true;
}

static bool can_act(const struct desk *desk, const struct model *live)
{
    return !desk->replay && live->crowd && live->contact.state == CONTACT_LIVE &&
           desk->act != ACT_SENT;
}

/* All that are told as one with it, if it is one of those. */
static bool acknowledge(struct desk *desk, const struct model *live)
{
    const Tifo__V1__Alarm *focus = can_act(desk, live) ? desk_alarm(desk, live) : NULL;
    if (!focus)
        return false;
    bool grouped = model_alarm_grouped(live, focus), sent = false;
    for (size_t i = 0; i < model_alarm_count(live); i++) {
        const Tifo__V1__Alarm *alarm = model_alarm(live, i);
        bool meant = alarm == focus || (grouped && model_alarm_grouped(live, alarm) &&
                                        live->venue->facilities[alarm->subject]->kind ==
                                            live->venue->facilities[focus->subject]->kind);
        if (!meant || alarm->acknowledged_ms || alarm->shelved_until_ms)
            continue;
        send(desk, live, &(struct order){ .kind = ORDER_ACKNOWLEDGE, .subject = alarm->number });
        sent = true;
    }
    return sent;
}

static bool begin_shelve(struct desk *desk, const struct model *live)
{
    const Tifo__V1__Alarm *alarm = can_act(desk, live) ? desk_alarm(desk, live) : NULL;
    if (!alarm)
        return false;
    desk_pick(desk, live, (struct pick){ PICK_ALARM, alarm->number });
    if (alarm->shelved_until_ms) {
        send(desk, live, &(struct order){ .kind = ORDER_UNSHELVE, .subject = alarm->number });
        return true;
    }
    desk->line = LINE_SHELVE;
    desk->words[0] = '\0';
    desk->shelve_minutes = SHELVE_USUAL;
    return true;
}

static bool hold(struct desk *desk, const struct model *live, uint32_t now_ms)
{
    struct order orders[ORDERS_MOST];
    size_t count = desk->act == ACT_SENT ? 0 : desk_orders(desk, live, orders);
    desk->held_ms = now_ms;
    if (!count) { /* There is nothing to do, but maybe something to open: desk_key_up(). */
        if (desk->act != ACT_SENT)
            desk->act = ACT_IDLE;
        return false;
    }
    desk->order = orders[desk->choice < count ? desk->choice : 0];
    desk->act = ACT_HELD;
    return true;
}

/* ---- The line that is written */

static size_t text_end(const char *words)
{
    size_t length = strlen(words);
    while (length && ((unsigned char)words[length - 1] & 0xc0) == 0x80)
        length--;
    return length ? length - 1 : 0;
}

/* The first gate, facility or zone whose id or name begins with the words. */
static void find(struct desk *desk, const struct model *live)
{
    const Tifo__V1__Venue *v = live->venue;
    size_t length = strlen(desk->words);
    if (!v || !length)
        return;
#define FOUND(text) ((text) && strncasecmp((text), desk->words, length) == 0)
    for (uint32_t g = 0; g < v->n_gates; g++)
        if (FOUND(v->gates[g]->gate_id) || FOUND(v->gates[g]->name)) {
            desk_pick(desk, live, (struct pick){ PICK_GATE, g });
            return;
        }
    for (uint32_t f = 0; f < v->n_facilities; f++)
        if (FOUND(v->facilities[f]->name) || FOUND(v->facilities[f]->facility_id)) {
            desk_pick(desk, live, (struct pick){ PICK_FACILITY, f });
            return;
        }
    for (uint32_t z = 0; z < v->n_zones; z++)
        if (FOUND(v->zones[z]->name) || FOUND(v->zones[z]->zone_id)) {
            desk_pick(desk, live, (struct pick){ PICK_ZONE, z });
            return;
        }
#undef FOUND
}

bool desk_write(struct desk *desk, const struct model *live, const char *utf8)
{
    if (desk->line == LINE_CLOSED)
        return false;
    size_t length = strlen(desk->words), more = strlen(utf8);
    if (length + more >= sizeof desk->words)
        return false;
    memcpy(desk->words + length, utf8, more + 1);
    if (desk->line == LINE_FIND)
        find(desk, live);
    return true;
}

static bool shelve(struct desk *desk, const struct model *live)
{
    if (!desk->words[strspn(desk->words, " ")]) /* Why it can wait has to be said. */
        return false;
    struct order order = { .kind = ORDER_SHELVE,
                           .subject = desk->pick.index,
                           .duration_s = desk->shelve_minutes * 60 };
    memcpy(order.reason, desk->words, sizeof order.reason);
    desk->line = LINE_CLOSED;
    send(desk, live, &order);
    return true;
}

static bool step_minutes(struct desk *desk, int step)
{
    int at = 0;
    while (at < SHELVE_CHOICES - 1 && shelve_choices[at] < desk->shelve_minutes)
        at++;
    at += step;
    if (at < 0 || at >= SHELVE_CHOICES)
        return false;
    desk->shelve_minutes = shelve_choices[at];
    return true;
}

/* While a line is open the keys are its. */
static bool line_key(struct desk *desk, const struct model *live, enum desk_key key)
{
    switch (key) {
    case DESK_ENTER:
        if (desk->line == LINE_SHELVE)
            return shelve(desk, live);
        desk->line = LINE_CLOSED;
        return true;
    case DESK_ERASE:
        desk->words[text_end(desk->words)] = '\0';
        return true;
    case DESK_UP:
        return desk->line == LINE_SHELVE && step_minutes(desk, 1);
    case DESK_DOWN:
        return desk->line == LINE_SHELVE && step_minutes(desk, -1);
    case DESK_BACK:
        return go_back(desk, live);
    default:
        return false;
    }
}

/* ---- Keys and time */

bool desk_key(struct desk *desk, const struct model *live, enum desk_key key, uint32_t now_ms)
{
    if (desk->line != LINE_CLOSED)
        return line_key(desk, live, key);
    if (!live->venue)
        return false;
    switch (key) {
    case DESK_NEXT_ALARM:
        return step_alarm(desk, live, 1);
    case DESK_ENTER:
        return hold(desk, live, now_ms);
    case DESK_BACK:
        return go_back(desk, live);
    case DESK_ACKNOWLEDGE:
        return acknowledge(desk, live);
    case DESK_SHELVE:
        return begin_shelve(desk, live);
    case DESK_GATES:
        return open_gates(desk, live);
    case DESK_PREVIOUS_GATE:
        return step_gate(desk, live, -1);
    case DESK_NEXT_GATE:
        return step_gate(desk, live, 1);
    case DESK_UP:
        return step_row(desk, live, -1);
    case DESK_DOWN:
        return step_row(desk, live, 1);
    case DESK_EARLIER:
    case DESK_LATER: {
        int64_t from = desk->replay ? desk->at_ms : model_now_ms(live);
        if (key == DESK_LATER && !desk->replay)
            return false;
        return desk_scrub(desk, live, from + (key == DESK_LATER ? DESK_SCRUB_MS : -DESK_SCRUB_MS));
    }
    case DESK_PAUSE:
        return pause_or_run(desk, live, now_ms);
    case DESK_LIVE:
        go_live(desk);
        return true;
    case DESK_FIND:
        desk->line = LINE_FIND;
        desk->words[0] = '\0';
        return true;
    case DESK_ALL_KEYS:
        desk->all_keys = !desk->all_keys;
        return true;
    default:
        return false;
    }
}

bool desk_key_up(struct desk *desk, const struct model *live, enum desk_key key, uint32_t now_ms)
{
    if (key != DESK_ENTER || desk->line != LINE_CLOSED || !live->venue)
        return false;
    bool held = desk->act == ACT_HELD, tap = now_ms - desk->held_ms < DESK_TAP_MS;
    if (held)
        desk->act = ACT_IDLE;
    return (tap && !desk->page && desk_open(desk, live)) || held;
}

bool desk_tick(struct desk *desk, const struct model *live, uint32_t now_ms)
{
    bool changed = false;
    if (desk->act == ACT_HELD) {
        if (!can_act(desk, live))
            desk->act = ACT_IDLE;
        else if (now_ms - desk->held_ms >= DESK_HOLD_MS)
            send(desk, live, &desk->order);
        changed = true;
    }
    if (desk->running && now_ms != desk->stepped_ms) {
        int64_t step = (int64_t)(now_ms - desk->stepped_ms) * DESK_REPLAY_SPEED;
        desk->stepped_ms = now_ms;
        changed |= look_at(desk, live, desk->at_ms + step);
    }
    return changed;
}

bool desk_moves(const struct desk *desk)
{
    return desk->act == ACT_HELD || desk->running;
}
