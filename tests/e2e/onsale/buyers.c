#include "tests/e2e/onsale/onsale.h"

#include "api/rpc/channel.h"
#include "tests/support/must.h"
#include "tifo/v1/orders.pb-c.h"
#include "tifo/v1/waitroom.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHOICES = 12, SHARE = 8 /* Workers on one connection. */ };

struct worker {
    struct onsale *sale;
    struct rpc_channel *channel;
    struct prng prng;
    struct tifo_waiting_next next;
    pthread_t thread;
};

/* ---- Seats, as buyers see them ----------------------------------------------------------------
 */

/* Many want the same ones: those at the front of the list. Fewer than wanted when there are no more
 * left. */
static uint32_t choose(struct worker *worker, uint32_t wanted, uint32_t seats[SEATS_EACH])
{
    struct onsale *sale = worker->sale;
    pthread_mutex_lock(&sale->mutex);
    const uint32_t count = wanted < sale->free_count ? wanted : sale->free_count;
    uint32_t span = sale->free_count - count + 1;
    for (int i = 0; i < 3; i++)
        span = 1 + prng_below(&worker->prng, span);
    for (uint32_t i = 0; i < count; i++)
        seats[i] = sale->free_seats[span - 1 + i];
    pthread_mutex_unlock(&sale->mutex);
    return count;
}

/* They are somebody's. */
static void strike(struct onsale *sale, const uint32_t *seats, uint32_t count)
{
    pthread_mutex_lock(&sale->mutex);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t last = sale->free_seats[--sale->free_count];
        sale->free_seats[sale->free_at[seats[i]]] = last;
        sale->free_at[last] = sale->free_at[seats[i]];
    }
    pthread_mutex_unlock(&sale->mutex);
}

static void put_back(struct onsale *sale, const uint32_t *seats, uint32_t count)
{
    pthread_mutex_lock(&sale->mutex);
    for (uint32_t i = 0; i < count; i++) {
        sale->free_at[seats[i]] = sale->free_count;
        sale->free_seats[sale->free_count++] = seats[i];
    }
    pthread_mutex_unlock(&sale->mutex);
}

/* ---- Somebody who was let in ------------------------------------------------------------------
 */

/* What is chosen, or something else while others are quicker. NULL: nothing is left, or it is not
 * to be had. */
static Tifo__V1__HoldSeatsResponse *hold(struct worker *worker, const struct caller *caller)
{
    Tifo__V1__HoldSeatsRequest request = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
    uint32_t seats[SEATS_EACH];
    char why[40] = "SEAT_TAKEN", key[24];
    Tifo__V1__HoldSeatsResponse *held = NULL;
    const uint32_t wanted = 1 + prng_below(&worker->prng, SEATS_EACH);
    request.event_id = worker->sale->event;
    request.admission_token = worker->next.token;
    request.seats = seats;
    for (int i = 0; !held && strcmp(why, "SEAT_TAKEN") == 0 && i < CHOICES; i++) {
        request.n_seats = choose(worker, wanted, seats);
        if (request.n_seats == 0)
            return NULL;
        snprintf(key, sizeof key, "hold-%d", i);
        held = onsale_call(caller, &tifo__v1__seats__descriptor, "HoldSeats", key, &request, why);
    }
    if (held)
        strike(worker->sale, seats, (uint32_t)request.n_seats);
    else if (strcmp(why, "SEAT_TAKEN") != 0)
        onsale_complain(worker->sale, caller->name, why);
    return held;
}

/* After a card was declined the hold goes on under another version. */
static uint64_t version_now(const struct caller *caller, Tifo__V1__Hold *hold)
{
    Tifo__V1__GetHoldRequest request = TIFO__V1__GET_HOLD_REQUEST__INIT;
    request.hold_id = hold->hold_id;
    Tifo__V1__GetHoldResponse *reply =
        onsale_call(caller, &tifo__v1__seats__descriptor, "GetHold", NULL, &request, NULL);
    const uint64_t version = reply ? reply->hold->version : 0;
    onsale_drop(reply);
    return version;
}

static bool pay(struct worker *worker, const struct caller *caller, Tifo__V1__Hold *hold)
{
    struct onsale *sale = worker->sale;
    Tifo__V1__ConfirmHoldRequest request = TIFO__V1__CONFIRM_HOLD_REQUEST__INIT;
    char why[40];
    request.hold_id = hold->hold_id;
    request.version = hold->version;
    if (prng_below(&worker->prng, 50) == 0) {
        request.payment_token = "tok_declined";
        onsale_drop(onsale_call(caller, &tifo__v1__orders__descriptor, "ConfirmHold", "declined",
                                &request, why));
        if (strcmp(why, "PAYMENT_DECLINED") != 0)
            onsale_complain(sale, caller->name, why);
        atomic_fetch_add(&sale->declined, 1);
        request.version = version_now(caller, hold);
    }
    request.payment_token = "tok_ok";
    Tifo__V1__ConfirmHoldResponse *paid =
        onsale_call(caller, &tifo__v1__orders__descriptor, "ConfirmHold", "buy", &request, why);
    if (!paid)
        onsale_complain(sale, caller->name, why);
    else
        atomic_fetch_add(&sale->sold, (uint32_t)paid->order->n_seats);
    const bool bought = paid != NULL;
    atomic_fetch_add(&sale->bought, bought);
    onsale_drop(paid);
    return bought;
}

