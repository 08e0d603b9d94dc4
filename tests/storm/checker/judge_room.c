/* Waiting rooms: who stands where, in the order of the published draw. */
#include "tests/storm/checker/judge.h"

#include "server/base/sha256.h"
#include "server/wire/waitroom.h"

#include <stdio.h>
#include <string.h>

/* ---- The room -------------------------------------------------------------------------------- */

static void ask_set(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__SetWaitingRoomRequest *request = (const void *)deed->request;
    struct set_waitroom *set = &command->as.set_waitroom;
    command->kind = COMMAND_SET_WAITROOM;
    wire_set_waitroom(request->settings, set);
    set->event = judge_id(request->event_id);
    memcpy(set->seed, deed->tickets, sizeof set->seed);
    judge_person(deed, set->by.person);
}

/* The seed is known when the room is open, and is what the commitment said before. */
static bool is_committed(const struct model_room *room, const Tifo__V1__WaitingRoom *told)
{
    uint8_t hash[SHA256_BYTES];
    sha256(room->seed, sizeof room->seed, hash);
    return told->commitment.len == sizeof hash &&
           memcmp(told->commitment.data, hash, sizeof hash) == 0 &&
           told->seed.len == (room->open ? sizeof room->seed : 0) &&
           memcmp(told->seed.data ? told->seed.data : room->seed, room->seed, told->seed.len) == 0;
}

static bool tell_room(struct checker *c, const struct deed *deed, const Tifo__V1__WaitingRoom *told)
{
    const struct model_event *event = model_event_find(&c->model, judge_id(told->event_id));
    const struct model_room *room = event ? event->room : NULL;
    if (!room || !is_committed(room, told))
        return mismatch(c, deed, "the room is said to have another seed");
    return (told->open == room->open && told->entered == room->count &&
            told->served == room->served && told->waiting == room->waiting &&
            told->active == room->active) ||
           mismatch(c, deed, "%u are said to be in line and %u in; %u are, and %u", told->waiting,
                    told->active, room->waiting, room->active);
}

static bool tell_set(struct checker *c, const struct deed *deed)
{
    return tell_room(c, deed, ((const Tifo__V1__SetWaitingRoomResponse *)deed->reply)->room);
}

static bool tell_get_room(struct checker *c, const struct deed *deed)
{
    return tell_room(c, deed, ((const Tifo__V1__GetWaitingRoomResponse *)deed->reply)->room);
}

/* Anybody can compute the order again. */
static bool tell_draw(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__ListDrawRequest *request = (const void *)deed->request;
    const Tifo__V1__ListDrawResponse *told = (const void *)deed->reply;
    const struct model_event *event = model_event_find(&c->model, judge_id(request->event_id));
    const struct model_room *room = event ? event->room : NULL;
    if (!room || told->n_nonce != told->n_number ||
        told->first_entry + told->n_nonce > room->count + 1)
        return mismatch(c, deed, "the draw is said to have more entries than there are");
    for (size_t i = 0; i < told->n_nonce; i++) {
        const struct model_waiter *waiter = &room->waiters[told->first_entry - 1 + i];
        if (told->nonce[i] != waiter->nonce || told->number[i] != waiter->number)
            return mismatch(c, deed, "entry %zu is said to be drawn as %u, and is %u",
                            told->first_entry + i, told->number[i], waiter->number);
    }
    return true;
}

/* ---- People ---------------------------------------------------------------------------------- */

/* Those of a request; nobody: who asks. */
static const char *const *persons_of(const struct checker *c, const struct deed *deed,
                                     char **persons, size_t *count)
{
    if (*count)
        return (const char *const *)persons;
    const char **alone = arena_alloc((struct arena *)&c->scratch, sizeof *alone);
    *alone = deed->operation->caller;
    *count = 1;
    return alone;
}

static void ask_enter(const struct checker *c, const struct deed *deed, struct command *command)
{
    const Tifo__V1__EnterWaitingRoomRequest *request = (const void *)deed->request;
    size_t count = request->n_persons;
    const char *const *persons = persons_of(c, deed, request->persons, &count);
    command->kind = COMMAND_ENTER_WAITROOM;
    command->as.enter_waitroom =
        (struct enter_waitroom){ .event = judge_id(request->event_id),
                                 .persons = persons,
                                 .person_count = (uint32_t)count,
                                 .nonce = { request->nonce, (uint32_t)request->n_nonce } };
}

static void ask_leave(const struct checker *c, const struct deed *deed, struct command *command)
{
    const Tifo__V1__LeaveWaitingRoomRequest *request = (const void *)deed->request;
    size_t count = request->n_persons;
    const char *const *persons = persons_of(c, deed, request->persons, &count);
    command->kind = COMMAND_LEAVE_WAITROOM;
    command->as.leave_waitroom = (struct waitroom_persons){ .event = judge_id(request->event_id),
                                                            .persons = persons,
                                                            .count = (uint32_t)count };
}

