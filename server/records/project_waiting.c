/* Waiting rooms, waitlists, joins and bans. */
#include "server/records/project_waiting.h"

#include "server/core/join.h"
#include "server/core/waitlist.h"
#include "server/core/waitroom.h"
#include "server/records/words.h"

static void put(struct records *records, uint32_t table, const void *row)
{
    records->ops->put(records, table, row);
}

static bool get(struct records *records, uint32_t table, void *row)
{
    return records->ops->get(records, table, row);
}

/* ---- Joins and bans ---------------------------------------------------------------------------
 */

static const char *const join_states[] = { "",          "active",  "waitlisted",
                                           "cancelled", "expired", "rejected" };

static void joined(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct joined *from = &fact->as.joined;
    struct participant_record to = {
        .number = from->join, .event = from->event, .joined_ms = fact->time_ms, .version = seq
    };
    records_set_id(to.id, from->id_high, from->id_low);
    SET_TEXT(to.person, from->person);
    SET_WORD(to.state, join_states, from->state);
    put(records, RECORDS_PARTICIPANT, &to);
}

static void join_ended(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct join_ended *from = &fact->as.join_ended;
    struct participant_record to = { .number = from->join };
    get(records, RECORDS_PARTICIPANT, &to);
    SET_WORD(to.state, join_states, from->state);
    SET_TEXT(to.reason, from->reason);
    to.version = seq;
    put(records, RECORDS_PARTICIPANT, &to);
}

static void joins_moved(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct joins_moved *from = &fact->as.joins_moved;
    for (uint32_t i = 0; i < from->joins.count; i++) {
        struct participant_record to = { .number = from->joins.v[i] };
        get(records, RECORDS_PARTICIPANT, &to);
        SET_WORD(to.state, join_states, from->state);
        to.version = seq;
        put(records, RECORDS_PARTICIPANT, &to);
    }
}

static void person_banned(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct person_banned *from = &fact->as.person_banned;
    struct ban_record to = { .number = from->ban,
                             .event = from->event,
                             .banned_ms = fact->time_ms,
                             .until_ms = from->until_ms == INT64_MAX ? 0 : from->until_ms,
                             .version = seq };
    SET_TEXT(to.person, from->person);
    SET_TEXT(to.reason, from->reason);
    put(records, RECORDS_BAN, &to);
}

static void person_unbanned(struct records *records, uint64_t seq, const struct fact *fact)
{
    struct ban_record to = { .number = fact->as.person_unbanned.ban };
    get(records, RECORDS_BAN, &to);
    to.until_ms = fact->time_ms;
    to.version = seq;
    put(records, RECORDS_BAN, &to);
}

/* ---- Waitlists --------------------------------------------------------------------------------
 */

static const char *const wait_states[] = { "",         "waiting", "offered",  "purchased",
                                           "declined", "expired", "cancelled" };

static void wait_entered(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct wait_entered *from = &fact->as.wait_entered;
    struct wait_record to = { .number = from->wait,
                              .event = from->event,
                              .type = from->type,
                              .party = from->party,
                              .asked_ms = fact->time_ms,
                              .version = seq };
    records_set_id(to.id, from->id_high, from->id_low);
    records_set_id(to.hold_id, from->hold_high, from->hold_low);
    SET_TEXT(to.person, from->person);
    SET_WORD(to.state, wait_states, WAIT_WAITING);
    put(records, RECORDS_WAIT, &to);
}

static void wait_move(struct records *records, uint64_t seq, uint32_t number, uint32_t state,
                      int64_t offered_ms)
{
    struct wait_record to = { .number = number };
    get(records, RECORDS_WAIT, &to);
    SET_WORD(to.state, wait_states, state);
    to.offered_ms = offered_ms;
    to.version = seq;
    put(records, RECORDS_WAIT, &to);
}

static void wait_offered(struct records *records, uint64_t seq, const struct fact *fact)
{
    wait_move(records, seq, fact->as.wait_offered.wait, WAIT_OFFERED, fact->time_ms);
}

static void wait_ended(struct records *records, uint64_t seq, const struct fact *fact)
{
    wait_move(records, seq, fact->as.wait_ended.wait, fact->as.wait_ended.state, 0);
}

