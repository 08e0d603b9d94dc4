/*
 * What a line costs, in whole minor units. Each amount is rounded by itself, halves up; nothing is
 * ever negative; and what is to be paid is a sum of rounded amounts, so totals need no rounding.
 */
#ifndef CORE_PRICE_H
#define CORE_PRICE_H

#include "server/core/ticket_type.h"
#include "server/core/voucher.h"

#include <stdbool.h>

enum { PERCENT_WHOLE = 100 * 1000 }; /* Rates are in thousandths of a percent. */
enum { PRICE_MAX_MINOR = 10 * 1000 * 1000, FEE_MAX_MINOR = 1000 * 1000 };

struct price {
    uint32_t price_minor; /* After tier and voucher. */
    uint32_t fee_minor;
    uint32_t tax_minor; /* Of price and fee together, */
    bool tax_added;     /* and to be paid beside them; otherwise they include it. */
};

/* What it is of the list before vouchers: `taken` of the type are held or sold already. */
uint32_t price_listed(const struct ticket_type *type, uint32_t category, uint32_t taken,
                      int64_t now_ms);
/* After the voucher. */
uint32_t price_less(const struct voucher *voucher, uint32_t price_minor);
/* With fee and tax; and with this fee. */
struct price price_of(const struct ticket_type *type, uint32_t price_minor);
struct price price_with_fee(const struct ticket_type *type, uint32_t price_minor,
                            uint32_t fee_minor);
/* Without its tax, to the minor unit: price and fee are less by what they include of it. Where
 * there is none it is the same. */
struct price price_reversed(const struct price *price);
int64_t price_total(const struct price *price);

/* value * part / whole, rounded, halves up. Whole is above 0; the product fits. */
uint64_t price_share(uint64_t value, uint64_t part, uint64_t whole);

#endif
