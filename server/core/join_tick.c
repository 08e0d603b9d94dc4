#include "server/core/roster.h"
#include "server/core/state.h"

static bool has_room(const struct joining *joining)
{
    return joining->capacity == 0 || joining->active < joining->capacity;
}

/* Nobody comes in any more: it has begun, or never will. */
static bool is_over(const struct event *event, int64_t now_ms)
{
    return event->state == EVENT_CANCELLED || now_ms >= event->starts_ms;
}

int64_t roster_event_due(const struct stadium *s, uint32_t index)
{
    const struct event *event = &s->booking.events[index];
    const struct joining *joining = &roster_of(s, index)->joining;
    if (joining->waiting == 0)
        return STADIUM_NEVER;
    return event->state == EVENT_CANCELLED || has_room(joining) ? 0 : event->starts_ms;
}

/* Those who wait longest, as many as there is room for; or all of them, when it is over. */
static void move(const struct stadium *s, uint32_t event, int64_t now_ms, struct facts *out)
{
    const struct rosters *r = &s->booking.rosters;
    const struct roster *roster = roster_of(s, event);
    const bool over = is_over(&s->booking.events[event], now_ms);
    const uint32_t free = roster->joining.capacity - roster->joining.active;
    const uint32_t many = over || roster->joining.capacity == 0 ? roster->joining.waiting : free;
    const uint32_t most = s->limits.facts_per_command;
    uint32_t *joins = arena_array(&out->arena, most, sizeof(*joins)), count = 0;
    for (uint32_t at = roster->waiting.first; at && count < many && count < most;
         at = chain_after(&r->waiting_links, at - 1))
        joins[count++] = at - 1;
    facts_add(out, FACT_JOINS_MOVED, now_ms)->as.joins_moved =
        (struct joins_moved){ event, over ? JOIN_EXPIRED : JOIN_ACTIVE, { joins, count } };
}

/* All that are due in the heap from this entry on; nothing below one that is not can be. */
static void move_from(const struct stadium *s, uint32_t at, int64_t now_ms, struct facts *out)
{
    const struct deadlines *due = &s->booking.rosters.due;
    if (at >= due->count || due->entries[at].time > now_ms ||
        out->count >= s->limits.facts_per_command)
        return;
    move(s, due->entries[at].value, now_ms, out);
    move_from(s, 2 * at + 1, now_ms, out);
    move_from(s, 2 * at + 2, now_ms, out);
}

void roster_tick(const struct stadium *s, int64_t now_ms, struct facts *out)
{
    move_from(s, 0, now_ms, out);
}

int64_t roster_due(const struct stadium *s)
{
    const struct deadlines *due = &s->booking.rosters.due;
    return due->count ? due->entries[0].time : STADIUM_NEVER;
}
