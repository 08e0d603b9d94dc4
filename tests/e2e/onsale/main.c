/*
 * onsale: an on-sale against a tifod of its own, and the verdict of tests/storm/checker.
 *
 *   onsale [--buyers N] [--party N] [--alone N] [--seats N] [--workers N] [--rate N] [--active N]
 *          [--venue FILE] [--json]
 *
 * Everybody enters, the draw is held, people are let in and buy until nothing is left; then the
 * server ends, and its journal has to explain all that anybody heard. Exit 1: it does not.
 */
#include "api/rpc/channel.h"
#include "clients/c/tifo.h"
#include "server/adapters/sqlite/journal.h"
#include "server/app/recover.h"
#include "tests/e2e/onsale/onsale.h"
#include "tests/storm/checker/check.h"
#include "tests/support/must.h"
#include "tests/support/seed.h"
#include "tifo/v1/events.pb-c.h"
#include "tifo/v1/tickets.pb-c.h"
#include "tifo/v1/waitroom.pb-c.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOLD_TTL_S = 600 };
static const int64_t DAY_MS = 24 * 3600 * INT64_C(1000);

/* ---- The server -------------------------------------------------------------------------------
 */

static void serve(struct onsale *sale)
{
    char port_file[96];
    strcpy(sale->folder, "/tmp/tifo-onsale-XXXXXX");
    must(mkdtemp(sale->folder), "a folder can be made");
    snprintf(sale->data, sizeof sale->data, "%s/data", sale->folder);
    snprintf(port_file, sizeof port_file, "%s/port", sale->folder);
    const char *const arguments[] = { "--listen", "127.0.0.1:0", "--data",  sale->data, "--log",
                                      "info",     "--port-file", port_file, NULL };
    must_say(process_serve(&sale->server, TIFOD, arguments, port_file), "tifod did not serve: %s",
             sale->server.said);
    sale->office = rpc_channel_create(sale->server.address);
}

static void end_server(struct onsale *sale)
{
    kill(sale->server.pid, SIGTERM);
    must(process_wait(&sale->server) == 0, "tifod ends in peace");
    rpc_channel_destroy(sale->office);
}

static void *ask(struct onsale *sale, const ProtobufCServiceDescriptor *service, const char *method,
                 const char *key, const void *request)
{
    const struct caller caller = { sale, sale->office, "office" };
    char why[40];
    void *reply = onsale_call(&caller, service, method, key, request, why);
    must_say(reply, "%s: %s", method, why);
    return reply;
}

/* ---- What is sold -----------------------------------------------------------------------------
 */

/* Whole blocks, until there are enough; the others are not on sale. */
static uint32_t *choose_blocks(struct onsale *sale, const Tifo__V1__Venue *venue)
{
    const uint32_t all = tifo_seat_count(venue);
    uint32_t *category = calloc(venue->n_blocks + 1, sizeof *category), seat = 0;
    sale->free_seats = calloc(all, sizeof *sale->free_seats);
    sale->free_at = calloc(all, sizeof *sale->free_at);
    must(category && sale->free_seats && sale->free_at, "there is memory");
    for (size_t i = 0; i < venue->n_blocks; i++) {
        const uint32_t end = seat + venue->blocks[i]->seats;
        category[i] = sale->free_count < sale->options.seats;
        for (; seat < end; seat++) {
            if (!category[i])
                continue;
            sale->free_at[seat] = sale->free_count;
            sale->free_seats[sale->free_count++] = seat;
        }
    }
    sale->seat_count = sale->free_count;
    return category;
}

static void create_event(struct onsale *sale, uint32_t *block_category, size_t blocks)
{
    Tifo__V1__CreateEventRequest create = TIFO__V1__CREATE_EVENT_REQUEST__INIT;
    Tifo__V1__PublishEventRequest publish = TIFO__V1__PUBLISH_EVENT_REQUEST__INIT;
    Tifo__V1__Event event = TIFO__V1__EVENT__INIT;
    Tifo__V1__PriceCategory category = TIFO__V1__PRICE_CATEGORY__INIT, *categories = &category;
    const int64_t now_ms = (int64_t)time(NULL) * 1000;
    category.name = "Everywhere";
    category.price_minor = 9500;
    event.title = "Cup final";
    event.currency = "EUR";
    event.starts_ms = now_ms + 30 * DAY_MS;
    event.ends_ms = event.starts_ms + DAY_MS;
    event.hold_ttl_s = HOLD_TTL_S;
    event.n_categories = 1;
    event.categories = &categories;
    event.block_category = block_category;
    event.n_block_category = blocks;
    create.event = &event;
    Tifo__V1__CreateEventResponse *created =
        ask(sale, &tifo__v1__events__descriptor, "CreateEvent", "create", &create);
    snprintf(sale->event, sizeof sale->event, "%s", created->event->event_id);
    publish.event_id = sale->event;
    onsale_drop(ask(sale, &tifo__v1__events__descriptor, "PublishEvent", "publish", &publish));
    onsale_drop(created);
}

