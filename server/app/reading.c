#include "server/app/reading.h"

#include "server/app/series.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Of a plane's coordinates; a geofence reaches as far. */
#define REACH_M (GEOFENCE_REACH_CM / 100)

static bool refuse(struct refusal *refusal, enum status status, const char *field,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));

static bool refuse(struct refusal *refusal, enum status status, const char *field,
                   const char *format, ...)
{
    va_list args;
    va_start(args, format);
    refusal->status = status;
    snprintf(refusal->field, sizeof refusal->field, "%s", field);
    vsnprintf(refusal->message, sizeof refusal->message, format, args);
    va_end(args);
    return false;
}

static bool index_fits(const char *field, uint32_t index, uint32_t count, struct refusal *refusal)
{
    if (index < count)
        return true;
    return refuse(refusal, STATUS_BAD_FIELD, field,
                  "%s is %" PRIu32 "; the venue has %" PRIu32 " of them, counted from 0", field,
                  index, count);
}

static bool people_fit(const char *field, uint32_t people, uint32_t most, struct refusal *refusal)
{
    if (people <= most)
        return true;
    return refuse(refusal, STATUS_BAD_FIELD, field,
                  "%s is %" PRIu32 " people and at most %" PRIu32 " are possible", field, people,
                  most);
}

/* NaN fails every comparison, so it is out of any range. */
static bool is_within(const char *field, double value, double most, const char *unit,
                      struct refusal *refusal)
{
    if (value >= -most && value <= most)
        return true;
    return refuse(refusal, STATUS_BAD_FIELD, field, "%s is %g; -%.0f to %.0f %s are possible",
                  field, value, most, most, unit);
}

static bool check_spot(const struct reading *r, const struct geofence *fence,
                       struct reading_spot *spot, struct refusal *refusal)
{
    if (r->where == WHERE_LOCAL) {
        if (!is_within("position.local.x_m", r->x, REACH_M, "m", refusal) ||
            !is_within("position.local.y_m", r->y, REACH_M, "m", refusal))
            return false;
        spot->x_cm = (int32_t)lround(r->x * 100);
        spot->y_cm = (int32_t)lround(r->y * 100);
        return true;
    }
    if (r->where != WHERE_WGS84)
        return refuse(refusal, STATUS_BAD_FIELD, "position",
                      "position says nowhere; give position.local or position.wgs84");
    if (!is_within("position.wgs84.latitude_deg", r->y, 90, "degrees", refusal) ||
        !is_within("position.wgs84.longitude_deg", r->x, 180, "degrees", refusal))
        return false;
    if (!geofence_is_anchored(fence))
        return refuse(refusal, STATUS_NO_ANCHOR, "position.wgs84", "%s",
                      status_sentence(STATUS_NO_ANCHOR));
    if (geofence_plane(fence, r->x, r->y, &spot->x_cm, &spot->y_cm))
        return true;
    return refuse(refusal, STATUS_POSITION_OUTSIDE, "position.wgs84", "%s",
                  status_sentence(STATUS_POSITION_OUTSIDE));
}

static bool check_position(const struct reading *r, const struct venue *venue,
                           const struct geofence *fence, struct reading_spot *spot,
                           struct refusal *refusal)
{
    if (!check_spot(r, fence, spot, refusal))
        return false;
    if (r->at == AT_PLACE) {
        spot->place = r->index;
        return index_fits("position.place", r->index, venue_places(venue), refusal);
    }
    if (r->at != AT_LEVEL)
        return refuse(refusal, STATUS_BAD_FIELD, "position",
                      "position has neither level nor place; levels lie over each other, give one");
    spot->place = geofence_find(fence, spot->x_cm, spot->y_cm, r->level);
    if (spot->place != GEOFENCE_NONE)
        return true;
    return refuse(refusal, STATUS_POSITION_OUTSIDE, "position",
                  "%.2f, %.2f m on level %" PRId32 " lies in no place of the venue",
                  spot->x_cm / 100.0, spot->y_cm / 100.0, r->level);
}

static bool check_measurement(const struct reading *r, struct refusal *refusal)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    const size_t length = strlen(r->quantity);
    if (length < 1 || length > QUANTITY_BYTES || strspn(r->quantity, letters) != length)
        return refuse(refusal, STATUS_BAD_FIELD, "measurement.quantity",
                      "measurement.quantity must be 1 to %d of a-z, 0-9 and _", QUANTITY_BYTES);
    if (!isfinite(r->value))
        return refuse(refusal, STATUS_BAD_FIELD, "measurement.value",
                      "measurement.value is no finite number");
    return true;
}

bool reading_check(const struct reading *r, const struct venue *venue, const struct geofence *fence,
                   int64_t now_ms, struct reading_spot *spot, struct refusal *refusal)
{
    const struct readings_sender sender = { "device",    "",       r->device,
                                            r->sequence, r->at_ms, r->replay };
    *spot = (struct reading_spot){ 0 };
    if (!readings_check_sender(&sender, now_ms, refusal))
        return false;
    switch (r->kind) {
    case READING_TURNSTILE:
        return index_fits("turnstile.gate", r->index, venue->gate_count, refusal) &&
               people_fit("turnstile.in", r->people, READINGS_PASSED_MAX, refusal) &&
               people_fit("turnstile.out", r->others, READINGS_PASSED_MAX, refusal);
    case READING_ZONE:
        return index_fits("zone.place", r->index, venue_places(venue), refusal) &&
               people_fit("zone.people", r->people, READINGS_PEOPLE_MAX, refusal);
    case READING_QUEUE:
        return index_fits("queue.queue", r->index, venue->facility_count + venue->gate_count,
                          refusal) &&
               people_fit("queue.waiting", r->people, READINGS_WAITING_MAX, refusal) &&
               people_fit("queue.served", r->others, READINGS_PASSED_MAX, refusal);
    case READING_POSITION:
        return check_position(r, venue, fence, spot, refusal);
    case READING_MEASUREMENT:
        return check_measurement(r, refusal);
    case READING_NONE:
        break;
    }
    return refuse(refusal, STATUS_BAD_FIELD, "what",
                  "the reading says nothing; set turnstile, zone, queue, position or "
                  "measurement");
}

void reading_columns(const struct reading *r, const struct reading_spot *spot, struct readings *out)
{
    const struct u32s index = { &r->index, 1 }, people = { &r->people, 1 };
    const struct u32s others = { &r->others, 1 };
    *out = (struct readings){ .source = r->device,
                              .sequence = r->sequence,
                              .at_ms = r->at_ms,
                              .replay = r->replay,
                              .credential = r->credential };
    switch (r->kind) {
    case READING_TURNSTILE:
        out->gate = index;
        out->gate_in = people;
        out->gate_out = others;
        break;
    case READING_ZONE:
        out->place = index;
        out->people = people;
        break;
    case READING_QUEUE:
        out->queue = index;
        out->waiting = people;
        out->served = others;
        break;
    case READING_POSITION:
        out->device_x_cm = (struct i32s){ &spot->x_cm, 1 };
        out->device_y_cm = (struct i32s){ &spot->y_cm, 1 };
        out->device_place = (struct u32s){ &spot->place, 1 };
        out->sender_is_device = true;
        break;
    case READING_MEASUREMENT:
        out->quantity = r->quantity;
        out->value = r->value;
        break;
    case READING_NONE:
        break;
    }
}
