#include "server/core/door.h"

#include "server/core/state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SEALED_S = 24 * 60 * 60, SEALED_MAX_S = 366 * 24 * 60 * 60 };

void doors_init(struct stadium *s)
{
    const struct limits *limits = &s->limits;
    struct doors *d = &s->doors;
    struct arena *arena = &s->arena;
    d->events = arena_array(arena, limits->events, sizeof(*d->events));
    const struct packing packing = { .fields = &number_fields };
    pool_init_packed(&d->next_ticket, arena, &packing, limits->tickets, &s->booking.packer);
    pool_init(&d->holders, arena, sizeof(struct ticket_holder), limits->tickets);
    pool_init(&d->links, arena, sizeof(struct chained), limits->tickets);
    pool_init(&d->people, arena, sizeof(struct chain), limits->tickets);
    pool_init(&d->passages, arena, sizeof(struct passage), limits->passages);
    pool_init(&d->conflicts, arena, sizeof(struct scan_conflict), limits->conflicts);
    pool_init(&d->scanners, arena, sizeof(struct scanner), limits->scanners);
    media_init(s);
}

void doors_fini(struct stadium *s)
{
    struct doors *d = &s->doors;
    id_map_fini(&d->of_ticket);
    id_map_fini(&d->of_person);
    id_map_fini(&d->of_passage);
    media_fini(s);
    free(d->changes);
}

struct door_rules door_rules_default(void)
{
    return (struct door_rules){
        .sealed_s = SEALED_S,
        .transfers = 1,
        .offline = OFFLINE_OPEN,
        .resale_cap = 100,
    };
}

/* ---- What readers see -------------------------------------------------------------------- */

struct door_rules stadium_door_rules(const struct stadium *s, uint32_t event)
{
    const struct door *door = s->doors.events[event];
    return door ? door->rules : door_rules_default();
}

const struct checkin_list *stadium_checkin_list(const struct stadium *s, uint32_t event,
                                                uint32_t number)
{
    const struct door *door = s->doors.events[event];
    return door && number >= 1 && number <= door->rules.lists ? &door->lists[number - 1] : NULL;
}

uint32_t stadium_event_ticket_first(const struct stadium *s, uint32_t event)
{
    const struct door *door = s->doors.events[event];
    return door ? door->first_ticket : 0;
}

uint32_t stadium_event_ticket_after(const struct stadium *s, uint32_t ticket)
{
    return *(const uint32_t *)pool_get(&s->doors.next_ticket, ticket);
}

uint32_t stadium_event_ticket_count(const struct stadium *s, uint32_t event)
{
    const struct door *door = s->doors.events[event];
    return door ? door->tickets : 0;
}

bool stadium_door_changes(const struct stadium *s, uint64_t since, struct arena *arena,
                          struct u32s *tickets)
{
    const struct doors *d = &s->doors;
    const uint64_t kept = d->change_count < DOOR_CHANGES ? d->change_count : DOOR_CHANGES;
    uint64_t count = 0;
    while (count < kept && d->changes[(d->change_count - 1 - count) % DOOR_CHANGES].seq > since)
        count++;
    if (count == DOOR_CHANGES)
        return false;
    uint32_t *v = arena_array(arena, count, sizeof(*v));
    for (uint64_t i = 0; i < count; i++)
        v[i] = d->changes[(d->change_count - count + i) % DOOR_CHANGES].ticket;
    *tickets = (struct u32s){ v, (uint32_t)count };
    return true;
}

uint32_t stadium_conflict_count(const struct stadium *s)
{
    return s->doors.conflicts.count;
}

const struct scan_conflict *stadium_conflict(const struct stadium *s, uint32_t index)
{
    return pool_get(&s->doors.conflicts, index);
}

const struct scanner *stadium_scanner(const struct stadium *s, uint32_t index)
{
    return pool_get(&s->doors.scanners, index);
}

/* ---- decide ------------------------------------------------------------------------------ */

