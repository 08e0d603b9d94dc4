#include "tests/e2e/onsale/onsale.h"

#include "api/rpc/channel.h"
#include "clients/c/draw.h"
#include "tests/support/must.h"
#include "tifo/v1/waitroom.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOMS &tifo__v1__waiting_rooms__descriptor

enum { SHARE = 50 /* Streams of single people on one connection. */ };

struct party_stream {
    struct onsale *sale;
    uint32_t party, first, count;
    struct rpc_channel *channel;
    struct rpc_watch *watch;
    char gateway[PERSON_ID]; /* Who calls: the gateway, or the person alone. */
    char (*names)[PERSON_ID];
    char **persons; /* NULL: alone. */
    char request_event[EVENT_ID];
};

/* ---- Opening ----------------------------------------------------------------------------------
 */

static struct rpc_channel *channel_of(struct onsale *sale, uint32_t party)
{
    const uint32_t gateways = tifo_waiting_parties(sale->waiting) - sale->options.alone;
    const uint32_t index = party < gateways ? party : gateways + (party - gateways) / SHARE;
    if (!sale->channels[index]) {
        sale->channels[index] = rpc_channel_create(sale->server.address);
        sale->channel_count = index + 1;
    }
    return sale->channels[index];
}

static void stream_init(struct onsale *sale, uint32_t party)
{
    struct party_stream *stream = &sale->streams[party];
    const uint32_t gateways = tifo_waiting_parties(sale->waiting) - sale->options.alone;
    *stream = (struct party_stream){ .sale = sale, .party = party };
    stream->count = tifo_waiting_party(sale->waiting, party, &stream->first);
    stream->channel = channel_of(sale, party);
    memcpy(stream->request_event, sale->event, EVENT_ID);
    if (party >= gateways) {
        onsale_person(stream->gateway, stream->first);
        return;
    }
    snprintf(stream->gateway, sizeof stream->gateway, "gateway-%u", party);
    stream->names = calloc(stream->count, sizeof *stream->names);
    stream->persons = calloc(stream->count, sizeof *stream->persons);
    must(stream->names && stream->persons, "there is memory");
    for (uint32_t i = 0; i < stream->count; i++) {
        onsale_person(stream->names[i], stream->first + i);
        stream->persons[i] = stream->names[i];
    }
}

static struct caller caller_of(const struct party_stream *stream)
{
    return (struct caller){ stream->sale, stream->channel, stream->gateway };
}

static void enter(struct party_stream *stream, struct prng *prng)
{
    Tifo__V1__EnterWaitingRoomRequest request = TIFO__V1__ENTER_WAITING_ROOM_REQUEST__INIT;
    uint64_t nonces[TIFO_PARTY_MAX];
    const struct caller caller = caller_of(stream);
    char why[40];
    for (uint32_t i = 0; i < stream->count; i++)
        nonces[i] = prng_next(prng);
    request.event_id = stream->request_event;
    request.persons = stream->persons;
    request.n_persons = stream->persons ? stream->count : 0;
    request.nonce = nonces;
    request.n_nonce = stream->count;
    Tifo__V1__EnterWaitingRoomResponse *reply =
        onsale_call(&caller, ROOMS, "EnterWaitingRoom", "enter", &request, why);
    must_say(reply && reply->n_waiters == stream->count, "%s did not enter: %s", stream->gateway,
             why);
    onsale_drop(reply);
}

void onsale_enter(struct onsale *sale)
{
    const uint32_t parties = tifo_waiting_parties(sale->waiting);
    struct prng prng = { sale->options.seed };
    sale->streams = calloc(parties, sizeof *sale->streams);
    sale->channels = calloc(parties, sizeof *sale->channels);
    must(sale->streams && sale->channels, "there is memory");
    for (uint32_t i = 0; i < parties; i++) {
        stream_init(sale, i);
        enter(&sale->streams[i], &prng);
    }
}

/* ---- Following --------------------------------------------------------------------------------
 */

static void watch_request(const struct party_stream *stream, Tifo__V1__WatchWaitersRequest *to)
{
    tifo__v1__watch_waiters_request__init(to);
    to->event_id = (char *)stream->request_event;
    to->persons = stream->persons;
    to->n_persons = stream->persons ? stream->count : 0;
}

/* Up to the number that is served everybody was let in, and beyond it nobody. */
static const char *check_turns(const Tifo__V1__WatchWaitersResponse *message)
{
    for (size_t i = 0; i < message->n_person; i++) {
        const bool turn = message->number[i] && message->number[i] <= message->served;
        if (message->state[i] == TIFO__V1__WAITER_STATE__WAITER_STATE_ADMITTED && !turn)
            return "somebody was let in before their turn";
        if (message->state[i] == TIFO__V1__WAITER_STATE__WAITER_STATE_WAITING && turn)
            return "somebody was passed over";
    }
    return NULL;
}

/* A channel's thread. */
static void hear(void *ctx, const ProtobufCMessage *told)
{
    struct party_stream *stream = ctx;
    const Tifo__V1__WatchWaitersResponse *message = (const void *)told;
    const char *why = tifo_waiting_hear(stream->sale->waiting, stream->party, message);
    if (!why)
        why = check_turns(message);
    if (why)
        onsale_complain(stream->sale, stream->gateway, why);
}

static void hear_end(void *ctx, const struct rpc_status *status)
{
    struct party_stream *stream = ctx;
    if (status->code != RPC_CANCELLED &&
        !tifo_waiting_ended(stream->sale->waiting, stream->party, status->retry_after_ms))
        onsale_complain(stream->sale, stream->gateway, "its stream has ended");
}

