#include "tests/e2e/cases/verbs.h"

#include "api/rpc/channel.h"
#include "clients/c/scanner.h"
#include "tests/support/ground.h"
#include "tifo/v1/clock.pb-c.h"
#include "tifo/v1/doors.pb-c.h"
#include "tifo/v1/events.pb-c.h"
#include "tifo/v1/joins.pb-c.h"
#include "tifo/v1/orders.pb-c.h"
#include "tifo/v1/seats.pb-c.h"
#include "tifo/v1/terms.pb-c.h"
#include "tifo/v1/tickets.pb-c.h"
#include "tifo/v1/venue.pb-c.h"
#include "tifo/v1/vouchers.pb-c.h"
#include "tifo/v1/waitlist.pb-c.h"

#include <assert.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { PEOPLE = 128, EVENTS = 4, ID = 33, WORDS = 4, AT_ONCE = 64, HOUR_MS = 3600 * 1000 };
#define OPENED_MS INT64_C(1778932800000) /* 2026-05-16T12:00:00Z */

/* What somebody has, the last of each. */
struct somebody {
    char name[32], hold[ID], order[ID], ticket[ID], code[200];
    uint64_t hold_version, order_version;
};

static struct {
    char folder[40];
    struct process server;
    struct rpc_channel *channel;
    int64_t now_ms;
    pthread_mutex_t lock; /* Of the list; what somebody has is whose thread it is. */
    struct somebody people[PEOPLE];
    int count;
    char events[EVENTS][ID]; /* The first is the one that is meant. */
    uint64_t nonce;
} world = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* One call under way: whose, with which key, and what it came to. */
struct call {
    const char *who, *key;
    char *outcome;
};

/* ---- Calls ------------------------------------------------------------------------------------
 */

static ProtobufCMessage *ask(const struct call *call, const ProtobufCServiceDescriptor *service,
                             const char *method, const void *request)
{
    struct rpc_metadata_entry metadata[2] = { { .key = "tifo-caller", .value = call->who },
                                              { .key = "idempotency-key", .value = call->key } };
    const struct rpc_client_options options = { .metadata = metadata,
                                                .metadata_count = call->key ? 2 : 1,
                                                .timeout_ms = 30000,
                                                .wait_for_ready = true };
    struct rpc_status status = { 0 };
    ProtobufCMessage *reply = NULL;
    rpc_unary(world.channel, service, method, &options, request, &reply, &status);
    snprintf(call->outcome, OUTCOME_BYTES, "%s",
             reply           ? "OK"
             : status.reason ? status.reason
                             : status.message);
    rpc_status_fini(&status);
    return reply;
}

static void drop(void *message)
{
    if (message)
        protobuf_c_message_free_unpacked(message, NULL);
}

/* "PAID" of ORDER_STATE_PAID. */
static void say(const struct call *call, const ProtobufCEnumDescriptor *kind, int value)
{
    const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(kind, value);
    const char *name = found ? found->name : "?";
    const char *first = protobuf_c_enum_descriptor_get_value(kind, 0)->name;
    const size_t prefix = strlen(first) - strlen("UNSPECIFIED");
    snprintf(call->outcome, OUTCOME_BYTES, "%s", strlen(name) > prefix ? name + prefix : name);
}

static struct somebody *somebody(const char *name)
{
    int at = 0;
    pthread_mutex_lock(&world.lock);
    while (at < world.count && strcmp(world.people[at].name, name) != 0)
        at++;
    assert(at < PEOPLE);
    if (at == world.count) {
        snprintf(world.people[at].name, sizeof world.people[at].name, "%s", name);
        world.count++;
    }
    pthread_mutex_unlock(&world.lock);
    return &world.people[at];
}

/* ---- Verbs: each reads its words, calls, and says what came of it ------------------------------
 */

typedef void verb(const struct call *call, char words[WORDS][80]);

