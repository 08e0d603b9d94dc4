#include "server/wire/door.h"

#include <string.h>

void wire_door_rules_read(const Tifo__V1__DoorRules *from, struct set_door_rules *to)
{
    to->sealed_s = from->sealed_s;
    to->transfers = from->transfers;
    to->reentry = from->reentry;
    to->offline = (uint32_t)from->offline;
}

bool wire_list_read(const Tifo__V1__CheckinList *from, struct set_checkin_list *to,
                    struct refusal *refusal)
{
    const struct check check = { .refusal = refusal, .at = "list" };
    to->number = from->number;
    to->blocks = (struct u32s){ from->blocks, (uint32_t)from->n_blocks };
    to->gates = (struct u32s){ from->gates, (uint32_t)from->n_gates };
    to->types = (struct u32s){ from->types, (uint32_t)from->n_types };
    to->from_ms = from->from_ms;
    to->until_ms = from->until_ms;
    to->reentry = from->reentry;
    to->checks_id = from->checks_id;
    to->codes_only = from->codes_only;
    return check_text(&check, "name", from->name, to->name, sizeof to->name);
}

Tifo__V1__DoorRules *wire_door_rules(const struct stadium *stadium, uint32_t event,
                                     struct arena *arena)
{
    const struct door_rules rules = stadium_door_rules(stadium, event);
    Tifo__V1__DoorRules *to = arena_alloc(arena, sizeof *to);
    tifo__v1__door_rules__init(to);
    to->sealed_s = rules.sealed_s;
    to->transfers = rules.transfers;
    to->reentry = rules.reentry;
    to->offline = (Tifo__V1__OfflinePolicy)rules.offline;
    return to;
}

/* Tickets that the list is for; of those in blocks and of all types the seat map knows it at once.
 */
static uint32_t expected(const struct stadium *stadium, uint32_t event,
                         const struct checkin_list *list)
{
    uint32_t count, sold = 0;
    const struct seat *seats = stadium_seats(stadium, event, &count);
    for (uint32_t t = list->types.count ? stadium_event_ticket_first(stadium, event) : 0; t;
         t = stadium_event_ticket_after(stadium, t - 1)) {
        const struct ticket *ticket = stadium_ticket(stadium, t - 1);
        sold += ticket->state != TICKET_CANCELLED && checkin_list_has(stadium, list, ticket);
    }
    for (uint32_t i = 0; !list->types.count && i < list->blocks.count; i++)
        for (uint32_t k = stadium_first_seat(stadium, list->blocks.v[i]);
             k < stadium_first_seat(stadium, list->blocks.v[i] + 1); k++)
            sold += seats[k].state == SEAT_SOLD;
    return sold;
}

Tifo__V1__CheckinList *wire_list(const struct stadium *stadium, uint32_t event, uint32_t number,
                                 struct arena *arena)
{
    uint32_t count;
    const struct event *row = &stadium_events(stadium, &count)[event];
    const struct checkin_list *list = stadium_checkin_list(stadium, event, number);
    if (!list && number > 0)
        return NULL;
    Tifo__V1__CheckinList *to = arena_alloc(arena, sizeof *to);
    tifo__v1__checkin_list__init(to);
    to->number = number;
    to->expected = row->sold;
    if (!list) {
        const struct door_rules rules = stadium_door_rules(stadium, event);
        to->name = "all";
        to->from_ms = row->doors_ms;
        to->until_ms = row->ends_ms;
        to->reentry = rules.reentry;
        to->admitted = row->admitted;
        to->inside = row->admitted - rules.left;
        return to;
    }
    to->name = arena_copy(arena, list->name, sizeof list->name);
    to->blocks = arena_copy(arena, list->blocks.v, list->blocks.count * sizeof *list->blocks.v);
    to->n_blocks = list->blocks.count;
    to->gates = arena_copy(arena, list->gates.v, list->gates.count * sizeof *list->gates.v);
    to->n_gates = list->gates.count;
    to->types = arena_copy(arena, list->types.v, list->types.count * sizeof *list->types.v);
    to->n_types = list->types.count;
    to->from_ms = list->from_ms;
    to->until_ms = list->until_ms;
    to->reentry = list->reentry;
    to->checks_id = list->checks_id;
    to->codes_only = list->codes_only;
    to->admitted = list->admitted;
    to->inside = list->inside;
    to->version = list->version;
    if (list->blocks.count || list->types.count)
        to->expected = expected(stadium, event, list);
    return to;
}
