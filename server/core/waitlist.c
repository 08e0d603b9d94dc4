#include "server/core/waitlist.h"

#include "server/core/state.h"

#include <assert.h>
#include <string.h>

static enum status refuse(struct facts *out, enum status status, const char *field)
{
    return facts_refuse(out, status, field, "%s: %s", field, status_sentence(status));
}

struct wait_queue *wait_queue_of(const struct stadium *s, uint32_t event)
{
    return s->booking.waits.of[event];
}

struct wait *wait_row(const struct stadium *s, uint32_t index)
{
    return pool_get(&s->booking.waits.rows, index);
}

bool wait_is_live(const struct wait *wait)
{
    return wait->state == WAIT_WAITING || wait->state == WAIT_OFFERED;
}

uint32_t wait_left(const struct stadium *s, uint32_t index, uint32_t type_index)
{
    const struct event *event = &s->booking.events[index];
    const struct ticket_type *type = ticket_type_get(s, index, type_index);
    const struct facts none = { 0 };
    uint32_t left = type->general
                        ? UINT32_MAX
                        : event->seats - event->held - event->sold - allocation_kept_free(s, index);
    for (uint32_t set = type->quotas; set; set &= set - 1) {
        const uint32_t of = quota_left(s, index, (uint32_t)__builtin_ctz(set), &none);
        left = of < left ? of : left;
    }
    return left;
}

bool wait_is_awaited(const struct stadium *s, uint32_t event)
{
    const struct wait_queue *queue = wait_queue_of(s, event);
    return queue && queue->list.waiting > 0;
}

/* True between two ticks alone, as each of them makes an offer: but whoever comes in between does
 * not come first. */
enum status wait_check(const struct stadium *s, uint32_t event, struct facts *out)
{
    if (!wait_is_awaited(s, event) || !wait_fits(s, wait_queue_of(s, event)))
        return STATUS_OK;
    return facts_refuse(out, STATUS_SOLD_OUT, "event_id",
                        "event_id: what is left is offered to those who wait for it");
}

/* ---- That one can wait ------------------------------------------------------------------- */

static enum status set_decide(const struct stadium *s, const struct command *command,
                              struct facts *out)
{
    const struct set_waitlist *ask = &command->as.set_waitlist;
    const uint32_t event = event_to_change(s, ask->event, &ask->by, command->time_ms, out);
    if (event == ID_MAP_NONE)
        return out->refusal.status;
    if (ask->capacity > WAITLIST_MAX)
        return facts_refuse(out, STATUS_BAD_FIELD, "capacity",
                            "capacity: %u; 1 to %d are possible, and 0 is "
                            "min(100, max(20, what is on sale))",
                            ask->capacity, WAITLIST_MAX);
    if (ask->claim_s && (ask->claim_s < CLAIM_MIN_S || ask->claim_s > CLAIM_MAX_S))
        return facts_refuse(out, STATUS_BAD_FIELD, "claim_s",
                            "claim_s: %u; %d to %d seconds are possible, and 0 is 24 hours, or 4 "
                            "when the event begins within 72",
                            ask->claim_s, CLAIM_MIN_S, CLAIM_MAX_S);
    const struct wait_queue *queue = wait_queue_of(s, event);
    if (queue && queue->list.capacity == ask->capacity && queue->list.claim_s == ask->claim_s &&
        queue->list.closed == ask->closed)
        return STATUS_OK;
    facts_add(out, FACT_WAITLIST_SET, command->time_ms)->as.waitlist_set =
        (struct waitlist_set){ event, ask->capacity, ask->claim_s, ask->closed };
    return STATUS_OK;
}

/* ---- Waiting ----------------------------------------------------------------------------- */

static uint32_t capacity_of(const struct stadium *s, const struct waitlist *list)
{
    return list->capacity ? list->capacity : join_waitlist(s->booking.events[list->event].seats);
}

