#include "clients/cli/arguments.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t find_flag(const struct flag *flags, const char *name)
{
    size_t i = 0;
    while (flags[i].name && strcmp(flags[i].name, name) != 0)
        i++;
    return i;
}

bool arguments_read(struct arguments *arguments, const struct flag *flags, int argc, char **argv)
{
    *arguments = (struct arguments){ .flags = flags };
    for (int i = 0; i < argc; i++) {
        if (argv[i][0] != '-' || argv[i][1] == '\0') {
            if (arguments->positional_count == POSITIONAL_MAX) {
                fprintf(stderr, "tifo: \"%s\" is one word too many; see --help\n", argv[i]);
                return false;
            }
            arguments->positional[arguments->positional_count++] = argv[i];
            continue;
        }
        size_t at = find_flag(flags, argv[i]);
        if (!flags[at].name) {
            fprintf(stderr, "tifo: unknown option %s; see --help\n", argv[i]);
            return false;
        }
        if (!flags[at].value) {
            arguments->values[at] = argv[i];
        } else if (i + 1 < argc) {
            arguments->values[at] = argv[++i];
        } else {
            fprintf(stderr, "tifo: %s needs a value: %s %s\n", argv[i], argv[i], flags[at].value);
            return false;
        }
    }
    return true;
}

const char *arguments_text(const struct arguments *arguments, const char *flag)
{
    size_t at = find_flag(arguments->flags, flag);
    assert(arguments->flags[at].name);
    return arguments->values[at];
}

bool arguments_switch(const struct arguments *arguments, const char *flag)
{
    return arguments_text(arguments, flag) != NULL;
}

bool arguments_number(const struct arguments *arguments, const char *flag, uint32_t min,
                      uint32_t max, uint32_t *out)
{
    const char *text = arguments_text(arguments, flag);
    if (!text)
        return true;
    char *end;
    long long number = strtoll(text, &end, 10);
    if (end == text || *end || number < (long long)min || number > (long long)max) {
        fprintf(stderr, "tifo: %s %s is not a whole number from %u to %u\n", flag, text, min, max);
        return false;
    }
    *out = (uint32_t)number;
    return true;
}

/* Days since 1970 of a date of the Gregorian calendar (Hinnant, chrono-compatible algorithms). */
static int64_t days_of(int64_t year, unsigned month, unsigned day)
{
    year -= month <= 2;
    const int64_t era = year / 400;
    const unsigned of_era = (unsigned)(year - era * 400);
    const unsigned of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

bool time_read(const char *text, int64_t *ms)
{
    unsigned year, month, day, hour, minute;
    int end = 0;
    if (sscanf(text, "%4u-%2u-%2uT%2u:%2u%n", &year, &month, &day, &hour, &minute, &end) < 5 ||
        text[end] || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 ||
        year < 1970)
        return false;
    *ms = ((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60000;
    return true;
}

bool arguments_time(const struct arguments *arguments, const char *flag, int64_t *ms)
{
    const char *text = arguments_text(arguments, flag);
    if (!text || time_read(text, ms))
        return true;
    fprintf(stderr, "tifo: %s %s is no time; write it as 2026-05-16T15:00, in UTC\n", flag, text);
    return false;
}

char *arguments_or(const struct arguments *arguments, const char *flag, const char *text)
{
    const char *given = arguments_text(arguments, flag);
    return (char *)(given ? given : text);
}

void arguments_give(struct arguments *arguments, const char *flag, const char *text)
{
    size_t at = find_flag(arguments->flags, flag);
    assert(arguments->flags[at].name);
    arguments->values[at] = text;
}
