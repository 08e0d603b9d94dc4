/*
 * What an operator asks of the server, and what became of it. Only what the service really does:
 * gates are opened and closed, alarms acknowledged and shelved.
 */
#ifndef TWIN_ORDER_H
#define TWIN_ORDER_H

#include "twin/model.h"

enum order_kind {
    ORDER_NOTHING,
    ORDER_OPEN_GATE,
    ORDER_CLOSE_GATE,
    ORDER_ACKNOWLEDGE,
    ORDER_SHELVE,
    ORDER_UNSHELVE,
};

enum { ORDER_REASON_BYTES = 200, ORDER_CALLER_BYTES = 64 }; /* As the API takes them. */

struct order {
    enum order_kind kind;
    uint32_t subject;    /* Gate index, or the alarm's number. */
    uint32_t duration_s; /* SHELVE. */
    char reason[ORDER_REASON_BYTES + 1];
};

struct outcome {
    struct order order;
    bool done;
    char why[200]; /* Not done: the server's sentence. */
};

bool order_same(const struct order *a, const struct order *b); /* Kind and subject. */
/* "Open gate 4", "Acknowledge alarm 1". */
const char *order_words(const struct order *order, const struct model *model, char *out,
                        size_t size);
/* "gate 4" for a gate that is called G4, otherwise its id as it is. */
const char *gate_words(const struct model *model, uint32_t gate, char *out, size_t size);

/* What can be done about an alarm or a gate now, the best first; into `out`, returns how many. */
enum { ORDERS_MOST = 3 };
size_t orders_about_alarm(const struct model *model, const Tifo__V1__Alarm *alarm,
                          struct order out[ORDERS_MOST]);
size_t orders_about_gate(const struct model *model, uint32_t gate, struct order out[ORDERS_MOST]);

#endif
