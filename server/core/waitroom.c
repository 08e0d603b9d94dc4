#include "server/core/waitroom.h"

#include "server/base/sha256.h"
#include "server/core/state.h"
#include "server/core/waitline.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static enum status refuse(struct facts *out, enum status status, const char *field)
{
    return facts_refuse(out, status, field, "%s: %s", field, status_sentence(status));
}

/* ---- Settings ---------------------------------------------------------------------------- */

static enum status check_range(struct facts *out, const char *name, uint32_t value, uint32_t least,
                               uint32_t most)
{
    char field[40];
    if (value >= least && value <= most)
        return STATUS_OK;
    snprintf(field, sizeof(field), "settings.%s", name);
    return facts_refuse(out, STATUS_BAD_FIELD, field, "%s: %u; %u to %u are possible", field, value,
                        least, most);
}

static enum status check_settings(const struct waitroom_set *set, struct facts *out)
{
    const struct {
        const char *name;
        uint32_t value, least, most;
    } bounds[] = {
        { "mode", set->mode, WAITROOM_NORMAL, WAITROOM_REJECT },
        { "rate_per_minute", set->rate_ppm, 1, RATE_PPM_MAX },
        { "max_active", set->max_active, 1, ACTIVE_MAX },
        { "claim_s", set->claim_s, ADMISSION_MIN_S, ADMISSION_MAX_S },
        { "session_s", set->session_s, ADMISSION_MIN_S, ADMISSION_MAX_S },
        { "proof_bits", set->proof_bits, 0, PROOF_BITS_MAX },
        { "device_waiters", set->device_waiters, 0, DEVICE_WAITERS_MAX },
    };
    for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
        enum status status =
            check_range(out, bounds[i].name, bounds[i].value, bounds[i].least, bounds[i].most);
        if (status != STATUS_OK)
            return status;
    }
    if (set->opens_ms < 1 || set->opens_ms > TIME_MAX_MS)
        return facts_refuse(out, STATUS_BAD_FIELD, "settings.opens_ms",
                            "settings.opens_ms: %lld; Unix milliseconds, and 0 is now",
                            (long long)set->opens_ms);
    return STATUS_OK;
}

static bool settings_equal(const struct waitroom *room, const struct waitroom_set *set)
{
    return room->mode == set->mode && room->opens_ms == set->opens_ms &&
           room->rate_ppm == set->rate_ppm && room->max_active == set->max_active &&
           room->claim_s == set->claim_s && room->session_s == set->session_s &&
           room->proof_bits == set->proof_bits && room->device_waiters == set->device_waiters;
}

static void put_be(uint8_t *bytes, uint64_t number)
{
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(number >> (56 - 8 * i));
}

static struct bytes seed_from(const struct id drawn[2], struct arena *arena)
{
    uint8_t *seed = arena_alloc(arena, SEED_BYTES);
    for (int i = 0; i < 2; i++) {
        put_be(seed + 16 * i, drawn[i].high);
        put_be(seed + 16 * i + 8, drawn[i].low);
    }
    return (struct bytes){ seed, SEED_BYTES };
}

/* Of what is not asked for: as it is, or as at first. */
static uint32_t setting(const struct set_waitroom *ask, enum waitroom_setting which, uint32_t asked,
                        uint32_t kept)
{
    return ask->keeps >> which & 1 ? kept : asked;
}

