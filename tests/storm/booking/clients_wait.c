/* Clients who take part, wait for tickets, and stand in line. */
#include "tests/storm/booking/world.h"

#include "api/ticket/admission.h"
#include "tests/support/shop.h"
#include "tifo/v1/joins.pb-c.h"
#include "tifo/v1/waitlist.pb-c.h"
#include "tifo/v1/waitroom.pb-c.h"

#include <stdio.h>
#include <string.h>

#define JOIN(method) "/tifo.v1.Joins/" method
#define WAIT(method) "/tifo.v1.Waitlists/" method
#define ROOM(method) "/tifo.v1.WaitingRooms/" method

typedef char fan_name[16];

static char *some_fan(struct world *w, fan_name name)
{
    snprintf(name, sizeof(fan_name), "fan-%u", world_roll(w, CLIENTS));
    return name;
}

/* ---- What a sale begins with ----------------------------------------------------------------- */

static void set_room(struct world *w, char *event, uint32_t client, bool anew)
{
    Tifo__V1__SetWaitingRoomRequest request = TIFO__V1__SET_WAITING_ROOM_REQUEST__INIT;
    Tifo__V1__WaitingRoomSettings settings = TIFO__V1__WAITING_ROOM_SETTINGS__INIT;
    settings.mode = anew || world_roll(w, 3) ? TIFO__V1__WAITING_ROOM_MODE__WAITING_ROOM_MODE_NORMAL
                                             : (Tifo__V1__WaitingRoomMode)world_roll(w, 6);
    settings.opens_ms = w->now_ms + world_roll(w, 20000);
    settings.rate_per_minute = 60 + world_roll(w, 6000);
    settings.max_active = 1 + world_roll(w, CLIENTS);
    settings.claim_s = 10 + world_roll(w, 30);
    settings.session_s = 10 + world_roll(w, 60);
    settings.has_mode_case = TIFO__V1__WAITING_ROOM_SETTINGS__HAS_MODE_MODE;
    if (anew)
        settings.has_opens_case = TIFO__V1__WAITING_ROOM_SETTINGS__HAS_OPENS_OPENS_MS;
    if (anew || world_roll(w, 2)) { /* What is not named stays. */
        settings.has_rate_case = TIFO__V1__WAITING_ROOM_SETTINGS__HAS_RATE_RATE_PER_MINUTE;
        settings.has_active_case = TIFO__V1__WAITING_ROOM_SETTINGS__HAS_ACTIVE_MAX_ACTIVE;
    }
    if (anew || world_roll(w, 2)) {
        settings.has_claim_case = TIFO__V1__WAITING_ROOM_SETTINGS__HAS_CLAIM_CLAIM_S;
        settings.has_session_case = TIFO__V1__WAITING_ROOM_SETTINGS__HAS_SESSION_SESSION_S;
    }
    request.event_id = event;
    request.settings = &settings;
    client_ask(w, ROOM("SetWaitingRoom"), client, true, &request.base);
}

static void set_joining(struct world *w, char *event, uint32_t client)
{
    Tifo__V1__SetJoiningRequest request = TIFO__V1__SET_JOINING_REQUEST__INIT;
    request.event_id = event;
    request.capacity = world_roll(w, 5);
    request.waitlist = world_roll(w, 2) ? 0 : 1 + world_roll(w, 3);
    client_ask(w, JOIN("SetJoining"), client, true, &request.base);
}

static void set_waitlist(struct world *w, char *event, uint32_t client)
{
    Tifo__V1__SetWaitlistRequest request = TIFO__V1__SET_WAITLIST_REQUEST__INIT;
    request.event_id = event;
    request.capacity = world_roll(w, 2) ? 0 : 2 + world_roll(w, 4);
    request.claim_s = 60 + world_roll(w, 60);
    client_ask(w, WAIT("SetWaitlist"), client, true, &request.base);
}

void waits_begin(struct world *w, uint32_t event)
{
    const struct known_terms *terms = &w->terms[event];
    if (terms->joins)
        set_joining(w, w->events[event], terms->organiser);
    if (terms->small)
        set_waitlist(w, w->events[event], terms->organiser);
    if (terms->line)
        set_room(w, w->events[event], terms->organiser, true);
}

/* ---- Taking part ----------------------------------------------------------------------------- */

