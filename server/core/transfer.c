#include "server/core/transfer.h"

#include "server/base/hash.h"
#include "server/core/state.h"

#include <assert.h>
#include <string.h>

static struct id key_of(uint32_t ticket)
{
    return (struct id){ 0, (uint64_t)ticket + 1 };
}

/* Those of one hash are told apart by their names. */
static struct id person_key(const char *person)
{
    const uint64_t hash = hash_end(hash_bytes(0, person, strlen(person)));
    return (struct id){ 1, hash };
}

static struct ticket_holder *holder_find(const struct stadium *s, uint32_t ticket)
{
    const uint32_t row = id_map_find(&s->doors.of_ticket, key_of(ticket));
    return row == ID_MAP_NONE ? NULL : pool_get(&s->doors.holders, row);
}

bool stadium_ticket_blocked(const struct stadium *s, uint32_t ticket, const char **reason)
{
    const struct ticket_holder *holder = holder_find(s, ticket);
    if (reason)
        *reason = holder ? holder->reason : "";
    return holder && holder->blocked;
}

const char *stadium_ticket_person(const struct stadium *s, uint32_t ticket)
{
    const struct ticket_holder *holder = holder_find(s, ticket);
    return holder && holder->person[0] ? holder->person
                                       : stadium_order(s, stadium_ticket(s, ticket)->order)->person;
}

/* The first row from `at` (1 + index) on that is of this person. */
static const struct ticket_holder *holder_from(const struct stadium *s, uint32_t at,
                                               const char *person)
{
    for (; at; at = chain_after(&s->doors.links, at - 1)) {
        const struct ticket_holder *holder = pool_get(&s->doors.holders, at - 1);
        if (strcmp(holder->person, person) == 0)
            return holder;
    }
    return NULL;
}

const struct ticket_holder *stadium_given_first(const struct stadium *s, const char *person)
{
    const uint32_t list = id_map_find(&s->doors.of_person, person_key(person));
    if (list == ID_MAP_NONE)
        return NULL;
    return holder_from(s, ((const struct chain *)pool_get(&s->doors.people, list))->first, person);
}

const struct ticket_holder *stadium_given_after(const struct stadium *s,
                                                const struct ticket_holder *holder)
{
    const uint32_t row = id_map_find(&s->doors.of_ticket, key_of(holder->ticket));
    return holder_from(s, chain_after(&s->doors.links, row), holder->person);
}

/* ---- decide ------------------------------------------------------------------------------ */

static enum status refuse(struct facts *out, enum status status, const char *field)
{
    return facts_refuse(out, status, field, "%s: %s", field, status_sentence(status));
}

static enum status check_event(const struct stadium *s, const struct ticket *ticket, int64_t now_ms,
                               struct facts *out)
{
    const struct event *event = &s->booking.events[ticket->event];
    if (event->state == EVENT_CANCELLED)
        return refuse(out, STATUS_EVENT_CANCELLED, "ticket_id");
    if (event_state_at(event, now_ms) == EVENT_ENDED)
        return refuse(out, STATUS_EVENT_OVER, "ticket_id");
    return STATUS_OK;
}

static void reissue(uint32_t ticket, const char *to, int64_t now_ms, struct facts *out)
{
    struct ticket_reissued *fact =
        &facts_add(out, FACT_TICKET_REISSUED, now_ms)->as.ticket_reissued;
    fact->ticket = ticket;
    memcpy(fact->holder, to, sizeof(fact->holder));
}

/* What goes with it, too; what is used already stays where it is. */
static enum status hand_on(const struct stadium *s, uint32_t index,
                           const struct reissue_ticket *ask, int64_t now_ms, struct facts *out)
{
    const struct ticket *ticket = stadium_ticket(s, index);
    const uint32_t first = stadium_order(s, ticket->order)->first_ticket;
    const struct companions companions = order_companions(s, ticket->order);
    if (companion_of(&companions, index - first) != NO_LINE) {
        out->count = 0;
        return facts_refuse(out, STATUS_TICKET_FIXED, "ticket_id",
                            "ticket_id: an add-on goes with its ticket; hand that on");
    }
    for (uint32_t set = companions_with(&companions, UINT32_C(1) << (index - first)); set;
         set &= set - 1) {
        const uint32_t other = first + (uint32_t)__builtin_ctz(set);
        const struct ticket *with = stadium_ticket(s, other);
        if (with->state == TICKET_VALID && with->generation < GENERATION_MAX)
            reissue(other, ask->to, now_ms, out);
    }
    return STATUS_OK;
}

static enum status reissue_decide(const struct stadium *s, const struct command *command,
                                  struct facts *out)
{
    const struct reissue_ticket *ask = &command->as.reissue_ticket;
    const uint32_t index = ticket_find(s, ask->ticket);
    if (index == ID_MAP_NONE || strcmp(stadium_ticket_person(s, index), ask->person) != 0)
        return refuse(out, STATUS_UNKNOWN_TICKET, "ticket_id");
    const struct ticket *ticket = stadium_ticket(s, index);
    const enum status status = check_event(s, ticket, command->time_ms, out);
    if (status != STATUS_OK)
        return status;
    if (ticket->state != TICKET_VALID || ticket->generation >= GENERATION_MAX)
        return refuse(out, STATUS_TICKET_STATE, "ticket_id");
    if (stadium_ticket_blocked(s, index, NULL))
        return refuse(out, STATUS_TICKET_BLOCKED, "ticket_id");
    if (stadium_listing(s, index))
        return refuse(out, STATUS_TICKET_LISTED, "ticket_id");
    if (stadium_ticket_medium(s, index))
        return refuse(out, STATUS_TICKET_EXCHANGED, "ticket_id");
    if (ask->to[0] && !stadium_door_rules(s, ticket->event).transfers)
        return refuse(out, STATUS_TICKET_FIXED, "ticket_id");
    if (strcmp(ask->to, ask->person) == 0)
        return facts_refuse(out, STATUS_BAD_FIELD, "to", "to: the ticket is theirs already");
    reissue(index, ask->to, command->time_ms, out);
    return ask->to[0] ? hand_on(s, index, ask, command->time_ms, out) : STATUS_OK;
}

