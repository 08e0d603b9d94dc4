/* What follows a HoldSeats: its ConfirmHold, paid by the sandbox. */
#ifndef LOAD_BUY_H
#define LOAD_BUY_H

#include "tests/bench/load/connection.h"

extern const struct follow buy;

#endif
