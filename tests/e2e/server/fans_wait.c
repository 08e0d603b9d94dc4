/* People who take part, who wait for what is sold out, and who stand in line. */
#include "tests/e2e/server/fans.h"

#include "api/rpc/channel.h"
#include "tests/support/must.h"
#include "tifo/v1/events.pb-c.h"
#include "tifo/v1/joins.pb-c.h"
#include "tifo/v1/waitlist.pb-c.h"
#include "tifo/v1/waitroom.pb-c.h"

#include <stdio.h>
#include <string.h>

enum { PLACES = 6, TAKE_PART = 4, HOLD_TTL_S = 30 };

static void drop(void *message)
{
    protobuf_c_message_free_unpacked(message, NULL);
}

/* ---- The office ------------------------------------------------------------------------------ */

static void *must_call(struct fan *office, const ProtobufCServiceDescriptor *service,
                       const char *method, const void *request)
{
    ProtobufCMessage *reply = NULL;
    char key[48];
    snprintf(key, sizeof key, "wait-%u-%u", office->stage->generation, ++office->keys);
    must(fan_call(office, service, method, key, request, &reply) && reply, method);
    return reply;
}

static void sell_places(struct fan *office, char *event)
{
    Tifo__V1__AddQuotaRequest add_quota = TIFO__V1__ADD_QUOTA_REQUEST__INIT;
    Tifo__V1__Quota quota = TIFO__V1__QUOTA__INIT;
    Tifo__V1__AddTicketTypeRequest add_type = TIFO__V1__ADD_TICKET_TYPE_REQUEST__INIT;
    Tifo__V1__TicketType type = TIFO__V1__TICKET_TYPE__INIT;
    int64_t price = 1500;
    uint32_t first = 0;
    add_quota.event_id = add_type.event_id = event;
    add_quota.quota = &quota;
    quota.name = type.name = "Standing";
    quota.capacity = PLACES;
    drop(must_call(office, &tifo__v1__events__descriptor, "AddQuota", &add_quota));
    add_type.type = &type;
    type.general = true;
    type.price_minor = &price;
    type.quotas = &first;
    type.n_price_minor = type.n_quotas = 1;
    Tifo__V1__AddTicketTypeResponse *added =
        must_call(office, &tifo__v1__events__descriptor, "AddTicketType", &add_type);
    pthread_mutex_lock(&office->stage->mutex);
    office->stage->place_type = added->type->index;
    pthread_mutex_unlock(&office->stage->mutex);
    drop(added);
}

static void sell_line(struct fan *office, int64_t starts_ms)
{
    Tifo__V1__CreateEventRequest create = TIFO__V1__CREATE_EVENT_REQUEST__INIT;
    Tifo__V1__PublishEventRequest publish = TIFO__V1__PUBLISH_EVENT_REQUEST__INIT;
    Tifo__V1__SetWaitingRoomRequest room = TIFO__V1__SET_WAITING_ROOM_REQUEST__INIT;
    Tifo__V1__WaitingRoomSettings settings = TIFO__V1__WAITING_ROOM_SETTINGS__INIT;
    Tifo__V1__Event event = TIFO__V1__EVENT__INIT;
    Tifo__V1__PriceCategory category = TIFO__V1__PRICE_CATEGORY__INIT, *categories = &category;
    category.name = "Everywhere";
    category.price_minor = 9900;
    event.title = "Final";
    event.currency = "EUR";
    event.starts_ms = starts_ms;
    event.ends_ms = starts_ms + 2 * 3600 * 1000;
    event.hold_ttl_s = HOLD_TTL_S;
    event.n_categories = 1;
    event.categories = &categories;
    create.event = &event;
    Tifo__V1__CreateEventResponse *created =
        must_call(office, &tifo__v1__events__descriptor, "CreateEvent", &create);
    publish.event_id = room.event_id = created->event->event_id;
    room.settings = &settings;
    settings.has_rate_case = TIFO__V1__WAITING_ROOM_SETTINGS__HAS_RATE_RATE_PER_MINUTE;
    settings.has_active_case = TIFO__V1__WAITING_ROOM_SETTINGS__HAS_ACTIVE_MAX_ACTIVE;
    settings.has_claim_case = TIFO__V1__WAITING_ROOM_SETTINGS__HAS_CLAIM_CLAIM_S;
    settings.rate_per_minute = 120;
    settings.max_active = 5;
    settings.claim_s = 10;
    drop(must_call(office, &tifo__v1__waiting_rooms__descriptor, "SetWaitingRoom", &room));
    drop(must_call(office, &tifo__v1__events__descriptor, "PublishEvent", &publish));
    pthread_mutex_lock(&office->stage->mutex);
    snprintf(office->stage->line, EVENT_ID, "%s", created->event->event_id);
    pthread_mutex_unlock(&office->stage->mutex);
    drop(created);
}

void fans_sell_waiting(struct fan *office, char *event, int64_t starts_ms)
{
    Tifo__V1__SetJoiningRequest joining = TIFO__V1__SET_JOINING_REQUEST__INIT;
    Tifo__V1__SetWaitlistRequest waitlist = TIFO__V1__SET_WAITLIST_REQUEST__INIT;
    joining.event_id = waitlist.event_id = event;
    joining.capacity = TAKE_PART;
    waitlist.claim_s = 60;
    sell_places(office, event);
    drop(must_call(office, &tifo__v1__joins__descriptor, "SetJoining", &joining));
    drop(must_call(office, &tifo__v1__waitlists__descriptor, "SetWaitlist", &waitlist));
    sell_line(office, starts_ms);
}

