#include "clients/cli/terms.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

bool list_read(const char *flag, const char *text, uint32_t list[LIST_MAX], size_t *count)
{
    const char *at = text;
    *count = 0;
    for (;;) {
        char *end;
        const unsigned long number = strtoul(at, &end, 10);
        if (end == at || number >= LIST_MAX || *count == LIST_MAX || (*end && *end != ',') ||
            (*count > 0 && number <= list[*count - 1])) {
            fprintf(stderr, "tifo: %s %s: write indices that ascend, such as 0,2\n", flag, text);
            return false;
        }
        list[(*count)++] = (uint32_t)number;
        if (!*end)
            return true;
        at = end + 1;
    }
}

bool percent_read(const struct arguments *arguments, const char *flag, uint32_t max, uint32_t *out)
{
    const char *text = arguments_text(arguments, flag);
    char *end;
    if (!text)
        return true;
    const double milli = strtod(text, &end) * 1000, whole = round(milli);
    if (end == text || *end || !(whole >= 0 && whole <= max) || fabs(milli - whole) > 1e-6) {
        fprintf(stderr, "tifo: %s %s is no percentage from 0 to %g, with at most three decimals\n",
                flag, text, max / 1000.0);
        return false;
    }
    *out = (uint32_t)whole;
    return true;
}
