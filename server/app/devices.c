#include "server/app/devices.h"

#include <stdlib.h>

void devices_fini(struct devices *devices)
{
    free(devices->rows);
    *devices = (struct devices){ 0 };
}

static struct device_row *slot(const struct devices *devices, uint64_t key)
{
    /* Mixed before it is cut (Murmur3's finaliser): pseudonyms may well be 1, 2, 3, or a section in
     * the high bits. */
    uint64_t mixed = key;
    mixed = (mixed ^ mixed >> 33) * UINT64_C(0xff51afd7ed558ccd);
    mixed = (mixed ^ mixed >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    uint32_t at = (uint32_t)(mixed ^ mixed >> 33) & (devices->room - 1);
    while (devices->rows[at].at_ms && devices->rows[at].key != key)
        at = (at + 1) & (devices->room - 1);
    return &devices->rows[at];
}

/* Never a pseudonym: the top bit is set. */
static uint64_t key_of(const char *name)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (const char *c = name; *c; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
    return hash | UINT64_C(1) << 63;
}

static bool is_older(const struct device_row *row, int64_t now_ms, int64_t age_ms)
{
    return row->at_ms < now_ms - age_ms;
}

/* Makes room for `more` devices; those that are older at `now_ms` are left behind. */
static bool rebuild(struct devices *devices, uint32_t more, int64_t now_ms, int64_t kept_ms)
{
    struct devices bigger = { .room = 1024, .version = devices->version };
    for (uint32_t i = 0; i < devices->room; i++)
        bigger.count += devices->rows[i].at_ms && !is_older(&devices->rows[i], now_ms, kept_ms);
    if (bigger.count + more > DEVICES_MAX)
        return false;
    while (bigger.room / 4 * 3 < bigger.count + more)
        bigger.room *= 2;
    bigger.rows = base_alloc(bigger.room * sizeof *bigger.rows);
    for (uint32_t i = 0; i < devices->room; i++) {
        const struct device_row *row = &devices->rows[i];
        if (row->at_ms && !is_older(row, now_ms, kept_ms))
            *slot(&bigger, row->key) = *row;
    }
    free(devices->rows);
    *devices = bigger;
    return true;
}

/* Room for so many more, if need be at the cost of those that are not shown any more. */
static bool make_room(struct devices *devices, uint32_t more, int64_t now_ms)
{
    return devices->count + more <= devices->room / 4 * 3 ||
           rebuild(devices, more, now_ms, DEVICE_KEPT_MS) ||
           rebuild(devices, more, now_ms, DEVICE_AGE_MS);
}

/* Devices of the message that are not in the table; one that it names twice counts twice. */
static uint32_t unknown(const struct devices *devices, const struct readings *r)
{
    uint32_t count = devices->room ? 0 : r->device.count;
    for (uint32_t i = 0; devices->room && i < r->device.count; i++)
        count += slot(devices, r->device.v[i])->at_ms == 0;
    return count;
}

/* Row `i` of the message; an older one than is known changes nothing. */
static void place(struct devices *devices, struct device_row *row, uint64_t key,
                  const struct readings *r, uint32_t i)
{
    devices->count += row->at_ms == 0;
    if (row->at_ms > r->at_ms)
        return;
    row->at_ms = r->at_ms;
    row->key = key;
    row->x_cm = r->device_x_cm.v[i];
    row->y_cm = r->device_y_cm.v[i];
    row->place = r->device_place.v[i];
}

bool devices_take(struct devices *devices, const struct readings *r)
{
    if (r->device.count == 0)
        return true;
    if (devices->count + r->device.count > devices->room / 4 * 3 &&
        !make_room(devices, unknown(devices, r), r->at_ms))
        return false;
    for (uint32_t i = 0; i < r->device.count; i++)
        place(devices, slot(devices, r->device.v[i]), r->device.v[i], r, i);
    devices->version++;
    return true;
}

bool devices_take_own(struct devices *devices, const struct readings *r, enum sequence_news *news)
{
    const uint64_t key = key_of(r->source);
    const bool known = devices->room && slot(devices, key)->at_ms;
    if (!known && !make_room(devices, 1, r->at_ms))
        return false;
    struct device_row *row = slot(devices, key);
    *news = r->replay ? SEQUENCE_LATE : sequence_news(&row->sequence, r->sequence);
    if (*news == SEQUENCE_SEEN)
        return true;
    place(devices, row, key, r, 0);
    if (!r->replay)
        sequence_take(&row->sequence, r->sequence);
    devices->version++;
    return true;
}

void devices_list(const struct devices *devices, int64_t now_ms, struct arena *arena,
                  struct positions *out)
{
    *out = (struct positions){
        .device = arena_array(arena, devices->count, sizeof *out->device),
        .x_cm = arena_array(arena, devices->count, sizeof *out->x_cm),
        .y_cm = arena_array(arena, devices->count, sizeof *out->y_cm),
        .place = arena_array(arena, devices->count, sizeof *out->place),
    };
    for (uint32_t i = 0; i < devices->room; i++) {
        const struct device_row *row = &devices->rows[i];
        if (row->at_ms == 0 || is_older(row, now_ms, DEVICE_AGE_MS))
            continue;
        out->device[out->count] = (uint32_t)row->key;
        out->x_cm[out->count] = row->x_cm;
        out->y_cm[out->count] = row->y_cm;
        out->place[out->count] = row->place;
        out->count++;
    }
}

uint32_t devices_count(const struct devices *devices, int64_t now_ms, int64_t ttl_ms,
                       uint32_t *count, uint32_t places)
{
    uint32_t all = 0;
    for (uint32_t i = 0; i < devices->room; i++) {
        const struct device_row *row = &devices->rows[i];
        if (row->at_ms == 0 || row->place >= places || is_older(row, now_ms, ttl_ms))
            continue;
        count[row->place]++;
        all++;
    }
    return all;
}
