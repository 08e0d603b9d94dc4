/* Orders and tickets by id. An id that follows from its hold's (kin.h) is in no map, and in no
 * packed page: the hold is found by its own, and leads to its order and the tickets of that. */
#include "server/core/kin.h"
#include "server/core/state.h"

/* Of the last order placed for the hold that the id follows from; ID_MAP_NONE: there is none. */
static uint32_t order_by_kin(const struct stadium *s, struct id id)
{
    const uint32_t hold = row_map_find(&s->booking.hold_ids, kin_at(id, KIN_HOLD));
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

/* None: it does not follow, or the row is broken. */
static struct id order_id(const struct stadium *s, const struct order *order)
{
    const struct pool *holds = &s->booking.holds;
    if (order->hold >= holds->count)
        return (struct id){ 0 };
    return kin_at(((const struct seathold *)pool_peek(holds, order->hold))->id, KIN_ORDER);
}

static struct id ticket_id(const struct stadium *s, const struct ticket *ticket, uint32_t index)
{
    const struct pool *orders = &s->booking.orders;
    if (ticket->order >= orders->count)
        return (struct id){ 0 };
    const struct order *order = pool_peek(orders, ticket->order);
    const uint32_t position = index - order->first_ticket;
    if (position >= HOLD_SEATS || order->hold >= s->booking.holds.count)
        return (struct id){ 0 };
    const struct seathold *hold = pool_peek(&s->booking.holds, order->hold);
    return kin_at(hold->id, KIN_TICKET + position);
}

static void order_leave_out(const void *stadium, uint32_t index, void *row)
{
    struct order *order = row;
    (void)index;
    if (id_equal(order->id, order_id(stadium, order)))
        order->id = (struct id){ 0 };
}

static void order_put_back(const void *stadium, uint32_t index, void *row)
{
    struct order *order = row;
    (void)index;
    if (id_is_none(order->id))
        order->id = order_id(stadium, order);
}

static void ticket_leave_out(const void *stadium, uint32_t index, void *row)
{
    struct ticket *ticket = row;
    if (id_equal(ticket->id, ticket_id(stadium, ticket, index)))
        ticket->id = (struct id){ 0 };
}

static void ticket_put_back(const void *stadium, uint32_t index, void *row)
{
    struct ticket *ticket = row;
    if (id_is_none(ticket->id))
        ticket->id = ticket_id(stadium, ticket, index);
}

struct packing order_packing(const struct stadium *s)
{
    return (struct packing){ row_fields(ROW_ORDER), order_leave_out, order_put_back, s };
}

struct packing ticket_packing(const struct stadium *s)
{
    return (struct packing){ row_fields(ROW_TICKET), ticket_leave_out, ticket_put_back, s };
}
