/* What is resold. */
#include "server/records/project_resale.h"

#include "server/core/resale.h"
#include "server/records/rows.h"
#include "server/records/words.h"

static void put(struct records *records, uint32_t table, const void *row)
{
    records->ops->put(records, table, row);
}

static void resale_set(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct resale_set *from = &fact->as.resale_set;
    put(records, RECORDS_EVENT_RESALE,
        &(struct event_resale_record){ from->event, from->cap_percent, from->fee_bp, seq });
}

static void move(struct records *records, uint32_t ticket, const char *state, int64_t ended_ms,
                 uint64_t seq)
{
    struct listing_record row = { .ticket = ticket };
    records->ops->get(records, RECORDS_LISTING, &row);
    snprintf(row.state, sizeof row.state, "%s", state);
    row.ended_ms = ended_ms;
    row.version = seq;
    put(records, RECORDS_LISTING, &row);
}

static void ticket_listed(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct ticket_listed *from = &fact->as.ticket_listed;
    struct ticket_record ticket = { .number = from->ticket };
    records->ops->get(records, RECORDS_TICKET, &ticket);
    struct listing_record row = { .ticket = from->ticket,
                                  .event = ticket.event,
                                  .state = "open",
                                  .price_minor = from->price_minor,
                                  .listed_ms = fact->time_ms,
                                  .version = seq };
    SET_TEXT(row.seller, ticket.holder);
    put(records, RECORDS_LISTING, &row);
}

static void listing_withdrawn(struct records *records, uint64_t seq, const struct fact *fact)
{
    move(records, fact->as.listing_withdrawn.ticket, "withdrawn", fact->time_ms, seq);
}

/* A ticket that is used, cancelled or moved is offered no more, without a fact of its own. */
void records_listing_gone(struct records *records, uint32_t ticket, int64_t at_ms, uint64_t seq)
{
    struct listing_record row = { .ticket = ticket };
    if (records->ops->get(records, RECORDS_LISTING, &row) && strcmp(row.state, "open") == 0)
        move(records, ticket, "withdrawn", at_ms, seq);
}

static void listing_held(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct listing_held *from = &fact->as.listing_held;
    struct ticket_record ticket = { .number = from->ticket };
    records->ops->get(records, RECORDS_TICKET, &ticket);
    struct seat_hold_record hold = {
        .event = ticket.event,
        .state = "held",
        .held_ms = fact->time_ms,
        .expires_ms = from->expires_ms,
        .resale_ticket = from->ticket + 1,
        .version = seq,
    };
    uint32_t type = ticket.ticket_type, seat = ticket.seat, price_minor = from->price_minor;
    uint32_t fee_minor = 0, tax_minor = from->tax_minor;
    const struct held_lines lines = { .type = { &type, 1 },
                                      .seat = { &seat, 1 },
                                      .price_minor = { &price_minor, 1 },
                                      .fee_minor = { &fee_minor, 1 },
                                      .tax_minor = { &tax_minor, 1 } };
    records_set_id(hold.id, from->id_high, from->id_low);
    SET_TEXT(hold.person, from->person);
    records_put_hold(records, from->hold, &hold, &lines);
}

static void listing_sold(struct records *records, uint64_t seq, const struct fact *fact)
{
    move(records, fact->as.listing_sold.ticket, "sold", fact->time_ms, seq);
}

const struct projection resale_projections[] = {
    { FACT_RESALE_SET, resale_set },
    { FACT_TICKET_LISTED, ticket_listed },
    { FACT_LISTING_WITHDRAWN, listing_withdrawn },
    { FACT_LISTING_HELD, listing_held },
    { FACT_LISTING_SOLD, listing_sold },
    { 0, NULL },
};
