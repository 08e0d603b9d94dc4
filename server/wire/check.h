/* Copying a field that may not fit: false, and the refusal says which one and why. */
#ifndef WIRE_CHECK_H
#define WIRE_CHECK_H

#include "server/core/fact.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the copying is: fields are named "at.field"; "": at the top. */
struct check {
    struct refusal *refusal;
    char at[64]; /* "venue.zones[3]" */
};

bool check_refuse(const struct check *check, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Into a zero-filled array of `size` bytes. `from` NULL is empty. */
bool check_text(const struct check *check, const char *field, const char *from, char *to,
                size_t size);
/* `value` times `scale`, rounded, as a whole number of at least 0; not a number is refused. */
bool check_scaled(const struct check *check, const char *field, double value, double scale,
                  uint32_t *to);
/* The same with a sign. */
bool check_scaled_signed(const struct check *check, const char *field, double value, double scale,
                         int32_t *to);

#endif
