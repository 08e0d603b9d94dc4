#include "server/core/allocation.h"

#include "server/core/state.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

void allocations_init(struct stadium *s)
{
    s->booking.allocations =
        arena_array(&s->arena, s->limits.events, sizeof(*s->booking.allocations));
}

void allocations_fini(struct stadium *s)
{
    deadlines_fini(&s->booking.allocations_due);
}

static uint32_t key_of(uint32_t event, uint32_t number)
{
    return event * EVENT_ALLOCATIONS + number - 1;
}

static uint32_t seats_of(const struct stadium *s)
{
    return s->first_seat[s->venue.block_count];
}

/* ---- What readers see -------------------------------------------------------------------- */

const struct allocation *stadium_allocation(const struct stadium *s, uint32_t event,
                                            uint32_t number)
{
    const struct allocations *a = s->booking.allocations[event];
    return a && number >= 1 && number <= a->count ? &a->rows[number - 1] : NULL;
}

bool stadium_seat_is_kept(const struct stadium *s, uint32_t event, uint32_t seat)
{
    return allocation_keeps(s, event, seat, ALLOCATION_NONE);
}

bool allocation_keeps(const struct stadium *s, uint32_t event, uint32_t seat, uint32_t allocation)
{
    const struct allocations *a = s->booking.allocations[event];
    return a && a->of_seat[seat] && a->of_seat[seat] != allocation && allocation != ALLOCATION_ANY;
}

bool allocation_has(const struct stadium *s, uint32_t event, uint32_t seat, uint32_t allocation)
{
    const struct allocation *row = stadium_allocation(s, event, allocation);
    return !row || row->released || s->booking.allocations[event]->of_seat[seat] == allocation;
}

uint32_t allocation_kept_free(const struct stadium *s, uint32_t event)
{
    const struct allocations *a = s->booking.allocations[event];
    return a ? a->kept_free : 0;
}

static void capitals(const char *from, char to[VOUCHER_CODE_BYTES + 1])
{
    memset(to, 0, VOUCHER_CODE_BYTES + 1);
    for (uint32_t i = 0; from[i] && i < VOUCHER_CODE_BYTES; i++)
        to[i] = (char)toupper((unsigned char)from[i]);
}

/* The number of the allocation with this code; 0: there is none. */
static uint32_t number_of(const struct stadium *s, uint32_t event, const char *code)
{
    const struct allocations *a = s->booking.allocations[event];
    for (uint32_t i = 0; a && i < a->count; i++) {
        if (strcmp(a->rows[i].code, code) == 0)
            return i + 1;
    }
    return 0;
}

bool allocation_find(const struct stadium *s, uint32_t event, const char *code,
                     uint32_t *allocation, struct facts *out)
{
    char wanted[VOUCHER_CODE_BYTES + 1];
    *allocation = ALLOCATION_NONE;
    if (!code[0])
        return true;
    capitals(code, wanted);
    *allocation = number_of(s, event, wanted);
    if (*allocation == 0)
        facts_refuse(out, STATUS_UNKNOWN_ALLOCATION, "allocation_code", "allocation_code: %s",
                     status_sentence(STATUS_UNKNOWN_ALLOCATION));
    return *allocation != 0;
}

/* ---- decide ------------------------------------------------------------------------------ */

