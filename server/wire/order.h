/* Orders as messages, in the arena. */
#ifndef WIRE_ORDER_H
#define WIRE_ORDER_H

#include "server/base/arena.h"
#include "server/core/stadium.h"
#include "tifo/v1/orders.pb-c.h"

Tifo__V1__Order *wire_order(const struct stadium *stadium, const struct order *order,
                            struct arena *arena);

#endif