static void new_event(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__CreateEventRequest create = TIFO__V1__CREATE_EVENT_REQUEST__INIT;
    Tifo__V1__Event event = TIFO__V1__EVENT__INIT;
    Tifo__V1__PriceCategory category = TIFO__V1__PRICE_CATEGORY__INIT, *list = &category;
    (void)words;
    category.name = "Everywhere";
    category.price_minor = 2500;
    event.title = "Derby";
    event.currency = "EUR";
    event.doors_ms = world.now_ms;
    event.starts_ms = world.now_ms + 10 * HOUR_MS;
    event.ends_ms = event.starts_ms + 2 * HOUR_MS;
    event.categories = &list;
    event.n_categories = 1;
    create.event = &event;
    Tifo__V1__CreateEventResponse *made =
        (void *)ask(call, &tifo__v1__events__descriptor, "CreateEvent", &create);
    memmove(world.events[1], world.events[0], (EVENTS - 1) * ID);
    if (made)
        snprintf(world.events[0], ID, "%s", made->event->event_id);
    drop(made);
}

/* The one before it is meant from now on. */
static void other_event(const struct call *call, char words[WORDS][80])
{
    char swap[ID];
    (void)words;
    memcpy(swap, world.events[0], ID);
    memcpy(world.events[0], world.events[1], ID);
    memcpy(world.events[1], swap, ID);
    snprintf(call->outcome, OUTCOME_BYTES, "OK");
}

static void publish(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__PublishEventRequest request = TIFO__V1__PUBLISH_EVENT_REQUEST__INIT;
    (void)words;
    request.event_id = world.events[0];
    drop(ask(call, &tifo__v1__events__descriptor, "PublishEvent", &request));
}

static void cancel_event(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__CancelEventRequest request = TIFO__V1__CANCEL_EVENT_REQUEST__INIT;
    (void)words;
    request.event_id = world.events[0];
    request.reason = "Snow";
    drop(ask(call, &tifo__v1__events__descriptor, "CancelEvent", &request));
}

static void event_state(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__GetEventRequest request = TIFO__V1__GET_EVENT_REQUEST__INIT;
    (void)words;
    request.event_id = world.events[0];
    Tifo__V1__GetEventResponse *reply =
        (void *)ask(call, &tifo__v1__events__descriptor, "GetEvent", &request);
    if (reply)
        say(call, &tifo__v1__event_state__descriptor, reply->event->state);
    drop(reply);
}

/* "advance MS" */
static void advance(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__AdvanceRequest request = TIFO__V1__ADVANCE_REQUEST__INIT;
    request.to_ms = world.now_ms + strtoll(words[1], NULL, 10);
    drop(ask(call, &tifo__v1__clock__descriptor, "Advance", &request));
    world.now_ms = request.to_ms;
}

static void serve(const char *listen);
static void kill_server(const struct call *call, char words[WORDS][80])
{
    char address[sizeof world.server.address];
    (void)words;
    memcpy(address, world.server.address, sizeof address);
    kill(world.server.pid, SIGKILL);
    process_wait(&world.server);
    serve(address);
    rpc_channel_destroy(world.channel);
    world.channel = rpc_channel_create(world.server.address);
    snprintf(call->outcome, OUTCOME_BYTES, "OK");
}

/* "hold FIRST [COUNT] [VOUCHER]"; "place [VOUCHER]": of general admission, type 1. */
static void hold_lines(const struct call *call, uint32_t first, uint32_t count, uint32_t places,
                       char *voucher)
{
    Tifo__V1__HoldSeatsRequest request = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
    Tifo__V1__NewLines lines = TIFO__V1__NEW_LINES__INIT, *list = &lines;
    uint32_t seats[16];
    for (uint32_t i = 0; i < count && i < 16; i++)
        seats[i] = first + i;
    lines.ticket_type = places > 0;
    lines.places = places;
    lines.seats = seats;
    lines.n_seats = count;
    request.event_id = world.events[0];
    request.lines = &list;
    request.n_lines = 1;
    request.voucher = voucher;
    Tifo__V1__HoldSeatsResponse *reply =
        (void *)ask(call, &tifo__v1__seats__descriptor, "HoldSeats", &request);
    if (!reply)
        return;
    struct somebody *who = somebody(call->who);
    snprintf(who->hold, ID, "%s", reply->hold->hold_id);
    who->hold_version = reply->hold->version;
    say(call, &tifo__v1__hold_state__descriptor, reply->hold->state);
    drop(reply);
}

static void hold(const struct call *call, char words[WORDS][80])
{
    const uint32_t count = (uint32_t)strtoul(words[2], NULL, 10);
    hold_lines(call, (uint32_t)strtoul(words[1], NULL, 10), count ? count : 1, 0, words[3]);
}

