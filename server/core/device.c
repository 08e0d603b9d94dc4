/* The registry of devices. */
#include "server/core/device.h"

#include "server/core/state.h"

#include <assert.h>
#include <string.h>

enum { NONE = UINT32_MAX };

/* ---- What readers see ------------------------------------------------------------------------ */

const struct device *stadium_devices(const struct stadium *s, uint32_t *count)
{
    *count = s->device_count;
    return s->devices;
}

/* Retired ones, too. */
static uint32_t row_of(const struct stadium *s, const char *id)
{
    for (uint32_t i = 0; i < s->device_count; i++)
        if (strcmp(s->devices[i].is.id, id) == 0)
            return i;
    return NONE;
}

uint32_t stadium_device_find(const struct stadium *s, const char *id)
{
    const uint32_t row = row_of(s, id);
    return row == NONE || s->devices[row].retired ? STADIUM_NONE : row;
}

bool stadium_registration_required(const struct stadium *s)
{
    return s->head.registration != 0;
}

uint32_t device_place(const struct stadium *s, const struct device *device)
{
    if (device->is.gate)
        return s->gates[device->is.gate - 1].zone_inside;
    return device->is.place ? device->is.place - 1 : NONE;
}

int64_t device_silent_at_ms(const struct device_set *device, int64_t seen_ms)
{
    const int64_t wait_ms = (int64_t)DEVICE_SILENT_INTERVALS * device->interval_ms;
    return seen_ms + (wait_ms > DEVICE_SILENT_LEAST_MS ? wait_ms : DEVICE_SILENT_LEAST_MS);
}

/* ---- decide ---------------------------------------------------------------------------------- */

static bool id_is_good(const char *id)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789._-";
    return id[0] && id[strspn(id, letters)] == 0;
}

static enum status check_gateway(const struct stadium *s, const struct set_device *ask,
                                 struct facts *out)
{
    const uint32_t gateway = ask->gateway[0] ? stadium_device_find(s, ask->gateway) : NONE;
    if (!ask->gateway[0])
        return STATUS_OK;
    if (gateway == NONE || s->devices[gateway].is.kind != DEVICE_GATEWAY ||
        strcmp(ask->gateway, ask->is.id) == 0)
        return facts_refuse(out, STATUS_UNKNOWN_DEVICE, "device.gateway",
                            "device.gateway: no gateway \"%s\" is registered; register it first",
                            ask->gateway);
    if (ask->is.kind == DEVICE_GATEWAY)
        return facts_refuse(out, STATUS_BAD_FIELD, "device.gateway",
                            "device.gateway: a gateway has no gateway");
    return STATUS_OK;
}

static enum status check_device(const struct stadium *s, const struct set_device *ask,
                                struct facts *out)
{
    const struct device_set *is = &ask->is;
    if (!stadium_venue(s))
        return facts_refuse(out, STATUS_UNKNOWN_VENUE, "venue_id", "%s",
                            status_sentence(STATUS_UNKNOWN_VENUE));
    if (!id_is_good(is->id))
        return facts_refuse(out, STATUS_BAD_FIELD, "device.device_id",
                            "device.device_id: use 1 to %d of A-Z a-z 0-9 . _ -",
                            SOURCE_NAME_BYTES);
    if (is->kind < DEVICE_TURNSTILE || is->kind > DEVICE_OTHER)
        return facts_refuse(out, STATUS_BAD_FIELD, "device.kind",
                            "device.kind: %u is no kind of device", is->kind);
    if (is->place > venue_places(&s->venue))
        return facts_refuse(out, STATUS_BAD_FIELD, "device.place",
                            "device.place: the venue has %u places, counted from 0",
                            venue_places(&s->venue));
    if (is->gate > s->venue.gate_count)
        return facts_refuse(out, STATUS_UNKNOWN_GATE, "device.gate",
                            "device.gate: the venue has %u gates, counted from 0",
                            s->venue.gate_count);
    if (is->interval_ms != 0 &&
        (is->interval_ms < DEVICE_INTERVAL_LEAST_MS || is->interval_ms > DEVICE_INTERVAL_MOST_MS))
        return facts_refuse(out, STATUS_BAD_FIELD, "device.interval_ms",
                            "device.interval_ms: 0 (nobody waits for it), or %d to %d",
                            DEVICE_INTERVAL_LEAST_MS, DEVICE_INTERVAL_MOST_MS);
    return check_gateway(s, ask, out);
}

static void key_add(struct facts *out, const struct command *command, uint32_t device,
                    const uint64_t key[DEVICE_KEY_WORDS], const char *by)
{
    struct device_keyed *keyed =
        &facts_add(out, FACT_DEVICE_KEYED, command->time_ms)->as.device_keyed;
    keyed->device = device;
    memcpy(keyed->key, key, sizeof(keyed->key));
    memcpy(keyed->by, by, sizeof(keyed->by));
}

