/* What is true of every stadium at any time. */
#ifndef TESTS_SUPPORT_STADIUM_CHECK_H
#define TESTS_SUPPORT_STADIUM_CHECK_H

#include "server/core/state.h"

/* Aborts with a sentence if something is not. */
void stadium_check(const struct stadium *stadium);

#endif
