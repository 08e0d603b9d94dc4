/*
 * By what means orders are paid for, as far as a type of ticket bounds how many one means may buy.
 * What means are called is a short hash of what the payment provider tells them apart by, which is
 * no card data. An order counts from when it is placed: while it waits for its payment with all
 * lines of its hold, paid with those that it has, and while it is exchanged with those of both.
 */
#ifndef CORE_MEANS_H
#define CORE_MEANS_H

#include "server/core/limits.h"

#include "server/base/slice.h"
#include "server/base/status.h"

#include <stdbool.h>
#include <stdint.h>

/* One for each order of an event that had such a bound then. Never changes. */
struct order_means {
    uint32_t order; /* Index. */
    char means[MEANS_BYTES + 1];
};

enum seat_state;
struct stadium;
struct seathold;
struct fact;
struct facts;

void means_init(struct stadium *);
void means_fini(struct stadium *);
/* Whether they may buy what is held; "": unknown means, which have no bound. */
enum status means_check(const struct stadium *, const struct seathold *, const char *means,
                        struct facts *);
/* Whether those of the order may buy it for these lines of the order. */
enum status means_check_exchange(const struct stadium *, const struct seathold *, uint32_t order,
                                 struct u32s lines, struct facts *);
/* The fact of the order that is opened by the fact before; none when no type of the event bounds
 * it. */
void means_note(const struct stadium *, uint32_t event, uint32_t order, const char *means,
                int64_t now_ms, struct facts *);
void means_evolve(struct stadium *, const struct fact *);
/* The order waits from now on, or does not any more, until the lines of a hold are paid for. */
void means_wait(struct stadium *, uint32_t order, uint32_t hold, bool waits);
/* Lines that an order has, or had: more, or (-1) less. */
void means_sold(struct stadium *, const struct seathold *, uint32_t type, int sign, uint32_t count);

#endif
