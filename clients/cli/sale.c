/*
 * A flash sale against a server: many buyers want seats at once, each with idempotency keys; where
 * the event has a waiting room they wait there first. While it runs a line says how far it is; in
 * the end every answer is held against what the server has.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clients/cli/sale.h"

enum {
    CHOICES = 5, /* Of seats, before somebody gives up. */
    LINE_MS = 250,
};

static const struct flag flags[] = {
    { "--buyers", "N", "how many people come (1,000)" },
    { "--at-once", "N", "how many of them ask at the same time (64, at most 1,024)" },
    { "--seats", "N", "how many seats each wants, side by side (2)" },
    JSON_FLAG,
    { NULL, NULL, NULL },
};

static uint32_t roll(struct worker *worker, uint32_t bound)
{
    worker->state = worker->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((worker->state >> 33) % bound);
}

double sale_now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void complain(struct sale *sale, uint32_t buyer, const char *what)
{
    char name[BUYER_SIZE];
    sale_buyer(name, buyer);
    sale_complain(sale, name, what);
}

/* ---- Calls ----------------------------------------------------------------------------------- */

/* As buyer `buyer`; `taken`: refused, by whoever was quicker. */
static void *call(struct worker *worker, uint32_t buyer, const ProtobufCServiceDescriptor *service,
                  const char *method, const char *key, const void *request, bool *taken)
{
    char caller[BUYER_SIZE], reason[SALE_REASON];
    sale_buyer(caller, buyer);
    void *reply = sale_call(worker, caller, service, method, key, request, reason);
    *taken = strcmp(reason, "SEAT_TAKEN") == 0;
    return reply;
}

/* What was asked for after an answer was there comes behind it. */
static void check_seq(struct sale *sale, uint32_t buyer, uint64_t floor, uint64_t seq)
{
    uint64_t seen = atomic_load(&sale->seen);
    if (seq <= floor)
        complain(sale, buyer, "its answer lies before one that was there when it asked");
    while (seen < seq && !atomic_compare_exchange_weak(&sale->seen, &seen, seq))
        ;
}

/* ---- A buyer --------------------------------------------------------------------------------- */

static Tifo__V1__HoldSeatsResponse *hold(struct worker *worker, uint32_t buyer, int attempt,
                                         bool *taken)
{
    struct sale *sale = worker->sale;
    Tifo__V1__HoldSeatsRequest request = TIFO__V1__HOLD_SEATS_REQUEST__INIT;
    uint32_t seats[HOLD_SEATS_MAX];
    char key[64];
    const uint32_t first = roll(worker, sale->free_count - sale->seats_each + 1);
    for (uint32_t i = 0; i < sale->seats_each; i++)
        seats[i] = sale->free_seats[first + i];
    request.event_id = sale->event;
    request.seats = seats;
    request.n_seats = sale->seats_each;
    request.admission_token = worker->next.token;
    snprintf(key, sizeof(key), "sale-%016llx-%u-%d", (unsigned long long)sale->run, buyer, attempt);
    const uint64_t floor = atomic_load(&sale->seen);
    Tifo__V1__HoldSeatsResponse *held =
        call(worker, buyer, &tifo__v1__seats__descriptor, "HoldSeats", key, &request, taken);
    if (held)
        check_seq(sale, buyer, floor, held->seq);
    return held;
}

