/* tifo.v1.Resale: tickets that their buyers offer to others. */
#include "server/wire/resale.h"
#include "server/services/page.h"
#include "server/services/work.h"
#include "server/wire/id.h"

/* ---- SetResale, GetResale ---------------------------------------------------------------------
 */

static const ProtobufCMessage *build_set(struct work *work, const struct app *app)
{
    uint32_t event;
    if (!work_event(work, app, work->request.command.as.set_resale.event, &event))
        return NULL;
    Tifo__V1__SetResaleResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__set_resale_response__init(reply);
    reply->terms = wire_resale_terms(stadium_resale_terms(app_stadium(app), event), &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void set_resale(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__SetResaleRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_set);
    struct set_resale *ask = &work->request.command.as.set_resale;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SET_RESALE;
    if (!check_id(&check, "event_id", input->event_id, &ask->event) ||
        !(input->terms || check_refuse(&check, "terms", "is missing")) ||
        !work_actor(work, &ask->by)) {
        work_refuse(work);
        return;
    }
    ask->cap_percent = input->terms->cap_percent;
    ask->fee_bp = input->terms->fee_bp;
    work_post(work);
}

static const ProtobufCMessage *build_terms(struct work *work, const struct app *app)
{
    uint32_t event;
    if (!work_event(work, app, ((const struct asked *)work->asked)->id, &event))
        return NULL;
    Tifo__V1__GetResaleResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__get_resale_response__init(reply);
    reply->terms = wire_resale_terms(stadium_resale_terms(app_stadium(app), event), &work->arena);
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

static void get_resale(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetResaleRequest *input = (const void *)rpc_request(call);
    work_post_by_id(work_begin(call, ctx, REQUEST_READ, build_terms), "event_id", input->event_id);
}

/* ---- OfferTicket, WithdrawOffer ---------------------------------------------------------------
 */

static const ProtobufCMessage *build_offered(struct work *work, const struct app *app)
{
    const struct stadium *stadium = app_stadium(app);
    const struct ticket *ticket =
        stadium_ticket_find(stadium, work->request.command.as.list_ticket.ticket);
    const struct listing *listing = stadium_listing(stadium, stadium_ticket_index(stadium, ticket));
    Tifo__V1__OfferTicketResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__offer_ticket_response__init(reply);
    reply->offer = wire_offer(stadium, listing, services_seating(work->services, app),
                              app_now_ms(app), &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void offer_ticket(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__OfferTicketRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_offered);
    struct list_ticket *ask = &work->request.command.as.list_ticket;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_LIST_TICKET;
    ask->price_minor = (uint32_t)input->price_minor;
    if (check_id(&check, "ticket_id", input->ticket_id, &ask->ticket) &&
        ((input->price_minor >= 1 && input->price_minor <= UINT32_MAX) ||
         check_refuse(&check, "price_minor", "is %lld; say what the buyer pays, at least 1",
                      (long long)input->price_minor)) &&
        work_caller(work, ask->person, sizeof ask->person))
        work_post(work);
    else
        work_refuse(work);
}

static const ProtobufCMessage *build_withdrawn(struct work *work, const struct app *app)
{
    Tifo__V1__WithdrawOfferResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    (void)app;
    tifo__v1__withdraw_offer_response__init(reply);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void withdraw_offer(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__WithdrawOfferRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_withdrawn);
    struct withdraw_listing *ask = &work->request.command.as.withdraw_listing;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_WITHDRAW_LISTING;
    work_post_if(work, check_id(&check, "ticket_id", input->ticket_id, &ask->ticket) &&
                           work_caller(work, ask->person, sizeof ask->person));
}

/* ---- ListOffers -------------------------------------------------------------------------------
 */

struct offers_asked {
    struct page page;
    struct id event;
};

/* What the page begins with. False: the page before ended with what is not offered any more. */
static bool first_offer(const struct stadium *stadium, uint32_t event, const struct page *page,
                        const struct listing **first)
{
    *first = stadium_listing_first(stadium, event);
    if (id_is_none(page->after))
        return true;
    const struct ticket *last = stadium_ticket_find(stadium, page->after);
    const struct listing *listing =
        last && last->event == event ? stadium_listing(stadium, stadium_ticket_index(stadium, last))
                                     : NULL;
    if (listing)
        *first = stadium_listing_after(stadium, listing);
    return listing != NULL;
}

static const ProtobufCMessage *build_offers(struct work *work, const struct app *app)
{
    const struct offers_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    const struct listing *next;
    uint32_t event;
    if (!work_event(work, app, asked->event, &event))
        return NULL;
    if (!first_offer(stadium, event, &asked->page, &next))
        return work_deny(work, STATUS_BAD_FIELD, "page_token");
    Tifo__V1__ListOffersResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__list_offers_response__init(reply);
    reply->as_of_seq = work->request.seq;
    reply->offers = arena_array(&work->arena, asked->page.size, sizeof *reply->offers);
    for (; next && reply->n_offers < asked->page.size; next = stadium_listing_after(stadium, next))
        reply->offers[reply->n_offers++] = wire_offer(
            stadium, next, services_seating(work->services, app), app_now_ms(app), &work->arena);
    if (next)
        reply->next_page_token = reply->offers[reply->n_offers - 1]->ticket_id;
    return &reply->base;
}

static void list_offers(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListOffersRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_offers);
    struct offers_asked *asked = rpc_alloc(call, sizeof *asked);
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->asked = asked;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &asked->event) &&
                           page_read(input->page_size, input->page_token, &asked->page,
                                     &work->request.refusal));
}

struct rpc_service resale_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "SetResale", RPC_UNARY, set_resale, NULL },
        { "GetResale", RPC_UNARY, get_resale, NULL },
        { "OfferTicket", RPC_UNARY, offer_ticket, NULL },
        { "WithdrawOffer", RPC_UNARY, withdraw_offer, NULL },
        { "ListOffers", RPC_UNARY, list_offers, NULL },
    };
    return (struct rpc_service){ &tifo__v1__resale__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
