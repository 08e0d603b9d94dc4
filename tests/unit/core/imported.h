/* A stadium that knows the small venue: where most tests of the core begin. */
#ifndef TESTS_UNIT_CORE_IMPORTED_H
#define TESTS_UNIT_CORE_IMPORTED_H

#include "tests/support/play.h"

/* Between start() and stop(). */
extern struct play play;

/* cmocka's set-up and teardown of a test; stop() checks what is true of every stadium. */
int start(void **state);
int stop(void **state);

#endif
