/* The part of the model that is about waiting rooms. Written from what api/tifo/v1/waitroom.proto
 * promises: anybody can recompute the draw from what is published, and so it is done here. */
#include "server/base/sha256.h"
#include "tests/support/must.h"
#include "tests/support/ticket_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ONE = 60000 }; /* What letting one in takes of the credit. */

bool room_model_knows(enum command_kind kind)
{
    return kind >= COMMAND_SET_WAITROOM && kind <= COMMAND_ADMIT_PERSONS;
}

void model_room_free(struct model_room *room)
{
    if (!room)
        return;
    id_map_fini(&room->newest);
    free(room->waiters);
    free(room->drawn);
    free(room);
}

static struct model_waiter *waiter_of(const struct model_room *room, uint32_t entry)
{
    return entry ? &room->waiters[entry - 1] : NULL;
}

uint32_t model_waiter_find(const struct model_room *room, const char *person)
{
    const uint32_t entry = room ? id_map_find(&room->newest, model_person(0, person)) : ID_MAP_NONE;
    return entry == ID_MAP_NONE ? 0 : entry;
}

static int64_t clock_ms(const struct model_room *room, int64_t now_ms)
{
    return (room->stands_since_ms ? room->stands_since_ms : now_ms) - room->stood_ms;
}

static bool is_live(const struct model_room *room, const struct model_waiter *waiter,
                    int64_t now_ms)
{
    return waiter &&
           (waiter->state == WAITER_WAITING ||
            (waiter->state == WAITER_ADMITTED && clock_ms(room, now_ms) < waiter->until_ms));
}

static void move(struct model_room *room, struct model_waiter *waiter, enum waiter_state state)
{
    room->waiting -= waiter->state == WAITER_WAITING;
    room->active -= waiter->state == WAITER_ADMITTED;
    waiter->state = state;
    room->waiting += state == WAITER_WAITING;
    room->active += state == WAITER_ADMITTED;
}

/* ---- The draw ----------------------------------------------------------------------------- */

static void put_be(uint8_t *to, uint64_t number, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--, number >>= 8)
        to[i] = (uint8_t)number;
}

/* The first 8 bytes of SHA-256(seed || entry || nonce). */
static uint64_t key_of(const struct model_room *room, uint32_t entry)
{
    uint8_t bytes[32 + 4 + 8], hash[SHA256_BYTES];
    uint64_t key = 0;
    memcpy(bytes, room->seed, 32);
    put_be(bytes + 32, entry, 4);
    put_be(bytes + 36, waiter_of(room, entry)->nonce, 8);
    sha256(bytes, sizeof(bytes), hash);
    for (int i = 0; i < 8; i++)
        key = key << 8 | hash[i];
    return key;
}

struct ball {
    uint64_t key;
    uint32_t entry;
};

/* The lowest key first, of equal keys the lower entry. */
static int by_key(const void *a, const void *b)
{
    const struct ball *x = a, *y = b;
    return x->key != y->key ? (x->key < y->key ? -1 : 1)
                            : (x->entry > y->entry) - (x->entry < y->entry);
}

static void draw(struct model_room *room, int64_t now_ms)
{
    struct ball *balls = calloc(room->count + 1, sizeof(*balls));
    room->drawn = calloc(room->count + 1, sizeof(*room->drawn));
    must(balls && room->drawn, "the model has memory");
    room->open = true;
    room->drawn_ms = room->credit_ms = now_ms;
    room->drawn_count = room->count;
    for (uint32_t i = 0; i < room->count; i++)
        balls[i] = (struct ball){ key_of(room, i + 1), i + 1 };
    qsort(balls, room->count, sizeof(*balls), by_key);
    for (uint32_t i = 0; i < room->count; i++) {
        room->drawn[i] = balls[i].entry;
        waiter_of(room, balls[i].entry)->number = i + 1;
    }
    free(balls);
}

/* ---- Settings ----------------------------------------------------------------------------- */

