/*
 * The operator's desk: what is picked, which moment is looked at, what is being done about it. It
 * needs neither a window nor a clock: keys, words and times come in, orders go out.
 *
 * Doing. An order is chosen, and done by holding Enter for a second; letting go before cancels.
 * It is sent, and waits for its outcome; what became of it stays until something else is done.
 *
 *     IDLE --Enter down--> HELD --1 s--> SENT --outcome--> DONE or REFUSED
 *       ^-----Enter up------'
 *
 * Looking back. A replay shows a moment that was kept, standing still or running at 8 times the
 * speed until it arrives at what is live. Nothing can be done from the past.
 */
#ifndef TWIN_DESK_H
#define TWIN_DESK_H

#include "twin/order.h"
#include "twin/pick.h"

enum desk_key {
    DESK_NEXT_ALARM = 1,
    DESK_ENTER,
    DESK_BACK,
    DESK_ACKNOWLEDGE,
    DESK_SHELVE,
    DESK_GATES,
    DESK_PREVIOUS_GATE,
    DESK_NEXT_GATE,
    DESK_UP,
    DESK_DOWN,
    DESK_EARLIER,
    DESK_LATER,
    DESK_PAUSE,
    DESK_LIVE,
    DESK_FIND,
    DESK_ALL_KEYS,
    DESK_ERASE, /* The last character of the line that is written. */
};

enum desk_line { LINE_CLOSED, LINE_SHELVE, LINE_FIND };
enum act_state { ACT_IDLE, ACT_HELD, ACT_SENT, ACT_DONE, ACT_REFUSED };

enum { DESK_HOLD_MS = 1000, DESK_TAP_MS = 400, DESK_SCRUB_MS = 10000, DESK_REPLAY_SPEED = 8 };
enum { DESK_ORDERS = 64 };

struct desk {
    char caller[ORDER_CALLER_BYTES + 1]; /* Who sits here. */
    struct pick pick;
    bool page;     /* The picked one's page is open. */
    bool all_keys; /* The list of keys is open. */
    size_t choice; /* Which of the orders. */

    enum desk_line line;
    char words[ORDER_REASON_BYTES + 1]; /* Written so far. */
    uint32_t shelve_minutes;

    enum act_state act;
    struct order order;               /* HELD and later. */
    uint32_t held_ms;                 /* Since when, steady clock. */
    int64_t sent_ms, answered_ms;     /* Stadium time. */
    char why[200];                    /* REFUSED. */
    struct order orders[DESK_ORDERS]; /* To be sent, oldest first. */
    size_t order_count;

    bool replay, running;
    int64_t at_ms;       /* The moment looked at. */
    uint32_t stepped_ms; /* When it last went on, steady clock. */
    struct model past;
};

void desk_init(struct desk *desk, const char *caller);
void desk_fini(struct desk *desk);

/* What is looked at: `live`, or the moment replayed. Valid until `live` or the desk changes. */
const struct model *desk_model(const struct desk *desk, const struct model *live);
/* After every change of `live`: the replayed moment is made of it. */
void desk_follow(struct desk *desk, const struct model *live);

/* `now_ms` is a steady clock. All return true when there is something to draw. */
bool desk_key(struct desk *desk, const struct model *live, enum desk_key key, uint32_t now_ms);
bool desk_key_up(struct desk *desk, const struct model *live, enum desk_key key, uint32_t now_ms);
/* Characters for the line that is open. */
bool desk_write(struct desk *desk, const struct model *live, const char *utf8);
bool desk_tick(struct desk *desk, const struct model *live, uint32_t now_ms);
bool desk_pick(struct desk *desk, const struct model *live, struct pick pick);
/* The page of what is picked, or of what the alarm is about. */
bool desk_open(struct desk *desk, const struct model *live);
/* The timeline's cursor is put at a time; at the newest or later: live. */
bool desk_scrub(struct desk *desk, const struct model *live, int64_t at_ms);
/* How long until something happens by itself: 0 while a key is held or a replay runs. */
bool desk_moves(const struct desk *desk);

/* The alarm that keys are about: the picked one, else the worst; NULL: none. */
const Tifo__V1__Alarm *desk_alarm(const struct desk *desk, const struct model *model);
/* What can be done now about what is picked; none in the past or without contact. */
size_t desk_orders(const struct desk *desk, const struct model *live,
                   struct order out[ORDERS_MOST]);
/* The same if there were contact. */
size_t desk_orders_known(const struct desk *desk, const struct model *live,
                         struct order out[ORDERS_MOST]);
/* How far Enter has been held, 0..1. */
float desk_held_part(const struct desk *desk, uint32_t now_ms);

/* The next order to send; false: there is none. */
bool desk_take_order(struct desk *desk, struct order *out);
bool desk_outcome(struct desk *desk, const struct model *live, const struct outcome *outcome);

#endif
