/* The part of the model that is about who waits for tickets of what is sold out. Written from what
 * the API promises: offers are made first come, first served, to those that what is left is enough
 * for, and nobody else gets that before. */
#include "tests/support/must.h"
#include "tests/support/ticket_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool wait_model_knows(enum command_kind kind)
{
    return kind == COMMAND_SET_WAITLIST || kind == COMMAND_ENTER_WAITLIST ||
           kind == COMMAND_LEAVE_WAITLIST;
}

struct model_wait *model_wait_find(const struct ticket_model *m, uint32_t event, const char *person)
{
    const uint32_t index = id_map_find(&m->wait_ids, model_person(event, person));
    return index == ID_MAP_NONE ? NULL : &m->waits[index];
}

static struct model_wait *wait_add(struct ticket_model *m, uint32_t event, const char *person)
{
    const struct id key = model_person(event, person);
    if (m->wait_count == m->wait_room) {
        m->wait_room = m->wait_room ? 2 * m->wait_room : 64;
        m->waits = realloc(m->waits, m->wait_room * sizeof(*m->waits));
        must(m->waits, "the model has memory");
    }
    if (id_map_find(&m->wait_ids, key) != ID_MAP_NONE)
        id_map_remove(&m->wait_ids, key);
    id_map_add(&m->wait_ids, key, m->wait_count);
    struct model_wait *wait = &m->waits[m->wait_count++];
    *wait = (struct model_wait){ .event = event };
    snprintf(wait->person, sizeof(wait->person), "%s", person);
    return wait;
}

/* Who waits for the event after (1 + index); 0: the first. They are in the order of entering. */
static uint32_t waiting_after(const struct ticket_model *m, uint32_t event, uint32_t at)
{
    if (m->events[event].waitlist.waiting == 0)
        return 0;
    for (; at < m->wait_count; at++) {
        if (m->waits[at].event == event && m->waits[at].state == WAIT_WAITING)
            return at + 1;
    }
    return 0;
}

uint32_t wait_model_position(const struct ticket_model *m, const struct model_wait *wait)
{
    uint32_t position = 1;
    if (wait->state != WAIT_WAITING)
        return 0;
    for (uint32_t at = waiting_after(m, wait->event, 0); at; at = waiting_after(m, wait->event, at))
        position += &m->waits[at - 1] < wait;
    return position;
}

/* Of those that what is left is enough for, who has waited longest; 0: nobody. */
static uint32_t next_of(struct ticket_model *m, struct model_event *event, int64_t now_ms)
{
    const uint32_t index = (uint32_t)(event - m->events);
    int64_t left[EVENT_TYPES];
    bool known[EVENT_TYPES] = { false };
    for (uint32_t at = waiting_after(m, index, 0); at; at = waiting_after(m, index, at)) {
        const struct model_wait *wait = &m->waits[at - 1];
        if (!known[wait->type])
            left[wait->type] = sale_model_left(m, event, wait->type, now_ms);
        known[wait->type] = true;
        if (left[wait->type] >= wait->party)
            return at;
    }
    return 0;
}

bool wait_model_fits(struct ticket_model *m, struct model_event *event, int64_t now_ms)
{
    return event->waitlist.waiting > 0 && next_of(m, event, now_ms) != 0;
}

static void move(struct ticket_model *m, struct model_wait *wait, enum wait_state state)
{
    uint32_t *waiting = &m->events[wait->event].waitlist.waiting;
    *waiting -= wait->state == WAIT_WAITING;
    wait->state = state;
    *waiting += wait->state == WAIT_WAITING;
}

/* ---- Commands ----------------------------------------------------------------------------- */

static enum status set_wanted(struct ticket_model *m, const struct set_waitlist *ask,
                              int64_t now_ms)
{
    struct model_event *event;
    const enum status status = sale_model_changeable(m, ask->event, &ask->by, now_ms, &event);
    if (status != STATUS_OK)
        return status;
    if (ask->capacity > 100000 || (ask->claim_s && (ask->claim_s < 60 || ask->claim_s > 604800)))
        return STATUS_BAD_FIELD;
    if (m->only_says)
        return STATUS_OK;
    event->waitlist.exists = true;
    event->waitlist.closed = ask->closed;
    event->waitlist.capacity = ask->capacity;
    event->waitlist.claim_s = ask->claim_s;
    return STATUS_OK;
}

