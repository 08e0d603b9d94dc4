/* An event's terms as messages, and what a cancellation comes to, with the sentence to show. */
#ifndef WIRE_TERMS_H
#define WIRE_TERMS_H

#include "server/base/arena.h"
#include "server/core/stadium.h"
#include "server/wire/check.h"
#include "tifo/v1/orders.pb-c.h"
#include "tifo/v1/terms.pb-c.h"

/* False: the refusal says which field. */
bool wire_set_policy(const Tifo__V1__EventTerms *from, struct set_policy *to,
                     struct refusal *refusal);
Tifo__V1__EventTerms *wire_terms(const struct terms *terms, struct arena *arena);
Tifo__V1__QuoteCancellationResponse *wire_cancellation(const struct stadium *stadium,
                                                       const struct cancellation *quote,
                                                       enum policy_cause cause,
                                                       struct arena *arena);

#endif
