#include "server/sensors/when.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Days since 1970-01-01: years are counted from March, so that the leap day is the last one. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    const int64_t from_march = (month + 9) % 12;
    const int64_t y = year - from_march / 10;
    return 365 * y + y / 4 - y / 100 + y / 400 + (from_march * 306 + 5) / 10 + day - 1 - 719468;
}

static bool parse_offset(const char *text, int64_t *minutes)
{
    int hours, rest, used = 0;
    *minutes = 0;
    if (strcmp(text, "Z") == 0 || strcmp(text, "z") == 0)
        return true;
    if ((*text != '+' && *text != '-') || strlen(text) != 6 ||
        sscanf(text + 1, "%2d:%2d%n", &hours, &rest, &used) != 2 || used != 5 || hours < 0 ||
        hours > 23 || rest < 0 || rest > 59)
        return false;
    *minutes = (*text == '-' ? -1 : 1) * (hours * 60 + rest);
    return true;
}

bool when_parse(const char *text, int64_t *ms)
{
    static const int lengths[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int year, month, day, hour, minute, second, used = 0;
    if (sscanf(text, "%4d-%2d-%2d%*1[Tt ]%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute,
               &second, &used) != 6 ||
        used != 19)
        return false;
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > lengths[month - 1] || hour < 0 ||
        hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return false;
    const char *at = text + used;
    int64_t thousandths = 0, weight = 100, offset;
    if (*at == '.') {
        if (!isdigit((unsigned char)*++at))
            return false;
        for (; isdigit((unsigned char)*at); at++, weight /= 10)
            thousandths += (*at - '0') * weight;
    }
    if (!parse_offset(at, &offset))
        return false;
    const int64_t minutes = days_of(year, month, day) * 1440 + hour * 60 + minute - offset;
    *ms = (minutes * 60 + second) * 1000 + thousandths;
    return true;
}
