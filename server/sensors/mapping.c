#include "server/sensors/mapping.h"

#include "server/sensors/when.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Totals -----------------------------------------------------------------------------------
 */

enum { TOTALS_ROOM = 16384 }; /* Slots, a power of two; at most half of them in use. */

struct totals {
    struct total_step rows[TOTALS_ROOM]; /* key 0: empty. */
    uint32_t count;
};

struct totals *totals_create(void)
{
    return base_alloc(sizeof(struct totals));
}

void totals_destroy(struct totals *totals)
{
    free(totals);
}

static uint32_t total_slot(const struct totals *totals, uint64_t key)
{
    uint32_t at = (uint32_t)(key & (TOTALS_ROOM - 1));
    while (totals->rows[at].key && totals->rows[at].key != key)
        at = (at + 1) & (TOTALS_ROOM - 1);
    return at;
}

bool totals_keep(struct totals *totals, const struct mapped *mapped)
{
    for (uint32_t i = 0; i < mapped->step_count; i++) {
        const struct total_step *step = &mapped->steps[i];
        const uint32_t at = total_slot(totals, step->key);
        if (!totals->rows[at].key && ++totals->count > TOTALS_ROOM / 2) {
            totals->count--;
            return false;
        }
        totals->rows[at] = *step;
    }
    return true;
}

static uint64_t total_key(const char *device, uint32_t place, uint32_t slot)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (const char *c = device; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 1099511628211u;
    hash = (hash ^ place) * 1099511628211u;
    hash = (hash ^ slot) * 1099511628211u;
    return hash ? hash : 1;
}

/* ---- Reading ----------------------------------------------------------------------------------
 */

/* One message under way. */
struct reader_job {
    const struct sensor_route *route;
    const struct topic_parts *parts;
    const struct names *names;
    const struct totals *totals;
    struct arena *arena;
    struct mapped *out;
    struct mapping_refusal *refusal;
    const json_t *whole;
    char device[SOURCE_NAME_BYTES + 1];
};

__attribute__((format(printf, 3, 4))) static bool refuse(struct reader_job *job, const char *reason,
                                                         const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    job->refusal->reason = reason;
    vsnprintf(job->refusal->why, sizeof job->refusal->why, format, arguments);
    va_end(arguments);
    return false;
}

/* "a.b.0": members of objects, rows of lists; a leading "$." may stand before it. */
static const json_t *find(const json_t *at, const char *path)
{
    char word[SENSOR_TEXT_BYTES + 1];
    if (strncmp(path, "$.", 2) == 0)
        path += 2;
    while (at && *path) {
        const size_t length = strcspn(path, ".");
        snprintf(word, sizeof word, "%.*s", (int)length, path);
        at = json_is_array(at) ? json_array_get(at, strtoul(word, NULL, 10))
                               : json_object_get(at, word);
        path += length + (path[length] == '.');
    }
    return at;
}

static bool find_number(struct reader_job *job, const json_t *in, const char *field, double *out)
{
    const json_t *found = find(in, field);
    if (!json_is_number(found))
        return refuse(job, found ? "BAD_VALUE" : "MISSING_FIELD", "%.90s %s",
                      field[0] ? field : "the payload", found ? "is no number" : "is not there");
    *out = json_number_value(found);
    return true;
}

/* A literal text, one with placeholders, or "$.field". */
static bool find_text(struct reader_job *job, const json_t *in, const char *text, char *out,
                      size_t size)
{
    if (strncmp(text, "$.", 2) == 0) {
        const json_t *found = find(in, text);
        if (json_is_string(found) && strlen(json_string_value(found)) < size) {
            snprintf(out, size, "%s", json_string_value(found));
            return true;
        }
        if (json_is_integer(found)) {
            snprintf(out, size, "%" JSON_INTEGER_FORMAT, json_integer_value(found));
            return true;
        }
        return refuse(job, found ? "BAD_VALUE" : "MISSING_FIELD", "%.90s %s", text + 2,
                      found ? "is no short text" : "is not there");
    }
    if (!topic_expand(text, job->parts, out, size))
        return refuse(job, "BAD_VALUE", "%.90s becomes too long with this topic", text);
    return true;
}