static enum status rules_decide(const struct stadium *s, const struct command *command,
                                struct facts *out)
{
    const struct set_door_rules *ask = &command->as.set_door_rules;
    const uint32_t event = event_index(s, ask->event, out);
    if (event == ID_MAP_NONE)
        return STATUS_UNKNOWN_EVENT;
    if (event_check_actor(s, event, &ask->by, out) != STATUS_OK)
        return STATUS_NOT_ORGANISER;
    if (ask->sealed_s > SEALED_MAX_S)
        return facts_refuse(out, STATUS_BAD_FIELD, "rules.sealed_s",
                            "rules.sealed_s: %u; at most %d, and 0: codes are given out from the "
                            "sale on",
                            ask->sealed_s, SEALED_MAX_S);
    if (ask->offline < OFFLINE_CLOSED || ask->offline > OFFLINE_OPEN)
        return facts_refuse(out, STATUS_BAD_FIELD, "rules.offline",
                            "rules.offline: say what gates do that cannot reach the server");
    const struct door_rules now = stadium_door_rules(s, event);
    if (now.set && now.sealed_s == ask->sealed_s && now.offline == ask->offline &&
        now.transfers == ask->transfers && now.reentry == ask->reentry)
        return STATUS_OK;
    facts_add(out, FACT_DOOR_RULES_SET, command->time_ms)->as.door_rules_set =
        (struct door_rules_set){
            .event = event,
            .sealed_s = ask->sealed_s,
            .transfers = ask->transfers,
            .reentry = ask->reentry,
            .offline = ask->offline,
            .resale_cap = now.resale_cap,
        };
    return STATUS_OK;
}

static bool ascends_below(struct u32s column, uint32_t bound)
{
    for (uint32_t i = 0; i < column.count; i++) {
        if (column.v[i] >= bound || (i > 0 && column.v[i] <= column.v[i - 1]))
            return false;
    }
    return true;
}

static enum status check_list(const struct stadium *s, const struct set_checkin_list *ask,
                              struct facts *out)
{
    if (!ask->name[0])
        return facts_refuse(out, STATUS_BAD_FIELD, "list.name",
                            "list.name: say which it is, in 1 to %d bytes", LIST_NAME_BYTES);
    if (!ascends_below(ask->blocks, s->venue.block_count))
        return facts_refuse(out, STATUS_BAD_FIELD, "list.blocks",
                            "list.blocks: give block indices below %u, ascending; none: all",
                            s->venue.block_count);
    if (!ascends_below(ask->gates, s->venue.gate_count))
        return facts_refuse(out, STATUS_BAD_FIELD, "list.gates",
                            "list.gates: give gate indices below %u, ascending; none: all",
                            s->venue.gate_count);
    if (!ascends_below(ask->types, EVENT_TYPES))
        return facts_refuse(out, STATUS_BAD_FIELD, "list.types",
                            "list.types: give ticket types of the event, ascending; none: all");
    if (ask->from_ms < 0 || ask->until_ms < 0 || ask->until_ms > TIME_MAX_MS ||
        (ask->until_ms && ask->from_ms >= ask->until_ms))
        return facts_refuse(out, STATUS_BAD_FIELD, "list.until_ms",
                            "list.until_ms: %lld does not lie after list.from_ms; 0: as the event",
                            (long long)ask->until_ms);
    return STATUS_OK;
}

static enum status list_decide(const struct stadium *s, const struct command *command,
                               struct facts *out)
{
    const struct set_checkin_list *ask = &command->as.set_checkin_list;
    const uint32_t event = event_index(s, ask->event, out);
    if (event == ID_MAP_NONE)
        return STATUS_UNKNOWN_EVENT;
    if (event_check_actor(s, event, &ask->by, out) != STATUS_OK)
        return STATUS_NOT_ORGANISER;
    const uint32_t lists = stadium_door_rules(s, event).lists;
    if (ask->number > lists)
        return facts_refuse(out, STATUS_UNKNOWN_LIST, "list.number", "list.number: %s",
                            status_sentence(STATUS_UNKNOWN_LIST));
    if (ask->number == 0 && lists == CHECKIN_LISTS)
        return facts_refuse(out, STATUS_LISTS_FULL, NULL, "%s", status_sentence(STATUS_LISTS_FULL));
    const enum status status = check_list(s, ask, out);
    if (status != STATUS_OK)
        return status;
    struct checkin_list_set *fact =
        &facts_add(out, FACT_CHECKIN_LIST_SET, command->time_ms)->as.checkin_list_set;
    fact->event = event;
    fact->number = ask->number ? ask->number : lists + 1;
    memcpy(fact->name, ask->name, sizeof(fact->name));
    fact->blocks = u32s_copy(ask->blocks, &out->arena);
    fact->gates = u32s_copy(ask->gates, &out->arena);
    fact->types = u32s_copy(ask->types, &out->arena);
    fact->from_ms = ask->from_ms;
    fact->until_ms = ask->until_ms;
    fact->reentry = ask->reentry;
    fact->checks_id = ask->checks_id;
    fact->codes_only = ask->codes_only;
    return STATUS_OK;
}

