/* A hold that is paid for, what became of its money, and what is asked of the payment provider.
 * Kinds have the numbers of the API. */
#ifndef CORE_ORDER_H
#define CORE_ORDER_H

#include "server/core/id.h"
#include "server/core/ledger.h"
#include "server/core/limits.h"

#include <stdbool.h>

enum order_state {
    ORDER_PENDING = 1,
    ORDER_PAID,
    ORDER_CANCELLED, /* Never paid; or all of its tickets were given back. */
    ORDER_REFUNDED,
    ORDER_EXPIRED,
    ORDER_APPROVAL, /* Waits for the organiser. */
    ORDER_REJECTED,
    ORDER_PARTIALLY_REFUNDED,
};

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

/* What became of an order's money; beside each order. Zeroed: it was placed before there was a
 * ledger. */
struct order_money {
    uint32_t tender;         /* enum tender */
    uint32_t open;           /* Payments that are not answered. */
    int64_t expires_ms;      /* What waits for its payment or approval expires then; 0: nothing. */
    struct amounts amounts;  /* Of the tickets that it has, or will have when it is paid. */
    int64_t captured_minor;  /* Came in. */
    int64_t refunded_minor;  /* Went back, */
    int64_t refunding_minor; /* and will. refunded + refunding <= captured. */
    uint32_t changed;        /* 1: some of its lines have rows: struct line. */
    uint32_t authorised;     /* 1: the payer's means are reserved, and nothing is captured yet. */
    uint32_t reference;      /* 1 + index of the provider's last reference for it; 0: none. */
    /* Lines that are being exchanged, while the difference is paid: */
    uint32_t exchange_hold;    /* 1 + the hold they are exchanged for; 0: none. */
    uint32_t exchange_lines;   /* Bit by position. */
    uint32_t exchange_payment; /* Number. */
};

/* A line that is not as the order's hold has it: one row a ticket, by the ticket's index. */
struct line {
    uint32_t ticket;
    uint32_t hold, position; /* Where its seat and price stand. */
    uint32_t cancelled;      /* 1: given back. */
    int64_t refund_minor;    /* What of it goes back, or has. */
};

/* A line as it is now: one ticket. */
struct order_line {
    uint32_t hold, at; /* Where it stands: index, and line of the hold. */
    uint32_t seat;
    uint32_t type; /* Ticket type. */
    struct amounts amounts;
    int64_t booking_fee_minor; /* Of the total, with its tax. */
    bool cancelled;
    int64_t refund_minor;
};

/* A refund cancels the order's tickets; a return leaves them as they are. A top-up pays what an
 * exchange costs more. */
enum payment_kind {
    PAYMENT_CHARGE = 1,
    PAYMENT_REFUND,
    PAYMENT_AUTHORISE,
    PAYMENT_CAPTURE,
    PAYMENT_VOID,
    PAYMENT_RETURN,
    PAYMENT_TOP_UP,
};
/* PENDING: nobody knows yet; ask later. */
enum payment_outcome { PAYMENT_DONE = 1, PAYMENT_DECLINED, PAYMENT_PENDING };

/* What the provider was asked and has not answered yet. Asked again after a restart, under the same
 * number: the provider takes it once. */
struct payment {
    uint32_t number; /* From 1, in the order they were asked for. */
    uint32_t kind;   /* enum payment_kind */
    uint32_t order;  /* Index. */
    int64_t amount_minor;
    char token[PAYMENT_TOKEN_BYTES + 1];
};

/* Beside it: while nobody knows, it waits until the provider is asked once more. */
struct payment_wait {
    uint32_t attempts; /* Answers that were none; a refund that is asked for anew counts on. */
    uint32_t ask;      /* Number of the question under way, from 1; 0: it waits, */
    int64_t ask_ms;    /* until then. */
    int64_t wanted_ms;
};

#endif
