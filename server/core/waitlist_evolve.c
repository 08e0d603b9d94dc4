#include "server/core/state.h"
#include "server/core/waitroom.h"

#include <assert.h>
#include <string.h>

void waits_init(struct stadium *s)
{
    struct waits *w = &s->booking.waits;
    w->of = arena_array(&s->arena, s->limits.events, sizeof(struct wait_queue *));
    pool_init(&w->rows, &s->arena, sizeof(struct wait), s->limits.waits);
    pool_init(&w->links, &s->arena, sizeof(struct chained), s->limits.waits);
    pool_init(&w->mine, &s->arena, sizeof(uint32_t), s->limits.waits);
}

void waits_fini(struct stadium *s)
{
    struct waits *w = &s->booking.waits;
    id_map_fini(&w->ids);
    id_map_fini(&w->found);
    id_map_fini(&w->persons);
    id_map_fini(&w->offers);
    deadlines_fini(&w->due);
}

/* ---- When somebody can be offered something ---------------------------------------------- */

bool wait_fits(const struct stadium *s, const struct wait_queue *queue)
{
    const uint32_t event = queue->list.event;
    for (uint32_t type = 0; type < s->booking.sales[event].type_count; type++) {
        for (uint32_t party = 1; party <= HOLD_SEATS; party++) {
            if (queue->parties[type][party] == 0)
                continue;
            if (wait_left(s, event, type) >= party)
                return true;
            break; /* Larger ones fit less. */
        }
    }
    return false;
}

void wait_event_changed(struct stadium *s, uint32_t index)
{
    const struct wait_queue *queue = wait_queue_of(s, index);
    if (!queue)
        return;
    const struct event *event = &s->booking.events[index];
    int64_t due = STADIUM_NEVER;
    if (queue->list.waiting > 0)
        due = event->state == EVENT_CANCELLED ||
                      (event->state == EVENT_PUBLISHED && wait_fits(s, queue))
                  ? 0
                  : event->starts_ms;
    deadlines_set(&s->booking.waits.due, due, index);
}

/* ---- Around changes ---------------------------------------------------------------------- */

static void list_leave(struct stadium *s, struct wait_queue *queue)
{
    if (queue->list.version)
        row_remove(s, ROW_WAITLIST, queue->list.event, &queue->list);
}

static void list_enter(struct stadium *s, struct wait_queue *queue)
{
    s->booking.waits.seq = queue->list.version = s->head.seq;
    row_add(s, ROW_WAITLIST, queue->list.event, &queue->list);
    wait_event_changed(s, queue->list.event);
}

static void counts_move(struct stadium *s, struct wait_queue *queue, uint32_t index, bool enters)
{
    const struct wait *wait = wait_row(s, index);
    const uint32_t one = enters ? 1 : UINT32_MAX;
    queue->list.offered += wait->state == WAIT_OFFERED ? one : 0;
    if (wait->state != WAIT_WAITING)
        return;
    queue->list.waiting += one;
    queue->parties[wait->type][wait->party] += one;
    if (enters)
        chain_add(&queue->waiting, &s->booking.waits.links, index);
    else
        chain_remove(&queue->waiting, &s->booking.waits.links, index);
}

static void wait_move(struct stadium *s, uint32_t index, enum wait_state state)
{
    struct wait *wait = wait_row(s, index);
    struct wait_queue *queue = wait_queue_of(s, wait->event);
    list_leave(s, queue);
    row_remove(s, ROW_WAIT, index, wait);
    counts_move(s, queue, index, false);
    wait->state = state;
    wait->version = s->head.seq;
    counts_move(s, queue, index, true);
    row_add(s, ROW_WAIT, index, wait);
    list_enter(s, queue);
}

/* The newest of what `id` stands for. */
static uint32_t newest_set(struct id_map *map, struct id id, uint32_t index)
{
    const uint32_t before = id_map_find(map, id);
    if (before != ID_MAP_NONE)
        id_map_remove(map, id);
    id_map_add(map, id, index);
    return before == ID_MAP_NONE ? 0 : before + 1;
}

/* ---- Facts ------------------------------------------------------------------------------- */

static void set_evolve(struct stadium *s, const struct waitlist_set *set)
{
    struct wait_queue **of = &s->booking.waits.of[set->event];
    if (!*of) {
        *of = arena_alloc(&s->arena, sizeof(**of));
        (*of)->list.event = set->event;
    }
    list_leave(s, *of);
    (*of)->list.capacity = set->capacity;
    (*of)->list.claim_s = set->claim_s;
    (*of)->list.closed = set->closed;
    list_enter(s, *of);
}