static void place(const struct call *call, char words[WORDS][80])
{
    hold_lines(call, 0, 0, 1, words[1]);
}

static void release(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__ReleaseHoldRequest request = TIFO__V1__RELEASE_HOLD_REQUEST__INIT;
    (void)words;
    request.hold_id = somebody(call->who)->hold;
    drop(ask(call, &tifo__v1__seats__descriptor, "ReleaseHold", &request));
}

/* "seat N": as the map has it. */
static void seat(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__GetSeatMapRequest request = TIFO__V1__GET_SEAT_MAP_REQUEST__INIT;
    const uint32_t at = (uint32_t)strtoul(words[1], NULL, 10);
    request.event_id = world.events[0];
    Tifo__V1__GetSeatMapResponse *map =
        (void *)ask(call, &tifo__v1__seats__descriptor, "GetSeatMap", &request);
    if (map)
        say(call, &tifo__v1__seat_state__descriptor, map->blocks[0]->states.data[at]);
    drop(map);
}

static void keep_order(struct somebody *who, const Tifo__V1__Order *order)
{
    snprintf(who->order, ID, "%s", order->order_id);
    who->order_version = order->version;
}

/* "confirm [TOKEN]" */
static void confirm(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__ConfirmHoldRequest request = TIFO__V1__CONFIRM_HOLD_REQUEST__INIT;
    struct somebody *who = somebody(call->who);
    request.hold_id = who->hold;
    request.version = who->hold_version;
    request.payment_token = words[1][0] ? words[1] : "tok_ok";
    Tifo__V1__ConfirmHoldResponse *reply =
        (void *)ask(call, &tifo__v1__orders__descriptor, "ConfirmHold", &request);
    if (!reply)
        return;
    keep_order(who, reply->order);
    say(call, &tifo__v1__order_state__descriptor, reply->order->state);
    drop(reply);
}

static void order_state(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__GetOrderRequest request = TIFO__V1__GET_ORDER_REQUEST__INIT;
    struct somebody *who = somebody(call->who);
    (void)words;
    request.order_id = who->order;
    Tifo__V1__GetOrderResponse *reply =
        (void *)ask(call, &tifo__v1__orders__descriptor, "GetOrder", &request);
    if (!reply)
        return;
    keep_order(who, reply->order);
    say(call, &tifo__v1__order_state__descriptor, reply->order->state);
    drop(reply);
}

/* By the organiser: all of it goes back. */
static void give_back(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__CancelOrderRequest request = TIFO__V1__CANCEL_ORDER_REQUEST__INIT;
    order_state(call, words);
    request.order_id = somebody(call->who)->order;
    request.version = somebody(call->who)->order_version;
    request.by_organiser = true;
    const struct call organiser = { "club", NULL, call->outcome };
    Tifo__V1__CancelOrderResponse *reply =
        (void *)ask(&organiser, &tifo__v1__orders__descriptor, "CancelOrder", &request);
    if (reply)
        say(call, &tifo__v1__order_state__descriptor, reply->order->state);
    drop(reply);
}

/* How many of the order's tickets are good, and the first with its code. */
static void tickets(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__GetTicketsRequest request = TIFO__V1__GET_TICKETS_REQUEST__INIT;
    struct somebody *who = somebody(call->who);
    size_t good = 0;
    (void)words;
    request.order_id = who->order;
    Tifo__V1__GetTicketsResponse *reply =
        (void *)ask(call, &tifo__v1__tickets__descriptor, "GetTickets", &request);
    if (!reply)
        return;
    for (size_t i = 0; i < reply->n_tickets; i++)
        good += reply->tickets[i]->state == TIFO__V1__TICKET_STATE__TICKET_STATE_VALID;
    if (reply->n_tickets > 0) {
        snprintf(who->ticket, ID, "%s", reply->tickets[0]->ticket_id);
        snprintf(who->code, sizeof who->code, "%s", reply->tickets[0]->code);
    }
    snprintf(call->outcome, OUTCOME_BYTES, "%zu VALID", good);
    drop(reply);
}

/* "transfer TO" */
static void transfer(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__TransferTicketRequest request = TIFO__V1__TRANSFER_TICKET_REQUEST__INIT;
    request.ticket_id = somebody(call->who)->ticket;
    request.to = words[1];
    drop(ask(call, &tifo__v1__tickets__descriptor, "TransferTicket", &request));
}

