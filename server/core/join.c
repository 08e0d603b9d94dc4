#include "server/core/join.h"

#include "server/core/roster.h"
#include "server/core/state.h"

#include <assert.h>
#include <string.h>

uint32_t join_waitlist(uint32_t capacity)
{
    const uint32_t least = capacity > WAITLIST_LEAST ? capacity : WAITLIST_LEAST;
    return least < WAITLIST_MOST ? least : WAITLIST_MOST;
}

struct join *join_get(const struct stadium *s, uint32_t index)
{
    return pool_get(&s->booking.rosters.joins, index);
}

uint32_t join_find(const struct stadium *s, uint32_t event, const char *person)
{
    return roster_of(s, event) ? id_map_find(&s->booking.rosters.found, roster_key(event, person))
                               : ID_MAP_NONE;
}

bool join_is_live(const struct join *join)
{
    return join->state == JOIN_ACTIVE || join->state == JOIN_WAITLISTED;
}

static enum status refuse(struct facts *out, enum status status, const char *field)
{
    return facts_refuse(out, status, field, "%s: %s", field, status_sentence(status));
}

/* ---- That an event can be joined --------------------------------------------------------- */

static enum status set_decide(const struct stadium *s, const struct command *command,
                              struct facts *out)
{
    const struct set_joining *ask = &command->as.set_joining;
    const uint32_t event = event_index(s, ask->event, out);
    if (event == ID_MAP_NONE)
        return STATUS_UNKNOWN_EVENT;
    if (event_check_actor(s, event, &ask->by, out) != STATUS_OK)
        return out->refusal.status;
    const enum event_state state = event_state_at(&s->booking.events[event], command->time_ms);
    if (state == EVENT_CANCELLED)
        return refuse(out, STATUS_EVENT_CANCELLED, "event_id");
    if (state == EVENT_ENDED)
        return refuse(out, STATUS_EVENT_OVER, "event_id");
    if (ask->waitlist > JOIN_WAITLIST_MAX)
        return facts_refuse(out, STATUS_BAD_FIELD, "waitlist",
                            "waitlist: %u; 1 to %d are possible, and 0 is "
                            "min(100, max(20, capacity))",
                            ask->waitlist, JOIN_WAITLIST_MAX);
    const struct roster *roster = roster_of(s, event);
    const struct joining *now = roster ? &roster->joining : NULL;
    if (now && ask->capacity != 0 && ask->capacity < now->active)
        return facts_refuse(out, STATUS_CAPACITY_BELOW_JOINED, "capacity",
                            "capacity: %u, but %u have joined; let some of them go first",
                            ask->capacity, now->active);
    if (now && now->version && now->capacity == ask->capacity && now->waitlist == ask->waitlist &&
        now->closed == ask->closed)
        return STATUS_OK;
    facts_add(out, FACT_JOINING_SET, command->time_ms)->as.joining_set =
        (struct joining_set){ event, ask->capacity, ask->waitlist, ask->closed };
    return STATUS_OK;
}

/* ---- Joining ----------------------------------------------------------------------------- */

/* The roster of an event that can be joined now; NULL, and the refusal. */
static const struct roster *roster_open(const struct stadium *s, struct id id, int64_t now_ms,
                                        struct facts *out)
{
    const uint32_t event = event_index(s, id, out);
    if (event == ID_MAP_NONE)
        return NULL;
    const enum event_state state = event_state_at(&s->booking.events[event], now_ms);
    const struct roster *roster = roster_of(s, event);
    if (state == EVENT_CANCELLED)
        refuse(out, STATUS_EVENT_CANCELLED, "event_id");
    else if (state == EVENT_ENDED)
        refuse(out, STATUS_EVENT_OVER, "event_id");
    else if (state == EVENT_DRAFT)
        refuse(out, STATUS_EVENT_STATE, "event_id");
    else if (!roster || !roster->joining.version || roster->joining.closed)
        refuse(out, STATUS_JOINING_CLOSED, "event_id");
    else
        return roster;
    return NULL;
}

/* ACTIVE, WAITLISTED, or 0: it is full. Who waits comes before who is new. */
static enum join_state state_for_one_more(const struct stadium *s, const struct joining *joining,
                                          int64_t now_ms)
{
    const uint32_t most = joining->waitlist ? joining->waitlist : join_waitlist(joining->capacity);
    if (joining->capacity == 0 || (joining->waiting == 0 && joining->active < joining->capacity))
        return JOIN_ACTIVE;
    if (joining->waiting < most && now_ms < s->booking.events[joining->event].starts_ms)
        return JOIN_WAITLISTED;
    return 0;
}

static enum status join_one(const struct stadium *s, const struct command *command,
                            struct facts *out)
{
    const struct join_event *ask = &command->as.join_event;
    const struct roster *roster = roster_open(s, ask->event, command->time_ms, out);
    if (!roster)
        return out->refusal.status;
    const uint32_t event = roster->joining.event;
    if (strcmp(s->booking.details[event].organiser, ask->person) == 0)
        return refuse(out, STATUS_OWN_EVENT, "event_id");
    if (ban_check(s, event, ask->person, command->time_ms, out) != STATUS_OK)
        return out->refusal.status;
    uint32_t index = join_find(s, event, ask->person);
    if (index != ID_MAP_NONE && join_is_live(join_get(s, index)))
        return refuse(out, STATUS_ALREADY_JOINED, "event_id");
    if (index == ID_MAP_NONE && s->booking.rosters.joins.count == s->limits.joins)
        return facts_refuse(out, STATUS_JOINS_FULL, NULL, "%s", status_sentence(STATUS_JOINS_FULL));
    const enum join_state state = state_for_one_more(s, &roster->joining, command->time_ms);
    if (!state)
        return refuse(out, STATUS_EVENT_FULL, "event_id");
    const bool again = index != ID_MAP_NONE;
    struct joined *fact = &facts_add(out, FACT_JOINED, command->time_ms)->as.joined;
    fact->join = again ? index : s->booking.rosters.joins.count;
    fact->id_high = again ? join_get(s, index)->id.high : ask->id.high;
    fact->id_low = again ? join_get(s, index)->id.low : ask->id.low;
    fact->event = event;
    fact->state = state;
    memcpy(fact->person, ask->person, sizeof(fact->person));
    return STATUS_OK;
}

/* ---- Going ------------------------------------------------------------------------------- */

static enum status end_decide(const struct stadium *s, const struct command *command,
                              struct facts *out)
{
    const struct end_join *ask = &command->as.end_join;
    const uint32_t event = event_index(s, ask->event, out);
    if (event == ID_MAP_NONE)
        return STATUS_UNKNOWN_EVENT;
    if (ask->kick && event_check_actor(s, event, &ask->by, out) != STATUS_OK)
        return out->refusal.status;
    const uint32_t index = join_find(s, event, ask->person);
    if (index == ID_MAP_NONE || !join_is_live(join_get(s, index)))
        return refuse(out, STATUS_NOT_JOINED, ask->kick ? "person" : "event_id");
    struct join_ended *fact = &facts_add(out, FACT_JOIN_ENDED, command->time_ms)->as.join_ended;
    fact->join = index;
    fact->state = ask->kick ? JOIN_REJECTED : JOIN_CANCELLED;
    memcpy(fact->reason, ask->reason, sizeof(fact->reason));
    return STATUS_OK;
}

enum status join_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    if (command->kind == COMMAND_SET_JOINING)
        return set_decide(s, command, out);
    if (command->kind == COMMAND_JOIN_EVENT)
        return join_one(s, command, out);
    assert(command->kind == COMMAND_END_JOIN);
    return end_decide(s, command, out);
}
