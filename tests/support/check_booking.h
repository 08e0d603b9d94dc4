/* What is true of ticketing at any time: counts are those of the rows, and rows point to each other
 * both ways. */
#ifndef TESTS_SUPPORT_CHECK_BOOKING_H
#define TESTS_SUPPORT_CHECK_BOOKING_H

#include "server/core/state.h"

/* Of a stadium that has its venue. Aborts with a sentence if something is not. */
void check_booking(const struct stadium *stadium);

/* check_money.c: the part of it about money. */
void check_money(const struct stadium *stadium);

#endif