static struct waitroom_set settings_asked(const struct set_waitroom *ask, uint32_t event,
                                          const struct waitroom *room)
{
    static const struct waitroom at_first = {
        .mode = WAITROOM_NORMAL,
        .rate_ppm = RATE_PPM_FIRST,
        .max_active = ACTIVE_FIRST,
        .claim_s = CLAIM_S,
        .session_s = SESSION_S,
    };
    const struct waitroom *kept = room ? room : &at_first;
    const uint32_t mode = ask->mode ? ask->mode : WAITROOM_NORMAL;
    const uint32_t claim_s = ask->claim_s ? ask->claim_s : CLAIM_S;
    const uint32_t session_s = ask->session_s ? ask->session_s : SESSION_S;
    return (struct waitroom_set){
        .event = event,
        .mode = setting(ask, SETTING_MODE, mode, kept->mode),
        .opens_ms = ask->keeps >> SETTING_OPENS & 1 ? kept->opens_ms : ask->opens_ms,
        .rate_ppm = setting(ask, SETTING_RATE, ask->rate_ppm, kept->rate_ppm),
        .max_active = setting(ask, SETTING_ACTIVE, ask->max_active, kept->max_active),
        .claim_s = setting(ask, SETTING_CLAIM, claim_s, kept->claim_s),
        .session_s = setting(ask, SETTING_SESSION, session_s, kept->session_s),
        .proof_bits = setting(ask, SETTING_PROOF, ask->proof_bits, kept->proof_bits),
        .device_waiters = setting(ask, SETTING_DEVICE, ask->device_waiters, kept->device_waiters),
    };
}

static enum status set_decide(const struct stadium *s, const struct command *command,
                              struct facts *out)
{
    const struct set_waitroom *ask = &command->as.set_waitroom;
    const uint32_t event = event_index(s, ask->event, out);
    if (event == ID_MAP_NONE)
        return STATUS_UNKNOWN_EVENT;
    if (event_check_actor(s, event, &ask->by, out) != STATUS_OK)
        return out->refusal.status;
    const struct waitline *line = waitline_of(s, event);
    struct waitroom_set set = settings_asked(ask, event, line ? &line->room : NULL);
    const bool open = line && line->room.open;
    if (set.opens_ms == 0)
        set.opens_ms = open ? line->room.opens_ms : command->time_ms;
    if (open && set.opens_ms != line->room.opens_ms)
        return facts_refuse(out, STATUS_WAITROOM_SHUT, "settings.opens_ms",
                            "settings.opens_ms: the room has opened; 0 leaves it as it is");
    enum status status = check_settings(&set, out);
    if (status != STATUS_OK || (line && settings_equal(&line->room, &set)))
        return status;
    if (!line)
        set.seed = seed_from(ask->seed, &out->arena);
    facts_add(out, FACT_WAITROOM_SET, command->time_ms)->as.waitroom_set = set;
    return STATUS_OK;
}

/* ---- People, as commands list them ------------------------------------------------------- */

struct listed {
    const struct waitline *line;
    struct id *ids; /* One a person, */
    const char *const *names;
    uint32_t count;
};

struct row_field {
    char path[24];
};
static struct row_field row_field(const char *column, uint32_t row)
{
    struct row_field field;
    snprintf(field.path, sizeof(field.path), "%s[%u]", column, row);
    return field;
}

/* The first row that has the person of row i; rows before are in the table, open addressing. */
static bool is_twice(const struct listed *listed, uint32_t i, uint32_t *table, uint32_t slots)
{
    uint32_t at = (uint32_t)listed->ids[i].low & (slots - 1);
    for (; table[at]; at = (at + 1) & (slots - 1)) {
        if (id_equal(listed->ids[table[at] - 1], listed->ids[i]))
            return true;
    }
    table[at] = i + 1;
    return false;
}

static enum status check_persons(struct listed *listed, struct facts *out)
{
    enum { SLOTS = 2048 };
    static_assert(SLOTS > 2 * ENTER_PERSONS, "the table is half full at most");
    if (listed->count < 1 || listed->count > ENTER_PERSONS)
        return facts_refuse(out, STATUS_BAD_FIELD, "persons",
                            "persons: %u of them; 1 to %d are possible at a time", listed->count,
                            ENTER_PERSONS);
    uint32_t *table = arena_array(&out->arena, SLOTS, sizeof(*table));
    listed->ids = arena_array(&out->arena, listed->count, sizeof(*listed->ids));
    for (uint32_t i = 0; i < listed->count; i++) {
        const size_t size = strlen(listed->names[i]);
        if (size < 1 || size > PERSON_BYTES)
            return facts_refuse(out, STATUS_BAD_FIELD, row_field("persons", i).path,
                                "persons[%u]: %zu bytes long; 1 to %d are possible", i, size,
                                PERSON_BYTES);
        listed->ids[i] = waitroom_person(listed->names[i]);
        if (is_twice(listed, i, table, SLOTS))
            return facts_refuse(out, STATUS_BAD_FIELD, row_field("persons", i).path,
                                "persons[%u]: %.64s is there twice", i, listed->names[i]);
    }
    return STATUS_OK;
}