static void entered_evolve(struct stadium *s, const struct wait_entered *entered)
{
    struct waits *w = &s->booking.waits;
    struct wait_queue *queue = wait_queue_of(s, entered->event);
    assert(entered->wait == w->rows.count && entered->type < EVENT_TYPES &&
           entered->party <= HOLD_SEATS);
    struct wait *wait = pool_add(&w->rows);
    pool_add(&w->links);
    *wait = (struct wait){
        .id = { entered->id_high, entered->id_low },
        .hold_id = { entered->hold_high, entered->hold_low },
        .event = entered->event,
        .type = entered->type,
        .party = entered->party,
        .state = WAIT_WAITING,
        .asked_ms = s->head.now_ms,
        .version = s->head.seq,
    };
    memcpy(wait->person, entered->person, sizeof(wait->person));
    id_map_add(&w->ids, wait->id, entered->wait);
    newest_set(&w->found, roster_key(wait->event, wait->person), entered->wait);
    *(uint32_t *)pool_add(&w->mine) =
        newest_set(&w->persons, waitroom_person(wait->person), entered->wait);
    list_leave(s, queue);
    counts_move(s, queue, entered->wait, true);
    row_add(s, ROW_WAIT, entered->wait, wait);
    list_enter(s, queue);
}

void wait_evolve(struct stadium *s, const struct fact *fact)
{
    switch (fact->kind) {
    case FACT_WAITLIST_SET:
        set_evolve(s, &fact->as.waitlist_set);
        return;
    case FACT_WAIT_ENTERED:
        entered_evolve(s, &fact->as.wait_entered);
        return;
    case FACT_WAIT_OFFERED:
        id_map_add(&s->booking.waits.offers, wait_row(s, fact->as.wait_offered.wait)->hold_id,
                   fact->as.wait_offered.wait);
        wait_move(s, fact->as.wait_offered.wait, WAIT_OFFERED);
        return;
    default:
        assert(fact->kind == FACT_WAIT_ENDED);
        wait_move(s, fact->as.wait_ended.wait, (enum wait_state)fact->as.wait_ended.state);
    }
}

void wait_offer_ended(struct stadium *s, const struct seathold *hold, enum wait_state state)
{
    struct id_map *offers = &s->booking.waits.offers;
    const uint32_t index = offers->count ? id_map_find(offers, hold->id) : ID_MAP_NONE;
    if (index == ID_MAP_NONE)
        return;
    id_map_remove(offers, hold->id);
    wait_move(s, index, state);
}

void wait_offer_extended(struct stadium *s, const struct seathold *hold)
{
    const struct id_map *offers = &s->booking.waits.offers;
    if (offers->count && id_map_find(offers, hold->id) != ID_MAP_NONE)
        s->booking.waits.seq = s->head.seq;
}

/* ---- What readers see -------------------------------------------------------------------- */

const struct waitlist *stadium_waitlist(const struct stadium *s, uint32_t event)
{
    const struct wait_queue *queue = wait_queue_of(s, event);
    return queue ? &queue->list : NULL;
}

uint64_t stadium_waits_seq(const struct stadium *s)
{
    return s->booking.waits.seq;
}

uint32_t stadium_wait_count(const struct stadium *s)
{
    return s->booking.waits.rows.count;
}

const struct wait *stadium_wait(const struct stadium *s, uint32_t index)
{
    return wait_row(s, index);
}

uint32_t stadium_wait_find(const struct stadium *s, uint32_t event, const char *person)
{
    return id_map_find(&s->booking.waits.found, roster_key(event, person));
}

uint32_t stadium_wait_of(const struct stadium *s, struct id id)
{
    return id_map_find(&s->booking.waits.ids, id);
}

uint32_t stadium_wait_first(const struct stadium *s, uint32_t event)
{
    const struct wait_queue *queue = wait_queue_of(s, event);
    return queue ? queue->waiting.first : 0;
}

uint32_t stadium_wait_after(const struct stadium *s, uint32_t index)
{
    return chain_after(&s->booking.waits.links, index);
}

uint32_t stadium_wait_newest(const struct stadium *s, const char *person)
{
    return id_map_find(&s->booking.waits.persons, waitroom_person(person)) + 1;
}

uint32_t stadium_wait_before(const struct stadium *s, uint32_t index)
{
    return *(const uint32_t *)pool_get(&s->booking.waits.mine, index);
}