static enum status check_ask(const struct stadium *s, uint32_t event,
                             const struct enter_waitlist *ask, struct facts *out)
{
    const uint32_t types = s->booking.sales[event].type_count;
    if (ask->type >= types)
        return facts_refuse(out, STATUS_UNKNOWN_TICKET_TYPE, "type",
                            "type: the event has no type %u; it has 0 to %u", ask->type, types - 1);
    if (ask->party < 1 || ask->party > HOLD_SEATS)
        return facts_refuse(out, STATUS_BAD_FIELD, "party",
                            "party: %u tickets; 1 to %d are possible", ask->party, HOLD_SEATS);
    if (wait_left(s, event, ask->type) >= ask->party)
        return refuse(out, STATUS_WAITLIST_NEEDLESS, "event_id");
    return STATUS_OK;
}

static enum status enter_decide(const struct stadium *s, const struct command *command,
                                struct facts *out)
{
    const struct enter_waitlist *ask = &command->as.enter_waitlist;
    const struct waits *w = &s->booking.waits;
    const uint32_t event = event_index(s, ask->event, out);
    if (event == ID_MAP_NONE)
        return STATUS_UNKNOWN_EVENT;
    const struct event *row = &s->booking.events[event];
    const struct wait_queue *queue = wait_queue_of(s, event);
    if (row->state == EVENT_CANCELLED)
        return refuse(out, STATUS_EVENT_CANCELLED, "event_id");
    if (command->time_ms >= row->starts_ms)
        return refuse(out, STATUS_EVENT_OVER, "event_id");
    if (row->state == EVENT_DRAFT)
        return refuse(out, STATUS_EVENT_STATE, "event_id");
    if (!queue || queue->list.closed)
        return refuse(out, STATUS_WAITLIST_CLOSED, "event_id");
    if (ban_check(s, event, ask->person, command->time_ms, out) != STATUS_OK)
        return out->refusal.status;
    const uint32_t before = id_map_find(&w->found, roster_key(event, ask->person));
    if (before != ID_MAP_NONE && wait_is_live(wait_row(s, before)))
        return refuse(out, STATUS_ALREADY_WAITING, "event_id");
    if (check_ask(s, event, ask, out) != STATUS_OK)
        return out->refusal.status;
    if (queue->list.waiting >= capacity_of(s, &queue->list) || w->rows.count == s->limits.waits)
        return refuse(out, STATUS_WAITLIST_FULL, "event_id");
    struct wait_entered *fact =
        &facts_add(out, FACT_WAIT_ENTERED, command->time_ms)->as.wait_entered;
    *fact = (struct wait_entered){
        .wait = w->rows.count,
        .id_high = ask->id.high,
        .id_low = ask->id.low,
        .hold_high = ask->hold.high,
        .hold_low = ask->hold.low,
        .event = event,
        .type = ask->type,
        .party = ask->party,
    };
    memcpy(fact->person, ask->person, sizeof(fact->person));
    return STATUS_OK;
}

/* Who waits goes; who has an offer declines it. */
static enum status leave_decide(const struct stadium *s, const struct command *command,
                                struct facts *out)
{
    const struct leave_waitlist *ask = &command->as.leave_waitlist;
    const uint32_t event = event_index(s, ask->event, out);
    if (event == ID_MAP_NONE)
        return STATUS_UNKNOWN_EVENT;
    const uint32_t index = id_map_find(&s->booking.waits.found, roster_key(event, ask->person));
    const struct wait *wait = index == ID_MAP_NONE ? NULL : wait_row(s, index);
    if (!wait || !wait_is_live(wait))
        return refuse(out, STATUS_NOT_WAITING, "event_id");
    if (wait->state == WAIT_WAITING) {
        facts_add(out, FACT_WAIT_ENDED, command->time_ms)->as.wait_ended =
            (struct wait_ended){ index, WAIT_CANCELLED };
        return STATUS_OK;
    }
    const uint32_t hold = hold_find(s, wait->hold_id);
    if (hold_get(s, hold)->state == HOLD_CONFIRMING)
        return facts_refuse(out, STATUS_HOLD_CHANGED, "event_id",
                            "event_id: the offer is being paid for; see its order");
    hold_end(s, hold, HOLD_RELEASED, command->time_ms, out);
    return STATUS_OK;
}

enum status wait_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    if (command->kind == COMMAND_SET_WAITLIST)
        return set_decide(s, command, out);
    if (command->kind == COMMAND_ENTER_WAITLIST)
        return enter_decide(s, command, out);
    assert(command->kind == COMMAND_LEAVE_WAITLIST);
    return leave_decide(s, command, out);
}
