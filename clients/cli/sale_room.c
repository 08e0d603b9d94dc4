/* `tifo sale simulate` where the event has a waiting room: buyers wait behind gateways. */
#include "clients/c/draw.h"
#include "clients/cli/sale.h"
#include "tifo/v1/waitroom.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOMS &tifo__v1__waiting_rooms__descriptor

enum { DEVICE_SIZE = 32 };

/* A gateway and its people. */
struct sale_party {
    struct sale *sale;
    uint32_t index, first, count;
    char gateway[BUYER_SIZE], (*names)[BUYER_SIZE];
    char **persons;
    struct rpc_channel *channel;
    struct rpc_watch *watch;
};

/* ---- Opening --------------------------------------------------------------------------------- */

/* *room: the event's, to be freed; NULL: it has none, or everybody passes. False after a sentence.
 */
static bool find_room(struct server_link *link, struct sale *sale,
                      Tifo__V1__GetWaitingRoomResponse **room)
{
    Tifo__V1__GetWaitingRoomRequest request = TIFO__V1__GET_WAITING_ROOM_REQUEST__INIT;
    struct rpc_status status = { 0 };
    ProtobufCMessage *reply = NULL;
    const struct rpc_client_options options = { .timeout_ms = 10000 };
    request.event_id = sale->event;
    rpc_unary(link->channel, ROOMS, "GetWaitingRoom", &options, &request.base, &reply, &status);
    *room = (void *)reply;
    const bool found = reply || (status.reason && strcmp(status.reason, "UNKNOWN_WAITROOM") == 0);
    if (!found)
        server_link_complain(link, &status);
    rpc_status_fini(&status);
    if (*room &&
        (*room)->room->settings->mode == TIFO__V1__WAITING_ROOM_MODE__WAITING_ROOM_MODE_PASS) {
        protobuf_c_message_free_unpacked(reply, NULL);
        *room = NULL;
    }
    return found;
}

static void party_init(struct sale *sale, uint32_t index)
{
    struct sale_party *party = &sale->parties[index];
    *party = (struct sale_party){ .sale = sale, .index = index };
    party->count = tifo_waiting_party(sale->waiting, index, &party->first);
    party->names = calloc(party->count, sizeof(*party->names));
    party->persons = calloc(party->count, sizeof(*party->persons));
    snprintf(party->gateway, sizeof(party->gateway), "gateway-%u", index);
    for (uint32_t i = 0; i < party->count; i++) {
        sale_buyer(party->names[i], party->first + i);
        party->persons[i] = party->names[i];
    }
}

static bool enter(struct worker *worker, struct sale_party *party,
                  const Tifo__V1__WaitingRoom *room)
{
    Tifo__V1__EnterWaitingRoomRequest request = TIFO__V1__ENTER_WAITING_ROOM_REQUEST__INIT;
    uint64_t *nonces = calloc(party->count, sizeof(*nonces));
    char(*names)[DEVICE_SIZE] = calloc(party->count, sizeof(*names));
    char **devices = calloc(party->count, sizeof(*devices));
    char key[40], reason[SALE_REASON];
    for (uint32_t i = 0; i < party->count; i++)
        nonces[i] = tifo_draw_nonce(room->commitment.data, party->persons[i],
                                    room->settings->proof_bits, random_number());
    for (uint32_t i = 0; i < party->count; i++) { /* Each has one of their own, in each run. */
        snprintf(names[i], DEVICE_SIZE, "%016llx-%u", (unsigned long long)party->sale->run,
                 party->first + i);
        devices[i] = names[i];
    }
    request.event_id = party->sale->event;
    request.persons = party->persons;
    request.n_persons = party->count;
    request.nonce = nonces;
    request.n_nonce = party->count;
    request.device = devices;
    request.n_device = room->settings->device_waiters ? party->count : 0;
    snprintf(key, sizeof(key), "sale-%016llx", (unsigned long long)party->sale->run);
    void *reply =
        sale_call(worker, party->gateway, ROOMS, "EnterWaitingRoom", key, &request, reason);
    if (!reply)
        fprintf(stderr, "tifo: %s cannot enter the waiting room: %s\n", party->gateway, reason);
    protobuf_c_message_free_unpacked(reply, NULL);
    free(nonces);
    free(names);
    free(devices);
    return reply != NULL;
}

/* A channel's thread. */
static void hear(void *ctx, const ProtobufCMessage *message)
{
    struct sale_party *party = ctx;
    const char *why = tifo_waiting_hear(party->sale->waiting, party->index, (const void *)message);
    if (why)
        sale_complain(party->sale, party->gateway, why);
}

static void hear_end(void *ctx, const struct rpc_status *status)
{
    struct sale_party *party = ctx;
    if (status->code == RPC_CANCELLED ||
        tifo_waiting_ended(party->sale->waiting, party->index, status->retry_after_ms))
        return;
    sale_complain(party->sale, party->gateway, "its stream has ended");
    tifo_waiting_end(party->sale->waiting);
}