static uint32_t capacity_of(const struct ticket_model *m, const struct model_event *event)
{
    uint32_t seats = 0;
    if (event->waitlist.capacity)
        return event->waitlist.capacity;
    for (uint32_t i = 0; i < m->seat_count; i++)
        seats += event->seats[i].on_sale;
    return seats < 20 ? 20 : seats > 100 ? 100 : seats;
}

static bool is_live(const struct model_wait *wait)
{
    return wait && (wait->state == WAIT_WAITING || wait->state == WAIT_OFFERED);
}

static enum status enter_wanted(struct ticket_model *m, const struct enter_waitlist *ask,
                                int64_t now_ms)
{
    struct model_event *event = model_event_find(m, ask->event);
    if (!event)
        return STATUS_UNKNOWN_EVENT;
    const uint32_t index = (uint32_t)(event - m->events);
    if (event->state == EVENT_CANCELLED)
        return STATUS_EVENT_CANCELLED;
    if (now_ms >= event->starts_ms)
        return STATUS_EVENT_OVER;
    if (event->state == EVENT_DRAFT)
        return STATUS_EVENT_STATE;
    if (!event->waitlist.exists || event->waitlist.closed)
        return STATUS_WAITLIST_CLOSED;
    if (join_model_is_banned(m, index, ask->person, now_ms))
        return STATUS_BANNED;
    if (is_live(model_wait_find(m, index, ask->person)))
        return STATUS_ALREADY_WAITING;
    if (ask->type >= event->type_count)
        return STATUS_UNKNOWN_TICKET_TYPE;
    if (ask->party < 1 || ask->party > HOLD_SEATS)
        return STATUS_BAD_FIELD;
    if (sale_model_left(m, event, ask->type, now_ms) >= ask->party)
        return STATUS_WAITLIST_NEEDLESS;
    if (event->waitlist.waiting >= capacity_of(m, event))
        return STATUS_WAITLIST_FULL;
    if (m->only_says)
        return STATUS_OK;
    struct model_wait *wait = wait_add(m, index, ask->person);
    wait->id = ask->id;
    wait->hold = ask->hold;
    wait->type = ask->type;
    wait->party = ask->party;
    move(m, wait, WAIT_WAITING);
    return STATUS_OK;
}

static enum status leave_wanted(struct ticket_model *m, const struct leave_waitlist *ask)
{
    const struct model_event *event = model_event_find(m, ask->event);
    if (!event)
        return STATUS_UNKNOWN_EVENT;
    struct model_wait *wait = model_wait_find(m, (uint32_t)(event - m->events), ask->person);
    if (!is_live(wait))
        return STATUS_NOT_WAITING;
    struct model_hold *hold = model_hold_find(m, wait->hold);
    if (wait->state == WAIT_OFFERED && hold->state == HOLD_CONFIRMING)
        return STATUS_HOLD_CHANGED;
    if (m->only_says)
        return STATUS_OK;
    if (wait->state == WAIT_OFFERED)
        ticket_model_hold_ended(m, hold, HOLD_RELEASED);
    else
        move(m, wait, WAIT_CANCELLED);
    return STATUS_OK;
}

enum status wait_model_do(struct ticket_model *m, const struct command *command)
{
    if (command->kind == COMMAND_SET_WAITLIST)
        return set_wanted(m, &command->as.set_waitlist, command->time_ms);
    if (command->kind == COMMAND_ENTER_WAITLIST)
        return enter_wanted(m, &command->as.enter_waitlist, command->time_ms);
    must(command->kind == COMMAND_LEAVE_WAITLIST, "a command about who waits");
    return leave_wanted(m, &command->as.leave_waitlist);
}

/* ---- What time does ----------------------------------------------------------------------- */

int64_t wait_model_claim_until_ms(const struct model_event *event, int64_t now_ms)
{
    const int64_t hour_ms = 3600 * 1000;
    const int64_t usual_ms = (event->starts_ms - now_ms <= 72 * hour_ms ? 4 : 24) * hour_ms;
    const int64_t until_ms =
        now_ms + (event->waitlist.claim_s ? (int64_t)event->waitlist.claim_s * 1000 : usual_ms);
    return until_ms < event->starts_ms ? until_ms : event->starts_ms;
}

/* As if they asked for it. */
static struct hold_seats asked_for(const struct ticket_model *m, const struct model_wait *wait,
                                   const uint32_t *seats, uint32_t *types)
{
    struct hold_seats ask = { .id = wait->hold, .event = m->events[wait->event].id };
    for (uint32_t i = 0; i < wait->party; i++)
        types[i] = wait->type;
    memcpy(ask.person, wait->person, sizeof(ask.person));
    ask.lines =
        (struct wanted_lines){ .seats = { seats, wait->party }, .types = { types, wait->party } };
    return ask;
}

