/* Holds, orders and tickets by id. A hold's id that has its row in it is in no map. Nor is an id
 * that follows from its hold's (kin.h), and it is in no packed page: the hold leads to its order
 * and the tickets of that. */
#include "server/core/kin.h"
#include "server/core/state.h"

#include <string.h>

uint32_t hold_find(const struct stadium *s, struct id id)
{
    const uint64_t row = kin_row(id);
    if (row < s->booking.holds.count && id_equal(hold_get(s, (uint32_t)row)->id, id))
        return (uint32_t)row;
    return row_map_find(&s->booking.hold_ids, id);
}

void hold_enter(struct stadium *s, uint32_t index)
{
    if (kin_row(hold_get(s, index)->id) != index)
        row_map_add(&s->booking.hold_ids, index);
}

void hold_leave(struct stadium *s, uint32_t index)
{
    if (kin_row(hold_get(s, index)->id) != index)
        row_map_remove(&s->booking.hold_ids, index);
}

/* Of the last order placed for the hold that the id follows from; ID_MAP_NONE: there is none. */
static uint32_t order_by_kin(const struct stadium *s, struct id id)
{
    const uint32_t hold = hold_find(s, kin_at(id, KIN_HOLD));
    return hold == ID_MAP_NONE ? ID_MAP_NONE : hold_get(s, hold)->order - 1;
}

static uint32_t order_found(const struct stadium *s, struct id id)
{
    const uint32_t order = order_by_kin(s, id);
    return order != ID_MAP_NONE && id_equal(order_get(s, order)->id, id) ? order : ID_MAP_NONE;
}

static uint32_t ticket_found(const struct stadium *s, struct id id, uint32_t place)
{
    const uint32_t index = order_by_kin(s, id), position = place - KIN_TICKET;
    if (index == ID_MAP_NONE || position >= order_get(s, index)->ticket_count)
        return ID_MAP_NONE;
    const uint32_t ticket = order_get(s, index)->first_ticket + position;
    return id_equal(stadium_ticket(s, ticket)->id, id) ? ticket : ID_MAP_NONE;
}

uint32_t order_find(const struct stadium *s, struct id id)
{
    const uint32_t order = kin_place(id) == KIN_ORDER ? order_found(s, id) : ID_MAP_NONE;
    return order != ID_MAP_NONE ? order : row_map_find(&s->booking.order_ids, id);
}

uint32_t ticket_find(const struct stadium *s, struct id id)
{
    const uint32_t place = kin_place(id);
    const uint32_t ticket = place >= KIN_TICKET ? ticket_found(s, id, place) : ID_MAP_NONE;
    return ticket != ID_MAP_NONE ? ticket : row_map_find(&s->booking.ticket_ids, id);
}

void order_enter(struct stadium *s, uint32_t index)
{
    if (order_found(s, order_get(s, index)->id) != index)
        row_map_add(&s->booking.order_ids, index);
}

void ticket_enter(struct stadium *s, uint32_t index)
{
    const struct id id = stadium_ticket(s, index)->id;
    if (ticket_found(s, id, kin_place(id)) != index)
        row_map_add(&s->booking.ticket_ids, index);
}

void order_superseded(struct stadium *s, uint32_t index)
{
    const struct order *order = order_get(s, index);
    if (order_found(s, order->id) == index)
        row_map_add(&s->booking.order_ids, index);
    for (uint32_t i = 0; i < order->ticket_count; i++) {
        const struct id id = stadium_ticket(s, order->first_ticket + i)->id;
        if (ticket_found(s, id, kin_place(id)) == order->first_ticket + i)
            row_map_add(&s->booking.ticket_ids, order->first_ticket + i);
    }
}

/* ---- Drawing ----------------------------------------------------------------------------- */

struct id stadium_hold_id(const struct stadium *s, uint64_t key)
{
    return kin_of_row(key, s->head.seq, hold_next_slot(s));
}

static void take_tickets(struct id hold, struct id tickets[HOLD_SEATS])
{
    for (uint32_t i = 0; i < HOLD_SEATS; i++)
        tickets[i] = kin_at(hold, KIN_TICKET + i);
}

void stadium_kin_of_hold(const struct stadium *s, struct id hold, struct id *order,
                         struct id tickets[HOLD_SEATS])
{
    const struct seathold *row = stadium_hold_find(s, hold);
    if (!row || row->order || kin_place(hold) != KIN_HOLD)
        return;
    *order = kin_at(hold, KIN_ORDER);
    take_tickets(hold, tickets);
}