static bool pay(struct worker *worker, uint32_t buyer, const Tifo__V1__Hold *held)
{
    struct sale *sale = worker->sale;
    Tifo__V1__ConfirmHoldRequest request = TIFO__V1__CONFIRM_HOLD_REQUEST__INIT;
    char key[64];
    bool taken;
    request.hold_id = held->hold_id;
    request.version = held->version;
    request.payment_token = "tok_ok";
    snprintf(key, sizeof(key), "sale-%016llx-%u", (unsigned long long)sale->run, buyer);
    const uint64_t floor = atomic_load(&sale->seen);
    Tifo__V1__ConfirmHoldResponse *paid =
        call(worker, buyer, &tifo__v1__orders__descriptor, "ConfirmHold", key, &request, &taken);
    if (!paid)
        return false;
    check_seq(sale, buyer, floor, paid->seq);
    if (paid->order->n_seats != sale->seats_each)
        complain(sale, buyer, "its order has not the seats that were held");
    for (size_t i = 0; i < paid->order->n_seats; i++) {
        const uint32_t seat = paid->order->seats[i];
        if (seat >= sale->seat_count || atomic_exchange(&sale->owners[seat], buyer + 1) != 0)
            complain(sale, buyer, "it was sold a seat that was sold before");
    }
    snprintf(sale->orders[buyer], EVENT_ID_SIZE, "%s", paid->order->order_id);
    atomic_fetch_add(&sale->sold, (uint32_t)paid->order->n_seats);
    protobuf_c_message_free_unpacked(&paid->base, NULL);
    return true;
}

static bool buy(struct worker *worker, uint32_t buyer)
{
    Tifo__V1__HoldSeatsResponse *held = NULL;
    bool taken = true;
    for (int i = 0; !held && taken && i < CHOICES; i++)
        held = hold(worker, buyer, i, &taken);
    if (!held) {
        atomic_fetch_add(&worker->sale->gone, 1);
        return false;
    }
    const bool bought = pay(worker, buyer, held->hold);
    protobuf_c_message_free_unpacked(&held->base, NULL);
    return bought;
}

/* What was acknowledged is there. */
static void look(struct worker *worker, uint32_t buyer)
{
    struct sale *sale = worker->sale;
    Tifo__V1__GetOrderRequest request = TIFO__V1__GET_ORDER_REQUEST__INIT;
    bool taken;
    if (!sale->orders[buyer][0])
        return;
    request.order_id = sale->orders[buyer];
    Tifo__V1__GetOrderResponse *order =
        call(worker, buyer, &tifo__v1__orders__descriptor, "GetOrder", NULL, &request, &taken);
    if (!order) {
        complain(sale, buyer, "its order is not there");
        return;
    }
    for (size_t i = 0; i < order->order->n_seats; i++)
        if (atomic_load(&sale->owners[order->order->seats[i]]) != buyer + 1)
            complain(sale, buyer, "its order has other seats now");
    protobuf_c_message_free_unpacked(&order->base, NULL);
}

/* One after the other. */
static void come(struct worker *worker)
{
    struct sale *sale = worker->sale;
    for (uint32_t buyer; (buyer = atomic_fetch_add(&sale->next, 1)) < sale->buyers;) {
        if (sale->looks)
            look(worker, buyer);
        else
            buy(worker, buyer);
        atomic_fetch_add(&sale->finished, 1);
    }
}

/* As the waiting room lets them in. */
static void come_in(struct worker *worker)
{
    struct sale *sale = worker->sale;
    while (sale_room_next(worker)) {
        const uint32_t buyer = worker->next.people[0];
        sale_room_served(worker, buy(worker, buyer));
        atomic_fetch_add(&sale->finished, 1);
        if (atomic_load(&sale->sold) + sale->seats_each > sale->free_count)
            tifo_waiting_end(sale->waiting);
    }
}

static void *work(void *ctx)
{
    struct worker *worker = ctx;
    if (worker->sale->waiting && !worker->sale->looks)
        come_in(worker);
    else
        come(worker);
    atomic_fetch_sub(&worker->sale->working, 1);
    return NULL;
}

/* ---- The sale -------------------------------------------------------------------------------- */

static void show_line(struct sale *sale, double began_s, const char *end)
{
    const uint32_t finished = atomic_load(&sale->finished);
    if (sale->waiting && !sale->looks) {
        const struct tifo_waiting_counts counts = tifo_waiting_counts(sale->waiting);
        fprintf(stderr,
                "\rwaiting: %u in line, serving number %u, %u in; %u seats sold, %u refusals%s",
                counts.waiting, counts.served, counts.let_in, atomic_load(&sale->sold),
                atomic_load(&sale->refused), end);
        fflush(stderr);
        return;
    }
    fprintf(stderr, "\r%s %u of %u buyers, %u seats sold, %u refusals, %.0f buyers/s%s",
            sale->looks ? "looking:" : "selling:", finished, sale->buyers, atomic_load(&sale->sold),
            atomic_load(&sale->refused), finished / (sale_now_s() - began_s + 1e-9), end);
    fflush(stderr);
}

