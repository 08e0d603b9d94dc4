/*
 * Who buys, where that changes the price: a business of another country than the event's taxes are
 * of (terms.h) owes the tax on what it buys itself (reverse charge). Its hold is priced without tax
 * from then on, and so are the order and all that follows: what was in a price goes out of it to
 * the minor unit, what was to be paid beside it is not. Tax ids are of businesses, and kept as long
 * as the books.
 */
#ifndef CORE_BUYER_H
#define CORE_BUYER_H

#include "server/core/limits.h"
#include "server/core/tax_id.h"

#include "server/base/status.h"

#include <stdbool.h>
#include <stdint.h>

/* Of a hold, by its slot; without a tax id there is none. */
struct buyer {
    uint32_t hold;
    char tax_id[TAX_ID_BYTES + 1];
};

struct stadium;
struct command;
struct fact;
struct facts;

void buyers_init(struct stadium *);
void buyers_fini(struct stadium *);
/* The tax id; "": nobody said one, and taxes are paid as usual. */
const char *buyer_of(const struct stadium *, uint32_t hold);
/* The order's buyer owes its tax. */
bool order_is_reversed(const struct stadium *, uint32_t order);
enum status buyer_decide(const struct stadium *, const struct command *, struct facts *);
/* Lines of an order are exchanged for those of holds of the same buyer. */
enum status buyer_check_exchange(const struct stadium *, uint32_t order, uint32_t hold,
                                 struct facts *);
void buyer_evolve(struct stadium *, const struct fact *);
/* The slot is another hold's. */
void buyer_forget(struct stadium *, uint32_t hold);

#endif
