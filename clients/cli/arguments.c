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