void stadium_kin_of_order(const struct stadium *s, const struct order *order,
                          struct id tickets[HOLD_SEATS])
{
    const struct seathold *hold = order ? hold_get(s, order->hold) : NULL;
    if (hold && kin_place(hold->id) == KIN_HOLD && id_equal(order->id, kin_at(hold->id, KIN_ORDER)))
        take_tickets(hold->id, tickets);
}

/* ---- Packing ----------------------------------------------------------------------------- */

/* NULL: the row is broken. */
static const struct seathold *hold_of_order(const struct stadium *s, const struct order *order)
{
    const struct pool *holds = &s->booking.holds;
    return order->hold < holds->count ? pool_peek(holds, order->hold) : NULL;
}

/* And which of its lines the ticket is of, as it was sold. */
static const struct seathold *hold_of_ticket(const struct stadium *s, const struct ticket *ticket,
                                             uint32_t index, uint32_t *position)
{
    const struct pool *orders = &s->booking.orders;
    if (ticket->order >= orders->count)
        return NULL;
    const struct order *order = pool_peek(orders, ticket->order);
    *position = index - order->first_ticket;
    return *position < HOLD_SEATS ? hold_of_order(s, order) : NULL;
}

/* Of most no more than 0 is left. */
static void hold_leave_out(const void *stadium, uint32_t index, void *row)
{
    struct seathold *hold = row;
    (void)stadium;
    hold->id = kin_parts(hold->id);
    hold->id.low -= (uint64_t)index * KIN_PLACES;
}

static void hold_put_back(const void *stadium, uint32_t index, void *row)
{
    struct seathold *hold = row;
    (void)stadium;
    hold->id.low += (uint64_t)index * KIN_PLACES;
    hold->id = kin_of_parts(hold->id);
}

/* Whose it is is never empty, unless the hold was nobody's. */
static void order_leave_out(const void *stadium, uint32_t index, void *row)
{
    struct order *order = row;
    const struct seathold *hold = hold_of_order(stadium, order);
    (void)index;
    if (!hold)
        return;
    if (id_equal(order->id, kin_at(hold->id, KIN_ORDER)))
        order->id = (struct id){ 0 };
    if (strcmp(order->person, hold->person) == 0)
        memset(order->person, 0, sizeof(order->person));
    order->event -= hold->event;
}

static void order_put_back(const void *stadium, uint32_t index, void *row)
{
    struct order *order = row;
    const struct seathold *hold = hold_of_order(stadium, order);
    (void)index;
    if (!hold)
        return;
    if (id_is_none(order->id))
        order->id = kin_at(hold->id, KIN_ORDER);
    if (!order->person[0])
        memcpy(order->person, hold->person, sizeof(order->person));
    order->event += hold->event;
}

static void ticket_leave_out(const void *stadium, uint32_t index, void *row)
{
    struct ticket *ticket = row;
    uint32_t position;
    const struct seathold *hold = hold_of_ticket(stadium, ticket, index, &position);
    if (!hold)
        return;
    if (id_equal(ticket->id, kin_at(hold->id, KIN_TICKET + position)))
        ticket->id = (struct id){ 0 };
    ticket->event -= hold->event;
    ticket->seat -= hold->seats[position];
}

static void ticket_put_back(const void *stadium, uint32_t index, void *row)
{
    struct ticket *ticket = row;
    uint32_t position;
    const struct seathold *hold = hold_of_ticket(stadium, ticket, index, &position);
    if (!hold)
        return;
    if (id_is_none(ticket->id))
        ticket->id = kin_at(hold->id, KIN_TICKET + position);
    ticket->event += hold->event;
    ticket->seat += hold->seats[position];
}

struct packing hold_packing(void)
{
    return (struct packing){ .fields = row_fields(ROW_HOLD),
                             .leave_out = hold_leave_out,
                             .put_back = hold_put_back,
                             .alone = true };
}

struct packing order_packing(const struct stadium *s)
{
    return (struct packing){ .fields = row_fields(ROW_ORDER),
                             .leave_out = order_leave_out,
                             .put_back = order_put_back,
                             .ctx = s };
}

struct packing ticket_packing(const struct stadium *s)
{
    return (struct packing){ .fields = row_fields(ROW_TICKET),
                             .leave_out = ticket_leave_out,
                             .put_back = ticket_put_back,
                             .ctx = s };
}
