/* A hold that is paid for, and what is asked of the payment provider. Kinds have the numbers of the
 * API. */
#ifndef CORE_ORDER_H
#define CORE_ORDER_H

#include "server/core/id.h"
#include "server/core/limits.h"

enum order_state { ORDER_PENDING = 1, ORDER_PAID, ORDER_CANCELLED, ORDER_REFUNDED };

struct order {
    struct id id;
    uint32_t event, hold; /* Indices. */
    uint32_t state;       /* enum order_state */
    char person[PERSON_BYTES + 1];
    int64_t placed_ms;
    int64_t total_minor; /* In the event's currency. */
    uint64_t version;
    uint32_t payment; /* Number of the last payment asked for; 0: none. */
    uint32_t
        first_ticket; /* Index; the order's tickets follow each other, one a seat of the hold. */
    uint32_t ticket_count; /* 0 until it is paid. */
};

enum payment_kind { PAYMENT_CHARGE = 1, PAYMENT_REFUND };
enum payment_outcome { PAYMENT_DONE = 1, PAYMENT_DECLINED };

/* What the provider was asked and has not answered yet. Asked again after a restart, under the same
 * number: the provider takes it once. */
struct payment {
    uint32_t number; /* From 1, in the order they were asked for. */
    uint32_t kind;   /* enum payment_kind */
    uint32_t order;  /* Index. */
    int64_t amount_minor;
    char token[PAYMENT_TOKEN_BYTES + 1];
};

#endif
