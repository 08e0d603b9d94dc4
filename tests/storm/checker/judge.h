/* The inside of the checker: check.c walks the journal, walk_see.c takes its facts, judge*.c know
 * the methods. */
#ifndef TESTS_STORM_JUDGE_H
#define TESTS_STORM_JUDGE_H

#include "tests/storm/checker/check.h"
#include "tests/support/ticket_model.h"
#include "tifo/v1/orders.pb-c.h"
#include "tifo/v1/seats.pb-c.h"

/* A stream of seats, as who follows it sees them. */
struct follower_map {
    uint64_t to_seq;      /* Up to where it was told; 0: nothing yet. */
    uint8_t *states;      /* As told. */
    uint32_t event;       /* Index in the model. */
    uint32_t next_change; /* Of checker.changes: not looked at yet. */
};

/* A hold that came or went: its seats changed at `seq`. Or seats of an event are kept, or are no
 * more. Indices in the model. */
struct change {
    uint64_t seq;
    uint32_t hold;  /* UINT32_MAX: perhaps any seat */
    uint32_t event; /* of this one. */
};

struct checker {
    const struct history *history;
    struct verdict *verdict;
    struct ticket_model model;
    int64_t now_ms; /* Of the row at hand. */
    struct arena scratch;
    struct follower_map *followers; /* One a stream. */
    struct change *changes;
    uint32_t change_count, change_room;
};

/* An operation at its place. */
struct deed {
    const struct operation *operation;
    const struct method *method;
    const ProtobufCMessage *request;
    const ProtobufCMessage *reply; /* NULL: it was refused. */
    uint64_t seq;                  /* Of its answer; of a read as_of_seq. */
    int64_t time_ms;
    struct id made;                /* What facts call what it made, */
    struct id tickets[HOLD_SEATS]; /* and its tickets. */
    enum status said;              /* What it was answered; STATUS_COUNT: no word of ours. */
    enum status must;              /* What a refusal would have been instead. */
    enum scan_result scan;         /* What the model says. */
    bool done;
};

struct method {
    const char *name;
    const ProtobufCMessageDescriptor *input, *output;
    /* A write: the command that it asks for, with the ids of the deed; and the fact it begins with.
     * NULL: a read. */
    void (*ask)(const struct checker *, const struct deed *, struct command *);
    enum fact_kind fact, other_fact;
    /* Whether the reply is what the model says. */
    bool (*tell)(struct checker *, const struct deed *);
};
/* NULL: a method that is not judged. */
const struct method *method_find(const char *name);

/* The first that is wrong is kept. Always false. */
bool mismatch(struct checker *checker, const struct deed *deed, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The seats of a hold changed; those of an allocation did. */
void seats_changed(struct checker *checker, uint64_t seq, uint32_t hold);
void allocation_changed(struct checker *checker, uint64_t seq, uint32_t event);

/* ---- For the files of methods: judge.c ------------------------------------------------------- */

/* Each file's table ends with an empty row. */
extern const struct method allocation_methods[], cart_methods[], checkout_methods[], join_methods[],
    ledger_methods[], medium_methods[], refund_methods[], resale_methods[], room_methods[],
    ticket_methods[], wait_methods[];
/* The messages of a call, in a row of a table. */
#define MESSAGES(call)                                                                             \
    &tifo__v1__##call##_request__descriptor, &tifo__v1__##call##_response__descriptor

struct id judge_id(const char *text);
/* The caller; PERSON_BYTES + 1. */
void judge_person(const struct deed *deed, char *person);
/* The first and the last time that it can have seen: a read may be a little off the model's. */
void judge_times(const struct deed *deed, int64_t times[2]);
/* Seats of type 0, then the rows. */
void judge_lines(const struct checker *c, struct u32s seats, Tifo__V1__NewLines *const *rows,
                 size_t row_count, struct wanted_lines *to);
/* The entry that a genuine token says that is the person's and for the event; 0: none. */
uint32_t judge_admission(const struct checker *c, const char *token, struct id event,
                         const char *person);
/* Whether a hold is as the model's. */
bool judge_hold(struct checker *c, const struct deed *deed, const Tifo__V1__Hold *told);
/* Whether an order is; the caller's, or the organiser's to see. */
bool judge_order(struct checker *c, const struct deed *deed, const Tifo__V1__Order *told);

#endif