/* The ticket as its present holder has it. */
static void fetch(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__GetTicketRequest request = TIFO__V1__GET_TICKET_REQUEST__INIT;
    request.ticket_id = somebody(words[1])->ticket;
    Tifo__V1__GetTicketResponse *reply =
        (void *)ask(call, &tifo__v1__tickets__descriptor, "GetTicket", &request);
    if (reply)
        snprintf(somebody(call->who)->code, sizeof world.people[0].code, "%s", reply->ticket->code);
    drop(reply);
}

static uint64_t next_nonce(void)
{
    pthread_mutex_lock(&world.lock);
    const uint64_t nonce = ++world.nonce;
    pthread_mutex_unlock(&world.lock);
    return nonce;
}

static void scan_as(const struct call *call, char *code, char *medium)
{
    Tifo__V1__ScanTicketRequest request = TIFO__V1__SCAN_TICKET_REQUEST__INIT;
    request.code = code;
    request.medium = medium;
    request.nonce = next_nonce();
    Tifo__V1__ScanTicketResponse *reply =
        (void *)ask(call, &tifo__v1__tickets__descriptor, "ScanTicket", &request);
    if (reply)
        say(call, &tifo__v1__scan_result__descriptor, reply->result);
    drop(reply);
}

/* "scan [CODE]": their own, or what is shown. */
static void scan(const struct call *call, char words[WORDS][80])
{
    scan_as(call, words[1][0] ? words[1] : somebody(call->who)->code, "");
}

/* "scan-medium MEDIUM" */
static void scan_medium(const struct call *call, char words[WORDS][80])
{
    scan_as(call, "", words[1]);
}

/* "exchange WHOSE MEDIUM [KEY]" */
static void exchange(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__IssueMediumRequest request = TIFO__V1__ISSUE_MEDIUM_REQUEST__INIT;
    const struct call keyed = { call->who, words[3][0] ? words[3] : NULL, call->outcome };
    request.ticket_id = somebody(words[1])->ticket;
    request.medium = words[2];
    drop(ask(&keyed, &tifo__v1__doors__descriptor, "IssueMedium", &request));
}

/* "block-medium MEDIUM" */
static void block_medium(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__BlockMediumRequest request = TIFO__V1__BLOCK_MEDIUM_REQUEST__INIT;
    request.medium = words[1];
    request.blocked = true;
    request.reason = "lost";
    drop(ask(call, &tifo__v1__doors__descriptor, "BlockMedium", &request));
}

/* "return-medium MEDIUM" */
static void return_medium(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__ReturnMediumRequest request = TIFO__V1__RETURN_MEDIUM_REQUEST__INIT;
    request.medium = words[1];
    drop(ask(call, &tifo__v1__doors__descriptor, "ReturnMedium", &request));
}

/* At a gate that has fetched a manifest now, and has lost its network since. */
static void scan_offline(const struct call *call, const char *code, bool medium)
{
    Tifo__V1__GetManifestRequest request = TIFO__V1__GET_MANIFEST_REQUEST__INIT;
    char folder[64], line[80], why[256];
    snprintf(folder, sizeof folder, "%s/gate-XXXXXX", world.folder);
    assert(mkdtemp(folder));
    request.event_id = world.events[0];
    Tifo__V1__GetManifestResponse *reply =
        (void *)ask(call, &tifo__v1__doors__descriptor, "GetManifest", &request);
    const struct tifo_scanner_options options = { .folder = folder, .name = "gate" };
    struct tifo_scanner *scanner = tifo_scanner_open(&options, why, sizeof why);
    if (!reply || !scanner || !tifo_scanner_load(scanner, reply->manifest.data, reply->manifest.len,
                                                 true, why, sizeof why))
        fail_msg("%s", why);
    const struct tifo_scanner_ask asked = {
        .code = code, .now_ms = world.now_ms, .nonce = next_nonce(), .medium = medium
    };
    say(call, &tifo__v1__scan_result__descriptor, (int)tifo_scanner_scan(scanner, &asked).result);
    tifo_scanner_close(scanner);
    drop(reply);
    snprintf(line, sizeof line, "rm -r %s", folder);
    assert(system(line) == 0);
}

/* "offline": their code. */
static void offline(const struct call *call, char words[WORDS][80])
{
    (void)words;
    scan_offline(call, somebody(call->who)->code, false);
}

