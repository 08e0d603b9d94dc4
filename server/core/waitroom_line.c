#include "server/core/waitroom.h"

#include "server/base/sha256.h"
#include "server/core/state.h"
#include "server/core/waitline.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- Who is who -------------------------------------------------------------------------- */

static uint64_t number_of(const uint8_t *bytes, int size)
{
    uint64_t number = 0;
    for (int i = 0; i < size; i++)
        number = number << 8 | bytes[i];
    return number;
}

static void put_number(uint8_t *bytes, uint64_t number, int size)
{
    for (int i = 0; i < size; i++)
        bytes[i] = (uint8_t)(number >> (8 * (size - 1 - i)));
}

struct id waitroom_person(const char *name)
{
    uint8_t hash[SHA256_BYTES];
    sha256(name, strlen(name), hash);
    return (struct id){ number_of(hash, 8), number_of(hash + 8, 8) };
}

static void seed_bytes(const struct waitroom *room, uint8_t bytes[SEED_BYTES])
{
    for (int i = 0; i < SEED_WORDS; i++)
        put_number(bytes + 4 * i, room->seed[i], 4);
}

void waitroom_seed(const struct waitroom *room, uint8_t seed[SEED_BYTES],
                   uint8_t commitment[SEED_BYTES])
{
    seed_bytes(room, seed);
    sha256(seed, SEED_BYTES, commitment);
}

static uint64_t draw_key(const struct waitroom *room, uint32_t entry, uint64_t nonce)
{
    uint8_t bytes[SEED_BYTES + 12], hash[SHA256_BYTES];
    seed_bytes(room, bytes);
    put_number(bytes + SEED_BYTES, entry, 4);
    put_number(bytes + SEED_BYTES + 4, nonce, 8);
    sha256(bytes, sizeof(bytes), hash);
    return number_of(hash, 8);
}

/* Keyed by the seed, so that nobody can make devices that meet. */
uint64_t waitroom_device(const struct waitroom *room, const char *device)
{
    uint8_t bytes[SEED_BYTES + DEVICE_BYTES], hash[SHA256_BYTES];
    const size_t size = strnlen(device, DEVICE_BYTES);
    seed_bytes(room, bytes);
    memcpy(bytes + SEED_BYTES, device, size);
    sha256(bytes, SEED_BYTES + size, hash);
    return number_of(hash, 8) | 1;
}

/* ---- The line ---------------------------------------------------------------------------- */

struct waitline *waitline_of(const struct stadium *s, uint32_t event)
{
    return s->booking.waitlines[event];
}

struct waiter *waiter_get(const struct waitline *line, uint32_t entry)
{
    return pool_get(&line->waiters, entry - 1);
}

/* The slot of the person, or the empty one where they would go. */
static uint32_t slot_of(const struct waitline *line, struct id person)
{
    const uint32_t mask = line->newest_room - 1;
    uint32_t at = (uint32_t)person.low & mask; /* A good hash already. */
    for (; line->newest[at]; at = (at + 1) & mask) {
        const struct waiter *waiter = waiter_get(line, line->newest[at]);
        if (waiter->person_high == person.high && waiter->person_low == person.low)
            break;
    }
    return at;
}

uint32_t waiter_find(const struct waitline *line, struct id person)
{
    return line->persons ? line->newest[slot_of(line, person)] : 0;
}

static struct id person_of(const struct waiter *waiter)
{
    return (struct id){ waiter->person_high, waiter->person_low };
}

static void persons_grow(struct waitline *line)
{
    uint32_t *old = line->newest;
    const uint32_t old_room = line->newest_room;
    line->newest_room = old_room ? old_room * 2 : 64;
    line->newest = base_alloc(line->newest_room * sizeof(*line->newest));
    for (uint32_t i = 0; i < old_room; i++) {
        if (old[i])
            line->newest[slot_of(line, person_of(waiter_get(line, old[i])))] = old[i];
    }
    free(old);
}

static void person_add(struct waitline *line, uint32_t entry)
{
    if (line->persons >= line->newest_room / 2)
        persons_grow(line);
    uint32_t *newest = &line->newest[slot_of(line, person_of(waiter_get(line, entry)))];
    line->persons += *newest == 0;
    *newest = entry;
}

int64_t waitroom_clock_ms(const struct waitroom *room, int64_t now_ms)
{
    return (room->stands_since_ms ? room->stands_since_ms : now_ms) - room->stood_ms;
}

bool waiter_is_live(const struct waitroom *room, const struct waiter *waiter, int64_t now_ms)
{
    return waiter->state == WAITER_WAITING ||
           (waiter->state == WAITER_ADMITTED && waitroom_clock_ms(room, now_ms) < waiter->until_ms);
}

