/* A stadium as bytes, and back: all that decide and evolve go by, also what is derived, as it lies
 * in memory. So a stadium that was read goes on exactly as the one that was written would have. */
#include "server/base/hash.h"
#include "server/core/state.h"
#include "server/core/waitline.h"

#include <stdio.h>
#include <string.h>

/* Another number for every change of what is derived, or of the order in which it is written: what
 * layout_hash() cannot see. */
enum { IMAGE_VERSION = 11 };

/* Two programs that agree on it have the same rows, structures and limits. */
static uint64_t layout_hash(const struct limits *limits)
{
    const size_t sizes[] = {
        IMAGE_VERSION,
        sizeof(struct stadium),
        sizeof(struct sale),
        sizeof(struct seat),
        sizeof(struct person),
        sizeof(struct door),
        sizeof(struct roster),
        sizeof(struct wait_queue),
        sizeof(struct resale),
        sizeof(struct allocations),
        sizeof(struct addons),
        sizeof(struct questions),
        sizeof(struct waitline),
        sizeof(struct deadline),
        sizeof(struct door_change),
    };
    uint64_t hash = hash_bytes(0, TIFO_VERSION, strlen(TIFO_VERSION));
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        hash = hash_word(hash, sizes[i]);
    for (enum row_kind kind = 0; kind < ROW_KINDS; kind++) {
        const struct fields *fields = row_fields(kind);
        hash = hash_word(hash_bytes(hash, fields->name, strlen(fields->name)), fields->size);
        for (size_t i = 0; i < fields->count; i++) {
            const struct field *field = &fields->rows[i];
            hash = hash_word(hash, (uint64_t)field->type << 32 | field->number);
            hash = hash_word(hash, (uint64_t)field->offset << 32 | field->size);
        }
    }
    return hash_end(hash_bytes(hash, limits, sizeof(*limits)));
}

/* What this file walks over. A member that is new is saved and loaded, too; then this is its size
 * with it. */
enum { STADIUM_BYTES = 5184 + FORECAST_KEPT * sizeof(struct forecast) };
#if UINTPTR_MAX == UINT64_MAX
_Static_assert(sizeof(struct stadium) == STADIUM_BYTES, "what is new in it is saved and loaded");
#endif

static void crowd_image(struct image *image, struct stadium *s)
{
    const struct limits *limits = &s->limits;
    image_bytes(image, &s->head, sizeof(s->head));
    image_bytes(image, &s->head_hash, sizeof(s->head_hash));
    image_bytes(image, &s->plan, sizeof(s->plan));
    image_count(image, &s->alarm_count, limits->alarms);
    image_bytes(image, s->alarms, s->alarm_count * sizeof(*s->alarms));
    image_count(image, &s->answer_count, limits->alarms);
    image_bytes(image, s->answers, s->answer_count * sizeof(*s->answers));
    image_bytes(image, &s->alarm_log.count, sizeof(s->alarm_log.count));
    image_bytes(image, s->alarm_log.entries, ALARM_LOG * sizeof(*s->alarm_log.entries));
    image_count(image, &s->source_count, limits->sources);
    image_bytes(image, s->sources, s->source_count * sizeof(*s->sources));
    device_image(image, s);
    rule_image(image, s);
}

static void stadium_image(struct image *image, struct stadium *s)
{
    crowd_image(image, s);
    venue_image(image, s);
    forecast_image(image, s);
    booking_image(image, s);
    doors_image(image, s);
    image_bytes(image, &s->digest, sizeof(s->digest));
}

bool stadium_save(const struct stadium *stadium, struct byte_sink *sink)
{
    struct image image = { .sink = sink };
    uint64_t layout = layout_hash(&stadium->limits);
    image_bytes(&image, &layout, sizeof(layout));
    /* A walk that writes changes nothing. */
    stadium_image(&image, (struct stadium *)stadium);
    return !image.broken;
}

bool stadium_load(struct stadium *s, struct byte_source *source, char *why, size_t why_size)
{
    struct image image = { .source = source, .arena = &s->arena };
    uint64_t layout;
    image_bytes(&image, &layout, sizeof(layout));
    if (!image.broken && layout != layout_hash(&s->limits)) {
        snprintf(why, why_size, "another version of tifod wrote it");
        return false;
    }
    stadium_image(&image, s);
    if (image.broken) {
        snprintf(why, why_size, "it is cut off, or holds more than there is room for");
        return false;
    }
    if (stadium_digest_anew(s) != s->digest) {
        snprintf(why, why_size, "its rows have another digest than it says");
        return false;
    }
    return true;
}
