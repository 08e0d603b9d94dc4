#include "server/app/readings.h"

#include "server/ports/clock.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A column and what its values may be. */
struct column {
    const char *name;
    const uint32_t *v; /* NULL: any value will do. */
    uint32_t count;
    uint32_t most;
    const char *hint; /* How to mend a value above `most`. */
};

struct group {
    const char *name;
    uint32_t most_rows;
    struct column columns[4];
    size_t column_count;
};

static bool refuse(struct refusal *refusal, enum status status)
{
    refusal->status = status;
    return false;
}

uint64_t readings_rows(const struct readings *r)
{
    return (uint64_t)r->gate.count + r->place.count + r->queue.count + r->device_place.count +
           (r->quantity != NULL);
}

static bool check_source(const struct readings_sender *r, struct refusal *refusal)
{
    const size_t length = r->source ? strlen(r->source) : 0;
    bool fine = length >= 1 && length <= SOURCE_NAME_BYTES;
    for (size_t i = 0; fine && i < length; i++)
        fine = isalnum((unsigned char)r->source[i]) || strchr("._-", r->source[i]);
    if (fine)
        return true;
    snprintf(refusal->field, sizeof refusal->field, "%s%s", r->path, r->name);
    snprintf(refusal->message, sizeof refusal->message,
             "%s%s must be 1 to %d letters, digits, dots, underscores or dashes", r->path, r->name,
             SOURCE_NAME_BYTES);
    return refuse(refusal, STATUS_BAD_FIELD);
}

static bool check_time(const struct readings_sender *r, int64_t now_ms, struct refusal *refusal)
{
    if (r->sequence == 0) {
        snprintf(refusal->field, sizeof refusal->field, "%ssequence", r->path);
        snprintf(refusal->message, sizeof refusal->message,
                 "%ssequence starts at 1 and rises with each message of the %s", r->path, r->name);
        return refuse(refusal, STATUS_BAD_FIELD);
    }
    snprintf(refusal->field, sizeof refusal->field, "%sat_ms", r->path);
    if (r->at_ms <= 0 || r->at_ms > READINGS_LAST_MS) {
        snprintf(refusal->message, sizeof refusal->message,
                 "%sat_ms is the time of the readings in Unix milliseconds, above 0 and "
                 "before the year 10000",
                 r->path);
        return refuse(refusal, STATUS_BAD_FIELD);
    }
    if (now_ms > CLOCK_UNSET_MS && r->at_ms - now_ms > READINGS_AHEAD_MS) {
        snprintf(refusal->message, sizeof refusal->message,
                 "%sat_ms is %" PRId64 " ms ahead of stadium time, at most %d are taken; "
                 "set the sender's clock",
                 r->path, r->at_ms - now_ms, READINGS_AHEAD_MS);
        return refuse(refusal, STATUS_TIME_IN_FUTURE);
    }
    if (!r->replay && now_ms > CLOCK_UNSET_MS && now_ms - r->at_ms > READINGS_BEHIND_MS) {
        snprintf(refusal->message, sizeof refusal->message,
                 "%sat_ms is %" PRId64 " ms behind stadium time, at most %d are taken; "
                 "set the sender's clock",
                 r->path, now_ms - r->at_ms, READINGS_BEHIND_MS);
        return refuse(refusal, STATUS_TIME_TOO_OLD);
    }
    refusal->field[0] = 0;
    return true;
}

bool readings_check_sender(const struct readings_sender *sender, int64_t now_ms,
                           struct refusal *refusal)
{
    return check_source(sender, refusal) && check_time(sender, now_ms, refusal);
}

static bool check_length(const struct group *group, const struct column *column,
                         struct refusal *refusal)
{
    const struct column *first = &group->columns[0];
    snprintf(refusal->field, sizeof refusal->field, "readings.%s.%s", group->name, column->name);
    if (column->count != first->count) {
        snprintf(refusal->message, sizeof refusal->message,
                 "readings.%s.%s has %u rows and %s has %u; columns are equally long", group->name,
                 column->name, column->count, first->name, first->count);
        return refuse(refusal, STATUS_BAD_FIELD);
    }
    if (column->count > group->most_rows) {
        snprintf(refusal->message, sizeof refusal->message,
                 "readings.%s has %u rows, at most %u go into one message; send several",
                 group->name, column->count, group->most_rows);
        return refuse(refusal, STATUS_BAD_FIELD);
    }
    return true;
}