static bool find_place(struct reader_job *job, const json_t *in, uint32_t *index)
{
    const struct sensor_route *route = job->route;
    const char *text = route->kind == SENSOR_TURNSTILE ? route->gate
                       : route->kind == SENSOR_ZONE    ? route->zone
                                                       : route->counter;
    const struct name_list *list = route->kind == SENSOR_TURNSTILE ? &job->names->gates
                                   : route->kind == SENSOR_ZONE    ? &job->names->places
                                                                   : &job->names->queues;
    char id[SENSOR_TEXT_BYTES + 1];
    if (!find_text(job, in, text, id, sizeof id))
        return false;
    return names_find(list, id, index) || refuse(job, "UNKNOWN_PLACE", "the venue has no %s %.90s",
                                                 route->kind == SENSOR_TURNSTILE ? "gate"
                                                 : route->kind == SENSOR_ZONE    ? "zone or block"
                                                                              : "counter or gate",
                                                 id);
}

/* The people that a value tells; 0 where there is no such value. */
static bool find_people(struct reader_job *job, const json_t *in, const struct sensor_value *value,
                        uint32_t place, uint32_t slot, uint32_t *out)
{
    double number = 0;
    *out = 0;
    if (value->mark.line == 0)
        return true;
    if (!find_number(job, in, value->field, &number))
        return false;
    if (value->counts == COUNTS_TOTAL) {
        const double total = number;
        const uint64_t key = total_key(job->device, place, slot);
        const struct total_step *last = &job->totals->rows[total_slot(job->totals, key)];
        /* The first one says from where it counts; one that fell has begun anew. */
        number = !last->key ? 0 : total < last->total ? total : total - last->total;
        job->out->steps[job->out->step_count++] = (struct total_step){ key, total };
    }
    number = round(number * value->factor);
    if (number < 0)
        return refuse(job, "BAD_VALUE", "%.90s is below 0",
                      value->field[0] ? value->field : "the payload");
    *out = number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
    return true;
}

static bool find_time(struct reader_job *job, int64_t now_ms, int64_t *out)
{
    const struct sensor_time *at = &job->route->at;
    double number;
    *out = now_ms;
    if (at->mark.line == 0)
        return true;
    if (at->unit == UNIT_RFC3339) {
        const json_t *found = find(job->whole, at->field);
        return (json_is_string(found) && when_parse(json_string_value(found), out)) ||
               refuse(job, found ? "BAD_VALUE" : "MISSING_FIELD", "%.90s %s", at->field,
                      found ? "is no time such as 2026-05-16T14:41:00Z" : "is not there");
    }
    if (!find_number(job, job->whole, at->field, &number))
        return false;
    number *= at->unit == UNIT_S ? 1000 : 1;
    if (!(number > 0 && number <= (double)READINGS_LAST_MS))
        return refuse(job, "BAD_VALUE", "%.90s is no time in %s since 1970", at->field,
                      at->unit == UNIT_S ? "seconds" : "milliseconds");
    *out = (int64_t)number;
    return true;
}

static bool find_sequence(struct reader_job *job, uint64_t *out)
{
    *out = 0;
    if (!job->route->sequence[0])
        return true;
    const json_t *found = find(job->whole, job->route->sequence);
    if (!json_is_integer(found) || json_integer_value(found) < 1)
        return refuse(job, found ? "BAD_VALUE" : "MISSING_FIELD", "%.90s %s", job->route->sequence,
                      found ? "is no whole number from 1 on" : "is not there");
    *out = (uint64_t)json_integer_value(found);
    return true;
}