/* "offline-medium MEDIUM" */
static void offline_medium(const struct call *call, char words[WORDS][80])
{
    scan_offline(call, words[1], true);
}

/* "joining CAPACITY" */
static void joining(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__SetJoiningRequest request = TIFO__V1__SET_JOINING_REQUEST__INIT;
    request.event_id = world.events[0];
    request.capacity = (uint32_t)strtoul(words[1], NULL, 10);
    drop(ask(call, &tifo__v1__joins__descriptor, "SetJoining", &request));
}

static void join_count(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__GetJoiningRequest request = TIFO__V1__GET_JOINING_REQUEST__INIT;
    (void)words;
    request.event_id = world.events[0];
    Tifo__V1__GetJoiningResponse *reply =
        (void *)ask(call, &tifo__v1__joins__descriptor, "GetJoining", &request);
    if (reply)
        snprintf(call->outcome, OUTCOME_BYTES, "%u ACTIVE, %u WAITLISTED", reply->joining->active,
                 reply->joining->waiting);
    drop(reply);
}

static void say_join(const struct call *call, const Tifo__V1__Join *join)
{
    say(call, &tifo__v1__join_state__descriptor, join->state);
}

/* "join [KEY]" */
static void join(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__JoinEventRequest request = TIFO__V1__JOIN_EVENT_REQUEST__INIT;
    const struct call keyed = { call->who, words[1][0] ? words[1] : NULL, call->outcome };
    request.event_id = world.events[0];
    Tifo__V1__JoinEventResponse *reply =
        (void *)ask(&keyed, &tifo__v1__joins__descriptor, "JoinEvent", &request);
    if (reply)
        say_join(call, reply->join);
    drop(reply);
}

static void unjoin(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__CancelJoinRequest request = TIFO__V1__CANCEL_JOIN_REQUEST__INIT;
    (void)words;
    request.event_id = world.events[0];
    Tifo__V1__CancelJoinResponse *reply =
        (void *)ask(call, &tifo__v1__joins__descriptor, "CancelJoin", &request);
    if (reply)
        say_join(call, reply->join);
    drop(reply);
}

static void join_state(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__GetJoinRequest request = TIFO__V1__GET_JOIN_REQUEST__INIT;
    (void)words;
    request.event_id = world.events[0];
    Tifo__V1__GetJoinResponse *reply =
        (void *)ask(call, &tifo__v1__joins__descriptor, "GetJoin", &request);
    if (reply)
        say_join(call, reply->join);
    drop(reply);
}

/* "ban WHO [MS]": for so long, or for ever. */
static void ban(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__BanPersonRequest request = TIFO__V1__BAN_PERSON_REQUEST__INIT;
    request.event_id = world.events[0];
    request.person = words[1];
    request.until_ms = words[2][0] ? world.now_ms + strtoll(words[2], NULL, 10) : 0;
    drop(ask(call, &tifo__v1__joins__descriptor, "BanPerson", &request));
}

/* "lawn CAPACITY": general admission, type 1, out of quota 0. */
static void lawn(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__AddQuotaRequest quota = TIFO__V1__ADD_QUOTA_REQUEST__INIT;
    Tifo__V1__Quota terms = TIFO__V1__QUOTA__INIT;
    Tifo__V1__AddTicketTypeRequest type = TIFO__V1__ADD_TICKET_TYPE_REQUEST__INIT;
    Tifo__V1__TicketType form = TIFO__V1__TICKET_TYPE__INIT;
    int64_t price = 1000;
    uint32_t zero = 0;
    quota.event_id = type.event_id = world.events[0];
    quota.quota = &terms;
    terms.name = form.name = "Lawn";
    terms.capacity = (uint32_t)strtoul(words[1], NULL, 10);
    drop(ask(call, &tifo__v1__events__descriptor, "AddQuota", &quota));
    type.type = &form;
    form.general = true;
    form.price_minor = &price;
    form.n_price_minor = 1;
    form.quotas = &zero;
    form.n_quotas = 1;
    drop(ask(call, &tifo__v1__events__descriptor, "AddTicketType", &type));
}