static void ask_admit(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__AdmitPersonsRequest *request = (const void *)deed->request;
    command->kind = COMMAND_ADMIT_PERSONS;
    command->as.admit_persons =
        (struct waitroom_persons){ .event = judge_id(request->event_id),
                                   .persons = (const char *const *)request->persons,
                                   .count = (uint32_t)request->n_persons };
    judge_person(deed, command->as.admit_persons.by.person);
}

static bool is_waiter(const struct model_room *room, const Tifo__V1__Waiter *told)
{
    const uint32_t entry = model_waiter_find(room, told->person);
    if (!entry)
        return told->state == 0 && told->entry == 0;
    const struct model_waiter *waiter = &room->waiters[entry - 1];
    const bool in_line = waiter->state == WAITER_WAITING && room->open;
    const bool until = waiter->state != WAITER_ADMITTED || room->stands_since_ms ||
                       told->admitted_until_ms == waiter->until_ms + room->stood_ms;
    return (int)told->state == (int)waiter->state && told->entry == entry &&
           told->number == waiter->number && until &&
           told->position == (in_line ? waiter->number - room->served : 0);
}

static bool tell_waiters(struct checker *c, const struct deed *deed, const char *event_id,
                         Tifo__V1__Waiter *const *told, size_t count)
{
    const struct model_event *event = model_event_find(&c->model, judge_id(event_id));
    if (!event || !event->room)
        return mismatch(c, deed, "there is no such room");
    for (size_t i = 0; i < count; i++)
        if (!is_waiter(event->room, told[i]))
            return mismatch(c, deed, "%s is said to be %d, entry %u, number %u, position %u",
                            told[i]->person, (int)told[i]->state, told[i]->entry, told[i]->number,
                            told[i]->position);
    return true;
}

static bool tell_entered(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__EnterWaitingRoomRequest *request = (const void *)deed->request;
    const Tifo__V1__EnterWaitingRoomResponse *told = (const void *)deed->reply;
    return tell_waiters(c, deed, request->event_id, told->waiters, told->n_waiters);
}

static bool tell_left(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__LeaveWaitingRoomRequest *request = (const void *)deed->request;
    const Tifo__V1__LeaveWaitingRoomResponse *told = (const void *)deed->reply;
    return tell_waiters(c, deed, request->event_id, told->waiters, told->n_waiters);
}

static bool tell_admitted(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__AdmitPersonsRequest *request = (const void *)deed->request;
    const Tifo__V1__AdmitPersonsResponse *told = (const void *)deed->reply;
    return tell_waiters(c, deed, request->event_id, told->waiters, told->n_waiters);
}

static bool tell_get_waiters(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__GetWaitersRequest *request = (const void *)deed->request;
    const Tifo__V1__GetWaitersResponse *told = (const void *)deed->reply;
    return tell_waiters(c, deed, request->event_id, told->waiters, told->n_waiters);
}

uint32_t judge_admission(const struct checker *c, const char *token, struct id event,
                         const char *person)
{
    struct admission_claim claim;
    if (!token[0] || admission_token_verify(token, c->history->keys, c->history->key_count,
                                            &claim) != TICKET_GENUINE)
        return 0;
    return wire_admission_is_of(&claim, event, person) ? claim.entry : 0;
}

const struct method room_methods[] = {
    { "/tifo.v1.WaitingRooms/SetWaitingRoom", MESSAGES(set_waiting_room), ask_set,
      FACT_WAITROOM_SET, 0, tell_set },
    { "/tifo.v1.WaitingRooms/GetWaitingRoom", MESSAGES(get_waiting_room), NULL, 0, 0,
      tell_get_room },
    { "/tifo.v1.WaitingRooms/EnterWaitingRoom", MESSAGES(enter_waiting_room), ask_enter,
      FACT_WAITERS_ENTERED, 0, tell_entered },
    { "/tifo.v1.WaitingRooms/LeaveWaitingRoom", MESSAGES(leave_waiting_room), ask_leave,
      FACT_WAITERS_ENDED, 0, tell_left },
    { "/tifo.v1.WaitingRooms/AdmitPersons", MESSAGES(admit_persons), ask_admit,
      FACT_WAITERS_ADMITTED, FACT_WAITERS_ENTERED, tell_admitted },
    { "/tifo.v1.WaitingRooms/GetWaiters", MESSAGES(get_waiters), NULL, 0, 0, tell_get_waiters },
    { "/tifo.v1.WaitingRooms/ListDraw", MESSAGES(list_draw), NULL, 0, 0, tell_draw },
    { 0 },
};
