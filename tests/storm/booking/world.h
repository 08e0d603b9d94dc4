/* The inside of a storm: storm.c makes the weather, clients.c has what clients do and know. */
#ifndef TESTS_STORM_WORLD_H
#define TESTS_STORM_WORLD_H

#include "api/ticket/admission.h"
#include "tests/storm/booking/faults.h"
#include "tests/storm/booking/storm.h"
#include "tests/support/server.h"
#include "tifo/v1/orders.pb-c.h"
#include "tifo/v1/seats.pb-c.h"

enum {
    CLIENTS = 8,
    ASKING_MAX = 24,  /* Calls under way; */
    ASKING_ROOM = 48, /* with those that follow from an answer. */
    KNOWN_MAX = 64,   /* Newer ones take the place of older ones. */
    STREAMS = 3,
    TEXT_ID = 33,
    CODE = 16,     /* Of a voucher or an allocation, with its ending zero. */
    VOUCHERS = 2,  /* Of an event: CODE-0 .. */
    QUESTIONS = 6, /* Of an event that are answered; */
    ANSWERS = 40,  /* in an order. */
    ACCOUNTS = 3,  /* That are settled: LEDGER_PROVIDER .. */
    MEDIA = 10,    /* Wristbands that stewards have; */
    MEDIUM_NAME = 16,
};

struct asking {
    struct rpc_memory_call *call;
    uint32_t operation; /* In the history. */
};

struct known_hold {
    char id[TEXT_ID];
    uint32_t client;
    uint64_t version;
    int64_t expires_ms;
    uint32_t lines, extensions;
    char event[TEXT_ID];
    bool over; /* Confirmed or let go, as far as its owner knows. */
};
struct known_order {
    char id[TEXT_ID];
    char event[TEXT_ID];
    uint32_t client, lines;
    uint64_t version;
    bool asks; /* To be approved. */
};
struct known_offer {
    char ticket[TEXT_ID], event[TEXT_ID];
    uint32_t client; /* Whose the ticket is. */
    bool over;       /* As far as anybody knows. */
};
struct known_admission {
    char token[ADMISSION_TOKEN_CHARS + 1];
    char event[TEXT_ID];
    uint32_t client;
    int64_t until_ms; /* As it was then. */
};
struct known_code {
    char code[TICKET_CODE_CHARS + 1];
    char event[TEXT_ID], ticket[TEXT_ID];
    uint32_t client; /* Who has the ticket. */
};

struct known_medium {
    char event[TEXT_ID]; /* Of its ticket; empty: it stands for none. */
    bool blocked;
};

struct following {
    struct rpc_memory_call *call; /* NULL: not followed now. */
    uint32_t number;              /* In the history. */
    char event[TEXT_ID];
};

struct world {
    struct prng prng;
    struct test_server server;
    struct journal *journal, *inner; /* What the server has; where it is kept. */
    struct clock *clock;
    int64_t now_ms;
    bool late_payments;
    struct ledger ledger;
    uint32_t inbox_room;
    struct history history;
    uint32_t calls, crashes, streams, keys[CLIENTS];

    struct asking asking[ASKING_ROOM];
    uint32_t asking_count;
    struct following following[STREAMS];

    /* What clients know. */
    char events[KNOWN_MAX][TEXT_ID];
    struct known_terms {
        uint32_t organiser; /* The client. */
        bool cancelled;
        bool small, line, joins; /* Few places and a waitlist; a room; who takes part. */
        uint32_t general, child; /* Types: places without seats, and seats; 0: not known yet. */
        uint32_t capacity;       /* Of the quota that they share, */
        uint64_t version;        /* and its version; 0: not known yet. */
        struct {
            uint32_t uses;
            uint64_t version; /* 0: not known yet. */
        } vouchers[VOUCHERS];
        struct {
            uint32_t first, count; /* Seats; 0: none are kept, as far as anybody knows. */
            bool released;
        } kept;
        bool resale;
        bool taxed;       /* It says in which country. */
        uint32_t parking; /* A type that goes with others; 0: not known yet. */
        uint32_t parks;   /* Set of those. */
        bool has_money;   /* To be settled, as far as anybody knows: */
        int64_t unsettled_minor[ACCOUNTS];
        uint32_t settlements;
        struct {
            uint32_t values;
            bool per_ticket, withdrawn, of_some; /* The last: of tickets of some types. */
        } questions[QUESTIONS];
        uint32_t question_count;
    } terms[KNOWN_MAX]; /* By event. */
    struct known_hold holds[KNOWN_MAX];
    struct known_order orders[KNOWN_MAX];
    struct known_code codes[KNOWN_MAX];
    struct known_admission admissions[KNOWN_MAX];
    struct known_offer offers[KNOWN_MAX];
    struct known_medium media[MEDIA];
    uint32_t event_count, hold_count, order_count, code_count, admission_count,
        offer_count; /* Ever; the place is modulo. */
};