static void organise(struct world *w, char (*event)[TEXT_ID])
{
    Tifo__V1__KickPersonRequest kick = TIFO__V1__KICK_PERSON_REQUEST__INIT;
    Tifo__V1__BanPersonRequest ban = TIFO__V1__BAN_PERSON_REQUEST__INIT;
    Tifo__V1__UnbanPersonRequest unban = TIFO__V1__UNBAN_PERSON_REQUEST__INIT;
    const uint32_t organiser = client_organiser(w, event);
    fan_name name;
    kick.event_id = ban.event_id = unban.event_id = *event;
    kick.person = ban.person = unban.person = some_fan(w, name);
    switch (world_roll(w, 6)) {
    case 0:
        client_ask(w, JOIN("KickPerson"), organiser, true, &kick.base);
        break;
    case 1:
        ban.until_ms = w->now_ms + 1 + world_roll(w, 20000);
        client_ask(w, JOIN("BanPerson"), organiser, true, &ban.base);
        break;
    case 2:
        client_ask(w, JOIN("UnbanPerson"), organiser, true, &unban.base);
        break;
    default:
        set_joining(w, *event, organiser);
    }
}

static void take_part(struct world *w)
{
    char(*event)[TEXT_ID] = client_selling(w);
    for (int i = 0; i < 3 && !w->terms[event - w->events].joins; i++)
        event = client_selling(w);
    Tifo__V1__JoinEventRequest join = TIFO__V1__JOIN_EVENT_REQUEST__INIT;
    Tifo__V1__CancelJoinRequest cancel = TIFO__V1__CANCEL_JOIN_REQUEST__INIT;
    Tifo__V1__GetJoinRequest look = TIFO__V1__GET_JOIN_REQUEST__INIT;
    Tifo__V1__GetJoiningRequest count = TIFO__V1__GET_JOINING_REQUEST__INIT;
    const uint32_t client = world_roll(w, CLIENTS), roll = world_roll(w, 12);
    join.event_id = cancel.event_id = look.event_id = count.event_id = *event;
    if (roll < 6)
        client_ask(w, JOIN("JoinEvent"), client, true, &join.base);
    else if (roll < 8)
        client_ask(w, JOIN("CancelJoin"), client, true, &cancel.base);
    else if (roll < 10)
        client_ask(w, JOIN("GetJoin"), client, false, &look.base);
    else if (roll < 11)
        client_ask(w, JOIN("GetJoining"), client, false, &count.base);
    else
        organise(w, event);
}

/* ---- Waiting for tickets --------------------------------------------------------------------- */

static void wait_for_tickets(struct world *w)
{
    char(*event)[TEXT_ID] = client_selling(w);
    for (int i = 0; i < 3 && !w->terms[event - w->events].small; i++)
        event = client_selling(w);
    const struct known_terms *terms = &w->terms[event - w->events];
    Tifo__V1__EnterWaitlistRequest enter = TIFO__V1__ENTER_WAITLIST_REQUEST__INIT;
    Tifo__V1__LeaveWaitlistRequest leave = TIFO__V1__LEAVE_WAITLIST_REQUEST__INIT;
    Tifo__V1__GetWaitRequest look = TIFO__V1__GET_WAIT_REQUEST__INIT;
    Tifo__V1__GetWaitlistRequest count = TIFO__V1__GET_WAITLIST_REQUEST__INIT;
    const uint32_t client = world_roll(w, CLIENTS), roll = world_roll(w, 24);
    enter.event_id = leave.event_id = look.event_id = count.event_id = *event;
    enter.type = world_roll(w, 4) ? terms->general : terms->child;
    enter.party = 1 + world_roll(w, world_roll(w, 4) ? 2 : 4);
    if (roll < 10)
        client_ask(w, WAIT("EnterWaitlist"), client, true, &enter.base);
    else if (roll < 12)
        client_ask(w, WAIT("LeaveWaitlist"), client, true, &leave.base);
    else if (roll < 22)
        client_ask(w, WAIT("GetWait"), client, false, &look.base);
    else if (roll < 23)
        client_ask(w, WAIT("GetWaitlist"), client, false, &count.base);
    else
        set_waitlist(w, *event, client_organiser(w, event));
}

/* ---- Standing in line ------------------------------------------------------------------------ */

static void enter_line(struct world *w, char *event)
{
    Tifo__V1__EnterWaitingRoomRequest request = TIFO__V1__ENTER_WAITING_ROOM_REQUEST__INIT;
    fan_name names[3];
    char *persons[3];
    uint64_t nonces[3];
    const uint32_t count = world_roll(w, 3) ? 0 : 1 + world_roll(w, 2);
    for (uint32_t i = 0; i < count; i++)
        persons[i] = some_fan(w, names[i]);
    for (uint32_t i = 0; i < 3; i++)
        nonces[i] = world_roll(w, 1u << 30);
    request.event_id = event;
    request.persons = persons;
    request.n_persons = count;
    request.nonce = nonces;
    request.n_nonce = count ? count : 1;
    client_ask(w, ROOM("EnterWaitingRoom"), world_roll(w, CLIENTS), true, &request.base);
}