/* The line may let in what the rate yields, a second's worth or one person at once. */
static void credit_grow(struct model_room *room, int64_t now_ms)
{
    const int64_t since_ms = room->credit_ms;
    room->credit_ms = now_ms;
    if (!room->open || (room->mode != WAITROOM_NORMAL && room->mode != WAITROOM_REJECT))
        return; /* A line that stands gains nothing, and loses nothing. */
    const uint64_t second = (uint64_t)room->rate_ppm * 1000, most = second > ONE ? second : ONE;
    const uint64_t grown = room->credit + (uint64_t)(now_ms - since_ms) * room->rate_ppm;
    room->credit = grown < most ? grown : most;
}

static bool between(uint32_t value, uint32_t least, uint32_t most)
{
    return value >= least && value <= most;
}

static bool keeps(const struct set_waitroom *ask, enum waitroom_setting which)
{
    return ask->keeps >> which & 1;
}

static enum status set_wanted(struct ticket_model *m, const struct set_waitroom *ask,
                              int64_t now_ms)
{
    struct model_event *event = model_event_find(m, ask->event);
    if (!event)
        return STATUS_UNKNOWN_EVENT;
    if (event->organiser[0] && !ask->by.is_operator &&
        strcmp(event->organiser, ask->by.person) != 0)
        return STATUS_NOT_ORGANISER;
    struct model_room *room = event->room;
    const bool open = room && room->open;
    static const struct model_room at_first = { .mode = WAITROOM_NORMAL,
                                                .rate_ppm = 600,
                                                .max_active = 1000,
                                                .claim_s = 120,
                                                .session_s = 600 };
    const struct model_room *kept = room ? room : &at_first;
    const uint32_t mode = keeps(ask, SETTING_MODE) ? kept->mode
                          : ask->mode              ? ask->mode
                                                   : WAITROOM_NORMAL;
    const uint32_t rate_ppm = keeps(ask, SETTING_RATE) ? kept->rate_ppm : ask->rate_ppm;
    const uint32_t max_active = keeps(ask, SETTING_ACTIVE) ? kept->max_active : ask->max_active;
    const uint32_t claim_s = keeps(ask, SETTING_CLAIM) ? kept->claim_s
                             : ask->claim_s            ? ask->claim_s
                                                       : 120;
    const uint32_t session_s = keeps(ask, SETTING_SESSION) ? kept->session_s
                               : ask->session_s            ? ask->session_s
                                                           : 600;
    const int64_t asked_ms = keeps(ask, SETTING_OPENS) ? kept->opens_ms : ask->opens_ms;
    if (open && asked_ms && asked_ms != room->opens_ms)
        return STATUS_WAITROOM_SHUT;
    if (!between(mode, WAITROOM_NORMAL, WAITROOM_REJECT) || !between(rate_ppm, 1, 600000) ||
        !between(max_active, 1, 1000000) || !between(claim_s, 10, 86400) ||
        !between(session_s, 10, 86400) || asked_ms < 0)
        return STATUS_BAD_FIELD;
    if (m->only_says)
        return STATUS_OK;
    if (!room) {
        room = event->room = calloc(1, sizeof(*room));
        must(room, "the model has memory");
        for (int i = 0; i < 2; i++) {
            put_be(room->seed + 16 * i, ask->seed[i].high, 8);
            put_be(room->seed + 16 * i + 8, ask->seed[i].low, 8);
        }
    } else {
        credit_grow(room, now_ms);
    }
    room->credit_ms = now_ms;
    if (room->mode == WAITROOM_QUEUE_ALL && mode != WAITROOM_QUEUE_ALL) {
        room->stood_ms += now_ms - room->stands_since_ms;
        room->stands_since_ms = 0;
    } else if (room->mode != WAITROOM_QUEUE_ALL && mode == WAITROOM_QUEUE_ALL) {
        room->stands_since_ms = now_ms;
    }
    room->mode = mode;
    room->opens_ms = asked_ms ? asked_ms : open ? room->opens_ms : now_ms;
    room->rate_ppm = rate_ppm;
    room->max_active = max_active;
    room->claim_s = claim_s;
    room->session_s = session_s;
    return STATUS_OK;
}