/* ---- What fans do ---------------------------------------------------------------------------- */

static void take_part(struct fan *fan, char *event)
{
    Tifo__V1__JoinEventRequest join = TIFO__V1__JOIN_EVENT_REQUEST__INIT;
    Tifo__V1__CancelJoinRequest cancel = TIFO__V1__CANCEL_JOIN_REQUEST__INIT;
    Tifo__V1__GetJoiningRequest look = TIFO__V1__GET_JOINING_REQUEST__INIT;
    join.event_id = cancel.event_id = look.event_id = event;
    if (prng_below(&fan->prng, 3))
        drop(fan_insist(fan, &tifo__v1__joins__descriptor, "JoinEvent", true, &join));
    else
        drop(fan_insist(fan, &tifo__v1__joins__descriptor, "CancelJoin", true, &cancel));
    drop(fan_insist(fan, &tifo__v1__joins__descriptor, "GetJoining", false, &look));
}

/* What they are offered they buy, or leave to the next. */
static void take_offer(struct fan *fan, char *event, char *hold_id)
{
    Tifo__V1__GetHoldRequest look = TIFO__V1__GET_HOLD_REQUEST__INIT;
    Tifo__V1__LeaveWaitlistRequest leave = TIFO__V1__LEAVE_WAITLIST_REQUEST__INIT;
    look.hold_id = hold_id;
    leave.event_id = event;
    Tifo__V1__GetHoldResponse *hold =
        fan_insist(fan, &tifo__v1__seats__descriptor, "GetHold", false, &look);
    if (hold && prng_below(&fan->prng, 3) == 0)
        fan_buy(fan, hold->hold);
    else
        drop(fan_insist(fan, &tifo__v1__waitlists__descriptor, "LeaveWaitlist", true, &leave));
    drop(hold);
}

/* A place, or in the queue for one. */
static void want_place(struct fan *fan, char *event, uint32_t type)
{
    Tifo__V1__HoldSeatsRequest hold = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
    Tifo__V1__NewLines line = TIFO__V1__NEW_LINES__INIT, *lines = &line;
    Tifo__V1__EnterWaitlistRequest enter = TIFO__V1__ENTER_WAITLIST_REQUEST__INIT;
    Tifo__V1__GetWaitRequest look = TIFO__V1__GET_WAIT_REQUEST__INIT;
    hold.event_id = enter.event_id = look.event_id = event;
    line.ticket_type = enter.type = type;
    line.places = enter.party = 1 + prng_below(&fan->prng, 2);
    hold.lines = &lines;
    hold.n_lines = 1;
    drop(fan_insist(fan, &tifo__v1__seats__descriptor, "HoldSeats", true, &hold));
    drop(fan_insist(fan, &tifo__v1__waitlists__descriptor, "EnterWaitlist", true, &enter));
    Tifo__V1__GetWaitResponse *wait =
        fan_insist(fan, &tifo__v1__waitlists__descriptor, "GetWait", false, &look);
    if (wait && wait->wait->state == TIFO__V1__WAIT_STATE__WAIT_STATE_OFFERED)
        take_offer(fan, event, wait->wait->hold_id);
    drop(wait);
}

static void stand_in_line(struct fan *fan, char *event)
{
    Tifo__V1__EnterWaitingRoomRequest enter = TIFO__V1__ENTER_WAITING_ROOM_REQUEST__INIT;
    Tifo__V1__GetWaitersRequest look = TIFO__V1__GET_WAITERS_REQUEST__INIT;
    Tifo__V1__HoldSeatsRequest hold = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
    uint64_t nonce = prng_next(&fan->prng);
    uint32_t seat = prng_below(&fan->prng, 100);
    enter.event_id = look.event_id = hold.event_id = event;
    enter.nonce = &nonce;
    enter.n_nonce = 1;
    hold.seats = &seat;
    hold.n_seats = 1;
    drop(fan_insist(fan, &tifo__v1__waiting_rooms__descriptor, "EnterWaitingRoom", true, &enter));
    Tifo__V1__GetWaitersResponse *waiters =
        fan_insist(fan, &tifo__v1__waiting_rooms__descriptor, "GetWaiters", false, &look);
    if (waiters && waiters->n_waiters == 1) /* Without a token, too: that is refused. */
        hold.admission_token = waiters->waiters[0]->admission_token;
    Tifo__V1__HoldSeatsResponse *held =
        fan_insist(fan, &tifo__v1__seats__descriptor, "HoldSeats", true, &hold);
    if (held && prng_below(&fan->prng, 2))
        fan_buy(fan, held->hold);
    drop(held);
    drop(waiters);
}

void fan_wait(struct fan *fan)
{
    struct stage *stage = fan->stage;
    char event[EVENT_ID], line[EVENT_ID];
    pthread_mutex_lock(&stage->mutex);
    memcpy(event, stage->event, sizeof event);
    memcpy(line, stage->line, sizeof line);
    const uint32_t type = stage->place_type;
    pthread_mutex_unlock(&stage->mutex);
    switch (prng_below(&fan->prng, 3)) {
    case 0:
        take_part(fan, event);
        break;
    case 1:
        want_place(fan, event, type);
        break;
    default:
        stand_in_line(fan, line);
    }
}
