#include "server/core/medium.h"

#include "server/base/hash.h"
#include "server/core/state.h"

#include <assert.h>
#include <string.h>

void media_init(struct stadium *s)
{
    pool_init(&s->doors.media, &s->arena, sizeof(struct medium), s->limits.media);
}

void media_fini(struct stadium *s)
{
    id_map_fini(&s->doors.of_medium);
    id_map_fini(&s->doors.medium_of);
}

static struct id name_key(const char *name)
{
    const size_t size = strlen(name);
    return (struct id){ hash_end(hash_bytes(1, name, size)), hash_end(hash_bytes(2, name, size)) };
}

static struct id ticket_key(uint32_t ticket)
{
    return (struct id){ 0, (uint64_t)ticket + 1 };
}

static struct medium *medium_get(const struct stadium *s, uint32_t row)
{
    return pool_get(&s->doors.media, row);
}

/* ---- What readers see -------------------------------------------------------------------- */

const struct medium *stadium_medium_find(const struct stadium *s, const char *name)
{
    const uint32_t row = id_map_find(&s->doors.of_medium, name_key(name));
    if (row == ID_MAP_NONE)
        return NULL;
    const struct medium *medium = medium_get(s, row);
    return medium->ticket && strcmp(medium->name, name) == 0 ? medium : NULL;
}

const struct medium *stadium_ticket_medium(const struct stadium *s, uint32_t ticket)
{
    const struct doors *d = &s->doors;
    const uint32_t row =
        d->media.count ? id_map_find(&d->medium_of, ticket_key(ticket)) : ID_MAP_NONE;
    return row == ID_MAP_NONE ? NULL : medium_get(s, row);
}

/* ---- decide ------------------------------------------------------------------------------ */

static enum status refuse(struct facts *out, enum status status, const char *field)
{
    return facts_refuse(out, status, field, "%s: %s", field, status_sentence(status));
}

/* Whether a ticket can still let somebody in. */
static bool is_good(const struct stadium *s, uint32_t ticket, int64_t now_ms)
{
    const struct ticket *row = stadium_ticket(s, ticket);
    const enum event_state event = event_state_at(&s->booking.events[row->event], now_ms);
    return row->state != TICKET_CANCELLED && !stadium_ticket_resold(s, ticket) &&
           event != EVENT_CANCELLED && event != EVENT_ENDED;
}

static enum status check_ticket(const struct stadium *s, uint32_t index, int64_t now_ms,
                                struct facts *out)
{
    const struct event *event = &s->booking.events[stadium_ticket(s, index)->event];
    if (event->state == EVENT_CANCELLED)
        return refuse(out, STATUS_EVENT_CANCELLED, "ticket_id");
    if (event_state_at(event, now_ms) == EVENT_ENDED)
        return refuse(out, STATUS_EVENT_OVER, "ticket_id");
    if (!is_good(s, index, now_ms))
        return refuse(out, STATUS_TICKET_STATE, "ticket_id");
    if (stadium_ticket_blocked(s, index, NULL))
        return refuse(out, STATUS_TICKET_BLOCKED, "ticket_id");
    return stadium_listing(s, index) ? refuse(out, STATUS_TICKET_LISTED, "ticket_id") : STATUS_OK;
}

/* Whether it can be given out for the ticket. */
static enum status check_medium(const struct stadium *s, const struct set_medium *ask, uint32_t row,
                                int64_t now_ms, struct facts *out)
{
    if (row == ID_MAP_NONE && s->doors.media.count == s->limits.media)
        return facts_refuse(out, STATUS_MEDIA_FULL, NULL, "%s", status_sentence(STATUS_MEDIA_FULL));
    if (row == ID_MAP_NONE)
        return STATUS_OK;
    const struct medium *medium = medium_get(s, row);
    if (strcmp(medium->name, ask->medium) != 0) /* Two of one hash: the second is out of luck. */
        return refuse(out, STATUS_MEDIUM_IN_USE, "medium");
    if (medium->blocked)
        return refuse(out, STATUS_MEDIUM_BLOCKED, "medium");
    if (medium->ticket && is_good(s, medium->ticket - 1, now_ms))
        return refuse(out, STATUS_MEDIUM_IN_USE, "medium");
    return STATUS_OK;
}

/* The fact of a row as it is, to be changed. */
static struct medium_set *set(uint32_t row, const struct medium *from, const struct set_medium *ask,
                              int64_t now_ms, struct facts *out)
{
    struct medium_set *fact = &facts_add(out, FACT_MEDIUM_SET, now_ms)->as.medium_set;
    *fact = (struct medium_set){ .medium = row, .ticket = from->ticket, .blocked = from->blocked };
    memcpy(fact->name, from->name, sizeof(fact->name));
    memcpy(fact->reason, from->reason, sizeof(fact->reason));
    memcpy(fact->caller, ask->by.person, sizeof(fact->caller));
    return fact;
}

static void set_free(uint32_t row, const struct medium *from, const struct set_medium *ask,
                     int64_t now_ms, struct facts *out)
{
    struct medium_set *fact = set(row, from, ask, now_ms, out);
    fact->ticket = fact->blocked = 0;
    memset(fact->reason, 0, sizeof(fact->reason));
}

