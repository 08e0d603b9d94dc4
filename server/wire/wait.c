#include "server/wire/wait.h"

#include "server/wire/id.h"

static char *event_id(const struct stadium *stadium, uint32_t event, struct arena *arena)
{
    uint32_t count;
    return wire_id_text(stadium_events(stadium, &count)[event].id, arena);
}

Tifo__V1__Waitlist *wire_waitlist(const struct stadium *stadium, uint32_t event,
                                  struct arena *arena)
{
    const struct waitlist *list = stadium_waitlist(stadium, event);
    Tifo__V1__Waitlist *to = arena_alloc(arena, sizeof *to);
    tifo__v1__waitlist__init(to);
    to->event_id = event_id(stadium, event, arena);
    to->capacity = list->capacity;
    to->claim_s = list->claim_s;
    to->closed = list->closed;
    to->waiting = list->waiting;
    to->offered = list->offered;
    to->version = list->version;
    return to;
}

Tifo__V1__Wait *wire_wait(const struct stadium *stadium, uint32_t index, struct arena *arena)
{
    const struct wait *wait = stadium_wait(stadium, index);
    Tifo__V1__Wait *to = arena_alloc(arena, sizeof *to);
    tifo__v1__wait__init(to);
    to->wait_id = wire_id_text(wait->id, arena);
    to->event_id = event_id(stadium, wait->event, arena);
    to->person = arena_copy(arena, wait->person, sizeof wait->person);
    to->type = wait->type;
    to->party = wait->party;
    to->state = (Tifo__V1__WaitState)wait->state;
    to->asked_ms = wait->asked_ms;
    to->version = wait->version;
    if (wait->state == WAIT_OFFERED) {
        to->hold_id = wire_id_text(wait->hold_id, arena);
        to->offered_until_ms = stadium_hold_find(stadium, wait->hold_id)->expires_ms;
    }
    return to;
}

uint32_t wire_wait_position(const struct stadium *stadium, uint32_t index)
{
    const struct wait *wait = stadium_wait(stadium, index);
    uint32_t position = 1;
    if (wait->state != WAIT_WAITING)
        return 0;
    for (uint32_t at = stadium_wait_first(stadium, wait->event); at != index + 1;
         at = stadium_wait_after(stadium, at - 1))
        position++;
    return position;
}
