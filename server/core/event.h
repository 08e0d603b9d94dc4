/* What tickets are sold for, and its seats. Kinds have the numbers of the API. */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include "server/base/slice.h"
#include "server/core/id.h"
#include "server/core/limits.h"

enum event_state { EVENT_DRAFT = 1, EVENT_PUBLISHED, EVENT_CANCELLED, EVENT_ENDED };
/* Also of lines that have no seat. */
enum seat_state { SEAT_FREE = 1, SEAT_HELD, SEAT_SOLD, SEAT_NOT_ON_SALE };

/* Blocks that are not on sale have category 0, others 1 + an index into the categories. */
struct event {
    struct id id;
    char title[EVENT_TITLE_BYTES + 1];
    uint32_t state; /* enum event_state; ENDED is not stored: see event_state_at(). */
    int64_t starts_ms, ends_ms, doors_ms;
    char currency[CURRENCY_BYTES + 1];
    uint32_t hold_ttl_s;
    char cancel_reason[CANCEL_REASON_BYTES + 1];
    uint32_t category_count;
    uint32_t price_minor[EVENT_CATEGORIES]; /* By category. */
    uint32_t seats, held, sold, admitted;   /* Counts; seats: on sale. */
    uint64_t version;
    uint64_t seats_seq; /* Sequence of the last fact that changed a seat. */
};

/* What is said of an event beside; a row of its own, as sales change the event's all the time. */
struct event_detail {
    char organiser[PERSON_BYTES + 1]; /* Who created it; empty: nobody knows, so anybody may. */
    char cancelled_by[PERSON_BYTES + 1];
    struct id series; /* The id of its first event; none: it is alone, or the first itself. */
    char city[EVENT_WORD_BYTES + 1], kind[EVENT_WORD_BYTES + 1];
    struct bytes description; /* The stadium's; freed when it changes. */
    uint32_t refuse_orphans;  /* 0 or 1: a hold may not leave a free seat alone. */
    uint64_t version;         /* 0: nothing was ever said. */
};

/* A seat of an event. `owner` is an index: of a hold while it is held, of a ticket when it is sold.
 * There are many of them: 5 bytes each. */
struct seat {
    uint32_t state : 3; /* enum seat_state */
    uint32_t owner : 29;
    uint8_t version; /* The low bits; changes with every change of the seat. See seat_turn(). */
} __attribute__((packed));

#endif
