/* The part of the model that is about who takes part without a seat, and who may not. Written from
 * what the API promises; counts are made anew each time. */
#include "tests/support/must.h"
#include "tests/support/ticket_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool join_model_knows(enum command_kind kind)
{
    return kind >= COMMAND_SET_JOINING && kind <= COMMAND_UNBAN_PERSON;
}

struct id model_person(uint32_t event, const char *person)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *person; person++)
        hash = (hash ^ (uint8_t)*person) * UINT64_C(1099511628211);
    return (struct id){ event + 1, hash };
}

struct model_join *model_join_find(const struct ticket_model *m, uint32_t event, const char *person)
{
    const uint32_t index = id_map_find(&m->join_ids, model_person(event, person));
    return index == ID_MAP_NONE ? NULL : &m->joins[index];
}

static struct model_join *join_made(struct ticket_model *m, uint32_t event, const char *person)
{
    struct model_join *join = model_join_find(m, event, person);
    if (join)
        return join;
    if (m->join_count == m->join_room) {
        m->join_room = m->join_room ? 2 * m->join_room : 64;
        m->joins = realloc(m->joins, m->join_room * sizeof(*m->joins));
        must(m->joins, "the model has memory");
    }
    id_map_add(&m->join_ids, model_person(event, person), m->join_count);
    join = &m->joins[m->join_count++];
    *join = (struct model_join){ .event = event };
    snprintf(join->person, sizeof(join->person), "%s", person);
    return join;
}

static void known_add(struct ticket_model *m, const struct model_join *join)
{
    if (m->known_join_count == m->known_join_room) {
        m->known_join_room = m->known_join_room ? 2 * m->known_join_room : 64;
        m->known_joins = realloc(m->known_joins, m->known_join_room * sizeof(*m->known_joins));
        must(m->known_joins, "the model has memory");
    }
    m->known_joins[m->known_join_count++] = (uint32_t)(join - m->joins);
}

uint32_t join_model_count(const struct ticket_model *m, uint32_t event, enum join_state state)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < m->join_count; i++)
        count += m->joins[i].event == event && m->joins[i].state == state;
    return count;
}

uint32_t join_model_position(const struct ticket_model *m, const struct model_join *join)
{
    uint32_t position = 1;
    if (join->state != JOIN_WAITLISTED)
        return 0;
    for (uint32_t i = 0; i < m->join_count; i++)
        position += m->joins[i].event == join->event && m->joins[i].state == JOIN_WAITLISTED &&
                    m->joins[i].turn < join->turn;
    return position;
}

bool join_model_is_banned(const struct ticket_model *m, uint32_t event, const char *person,
                          int64_t now_ms)
{
    const struct model_join *join = model_join_find(m, event, person);
    return join && now_ms < join->banned_until_ms;
}

static bool is_live(const struct model_join *join)
{
    return join && (join->state == JOIN_ACTIVE || join->state == JOIN_WAITLISTED);
}

static enum status set_wanted(struct ticket_model *m, const struct set_joining *ask, int64_t now_ms)
{
    struct model_event *event = model_event_find(m, ask->event);
    if (!event)
        return STATUS_UNKNOWN_EVENT;
    if (!model_is_organiser(event, &ask->by))
        return STATUS_NOT_ORGANISER;
    if (event->state == EVENT_CANCELLED)
        return STATUS_EVENT_CANCELLED;
    if (model_event_state(event, now_ms) == EVENT_ENDED)
        return STATUS_EVENT_OVER;
    if (ask->waitlist > JOIN_WAITLIST_MAX)
        return STATUS_BAD_FIELD;
    if (ask->capacity &&
        ask->capacity < join_model_count(m, (uint32_t)(event - m->events), JOIN_ACTIVE))
        return STATUS_CAPACITY_BELOW_JOINED;
    if (!m->only_says)
        event->joining = (struct model_joining){ true, ask->closed, ask->capacity, ask->waitlist };
    return STATUS_OK;
}