/* ---- Waiting rooms ----------------------------------------------------------------------------
 */

static struct waiting_room_record room_of(struct records *records, uint32_t event, uint64_t seq)
{
    struct waiting_room_record room = { .event = event };
    get(records, RECORDS_WAITING_ROOM, &room);
    room.version = seq;
    return room;
}

static void waitroom_set(struct records *records, uint64_t seq, const struct fact *fact)
{
    static const char *const modes[] = { "", "normal", "paused", "queue_all", "pass", "reject" };
    const struct waitroom_set *from = &fact->as.waitroom_set;
    struct waiting_room_record to = room_of(records, from->event, seq);
    SET_WORD(to.mode, modes, from->mode);
    to.opens_ms = from->opens_ms;
    to.rate_per_minute = from->rate_ppm;
    to.max_active = from->max_active;
    put(records, RECORDS_WAITING_ROOM, &to);
}

static void waiters_entered(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct waiters_entered *from = &fact->as.waiters_entered;
    struct waiting_room_record room = room_of(records, from->event, seq);
    const char *name = (const char *)from->persons.data;
    room.entered += from->nonce.count;
    put(records, RECORDS_WAITING_ROOM, &room);
    for (uint32_t i = 0; i < from->nonce.count; i++) {
        struct waiter_record to = { .event = from->event,
                                    .entry = from->first_entry + i,
                                    .state = "entered",
                                    .entered_ms = fact->time_ms };
        snprintf(to.person, sizeof to.person, "%s", name);
        put(records, RECORDS_WAITER, &to);
        name += strlen(name) + 1;
    }
}

static void waitroom_drawn(struct records *records, uint64_t seq, const struct fact *fact)
{
    struct waiting_room_record room = room_of(records, fact->as.waitroom_drawn.event, seq);
    room.drawn_ms = fact->time_ms;
    room.drawn = fact->as.waitroom_drawn.entries;
    put(records, RECORDS_WAITING_ROOM, &room);
}

static void waiters_served(struct records *records, uint64_t seq, const struct fact *fact)
{
    struct waiting_room_record room = room_of(records, fact->as.waiters_served.event, seq);
    room.served = fact->as.waiters_served.served;
    room.admitted += fact->as.waiters_served.admitted;
    put(records, RECORDS_WAITING_ROOM, &room);
}

static void mark(struct records *records, uint32_t event, struct u32s entries, const char *state,
                 int64_t at_ms)
{
    for (uint32_t i = 0; i < entries.count; i++) {
        struct waiter_record to = { .event = event, .entry = entries.v[i] };
        get(records, RECORDS_WAITER, &to);
        snprintf(to.state, sizeof to.state, "%s", state);
        to.changed_ms = at_ms;
        put(records, RECORDS_WAITER, &to);
    }
}

static void waiters_admitted(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct waiters_admitted *from = &fact->as.waiters_admitted;
    struct waiting_room_record room = room_of(records, from->event, seq);
    room.admitted += from->entries.count;
    put(records, RECORDS_WAITING_ROOM, &room);
    mark(records, from->event, from->entries, "ahead", fact->time_ms);
}

static void waiters_ended(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct waiters_ended *from = &fact->as.waiters_ended;
    (void)seq;
    mark(records, from->event, from->entries, from->state == WAITER_LEFT ? "left" : "expired",
         fact->time_ms);
}

const struct projection waiting_projections[] = {
    { FACT_JOINED, joined },
    { FACT_JOIN_ENDED, join_ended },
    { FACT_JOINS_MOVED, joins_moved },
    { FACT_PERSON_BANNED, person_banned },
    { FACT_PERSON_UNBANNED, person_unbanned },
    { FACT_WAIT_ENTERED, wait_entered },
    { FACT_WAIT_OFFERED, wait_offered },
    { FACT_WAIT_ENDED, wait_ended },
    { FACT_WAITROOM_SET, waitroom_set },
    { FACT_WAITERS_ENTERED, waiters_entered },
    { FACT_WAITROOM_DRAWN, waitroom_drawn },
    { FACT_WAITERS_SERVED, waiters_served },
    { FACT_WAITERS_ADMITTED, waiters_admitted },
    { FACT_WAITERS_ENDED, waiters_ended },
    { 0, NULL },
};
