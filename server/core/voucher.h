/* A code that changes what lines of a hold cost, or what they may be. Kinds have the numbers of the
 * API. */
#ifndef CORE_VOUCHER_H
#define CORE_VOUCHER_H

#include "server/core/limits.h"

#include <stdint.h>

enum voucher_effect { VOUCHER_NONE = 1, VOUCHER_FIXED, VOUCHER_AMOUNT, VOUCHER_PERCENT };

struct voucher {
    uint32_t event;
    char code[VOUCHER_CODE_BYTES + 1]; /* In upper case. */
    uint32_t effect;                   /* enum voucher_effect */
    uint32_t value_minor, percent_milli;
    uint32_t types; /* Bit i: it covers type i of the event; 0: all. */
    uint32_t uses;
    int64_t from_ms, until_ms; /* 0: no bound. */
    uint32_t reserve;          /* 1 + the quota that it keeps places in; 0: none. */
    uint64_t version;
};

#endif
