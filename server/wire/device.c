#include "server/wire/device.h"

/* 1 + an index; whether the venue has it, decide says. */
static bool take_index(const struct check *check, const char *field, uint32_t index, uint32_t *to)
{
    *to = index + 1;
    return *to || check_refuse(check, field, "is no index of the venue");
}

bool wire_set_device(const Tifo__V1__Device *from, struct set_device *to, struct refusal *refusal)
{
    const struct check top = { .refusal = refusal, .at = "" };
    const struct check check = { .refusal = refusal, .at = "device" };
    struct device_set *is = &to->is;
    if (!from)
        return check_refuse(&top, "device", "is missing");
    is->kind = (uint32_t)from->kind;
    is->interval_ms = from->interval_ms;
    if (from->spot) {
        is->located = 1;
        is->x_cm = from->spot->x_cm;
        is->y_cm = from->spot->y_cm;
        is->level = from->spot->level;
    }
    if (from->at_case == TIFO__V1__DEVICE__AT_PLACE &&
        !take_index(&check, "place", from->place, &is->place))
        return false;
    if (from->at_case == TIFO__V1__DEVICE__AT_GATE &&
        !take_index(&check, "gate", from->gate, &is->gate))
        return false;
    return check_text(&check, "device_id", from->device_id, is->id, sizeof is->id) &&
           check_text(&check, "gateway", from->gateway, to->gateway, sizeof to->gateway);
}

Tifo__V1__DeviceState wire_device_state(const struct device *device, int64_t seen_ms,
                                        int64_t now_ms)
{
    const int64_t late_ms = (int64_t)device->is.interval_ms * 3 / 2;
    switch (device->state) {
    case DEVICE_OFFLINE:
        return TIFO__V1__DEVICE_STATE__DEVICE_STATE_OFFLINE;
    case DEVICE_ONLINE:
        return seen_ms && late_ms && now_ms - seen_ms > late_ms
                   ? TIFO__V1__DEVICE_STATE__DEVICE_STATE_LATE
                   : TIFO__V1__DEVICE_STATE__DEVICE_STATE_ONLINE;
    default:
        return TIFO__V1__DEVICE_STATE__DEVICE_STATE_NEW;
    }
}

Tifo__V1__Device *wire_device(const struct stadium *stadium, const struct device *from,
                              int64_t seen_ms, int64_t now_ms, struct arena *arena)
{
    uint32_t count;
    const struct device *devices = stadium_devices(stadium, &count);
    const struct device *kept = arena_copy(arena, from, sizeof *from);
    const struct device_set *is = &kept->is;
    Tifo__V1__Device *to = arena_alloc(arena, sizeof *to);
    tifo__v1__device__init(to);
    to->device_id = (char *)is->id;
    to->kind = (Tifo__V1__DeviceKind)is->kind;
    if (is->gate) {
        to->at_case = TIFO__V1__DEVICE__AT_GATE;
        to->gate = is->gate - 1;
    } else if (is->place) {
        to->at_case = TIFO__V1__DEVICE__AT_PLACE;
        to->place = is->place - 1;
    }
    if (is->located) {
        to->spot = arena_alloc(arena, sizeof *to->spot);
        tifo__v1__device_spot__init(to->spot);
        to->spot->x_cm = is->x_cm;
        to->spot->y_cm = is->y_cm;
        to->spot->level = is->level;
    }
    if (is->gateway)
        to->gateway = arena_copy(arena, devices[is->gateway - 1].is.id, sizeof is->id);
    to->interval_ms = is->interval_ms;
    to->index = is->device;
    to->state = wire_device_state(from, seen_ms, now_ms);
    to->state_ms = from->since_ms;
    to->seen_ms = seen_ms ? seen_ms : from->seen_ms;
    to->key_number = from->key_number;
    to->alarm_number = from->alarm;
    to->set_by = (char *)is->by;
    return to;
}
