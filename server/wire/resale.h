/* What is offered for resale as messages. */
#ifndef WIRE_RESALE_H
#define WIRE_RESALE_H

#include "server/core/stadium.h"
#include "server/wire/seating.h"
#include "tifo/v1/resale.pb-c.h"

Tifo__V1__ResaleTerms *wire_resale_terms(struct resale_terms terms, struct arena *arena);
Tifo__V1__Offer *wire_offer(const struct stadium *stadium, const struct listing *listing,
                            const struct seating *seating, int64_t now_ms, struct arena *arena);

#endif
