/*
 * Ticketing once more, as a sequential model: written from what the API promises, with arrays and
 * linear searches only. It hears each command and what the stadium made of it, and aborts with a
 * sentence when it would have answered otherwise, or when the stadium's rows are not as its own:
 *
 *   - a seat has one owner at most (I1), holds are all or nothing (I5), none is confirmed after its
 *     time or with an old version (I6), nothing is booked that nobody asked for (I4);
 *   - a cancelled event never sells (I11), a ticket admits once (I12);
 *   - who paid has tickets or a refund that is asked for, until it is done (I9).
 *
 * Holds of this model expire by themselves: what a stadium does a tick later makes no difference.
 */
#ifndef TESTS_SUPPORT_TICKET_MODEL_H
#define TESTS_SUPPORT_TICKET_MODEL_H

#include "server/core/stadium.h"
#include "tests/support/small_venue.h"

enum { MODEL_SEATS = SMALL_BLOCKS * SMALL_SEATS };

struct model_event {
    struct id id;
    enum event_state state;
    int64_t starts_ms, ends_ms, doors_ms, ttl_ms;
    uint32_t price_minor[SMALL_BLOCKS];
    enum seat_state seats[MODEL_SEATS];
};

struct model_hold {
    struct id id;
    uint32_t event;
    enum hold_state state;
    char person[PERSON_BYTES + 1];
    int64_t expires_ms;
    uint64_t version; /* The stadium's, when it last changed here. */
    bool changed;     /* By this command. */
    uint32_t seats[HOLD_SEATS], seat_count;
};

struct model_order {
    struct id id;
    uint32_t hold;
    enum order_state state;
    int64_t total_minor, captured_minor, refunded_minor;
    uint32_t charge, refund; /* Numbers of payments that are open; 0: none. */
    uint32_t first_ticket, ticket_count;
};

struct model_ticket {
    struct id id;
    uint32_t order, seat;
    enum ticket_state state;
    uint32_t gate;  /* That let them in, */
    uint64_t nonce; /* with this. */
};

/* Zeroed is before the first command about tickets. */
struct ticket_model {
    struct model_event *events;
    struct model_hold *holds;
    struct model_order *orders;
    struct model_ticket *tickets;
    uint32_t event_count, hold_count, order_count, ticket_count;
    uint32_t event_room, hold_room, order_room, ticket_room;
};
void ticket_model_fini(struct ticket_model *model);

static inline struct model_event *model_event_of(const struct ticket_model *model,
                                                 const struct model_hold *hold)
{
    return &model->events[hold->event];
}

/* After evolve: the command, what decide said, and its facts. Any kind of command. */
void ticket_model_hear(struct ticket_model *model, const struct stadium *stadium,
                       const struct command *command, enum status said, const struct facts *facts);
/* The last part of that: aborts when the stadium's rows are not as the model's at `now_ms`. */
void ticket_model_compare(struct ticket_model *model, const struct stadium *stadium,
                          int64_t now_ms);

#endif