uint32_t waitroom_entry(const struct waitline *line, uint32_t number)
{
    return number <= line->room.drawn ? line->drawn[number - 1] : number;
}

bool waitroom_serves(const struct waitroom *room)
{
    return room->open && (room->mode == WAITROOM_NORMAL || room->mode == WAITROOM_REJECT);
}

/* Grows with the time, up to a second's worth, and to one person at least. */
uint64_t waitroom_credit(const struct waitroom *room, int64_t now_ms)
{
    if (!waitroom_serves(room))
        return room->credit;
    const uint64_t second = (uint64_t)room->rate_ppm * 1000;
    const uint64_t most = second > PERSON_CREDIT ? second : PERSON_CREDIT;
    const uint64_t passed = (uint64_t)(now_ms - room->credit_ms);
    const uint64_t enough = most / room->rate_ppm + 1;
    const uint64_t grown = room->credit + (passed < enough ? passed : enough) * room->rate_ppm;
    return grown < most ? grown : most;
}

/* ---- evolve ------------------------------------------------------------------------------ */

static uint32_t waiter_row(const struct waitline *line, uint32_t entry)
{
    return line->room.event * (ROOM_ENTRIES + 1) + entry;
}

/* Around every change of one. */
static void waiter_leave(struct stadium *s, struct waitline *line, uint32_t entry)
{
    const struct waiter *waiter = waiter_get(line, entry);
    row_remove(s, ROW_WAITER, waiter_row(line, entry), waiter);
    if (waiter->state == WAITER_ADMITTED)
        deadlines_remove(&line->due, entry);
    line->room.waiting -= waiter->state == WAITER_WAITING;
    line->room.active -= waiter->state == WAITER_ADMITTED;
}

static void waiter_enter(struct stadium *s, struct waitline *line, uint32_t entry)
{
    const struct waiter *waiter = waiter_get(line, entry);
    row_add(s, ROW_WAITER, waiter_row(line, entry), waiter);
    if (waiter->state == WAITER_ADMITTED)
        deadlines_add(&line->due, waiter->until_ms, entry);
    line->room.waiting += waiter->state == WAITER_WAITING;
    line->room.active += waiter->state == WAITER_ADMITTED;
}

static void waiter_move(struct stadium *s, struct waitline *line, uint32_t entry,
                        enum waiter_state state, int64_t until_ms)
{
    struct waiter *waiter = waiter_get(line, entry);
    waiter_leave(s, line, entry);
    waiter->state = state;
    waiter->until_ms = until_ms;
    waiter_enter(s, line, entry);
}

static void room_leave(struct stadium *s, struct waitline *line)
{
    row_remove(s, ROW_WAITROOM, line->room.event, &line->room);
}

static void room_enter(struct stadium *s, struct waitline *line)
{
    line->room.version = s->head.seq;
    row_add(s, ROW_WAITROOM, line->room.event, &line->room);
    waitroom_event_changed(s, line->room.event);
}

struct waitline *waitline_add(struct stadium *s, uint32_t event)
{
    struct waitline *line = arena_alloc(&s->arena, sizeof(*line));
    pool_init(&line->waiters, &s->arena, sizeof(struct waiter), ROOM_ENTRIES);
    pool_init(&line->device_entries, &s->arena, sizeof(uint32_t), ROOM_ENTRIES);
    s->booking.waitlines[event] = line;
    return line;
}

static struct waitline *line_create(struct stadium *s, const struct waitroom_set *set)
{
    struct waitline *line = waitline_add(s, set->event);
    line->room.event = set->event;
    for (int i = 0; i < SEED_WORDS; i++)
        line->room.seed[i] = (uint32_t)number_of(set->seed.data + 4 * i, 4);
    return line;
}

static void set_evolve(struct stadium *s, const struct waitroom_set *set)
{
    assert(set->event < s->booking.event_count);
    struct waitline *line = waitline_of(s, set->event);
    if (line)
        room_leave(s, line);
    else
        line = line_create(s, set);
    struct waitroom *room = &line->room;
    const int64_t now_ms = s->head.now_ms;
    if (room->version)
        room->credit = waitroom_credit(room, now_ms);
    room->credit_ms = now_ms;
    if (room->stands_since_ms)
        room->stood_ms += now_ms - room->stands_since_ms;
    room->stands_since_ms = set->mode == WAITROOM_QUEUE_ALL ? now_ms : 0;
    room->mode = set->mode;
    room->opens_ms = set->opens_ms;
    room->rate_ppm = set->rate_ppm;
    room->max_active = set->max_active;
    room->claim_s = set->claim_s;
    room->session_s = set->session_s;
    room->proof_bits = set->proof_bits;
    room->device_waiters = set->device_waiters;
    room_enter(s, line);
}

