#include "server/core/seathold.h"

#include "server/core/state.h"
#include "server/core/waitline.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct seathold *hold_get(const struct stadium *s, uint32_t index)
{
    return pool_get(&s->booking.holds, index);
}

bool hold_is_live(const struct stadium *s, const struct seathold *hold, int64_t now_ms)
{
    if (hold->state != HOLD_HELD)
        return hold->state == HOLD_CONFIRMING;
    return now_ms < hold->expires_ms && s->booking.events[hold->event].state != EVENT_CANCELLED;
}

const struct seathold *hold_of(const struct stadium *s, struct id id, const char *person,
                               struct facts *out)
{
    const struct seathold *hold = stadium_hold_find(s, id);
    if (hold && strcmp(hold->person, person) == 0)
        return hold;
    facts_refuse(out, STATUS_UNKNOWN_HOLD, "hold_id", "hold_id: %s",
                 status_sentence(STATUS_UNKNOWN_HOLD));
    return NULL;
}

/* ---- Holding ----------------------------------------------------------------------------- */

/* A row of `seats`, as refusals name it. */
struct seat_field {
    char path[24];
};
static struct seat_field seat_field(uint32_t row)
{
    struct seat_field field;
    snprintf(field.path, sizeof(field.path), "seats[%u]", row);
    return field;
}

static enum status check_event(const struct stadium *s, uint32_t index, int64_t now_ms,
                               struct facts *out)
{
    const struct event *event = &s->booking.events[index];
    switch (event_state_at(event, now_ms)) {
    case EVENT_PUBLISHED:
        return STATUS_OK;
    case EVENT_CANCELLED:
        return facts_refuse(out, STATUS_EVENT_CANCELLED, "event_id", "event_id: %s",
                            status_sentence(STATUS_EVENT_CANCELLED));
    case EVENT_ENDED:
        return facts_refuse(out, STATUS_EVENT_OVER, "event_id",
                            "event_id: it ended at %lld; it does not sell any more",
                            (long long)event->ends_ms);
    default:
        return facts_refuse(out, STATUS_EVENT_STATE, "event_id",
                            "event_id: it is a draft; publish it, then seats can be held");
    }
}

static enum status check_seats(const struct stadium *s, struct u32s seats, struct facts *out)
{
    if (seats.count < 1 || seats.count > HOLD_SEATS)
        return facts_refuse(out, STATUS_BAD_FIELD, "seats",
                            "seats: %u of them; 1 to %d can be held together", seats.count,
                            HOLD_SEATS);
    uint32_t total = s->first_seat[s->venue.block_count];
    for (uint32_t i = 0; i < seats.count; i++) {
        if (seats.v[i] >= total)
            return facts_refuse(out, STATUS_UNKNOWN_SEAT, seat_field(i).path,
                                "%s: %u is no seat of \"%s\"; it has 0 to %u", seat_field(i).path,
                                seats.v[i], s->venue.id, total - 1);
        for (uint32_t k = 0; k < i; k++) {
            if (seats.v[k] == seats.v[i])
                return facts_refuse(out, STATUS_BAD_FIELD, seat_field(i).path,
                                    "%s: seat %u is there twice", seat_field(i).path, seats.v[i]);
        }
    }
    return STATUS_OK;
}

/* Ends the hold, unless an earlier fact of the list does. */
static void expire_once(const struct stadium *s, uint32_t hold, int64_t now_ms, struct facts *out)
{
    for (uint32_t i = 0; i < out->count; i++) {
        if (out->items[i].as.hold_ended.hold == hold)
            return;
    }
    hold_end(s, hold, HOLD_EXPIRED, now_ms, out);
}