static bool read_rows(struct reader_job *job)
{
    const struct sensor_route *route = job->route;
    const json_t *list = route->each[0] ? find(job->whole, route->each) : NULL;
    if (route->each[0] && !json_is_array(list))
        return refuse(job, list ? "BAD_VALUE" : "MISSING_FIELD", "%.90s %s", route->each,
                      list ? "is no list" : "is not there");
    const size_t count = list ? json_array_size(list) : 1;
    if (count == 0 || count > MAPPING_ROWS)
        return refuse(job, "BAD_VALUE", "%.90s has %zu rows, 1 to %d are taken", route->each, count,
                      MAPPING_ROWS);
    uint32_t *place = arena_array(job->arena, count, sizeof *place);
    uint32_t *first = arena_array(job->arena, count, sizeof *first);
    uint32_t *second = arena_array(job->arena, count, sizeof *second);
    job->out->steps = arena_array(job->arena, 2 * count, sizeof *job->out->steps);
    const struct sensor_value *values[][2] = { [SENSOR_TURNSTILE] = { &route->in, &route->out },
                                               [SENSOR_ZONE] = { &route->people, NULL },
                                               [SENSOR_QUEUE] = { &route->waiting,
                                                                  &route->served } };
    const struct sensor_value *const *value = values[route->kind];
    for (size_t i = 0; i < count; i++) {
        const json_t *row = list ? json_array_get(list, i) : job->whole;
        if (!find_place(job, row, &place[i]) ||
            !find_people(job, row, value[0], place[i], 0, &first[i]) ||
            (value[1] && !find_people(job, row, value[1], place[i], 1, &second[i])))
            return false;
    }
    struct readings *r = &job->out->readings;
    const uint32_t rows = (uint32_t)count;
    const struct u32s columns[] = { { place, rows }, { first, rows }, { second, rows } };
    if (route->kind == SENSOR_TURNSTILE)
        r->gate = columns[0], r->gate_in = columns[1], r->gate_out = columns[2];
    else if (route->kind == SENSOR_ZONE)
        r->place = columns[0], r->people = columns[1];
    else
        r->queue = columns[0], r->waiting = columns[1], r->served = columns[2];
    return true;
}

static bool read_message(struct reader_job *job, int64_t now_ms)
{
    struct readings *r = &job->out->readings;
    if (!find_text(job, job->whole, job->route->device, job->device, sizeof job->device) ||
        !find_time(job, now_ms, &r->at_ms) || !find_sequence(job, &r->sequence) || !read_rows(job))
        return false;
    r->source = arena_copy(job->arena, job->device, sizeof job->device);
    /* A device sends one message for one moment: the time tells them apart, too. */
    if (r->sequence == 0 && job->route->at.mark.line)
        r->sequence = (uint64_t)r->at_ms * 1000;
    job->out->flows = job->route->kind == SENSOR_TURNSTILE || job->route->served.mark.line;
    return true;
}

bool mapping_read(const struct sensor_route *route, const struct topic_parts *parts,
                  const struct sensor_message *message, const struct names *names,
                  const struct totals *totals, int64_t now_ms, struct arena *arena,
                  struct mapped *out, struct mapping_refusal *refusal)
{
    struct reader_job job = { .route = route,
                              .parts = parts,
                              .names = names,
                              .totals = totals,
                              .arena = arena,
                              .out = out,
                              .refusal = refusal };
    json_error_t error;
    *out = (struct mapped){ 0 };
    if (message->size > MAPPING_PAYLOAD_BYTES)
        return refuse(&job, "TOO_LARGE", "the payload has %zu bytes, at most %d are taken",
                      message->size, MAPPING_PAYLOAD_BYTES);
    json_t *whole = json_loadb(message->payload, message->size, JSON_DECODE_ANY, &error);
    if (!whole)
        return refuse(&job, "NOT_JSON", "byte %d: %.150s", error.position, error.text);
    job.whole = whole;
    const bool read = read_message(&job, now_ms);
    json_decref(whole);
    return read;
}
