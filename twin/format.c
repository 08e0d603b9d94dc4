#include "twin/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

char *format_count(char *out, uint64_t value)
{
    char plain[FORMAT_SIZE];
    int length =
        snprintf(plain, sizeof plain, "%llu", (unsigned long long)value % 100000000000000ull);
    int to = 0;
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            out[to++] = ',';
        out[to++] = plain[i];
    }
    out[to] = '\0';
    return out;
}

static char *format_time(char *out, int64_t unix_ms, const char *pattern)
{
    time_t seconds = (time_t)(unix_ms / 1000);
    struct tm parts;
    if (!localtime_r(&seconds, &parts) || !strftime(out, FORMAT_SIZE, pattern, &parts))
        out[0] = '\0';
    return out;
}

char *format_clock(char *out, int64_t unix_ms)
{
    return format_time(out, unix_ms, "%H:%M:%S");
}

char *format_clock_minutes(char *out, int64_t unix_ms)
{
    return format_time(out, unix_ms, "%H:%M");
}

char *format_duration(char *out, int64_t seconds)
{
    long long whole = llabs((long long)seconds);
    snprintf(out, FORMAT_SIZE, "%s%lld:%02lld", seconds < 0 ? "\xe2\x88\x92" : "",
             whole / 60 % 100000, whole % 60);
    return out;
}

char *format_density(char *out, float density_pm2)
{
    snprintf(out, FORMAT_SIZE, "%.1f", (double)density_pm2);
    return out;
}