/* All buyers come, or look; returns how long it took. */
static double run_all(struct server_link *link, struct sale *sale, struct worker *workers)
{
    const struct timespec moment = { .tv_nsec = LINE_MS * 1000000L };
    const double began_s = sale_now_s();
    const bool shows = isatty(STDERR_FILENO);
    atomic_store(&sale->next, 0);
    atomic_store(&sale->finished, 0);
    uint32_t started = 0;
    atomic_store(&sale->working, sale->at_once);
    while (started < sale->at_once &&
           pthread_create(&workers[started].thread, NULL, work, &workers[started]) == 0)
        started++;
    atomic_fetch_sub(&sale->working, sale->at_once - started);
    while ((shows || sale->waiting) && atomic_load(&sale->working) > 0) {
        if (shows)
            show_line(sale, began_s, "");
        sale_stall_look(link, sale);
        nanosleep(&moment, NULL);
    }
    for (uint32_t i = 0; i < started; i++)
        pthread_join(workers[i].thread, NULL);
    if (shows)
        show_line(sale, began_s, "\n");
    if (started == 0)
        complain(sale, 0, "no thread can be started");
    return sale_now_s() - began_s;
}

static Tifo__V1__GetSeatMapResponse *get_map(struct server_link *link, struct sale *sale)
{
    Tifo__V1__GetSeatMapRequest request = TIFO__V1__GET_SEAT_MAP_REQUEST__INIT;
    request.event_id = sale->event;
    return (void *)server_link_call(link, &tifo__v1__seats__descriptor, "GetSeatMap",
                                    &request.base);
}

/* Seats that can be bought now; how many are sold already. */
static bool read_map(struct server_link *link, struct sale *sale, uint32_t *sold)
{
    Tifo__V1__GetSeatMapResponse *map = get_map(link, sale);
    if (!map)
        return false;
    for (size_t i = 0; i < map->n_blocks; i++)
        sale->seat_count += (uint32_t)map->blocks[i]->states.len;
    sale->free_seats = calloc(sale->seat_count + 1, sizeof(*sale->free_seats));
    sale->owners = calloc(sale->seat_count + 1, sizeof(*sale->owners));
    uint32_t seat = 0;
    for (size_t i = 0; i < map->n_blocks; i++)
        for (size_t k = 0; k < map->blocks[i]->states.len; k++, seat++) {
            const int state = map->blocks[i]->states.data[k];
            *sold += state == TIFO__V1__SEAT_STATE__SEAT_STATE_SOLD;
            if (state == TIFO__V1__SEAT_STATE__SEAT_STATE_FREE)
                sale->free_seats[sale->free_count++] = seat;
        }
    protobuf_c_message_free_unpacked(&map->base, NULL);
    if (sale->free_count >= sale->seats_each)
        return true;
    fprintf(stderr, "tifo: %u seats are free, %u each are wanted; nothing is on sale\n",
            sale->free_count, sale->seats_each);
    return false;
}

/* The map shows what was acknowledged, and no more than what may have been sold besides. */
static bool check_map(struct server_link *link, struct sale *sale, uint32_t sold_before)
{
    Tifo__V1__GetSeatMapResponse *map = get_map(link, sale);
    uint32_t seat = 0, sold = 0;
    if (!map)
        return false;
    for (size_t i = 0; i < map->n_blocks; i++)
        for (size_t k = 0; k < map->blocks[i]->states.len; k++, seat++) {
            const uint32_t owner = atomic_load(&sale->owners[seat]);
            const bool is_sold =
                map->blocks[i]->states.data[k] == TIFO__V1__SEAT_STATE__SEAT_STATE_SOLD;
            sold += is_sold;
            if (owner && !is_sold)
                complain(sale, owner - 1, "its seat is not sold on the map");
        }
    protobuf_c_message_free_unpacked(&map->base, NULL);
    const uint32_t least = sold_before + atomic_load(&sale->sold);
    const uint32_t most = least + atomic_load(&sale->unknown) * sale->seats_each;
    if (sold < least || sold > most)
        fprintf(stderr, "tifo: %u seats are sold, %u to %u were acknowledged\n", sold, least, most);
    return sold >= least && sold <= most;
}

