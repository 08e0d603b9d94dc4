#include "server/wire/waitroom.h"

#include "server/wire/id.h"

#include <string.h>

void wire_set_waitroom(const Tifo__V1__WaitingRoomSettings *from, struct set_waitroom *to)
{
    to->keeps = (uint32_t)(from->has_mode_case == 0) << SETTING_MODE |
                (uint32_t)(from->has_opens_case == 0) << SETTING_OPENS |
                (uint32_t)(from->has_rate_case == 0) << SETTING_RATE |
                (uint32_t)(from->has_active_case == 0) << SETTING_ACTIVE |
                (uint32_t)(from->has_claim_case == 0) << SETTING_CLAIM |
                (uint32_t)(from->has_session_case == 0) << SETTING_SESSION |
                (uint32_t)(from->has_proof_case == 0) << SETTING_PROOF |
                (uint32_t)(from->has_device_case == 0) << SETTING_DEVICE;
    to->mode = from->mode;
    to->opens_ms = from->opens_ms;
    to->rate_ppm = from->rate_per_minute;
    to->max_active = from->max_active;
    to->claim_s = from->claim_s;
    to->session_s = from->session_s;
    to->proof_bits = from->proof_bits;
    to->device_waiters = from->device_waiters;
}

static Tifo__V1__WaitingRoomSettings *settings_of(const struct waitroom *room, struct arena *arena)
{
    Tifo__V1__WaitingRoomSettings *to = arena_alloc(arena, sizeof *to);
    tifo__v1__waiting_room_settings__init(to);
#define HAS(name, setting) TIFO__V1__WAITING_ROOM_SETTINGS__HAS_##name##_##setting
    to->has_mode_case = HAS(MODE, MODE);
    to->has_opens_case = HAS(OPENS, OPENS_MS);
    to->has_rate_case = HAS(RATE, RATE_PER_MINUTE);
    to->has_active_case = HAS(ACTIVE, MAX_ACTIVE);
    to->has_claim_case = HAS(CLAIM, CLAIM_S);
    to->has_session_case = HAS(SESSION, SESSION_S);
    to->has_proof_case = HAS(PROOF, PROOF_BITS);
    to->has_device_case = HAS(DEVICE, DEVICE_WAITERS);
#undef HAS
    to->mode = (Tifo__V1__WaitingRoomMode)room->mode;
    to->opens_ms = room->opens_ms;
    to->rate_per_minute = room->rate_ppm;
    to->max_active = room->max_active;
    to->claim_s = room->claim_s;
    to->session_s = room->session_s;
    to->proof_bits = room->proof_bits;
    to->device_waiters = room->device_waiters;
    return to;
}

static struct id event_id(const struct stadium *stadium, uint32_t event)
{
    uint32_t count;
    return stadium_events(stadium, &count)[event].id;
}

Tifo__V1__WaitingRoom *wire_waitroom(const struct stadium *stadium, uint32_t event, int64_t now_ms,
                                     struct arena *arena)
{
    const struct waitroom *room = stadium_waitroom(stadium, event);
    Tifo__V1__WaitingRoom *to = arena_alloc(arena, sizeof *to);
    uint8_t seed[SEED_BYTES], commitment[SEED_BYTES];
    tifo__v1__waiting_room__init(to);
    waitroom_seed(room, seed, commitment);
    to->event_id = wire_id_text(event_id(stadium, event), arena);
    to->settings = settings_of(room, arena);
    to->open = room->open;
    to->commitment.data = arena_copy(arena, commitment, SEED_BYTES);
    to->commitment.len = SEED_BYTES;
    if (room->open) {
        to->seed.data = arena_copy(arena, seed, SEED_BYTES);
        to->seed.len = SEED_BYTES;
    }
    to->entered = room->entered;
    to->drawn = room->drawn;
    to->served = room->served;
    to->waiting = room->waiting;
    to->active = room->active;
    to->admitted = room->admitted;
    to->served_per_minute = waitroom_served_ppm(room, now_ms);
    to->version = room->version;
    return to;
}

/* At the pace of the last minute; when nobody moved, at the rate. */
static uint32_t wait_s(const struct waitroom *room, uint32_t position, int64_t now_ms)
{
    const uint32_t pace = waitroom_served_ppm(room, now_ms);
    return (uint32_t)((uint64_t)position * 60 / (pace ? pace : room->rate_ppm));
}

Tifo__V1__Waiter *wire_waiter(const struct stadium *stadium, uint32_t event, const char *name,
                              int64_t now_ms, struct arena *arena)
{
    const struct waitroom *room = stadium_waitroom(stadium, event);
    const uint32_t entry = stadium_waiter_find(stadium, event, waitroom_person(name));
    Tifo__V1__Waiter *to = arena_alloc(arena, sizeof *to);
    tifo__v1__waiter__init(to);
    to->person = (char *)name;
    if (!entry)
        return to;
    const struct waiter *waiter = stadium_waiter(stadium, event, entry);
    to->state = (Tifo__V1__WaiterState)waiter->state;
    to->entry = entry;
    to->number = stadium_waiter_number(stadium, event, entry);
    if (waiter->state == WAITER_WAITING && room->open) {
        to->position = to->number - room->served;
        to->wait_s = wait_s(room, to->position, now_ms);
    }
    if (waiter->state == WAITER_ADMITTED)
        to->admitted_until_ms = waiter_until_ms(room, waiter, now_ms);
    return to;
}

static void person_bytes(const char *name, uint8_t bytes[ADMISSION_PERSON_BYTES])
{
    wire_id_to_bytes(waitroom_person(name), bytes);
}

bool wire_admission_claim(const Tifo__V1__Waiter *waiter, struct id event,
                          struct admission_claim *claim)
{
    if (waiter->state != TIFO__V1__WAITER_STATE__WAITER_STATE_ADMITTED)
        return false;
    *claim = (struct admission_claim){ .entry = waiter->entry,
                                       .not_after_ms = waiter->admitted_until_ms };
    wire_id_to_bytes(event, claim->event);
    person_bytes(waiter->person, claim->person);
    return true;
}

bool wire_admission_is_of(const struct admission_claim *claim, struct id event, const char *person)
{
    uint8_t bytes[ADMISSION_PERSON_BYTES];
    person_bytes(person, bytes);
    return id_equal(wire_id_from_bytes(claim->event), event) &&
           memcmp(claim->person, bytes, sizeof bytes) == 0;
}