static void manage_line(struct world *w, char (*event)[TEXT_ID])
{
    Tifo__V1__AdmitPersonsRequest admit = TIFO__V1__ADMIT_PERSONS_REQUEST__INIT;
    fan_name name;
    char *person = some_fan(w, name);
    admit.event_id = *event;
    admit.persons = &person;
    admit.n_persons = 1;
    if (world_roll(w, 3))
        client_ask(w, ROOM("AdmitPersons"), client_organiser(w, event), true, &admit.base);
    else
        set_room(w, *event, client_organiser(w, event), false);
}

static void stand_in_line(struct world *w)
{
    char(*event)[TEXT_ID] = client_selling(w);
    for (int i = 0; i < 6 && !w->terms[event - w->events].line; i++)
        event = client_selling(w);
    Tifo__V1__LeaveWaitingRoomRequest leave = TIFO__V1__LEAVE_WAITING_ROOM_REQUEST__INIT;
    Tifo__V1__GetWaitersRequest look = TIFO__V1__GET_WAITERS_REQUEST__INIT;
    Tifo__V1__GetWaitingRoomRequest room = TIFO__V1__GET_WAITING_ROOM_REQUEST__INIT;
    Tifo__V1__ListDrawRequest drawn = TIFO__V1__LIST_DRAW_REQUEST__INIT;
    const uint32_t client = world_roll(w, CLIENTS), roll = world_roll(w, 24);
    leave.event_id = look.event_id = room.event_id = drawn.event_id = *event;
    if (!w->terms[event - w->events].line)
        return;
    if (roll < 9)
        enter_line(w, *event);
    else if (roll < 10)
        client_ask(w, ROOM("LeaveWaitingRoom"), client, true, &leave.base);
    else if (roll < 20)
        client_ask(w, ROOM("GetWaiters"), client, false, &look.base);
    else if (roll < 21)
        client_ask(w, ROOM("GetWaitingRoom"), client, false, &room.base);
    else if (roll < 22)
        client_ask(w, ROOM("ListDraw"), client, false, &drawn.base);
    else
        manage_line(w, event);
}

char *waits_token(struct world *w, const char *event, uint32_t *client)
{
    for (int i = 0; w->admission_count && i < 8; i++) {
        struct known_admission *admission = KNOWN(w, admission);
        if (strcmp(admission->event, event) != 0 ||
            (admission->until_ms < w->now_ms && world_roll(w, 12)))
            continue;
        *client = client_who(w, admission->client);
        return admission->token;
    }
    return (char *)"";
}

void waits_ask(struct world *w)
{
    const uint32_t roll = world_roll(w, 3);
    if (roll == 0)
        take_part(w);
    else if (roll == 1)
        wait_for_tickets(w);
    else
        stand_in_line(w);
}

/* ---- What is heard --------------------------------------------------------------------------- */

/* An offer is a hold: they look at it, to know its version. */
static void know_wait(struct world *w, const Tifo__V1__Wait *wait, uint32_t client)
{
    Tifo__V1__GetHoldRequest request = TIFO__V1__GET_HOLD_REQUEST__INIT;
    if (wait->state != TIFO__V1__WAIT_STATE__WAIT_STATE_OFFERED)
        return;
    request.hold_id = wait->hold_id;
    for (uint32_t i = 0; i < KNOWN_MAX; i++)
        if (strcmp(w->holds[i].id, wait->hold_id) == 0)
            return;
    snprintf(w->holds[w->hold_count++ % KNOWN_MAX].id, TEXT_ID, "%s", wait->hold_id);
    client_ask(w, SHOP_SEAT("GetHold"), client, false, &request.base);
}

static void know_waiters(struct world *w, const struct operation *operation,
                         const Tifo__V1__GetWaitersResponse *told)
{
    for (size_t i = 0; i < told->n_waiters; i++) {
        if (!told->waiters[i]->admission_token[0])
            continue;
        struct known_admission *admission = &w->admissions[w->admission_count++ % KNOWN_MAX];
        admission->client = client_of(operation);
        admission->until_ms = told->waiters[i]->admitted_until_ms;
        memcpy(admission->event, w->events[client_event(w, operation)], TEXT_ID);
        snprintf(admission->token, sizeof admission->token, "%s",
                 told->waiters[i]->admission_token);
    }
}

void waits_know(struct world *w, const struct operation *operation, const void *reply)
{
    const char *method = operation->method;
    if (strcmp(method, WAIT("GetWait")) == 0)
        know_wait(w, ((const Tifo__V1__GetWaitResponse *)reply)->wait, client_of(operation));
    else if (strcmp(method, ROOM("GetWaiters")) == 0)
        know_waiters(w, operation, reply);
}