static void follow(struct party_stream *stream)
{
    Tifo__V1__WatchWaitersRequest request;
    const struct rpc_metadata_entry metadata[] = { { .key = "tifo-caller",
                                                     .value = stream->gateway } };
    const struct rpc_client_options options = { .metadata = metadata, .metadata_count = 1 };
    watch_request(stream, &request);
    rpc_watch_destroy(stream->watch); /* One that was refused. */
    stream->watch = rpc_watch_start(stream->channel, ROOMS, "WatchWaiters", &options,
                                    &request.base, hear, hear_end, stream);
}

void onsale_follow(struct onsale *sale)
{
    const uint32_t parties = tifo_waiting_parties(sale->waiting);
    for (uint32_t i = 0; i < parties; i++)
        follow(&sale->streams[i]);
    for (uint32_t i = 0; i < parties; i++)
        while (!tifo_waiting_opened(sale->waiting, i))
            follow(&sale->streams[i]);
}

void onsale_hang_up(struct onsale *sale)
{
    for (uint32_t i = 0; i < tifo_waiting_parties(sale->waiting); i++) {
        rpc_watch_destroy(sale->streams[i].watch);
        free(sale->streams[i].names);
        free(sale->streams[i].persons);
    }
    for (uint32_t i = 0; i < sale->channel_count; i++)
        rpc_channel_destroy(sale->channels[i]);
    free(sale->streams);
    free(sale->channels);
}

/* ---- Leaving ----------------------------------------------------------------------------------
 */

static void leave(struct party_stream *stream)
{
    Tifo__V1__LeaveWaitingRoomRequest request = TIFO__V1__LEAVE_WAITING_ROOM_REQUEST__INIT;
    struct onsale *sale = stream->sale;
    char *left[TIFO_PARTY_MAX], why[40];
    uint32_t count = 0;
    const struct caller caller = caller_of(stream);
    for (uint32_t i = 0; i < stream->count; i++) {
        if (tifo_waiting_person(sale->waiting, stream->first + i).gone)
            continue;
        left[count++] = stream->persons ? stream->persons[i] : NULL;
        tifo_waiting_leave(sale->waiting, stream->first + i);
    }
    if (!count)
        return;
    request.event_id = stream->request_event;
    request.persons = left;
    request.n_persons = stream->persons ? count : 0;
    void *reply = onsale_call(&caller, ROOMS, "LeaveWaitingRoom", "sold out", &request, why);
    if (!reply)
        onsale_complain(sale, stream->gateway, why);
    onsale_drop(reply);
}

void onsale_leave(struct onsale *sale)
{
    for (uint32_t i = 0; i < tifo_waiting_parties(sale->waiting); i++)
        leave(&sale->streams[i]);
}

/* ---- The line ---------------------------------------------------------------------------------
 */

/* By entry, page by page. How many there are. */
static uint32_t read_draw(struct onsale *sale, uint32_t drawn, uint64_t *nonces, uint32_t *numbers)
{
    const struct caller caller = { sale, sale->office, "auditor" };
    char token[16] = "";
    uint32_t count = 0;
    do {
        Tifo__V1__ListDrawRequest request = TIFO__V1__LIST_DRAW_REQUEST__INIT;
        request.event_id = sale->event;
        request.page_size = 10000;
        request.page_token = token;
        Tifo__V1__ListDrawResponse *page =
            onsale_call(&caller, ROOMS, "ListDraw", NULL, &request, NULL);
        must(page, "the draw is published");
        for (size_t i = 0; i < page->n_nonce && count < drawn; i++) {
            nonces[count] = page->nonce[i];
            numbers[count++] = page->number[i];
        }
        snprintf(token, sizeof token, "%s", page->next_page_token);
        onsale_drop(page);
    } while (token[0]);
    return count;
}

static void check_numbers(struct onsale *sale, const uint32_t *drawn)
{
    for (uint32_t i = 0; i < sale->options.buyers + sale->options.alone; i++) {
        const struct tifo_waiter waiter = tifo_waiting_person(sale->waiting, i);
        char name[PERSON_ID];
        onsale_person(name, i);
        if (waiter.entry < 1 || waiter.number != drawn[waiter.entry - 1])
            onsale_complain(sale, name, "its number is not the one that was drawn");
    }
}

void onsale_check_line(struct onsale *sale)
{
    const struct caller caller = { sale, sale->office, "auditor" };
    Tifo__V1__GetWaitingRoomRequest request = TIFO__V1__GET_WAITING_ROOM_REQUEST__INIT;
    const uint32_t people = sale->options.buyers + sale->options.alone;
    uint64_t *nonces = calloc(people + 1, sizeof *nonces);
    uint32_t *numbers = calloc(people + 1, sizeof *numbers);
    uint32_t *drawn = calloc(people + 1, sizeof *drawn);
    must(nonces && numbers && drawn, "there is memory");
    request.event_id = sale->event;
    Tifo__V1__GetWaitingRoomResponse *reply =
        onsale_call(&caller, ROOMS, "GetWaitingRoom", NULL, &request, NULL);
    must(reply && reply->room->open && reply->room->drawn == people, "the room is open");
    must(tifo_draw_is_committed(reply->room->seed.data, sale->commitment, NULL),
         "the seed is the one that was committed to");
    must(read_draw(sale, people, nonces, numbers) == people, "the draw has everybody");
    tifo_draw_numbers(reply->room->seed.data, nonces, people, drawn);
    for (uint32_t i = 0; i < people; i++)
        must(drawn[i] == numbers[i], "the numbers are as drawn");
    check_numbers(sale, drawn);
    onsale_drop(reply);
    free(nonces);
    free(numbers);
    free(drawn);
}