static enum status issue(const struct stadium *s, const struct set_medium *ask, int64_t now_ms,
                         struct facts *out)
{
    const uint32_t ticket = ticket_find(s, ask->ticket);
    if (!ask->medium[0])
        return facts_refuse(out, STATUS_BAD_FIELD, "medium",
                            "medium: what is read from it, in 1 to %d bytes", MEDIUM_BYTES);
    if (ticket == ID_MAP_NONE)
        return refuse(out, STATUS_UNKNOWN_TICKET, "ticket_id");
    if (event_check_actor(s, stadium_ticket(s, ticket)->event, &ask->by, out) != STATUS_OK)
        return STATUS_NOT_ORGANISER;
    enum status status = check_ticket(s, ticket, now_ms, out);
    if (status != STATUS_OK)
        return status;
    const struct medium *before = stadium_ticket_medium(s, ticket);
    if (before && !before->blocked && strcmp(before->name, ask->medium) == 0)
        return STATUS_OK; /* It has it already. */
    const uint32_t row = id_map_find(&s->doors.of_medium, name_key(ask->medium));
    status = check_medium(s, ask, row, now_ms, out);
    if (status != STATUS_OK)
        return status;
    if (before) /* The new one takes its place. */
        set_free(id_map_find(&s->doors.medium_of, ticket_key(ticket)), before, ask, now_ms, out);
    struct medium fresh = { .ticket = ticket + 1 };
    memcpy(fresh.name, ask->medium, sizeof(fresh.name));
    set(row == ID_MAP_NONE ? s->doors.media.count : row, &fresh, ask, now_ms, out);
    return STATUS_OK;
}

/* One that stands for a ticket. */
static enum status change(const struct stadium *s, const struct set_medium *ask, int64_t now_ms,
                          struct facts *out)
{
    const struct medium *medium = stadium_medium_find(s, ask->medium);
    if (!medium)
        return refuse(out, STATUS_UNKNOWN_MEDIUM, "medium");
    const uint32_t row = id_map_find(&s->doors.of_medium, name_key(ask->medium));
    const uint32_t event = stadium_ticket(s, medium->ticket - 1)->event;
    if (event_check_actor(s, event, &ask->by, out) != STATUS_OK)
        return STATUS_NOT_ORGANISER;
    if (ask->change == MEDIUM_RETURN) {
        set_free(row, medium, ask, now_ms, out);
        return STATUS_OK;
    }
    const bool block = ask->change == MEDIUM_BLOCK;
    if (block && !ask->reason[0])
        return facts_refuse(out, STATUS_BAD_FIELD, "reason",
                            "reason: say why, in 1 to %d bytes; the stewards see it",
                            BLOCK_REASON_BYTES);
    if (medium->blocked == block && (!block || strcmp(medium->reason, ask->reason) == 0))
        return STATUS_OK;
    struct medium_set *fact = set(row, medium, ask, now_ms, out);
    fact->blocked = block;
    memset(fact->reason, 0, sizeof(fact->reason));
    if (block)
        memcpy(fact->reason, ask->reason, sizeof(fact->reason));
    return STATUS_OK;
}

enum status medium_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    const struct set_medium *ask = &command->as.set_medium;
    assert(command->kind == COMMAND_SET_MEDIUM);
    return ask->change == MEDIUM_ISSUE ? issue(s, ask, command->time_ms, out)
                                       : change(s, ask, command->time_ms, out);
}

/* ---- evolve ------------------------------------------------------------------------------ */

static struct medium *open_row(struct stadium *s, const struct medium_set *from)
{
    struct doors *d = &s->doors;
    if (from->medium < d->media.count) {
        struct medium *row = medium_get(s, from->medium);
        row_remove(s, ROW_MEDIUM, from->medium, row);
        return row;
    }
    assert(from->medium == d->media.count);
    id_map_add(&d->of_medium, name_key(from->name), from->medium);
    return pool_add(&d->media);
}

void medium_evolve(struct stadium *s, const struct fact *fact)
{
    const struct medium_set *from = &fact->as.medium_set;
    struct doors *d = &s->doors;
    struct medium *row = open_row(s, from);
    const uint32_t before = row->ticket;
    memcpy(row->name, from->name, sizeof(row->name));
    memcpy(row->reason, from->reason, sizeof(row->reason));
    row->ticket = from->ticket;
    row->blocked = from->blocked;
    row->version = s->head.seq;
    row_add(s, ROW_MEDIUM, from->medium, row);
    if (before != from->ticket) {
        if (before)
            id_map_remove(&d->medium_of, ticket_key(before - 1));
        if (from->ticket)
            id_map_add(&d->medium_of, ticket_key(from->ticket - 1), from->medium);
    }
    /* Gates that are offline hear of both. */
    if (before && before != from->ticket)
        door_ticket_changed(s, before - 1);
    if (from->ticket)
        door_ticket_changed(s, from->ticket - 1);
}
