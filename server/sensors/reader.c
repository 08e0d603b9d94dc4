#include "server/sensors/reader.h"

#include "server/sensors/mapping.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { READER_TOPIC_CHARS = 120, READER_SHOWN_CHARS = 200 };

struct reader {
    struct reader_options options;
    /* The source's thread's. */
    bool named;
    struct names names;
    struct totals *totals;
    struct arena arena;
    uint64_t arrival; /* The sequence of the last message that had none. */

    pthread_mutex_t mutex;
    struct reader_counts *counts; /* By link. */
};

struct reader *reader_create(const struct reader_options *options)
{
    struct reader *reader = base_alloc(sizeof *reader);
    reader->options = *options;
    reader->counts = base_alloc(options->link_count * sizeof *reader->counts + 1);
    reader->totals = totals_create();
    pthread_mutex_init(&reader->mutex, NULL);
    return reader;
}

void reader_destroy(struct reader *reader)
{
    if (!reader)
        return;
    names_fini(&reader->names);
    totals_destroy(reader->totals);
    arena_fini(&reader->arena);
    pthread_mutex_destroy(&reader->mutex);
    free(reader->counts);
    free(reader);
}

/* ---- Counting ---------------------------------------------------------------------------------
 */

/* Under the mutex. The last of the reasons takes what has no room of its own. */
static uint64_t count_reason(struct reader_counts *counts, const char *reason)
{
    uint32_t at = 0;
    while (at < counts->reason_count && strcmp(counts->refusals[at].reason, reason) != 0)
        at++;
    if (at == counts->reason_count) {
        if (at == READER_REASONS - 1)
            reason = "OTHER";
        if (at == READER_REASONS)
            at--;
        else
            counts->reason_count++;
        counts->refusals[at].reason = reason;
    }
    return ++counts->refusals[at].messages;
}

/* What came from outside is shown as plain text. */
static void make_printable(char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            *text = '?';
}

static void bury(struct reader *reader, const struct sensor_message *message, const char *reason,
                 const char *why, int64_t now_ms)
{
    char topic[READER_TOPIC_CHARS + 1], text[READER_WHY_BYTES + READER_SHOWN_CHARS];
    const size_t shown = message->size < READER_SHOWN_CHARS ? message->size : READER_SHOWN_CHARS;
    const struct venue *venue = intake_venue(reader->options.intake);
    if (!reader->options.keep_letter)
        return;
    snprintf(topic, sizeof topic, "%s", message->topic);
    snprintf(text, sizeof text, "%.200s; it was: %.*s", why, (int)shown,
             (const char *)message->payload);
    make_printable(topic);
    make_printable(text);
    reader->options.keep_letter(
        reader->options.letters,
        &(struct letter){ .received_ms = now_ms,
                          .caller = reader->options.links[message->link].name,
                          .venue_id = venue->id,
                          .device = topic,
                          .form = LETTER_COLUMNS,
                          .rows = 1,
                          .reason = reason,
                          .field = "",
                          .message = text });
}

static void count_refused(struct reader *reader, const struct sensor_message *message,
                          const char *reason, const char *why, int64_t now_ms)
{
    struct reader_counts *counts = &reader->counts[message->link];
    char text[READER_WHY_BYTES];
    snprintf(text, sizeof text, "%.80s: %s: %.200s", message->topic, reason, why);
    make_printable(text);
    pthread_mutex_lock(&reader->mutex);
    counts->messages++;
    counts->refused++;
    counts->last_ms = now_ms;
    const uint64_t times = count_reason(counts, reason);
    memcpy(counts->last_refusal, text, sizeof text);
    pthread_mutex_unlock(&reader->mutex);
    bury(reader, message, reason, why, now_ms);
    if ((times & (times - 1)) == 0)
        log_write(reader->options.log, LOG_WARNING, "sensor-message-refused",
                  "source=%s times=%" PRIu64 " refused=%s",
                  reader->options.links[message->link].name, times, text);
}

static void count_taken(struct reader *reader, uint32_t link, const struct intake_outcome *outcome,
                        int64_t now_ms)
{
    struct reader_counts *counts = &reader->counts[link];
    pthread_mutex_lock(&reader->mutex);
    counts->messages++;
    counts->readings += outcome->accepted;
    counts->duplicates += outcome->duplicates;
    counts->last_ms = now_ms;
    pthread_mutex_unlock(&reader->mutex);
}