/* The room of an event that is on sale; NULL, and the refusal. */
static const struct waitline *room_of(const struct stadium *s, struct id id, int64_t now_ms,
                                      struct facts *out)
{
    const uint32_t event = event_index(s, id, out);
    if (event == ID_MAP_NONE)
        return NULL;
    const enum event_state state = event_state_at(&s->booking.events[event], now_ms);
    const struct waitline *line = waitline_of(s, event);
    if (state == EVENT_CANCELLED)
        refuse(out, STATUS_EVENT_CANCELLED, "event_id");
    else if (state == EVENT_ENDED)
        refuse(out, STATUS_EVENT_OVER, "event_id");
    else if (!line)
        refuse(out, STATUS_UNKNOWN_WAITROOM, "event_id");
    else if (state == EVENT_DRAFT)
        refuse(out, STATUS_EVENT_STATE, "event_id");
    else
        return line;
    return NULL;
}

static uint32_t live_entry(const struct waitline *line, struct id person, int64_t now_ms)
{
    const uint32_t entry = waiter_find(line, person);
    return entry && waiter_is_live(&line->room, waiter_get(line, entry), now_ms) ? entry : 0;
}

/* ---- Entering ---------------------------------------------------------------------------- */

static bool is_proved(const struct waitroom *room, const uint8_t commitment[SEED_BYTES],
                      uint64_t nonce, const char *person)
{
    uint8_t bytes[SEED_BYTES + 8 + PERSON_BYTES], hash[SHA256_BYTES];
    const size_t size = strlen(person);
    memcpy(bytes, commitment, SEED_BYTES);
    put_be(bytes + SEED_BYTES, nonce);
    memcpy(bytes + SEED_BYTES + 8, person, size);
    sha256(bytes, SEED_BYTES + 8 + size, hash);
    const uint32_t first =
        (uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16 | (uint32_t)hash[2] << 8 | hash[3];
    return room->proof_bits == 0 || first >> (32 - room->proof_bits) == 0;
}

static enum status check_proofs(const struct listed *listed, struct u64s nonce, struct facts *out)
{
    const struct waitroom *room = &listed->line->room;
    uint8_t seed[SEED_BYTES], commitment[SEED_BYTES];
    if (nonce.count != listed->count)
        return facts_refuse(out, STATUS_BAD_FIELD, "nonce", "nonce: %u rows; one a person is due",
                            nonce.count);
    waitroom_seed(room, seed, commitment);
    for (uint32_t i = 0; room->proof_bits && i < listed->count; i++) {
        if (!is_proved(room, commitment, nonce.v[i], listed->names[i]))
            return facts_refuse(out, STATUS_PROOF_MISSING, row_field("nonce", i).path,
                                "nonce[%u]: it does not prove %u bits of work for %.64s", i,
                                room->proof_bits, listed->names[i]);
    }
    return STATUS_OK;
}

/* Entries of the device so far, and with the rows before this one. */
static uint32_t device_entries(const struct waitline *line, const uint64_t *devices, uint32_t row)
{
    const uint32_t index = id_map_find(&line->devices, (struct id){ 1, devices[row] });
    uint32_t count =
        index == ID_MAP_NONE ? 0 : *(const uint32_t *)pool_get(&line->device_entries, index);
    for (uint32_t i = 0; i < row; i++)
        count += devices[i] == devices[row];
    return count;
}

static enum status check_device(const struct waitline *line, const char *device,
                                const uint64_t *devices, uint32_t row, uint32_t listed_row,
                                struct facts *out)
{
    const uint32_t most = line->room.device_waiters;
    const struct row_field field = row_field("device", listed_row);
    const size_t size = device ? strlen(device) : 0;
    if (size > DEVICE_BYTES || (most && size == 0))
        return facts_refuse(out, STATUS_BAD_FIELD, field.path,
                            "%s: %zu bytes long; 1 to %d are possible", field.path, size,
                            DEVICE_BYTES);
    if (most && device_entries(line, devices, row) >= most)
        return facts_refuse(out, STATUS_DEVICE_FULL, field.path,
                            "%s: %u people have entered with it", field.path, most);
    return STATUS_OK;
}

/* Admissions that are over, and not yet ended by a tick: their people enter anew. */
static void end_those_over(const struct listed *listed, int64_t now_ms, struct facts *out)
{
    uint32_t *over = arena_array(&out->arena, listed->count, sizeof(*over)), count = 0;
    for (uint32_t i = 0; i < listed->count; i++) {
        const uint32_t entry = waiter_find(listed->line, listed->ids[i]);
        const struct waiter *waiter = entry ? waiter_get(listed->line, entry) : NULL;
        if (waiter && waiter->state == WAITER_ADMITTED &&
            !waiter_is_live(&listed->line->room, waiter, now_ms))
            over[count++] = entry;
    }
    if (count)
        facts_add(out, FACT_WAITERS_ENDED, now_ms)->as.waiters_ended =
            (struct waiters_ended){ listed->line->room.event, WAITER_EXPIRED, { over, count } };
}

/* A fact for those who have no place. `devices` NULL: they are let in by the operator. */
static enum status enter(const struct listed *listed, const uint64_t *nonces,
                         const char *const *devices, int64_t now_ms, struct facts *out)
{
    const struct waitroom *room = &listed->line->room;
    uint8_t *names = arena_alloc(&out->arena, listed->count * (PERSON_BYTES + 1));
    uint64_t *nonce = arena_array(&out->arena, listed->count, sizeof(*nonce));
    uint64_t *device = arena_array(&out->arena, listed->count, sizeof(*device));
    uint32_t count = 0;
    size_t size = 0;
    for (uint32_t i = 0; i < listed->count; i++) {
        if (live_entry(listed->line, listed->ids[i], now_ms))
            continue;
        const char *said = devices ? devices[i] : NULL;
        device[count] = said && said[0] ? waitroom_device(room, said) : 0;
        enum status status =
            devices ? check_device(listed->line, said, device, count, i, out) : STATUS_OK;
        if (status != STATUS_OK)
            return status;
        const size_t length = strlen(listed->names[i]) + 1;
        memcpy(names + size, listed->names[i], length);
        size += length;
        nonce[count++] = nonces ? nonces[i] : 0;
    }
    if (count == 0)
        return STATUS_OK;
    if (count > ROOM_ENTRIES - room->entered)
        return facts_refuse(out, STATUS_WAITROOM_FULL, NULL, "%s",
                            status_sentence(STATUS_WAITROOM_FULL));
    if (room->mode == WAITROOM_REJECT && devices)
        return refuse(out, STATUS_WAITROOM_SHUT, "event_id");
    facts_add(out, FACT_WAITERS_ENTERED, now_ms)->as.waiters_entered = (struct waiters_entered){
        .event = room->event,
        .first_entry = room->entered + 1,
        .persons = { names, size },
        .nonce = { nonce, count },
        .device = { device, devices ? count : 0 },
    };
    return STATUS_OK;
}

static enum status enter_decide(const struct stadium *s, const struct command *command,
                                struct facts *out)
{
    const struct enter_waitroom *ask = &command->as.enter_waitroom;
    struct listed listed = { .line = room_of(s, ask->event, command->time_ms, out),
                             .names = ask->persons,
                             .count = ask->person_count };
    if (!listed.line)
        return out->refusal.status;
    enum status status = check_persons(&listed, out);
    if (status == STATUS_OK)
        status = check_proofs(&listed, ask->nonce, out);
    if (status != STATUS_OK)
        return status;
    waitroom_draw(&listed.line->room, command->time_ms, out);
    end_those_over(&listed, command->time_ms, out);
    return enter(&listed, ask->nonce.v, ask->devices, command->time_ms, out);
}

/* ---- Leaving, and being let in ahead ----------------------------------------------------- */

static enum status leave_decide(const struct stadium *s, const struct command *command,
                                struct facts *out)
{
    const struct waitroom_persons *ask = &command->as.leave_waitroom;
    struct listed listed = { .line = room_of(s, ask->event, command->time_ms, out),
                             .names = ask->persons,
                             .count = ask->count };
    if (!listed.line)
        return out->refusal.status;
    enum status status = check_persons(&listed, out);
    if (status != STATUS_OK)
        return status;
    uint32_t *entries = arena_array(&out->arena, ask->count, sizeof(*entries)), count = 0;
    for (uint32_t i = 0; i < listed.count; i++) {
        const uint32_t entry = live_entry(listed.line, listed.ids[i], command->time_ms);
        if (entry)
            entries[count++] = entry;
    }
    if (count)
        facts_add(out, FACT_WAITERS_ENDED, command->time_ms)->as.waiters_ended =
            (struct waiters_ended){ listed.line->room.event, WAITER_LEFT, { entries, count } };
    return STATUS_OK;
}

static enum status admit_decide(const struct stadium *s, const struct command *command,
                                struct facts *out)
{
    const struct waitroom_persons *ask = &command->as.admit_persons;
    struct listed listed = { .line = room_of(s, ask->event, command->time_ms, out),
                             .names = ask->persons,
                             .count = ask->count };
    if (!listed.line)
        return out->refusal.status;
    if (event_check_actor(s, listed.line->room.event, &ask->by, out) != STATUS_OK)
        return out->refusal.status;
    enum status status = check_persons(&listed, out);
    if (status != STATUS_OK)
        return status;
    const struct waitroom *room = &listed.line->room;
    waitroom_draw(room, command->time_ms, out);
    end_those_over(&listed, command->time_ms, out);
    status = enter(&listed, NULL, NULL, command->time_ms, out);
    if (status != STATUS_OK)
        return status;
    uint32_t *entries = arena_array(&out->arena, ask->count, sizeof(*entries)), count = 0;
    uint32_t next = room->entered + 1;
    for (uint32_t i = 0; i < listed.count; i++) {
        const uint32_t entry = live_entry(listed.line, listed.ids[i], command->time_ms);
        if (!entry)
            entries[count++] = next++;
        else if (waiter_get(listed.line, entry)->state == WAITER_WAITING)
            entries[count++] = entry;
    }
    if (count)
        facts_add(out, FACT_WAITERS_ADMITTED, command->time_ms)->as.waiters_admitted =
            (struct waiters_admitted){ room->event, { entries, count } };
    return STATUS_OK;
}

enum status waitroom_decide(const struct stadium *s, const struct command *command,
                            struct facts *out)
{
    switch (command->kind) {
    case COMMAND_SET_WAITROOM:
        return set_decide(s, command, out);
    case COMMAND_ENTER_WAITROOM:
        return enter_decide(s, command, out);
    case COMMAND_LEAVE_WAITROOM:
        return leave_decide(s, command, out);
    default:
        assert(command->kind == COMMAND_ADMIT_PERSONS);
        return admit_decide(s, command, out);
    }
}

/* ---- What a hold shows ------------------------------------------------------------------- */

enum status waitroom_check(const struct stadium *s, uint32_t event, const char *person,
                           uint32_t entry, int64_t now_ms, struct facts *out)
{
    const struct waitline *line = waitline_of(s, event);
    if (!line || line->room.mode == WAITROOM_PASS)
        return STATUS_OK;
    if (line->room.mode == WAITROOM_QUEUE_ALL)
        return refuse(out, STATUS_WAITROOM_SHUT, "event_id");
    if (entry == 0 || entry > line->room.entered)
        return refuse(out, STATUS_ADMISSION_REQUIRED, "admission_token");
    const struct waiter *waiter = waiter_get(line, entry);
    const struct id said = waitroom_person(person);
    if (waiter->person_high != said.high || waiter->person_low != said.low)
        return refuse(out, STATUS_ADMISSION_REQUIRED, "admission_token");
    if (waiter->state != WAITER_ADMITTED || !waiter_is_live(&line->room, waiter, now_ms))
        return refuse(out, STATUS_ADMISSION_EXPIRED, "admission_token");
    return STATUS_OK;
}
