/* On what terms an event's orders are made and given back. */
#ifndef CORE_TERMS_H
#define CORE_TERMS_H

#include "server/core/policy.h"

enum { PAYMENT_TTL_S = 900, PAYMENT_TTL_MIN_S = 60, PAYMENT_TTL_MAX_S = 86400 };
enum { APPROVAL_TTL_S = 259200, APPROVAL_TTL_MIN_S = 60, APPROVAL_TTL_MAX_S = 2592000 };

/* Zeroed: none were set. */
struct terms {
    struct policy policy;
    uint32_t approval_required; /* 1: by the organiser, before an order is paid. */
    uint32_t payment_ttl_s;     /* A payment has so long, */
    uint32_t approval_ttl_s;    /* the organiser so long. */
    uint64_t version;           /* 0: none were set. */
    uint32_t tax_country;       /* Whose taxes these are, as in tax_id.h; 0: nobody said. */
};

#endif