/* All of them free, or held by what expires with this command. */
static enum status claim_seats(const struct stadium *s, const struct seat *map, struct u32s seats,
                               int64_t now_ms, struct facts *out)
{
    for (uint32_t i = 0; i < seats.count; i++) {
        const struct seat *seat = &map[seats.v[i]];
        if (seat->state == SEAT_HELD && !hold_is_live(s, hold_get(s, seat->owner), now_ms))
            expire_once(s, seat->owner, now_ms, out);
        else if (seat->state != SEAT_FREE)
            return facts_refuse(out, STATUS_SEAT_TAKEN, seat_field(i).path,
                                "%s: seat %u is %s; read the seat map and choose another",
                                seat_field(i).path, seats.v[i],
                                seat->state == SEAT_SOLD   ? "sold"
                                : seat->state == SEAT_HELD ? "held by somebody"
                                                           : "not on sale");
    }
    return STATUS_OK;
}

/* The slot of the hold that ended first, or a new one. */
static uint32_t next_slot(const struct booking *b, const struct limits *limits)
{
    if (b->ended.count > 0 && b->ended.count >= limits->holds_kept)
        return b->ended.first - 1;
    return b->holds.count;
}

static enum status seats_decide(const struct stadium *s, const struct command *command,
                                struct facts *out)
{
    const struct hold_seats *ask = &command->as.hold_seats;
    const struct booking *b = &s->booking;
    uint32_t event = event_index(s, ask->event, out);
    if (event == ID_MAP_NONE)
        return STATUS_UNKNOWN_EVENT;
    enum status status = check_event(s, event, command->time_ms, out);
    if (status == STATUS_OK)
        status = waitroom_check(s, event, ask->person, ask->admission, command->time_ms, out);
    if (status == STATUS_OK)
        status = check_seats(s, ask->seats, out);
    if (status == STATUS_OK)
        status = claim_seats(s, b->sales[event].seats, ask->seats, command->time_ms, out);
    if (status != STATUS_OK)
        return status;
    if (b->live - out->count >= s->limits.holds)
        return facts_refuse(out, STATUS_HOLDS_FULL, NULL, "%s", status_sentence(STATUS_HOLDS_FULL));
    struct seats_held *fact = &facts_add(out, FACT_SEATS_HELD, command->time_ms)->as.seats_held;
    fact->hold = next_slot(b, &s->limits);
    fact->id_high = ask->id.high;
    fact->id_low = ask->id.low;
    fact->event = event;
    memcpy(fact->person, ask->person, sizeof(fact->person));
    fact->expires_ms = command->time_ms + (int64_t)b->events[event].hold_ttl_s * 1000;
    fact->seats = u32s_copy(ask->seats, &out->arena);
    return STATUS_OK;
}

/* ---- Letting go -------------------------------------------------------------------------- */

void hold_end(const struct stadium *s, uint32_t hold, enum hold_state state, int64_t now_ms,
              struct facts *out)
{
    assert(hold_get(s, hold)->state == HOLD_HELD);
    facts_add(out, FACT_HOLD_ENDED, now_ms)->as.hold_ended = (struct hold_ended){ hold, state };
}

static enum status release_decide(const struct stadium *s, const struct command *command,
                                  struct facts *out)
{
    const struct release_hold *ask = &command->as.release_hold;
    const struct seathold *hold = hold_of(s, ask->hold, ask->person, out);
    if (!hold)
        return STATUS_UNKNOWN_HOLD;
    if (!hold_is_live(s, hold, command->time_ms))
        return facts_refuse(out, STATUS_HOLD_ENDED, "hold_id", "hold_id: %s",
                            status_sentence(STATUS_HOLD_ENDED));
    if (hold->state == HOLD_CONFIRMING)
        return facts_refuse(out, STATUS_HOLD_CHANGED, "hold_id",
                            "hold_id: it is being paid for; see its order");
    hold_end(s, id_map_find(&s->booking.hold_ids, ask->hold), HOLD_RELEASED, command->time_ms, out);
    return STATUS_OK;
}

enum status hold_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    if (command->kind == COMMAND_HOLD_SEATS)
        return seats_decide(s, command, out);
    assert(command->kind == COMMAND_RELEASE_HOLD);
    return release_decide(s, command, out);
}

/* ---- evolve ------------------------------------------------------------------------------ */