static bool check_values(const struct group *group, const struct column *column,
                         struct refusal *refusal)
{
    /* First the whole column without a branch, then, only if need be, which row it was. */
    uint32_t largest = 0;
    for (uint32_t i = 0; i < column->count; i++)
        largest = column->v[i] > largest ? column->v[i] : largest;
    if (largest <= column->most)
        return true;
    uint32_t row = 0;
    while (column->v[row] <= column->most)
        row++;
    snprintf(refusal->field, sizeof refusal->field, "readings.%s.%s[%u]", group->name, column->name,
             row);
    snprintf(refusal->message, sizeof refusal->message,
             "readings.%s.%s[%u] is %u and at most %u is allowed; %s", group->name, column->name,
             row, column->v[row], column->most, column->hint);
    return refuse(refusal, STATUS_BAD_FIELD);
}

static bool check_group(const struct group *group, struct refusal *refusal)
{
    for (size_t c = 0; c < group->column_count; c++)
        if (!check_length(group, &group->columns[c], refusal))
            return false;
    for (size_t c = 0; c < group->column_count; c++)
        if (group->columns[c].v && group->columns[c].count &&
            !check_values(group, &group->columns[c], refusal))
            return false;
    refusal->field[0] = 0;
    return true;
}

/* A group that names rows of a list that is empty is refused before its values are looked at. */
static bool check_index(const char *group, const char *column, uint32_t rows, uint32_t there,
                        struct refusal *refusal)
{
    if (rows == 0 || there > 0)
        return true;
    snprintf(refusal->field, sizeof refusal->field, "readings.%s.%s", group, column);
    snprintf(refusal->message, sizeof refusal->message,
             "the venue has nothing that readings.%s.%s"
             " could name",
             group, column);
    return refuse(refusal, STATUS_BAD_FIELD);
}

bool readings_check(const struct readings *r, const struct venue *venue, int64_t now_ms,
                    struct refusal *refusal)
{
    static const char a_place[] = "it is a place index of the venue";
    static const char a_gate[] = "it is a gate index of the venue";
    static const char a_queue[] = "it is a facility index, or number of facilities + gate index";
    static const char people[] = "it counts people";
    static const char error[] = "it is a thousandth of the count: 100 for 10 %";
    const uint32_t places = venue_places(venue);
    const uint32_t queues = venue->facility_count + venue->gate_count;
    const struct group groups[] = {
        { "turnstiles",
          4096,
          { { "gate", r->gate.v, r->gate.count, venue->gate_count - 1, a_gate },
            { "in", r->gate_in.v, r->gate_in.count, READINGS_PASSED_MAX, people },
            { "out", r->gate_out.v, r->gate_out.count, READINGS_PASSED_MAX, people } },
          3 },
        { "zones",
          65536,
          { { "place", r->place.v, r->place.count, places - 1, a_place },
            { "people", r->people.v, r->people.count, READINGS_PEOPLE_MAX, people },
            { "error_milli", r->people_error.v, r->people_error.count, 1000, error } },
          r->people_error.count ? 3 : 2 },
        { "queues",
          4096,
          { { "queue", r->queue.v, r->queue.count, queues - 1, a_queue },
            { "waiting", r->waiting.v, r->waiting.count, READINGS_WAITING_MAX, people },
            { "served", r->served.v, r->served.count, READINGS_PASSED_MAX, people } },
          3 },
        { "positions",
          200000,
          { { "device", NULL, r->device.count, 0, NULL },
            { "x_cm", NULL, r->device_x_cm.count, 0, NULL },
            { "y_cm", NULL, r->device_y_cm.count, 0, NULL },
            { "place", r->device_place.v, r->device_place.count, places - 1, a_place } },
          4 },
    };
    const struct readings_sender sender = { "source",    "readings.", r->source,
                                            r->sequence, r->at_ms,    r->replay };
    if (!readings_check_sender(&sender, now_ms, refusal) ||
        !check_index("turnstiles", "gate", r->gate.count, venue->gate_count, refusal) ||
        !check_index("zones", "place", r->place.count, places, refusal) ||
        !check_index("queues", "queue", r->queue.count, queues, refusal) ||
        !check_index("positions", "place", r->device_place.count, places, refusal))
        return false;
    for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++)
        if (!check_group(&groups[g], refusal))
            return false;
    return true;
}