static enum status join_wanted(struct ticket_model *m, const struct join_event *ask, int64_t now_ms)
{
    const struct model_event *event = model_event_find(m, ask->event);
    if (!event)
        return STATUS_UNKNOWN_EVENT;
    const uint32_t index = (uint32_t)(event - m->events);
    const enum event_state state = model_event_state(event, now_ms);
    if (state != EVENT_PUBLISHED)
        return state == EVENT_CANCELLED ? STATUS_EVENT_CANCELLED
               : state == EVENT_ENDED   ? STATUS_EVENT_OVER
                                        : STATUS_EVENT_STATE;
    if (!event->joining.exists || event->joining.closed)
        return STATUS_JOINING_CLOSED;
    if (strcmp(event->organiser, ask->person) == 0)
        return STATUS_OWN_EVENT;
    if (join_model_is_banned(m, index, ask->person, now_ms))
        return STATUS_BANNED;
    if (is_live(model_join_find(m, index, ask->person)))
        return STATUS_ALREADY_JOINED;
    const uint32_t capacity = event->joining.capacity;
    const uint32_t waiting = join_model_count(m, index, JOIN_WAITLISTED);
    const uint32_t least = capacity > 20 ? capacity : 20, usual = least < 100 ? least : 100;
    const uint32_t most = event->joining.waitlist ? event->joining.waitlist : usual;
    const bool free = !capacity || (!waiting && join_model_count(m, index, JOIN_ACTIVE) < capacity);
    if (!free && (waiting >= most || now_ms >= event->starts_ms))
        return STATUS_EVENT_FULL;
    if (m->only_says)
        return STATUS_OK;
    struct model_join *join = join_made(m, index, ask->person);
    if (id_is_none(join->id)) {
        join->id = ask->id;
        known_add(m, join);
    }
    join->state = free ? JOIN_ACTIVE : JOIN_WAITLISTED;
    join->turn = ++m->turns;
    return STATUS_OK;
}

static enum status end_wanted(struct ticket_model *m, const struct end_join *ask)
{
    const struct model_event *event = model_event_find(m, ask->event);
    if (!event)
        return STATUS_UNKNOWN_EVENT;
    if (ask->kick && !model_is_organiser(event, &ask->by))
        return STATUS_NOT_ORGANISER;
    struct model_join *join = model_join_find(m, (uint32_t)(event - m->events), ask->person);
    if (!is_live(join))
        return STATUS_NOT_JOINED;
    if (!m->only_says)
        join->state = ask->kick ? JOIN_REJECTED : JOIN_CANCELLED;
    return STATUS_OK;
}

static enum status ban_wanted(struct ticket_model *m, const struct ban_person *ask, bool bans,
                              int64_t now_ms)
{
    const struct model_event *event = model_event_find(m, ask->event);
    if (!event)
        return STATUS_UNKNOWN_EVENT;
    if (!model_is_organiser(event, &ask->by))
        return STATUS_NOT_ORGANISER;
    if (bans && (!ask->person[0] || (ask->until_ms && ask->until_ms <= now_ms)))
        return STATUS_BAD_FIELD;
    if (m->only_says)
        return STATUS_OK;
    struct model_join *join = join_made(m, (uint32_t)(event - m->events), ask->person);
    if (!bans) {
        join->banned_until_ms = now_ms < join->banned_until_ms ? now_ms : join->banned_until_ms;
        return STATUS_OK;
    }
    join->banned_until_ms = ask->until_ms ? ask->until_ms : INT64_MAX;
    join->state = is_live(join) ? JOIN_REJECTED : join->state;
    return STATUS_OK;
}

enum status join_model_do(struct ticket_model *m, const struct command *command)
{
    switch (command->kind) {
    case COMMAND_SET_JOINING:
        return set_wanted(m, &command->as.set_joining, command->time_ms);
    case COMMAND_JOIN_EVENT:
        return join_wanted(m, &command->as.join_event, command->time_ms);
    case COMMAND_END_JOIN:
        return end_wanted(m, &command->as.end_join);
    default:
        must(command->kind == COMMAND_BAN_PERSON || command->kind == COMMAND_UNBAN_PERSON,
             "a command about who takes part");
        return ban_wanted(m, &command->as.ban_person, command->kind == COMMAND_BAN_PERSON,
                          command->time_ms);
    }
}

const char *join_model_see(struct ticket_model *m, const struct fact *fact)
{
    const struct joins_moved *moved = &fact->as.joins_moved;
    const struct model_event *event = &m->events[moved->event];
    const bool over = event->state == EVENT_CANCELLED || fact->time_ms >= event->starts_ms;
    for (uint32_t i = 0; i < moved->joins.count; i++) {
        if (moved->joins.v[i] >= m->known_join_count)
            return "who gets a place has asked for it";
        struct model_join *join = &m->joins[m->known_joins[moved->joins.v[i]]];
        if (join->event != moved->event || join_model_position(m, join) != 1)
            return "who has waited longest comes first";
        if (moved->state == JOIN_EXPIRED ? !over : over)
            return "who waits has hope until the event begins";
        if (moved->state == JOIN_ACTIVE && event->joining.capacity &&
            join_model_count(m, moved->event, JOIN_ACTIVE) >= event->joining.capacity)
            return "nobody gets a place that there is not";
        join->state = (enum join_state)moved->state;
    }
    return NULL;
}