static void device_count(struct waitline *line, uint64_t device)
{
    const struct id id = { 1, device };
    uint32_t index = id_map_find(&line->devices, id);
    if (index == ID_MAP_NONE) {
        index = line->device_entries.count;
        pool_add(&line->device_entries);
        id_map_add(&line->devices, id, index);
    }
    ++*(uint32_t *)pool_get(&line->device_entries, index);
}

/* The keys are made as people enter: the draw has nothing left to do but to sort them. */
static void key_add(struct waitline *line, uint32_t entry, uint64_t nonce)
{
    if (entry > line->key_room) {
        const uint32_t room = line->key_room ? line->key_room * 2 : 1024;
        uint64_t *keys = base_alloc(room * sizeof(*keys));
        if (line->keys)
            memcpy(keys, line->keys, line->key_room * sizeof(*keys));
        free(line->keys);
        line->keys = keys;
        line->key_room = room;
    }
    line->keys[entry - 1] = draw_key(&line->room, entry, nonce);
}

static void entered_evolve(struct stadium *s, const struct waiters_entered *entered)
{
    struct waitline *line = waitline_of(s, entered->event);
    struct waitroom *room = &line->room;
    const char *name = (const char *)entered->persons.data;
    assert(entered->first_entry == room->entered + 1);
    room_leave(s, line);
    for (uint32_t i = 0; i < entered->nonce.count; i++) {
        const struct id person = waitroom_person(name);
        const uint32_t entry = ++room->entered;
        *(struct waiter *)pool_add(&line->waiters) = (struct waiter){
            .person_high = person.high,
            .person_low = person.low,
            .nonce = entered->nonce.v[i],
            .state = WAITER_WAITING,
        };
        if (!room->open)
            key_add(line, entry, entered->nonce.v[i]);
        waiter_enter(s, line, entry);
        person_add(line, entry);
        if (entered->device.count && entered->device.v[i])
            device_count(line, entered->device.v[i]);
        name += strlen(name) + 1;
    }
    room_enter(s, line);
}

struct drawn {
    uint64_t key;
    uint32_t entry;
};

static int by_key(const void *a, const void *b)
{
    const struct drawn *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->entry < y->entry ? -1 : x->entry > y->entry;
}

/* Numbers follow from the seed and the entries, so they are no part of the digest: nothing but the
 * room's row changes, however many there are. */
static void drawn_evolve(struct stadium *s, const struct waitroom_drawn *drawn)
{
    struct waitline *line = waitline_of(s, drawn->event);
    struct waitroom *room = &line->room;
    assert(!room->open && drawn->entries == room->entered);
    struct drawn *order = base_alloc((room->entered + 1) * sizeof(*order));
    for (uint32_t i = 0; i < room->entered; i++)
        order[i] = (struct drawn){ line->keys[i], i + 1 };
    qsort(order, room->entered, sizeof(*order), by_key);
    line->drawn = arena_array(&s->arena, room->entered, sizeof(*line->drawn));
    line->numbers = arena_array(&s->arena, room->entered, sizeof(*line->numbers));
    for (uint32_t i = 0; i < room->entered; i++) {
        line->drawn[i] = order[i].entry;
        line->numbers[order[i].entry - 1] = i + 1;
    }
    free(order);
    free(line->keys);
    line->keys = NULL;
    room_leave(s, line);
    room->open = 1;
    room->drawn = room->entered;
    room->credit_ms = s->head.now_ms;
    room_enter(s, line);
}

static void admit(struct stadium *s, struct waitline *line, uint32_t entry)
{
    struct waitroom *room = &line->room;
    waiter_move(s, line, entry, WAITER_ADMITTED,
                waitroom_clock_ms(room, s->head.now_ms) + (int64_t)room->claim_s * 1000);
    room->admitted++;
}

static void served_evolve(struct stadium *s, const struct waiters_served *served)
{
    struct waitline *line = waitline_of(s, served->event);
    struct waitroom *room = &line->room;
    const int64_t now_ms = s->head.now_ms;
    assert(served->served >= room->served && served->served <= room->entered);
    room_leave(s, line);
    window_roll(room->served_buckets, WAITROOM_BUCKET_MS, room->served_ms, now_ms);
    window_count(room->served_buckets, WAITROOM_BUCKET_MS, now_ms, served->served - room->served);
    /* Nobody was let in: the server was loaded, and this time does not count. */
    if (served->admitted > 0)
        room->credit = waitroom_credit(room, now_ms) - (uint64_t)served->admitted * PERSON_CREDIT;
    room->credit_ms = room->served_ms = now_ms;
    while (room->served < served->served) {
        const uint32_t entry = waitroom_entry(line, ++room->served);
        if (waiter_get(line, entry)->state == WAITER_WAITING)
            admit(s, line, entry);
    }
    room_enter(s, line);
}

