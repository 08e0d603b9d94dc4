#include "server/wire/check.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool check_refuse(const struct check *check, const char *field, const char *format, ...)
{
    struct refusal *refusal = check->refusal;
    char what[160];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    refusal->status = STATUS_BAD_FIELD;
    snprintf(refusal->field, sizeof refusal->field, "%s%s%s", check->at, check->at[0] ? "." : "",
             field);
    snprintf(refusal->message, sizeof refusal->message, "%s %.150s", refusal->field, what);
    return false;
}

bool check_text(const struct check *check, const char *field, const char *from, char *to,
                size_t size)
{
    const size_t length = from ? strlen(from) : 0;
    if (length >= size)
        return check_refuse(check, field, "is %zu bytes long, at most %zu fit; shorten it", length,
                            size - 1);
    memset(to, 0, size);
    if (length)
        memcpy(to, from, length);
    return true;
}

bool check_scaled(const struct check *check, const char *field, double value, double scale,
                  uint32_t *to)
{
    const double scaled = round(value * scale);
    if (!(scaled >= 0 && scaled <= UINT32_MAX))
        return check_refuse(check, field, "is %g; a number from 0 to %g is possible", value,
                            UINT32_MAX / scale);
    *to = (uint32_t)scaled;
    return true;
}

bool check_scaled_signed(const struct check *check, const char *field, double value, double scale,
                         int32_t *to)
{
    const double scaled = round(value * scale);
    if (!(scaled >= INT32_MIN && scaled <= INT32_MAX))
        return check_refuse(check, field, "is %g; a number up to +-%g is possible", value,
                            INT32_MAX / scale);
    *to = (int32_t)scaled;
    return true;
}