static enum sensor_taken put_off(struct reader *reader, uint32_t link)
{
    pthread_mutex_lock(&reader->mutex);
    reader->counts[link].put_off++;
    pthread_mutex_unlock(&reader->mutex);
    return SENSOR_LATER;
}

void reader_look(struct reader *reader, uint32_t link, struct reader_counts *out)
{
    pthread_mutex_lock(&reader->mutex);
    *out = reader->counts[link];
    pthread_mutex_unlock(&reader->mutex);
}

/* ---- Taking -----------------------------------------------------------------------------------
 */

static const struct sensor_route *find_route(const struct reader_link *link, const char *topic,
                                             struct topic_parts *parts)
{
    for (size_t i = 0; i < link->route_count; i++)
        if (!link->routes[i].topic[0] || topic_match(link->routes[i].topic, topic, parts))
            return &link->routes[i];
    return NULL;
}

static bool read_message(struct reader *reader, const struct sensor_message *message,
                         int64_t now_ms, struct mapped *mapped, struct mapping_refusal *refusal)
{
    struct topic_parts parts = { 0 };
    const struct sensor_route *route =
        find_route(&reader->options.links[message->link], message->topic, &parts);
    *refusal = (struct mapping_refusal){ .reason = "UNKNOWN_TOPIC" };
    if (!route) {
        snprintf(refusal->why, sizeof refusal->why, "no topic of the configuration is like it");
        return false;
    }
    if (!mapping_read(route, &parts, message, &reader->names, reader->totals, now_ms,
                      &reader->arena, mapped, refusal))
        return false;
    if (!message->kept || !mapped->flows)
        return true;
    refusal->reason = "RETAINED";
    snprintf(refusal->why, sizeof refusal->why,
             "the broker kept it; who passed is counted when it happens");
    return false;
}

/* A message that says nothing that would tell it from others is one by itself. Rises over restarts,
 * too, because stadium time does. */
static uint64_t arrival(struct reader *reader, int64_t now_ms)
{
    const uint64_t now = (uint64_t)now_ms * 1000;
    reader->arrival = now > reader->arrival ? now : reader->arrival + 1;
    return reader->arrival;
}

static enum sensor_taken take(void *ctx, const struct sensor_message *message, uint64_t *mark)
{
    static const struct credential trusted = { .trusted = true };
    struct reader *reader = ctx;
    struct intake *intake = reader->options.intake;
    const int64_t now_ms = reader->options.now_ms(reader->options.ctx);
    struct mapped mapped;
    struct mapping_refusal refusal;
    struct intake_outcome outcome;
    const struct venue *venue = intake_venue(intake);
    *mark = 0;
    if (!venue)
        return put_off(reader, message->link);
    if (!reader->named) {
        names_init(&reader->names, venue);
        reader->named = true;
    }
    reader->named = true;
    arena_reset(&reader->arena);
    if (!read_message(reader, message, now_ms, &mapped, &refusal)) {
        intake_count_refused(intake, STATUS_BAD_FIELD, 1);
        count_refused(reader, message, refusal.reason, refusal.why, now_ms);
        return SENSOR_TAKEN;
    }
    if (mapped.readings.sequence == 0)
        mapped.readings.sequence = arrival(reader, now_ms);
    mapped.readings.credential = &trusted;
    const enum status status = intake_take(intake, "", &mapped.readings, now_ms, &outcome);
    if (status == STATUS_TELEMETRY_SHED)
        return put_off(reader, message->link);
    if (status != STATUS_OK) {
        count_refused(reader, message, status_reason(status), outcome.refusal.message, now_ms);
        return SENSOR_TAKEN;
    }
    *mark = outcome.mark;
    count_taken(reader, message->link, &outcome, now_ms);
    if (outcome.accepted && !totals_keep(reader->totals, &mapped))
        log_write(reader->options.log, LOG_WARNING, "sensor-totals-full", "source=%s",
                  reader->options.links[message->link].name);
    return SENSOR_TAKEN;
}

static uint64_t mark_now(void *ctx)
{
    const struct reader *reader = ctx;
    return intake_mark(reader->options.intake);
}

static bool is_ready(void *ctx)
{
    const struct reader *reader = ctx;
    return intake_venue(reader->options.intake) != NULL;
}

struct sensor_sink reader_sink(struct reader *reader)
{
    return (struct sensor_sink){ .take = take, .mark = mark_now, .ready = is_ready, .ctx = reader };
}