enum status door_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    if (command->kind == COMMAND_SET_DOOR_RULES)
        return rules_decide(s, command, out);
    assert(command->kind == COMMAND_SET_CHECKIN_LIST);
    return list_decide(s, command, out);
}

/* ---- evolve ------------------------------------------------------------------------------ */

struct door *door_of(struct stadium *s, uint32_t event)
{
    assert(event < s->booking.event_count);
    struct door **door = &s->doors.events[event];
    if (!*door) {
        *door = arena_alloc(&s->arena, sizeof(**door));
        **door = (struct door){ .rules = door_rules_default() };
    }
    return *door;
}

struct door_rules *door_rules_open(struct stadium *s, uint32_t event)
{
    struct door_rules *rules = &door_of(s, event)->rules;
    if (rules->set)
        row_remove(s, ROW_DOOR, event, rules);
    rules->set = 1;
    rules->version = s->head.seq;
    return rules;
}

void door_rules_close(struct stadium *s, uint32_t event)
{
    row_add(s, ROW_DOOR, event, &door_of(s, event)->rules);
}

uint32_t door_list_key(uint32_t event, uint32_t number)
{
    return event * CHECKIN_LISTS + number - 1;
}

void door_ticket_issued(struct stadium *s, uint32_t ticket)
{
    struct doors *d = &s->doors;
    struct door *door = door_of(s, stadium_ticket(s, ticket)->event);
    assert(ticket == d->next_ticket.count);
    pool_add(&d->next_ticket);
    if (door->last_ticket)
        *(uint32_t *)pool_get(&d->next_ticket, door->last_ticket - 1) = ticket + 1;
    else
        door->first_ticket = ticket + 1;
    door->last_ticket = ticket + 1;
    door->tickets++;
    door_ticket_changed(s, ticket);
}

void door_ticket_changed(struct stadium *s, uint32_t ticket)
{
    struct doors *d = &s->doors;
    if (!d->changes)
        d->changes = base_alloc(DOOR_CHANGES * sizeof(*d->changes));
    d->changes[d->change_count++ % DOOR_CHANGES] = (struct door_change){ s->head.seq, ticket };
}

static void rules_evolve(struct stadium *s, const struct door_rules_set *set)
{
    struct door_rules *rules = door_rules_open(s, set->event);
    rules->sealed_s = set->sealed_s;
    rules->transfers = set->transfers;
    rules->reentry = set->reentry;
    rules->offline = set->offline;
    rules->resale_cap = set->resale_cap;
    door_rules_close(s, set->event);
}

static void list_evolve(struct stadium *s, const struct checkin_list_set *set)
{
    struct door *door = door_of(s, set->event);
    struct checkin_list *list = &door->lists[set->number - 1];
    const uint32_t key = door_list_key(set->event, set->number);
    if (set->number > door->rules.lists) {
        assert(set->number == door->rules.lists + 1 && set->number <= CHECKIN_LISTS);
        door_rules_open(s, set->event)->lists++;
        door_rules_close(s, set->event);
    } else {
        row_remove(s, ROW_CHECKIN_LIST, key, list);
    }
    list->event = set->event;
    list->number = set->number;
    memcpy(list->name, set->name, sizeof(list->name));
    list->blocks = u32s_copy(set->blocks, &s->arena);
    list->gates = u32s_copy(set->gates, &s->arena);
    list->types = u32s_copy(set->types, &s->arena);
    list->from_ms = set->from_ms;
    list->until_ms = set->until_ms;
    list->reentry = set->reentry;
    list->checks_id = set->checks_id;
    list->codes_only = set->codes_only;
    list->version = s->head.seq;
    row_add(s, ROW_CHECKIN_LIST, key, list);
}

void door_evolve(struct stadium *s, const struct fact *fact)
{
    if (fact->kind == FACT_DOOR_RULES_SET) {
        rules_evolve(s, &fact->as.door_rules_set);
        return;
    }
    assert(fact->kind == FACT_CHECKIN_LIST_SET);
    list_evolve(s, &fact->as.checkin_list_set);
}