/* ---- People ------------------------------------------------------------------------------- */

static enum status room_of(struct ticket_model *m, struct id id, int64_t now_ms,
                           struct model_room **room)
{
    const struct model_event *event = model_event_find(m, id);
    if (!event)
        return STATUS_UNKNOWN_EVENT;
    const enum event_state state = model_event_state(event, now_ms);
    *room = event->room;
    return state == EVENT_CANCELLED ? STATUS_EVENT_CANCELLED
           : state == EVENT_ENDED   ? STATUS_EVENT_OVER
           : !*room                 ? STATUS_UNKNOWN_WAITROOM
           : state == EVENT_DRAFT   ? STATUS_EVENT_STATE
                                    : STATUS_OK;
}

static enum status check_persons(const char *const *persons, uint32_t count)
{
    if (count < 1 || count > ENTER_PERSONS)
        return STATUS_BAD_FIELD;
    for (uint32_t i = 0; i < count; i++) {
        if (!persons[i][0] || strlen(persons[i]) > PERSON_BYTES)
            return STATUS_BAD_FIELD;
        for (uint32_t k = 0; k < i; k++) {
            if (strcmp(persons[i], persons[k]) == 0)
                return STATUS_BAD_FIELD;
        }
    }
    return STATUS_OK;
}

/* The draw, when it is time for it; and admissions of theirs that are over have ended. */
static void catch_up(struct model_room *room, const char *const *persons, uint32_t count,
                     int64_t now_ms)
{
    if (!room->open && now_ms >= room->opens_ms)
        draw(room, now_ms);
    for (uint32_t i = 0; i < count; i++) {
        struct model_waiter *waiter = waiter_of(room, model_waiter_find(room, persons[i]));
        if (waiter && waiter->state == WAITER_ADMITTED && !is_live(room, waiter, now_ms))
            move(room, waiter, WAITER_EXPIRED);
    }
}

static uint32_t new_among(const struct model_room *room, const char *const *persons, uint32_t count,
                          int64_t now_ms)
{
    uint32_t fresh = 0;
    for (uint32_t i = 0; i < count; i++)
        fresh += !is_live(room, waiter_of(room, model_waiter_find(room, persons[i])), now_ms);
    return fresh;
}

static void enter(struct model_room *room, const char *const *persons, const uint64_t *nonces,
                  uint32_t count, int64_t now_ms)
{
    for (uint32_t i = 0; i < count; i++) {
        if (is_live(room, waiter_of(room, model_waiter_find(room, persons[i])), now_ms))
            continue;
        if (room->count == room->room) {
            room->room = room->room ? 2 * room->room : 32;
            room->waiters = realloc(room->waiters, room->room * sizeof(*room->waiters));
            must(room->waiters, "the model has memory");
        }
        struct model_waiter *waiter = &room->waiters[room->count++];
        const struct id key = model_person(0, persons[i]);
        *waiter = (struct model_waiter){ .nonce = nonces ? nonces[i] : 0,
                                         .number = room->open ? room->count : 0 };
        move(room, waiter, WAITER_WAITING);
        if (id_map_find(&room->newest, key) != ID_MAP_NONE)
            id_map_remove(&room->newest, key);
        id_map_add(&room->newest, key, room->count);
        snprintf(waiter->person, sizeof(waiter->person), "%s", persons[i]);
    }
}

static enum status enter_wanted(struct ticket_model *m, const struct enter_waitroom *ask,
                                int64_t now_ms)
{
    struct model_room *room;
    enum status status = room_of(m, ask->event, now_ms, &room);
    if (status == STATUS_OK)
        status = check_persons(ask->persons, ask->person_count);
    if (status != STATUS_OK)
        return status;
    if (ask->nonce.count != ask->person_count)
        return STATUS_BAD_FIELD;
    if (room->mode == WAITROOM_REJECT && new_among(room, ask->persons, ask->person_count, now_ms))
        return STATUS_WAITROOM_SHUT;
    if (m->only_says)
        return STATUS_OK;
    catch_up(room, ask->persons, ask->person_count, now_ms);
    enter(room, ask->persons, ask->nonce.v, ask->person_count, now_ms);
    return STATUS_OK;
}

