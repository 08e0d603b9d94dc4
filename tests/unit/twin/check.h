/* cmocka and what it wants included before it. */
#ifndef TESTS_UNIT_TWIN_CHECK_H
#define TESTS_UNIT_TWIN_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
