/* Orders: chosen, held, sent; and the line in which one is written. */
#include "twin/desk_parts.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const uint32_t shelve_choices[] = { 5, 10, 20, 30, 60, 120, 240 };
enum { SHELVE_CHOICES = sizeof shelve_choices / sizeof *shelve_choices };

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

void desk_send(struct desk *desk, const struct model *live, const struct order *order)
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

bool desk_can_act(const struct desk *desk, const struct model *live)
{
    return !desk->replay && !live->recorded && live->crowd && live->contact.state == CONTACT_LIVE &&
           desk->act != ACT_SENT;
}

/* All that are told as one with it, if it is one of those. */
bool desk_acknowledge(struct desk *desk, const struct model *live)
{
    const Tifo__V1__Alarm *focus = desk_can_act(desk, live) ? desk_alarm(desk, live) : NULL;
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
        desk_send(desk, live,
                  &(struct order){ .kind = ORDER_ACKNOWLEDGE, .subject = alarm->number });
        sent = true;
    }
    return sent;
}

bool desk_begin_shelve(struct desk *desk, const struct model *live)
{
    const Tifo__V1__Alarm *alarm = desk_can_act(desk, live) ? desk_alarm(desk, live) : NULL;
    if (!alarm)
        return false;
    desk_pick(desk, live, (struct pick){ PICK_ALARM, alarm->number });
    if (alarm->shelved_until_ms) {
        desk_send(desk, live, &(struct order){ .kind = ORDER_UNSHELVE, .subject = alarm->number });
        return true;
    }
    desk->line = LINE_SHELVE;
    desk->words[0] = '\0';
    desk->shelve_minutes = SHELVE_USUAL;
    return true;
}

bool desk_hold(struct desk *desk, const struct model *live, uint32_t now_ms)
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
    desk_send(desk, live, &order);
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
bool desk_line_key(struct desk *desk, const struct model *live, enum desk_key key)
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
        return desk_go_back(desk, live);
    default:
        return false;
    }
}