static void give_back(struct worker *worker, const struct caller *caller, Tifo__V1__Hold *hold)
{
    struct onsale *sale = worker->sale;
    Tifo__V1__ReleaseHoldRequest request = TIFO__V1__RELEASE_HOLD_REQUEST__INIT;
    request.hold_id = hold->hold_id;
    /* Before: whoever gets them at once strikes them off again. */
    put_back(sale, hold->seats, (uint32_t)hold->n_seats);
    void *reply =
        onsale_call(caller, &tifo__v1__seats__descriptor, "ReleaseHold", "release", &request, NULL);
    if (!reply)
        onsale_complain(sale, caller->name, "it cannot give its seats back");
    atomic_fetch_add(&sale->gave_back, 1);
    onsale_drop(reply);
}

static void leave(struct worker *worker, const struct caller *caller)
{
    Tifo__V1__LeaveWaitingRoomRequest request = TIFO__V1__LEAVE_WAITING_ROOM_REQUEST__INIT;
    request.event_id = worker->sale->event;
    onsale_drop(onsale_call(caller, &tifo__v1__waiting_rooms__descriptor, "LeaveWaitingRoom",
                            "leave", &request, NULL));
}

static void serve(struct worker *worker)
{
    struct onsale *sale = worker->sale;
    char name[PERSON_ID];
    onsale_person(name, worker->next.people[0]);
    const struct caller caller = { sale, worker->channel, name };
    Tifo__V1__HoldSeatsResponse *held = hold(worker, &caller);
    bool bought = false;
    if (held && prng_below(&worker->prng, 40) == 0)
        give_back(worker, &caller, held->hold);
    else if (held)
        bought = pay(worker, &caller, held->hold);
    onsale_drop(held);
    if (!bought) {
        atomic_fetch_add(&sale->gave_up, 1);
        leave(worker, &caller);
    }
    tifo_waiting_leave(sale->waiting, worker->next.people[0]);
    if (atomic_load(&sale->sold) == sale->seat_count)
        tifo_waiting_end(sale->waiting);
}

/* ---- Tokens -----------------------------------------------------------------------------------
 */

static void fetch(struct worker *worker)
{
    struct onsale *sale = worker->sale;
    Tifo__V1__GetWaitersRequest request = TIFO__V1__GET_WAITERS_REQUEST__INIT;
    static _Thread_local char names[TIFO_PARTY_MAX][PERSON_ID];
    char *persons[TIFO_PARTY_MAX], gateway[PERSON_ID];
    for (uint32_t i = 0; i < worker->next.count; i++) {
        onsale_person(names[i], worker->next.people[i]);
        persons[i] = names[i];
    }
    snprintf(gateway, sizeof gateway, "gateway-%u", worker->next.party);
    const struct caller caller = { sale, worker->channel, gateway };
    request.event_id = sale->event;
    request.persons = persons;
    request.n_persons = worker->next.count;
    Tifo__V1__GetWaitersResponse *reply = onsale_call(&caller, &tifo__v1__waiting_rooms__descriptor,
                                                      "GetWaiters", NULL, &request, NULL);
    tifo_waiting_told(sale->waiting, &worker->next, reply);
    onsale_drop(reply);
}

static void *work(void *ctx)
{
    struct worker *worker = ctx;
    for (enum tifo_waiting_task task;
         (task = tifo_waiting_next(worker->sale->waiting, &worker->next)) != TIFO_WAITING_OVER;) {
        if (task == TIFO_WAITING_TOKENS)
            fetch(worker);
        else
            serve(worker);
    }
    return NULL;
}

void onsale_sell(struct onsale *sale)
{
    const uint32_t count = sale->options.workers, channels = (count + SHARE - 1) / SHARE;
    struct worker *workers = calloc(count, sizeof *workers);
    struct rpc_channel **shared = calloc(channels, sizeof(struct rpc_channel *));
    must(workers && shared, "there is memory");
    for (uint32_t i = 0; i < channels; i++)
        shared[i] = rpc_channel_create(sale->server.address);
    for (uint32_t i = 0; i < count; i++) {
        workers[i].sale = sale;
        workers[i].channel = shared[i / SHARE];
        workers[i].prng = (struct prng){ sale->options.seed + 1 + i };
        must(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0, "a thread starts");
    }
    for (uint32_t i = 0; i < count; i++)
        pthread_join(workers[i].thread, NULL);
    for (uint32_t i = 0; i < channels; i++)
        rpc_channel_destroy(shared[i]);
    free(shared);
    free(workers);
}
