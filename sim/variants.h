/*
 * Variants of a scenario: every combination of the values of some --set options.
 */
#ifndef SIM_VARIANTS_H
#define SIM_VARIANTS_H

#include "sim/setting.h"

enum { VARIANTS_MOST = 500, VARIANT_VALUES = 200, VARIANT_KEY = 120, VARIANT_TEXT = 40 };

/* The values of one --set, as written. */
struct axis {
    char key[VARIANT_KEY];
    char values[VARIANT_VALUES][VARIANT_TEXT];
    size_t count;
};

struct variants {
    struct axis axes[SETTINGS_MOST];
    size_t axis_count;
    size_t count; /* 1 without axes: the scenario as it is. */
};

/* Reads "KEY=2..8", "KEY=2..8:2" and "KEY=0.1,0.5", and checks keys and numbers as far as that goes
 * without the ground. False: `why` says what is wrong. */
bool variants_read(struct variants *variants, const char *const *sets, size_t set_count, char *why,
                   size_t why_size);

/* A variant's value on an axis, as written: the last axis changes fastest. */
const char *variants_value(const struct variants *variants, size_t variant, size_t axis);
/* "KEY=VALUE" of an axis. Returns `out`. */
char *variants_setting(const struct variants *variants, size_t variant, size_t axis, char *out,
                       size_t size);
/* All of them, with blanks between; "as it is" without axes. */
void variants_name(const struct variants *variants, size_t variant, char *out, size_t size);

#endif