static enum status check_words(const struct stadium *s, uint32_t event,
                               const struct set_allocation *ask, struct facts *out)
{
    char code[VOUCHER_CODE_BYTES + 1];
    const uint32_t count = s->booking.allocations[event] ? s->booking.allocations[event]->count : 0;
    capitals(ask->code, code);
    if (ask->number > count)
        return facts_refuse(out, STATUS_UNKNOWN_ALLOCATION, "allocation.number",
                            "allocation.number: the event has %u", count);
    if (ask->number == 0 && count == EVENT_ALLOCATIONS)
        return facts_refuse(out, STATUS_ALLOCATIONS_FULL, NULL, "%s",
                            status_sentence(STATUS_ALLOCATIONS_FULL));
    if (!ask->name[0])
        return facts_refuse(out, STATUS_BAD_FIELD, "allocation.name",
                            "allocation.name: say whom the seats are for, in 1 to %d bytes",
                            ALLOCATION_NAME_BYTES);
    if (!code[0])
        return facts_refuse(out, STATUS_BAD_FIELD, "allocation.code",
                            "allocation.code: what a hold has to name, 1 to %d bytes",
                            VOUCHER_CODE_BYTES);
    const uint32_t same = number_of(s, event, code);
    if (same && same != ask->number)
        return facts_refuse(out, STATUS_ALLOCATION_EXISTS, "allocation.code",
                            "allocation.code: allocation %u has it; choose another", same);
    if (ask->release_ms < 0 || ask->release_ms > TIME_MAX_MS)
        return facts_refuse(out, STATUS_BAD_FIELD, "allocation.release_ms",
                            "allocation.release_ms: %lld; Unix milliseconds, 0: never",
                            (long long)ask->release_ms);
    return STATUS_OK;
}

static enum status check_seats(const struct stadium *s, uint32_t event,
                               const struct set_allocation *ask, struct facts *out)
{
    uint64_t end = 0;
    if (ask->first.count < 1 || ask->first.count > ALLOCATION_RANGES)
        return facts_refuse(out, STATUS_BAD_FIELD, "allocation.seats",
                            "allocation.seats: %u ranges; 1 to %d are possible", ask->first.count,
                            ALLOCATION_RANGES);
    for (uint32_t i = 0; i < ask->first.count; i++) {
        const uint64_t first = ask->first.v[i], behind = first + ask->count.v[i];
        if (first < end || behind == first || behind > seats_of(s))
            return facts_refuse(out, STATUS_BAD_FIELD, "allocation.seats",
                                "allocation.seats[%u]: ranges ascend, have seats, and end below "
                                "%u; this is %llu to %llu",
                                i, seats_of(s), (unsigned long long)first,
                                (unsigned long long)behind);
        end = behind;
        for (uint64_t seat = first; seat < behind; seat++) {
            if (allocation_keeps(s, event, (uint32_t)seat, ask->number))
                return facts_refuse(out, STATUS_ALLOCATION_EXISTS, "allocation.seats",
                                    "allocation.seats[%u]: seat %llu is kept by allocation %u", i,
                                    (unsigned long long)seat,
                                    s->booking.allocations[event]->of_seat[seat]);
        }
    }
    return STATUS_OK;
}

enum status allocation_decide(const struct stadium *s, const struct command *command,
                              struct facts *out)
{
    const struct set_allocation *ask = &command->as.set_allocation;
    assert(command->kind == COMMAND_SET_ALLOCATION);
    const uint32_t event = event_to_change(s, ask->event, &ask->by, command->time_ms, out);
    if (event == ID_MAP_NONE)
        return out->refusal.status;
    enum status status = check_words(s, event, ask, out);
    if (status == STATUS_OK)
        status = check_seats(s, event, ask, out);
    if (status != STATUS_OK)
        return status;
    const uint32_t count = s->booking.allocations[event] ? s->booking.allocations[event]->count : 0;
    struct allocation_set *fact =
        &facts_add(out, FACT_ALLOCATION_SET, command->time_ms)->as.allocation_set;
    fact->event = event;
    fact->number = ask->number ? ask->number : count + 1;
    memcpy(fact->name, ask->name, sizeof(fact->name));
    capitals(ask->code, fact->code);
    fact->first = u32s_copy(ask->first, &out->arena);
    fact->count = u32s_copy(ask->count, &out->arena);
    fact->release_ms = ask->release_ms;
    return STATUS_OK;
}

void allocations_tick(const struct stadium *s, int64_t now_ms, struct facts *out)
{
    const struct deadlines *due = &s->booking.allocations_due;
    if (due->count == 0 || due->entries[0].time > now_ms)
        return;
    const uint32_t key = due->entries[0].value; /* The next tick has the next one. */
    facts_add(out, FACT_ALLOCATION_RELEASED, now_ms)->as.allocation_released =
        (struct allocation_released){ key / EVENT_ALLOCATIONS, key % EVENT_ALLOCATIONS + 1 };
}