static void entries_evolve(struct stadium *s, uint32_t event, struct u32s entries,
                           enum waiter_state state)
{
    struct waitline *line = waitline_of(s, event);
    room_leave(s, line);
    for (uint32_t i = 0; i < entries.count; i++) {
        if (state == WAITER_ADMITTED)
            admit(s, line, entries.v[i]);
        else
            waiter_move(s, line, entries.v[i], state, 0);
    }
    room_enter(s, line);
}

void waitroom_evolve(struct stadium *s, const struct fact *fact)
{
    switch (fact->kind) {
    case FACT_WAITROOM_SET:
        set_evolve(s, &fact->as.waitroom_set);
        return;
    case FACT_WAITERS_ENTERED:
        entered_evolve(s, &fact->as.waiters_entered);
        return;
    case FACT_WAITROOM_DRAWN:
        drawn_evolve(s, &fact->as.waitroom_drawn);
        return;
    case FACT_WAITERS_SERVED:
        served_evolve(s, &fact->as.waiters_served);
        return;
    case FACT_WAITERS_ADMITTED:
        entries_evolve(s, fact->as.waiters_admitted.event, fact->as.waiters_admitted.entries,
                       WAITER_ADMITTED);
        return;
    default:
        assert(fact->kind == FACT_WAITERS_ENDED);
        entries_evolve(s, fact->as.waiters_ended.event, fact->as.waiters_ended.entries,
                       (enum waiter_state)fact->as.waiters_ended.state);
    }
}

/* ---- Shopping ---------------------------------------------------------------------------- */

/* The admission by which the hold was made; 0: there is none any more. */
static uint32_t admission_of(const struct waitline *line, const struct seathold *hold)
{
    const uint32_t entry = line ? waiter_find(line, waitroom_person(hold->person)) : 0;
    return entry && waiter_get(line, entry)->state == WAITER_ADMITTED ? entry : 0;
}

void waitroom_held(struct stadium *s, const struct seathold *hold)
{
    struct waitline *line = waitline_of(s, hold->event);
    const uint32_t entry = admission_of(line, hold);
    if (!entry)
        return;
    room_leave(s, line);
    waiter_move(s, line, entry, WAITER_ADMITTED,
                waitroom_clock_ms(&line->room, s->head.now_ms) +
                    (int64_t)line->room.session_s * 1000);
    room_enter(s, line);
}

void waitroom_bought(struct stadium *s, const struct seathold *hold)
{
    struct waitline *line = waitline_of(s, hold->event);
    const uint32_t entry = admission_of(line, hold);
    if (!entry)
        return;
    room_leave(s, line);
    waiter_move(s, line, entry, WAITER_DONE, 0);
    room_enter(s, line);
}

void waitroom_fini(struct stadium *s)
{
    deadlines_fini(&s->booking.room_due);
    for (uint32_t i = 0; i < s->booking.event_count; i++) {
        struct waitline *line = waitline_of(s, i);
        if (!line)
            continue;
        free(line->newest);
        free(line->keys);
        deadlines_fini(&line->due);
        id_map_fini(&line->devices);
    }
}

/* ---- What readers see -------------------------------------------------------------------- */

const struct waitroom *stadium_waitroom(const struct stadium *s, uint32_t event)
{
    const struct waitline *line = waitline_of(s, event);
    return line ? &line->room : NULL;
}

uint32_t stadium_waiter_find(const struct stadium *s, uint32_t event, struct id person)
{
    return waiter_find(waitline_of(s, event), person);
}

const struct waiter *stadium_waiter(const struct stadium *s, uint32_t event, uint32_t entry)
{
    return waiter_get(waitline_of(s, event), entry);
}

uint32_t stadium_waiter_number(const struct stadium *s, uint32_t event, uint32_t entry)
{
    const struct waitline *line = waitline_of(s, event);
    if (!line->room.open)
        return 0;
    return entry <= line->room.drawn ? line->numbers[entry - 1] : entry;
}

uint32_t waitroom_served_ppm(const struct waitroom *room, int64_t now_ms)
{
    uint32_t buckets[WINDOW_BUCKETS];
    if (!room->open || now_ms - room->opens_ms < WINDOW_BUCKETS * WAITROOM_BUCKET_MS)
        return room->rate_ppm;
    memcpy(buckets, room->served_buckets, sizeof(buckets));
    window_roll(buckets, WAITROOM_BUCKET_MS, room->served_ms, now_ms);
    return window_ppm(buckets, WAITROOM_BUCKET_MS);
}

int64_t waiter_until_ms(const struct waitroom *room, const struct waiter *waiter, int64_t now_ms)
{
    return waiter->until_ms - waitroom_clock_ms(room, now_ms) + now_ms;
}