/* Enters the lists of its state, or leaves them. */
static void lists_enter(struct booking *b, uint32_t index, const struct seathold *hold)
{
    if (hold->state == HOLD_HELD) {
        chain_add(&b->sales[hold->event].held, &b->hold_links, index);
        deadlines_add(&b->due, hold->expires_ms, index);
    }
    b->live += hold->state == HOLD_HELD || hold->state == HOLD_CONFIRMING;
    if ((hold->state == HOLD_RELEASED || hold->state == HOLD_EXPIRED) && hold->order == 0)
        chain_add(&b->ended, &b->hold_links, index);
}

static void lists_leave(struct booking *b, uint32_t index, const struct seathold *hold)
{
    if (hold->state == HOLD_HELD) {
        chain_remove(&b->sales[hold->event].held, &b->hold_links, index);
        deadlines_remove(&b->due, index);
    }
    b->live -= hold->state == HOLD_HELD || hold->state == HOLD_CONFIRMING;
}

void hold_move(struct stadium *s, uint32_t index, enum hold_state state)
{
    struct seathold *hold = hold_get(s, index);
    row_remove(s, ROW_HOLD, index, hold);
    lists_leave(&s->booking, index, hold);
    hold->state = state;
    hold->version = s->head.seq;
    lists_enter(&s->booking, index, hold);
    row_add(s, ROW_HOLD, index, hold);
}

void hold_confirm(struct stadium *s, uint32_t index, uint32_t order)
{
    struct seathold *hold = hold_get(s, index);
    row_remove(s, ROW_HOLD, index, hold);
    hold->order = order + 1;
    row_add(s, ROW_HOLD, index, hold);
    hold_move(s, index, HOLD_CONFIRMING);
}

/* A new slot, or that of a hold that has ended, which is forgotten. */
static struct seathold *slot_take(struct stadium *s, uint32_t index)
{
    struct booking *b = &s->booking;
    if (index == b->holds.count) {
        pool_add(&b->hold_links);
        return pool_add(&b->holds);
    }
    struct seathold *hold = hold_get(s, index);
    assert((hold->state == HOLD_RELEASED || hold->state == HOLD_EXPIRED) && hold->order == 0);
    row_remove(s, ROW_HOLD, index, hold);
    chain_remove(&b->ended, &b->hold_links, index);
    id_map_remove(&b->hold_ids, hold->id);
    return hold;
}

static void held_evolve(struct stadium *s, const struct seats_held *held)
{
    struct booking *b = &s->booking;
    assert(held->event < b->event_count && held->seats.count <= HOLD_SEATS);
    struct seathold *hold = slot_take(s, held->hold);
    *hold = (struct seathold){
        .id = { held->id_high, held->id_low },
        .event = held->event,
        .state = HOLD_HELD,
        .expires_ms = held->expires_ms,
        .version = s->head.seq,
        .seat_count = held->seats.count,
    };
    memcpy(hold->person, held->person, sizeof(hold->person));
    memcpy(hold->seats, held->seats.v, held->seats.count * sizeof(*hold->seats));
    id_map_add(&b->hold_ids, hold->id, held->hold);
    lists_enter(b, held->hold, hold);
    row_add(s, ROW_HOLD, held->hold, hold);
    event_seats_set(s, hold, SEAT_HELD, held->hold);
    waitroom_held(s, hold);
}

void hold_evolve(struct stadium *s, const struct fact *fact)
{
    if (fact->kind == FACT_SEATS_HELD) {
        held_evolve(s, &fact->as.seats_held);
        return;
    }
    assert(fact->kind == FACT_HOLD_ENDED);
    const struct hold_ended *ended = &fact->as.hold_ended;
    assert(ended->state == HOLD_RELEASED || ended->state == HOLD_EXPIRED);
    assert(hold_get(s, ended->hold)->state == HOLD_HELD);
    hold_move(s, ended->hold, ended->state);
    event_seats_set(s, hold_get(s, ended->hold), SEAT_FREE, 0);
}
