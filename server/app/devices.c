#include "server/app/devices.h"

#include <stdlib.h>

void devices_fini(struct devices *devices)
{
    free(devices->rows);
    *devices = (struct devices){ 0 };
}

static struct device_row *slot(const struct devices *devices, uint32_t device)
{
    /* Mixed before it is cut (Murmur3's finaliser): pseudonyms may well be 1, 2, 3, or a section in
     * the high bits. */
    uint32_t mixed = device;
    mixed = (mixed ^ mixed >> 16) * 0x85ebca6bu;
    mixed = (mixed ^ mixed >> 13) * 0xc2b2ae35u;
    uint32_t at = (mixed ^ mixed >> 16) & (devices->room - 1);
    while (devices->rows[at].at_ms && devices->rows[at].device != device)
        at = (at + 1) & (devices->room - 1);
    return &devices->rows[at];
}

static bool aged(const struct device_row *row, int64_t now_ms)
{
    return row->at_ms < now_ms - DEVICE_AGE_MS;
}

/* Makes room for `more` devices; those that are too old at `now_ms` are left behind. */
static bool rebuild(struct devices *devices, uint32_t more, int64_t now_ms)
{
    struct devices bigger = { .room = 1024, .version = devices->version };
    for (uint32_t i = 0; i < devices->room; i++)
        bigger.count += devices->rows[i].at_ms && !aged(&devices->rows[i], now_ms);
    if (bigger.count + more > DEVICES_MAX)
        return false;
    while (bigger.room / 4 * 3 < bigger.count + more)
        bigger.room *= 2;
    bigger.rows = base_alloc(bigger.room * sizeof *bigger.rows);
    for (uint32_t i = 0; i < devices->room; i++) {
        const struct device_row *row = &devices->rows[i];
        if (row->at_ms && !aged(row, now_ms))
            *slot(&bigger, row->device) = *row;
    }
    free(devices->rows);
    *devices = bigger;
    return true;
}

/* Devices of the message that are not in the table; one that it names twice counts twice. */
static uint32_t unknown(const struct devices *devices, const struct readings *r)
{
    uint32_t count = devices->room ? 0 : r->device.count;
    for (uint32_t i = 0; devices->room && i < r->device.count; i++)
        count += slot(devices, r->device.v[i])->at_ms == 0;
    return count;
}

bool devices_take(struct devices *devices, const struct readings *r)
{
    if (r->device.count == 0)
        return true;
    if (devices->count + r->device.count > devices->room / 4 * 3) {
        const uint32_t more = unknown(devices, r);
        if (devices->count + more > devices->room / 4 * 3 && !rebuild(devices, more, r->at_ms))
            return false;
    }
    for (uint32_t i = 0; i < r->device.count; i++) {
        struct device_row *row = slot(devices, r->device.v[i]);
        devices->count += row->at_ms == 0;
        if (row->at_ms <= r->at_ms)
            *row = (struct device_row){ r->at_ms, r->device.v[i], r->device_x_cm.v[i],
                                        r->device_y_cm.v[i], r->device_place.v[i] };
    }
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
        if (row->at_ms == 0 || aged(row, now_ms))
            continue;
        out->device[out->count] = row->device;
        out->x_cm[out->count] = row->x_cm;
        out->y_cm[out->count] = row->y_cm;
        out->place[out->count] = row->place;
        out->count++;
    }
}