/* One behind a gateway that would be none any more. */
static bool leads_others(const struct stadium *s, uint32_t index)
{
    for (uint32_t i = 0; i < s->device_count; i++)
        if (!s->devices[i].retired && s->devices[i].is.gateway == index + 1)
            return true;
    return false;
}

static enum status set_decide(const struct stadium *s, const struct command *command,
                              struct facts *out)
{
    const struct set_device *ask = &command->as.set_device;
    const enum status status = check_device(s, ask, out);
    if (status != STATUS_OK)
        return status;
    uint32_t row = row_of(s, ask->is.id);
    const bool known = row != NONE && !s->devices[row].retired;
    if (ask->is_new && known)
        return facts_refuse(out, STATUS_DEVICE_EXISTS, "device.device_id",
                            "device.device_id: \"%s\" is registered; update it", ask->is.id);
    if (!ask->is_new && !known)
        return facts_refuse(out, STATUS_UNKNOWN_DEVICE, "device.device_id",
                            "device.device_id: no device \"%s\" is registered", ask->is.id);
    if (known && ask->is.kind != DEVICE_GATEWAY && leads_others(s, row))
        return facts_refuse(out, STATUS_DEVICE_STATE, "device.kind",
                            "device.kind: devices are behind \"%s\"; give them another gateway",
                            ask->is.id);
    if (row == NONE && (row = s->device_count) == s->limits.devices)
        return facts_refuse(out, STATUS_REGISTRY_FULL, "device.device_id",
                            "device.device_id: %u devices are registered, as many as are kept; "
                            "ids of retired ones can be used again",
                            row);
    struct device_set *fact = &facts_add(out, FACT_DEVICE_SET, command->time_ms)->as.device_set;
    *fact = ask->is;
    fact->device = row;
    fact->gateway = ask->gateway[0] ? 1 + stadium_device_find(s, ask->gateway) : 0;
    if (ask->is_new)
        key_add(out, command, row, ask->key, ask->is.by);
    return STATUS_OK;
}

enum status device_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    const struct tend_device *ask = &command->as.tend_device;
    if (command->kind == COMMAND_SET_DEVICE)
        return set_decide(s, command, out);
    if (command->kind == COMMAND_SET_REGISTRATION) {
        const struct registration_set *set = &command->as.set_registration;
        if (!stadium_venue(s))
            return facts_refuse(out, STATUS_UNKNOWN_VENUE, "venue_id", "%s",
                                status_sentence(STATUS_UNKNOWN_VENUE));
        if (set->required != s->head.registration)
            facts_add(out, FACT_REGISTRATION_SET, command->time_ms)->as.registration_set = *set;
        return STATUS_OK;
    }
    const uint32_t row = stadium_device_find(s, ask->id);
    if (row == NONE)
        return facts_refuse(out, STATUS_UNKNOWN_DEVICE, "device_id",
                            "device_id: no device \"%s\" is registered", ask->id);
    if (command->kind == COMMAND_ROTATE_DEVICE) {
        key_add(out, command, row, ask->key, ask->by);
        return STATUS_OK;
    }
    if (leads_others(s, row))
        return facts_refuse(out, STATUS_DEVICE_STATE, "device_id",
                            "device_id: devices are behind \"%s\"; retire them, or give them "
                            "another gateway",
                            ask->id);
    struct device_retired *fact =
        &facts_add(out, FACT_DEVICE_RETIRED, command->time_ms)->as.device_retired;
    fact->device = row;
    memcpy(fact->by, ask->by, sizeof(fact->by));
    return STATUS_OK;
}

/* Rows of the column that it is news of: registered, and not in this state. */
static struct u32s news(const struct stadium *s, struct u32s column, bool silent, struct facts *out,
                        const int64_t *seen_ms, struct u64s *seen)
{
    uint32_t *rows = arena_array(&out->arena, column.count, sizeof(*rows)), count = 0;
    uint64_t *times = arena_array(&out->arena, column.count, sizeof(*times));
    for (uint32_t i = 0; i < column.count; i++) {
        const uint32_t row = column.v[i];
        if (row >= s->device_count || s->devices[row].retired ||
            (s->devices[row].state == DEVICE_ONLINE) != silent ||
            (count > 0 && row <= rows[count - 1]))
            continue;
        times[count] = seen_ms ? (uint64_t)seen_ms[i] : 0;
        rows[count++] = row;
    }
    if (seen)
        *seen = (struct u64s){ times, count };
    return (struct u32s){ rows, count };
}

