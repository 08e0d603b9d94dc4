/* What can be bought of an event, and what it costs. Kinds have the numbers of the API. */
#ifndef CORE_TICKET_TYPE_H
#define CORE_TICKET_TYPE_H

#include "server/core/limits.h"

#include <stdint.h>

enum price_rule { PRICE_LISTED = 1, PRICE_DONATION };

/* Every event has type 0: as it is created, its seats at the prices of their categories. */
struct ticket_type {
    uint32_t event, index; /* The index is within the event. */
    char name[TYPE_NAME_BYTES + 1];
    uint32_t general;                       /* 1: no seats, but places that its quotas have. */
    uint32_t rule;                          /* enum price_rule */
    uint32_t price_minor[EVENT_CATEGORIES]; /* By category; general: the first. */
    /* Off the price while the tier lasts; one without `off` is none. */
    uint64_t tier_until_ms[TYPE_TIERS];   /* 0: no such bound. */
    uint32_t tier_until_sold[TYPE_TIERS]; /* 0: no such bound. */
    uint32_t tier_off_minor[TYPE_TIERS];
    int64_t sale_from_ms, sale_until_ms;                   /* 0: no bound. */
    uint32_t min_per_order, max_per_order, max_per_person; /* 0: no bound. */
    uint32_t hidden;                                       /* 1: only with a voucher. */
    uint32_t tax_milli_percent, tax_included;              /* Included: 1. */
    uint32_t fee_minor, fee_milli_percent;
    uint32_t quotas;        /* Bit i: it counts against quota i of the event. */
    uint64_t version;       /* Seq of the fact that set it; 0: as events begin. */
    uint32_t max_per_means; /* Of one means of payment, over all orders; 0: no bound. */
};

/* How much there is of a type or a quota: counted from holds and tickets, no part of the digest. */
struct stock {
    uint32_t held, sold;
    uint32_t reserved; /* Of quotas: for vouchers that have uses left. */
};

#endif