static void admit(struct model_room *room, struct model_waiter *waiter, int64_t now_ms)
{
    move(room, waiter, WAITER_ADMITTED);
    waiter->until_ms = clock_ms(room, now_ms) + (int64_t)room->claim_s * 1000;
}

static enum status admit_wanted(struct ticket_model *m, const struct waitroom_persons *ask,
                                int64_t now_ms)
{
    struct model_room *room;
    const enum status status = room_of(m, ask->event, now_ms, &room);
    if (status != STATUS_OK)
        return status;
    const struct model_event *event = model_event_find(m, ask->event);
    if (event->organiser[0] && !ask->by.is_operator &&
        strcmp(event->organiser, ask->by.person) != 0)
        return STATUS_NOT_ORGANISER;
    if (check_persons(ask->persons, ask->count) != STATUS_OK)
        return STATUS_BAD_FIELD;
    if (m->only_says)
        return STATUS_OK;
    catch_up(room, ask->persons, ask->count, now_ms);
    enter(room, ask->persons, NULL, ask->count, now_ms);
    for (uint32_t i = 0; i < ask->count; i++) {
        struct model_waiter *waiter = waiter_of(room, model_waiter_find(room, ask->persons[i]));
        if (waiter->state == WAITER_WAITING)
            admit(room, waiter, now_ms);
    }
    return STATUS_OK;
}

static enum status leave_wanted(struct ticket_model *m, const struct waitroom_persons *ask,
                                int64_t now_ms)
{
    struct model_room *room;
    enum status status = room_of(m, ask->event, now_ms, &room);
    if (status == STATUS_OK)
        status = check_persons(ask->persons, ask->count);
    if (status != STATUS_OK || m->only_says)
        return status;
    for (uint32_t i = 0; i < ask->count; i++) {
        struct model_waiter *waiter = waiter_of(room, model_waiter_find(room, ask->persons[i]));
        if (is_live(room, waiter, now_ms))
            move(room, waiter, WAITER_LEFT);
    }
    return STATUS_OK;
}

enum status room_model_do(struct ticket_model *m, const struct command *command)
{
    switch (command->kind) {
    case COMMAND_SET_WAITROOM:
        return set_wanted(m, &command->as.set_waitroom, command->time_ms);
    case COMMAND_ENTER_WAITROOM:
        return enter_wanted(m, &command->as.enter_waitroom, command->time_ms);
    case COMMAND_LEAVE_WAITROOM:
        return leave_wanted(m, &command->as.leave_waitroom, command->time_ms);
    default:
        must(command->kind == COMMAND_ADMIT_PERSONS, "a command about a waiting room");
        return admit_wanted(m, &command->as.admit_persons, command->time_ms);
    }
}

/* ---- Holds -------------------------------------------------------------------------------- */

enum status room_model_check(struct ticket_model *m, const struct model_event *event,
                             const char *person, uint32_t entry, int64_t now_ms)
{
    (void)m;
    const struct model_room *room = event->room;
    if (!room || room->mode == WAITROOM_PASS)
        return STATUS_OK;
    if (room->mode == WAITROOM_QUEUE_ALL)
        return STATUS_WAITROOM_SHUT;
    if (!entry || entry > room->count || strcmp(waiter_of(room, entry)->person, person) != 0)
        return STATUS_ADMISSION_REQUIRED;
    const struct model_waiter *waiter = waiter_of(room, entry);
    return waiter->state == WAITER_ADMITTED && is_live(room, waiter, now_ms)
               ? STATUS_OK
               : STATUS_ADMISSION_EXPIRED;
}