void devices_tick(const struct stadium *s, const struct tick *tick, int64_t now_ms,
                  struct facts *out)
{
    struct devices_silent silent;
    silent.device = news(s, tick->silent, true, out, tick->silent_seen_ms, &silent.seen_ms);
    if (silent.device.count)
        facts_add(out, FACT_DEVICES_SILENT, now_ms)->as.devices_silent = silent;
    const struct u32s heard = news(s, tick->heard, false, out, NULL, NULL);
    if (heard.count)
        facts_add(out, FACT_DEVICES_HEARD, now_ms)->as.devices_heard.device = heard;
}

/* ---- evolve ---------------------------------------------------------------------------------- */

static void make_room(struct stadium *s)
{
    const uint32_t groups = s->limits.places + s->limits.devices;
    if (s->devices)
        return;
    s->devices = arena_array(&s->arena, s->limits.devices, sizeof(*s->devices));
    s->device_groups = arena_array(&s->arena, groups, sizeof(*s->device_groups));
}

static void device_open(struct stadium *s, uint32_t index)
{
    assert(index < s->device_count);
    row_remove(s, ROW_DEVICE, index, &s->devices[index]);
}

static void device_close(struct stadium *s, uint32_t index)
{
    row_add(s, ROW_DEVICE, index, &s->devices[index]);
}

/* Registered, updated, retired: it leaves one group, and enters another. */
static void regroup(struct stadium *s, const struct fact *fact, uint32_t index)
{
    struct device *device = &s->devices[index];
    const uint32_t before = device_group_of(s, index);
    device_group_count(s, index, -1);
    device_open(s, index);
    if (fact->kind == FACT_DEVICE_RETIRED) {
        device->retired = 1;
        device->since_ms = fact->time_ms;
        memcpy(device->is.by, fact->as.device_retired.by, sizeof(device->is.by));
    } else {
        if (device->retired) { /* It is another one, of the same id. */
            device->state = DEVICE_NEW;
            device->since_ms = fact->time_ms;
            device->seen_ms = 0;
            device->retired = 0;
        }
        device->is = fact->as.device_set;
    }
    device_close(s, index);
    device_group_count(s, index, 1);
    device_group_refresh(s, before, fact->time_ms);
    device_group_refresh(s, device_group_of(s, index), fact->time_ms);
}

static void set_evolve(struct stadium *s, const struct fact *fact)
{
    const uint32_t index = fact->as.device_set.device;
    make_room(s);
    assert(index <= s->device_count && index < s->limits.devices);
    if (index == s->device_count) {
        struct device *device = &s->devices[s->device_count++];
        *device = (struct device){ .retired = 1 };
        device->is.device = index;
        device_close(s, index);
    }
    regroup(s, fact, index);
}

static void turn(struct stadium *s, uint32_t index, enum device_state state, int64_t seen_ms,
                 int64_t now_ms)
{
    struct device *device = &s->devices[index];
    device_group_count(s, index, -1);
    device_open(s, index);
    device->state = state;
    device->since_ms = now_ms;
    device->seen_ms = seen_ms;
    device_close(s, index);
    device_group_count(s, index, 1);
    device_group_refresh(s, device_group_of(s, index), now_ms);
}

void device_evolve(struct stadium *s, const struct fact *fact)
{
    const struct device_keyed *keyed = &fact->as.device_keyed;
    const struct devices_silent *silent = &fact->as.devices_silent;
    switch (fact->kind) {
    case FACT_DEVICE_SET:
        set_evolve(s, fact);
        break;
    case FACT_DEVICE_KEYED:
        device_open(s, keyed->device);
        memcpy(s->devices[keyed->device].key, keyed->key, sizeof(keyed->key));
        s->devices[keyed->device].key_number++;
        device_close(s, keyed->device);
        break;
    case FACT_DEVICE_RETIRED:
        assert(fact->as.device_retired.device < s->device_count);
        regroup(s, fact, fact->as.device_retired.device);
        break;
    case FACT_REGISTRATION_SET:
        s->head.registration = fact->as.registration_set.required;
        break;
    case FACT_DEVICES_SILENT:
        for (uint32_t i = 0; i < silent->device.count; i++)
            turn(s, silent->device.v[i], DEVICE_OFFLINE, (int64_t)silent->seen_ms.v[i],
                 fact->time_ms);
        break;
    default:
        assert(fact->kind == FACT_DEVICES_HEARD);
        for (uint32_t i = 0; i < fact->as.devices_heard.device.count; i++)
            turn(s, fact->as.devices_heard.device.v[i], DEVICE_ONLINE, 0, fact->time_ms);
    }
}

void device_image(struct image *image, struct stadium *s)
{
    image_count(image, &s->device_count, s->limits.devices);
    if (s->device_count == 0)
        return;
    make_room(s);
    image_bytes(image, s->devices, s->device_count * sizeof(*s->devices));
    image_bytes(image, s->device_groups, s->limits.places * sizeof(*s->device_groups));
    image_bytes(image, s->device_groups + s->limits.places,
                s->device_count * sizeof(*s->device_groups));
}
