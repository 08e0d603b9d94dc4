#include "sim/figures.h"

#include <math.h>
#include <stdio.h>

char *figure_time(char out[FIGURE], double seconds)
{
    if (isnan(seconds)) {
        snprintf(out, FIGURE, "not reached");
        return out;
    }
    long whole = lround(seconds);
    const char *sign = whole < 0 ? "\u2212" : "";
    whole = whole < 0 ? -whole : whole;
    if (whole >= 3600)
        snprintf(out, FIGURE, "%s%ld:%02ld:%02ld", sign, whole / 3600, whole / 60 % 60, whole % 60);
    else
        snprintf(out, FIGURE, "%s%ld:%02ld", sign, whole / 60, whole % 60);
    return out;
}

char *figure_count(char out[FIGURE], double count)
{
    char digits[FIGURE];
    int length = snprintf(digits, sizeof digits, "%.0f", count), used = 0;
    if (isnan(count) || length >= FIGURE / 2)
        length = snprintf(digits, sizeof digits, "\u2013");
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && digits[0] >= '0' && digits[0] <= '9')
            out[used++] = ',';
        out[used++] = digits[i];
    }
    out[used] = '\0';
    return out;
}

char *figure_decimal(char out[FIGURE], double value, int decimals)
{
    snprintf(out, FIGURE, "%.*f", decimals, value);
    return out;
}

char *figure_change(char out[FIGURE], double from, double to)
{
    out[0] = '\0';
    if (isnan(from) || isnan(to) || from <= 0)
        return out;
    double change = round((to - from) / from * 100);
    snprintf(out, FIGURE, "%s%.0f %%", change < 0 ? "\u2212" : change > 0 ? "+" : "", fabs(change));
    return out;
}