/* "capacity N": of quota 0. */
static void capacity(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__GetEventRequest get = TIFO__V1__GET_EVENT_REQUEST__INIT;
    Tifo__V1__UpdateQuotaRequest request = TIFO__V1__UPDATE_QUOTA_REQUEST__INIT;
    get.event_id = request.event_id = world.events[0];
    Tifo__V1__GetEventResponse *now =
        (void *)ask(call, &tifo__v1__events__descriptor, "GetEvent", &get);
    if (!now)
        return;
    request.quota = now->event->quotas[0];
    request.quota->capacity = (uint32_t)strtoul(words[1], NULL, 10);
    drop(ask(call, &tifo__v1__events__descriptor, "UpdateQuota", &request));
    drop(now);
}

/* "voucher CODE USES" */
static void voucher(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__AddVoucherRequest request = TIFO__V1__ADD_VOUCHER_REQUEST__INIT;
    Tifo__V1__Voucher form = TIFO__V1__VOUCHER__INIT;
    form.code = words[1];
    form.uses = (uint32_t)strtoul(words[2], NULL, 10);
    form.effect = TIFO__V1__VOUCHER_EFFECT__VOUCHER_EFFECT_PERCENT;
    form.percent_milli = 50000;
    request.event_id = world.events[0];
    request.voucher = &form;
    drop(ask(call, &tifo__v1__vouchers__descriptor, "AddVoucher", &request));
}

static void waitlist(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__SetWaitlistRequest request = TIFO__V1__SET_WAITLIST_REQUEST__INIT;
    (void)words;
    request.event_id = world.events[0];
    drop(ask(call, &tifo__v1__waitlists__descriptor, "SetWaitlist", &request));
}

/* For one of type 1. */
static void enter(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__EnterWaitlistRequest request = TIFO__V1__ENTER_WAITLIST_REQUEST__INIT;
    (void)words;
    request.event_id = world.events[0];
    request.type = 1;
    request.party = 1;
    drop(ask(call, &tifo__v1__waitlists__descriptor, "EnterWaitlist", &request));
}

static void wait_state(const struct call *call, char words[WORDS][80])
{
    Tifo__V1__GetWaitRequest request = TIFO__V1__GET_WAIT_REQUEST__INIT;
    (void)words;
    request.event_id = world.events[0];
    Tifo__V1__GetWaitResponse *reply =
        (void *)ask(call, &tifo__v1__waitlists__descriptor, "GetWait", &request);
    if (reply)
        say(call, &tifo__v1__wait_state__descriptor, reply->wait->state);
    drop(reply);
}

static const struct {
    const char *word;
    verb *run;
} verbs[] = {
    { "event", new_event },
    { "other", other_event },
    { "publish", publish },
    { "cancel-event", cancel_event },
    { "event-state", event_state },
    { "advance", advance },
    { "kill", kill_server },
    { "hold", hold },
    { "place", place },
    { "release", release },
    { "seat", seat },
    { "confirm", confirm },
    { "order", order_state },
    { "give-back", give_back },
    { "tickets", tickets },
    { "transfer", transfer },
    { "fetch", fetch },
    { "scan", scan },
    { "scan-medium", scan_medium },
    { "exchange", exchange },
    { "block-medium", block_medium },
    { "return-medium", return_medium },
    { "offline", offline },
    { "offline-medium", offline_medium },
    { "joining", joining },
    { "join-count", join_count },
    { "join", join },
    { "unjoin", unjoin },
    { "join-state", join_state },
    { "ban", ban },
    { "lawn", lawn },
    { "capacity", capacity },
    { "voucher", voucher },
    { "waitlist", waitlist },
    { "enter", enter },
    { "wait-state", wait_state },
};

static void run(const struct call *call, const char *what)
{
    char words[WORDS][80] = { "", "", "", "" };
    sscanf(what, "%79s %79s %79s %79s", words[0], words[1], words[2], words[3]);
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(verbs[i].word, words[0]) == 0) {
            verbs[i].run(call, words);
            return;
        }
    }
    fail_msg("\"%s\" is no verb", words[0]);
}

/* ---- At once ----------------------------------------------------------------------------------
 */

struct job {
    pthread_t thread;
    char who[32], what[256], outcome[OUTCOME_BYTES];
};

/* Every `#` is the number. */
static void numbered(const char *from, int number, char *to, size_t size)
{
    size_t used = 0;
    for (; *from && used + 12 < size; from++) {
        if (*from == '#')
            used += (size_t)snprintf(to + used, size - used, "%d", number);
        else
            to[used++] = *from;
    }
    to[used] = '\0';
}