static inline uint32_t world_roll(struct world *world, uint32_t bound)
{
    return prng_below(&world->prng, bound);
}

/* One of those that are known now. */
#define KNOWN(world, noun)                                                                         \
    (&(world)->noun##s[world_roll(                                                                 \
        world, (world)->noun##_count < KNOWN_MAX ? (world)->noun##_count : (uint32_t)KNOWN_MAX)])

/* One client asks for one thing, or asks again for what was asked for before. */
void clients_ask(struct world *world);
/* Takes the answers that are there. */
void clients_hear(struct world *world);
/* The server is gone: what is under way has no answer. */
void clients_forget(struct world *world);
/* Streams are read, begun and left. */
void clients_follow(struct world *world);
/* The calls that a sale begins with: an event that is published. */
void clients_sell(struct world *world);

/* ---- For the files of clients: clients.c ----------------------------------------------------- */

void client_ask(struct world *w, const char *method, uint32_t client, bool writes,
                const ProtobufCMessage *request);
/* Who asked. */
uint32_t client_of(const struct operation *operation);
/* Of the event that the operation's request begins with. */
uint32_t client_event(const struct world *w, const struct operation *operation);
/* Mostly who made the event; mostly this client. */
uint32_t client_organiser(struct world *w, char (*event)[TEXT_ID]);
uint32_t client_who(struct world *w, uint32_t client);
const struct known_terms *client_terms(const struct world *w, const char *event);
/* Mostly one that still sells. */
char (*client_selling(struct world *w))[TEXT_ID];
/* Mostly one that lives. */
struct known_hold *client_hold(struct world *w);
void client_know_hold(struct world *w, const Tifo__V1__Hold *told, uint32_t client, bool is_new);

/* clients_cart.c: what a sale begins with, of the event at this place; what is asked for; what is
 * heard. */
void carts_begin(struct world *w, uint32_t event);
void carts_ask(struct world *w);
void carts_know(struct world *w, const struct operation *operation, const void *reply);
void orders_ask(struct world *w);
/* For a hold, perhaps: "" or a code. The first is good for lines of types alone. */
char *carts_code(struct world *w, const struct known_terms *terms, bool lines, char code[CODE]);
void tickets_ask(struct world *w);

/* clients_checkout.c: the same, at checkout. */
void checkout_begin(struct world *w, uint32_t event);
void checkout_ask(struct world *w);
void checkout_know(struct world *w, const struct operation *operation, const void *reply);
void checkout_know_parking(struct world *w, uint32_t event, uint32_t type);
/* Lines for a hold that will have so many before them; false: none are wanted. */
bool checkout_parks(struct world *w, const struct known_terms *terms, Tifo__V1__NewLines *to,
                    uint32_t lines);
/* How a hold is confirmed: with whose card or over the counter, for whom, and the answers. What the
 * request points to is in `checkout`. */
struct checkout {
    char person[16];
    Tifo__V1__Answer answers[ANSWERS], *list[ANSWERS];
};
void checkout_fill(struct world *w, const struct known_hold *hold, struct checkout *checkout,
                   Tifo__V1__ConfirmHoldRequest *request);

/* clients_books.c: the same; what organisers do with the money. */
void books_ask(struct world *w);
void books_know(struct world *w, const struct operation *operation, const void *reply);

/* clients_deal.c: the same; how organisers and sellers deal with what is for sale. */
void deals_begin(struct world *w, uint32_t event);
void deals_ask(struct world *w);
void deals_know(struct world *w, const struct operation *operation, const void *reply);
/* For a hold, perhaps: the code of an allocation, and so many of its seats, or "" and as they were.
 */
char *deals_code(struct world *w, const struct known_terms *terms, uint32_t count, uint32_t *seats);

/* clients_doors.c: the same; what stewards do. */
void doors_ask(struct world *w);
void doors_know(struct world *w, const struct operation *operation, const void *reply);
/* The name of a medium to scan; NULL: none was given out, as far as anybody knows. */
char *doors_medium(struct world *w, char name[MEDIUM_NAME]);

/* clients_wait.c: the same. */
void waits_begin(struct world *w, uint32_t event);
void waits_ask(struct world *w);
void waits_know(struct world *w, const struct operation *operation, const void *reply);
/* An admission to the event that somebody has, and who that mostly is; or "". */
char *waits_token(struct world *w, const char *event, uint32_t *client);

#endif
