/* Offers: a hold for whoever has waited longest of those that what is left is enough for. */
#include "server/core/cart.h"

int64_t wait_due(const struct stadium *s)
{
    const struct deadlines *due = &s->booking.waits.due;
    return due->count ? due->entries[0].time : STADIUM_NEVER;
}

/* Who waits longest, of those that what is left is enough for. 0: nobody. */
static uint32_t next_of(const struct stadium *s, const struct wait_queue *queue)
{
    uint32_t left[EVENT_TYPES];
    for (uint32_t type = 0; type < s->booking.sales[queue->list.event].type_count; type++)
        left[type] = wait_left(s, queue->list.event, type);
    for (uint32_t at = queue->waiting.first; at;
         at = chain_after(&s->booking.waits.links, at - 1)) {
        const struct wait *wait = wait_row(s, at - 1);
        if (left[wait->type] >= wait->party)
            return at;
    }
    return 0;
}

/* Free seats of the event: side by side in a block if there are such, else the first ones. False:
 * there are not so many. */
static bool find_seats(const struct stadium *s, uint32_t event, uint32_t count, uint32_t *seats)
{
    const struct seat *map = s->booking.sales[event].seats;
    uint32_t found = 0, run = 0;
    for (uint32_t block = 0; block < s->venue.block_count; block++, run = 0) {
        for (uint32_t seat = s->first_seat[block]; seat < s->first_seat[block + 1]; seat++) {
            const bool is_free =
                map[seat].state == SEAT_FREE && !allocation_keeps(s, event, seat, ALLOCATION_NONE);
            run = is_free ? run + 1 : 0;
            if (is_free && found < count)
                seats[found++] = seat;
            if (run < count)
                continue;
            for (uint32_t i = 0; i < count; i++)
                seats[i] = seat - count + 1 + i;
            return true;
        }
    }
    return found == count;
}

int64_t wait_claim_until(const struct stadium *s, const struct waitlist *list, int64_t now_ms)
{
    const int64_t starts_ms = s->booking.events[list->event].starts_ms;
    const bool near = starts_ms - now_ms <= CLAIM_NEAR_MS;
    const uint32_t usual_s = near ? CLAIM_SHORT_S : CLAIM_LONG_S;
    const int64_t until_ms = now_ms + (int64_t)(list->claim_s ? list->claim_s : usual_s) * 1000;
    return until_ms < starts_ms ? until_ms : starts_ms;
}

/* False: it cannot be had by them. */
static bool offer(const struct stadium *s, uint32_t index, int64_t now_ms, struct facts *out)
{
    const struct wait *wait = wait_row(s, index);
    const struct wait_queue *queue = wait_queue_of(s, wait->event);
    /* What is left is offered also if it leaves a seat alone. */
    struct cart cart = { .event = wait->event, .person = wait->person, .chosen = true };
    uint32_t seats[HOLD_SEATS], types[HOLD_SEATS];
    const bool general = ticket_type_get(s, wait->event, wait->type)->general;
    for (uint32_t i = 0; i < wait->party; i++) {
        seats[i] = NO_SEAT;
        types[i] = wait->type;
    }
    if (!general && !find_seats(s, wait->event, wait->party, seats))
        return false;
    const struct wanted_lines lines = { .seats = { seats, wait->party },
                                        .types = { types, wait->party } };
    if (ban_check(s, wait->event, wait->person, now_ms, out) != STATUS_OK ||
        cart_add(s, &cart, &lines, now_ms, out) != STATUS_OK ||
        cart_check(s, &cart, now_ms, out) != STATUS_OK)
        return false;
    if (!hold_cart(s, &cart, wait->hold_id, wait_claim_until(s, &queue->list, now_ms), now_ms, out))
        return false;
    facts_add(out, FACT_WAIT_OFFERED, now_ms)->as.wait_offered = (struct wait_offered){ index };
    return true;
}

void wait_tick(const struct stadium *s, int64_t now_ms, struct facts *out)
{
    const struct deadlines *due = &s->booking.waits.due;
    if (wait_due(s) > now_ms || out->count > 0)
        return;
    const struct wait_queue *queue = wait_queue_of(s, due->entries[0].value);
    const struct event *event = &s->booking.events[queue->list.event];
    const bool in_vain = event->state == EVENT_CANCELLED || now_ms >= event->starts_ms;
    const uint32_t next = in_vain ? queue->waiting.first : next_of(s, queue);
    if (!in_vain && offer(s, next - 1, now_ms, out))
        return;
    out->count = 0;
    out->refusal = (struct refusal){ 0 };
    facts_add(out, FACT_WAIT_ENDED, now_ms)->as.wait_ended =
        (struct wait_ended){ next - 1, in_vain ? WAIT_EXPIRED : WAIT_DECLINED };
}