static void put_on_sale(struct onsale *sale)
{
    struct tifo_problem problem;
    char line[512];
    Tifo__V1__Venue *venue;
    Tifo__V1__ImportVenueRequest import = TIFO__V1__IMPORT_VENUE_REQUEST__INIT;
    const bool loaded = tifo_venue_load(sale->options.venue, &venue, &problem);
    if (!loaded)
        tifo_problem_print(&problem, line, sizeof line);
    must_say(loaded, "%s", line);
    import.venue = venue;
    onsale_drop(ask(sale, &tifo__v1__venues__descriptor, "ImportVenue", "import", &import));
    uint32_t *category = choose_blocks(sale, venue);
    create_event(sale, category, venue->n_blocks);
    free(category);
    tifo_venue_free(venue);
}

/* ---- The room ---------------------------------------------------------------------------------
 */

#define SET(settings, which, CASE, field, value)                                                   \
    ((settings).which##_case = TIFO__V1__WAITING_ROOM_SETTINGS__##CASE, (settings).field = (value))

static void make_room(struct onsale *sale)
{
    Tifo__V1__SetWaitingRoomRequest request = TIFO__V1__SET_WAITING_ROOM_REQUEST__INIT;
    Tifo__V1__WaitingRoomSettings settings = TIFO__V1__WAITING_ROOM_SETTINGS__INIT;
    SET(settings, has_opens, HAS_OPENS_OPENS_MS, opens_ms, (int64_t)time(NULL) * 1000 + DAY_MS);
    SET(settings, has_rate, HAS_RATE_RATE_PER_MINUTE, rate_per_minute, sale->options.rate);
    SET(settings, has_active, HAS_ACTIVE_MAX_ACTIVE, max_active, sale->options.active);
    request.event_id = sale->event;
    request.settings = &settings;
    Tifo__V1__SetWaitingRoomResponse *set =
        ask(sale, &tifo__v1__waiting_rooms__descriptor, "SetWaitingRoom", "make", &request);
    must(set->room->commitment.len == sizeof sale->commitment && set->room->seed.len == 0,
         "the seed is committed to, and nobody knows it");
    memcpy(sale->commitment, set->room->commitment.data, sizeof sale->commitment);
    onsale_drop(set);
}

static void open_room(struct onsale *sale)
{
    Tifo__V1__SetWaitingRoomRequest request = TIFO__V1__SET_WAITING_ROOM_REQUEST__INIT;
    Tifo__V1__WaitingRoomSettings settings = TIFO__V1__WAITING_ROOM_SETTINGS__INIT;
    SET(settings, has_opens, HAS_OPENS_OPENS_MS, opens_ms, 0);
    request.event_id = sale->event;
    request.settings = &settings;
    onsale_drop(
        ask(sale, &tifo__v1__waiting_rooms__descriptor, "SetWaitingRoom", "open", &request));
}

/* ---- The map ----------------------------------------------------------------------------------
 */

static void hear_seats(void *ctx, const ProtobufCMessage *message)
{
    struct onsale *sale = ctx;
    Tifo__V1__WatchSeatsRequest request = TIFO__V1__WATCH_SEATS_REQUEST__INIT;
    request.event_id = sale->event;
    pthread_mutex_lock(&sale->mutex);
    history_heard(&sale->history, 1, "/tifo.v1.Seats/WatchSeats", &request.base, message);
    pthread_mutex_unlock(&sale->mutex);
}

static void hear_end(void *ctx, const struct rpc_status *status)
{
    (void)ctx, (void)status;
}

static void follow_seats(struct onsale *sale)
{
    Tifo__V1__WatchSeatsRequest request = TIFO__V1__WATCH_SEATS_REQUEST__INIT;
    request.event_id = sale->event;
    sale->seats_watch = rpc_watch_start(sale->office, &tifo__v1__seats__descriptor, "WatchSeats",
                                        NULL, &request.base, hear_seats, hear_end, sale);
}

static void look_at_map(struct onsale *sale)
{
    Tifo__V1__GetSeatMapRequest map = TIFO__V1__GET_SEAT_MAP_REQUEST__INIT;
    Tifo__V1__GetEventRequest event = TIFO__V1__GET_EVENT_REQUEST__INIT;
    map.event_id = event.event_id = sale->event;
    onsale_drop(ask(sale, &tifo__v1__seats__descriptor, "GetSeatMap", NULL, &map));
    Tifo__V1__GetEventResponse *told =
        ask(sale, &tifo__v1__events__descriptor, "GetEvent", NULL, &event);
    if (told->event->sold != atomic_load(&sale->sold))
        onsale_complain(sale, "the event", "it has not sold as many seats as were bought");
    onsale_drop(told);
}

/* ---- The verdict ------------------------------------------------------------------------------
 */

static void know_keys(struct onsale *sale, struct ticket_key keys[4])
{
    Tifo__V1__ListSigningKeysRequest request = TIFO__V1__LIST_SIGNING_KEYS_REQUEST__INIT;
    Tifo__V1__ListSigningKeysResponse *reply =
        ask(sale, &tifo__v1__tickets__descriptor, "ListSigningKeys", NULL, &request);
    for (size_t i = 0; i < reply->n_keys && i < 4; i++) {
        keys[i].id = reply->keys[i]->key_id;
        memcpy(keys[i].public_key, reply->keys[i]->public_key.data, TICKET_PUBLIC_BYTES);
        sale->history.key_count = i + 1;
    }
    sale->history.keys = keys;
    onsale_drop(reply);
}

static void judge(struct onsale *sale, struct verdict *verdict)
{
    char why[JOURNAL_WHY_SIZE] = "";
    struct journal *journal = NULL;
    const struct sqlite_journal_options options = { .directory = sale->data, .read_only = true };
    const struct limits limits = limits_default();
    struct stadium *stadium = stadium_create(&limits);
    must_say(sqlite_journal_open(&options, &journal, why, sizeof why) == STATUS_OK &&
                 recover(journal, stadium, NULL, why, sizeof why) == STATUS_OK,
             "%s", why);
    check_history(&sale->history, journal, stadium, verdict);
    journal->ops->close(journal);
    stadium_destroy(stadium);
}

struct times {
    double enter_s, sale_s, verdict_s, total_s;
};

static bool tell(const struct onsale *sale, const struct verdict *verdict,
                 const struct times *times, bool json)
{
    const uint32_t people = sale->options.buyers + sale->options.alone;
    const bool fine = verdict->fine && atomic_load(&sale->wrong) == 0 &&
                      atomic_load(&sale->sold) == sale->seat_count;
    if (!verdict->fine)
        fprintf(stderr, "onsale: %s\n", verdict->why);
    if (atomic_load(&sale->sold) != sale->seat_count)
        fprintf(stderr, "onsale: %u of %u seats were sold\n", atomic_load(&sale->sold),
                sale->seat_count);
    if (json)
        printf("{\"people\": %u, \"seats\": %u, \"sold\": %u, \"orders\": %u, \"calls\": %llu, "
               "\"accepted\": %u, \"refused\": %u, \"retries\": %u, \"unknown\": %u, "
               "\"enter_s\": %.3f, \"sale_s\": %.3f, \"verdict_s\": %.3f, \"total_s\": %.3f, "
               "\"fine\": %s}\n",
               people, sale->seat_count, atomic_load(&sale->sold), atomic_load(&sale->bought),
               (unsigned long long)atomic_load(&sale->calls), verdict->accepted, verdict->refused,
               atomic_load(&sale->retries), atomic_load(&sale->unknown), times->enter_s,
               times->sale_s, times->verdict_s, times->total_s, fine ? "true" : "false");
    else
        printf("%u people, %u seats: all have entered after %.1f s, the last has gone after %.1f s "
               "more; %u orders, %llu calls, %u asked again\nverdict after %.1f s more: %s, %u "
               "accepted and %u refused\n",
               people, sale->seat_count, times->enter_s, times->sale_s, atomic_load(&sale->bought),
               (unsigned long long)atomic_load(&sale->calls), atomic_load(&sale->retries),
               times->verdict_s, fine ? "fine" : "WRONG", verdict->accepted, verdict->refused);
    return fine;
}

/* ---- The sale ---------------------------------------------------------------------------------
 */

static bool run(struct onsale *sale, bool json)
{
    struct ticket_key keys[4];
    struct verdict verdict;
    struct times times;
    char line[128];
    pthread_mutex_init(&sale->mutex, NULL);
    serve(sale);
    put_on_sale(sale);
    know_keys(sale, keys);
    make_room(sale);
    follow_seats(sale);
    const double began_s = onsale_now_s();
    sale->waiting = tifo_waiting_create(sale->options.buyers + sale->options.alone,
                                        sale->options.party, sale->options.alone);
    onsale_enter(sale);
    onsale_follow(sale);
    const double opened_s = onsale_now_s();
    open_room(sale);
    onsale_sell(sale);
    onsale_leave(sale);
    const double sold_s = onsale_now_s();
    onsale_check_line(sale);
    look_at_map(sale);
    onsale_hang_up(sale);
    rpc_watch_destroy(sale->seats_watch);
    end_server(sale);
    judge(sale, &verdict);
    const double ended_s = onsale_now_s();
    times = (struct times){ opened_s - began_s, sold_s - opened_s, ended_s - sold_s,
                            ended_s - began_s };
    const bool fine = tell(sale, &verdict, &times, json);
    snprintf(line, sizeof line, "rm -r '%s'", sale->folder);
    const bool removed = system(line) == 0;
    tifo_waiting_destroy(sale->waiting);
    history_fini(&sale->history);
    free(sale->free_seats);
    free(sale->free_at);
    pthread_mutex_destroy(&sale->mutex);
    return fine && removed;
}

static bool parse(int argc, char **argv, struct onsale_options *options, bool *json)
{
    const struct {
        const char *flag;
        uint32_t *value, least, most;
    } numbers[] = {
        { "--buyers", &options->buyers, 0, 1000000 },
        { "--party", &options->party, 1, TIFO_PARTY_MAX },
        { "--alone", &options->alone, 0, 10000 },
        { "--seats", &options->seats, 1, 1000000 },
        { "--workers", &options->workers, 1, 1024 },
        { "--rate", &options->rate, 1, 600000 },
        { "--active", &options->active, 1, 1000000 },
    };
    for (int i = 1; i < argc; i++) {
        bool known = strcmp(argv[i], "--json") == 0;
        *json |= known;
        if (!known && strcmp(argv[i], "--venue") == 0 && i + 1 < argc) {
            options->venue = argv[++i];
            known = true;
        }
        for (size_t k = 0; !known && i + 1 < argc && k < sizeof numbers / sizeof numbers[0]; k++) {
            if (strcmp(argv[i], numbers[k].flag) != 0)
                continue;
            *numbers[k].value = (uint32_t)strtoul(argv[++i], NULL, 10);
            known = *numbers[k].value >= numbers[k].least && *numbers[k].value <= numbers[k].most;
            break;
        }
        if (!known)
            return false;
    }
    return options->buyers + options->alone > 0;
}

int main(int argc, char **argv)
{
    static struct onsale sale = { .options = { .buyers = 200000,
                                               .party = 1000,
                                               .alone = 1000,
                                               .seats = 60000,
                                               .workers = 64,
                                               .rate = 600000,
                                               .active = 1000,
                                               .venue = TIFO_VENUES "bowl-60000.geojson" } };
    bool json = false;
    signal(SIGPIPE, SIG_IGN);
    if (!parse(argc, argv, &sale.options, &json)) {
        fprintf(stderr, "usage: onsale [--buyers N] [--party N] [--alone N] [--seats N] "
                        "[--workers N] [--rate N] [--active N] [--venue FILE] [--json]\n");
        return 2;
    }
    if (json && !getenv("TIFO_SEED")) /* One line alone. */
        setenv("TIFO_SEED", "1", 1);
    sale.options.seed = json ? strtoull(getenv("TIFO_SEED"), NULL, 0) : test_seed();
    return run(&sale, json) ? 0 : 1;
}