static enum status block_decide(const struct stadium *s, const struct command *command,
                                struct facts *out)
{
    const struct block_ticket *ask = &command->as.block_ticket;
    const uint32_t index = ticket_find(s, ask->ticket);
    if (index == ID_MAP_NONE)
        return refuse(out, STATUS_UNKNOWN_TICKET, "ticket_id");
    if (event_check_actor(s, stadium_ticket(s, index)->event, &ask->by, out) != STATUS_OK)
        return STATUS_NOT_ORGANISER;
    if (ask->blocked && !ask->reason[0])
        return facts_refuse(out, STATUS_BAD_FIELD, "reason",
                            "reason: say why, in 1 to %d bytes; the stewards see it",
                            BLOCK_REASON_BYTES);
    const char *reason;
    const bool blocked = stadium_ticket_blocked(s, index, &reason);
    if (blocked == ask->blocked && (!blocked || strcmp(reason, ask->reason) == 0))
        return STATUS_OK;
    struct ticket_blocked *fact =
        &facts_add(out, FACT_TICKET_BLOCKED, command->time_ms)->as.ticket_blocked;
    fact->ticket = index;
    fact->blocked = ask->blocked;
    if (ask->blocked)
        memcpy(fact->reason, ask->reason, sizeof(fact->reason));
    return STATUS_OK;
}

enum status transfer_decide(const struct stadium *s, const struct command *command,
                            struct facts *out)
{
    if (command->kind == COMMAND_REISSUE_TICKET)
        return reissue_decide(s, command, out);
    assert(command->kind == COMMAND_BLOCK_TICKET);
    return block_decide(s, command, out);
}

/* ---- evolve ------------------------------------------------------------------------------ */

/* The list of a person; made when it is not there yet. */
static struct chain *list_of(struct doors *d, const char *person)
{
    const struct id key = person_key(person);
    uint32_t list = id_map_find(&d->of_person, key);
    if (list != ID_MAP_NONE)
        return pool_get(&d->people, list);
    if (d->spare) {
        list = d->spare - 1;
        d->spare = ((struct chain *)pool_get(&d->people, list))->first;
    } else {
        list = d->people.count;
        pool_add(&d->people);
    }
    id_map_add(&d->of_person, key, list);
    struct chain *chain = pool_get(&d->people, list);
    *chain = (struct chain){ 0 };
    return chain;
}

/* Who has nothing any more has no list: there are never more lists than tickets that were given. */
static void list_leave(struct doors *d, const char *person, uint32_t row)
{
    struct chain *chain = list_of(d, person);
    chain_remove(chain, &d->links, row);
    if (chain->count > 0)
        return;
    const struct id key = person_key(person);
    const uint32_t list = id_map_find(&d->of_person, key);
    id_map_remove(&d->of_person, key);
    chain->first = d->spare;
    d->spare = list + 1;
}

/* The row, out of the digest; a new one if there is none. Back with holder_close(). */
static struct ticket_holder *holder_open(struct stadium *s, uint32_t ticket)
{
    struct doors *d = &s->doors;
    const uint32_t row = id_map_find(&d->of_ticket, key_of(ticket));
    if (row != ID_MAP_NONE) {
        struct ticket_holder *holder = pool_get(&d->holders, row);
        row_remove(s, ROW_HOLDER, row, holder);
        return holder;
    }
    id_map_add(&d->of_ticket, key_of(ticket), d->holders.count);
    struct ticket_holder *holder = pool_add(&d->holders);
    pool_add(&d->links);
    holder->ticket = ticket;
    return holder;
}

static void holder_close(struct stadium *s, const struct ticket_holder *holder)
{
    row_add(s, ROW_HOLDER, id_map_find(&s->doors.of_ticket, key_of(holder->ticket)), holder);
}

static void give(struct stadium *s, uint32_t ticket, const char person[PERSON_BYTES + 1])
{
    struct doors *d = &s->doors;
    struct ticket_holder *holder = holder_open(s, ticket);
    const uint32_t row = id_map_find(&d->of_ticket, key_of(ticket));
    if (holder->person[0])
        list_leave(d, holder->person, row);
    memcpy(holder->person, person, sizeof(holder->person));
    chain_add(list_of(d, person), &d->links, row);
    holder_close(s, holder);
}

void transfer_evolve(struct stadium *s, const struct fact *fact)
{
    if (fact->kind == FACT_TICKET_BLOCKED) {
        const struct ticket_blocked *from = &fact->as.ticket_blocked;
        struct ticket_holder *holder = holder_open(s, from->ticket);
        holder->blocked = from->blocked;
        memcpy(holder->reason, from->reason, sizeof(holder->reason));
        holder_close(s, holder);
        door_ticket_changed(s, from->ticket);
        return;
    }
    assert(fact->kind == FACT_TICKET_REISSUED);
    const struct ticket_reissued *from = &fact->as.ticket_reissued;
    ticket_open(s, from->ticket)->generation++;
    ticket_close(s, from->ticket);
    if (from->holder[0])
        give(s, from->ticket, from->holder);
}
