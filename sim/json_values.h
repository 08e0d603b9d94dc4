/* Figures as JSON. */
#ifndef SIM_JSON_VALUES_H
#define SIM_JSON_VALUES_H

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

/* null for what did not happen: JSON has neither NAN nor infinity. */
static inline json_t *json_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* To three decimals, which are a millimetre, a millisecond and a thousandth of a person: enough,
 * and short. */
static inline json_t *json_rounded(double value)
{
    return json_number(round(value * 1000) / 1000);
}

/* 16 hex digits: a JSON number does not hold them. */
static inline json_t *json_hash(uint64_t hash)
{
    char text[17];
    snprintf(text, sizeof text, "%016" PRIx64, hash);
    return json_string(text);
}

#endif