static void *work(void *ctx)
{
    struct job *job = ctx;
    const struct call call = { job->who, NULL, job->outcome };
    run(&call, job->what);
    return NULL;
}

static int by_outcome(const void *a, const void *b)
{
    return strcmp(((const struct job *)a)->outcome, ((const struct job *)b)->outcome);
}

/* "10 ACTIVE, 20 EVENT_FULL" */
static void sum_up(struct job *jobs, int count, char *outcome)
{
    size_t used = 0;
    outcome[0] = '\0';
    qsort(jobs, (size_t)count, sizeof *jobs, by_outcome);
    for (int i = 0, same; i < count; i += same) {
        for (same = 1; i + same < count && by_outcome(&jobs[i], &jobs[i + same]) == 0;)
            same++;
        const int more = snprintf(outcome + used, OUTCOME_BYTES - used, "%s%d %s", used ? ", " : "",
                                  same, jobs[i].outcome);
        used += (size_t)more < OUTCOME_BYTES - used ? (size_t)more : 0;
    }
}

void cases_do(const struct step *step, char outcome[OUTCOME_BYTES])
{
    static struct job jobs[AT_ONCE];
    if (step->times <= 1) {
        const struct call call = { step->who, NULL, outcome };
        run(&call, step->what);
        return;
    }
    assert_true(step->times <= AT_ONCE);
    for (int i = 0; i < step->times; i++) {
        numbered(step->who, i, jobs[i].who, sizeof jobs[i].who);
        numbered(step->what, i, jobs[i].what, sizeof jobs[i].what);
        assert_int_equal(pthread_create(&jobs[i].thread, NULL, work, &jobs[i]), 0);
    }
    for (int i = 0; i < step->times; i++)
        pthread_join(jobs[i].thread, NULL);
    sum_up(jobs, step->times, outcome);
}

/* ---- The server -------------------------------------------------------------------------------
 */

/* On a free port, or where it was before. */
static void serve(const char *listen)
{
    char data[64], port_file[64];
    snprintf(data, sizeof data, "%s/data", world.folder);
    snprintf(port_file, sizeof port_file, "%s/port", world.folder);
    const char *const arguments[] = { "--listen", listen,        "--data",  data, "--clock",
                                      "driven",   "--port-file", port_file, NULL };
    remove(port_file);
    if (!process_serve(&world.server, TIFOD, arguments, port_file))
        fail_msg("tifod did not serve: %s", world.server.said);
}

struct rpc_channel *cases_channel(void)
{
    return world.channel;
}

const char *cases_event(void)
{
    return world.events[0];
}

int64_t cases_now_ms(void)
{
    return world.now_ms;
}

int cases_open(void **state)
{
    (void)state;
    Tifo__V1__ImportVenueRequest request = TIFO__V1__IMPORT_VENUE_REQUEST__INIT;
    char outcome[OUTCOME_BYTES];
    const struct call call = { "club", NULL, outcome };
    strcpy(world.folder, "/tmp/tifo-cases-XXXXXX");
    assert_non_null(mkdtemp(world.folder));
    serve("127.0.0.1:0");
    world.channel = rpc_channel_create(world.server.address);
    request.venue = ground_venue("ground");
    drop(ask(&call, &tifo__v1__venues__descriptor, "ImportVenue", &request));
    assert_string_equal(outcome, "OK");
    ground_free(request.venue);
    world.now_ms = OPENED_MS;
    cases_do(&(struct step){ "club", 0, "advance 0", "OK" }, outcome);
    assert_string_equal(outcome, "OK");
    return 0;
}

int cases_close(void **state)
{
    (void)state;
    char line[80];
    rpc_channel_destroy(world.channel);
    kill(world.server.pid, SIGTERM);
    const int ended = process_wait(&world.server);
    snprintf(line, sizeof line, "rm -r %s", world.folder);
    return system(line) == 0 && ended == 0 ? 0 : -1;
}

void cases_begin(void)
{
    static const struct step steps[] = { { "club", 0, "event", "OK" },
                                         { "club", 0, "publish", "OK" } };
    char outcome[OUTCOME_BYTES];
    memset(world.people, 0, sizeof world.people);
    world.count = 0;
    for (size_t i = 0; i < 2; i++) {
        cases_do(&steps[i], outcome);
        assert_string_equal(outcome, steps[i].expected);
    }
}
