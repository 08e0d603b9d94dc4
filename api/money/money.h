/*
 * Amounts of money for people, by the currency's number of decimals (ISO 4217).
 */
#ifndef API_MONEY_H
#define API_MONEY_H

#include <stdbool.h>
#include <stdint.h>

struct money_text {
    char text[40];
};
/* "25.00 EUR", "2500 JPY"; `minor` >= 0. */
struct money_text money_text(int64_t minor, const char *currency);
/* "25.00" or "25" as minor units; false: it is no such amount. */
bool money_read(const char *text, const char *currency, int64_t *minor);

#endif