static void tell(const struct arguments *arguments, struct sale *sale, double took_s, bool fine)
{
    const uint32_t sold = atomic_load(&sale->sold);
    if (arguments_switch(arguments, "--json"))
        printf("{\"buyers\": %u, \"waiting_room\": %s, \"seats_sold\": %u, \"gone\": %u, "
               "\"refusals\": %u, "
               "\"unknown\": %u, \"wrong\": %u, \"seconds\": %.3f, \"fine\": %s}\n",
               sale->buyers, sale->waiting ? "true" : "false", sold, atomic_load(&sale->gone),
               atomic_load(&sale->refused), atomic_load(&sale->unknown), atomic_load(&sale->wrong),
               took_s, fine ? "true" : "false");
    else
        printf("%u buyers%s in %.1f s: %u seats sold, %u went away without, %u refusals, %u of "
               "unknown outcome\nverdict: %s\n",
               sale->buyers, sale->waiting ? " through the waiting room" : "", took_s, sold,
               atomic_load(&sale->gone), atomic_load(&sale->refused), atomic_load(&sale->unknown),
               fine ? "fine: no seat was sold twice, and all that was acknowledged is there"
                    : "WRONG: see above");
}

static bool open_channels(struct sale *sale, struct worker *workers,
                          const struct arguments *arguments)
{
    for (uint32_t i = 0; i < sale->at_once; i++) {
        struct server_link link;
        if (i % SHARE == 0) {
            if (!server_link_open(&link, arguments))
                return false;
            sale->channels[i / SHARE] = link.channel;
        }
        workers[i] = (struct worker){ .sale = sale,
                                      .channel = sale->channels[i / SHARE],
                                      .state = random_number() };
    }
    return true;
}

static enum outcome sell(struct server_link *link, struct sale *sale,
                         const struct arguments *arguments)
{
    uint32_t sold_before = 0;
    struct worker *workers = calloc(sale->at_once, sizeof(*workers));
    bool fine = read_map(link, sale, &sold_before) && open_channels(sale, workers, arguments) &&
                sale_room_open(link, sale, workers);
    if (fine) {
        sale->orders = calloc(sale->buyers, sizeof(*sale->orders));
        const double took_s = run_all(link, sale, workers);
        sale_room_close(sale, workers);
        sale->looks = true;
        run_all(link, sale, workers);
        fine = check_map(link, sale, sold_before) && atomic_load(&sale->wrong) == 0;
        tell(arguments, sale, took_s, fine);
    }
    sale_room_fini(sale);
    for (size_t i = 0; i < sizeof(sale->channels) / sizeof(sale->channels[0]); i++)
        rpc_channel_destroy(sale->channels[i]);
    free(workers);
    free(sale->orders);
    free(sale->free_seats);
    free(sale->owners);
    return fine ? DONE : FAILED;
}

static enum outcome simulate(struct server_link *link, const Tifo__V1__Venue *venue,
                             const struct arguments *arguments)
{
    static struct sale sale = { .buyers = 1000, .at_once = 64, .seats_each = 2 };
    if (!arguments_number(arguments, "--buyers", 1, 10000000, &sale.buyers) ||
        !arguments_number(arguments, "--at-once", 1, AT_ONCE_MAX, &sale.at_once) ||
        !arguments_number(arguments, "--seats", 1, HOLD_SEATS_MAX, &sale.seats_each))
        return BAD_USAGE;
    if (!event_find(link, venue, arguments->positional[0], sale.event))
        return FAILED;
    sale.run = random_number();
    return sell(link, &sale, arguments);
}

const struct command sale_simulate_command = {
    "sale simulate",
    "EVENT",
    "many buyers at once, in the waiting room first if there is one; then a verdict",
    1,
    flags,
    .task = simulate,
};