static struct model_waiter *admitted(const struct model_event *event, const char *person)
{
    struct model_waiter *waiter =
        event->room ? waiter_of(event->room, model_waiter_find(event->room, person)) : NULL;
    return waiter && waiter->state == WAITER_ADMITTED ? waiter : NULL;
}

void room_model_held(struct model_event *event, const char *person, int64_t now_ms)
{
    struct model_waiter *waiter = admitted(event, person);
    if (waiter)
        waiter->until_ms = clock_ms(event->room, now_ms) + (int64_t)event->room->session_s * 1000;
}

void room_model_bought(struct model_event *event, const char *person)
{
    struct model_waiter *waiter = admitted(event, person);
    if (waiter)
        move(event->room, waiter, WAITER_DONE);
}

/* ---- What time does ----------------------------------------------------------------------- */

static const char *see_drawn(struct model_room *room, const struct waitroom_drawn *drawn,
                             int64_t now_ms)
{
    if (now_ms < room->opens_ms)
        return "a room does not open before its time";
    if (room->open) /* By the command that it came with; or a second time. */
        return room->drawn_ms == now_ms ? NULL : "a room is drawn once";
    if (drawn->entries != room->count)
        return "all who came before take part in the draw";
    draw(room, now_ms);
    return NULL;
}

static struct model_waiter *of_number(const struct model_room *room, uint32_t number)
{
    return waiter_of(room, number <= room->drawn_count ? room->drawn[number - 1] : number);
}

/* In the order of numbers, nobody left out who waits, no more than the rate and the room allow. */
static const char *see_served(struct model_room *room, const struct waiters_served *served,
                              int64_t now_ms)
{
    uint32_t admits = 0;
    if (!room->open || (room->mode != WAITROOM_NORMAL && room->mode != WAITROOM_REJECT))
        return "a line that stands lets nobody in";
    if (served->served < room->served || served->served > room->count)
        return "a line is served by its numbers";
    while (room->served < served->served) {
        struct model_waiter *waiter = of_number(room, ++room->served);
        if (waiter->state != WAITER_WAITING)
            continue;
        admit(room, waiter, now_ms);
        admits++;
    }
    if (admits != served->admitted)
        return "who is let in is counted";
    credit_grow(room, now_ms);
    if ((uint64_t)admits * ONE > room->credit)
        return "nobody is let in faster than the rate says";
    room->credit -= (uint64_t)admits * ONE;
    return admits == 0 || room->active <= room->max_active
               ? NULL
               : "no more are let in than may be in at once";
}

static const char *see_ended(struct model_room *room, const struct waiters_ended *ended,
                             int64_t now_ms)
{
    for (uint32_t i = 0; i < ended->entries.count; i++) {
        if (!between(ended->entries.v[i], 1, room->count))
            return "who goes was there";
        struct model_waiter *waiter = waiter_of(room, ended->entries.v[i]);
        if (waiter->state == (enum waiter_state)ended->state)
            continue; /* By the command that it came with. */
        if (ended->state != WAITER_EXPIRED || waiter->state != WAITER_ADMITTED ||
            is_live(room, waiter, now_ms))
            return "an admission does not end before its time";
        move(room, waiter, WAITER_EXPIRED);
    }
    return NULL;
}

const char *room_model_see(struct ticket_model *m, const struct fact *fact)
{
    switch (fact->kind) {
    case FACT_WAITROOM_DRAWN:
        return see_drawn(m->events[fact->as.waitroom_drawn.event].room, &fact->as.waitroom_drawn,
                         fact->time_ms);
    case FACT_WAITERS_SERVED:
        return see_served(m->events[fact->as.waiters_served.event].room, &fact->as.waiters_served,
                          fact->time_ms);
    default:
        must(fact->kind == FACT_WAITERS_ENDED, "a fact about a waiting room");
        return see_ended(m->events[fact->as.waiters_ended.event].room, &fact->as.waiters_ended,
                         fact->time_ms);
    }
}
