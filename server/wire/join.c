#include "server/wire/join.h"

#include "server/wire/id.h"

static char *event_id(const struct stadium *stadium, uint32_t event, struct arena *arena)
{
    uint32_t count;
    return wire_id_text(stadium_events(stadium, &count)[event].id, arena);
}

Tifo__V1__Joining *wire_joining(const struct stadium *stadium, uint32_t event, struct arena *arena)
{
    const struct joining *joining = stadium_joining(stadium, event);
    Tifo__V1__Joining *to = arena_alloc(arena, sizeof *to);
    tifo__v1__joining__init(to);
    to->event_id = event_id(stadium, event, arena);
    to->capacity = joining->capacity;
    to->waitlist = joining->waitlist;
    to->closed = joining->closed;
    to->active = joining->active;
    to->waiting = joining->waiting;
    to->version = joining->version;
    return to;
}

Tifo__V1__Join *wire_join(const struct stadium *stadium, uint32_t index, struct arena *arena)
{
    const struct join *join = stadium_join(stadium, index);
    Tifo__V1__Join *to = arena_alloc(arena, sizeof *to);
    tifo__v1__join__init(to);
    to->join_id = wire_id_text(join->id, arena);
    to->event_id = event_id(stadium, join->event, arena);
    to->person = arena_copy(arena, join->person, sizeof join->person);
    to->state = (Tifo__V1__JoinState)join->state;
    to->reason = arena_copy(arena, join->reason, sizeof join->reason);
    to->joined_ms = join->joined_ms;
    to->version = join->version;
    return to;
}

uint32_t wire_join_position(const struct stadium *stadium, uint32_t index)
{
    const struct join *join = stadium_join(stadium, index);
    uint32_t position = 1;
    if (join->state != JOIN_WAITLISTED)
        return 0;
    for (uint32_t at = stadium_join_waits_first(stadium, join->event); at != index + 1;
         at = stadium_join_waits_after(stadium, at - 1))
        position++;
    return position;
}

Tifo__V1__Ban *wire_ban(const struct stadium *stadium, uint32_t index, struct arena *arena)
{
    const struct ban *ban = stadium_ban(stadium, index);
    Tifo__V1__Ban *to = arena_alloc(arena, sizeof *to);
    tifo__v1__ban__init(to);
    to->person = arena_copy(arena, ban->person, sizeof ban->person);
    to->banned_ms = ban->banned_ms;
    to->until_ms = ban->until_ms == INT64_MAX ? 0 : ban->until_ms;
    to->reason = arena_copy(arena, ban->reason, sizeof ban->reason);
    to->version = ban->version;
    return to;
}
