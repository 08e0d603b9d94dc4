/* The lines of an order: as its hold has them, unless they have rows of their own. */
#include "server/core/price.h"
#include "server/core/state.h"

#include <assert.h>
#include <string.h>

struct amounts amounts_add(struct amounts a, struct amounts b)
{
    return (struct amounts){ a.total_minor + b.total_minor, a.tax_minor + b.tax_minor,
                             a.fee_minor + b.fee_minor };
}

struct amounts amounts_less(struct amounts a, struct amounts b)
{
    return (struct amounts){ a.total_minor - b.total_minor, a.tax_minor - b.tax_minor,
                             a.fee_minor - b.fee_minor };
}

/* What a line of a hold costs an order that is paid for so. Fees include their share of the tax if
 * the buyer gets to see it beside the price, else they are without it: then price, fee and tax are
 * the total. */
static struct amounts line_amounts(const struct hold_lines *lines, uint32_t line,
                                   enum tender tender)
{
    if (tender == TENDER_COMP)
        return (struct amounts){ 0 };
    const uint64_t price = lines->price_minor[line], fee = lines->fee_minor[line];
    const uint64_t tax = lines->tax_minor[line];
    const bool added = lines->tax_added >> line & 1;
    const uint64_t fee_tax = price + fee ? price_share(tax, fee, price + fee) : 0;
    return (struct amounts){
        .total_minor = hold_line_total(lines, line),
        .tax_minor = (int64_t)tax,
        .fee_minor = (int64_t)(added ? fee : fee - fee_tax),
    };
}

/* What of it is the booking fee, with its tax. */
static int64_t line_fee(const struct hold_lines *lines, uint32_t line, enum tender tender)
{
    const uint64_t price = lines->price_minor[line], fee = lines->fee_minor[line];
    const bool added = lines->tax_added >> line & 1;
    if (tender == TENDER_COMP || fee == 0)
        return 0;
    return (int64_t)(added ? fee + price_share(lines->tax_minor[line], fee, price + fee) : fee);
}

struct amounts hold_amounts(const struct stadium *s, const struct seathold *hold,
                            enum tender tender)
{
    const struct hold_lines *lines = stadium_hold_lines(s, hold);
    struct amounts sum = { 0 };
    for (uint32_t i = 0; i < hold->seat_count; i++)
        sum = amounts_add(sum, line_amounts(lines, i, tender));
    return sum;
}

/* ---- Lines that have rows ---------------------------------------------------------------- */

static struct id key_of(uint32_t ticket)
{
    return (struct id){ 0, ticket };
}

static struct line *line_find(const struct stadium *s, uint32_t ticket)
{
    const uint32_t row = id_map_find(&s->booking.line_tickets, key_of(ticket));
    return row == ID_MAP_NONE ? NULL : pool_get(&s->booking.lines, row);
}

struct line *line_open(struct stadium *s, uint32_t index, uint32_t position)
{
    struct booking *b = &s->booking;
    const struct order *order = order_get(s, index);
    const uint32_t ticket = order->first_ticket + position;
    struct line *line = line_find(s, ticket);
    if (line) {
        row_remove(s, ROW_LINE, ticket, line);
        return line;
    }
    id_map_add(&b->line_tickets, key_of(ticket), b->lines.count);
    line = pool_add(&b->lines);
    *line = (struct line){ .ticket = ticket, .hold = order->hold, .position = position };
    return line;
}

void line_close(struct stadium *s, const struct line *line)
{
    row_add(s, ROW_LINE, line->ticket, line);
}

void line_return(struct stadium *s, uint32_t index, uint32_t position, bool withhold)
{
    const struct order *order = order_get(s, index);
    const struct line *line = line_find(s, order->first_ticket + position);
    const uint32_t seat = hold_get(s, line->hold)->seats[line->position];
    lines_set(s, line->hold, UINT32_C(1) << line->position, SEAT_SOLD, SEAT_FREE, 0);
    if (withhold && seat != NO_SEAT)
        event_seat_withhold(s, order->event, seat);
}

/* ---- What readers see -------------------------------------------------------------------- */

const struct order_money *stadium_order_money(const struct stadium *s, uint32_t index)
{
    return money_get(s, index);
}

uint32_t stadium_order_lines(const struct stadium *s, uint32_t index)
{
    const struct order *order = order_get(s, index);
    /* It was declined, and its hold was changed since: what that has now was never ordered so. */
    if (order->state == ORDER_CANCELLED && order->ticket_count == 0 &&
        lines_get(s, order->hold)->version > order->version)
        return 0;
    return hold_get(s, order->hold)->seat_count;
}

