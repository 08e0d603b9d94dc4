/* What becomes of joins, and what is derived from them. */
#include "server/core/roster.h"
#include "server/core/state.h"
#include "server/core/waitroom.h"

#include <assert.h>
#include <string.h>

struct id roster_key(uint32_t event, const char *person)
{
    const struct id of = waitroom_person(person);
    return (struct id){ of.high + event * UINT64_C(0x9e3779b97f4a7c15), of.low };
}

struct roster *roster_of(const struct stadium *s, uint32_t event)
{
    return s->booking.rosters.of[event];
}

static struct roster *roster_made(struct stadium *s, uint32_t event)
{
    struct roster **of = &s->booking.rosters.of[event];
    if (!*of) {
        *of = arena_alloc(&s->arena, sizeof(**of));
        (*of)->joining.event = event;
    }
    return *of;
}

void rosters_init(struct stadium *s)
{
    struct rosters *r = &s->booking.rosters;
    const struct limits *limits = &s->limits;
    r->of = arena_array(&s->arena, limits->events, sizeof(struct roster *));
    pool_init(&r->joins, &s->arena, sizeof(struct join), limits->joins);
    pool_init(&r->all_links, &s->arena, sizeof(struct chained), limits->joins);
    pool_init(&r->waiting_links, &s->arena, sizeof(struct chained), limits->joins);
    pool_init(&r->mine, &s->arena, sizeof(uint32_t), limits->joins);
    pool_init(&r->bans, &s->arena, sizeof(struct ban), limits->bans);
    pool_init(&r->ban_links, &s->arena, sizeof(struct chained), limits->bans);
}

void rosters_fini(struct stadium *s)
{
    struct rosters *r = &s->booking.rosters;
    id_map_fini(&r->ids);
    id_map_fini(&r->found);
    id_map_fini(&r->banned);
    id_map_fini(&r->persons);
    deadlines_fini(&r->due);
}

/* ---- Around changes ---------------------------------------------------------------------- */

void roster_event_changed(struct stadium *s, uint32_t event)
{
    if (roster_of(s, event))
        deadlines_set(&s->booking.rosters.due, roster_event_due(s, event), event);
}

static void joining_leave(struct stadium *s, struct roster *roster)
{
    if (roster->joining.version)
        row_remove(s, ROW_JOINING, roster->joining.event, &roster->joining);
}

static void joining_enter(struct stadium *s, struct roster *roster)
{
    roster->joining.version = s->head.seq;
    row_add(s, ROW_JOINING, roster->joining.event, &roster->joining);
    roster_event_changed(s, roster->joining.event);
}

/* In the lists of its state, or out of them. */
static void lists_enter(struct stadium *s, struct roster *roster, uint32_t index)
{
    const struct join *join = join_get(s, index);
    roster->joining.active += join->state == JOIN_ACTIVE;
    if (join->state == JOIN_WAITLISTED) {
        roster->joining.waiting++;
        chain_add(&roster->waiting, &s->booking.rosters.waiting_links, index);
    }
}

static void lists_leave(struct stadium *s, struct roster *roster, uint32_t index)
{
    const struct join *join = join_get(s, index);
    roster->joining.active -= join->state == JOIN_ACTIVE;
    if (join->state == JOIN_WAITLISTED) {
        roster->joining.waiting--;
        chain_remove(&roster->waiting, &s->booking.rosters.waiting_links, index);
    }
}

/* The roster's own row is open meanwhile. */
static void join_move(struct stadium *s, struct roster *roster, uint32_t index,
                      enum join_state state, const char *reason)
{
    struct join *join = join_get(s, index);
    row_remove(s, ROW_JOIN, index, join);
    lists_leave(s, roster, index);
    join->state = state;
    join->version = s->head.seq;
    memset(join->reason, 0, sizeof(join->reason));
    memcpy(join->reason, reason, strlen(reason));
    lists_enter(s, roster, index);
    row_add(s, ROW_JOIN, index, join);
}

/* ---- Facts ------------------------------------------------------------------------------- */

static void set_evolve(struct stadium *s, const struct joining_set *set)
{
    assert(set->event < s->booking.event_count);
    struct roster *roster = roster_made(s, set->event);
    joining_leave(s, roster);
    roster->joining.capacity = set->capacity;
    roster->joining.waitlist = set->waitlist;
    roster->joining.closed = set->closed;
    joining_enter(s, roster);
}

static void join_create(struct stadium *s, struct roster *roster, const struct joined *joined)
{
    struct rosters *r = &s->booking.rosters;
    struct join *join = pool_add(&r->joins);
    pool_add(&r->all_links);
    pool_add(&r->waiting_links);
    *join = (struct join){ .id = { joined->id_high, joined->id_low }, .event = joined->event };
    memcpy(join->person, joined->person, sizeof(join->person));
    chain_add(&roster->all, &r->all_links, joined->join);
    id_map_add(&r->ids, join->id, joined->join);
    id_map_add(&r->found, roster_key(joined->event, joined->person), joined->join);
    const struct id person = waitroom_person(joined->person);
    const uint32_t before = id_map_find(&r->persons, person);
    *(uint32_t *)pool_add(&r->mine) = before == ID_MAP_NONE ? 0 : before + 1;
    if (before != ID_MAP_NONE)
        id_map_remove(&r->persons, person);
    id_map_add(&r->persons, person, joined->join);
}

