/* What time does to a waiting room: the draw, the inlet, admissions that end. */
#include "server/core/state.h"
#include "server/core/waitline.h"

enum {
    SERVE_MS = 250,    /* The line moves at most so often, by as many as the rate allows. */
    LOAD_PERCENT = 75, /* A server that is loaded so far lets nobody in. */
};

void waitroom_draw(const struct waitroom *room, int64_t now_ms, struct facts *out)
{
    if (!room->open && now_ms >= room->opens_ms)
        facts_add(out, FACT_WAITROOM_DRAWN, now_ms)->as.waitroom_drawn =
            (struct waitroom_drawn){ room->event, room->entered };
}

/* ---- The inlet --------------------------------------------------------------------------- */

static int64_t serve_due(const struct waitroom *room)
{
    if (!waitroom_serves(room) || room->waiting == 0 || room->active >= room->max_active)
        return STADIUM_NEVER;
    const uint64_t need = room->credit < PERSON_CREDIT ? PERSON_CREDIT - room->credit : 0;
    const int64_t due = room->credit_ms + (int64_t)((need + room->rate_ppm - 1) / room->rate_ppm);
    return due > room->served_ms + SERVE_MS ? due : room->served_ms + SERVE_MS;
}

/* The next numbers of the line, as many as may come in. Those who are gone are passed over. */
static void serve(const struct waitline *line, int64_t now_ms, bool loaded, struct facts *out)
{
    const struct waitroom *room = &line->room;
    struct waiters_served served = { room->event, room->served, 0 };
    const uint64_t credit = waitroom_credit(room, now_ms) / PERSON_CREDIT;
    const uint64_t free = room->max_active - room->active;
    const uint64_t allowed = loaded ? 0 : credit < free ? credit : free;
    while (served.admitted < allowed && served.served < room->entered) {
        const uint32_t entry = waitroom_entry(line, ++served.served);
        served.admitted += waiter_get(line, entry)->state == WAITER_WAITING;
    }
    facts_add(out, FACT_WAITERS_SERVED, now_ms)->as.waiters_served = served;
}

/* ---- Admissions that end ----------------------------------------------------------------- */

static int64_t end_due(const struct waitline *line)
{
    const struct waitroom *room = &line->room;
    if (line->due.count == 0 || room->stands_since_ms)
        return STADIUM_NEVER;
    return line->due.entries[0].time + room->stood_ms;
}

/* All that are over in the heap from this entry on; nothing below one that is not can be. */
static void end_from(const struct deadlines *due, uint32_t at, int64_t clock_ms, uint32_t *entries,
                     uint32_t *count, uint32_t room)
{
    if (at >= due->count || due->entries[at].time > clock_ms || *count >= room)
        return;
    entries[(*count)++] = due->entries[at].value;
    end_from(due, 2 * at + 1, clock_ms, entries, count, room);
    end_from(due, 2 * at + 2, clock_ms, entries, count, room);
}

static void end(const struct stadium *s, const struct waitline *line, int64_t now_ms,
                struct facts *out)
{
    const uint32_t most = s->limits.facts_per_command;
    uint32_t *entries = arena_array(&out->arena, most, sizeof(*entries)), count = 0;
    end_from(&line->due, 0, waitroom_clock_ms(&line->room, now_ms), entries, &count, most);
    facts_add(out, FACT_WAITERS_ENDED, now_ms)->as.waiters_ended =
        (struct waiters_ended){ line->room.event, WAITER_EXPIRED, { entries, count } };
}

/* ---- All of them ------------------------------------------------------------------------- */

/* One thing a room and tick: what it makes possible is due at once. */
static void move(const struct stadium *s, const struct waitline *line, int64_t now_ms, bool loaded,
                 struct facts *out)
{
    if (!line->room.open)
        waitroom_draw(&line->room, now_ms, out);
    else if (end_due(line) <= now_ms)
        end(s, line, now_ms, out);
    else
        serve(line, now_ms, loaded, out);
}

/* All that are due in the heap from this entry on; nothing below one that is not can be. */
static void move_from(const struct stadium *s, uint32_t at, int64_t now_ms, bool loaded,
                      struct facts *out)
{
    const struct deadlines *due = &s->booking.room_due;
    if (at >= due->count || due->entries[at].time > now_ms)
        return;
    move(s, waitline_of(s, due->entries[at].value), now_ms, loaded, out);
    move_from(s, 2 * at + 1, now_ms, loaded, out);
    move_from(s, 2 * at + 2, now_ms, loaded, out);
}

void waitroom_tick(const struct stadium *s, int64_t now_ms, uint32_t load_percent,
                   struct facts *out)
{
    move_from(s, 0, now_ms, load_percent >= LOAD_PERCENT, out);
}

int64_t waitroom_due(const struct stadium *s)
{
    const struct deadlines *due = &s->booking.room_due;
    return due->count ? due->entries[0].time : STADIUM_NEVER;
}

void waitroom_event_changed(struct stadium *s, uint32_t event)
{
    const struct waitline *line = waitline_of(s, event);
    if (!line)
        return;
    const int64_t serves = serve_due(&line->room), ends = end_due(line);
    const int64_t first = serves < ends ? serves : ends;
    /* Rooms of events that do not sell any more stand still for ever. */
    const bool moves = s->booking.events[event].state == EVENT_PUBLISHED;
    deadlines_set(&s->booking.room_due,
                  !moves            ? STADIUM_NEVER
                  : line->room.open ? first
                                    : line->room.opens_ms,
                  event);
}