static void follow(struct sale_party *party)
{
    Tifo__V1__WatchWaitersRequest request = TIFO__V1__WATCH_WAITERS_REQUEST__INIT;
    const struct rpc_metadata_entry metadata[] = { { .key = "tifo-caller",
                                                     .value = party->gateway } };
    const struct rpc_client_options options = { .metadata = metadata, .metadata_count = 1 };
    request.event_id = party->sale->event;
    request.persons = party->persons;
    request.n_persons = party->count;
    rpc_watch_destroy(party->watch); /* One that was refused. */
    party->watch = rpc_watch_start(party->channel, ROOMS, "WatchWaiters", &options, &request.base,
                                   hear, hear_end, party);
}

bool sale_room_open(struct server_link *link, struct sale *sale, struct worker *workers)
{
    Tifo__V1__GetWaitingRoomResponse *room;
    bool entered = true;
    if (!find_room(link, sale, &room))
        return false;
    if (!room)
        return true;
    sale->waiting = tifo_waiting_create(sale->buyers, TIFO_PARTY_MAX, 0);
    const uint32_t parties = tifo_waiting_parties(sale->waiting);
    sale->parties = calloc(parties, sizeof(*sale->parties));
    for (uint32_t i = 0; i < parties; i++)
        party_init(sale, i);
    for (uint32_t i = 0; entered && i < parties; i++) {
        struct worker *worker = &workers[i % sale->at_once];
        sale->parties[i].channel = worker->channel;
        entered = enter(worker, &sale->parties[i], room->room);
    }
    for (uint32_t i = 0; entered && i < parties; i++)
        follow(&sale->parties[i]);
    for (uint32_t i = 0; entered && i < parties; i++)
        while (!tifo_waiting_opened(sale->waiting, i))
            follow(&sale->parties[i]);
    protobuf_c_message_free_unpacked(&room->base, NULL);
    return entered;
}

/* ---- Those who are let in -------------------------------------------------------------------- */

static void fetch(struct worker *worker)
{
    Tifo__V1__GetWaitersRequest request = TIFO__V1__GET_WAITERS_REQUEST__INIT;
    struct sale *sale = worker->sale;
    const struct sale_party *party = &sale->parties[worker->next.party];
    char *persons[TIFO_PARTY_MAX], reason[SALE_REASON];
    for (uint32_t i = 0; i < worker->next.count; i++)
        persons[i] = party->persons[worker->next.people[i] - party->first];
    request.event_id = sale->event;
    request.persons = persons;
    request.n_persons = worker->next.count;
    Tifo__V1__GetWaitersResponse *reply =
        sale_call(worker, party->gateway, ROOMS, "GetWaiters", NULL, &request, reason);
    if (!reply) {
        sale_complain(sale, party->gateway, reason);
        tifo_waiting_end(sale->waiting);
    }
    tifo_waiting_told(sale->waiting, &worker->next, reply);
    protobuf_c_message_free_unpacked((void *)reply, NULL);
}

bool sale_room_next(struct worker *worker)
{
    for (;;) {
        switch (tifo_waiting_next(worker->sale->waiting, &worker->next)) {
        case TIFO_WAITING_TOKENS:
            fetch(worker);
            break;
        case TIFO_WAITING_LET_IN:
            return true;
        default:
            return false;
        }
    }
}

static void leave(struct worker *worker, const char *caller, char **persons, uint32_t count)
{
    Tifo__V1__LeaveWaitingRoomRequest request = TIFO__V1__LEAVE_WAITING_ROOM_REQUEST__INIT;
    char key[48], reason[SALE_REASON];
    request.event_id = worker->sale->event;
    request.persons = persons;
    request.n_persons = count;
    snprintf(key, sizeof(key), "sale-%016llx-leave", (unsigned long long)worker->sale->run);
    void *reply = sale_call(worker, caller, ROOMS, "LeaveWaitingRoom", key, &request, reason);
    protobuf_c_message_free_unpacked(reply, NULL);
}

void sale_room_served(struct worker *worker, bool bought)
{
    char name[BUYER_SIZE];
    sale_buyer(name, worker->next.people[0]);
    if (!bought)
        leave(worker, name, NULL, 0);
    tifo_waiting_leave(worker->sale->waiting, worker->next.people[0]);
}

/* ---- The end --------------------------------------------------------------------------------- */

void sale_room_close(struct sale *sale, struct worker *workers)
{
    const uint32_t parties = sale->waiting ? tifo_waiting_parties(sale->waiting) : 0;
    for (uint32_t i = 0; i < parties; i++) {
        const struct sale_party *party = &sale->parties[i];
        char *left[TIFO_PARTY_MAX];
        uint32_t count = 0;
        for (uint32_t k = 0; k < party->count; k++)
            if (!tifo_waiting_person(sale->waiting, party->first + k).gone)
                left[count++] = party->persons[k];
        atomic_fetch_add(&sale->gone, count);
        if (count)
            leave(&workers[i % sale->at_once], party->gateway, left, count);
    }
}

void sale_room_fini(struct sale *sale)
{
    const uint32_t parties = sale->waiting ? tifo_waiting_parties(sale->waiting) : 0;
    for (uint32_t i = 0; i < parties; i++) {
        rpc_watch_destroy(sale->parties[i].watch);
        free(sale->parties[i].names);
        free(sale->parties[i].persons);
    }
    free(sale->parties);
    tifo_waiting_destroy(sale->waiting);
}