static void joined_evolve(struct stadium *s, const struct joined *joined)
{
    struct roster *roster = roster_of(s, joined->event);
    joining_leave(s, roster);
    if (joined->join == s->booking.rosters.joins.count)
        join_create(s, roster, joined);
    else
        row_remove(s, ROW_JOIN, joined->join, join_get(s, joined->join));
    struct join *join = join_get(s, joined->join);
    assert(!join_is_live(join));
    join->state = joined->state;
    join->joined_ms = s->head.now_ms;
    join->number = join->version = s->head.seq;
    memset(join->reason, 0, sizeof(join->reason));
    lists_enter(s, roster, joined->join);
    row_add(s, ROW_JOIN, joined->join, join);
    joining_enter(s, roster);
}

static void ended_evolve(struct stadium *s, const struct join_ended *ended)
{
    struct roster *roster = roster_of(s, join_get(s, ended->join)->event);
    joining_leave(s, roster);
    join_move(s, roster, ended->join, (enum join_state)ended->state, ended->reason);
    joining_enter(s, roster);
}

static void moved_evolve(struct stadium *s, const struct joins_moved *moved)
{
    struct roster *roster = roster_of(s, moved->event);
    joining_leave(s, roster);
    for (uint32_t i = 0; i < moved->joins.count; i++) {
        assert(join_get(s, moved->joins.v[i])->state == JOIN_WAITLISTED);
        join_move(s, roster, moved->joins.v[i], (enum join_state)moved->state, "");
    }
    joining_enter(s, roster);
}

void join_evolve(struct stadium *s, const struct fact *fact)
{
    switch (fact->kind) {
    case FACT_JOINING_SET:
        set_evolve(s, &fact->as.joining_set);
        return;
    case FACT_JOINED:
        joined_evolve(s, &fact->as.joined);
        return;
    case FACT_JOIN_ENDED:
        ended_evolve(s, &fact->as.join_ended);
        return;
    default:
        assert(fact->kind == FACT_JOINS_MOVED);
        moved_evolve(s, &fact->as.joins_moved);
    }
}

/* ---- Bans -------------------------------------------------------------------------------- */

void ban_evolve(struct stadium *s, const struct fact *fact)
{
    struct rosters *r = &s->booking.rosters;
    if (fact->kind == FACT_PERSON_UNBANNED) {
        struct ban *ban = ban_get(s, fact->as.person_unbanned.ban);
        row_remove(s, ROW_BAN, fact->as.person_unbanned.ban, ban);
        ban->until_ms = s->head.now_ms;
        ban->version = s->head.seq;
        row_add(s, ROW_BAN, fact->as.person_unbanned.ban, ban);
        return;
    }
    assert(fact->kind == FACT_PERSON_BANNED);
    const struct person_banned *banned = &fact->as.person_banned;
    struct roster *roster = roster_made(s, banned->event);
    if (banned->ban == r->bans.count) {
        pool_add(&r->bans);
        pool_add(&r->ban_links);
        chain_add(&roster->bans, &r->ban_links, banned->ban);
        id_map_add(&r->banned, roster_key(banned->event, banned->person), banned->ban);
    } else {
        row_remove(s, ROW_BAN, banned->ban, ban_get(s, banned->ban));
    }
    struct ban *ban = ban_get(s, banned->ban);
    *ban = (struct ban){ .event = banned->event,
                         .banned_ms = s->head.now_ms,
                         .until_ms = banned->until_ms,
                         .version = s->head.seq };
    memcpy(ban->person, banned->person, sizeof(ban->person));
    memcpy(ban->reason, banned->reason, sizeof(ban->reason));
    row_add(s, ROW_BAN, banned->ban, ban);
}

/* ---- What readers see -------------------------------------------------------------------- */

const struct joining *stadium_joining(const struct stadium *s, uint32_t event)
{
    const struct roster *roster = roster_of(s, event);
    return roster && roster->joining.version ? &roster->joining : NULL;
}

const struct join *stadium_join(const struct stadium *s, uint32_t index)
{
    return join_get(s, index);
}

uint32_t stadium_join_find(const struct stadium *s, uint32_t event, const char *person)
{
    return join_find(s, event, person);
}

uint32_t stadium_join_of(const struct stadium *s, struct id id)
{
    return id_map_find(&s->booking.rosters.ids, id);
}

uint32_t stadium_join_first(const struct stadium *s, uint32_t event)
{
    return roster_of(s, event) ? roster_of(s, event)->all.first : 0;
}

uint32_t stadium_join_after(const struct stadium *s, uint32_t index)
{
    return chain_after(&s->booking.rosters.all_links, index);
}

uint32_t stadium_join_waits_first(const struct stadium *s, uint32_t event)
{
    return roster_of(s, event) ? roster_of(s, event)->waiting.first : 0;
}

uint32_t stadium_join_waits_after(const struct stadium *s, uint32_t index)
{
    return chain_after(&s->booking.rosters.waiting_links, index);
}

uint32_t stadium_join_newest(const struct stadium *s, const char *person)
{
    return id_map_find(&s->booking.rosters.persons, waitroom_person(person)) + 1;
}

uint32_t stadium_join_before(const struct stadium *s, uint32_t index)
{
    return *(const uint32_t *)pool_get(&s->booking.rosters.mine, index);
}

uint32_t stadium_ban_find(const struct stadium *s, uint32_t event, const char *person)
{
    return ban_find(s, event, person);
}

const struct ban *stadium_ban(const struct stadium *s, uint32_t index)
{
    return ban_get(s, index);
}

uint32_t stadium_ban_first(const struct stadium *s, uint32_t event)
{
    return roster_of(s, event) ? roster_of(s, event)->bans.first : 0;
}

uint32_t stadium_ban_after(const struct stadium *s, uint32_t index)
{
    return chain_after(&s->booking.rosters.ban_links, index);
}