const char *wait_model_offer(struct ticket_model *m, uint32_t index, const struct lines_held *held,
                             int64_t now_ms)
{
    if (index >= m->wait_count || m->waits[index].state != WAIT_WAITING)
        return "an offer is made to somebody who waits, once";
    struct model_wait *wait = &m->waits[index];
    struct model_event *event = &m->events[wait->event];
    if (!id_equal(wait->hold, (struct id){ held->id_high, held->id_low }) ||
        held->event != wait->event || strcmp(held->person, wait->person) != 0 ||
        held->lines.seat.count < wait->party) /* And what bundles bring. */
        return "an offer is what they wait for";
    if (model_event_state(event, now_ms) != EVENT_PUBLISHED || now_ms >= event->starts_ms)
        return "what is over is not offered";
    if (next_of(m, event, now_ms) != index + 1)
        return "who has waited longest is offered first";
    uint32_t types[HOLD_SEATS];
    const struct hold_seats ask = asked_for(m, wait, held->lines.seat.v, types);
    if (join_model_is_banned(m, wait->event, wait->person, now_ms) ||
        sale_model_hold(m, event, &ask, now_ms) != STATUS_OK)
        return "an offer can be had by them";
    model_hold_find(m, wait->hold)->expires_ms = wait_model_claim_until_ms(event, now_ms);
    room_model_held(event, wait->person, now_ms);
    id_map_add(&m->offers, wait->hold, index);
    move(m, wait, WAIT_OFFERED);
    return NULL;
}

/* Whether the first seats that are left would be refused to them, or places. */
static bool is_refused(struct ticket_model *m, const struct model_wait *wait, int64_t now_ms)
{
    struct model_event *event = &m->events[wait->event];
    uint32_t seats[HOLD_SEATS], types[HOLD_SEATS], count = 0;
    const bool general = event->types[wait->type].general;
    for (uint32_t i = 0; i < (general ? wait->party : m->seat_count) && count < wait->party; i++) {
        if (general ||
            (model_seat_state(m, event, i, now_ms) == SEAT_FREE && !event->seats[i].kept))
            seats[count++] = general ? NO_SEAT : i;
    }
    if (count < wait->party || join_model_is_banned(m, wait->event, wait->person, now_ms))
        return true;
    const struct hold_seats ask = asked_for(m, wait, seats, types);
    const bool before = m->only_says;
    m->only_says = true;
    const enum status status = sale_model_hold(m, event, &ask, now_ms);
    m->only_says = before;
    return status != STATUS_OK;
}

const char *wait_model_end(struct ticket_model *m, const struct wait_ended *ended, int64_t now_ms)
{
    if (ended->wait >= m->wait_count)
        return "who waits no more has waited";
    struct model_wait *wait = &m->waits[ended->wait];
    struct model_event *event = &m->events[wait->event];
    const bool over = event->state == EVENT_CANCELLED || now_ms >= event->starts_ms;
    if (wait->state == WAIT_CANCELLED && ended->state == WAIT_CANCELLED)
        return NULL; /* Their own command. */
    if (wait->state != WAIT_WAITING)
        return "who waits no more has waited";
    if (ended->state == WAIT_EXPIRED && !over)
        return "who waits has hope until the event begins";
    if (ended->state == WAIT_DECLINED &&
        (over || next_of(m, event, now_ms) != ended->wait + 1 || !is_refused(m, wait, now_ms)))
        return "who waits is passed over for a reason";
    if (ended->state != WAIT_EXPIRED && ended->state != WAIT_DECLINED)
        return "who waits goes of their own will";
    move(m, wait, (enum wait_state)ended->state);
    return NULL;
}

void wait_model_hold_ended(struct ticket_model *m, const struct model_hold *hold)
{
    const uint32_t index = m->offers.count ? id_map_find(&m->offers, hold->id) : ID_MAP_NONE;
    if (index == ID_MAP_NONE)
        return;
    id_map_remove(&m->offers, hold->id);
    move(m, &m->waits[index],
         hold->state == HOLD_CONFIRMED  ? WAIT_PURCHASED
         : hold->state == HOLD_RELEASED ? WAIT_DECLINED
                                        : WAIT_EXPIRED);
}