struct order_line stadium_order_line(const struct stadium *s, uint32_t index, uint32_t position)
{
    const struct order *order = order_get(s, index);
    const struct order_money *money = money_get(s, index);
    const struct line *line =
        order->ticket_count && money->changed ? line_find(s, order->first_ticket + position) : NULL;
    const struct seathold *hold = hold_get(s, line ? line->hold : order->hold);
    const struct hold_lines *lines = lines_get(s, line ? line->hold : order->hold);
    const uint32_t at = line ? line->position : position;
    assert(at < hold->seat_count);
    return (struct order_line){
        .hold = line ? line->hold : order->hold,
        .at = at,
        .seat = hold->seats[at],
        .type = lines->type[at],
        .amounts = line_amounts(lines, at, money->tender),
        .booking_fee_minor = line_fee(lines, at, money->tender),
        .cancelled = line && line->cancelled,
        .refund_minor = line ? line->refund_minor : 0,
    };
}

/* ---- What commands name ------------------------------------------------------------------ */

static enum status check_line(const struct stadium *s, uint32_t index, uint32_t position,
                              bool as_organiser, uint32_t row, struct facts *out)
{
    const struct order *order = order_get(s, index);
    if (position >= order->ticket_count)
        return facts_refuse(out, STATUS_BAD_FIELD, "lines",
                            "lines[%u]: %u is no line of the order; it has 0 to %u", row, position,
                            order->ticket_count - 1);
    const struct ticket *ticket = stadium_ticket(s, order->first_ticket + position);
    if (ticket->state == TICKET_CANCELLED)
        return facts_refuse(out, STATUS_ORDER_STATE, "lines",
                            "lines[%u]: line %u was given back before", row, position);
    if (ticket->admitted_ms > 0) /* Also who has left again. */
        return facts_refuse(out, STATUS_TICKET_USED, "lines", "lines[%u]: %s", row,
                            status_sentence(STATUS_TICKET_USED));
    if (!as_organiser && stadium_ticket_medium(s, order->first_ticket + position))
        return facts_refuse(out, STATUS_TICKET_EXCHANGED, "lines", "lines[%u]: %s", row,
                            status_sentence(STATUS_TICKET_EXCHANGED));
    if (!as_organiser && stadium_listing(s, order->first_ticket + position))
        return facts_refuse(out, STATUS_TICKET_LISTED, "lines", "lines[%u]: %s", row,
                            status_sentence(STATUS_TICKET_LISTED));
    if (!as_organiser &&
        strcmp(stadium_ticket_person(s, order->first_ticket + position), order->person) != 0)
        return facts_refuse(out, STATUS_ORDER_STATE, "lines",
                            "lines[%u]: the ticket of line %u was given to somebody else", row,
                            position);
    return STATUS_OK;
}

/* With what goes with them. */
static uint32_t lines_together(const struct stadium *s, uint32_t index, uint32_t named,
                               bool as_organiser, uint32_t *out_lines, struct facts *out)
{
    uint32_t all, count = 0;
    if (!order_lines_together(s, index, named, as_organiser, &all, out))
        return 0;
    for (uint32_t set = all; set; set &= set - 1, count++) {
        out_lines[count] = (uint32_t)__builtin_ctz(set);
        if (!(named >> out_lines[count] & 1) &&
            check_line(s, index, out_lines[count], as_organiser, count, out) != STATUS_OK)
            return 0;
    }
    return count;
}

uint32_t lines_named(const struct stadium *s, uint32_t index, struct u32s lines, bool as_organiser,
                     uint32_t *out_lines, struct facts *out)
{
    const struct order *order = order_get(s, index);
    uint32_t count = 0, named = 0;
    assert(order->ticket_count <= HOLD_SEATS);
    if (lines.count > order->ticket_count) {
        facts_refuse(out, STATUS_BAD_FIELD, "lines", "lines: %u of them; the order has %u",
                     lines.count, order->ticket_count);
        return 0;
    }
    for (uint32_t i = 0; i < (lines.count ? lines.count : order->ticket_count); i++) {
        const uint32_t position = lines.count ? lines.v[i] : i;
        if (lines.count == 0 && stadium_order_line(s, index, i).cancelled)
            continue;
        if (i > 0 && lines.count && position <= lines.v[i - 1]) {
            facts_refuse(out, STATUS_BAD_FIELD, "lines",
                         "lines[%u]: %u does not follow %u; name each line once, ascending", i,
                         position, lines.v[i - 1]);
            return 0;
        }
        if (check_line(s, index, position, as_organiser, i, out) != STATUS_OK)
            return 0;
        out_lines[count++] = position;
        named |= UINT32_C(1) << position;
    }
    return lines_together(s, index, named, as_organiser, out_lines, out);
}
