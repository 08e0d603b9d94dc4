/* Topics of MQTT, with placeholders: "bowl/{gate}/turnstile/{device}". A placeholder stands for one
 * level, as + does; # at the end stands for any number of them. */
#ifndef SENSORS_TOPIC_H
#define SENSORS_TOPIC_H

#include <stdbool.h>
#include <stddef.h>

enum topic_part { TOPIC_DEVICE, TOPIC_ZONE, TOPIC_GATE, TOPIC_COUNTER, TOPIC_PARTS };
enum { TOPIC_BYTES = 255, TOPIC_PART_BYTES = 95 };

struct topic_parts {
    char text[TOPIC_PARTS][TOPIC_PART_BYTES + 1]; /* Empty: the topic has none. */
};

/* Whether it is a pattern; otherwise *why is a sentence. */
bool topic_is_pattern(const char *pattern, const char **why);
bool topic_has(const char *pattern, enum topic_part part);
/* As a broker wants it: + for each placeholder. */
void topic_filter(const char *pattern, char filter[TOPIC_BYTES + 1]);
/* Whether the topic is one of the pattern's; fills what the placeholders stand for. */
bool topic_match(const char *pattern, const char *topic, struct topic_parts *parts);
/* A text with placeholders: writes what they stand for. False: it does not fit, or one is empty. */
bool topic_expand(const char *text, const struct topic_parts *parts, char *out, size_t size);

#endif