int64_t allocations_due(const struct stadium *s)
{
    const struct deadlines *due = &s->booking.allocations_due;
    return due->count ? due->entries[0].time : STADIUM_NEVER;
}

/* ---- evolve ------------------------------------------------------------------------------ */

static struct allocations *allocations_of(struct stadium *s, uint32_t event)
{
    struct allocations **of = &s->booking.allocations[event];
    if (!*of) {
        *of = arena_alloc(&s->arena, sizeof(**of));
        (*of)->of_seat = arena_alloc(&s->arena, seats_of(s));
    }
    return *of;
}

/* Its seats are kept from now on, or are no more. */
static void keep(struct stadium *s, struct allocations *a, const struct allocation *row, bool kept)
{
    const struct seat *map = s->booking.sales[row->event].seats;
    for (uint32_t i = 0; i < row->first.count; i++) {
        for (uint32_t k = 0; k < row->count.v[i]; k++) {
            const uint32_t seat = row->first.v[i] + k;
            assert(a->of_seat[seat] == (kept ? 0 : row->number));
            a->of_seat[seat] = kept ? (uint8_t)row->number : 0;
            if (map[seat].state == SEAT_FREE)
                a->kept_free += kept ? 1 : UINT32_MAX;
        }
    }
    deadlines_set(&s->booking.allocations_due,
                  kept && row->release_ms ? row->release_ms : STADIUM_NEVER,
                  key_of(row->event, row->number));
}

/* Maps show it, and somebody may wait for what came free. */
static void seats_changed(struct stadium *s, uint32_t event)
{
    event_counts_open(s, event);
    s->booking.events[event].seats_seq = s->head.seq;
    event_counts_close(s, event);
    wait_event_changed(s, event);
}

static void set_evolve(struct stadium *s, const struct allocation_set *set, int64_t now_ms)
{
    struct allocations *a = allocations_of(s, set->event);
    struct allocation *row = &a->rows[set->number - 1];
    const uint32_t key = key_of(set->event, set->number);
    if (set->number <= a->count) {
        row_remove(s, ROW_ALLOCATION, key, row);
        if (!row->released)
            keep(s, a, row, false);
    } else {
        assert(set->number == a->count + 1 && set->number <= EVENT_ALLOCATIONS);
        a->count++;
    }
    *row = (struct allocation){
        .event = set->event,
        .number = set->number,
        .first = u32s_copy(set->first, &s->arena),
        .count = u32s_copy(set->count, &s->arena),
        .release_ms = set->release_ms,
        .released = set->release_ms && set->release_ms <= now_ms,
        .version = s->head.seq,
    };
    memcpy(row->name, set->name, sizeof(row->name));
    memcpy(row->code, set->code, sizeof(row->code));
    for (uint32_t i = 0; i < row->count.count; i++)
        row->seats += row->count.v[i];
    if (!row->released)
        keep(s, a, row, true);
    row_add(s, ROW_ALLOCATION, key, row);
    seats_changed(s, set->event);
}

static void released_evolve(struct stadium *s, const struct allocation_released *released)
{
    struct allocations *a = allocations_of(s, released->event);
    struct allocation *row = &a->rows[released->number - 1];
    const uint32_t key = key_of(released->event, released->number);
    row_remove(s, ROW_ALLOCATION, key, row);
    assert(!row->released);
    keep(s, a, row, false);
    row->released = 1;
    row->version = s->head.seq;
    row_add(s, ROW_ALLOCATION, key, row);
    seats_changed(s, released->event);
}

void allocation_seat_moved(struct stadium *s, uint32_t event, uint32_t seat, bool is_free)
{
    struct allocations *a = s->booking.allocations[event];
    if (a && a->of_seat[seat])
        a->kept_free += is_free ? 1 : UINT32_MAX;
}

void allocation_evolve(struct stadium *s, const struct fact *fact)
{
    if (fact->kind == FACT_ALLOCATION_SET) {
        set_evolve(s, &fact->as.allocation_set, fact->time_ms);
        return;
    }
    assert(fact->kind == FACT_ALLOCATION_RELEASED);
    released_evolve(s, &fact->as.allocation_released);
}
