#include "server/sensors/topic.h"

#include <stdio.h>
#include <string.h>

static const char *const names[TOPIC_PARTS] = { "{device}", "{zone}", "{gate}", "{counter}" };

/* The placeholder that a text begins with, or TOPIC_PARTS. */
static enum topic_part part_at(const char *text)
{
    int part = 0;
    while (part < TOPIC_PARTS && strncmp(text, names[part], strlen(names[part])) != 0)
        part++;
    return (enum topic_part)part;
}

static size_t level_length(const char *at)
{
    return strcspn(at, "/");
}

static bool is_level(const char *at, size_t length, const char **why)
{
    const enum topic_part part = part_at(at);
    if (part < TOPIC_PARTS && length == strlen(names[part]))
        return true;
    if (length == 1 && (*at == '+' || *at == '#')) {
        *why = "# stands at the end only";
        return *at == '+' || at[1] == 0;
    }
    *why = "a level is a word, +, #, {device}, {zone}, {gate} or {counter}";
    for (size_t i = 0; i < length; i++)
        if (strchr("+#{}", at[i]))
            return false;
    return true;
}

bool topic_is_pattern(const char *pattern, const char **why)
{
    const char *at = pattern;
    *why = "it is empty";
    if (!*pattern)
        return false;
    for (;;) {
        const size_t length = level_length(at);
        if (!is_level(at, length, why))
            return false;
        at += length;
        if (!*at++)
            break;
    }
    for (int part = 0; part < TOPIC_PARTS; part++) {
        const char *first = strstr(pattern, names[part]);
        *why = "a placeholder stands in it twice";
        if (first && strstr(first + 1, names[part]))
            return false;
    }
    return true;
}

bool topic_has(const char *pattern, enum topic_part part)
{
    return strstr(pattern, names[part]) != NULL;
}

void topic_filter(const char *pattern, char filter[TOPIC_BYTES + 1])
{
    size_t used = 0;
    for (const char *at = pattern; *at && used < TOPIC_BYTES;) {
        const enum topic_part part = part_at(at);
        filter[used++] = part < TOPIC_PARTS ? '+' : *at;
        at += part < TOPIC_PARTS ? strlen(names[part]) : 1;
    }
    filter[used] = 0;
}

static bool match_level(const char *pattern, size_t pattern_length, const char *topic,
                        size_t length, struct topic_parts *parts)
{
    const enum topic_part part = part_at(pattern);
    if (part < TOPIC_PARTS) {
        if (length == 0 || length > TOPIC_PART_BYTES)
            return false;
        memcpy(parts->text[part], topic, length);
        parts->text[part][length] = 0;
        return true;
    }
    return (pattern_length == 1 && *pattern == '+') ||
           (pattern_length == length && memcmp(pattern, topic, length) == 0);
}

bool topic_match(const char *pattern, const char *topic, struct topic_parts *parts)
{
    for (int part = 0; part < TOPIC_PARTS; part++)
        parts->text[part][0] = 0;
    for (;;) {
        if (*pattern == '#')
            return true;
        const size_t wanted = level_length(pattern), there = level_length(topic);
        if (!match_level(pattern, wanted, topic, there, parts))
            return false;
        pattern += wanted;
        topic += there;
        if (!*pattern || !*topic)
            return (!*pattern && !*topic) || (!*topic && strcmp(pattern, "/#") == 0);
        pattern++;
        topic++;
    }
}

bool topic_expand(const char *text, const struct topic_parts *parts, char *out, size_t size)
{
    size_t used = 0;
    for (const char *at = text; *at;) {
        const enum topic_part part = part_at(at);
        const char *piece = part < TOPIC_PARTS ? parts->text[part] : at;
        const size_t length = part < TOPIC_PARTS ? strlen(piece) : 1;
        if (length == 0 || used + length >= size)
            return false;
        memcpy(out + used, piece, length);
        used += length;
        at += part < TOPIC_PARTS ? strlen(names[part]) : 1;
    }
    out[used] = 0;
    return true;
}
