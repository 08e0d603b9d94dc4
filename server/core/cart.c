#include "server/core/cart.h"

#include "server/core/addon.h"
#include "server/core/cart_seats.h"
#include "server/core/price.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Of one line: a request for seats alone calls it a seat, and what is wrong with lines that stay is
 * the voucher. */
static enum status refuse_line(const struct cart *cart, uint32_t line, enum status status,
                               struct facts *out, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
static enum status refuse_line(const struct cart *cart, uint32_t line, enum status status,
                               struct facts *out, const char *format, ...)
{
    char path[24] = "voucher", what[200];
    bool seats_only = cart->hold == 0;
    for (uint32_t i = 0; i < cart->count; i++)
        seats_only = seats_only && cart->type[i] == 0 && cart->seat[i] != NO_SEAT;
    if (line >= cart->kept)
        snprintf(path, sizeof(path), "%s[%u]",
                 seats_only       ? "seats"
                 : cart->hold > 0 ? "add"
                                  : "lines",
                 line - cart->kept);
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    return facts_refuse(out, status, path, "%s: %s", path, what);
}

/* ---- Filling ----------------------------------------------------------------------------- */

static uint32_t at_or(struct u32s column, uint32_t i, uint32_t otherwise)
{
    return column.count > 0 ? column.v[i] : otherwise;
}

static enum status check_seat(const struct stadium *s, const struct cart *cart, uint32_t line,
                              struct facts *out)
{
    const uint32_t total = s->first_seat[s->venue.block_count], seat = cart->seat[line];
    if (seat >= total)
        return refuse_line(cart, line, STATUS_UNKNOWN_SEAT, out,
                           "%u is no seat of \"%s\"; it has 0 to %u", seat, s->venue.id, total - 1);
    for (uint32_t k = 0; k < line; k++) {
        if (cart->seat[k] == seat)
            return refuse_line(cart, line, STATUS_BAD_FIELD, out, "seat %u is there twice", seat);
    }
    return STATUS_OK;
}

static enum status check_given(const struct ticket_type *type, const struct cart *cart,
                               uint32_t line, struct facts *out)
{
    const uint32_t given = cart->given[line];
    if (given == 0)
        return STATUS_OK;
    if (type->rule != PRICE_DONATION)
        return refuse_line(cart, line, STATUS_BAD_FIELD, out,
                           "\"%s\" has its price; leave out what is given for it", type->name);
    if (given > PRICE_MAX_MINOR)
        return refuse_line(cart, line, STATUS_BAD_FIELD, out,
                           "%u is given; at most %d is possible, in the currency's minor unit",
                           given, PRICE_MAX_MINOR);
    return STATUS_OK;
}

static enum status check_line(const struct stadium *s, const struct cart *cart, uint32_t line,
                              struct facts *out)
{
    const uint32_t types = s->booking.sales[cart->event].type_count;
    if (cart->type[line] >= types)
        return refuse_line(cart, line, STATUS_UNKNOWN_TICKET_TYPE, out,
                           "the event has no type %u; it has 0 to %u", cart->type[line], types - 1);
    const struct ticket_type *type = ticket_type_get(s, cart->event, cart->type[line]);
    const bool seated = cart->seat[line] != NO_SEAT;
    if (seated == (type->general != 0))
        return refuse_line(cart, line, STATUS_BAD_FIELD, out, "\"%s\" is %s", type->name,
                           type->general ? "general admission; ask for places, not for seats"
                                         : "for seats; say which");
    enum status status = seated ? check_seat(s, cart, line, out) : STATUS_OK;
    return status == STATUS_OK ? check_given(type, cart, line, out) : status;
}

enum status cart_add(const struct stadium *s, struct cart *cart, const struct wanted_lines *wanted,
                     int64_t now_ms, struct facts *out)
{
    const uint32_t first = cart->count;
    const uint64_t count = (uint64_t)wanted->seats.count + wanted->best.count;
    const bool lines = wanted->types.count > 0 || wanted->best.count > 0;
    const char *field = cart->hold ? "add" : lines ? "lines" : "seats";
    if (first + count < 1 || first + count > HOLD_SEATS)
        return facts_refuse(out, STATUS_BAD_FIELD, field, "%s: %llu lines then; a hold has 1 to %d",
                            field, (unsigned long long)first + count, HOLD_SEATS);
    for (uint32_t i = 0; i < wanted->seats.count; i++) {
        cart->seat[first + i] = wanted->seats.v[i];
        cart->type[first + i] = at_or(wanted->types, i, 0);
        cart->given[first + i] = at_or(wanted->given, i, 0);
    }
    cart->count += wanted->seats.count;
    enum status status = STATUS_OK;
    for (uint32_t i = first; i < cart->count && status == STATUS_OK; i++)
        status = check_line(s, cart, i, out);
    if (status == STATUS_OK && wanted->best.count > 0)
        status = cart_add_best(s, cart, &wanted->best, now_ms, out);
    for (uint32_t i = first; i < cart->count && status == STATUS_OK && cart->chosen; i++)
        status = check_line(s, cart, i, out);
    if (status == STATUS_OK && s->booking.addons[cart->event])
        status = cart_add_companions(s, cart, first, wanted->with, out);
    return status;
}

enum status cart_keep(const struct stadium *s, struct cart *cart, struct u32s remove,
                      struct facts *out)
{
    const struct seathold *hold = hold_get(s, cart->hold - 1);
    const struct hold_lines *lines = lines_get(s, cart->hold - 1);
    uint32_t removed = 0, gone, line[HOLD_SEATS];
    for (uint32_t i = 0; i < remove.count; i++) {
        if (remove.v[i] >= hold->seat_count || (i > 0 && remove.v[i] <= remove.v[i - 1]))
            return facts_refuse(out, STATUS_BAD_FIELD, "remove",
                                "remove: %u is no line of the hold, which has 0 to %u, or they do "
                                "not ascend",
                                remove.v[i], hold->seat_count - 1);
        removed |= UINT32_C(1) << remove.v[i];
    }
    if (cart_remove(s, cart, removed, &gone, out) != STATUS_OK)
        return out->refusal.status;
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        line[i] = gone >> i & 1 ? NO_LINE : cart->count++;
        if (line[i] == NO_LINE)
            continue;
        const uint32_t to = line[i];
        cart->seat[to] = hold->seats[i];
        cart->type[to] = lines->type[i];
        cart->given[to] = lines->price_minor[i];
        cart->price_minor[to] = lines->price_minor[i];
        cart->fee_minor[to] = lines->fee_minor[i];
        cart->tax_minor[to] = lines->tax_minor[i];
        cart->tax_added |= (lines->tax_added >> i & 1) << to;
        cart->voucher_lines |= (lines->voucher_lines >> i & 1) << to;
    }
    cart->kept = cart->count;
    cart->voucher = lines->voucher;
    cart_keep_companions(s, cart, line);
    return STATUS_OK;
}

enum status cart_voucher(const struct stadium *s, struct cart *cart, const char *code,
                         struct facts *out)
{
    const uint32_t before = cart->voucher;
    cart->voucher = 0;
    if (code[0]) {
        const uint32_t index = voucher_find(s, cart->event, code);
        if (index == ID_MAP_NONE)
            return facts_refuse(out, STATUS_UNKNOWN_VOUCHER, "voucher", "voucher: %s",
                                status_sentence(STATUS_UNKNOWN_VOUCHER));
        cart->voucher = index + 1;
    }
    cart->anew = cart->voucher != before;
    return STATUS_OK;
}

/* ---- Whether it can be had --------------------------------------------------------------- */

/* Lines that are decided now; the others are as they were. */
static uint32_t first_fresh(const struct cart *cart)
{
    return cart->anew ? 0 : cart->kept;
}

/* Came with a ticket, whatever the terms of its type are. */
static bool is_bundled(const struct cart *cart, uint32_t line)
{
    return cart->bundled >> line & 1;
}

static uint32_t count_of(const struct cart *cart, uint32_t type)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < cart->count; i++)
        count += cart->type[i] == type && !is_bundled(cart, i);
    return count;
}

static enum status use_voucher(const struct stadium *s, struct cart *cart, int64_t now_ms,
                               struct facts *out)
{
    const uint32_t first = first_fresh(cart);
    cart->voucher_lines &= (UINT32_C(1) << first) - 1;
    if (cart->voucher == 0 || first == cart->count)
        return STATUS_OK;
    const struct voucher *voucher = voucher_get(s, cart->voucher - 1);
    uint32_t covered = 0;
    for (uint32_t i = first; i < cart->count; i++) {
        if (!is_bundled(cart, i) && voucher_covers(voucher, cart->type[i]))
            covered |= UINT32_C(1) << i;
    }
    if (covered == 0 && cart->voucher_lines > 0)
        return STATUS_OK; /* It serves lines that stay. */
    if (covered == 0)
        return facts_refuse(out, STATUS_VOUCHER_NOT_VALID, "voucher",
                            "voucher: %s is not for these types of ticket", voucher->code);
    if ((voucher->from_ms && now_ms < voucher->from_ms) ||
        (voucher->until_ms && now_ms >= voucher->until_ms))
        return facts_refuse(out, STATUS_VOUCHER_NOT_VALID, "voucher",
                            "voucher: %s is valid from %lld to %lld; 0 is no bound", voucher->code,
                            (long long)voucher->from_ms, (long long)voucher->until_ms);
    cart->voucher_lines |= covered;
    return STATUS_OK;
}

static enum status check_sale(const struct stadium *s, const struct cart *cart, uint32_t line,
                              int64_t now_ms, struct facts *out)
{
    const struct ticket_type *type = ticket_type_get(s, cart->event, cart->type[line]);
    if (is_bundled(cart, line))
        return STATUS_OK;
    if (type->hidden && !(cart->voucher_lines >> line & 1))
        return refuse_line(cart, line, STATUS_VOUCHER_NEEDED, out,
                           "this type of ticket needs a voucher that is for it");
    if ((type->sale_from_ms && now_ms < type->sale_from_ms) ||
        (type->sale_until_ms && now_ms >= type->sale_until_ms))
        return refuse_line(cart, line, STATUS_NOT_ON_SALE, out,
                           "\"%s\" is sold from %lld to %lld; 0 is no bound", type->name,
                           (long long)type->sale_from_ms, (long long)type->sale_until_ms);
    return STATUS_OK;
}

static enum status check_order_limits(const struct stadium *s, const struct cart *cart,
                                      const struct takings *more, struct facts *out)
{
    for (uint32_t i = 0; i < cart->count; i++) {
        const struct ticket_type *type = ticket_type_get(s, cart->event, cart->type[i]);
        const uint32_t count = count_of(cart, cart->type[i]);
        if (is_bundled(cart, i))
            continue;
        const bool many =
            type->max_per_order && count > type->max_per_order && more->own[cart->type[i]] > 0;
        if (many || count < type->min_per_order)
            return facts_refuse(out, STATUS_ORDER_LIMIT, "lines",
                                "lines: %u of \"%s\" together; %s %u are possible", count,
                                type->name, many ? "at most" : "at least",
                                many ? type->max_per_order : type->min_per_order);
    }
    return STATUS_OK;
}

static enum status check_types(const struct stadium *s, const struct cart *cart, int64_t now_ms,
                               const struct takings *more, struct facts *out)
{
    for (uint32_t i = first_fresh(cart); i < cart->count; i++) {
        enum status status = check_sale(s, cart, i, now_ms, out);
        if (status != STATUS_OK)
            return status;
    }
    return check_order_limits(s, cart, more, out);
}

/* Ends the hold, unless an earlier fact of the list does. */
static void expire_once(const struct stadium *s, uint32_t hold, int64_t now_ms, struct facts *out)
{
    for (uint32_t i = 0; i < out->count; i++) {
        if (out->items[i].as.hold_ended.hold == hold)
            return;
    }
    hold_end(s, hold, HOLD_EXPIRED, now_ms, out);
}

/* All seats that come in are free, or held by what expires with this command, or by this hold. */
static enum status claim_seats(const struct stadium *s, const struct cart *cart, int64_t now_ms,
                               struct facts *out)
{
    const struct seat *map = s->booking.sales[cart->event].seats;
    for (uint32_t i = cart->kept; i < cart->count; i++) {
        if (cart->seat[i] == NO_SEAT)
            continue;
        const struct seat *seat = &map[cart->seat[i]];
        const bool over =
            seat->state == SEAT_HELD && !hold_is_live(s, hold_get(s, seat->owner), now_ms);
        const bool mine = seat->state == SEAT_HELD && (uint32_t)seat->owner == cart->hold - 1;
        if ((seat->state == SEAT_FREE || over || mine) &&
            allocation_keeps(s, cart->event, cart->seat[i], cart->allocation))
            return refuse_line(cart, i, STATUS_SEAT_KEPT, out, "seat %u is kept for somebody",
                               cart->seat[i]);
        if (seat->state == SEAT_FREE || mine)
            continue;
        if (over && !cart->behind) {
            expire_once(s, seat->owner, now_ms, out);
            continue;
        }
        return refuse_line(cart, i, STATUS_SEAT_TAKEN, out,
                           "seat %u is %s; read the seat map and choose another", cart->seat[i],
                           seat->state == SEAT_SOLD   ? "sold"
                           : seat->state == SEAT_HELD ? "held by somebody"
                                                      : "not on sale");
    }
    return STATUS_OK;
}

/* ---- Room -------------------------------------------------------------------------------- */

/* What it takes more than the hold that it changes. */
static void count_more(const struct stadium *s, const struct cart *cart, struct takings *out)
{
    const uint32_t reserve = cart->voucher ? voucher_get(s, cart->voucher - 1)->reserve : 0;
    *out = (struct takings){ 0 };
    for (uint32_t i = 0; i < cart->count; i++) {
        const uint32_t type = cart->type[i];
        const bool uses = cart->voucher_lines >> i & 1;
        out->type[type]++;
        out->own[type] += !is_bundled(cart, i);
        out->voucher += uses;
        for (uint32_t set = ticket_type_get(s, cart->event, type)->quotas; set; set &= set - 1)
            out->quota[__builtin_ctz(set)]++;
        if (uses && reserve)
            out->quota[reserve - 1]--;
    }
    if (cart->hold)
        lines_count(s, cart->hold - 1, -1, cart->person, cart->voucher, out);
}

static enum status check_quotas(const struct stadium *s, const struct cart *cart,
                                const struct takings *more, const struct takings *ended,
                                struct facts *out)
{
    const struct sale *sale = &s->booking.sales[cart->event];
    for (uint32_t q = 0; q < sale->quota_count; q++) {
        const struct quota *quota = quota_get(s, cart->event, q);
        const struct stock *stock = quota_stock(s, cart->event, q);
        const int64_t taken =
            (int64_t)stock->held + stock->sold + stock->reserved + ended->quota[q];
        if (more->quota[q] > 0 && taken + more->quota[q] > quota->capacity)
            return facts_refuse(out, STATUS_SOLD_OUT, "lines",
                                "lines: %lld more of \"%s\" are wanted, %lld are left",
                                (long long)more->quota[q], quota->name,
                                (long long)quota->capacity - (long long)taken);
    }
    return STATUS_OK;
}

static enum status check_person(const struct stadium *s, const struct cart *cart,
                                const struct takings *more, const struct takings *ended,
                                struct facts *out)
{
    for (uint32_t i = first_fresh(cart); i < cart->count; i++) {
        const uint32_t t = cart->type[i];
        const struct ticket_type *type = ticket_type_get(s, cart->event, t);
        if (type->max_per_person == 0 || more->own[t] <= 0)
            continue;
        const int64_t has =
            people_share(&s->booking.people, cart->person, cart->event, t) + ended->own[t];
        if (has + more->own[t] > type->max_per_person)
            return facts_refuse(out, STATUS_PERSON_LIMIT, "lines",
                                "lines: you have %lld of \"%s\" and want %lld more; at most %u a "
                                "person are possible",
                                (long long)has, type->name, (long long)more->own[t],
                                type->max_per_person);
    }
    return STATUS_OK;
}

static enum status check_uses(const struct stadium *s, const struct cart *cart,
                              const struct takings *more, const struct takings *ended,
                              struct facts *out)
{
    if (cart->voucher == 0 || more->voucher <= 0)
        return STATUS_OK;
    const struct voucher *voucher = voucher_get(s, cart->voucher - 1);
    const int64_t used = *voucher_used(s, cart->voucher - 1) + ended->voucher;
    if (used + more->voucher <= voucher->uses)
        return STATUS_OK;
    return facts_refuse(out, STATUS_VOUCHER_USED_UP, "voucher",
                        "voucher: %s has %lld uses left, and one is needed for each of %lld lines",
                        voucher->code, (long long)voucher->uses - (long long)used,
                        (long long)more->voucher);
}

static enum status check_room(const struct stadium *s, const struct cart *cart,
                              const struct takings *more, struct facts *out)
{
    struct takings ended = { 0 };
    lines_count_ended(s, cart->event, out, cart->person, cart->voucher, &ended);
    struct facts refused = { 0 };
    enum status status = check_uses(s, cart, more, &ended, &refused);
    if (status == STATUS_OK)
        status = check_quotas(s, cart, more, &ended, &refused);
    if (status == STATUS_OK)
        status = check_person(s, cart, more, &ended, &refused);
    out->refusal = refused.refusal; /* Facts stay: perhaps more holds can end. */
    return status;
}

/* ---- Prices ------------------------------------------------------------------------------ */

static uint32_t category_of(const struct stadium *s, const struct cart *cart, uint32_t line)
{
    if (cart->seat[line] == NO_SEAT)
        return 0;
    const uint32_t block = stadium_block_of_seat(s, cart->seat[line]);
    const uint32_t category = s->booking.sales[cart->event].pricing.block_category.v[block];
    return category ? category - 1 : 0;
}

/* What the line's bundle takes of its price, piece by piece: what is left for the ticket. */
static uint32_t share_out(struct cart *cart, uint32_t line, uint32_t price_minor)
{
    for (uint32_t i = line + 1; i < cart->count; i++) {
        if (!is_bundled(cart, i) || cart->with[i] != line + 1)
            continue;
        if (cart->given[i] > price_minor)
            cart->given[i] = price_minor;
        price_minor -= cart->given[i];
    }
    return price_minor;
}

static struct price price_ticket(const struct stadium *s, struct cart *cart, uint32_t line,
                                 int64_t taken, int64_t now_ms)
{
    const struct ticket_type *type = ticket_type_get(s, cart->event, cart->type[line]);
    uint32_t listed = price_listed(type, category_of(s, cart, line), (uint32_t)taken, now_ms);
    if (type->rule == PRICE_DONATION && cart->given[line] > listed)
        listed = cart->given[line];
    const uint32_t left = share_out(cart, line, listed), brought = listed - left;
    uint32_t price_minor = left;
    if (cart->voucher_lines >> line & 1)
        price_minor = price_less(voucher_get(s, cart->voucher - 1), left);
    /* The fee is that of all that the buyer gets. */
    return price_with_fee(type, price_minor, price_of(type, price_minor + brought).fee_minor);
}

static void price_line(const struct stadium *s, struct cart *cart, uint32_t line, int64_t taken,
                       int64_t now_ms)
{
    struct price price = is_bundled(cart, line)
                             ? price_with_fee(ticket_type_get(s, cart->event, cart->type[line]),
                                              cart->given[line], 0)
                             : price_ticket(s, cart, line, taken, now_ms);
    if (cart->reversed)
        price = price_reversed(&price);
    cart->price_minor[line] = price.price_minor;
    cart->fee_minor[line] = price.fee_minor;
    cart->tax_minor[line] = price.tax_minor;
    cart->tax_added &= ~(UINT32_C(1) << line);
    cart->tax_added |= (uint32_t)price.tax_added << line;
}

/* Tiers count what is taken when the line comes, one after the other. */
static void price_lines(const struct stadium *s, struct cart *cart, int64_t now_ms,
                        const struct facts *out)
{
    struct takings before = { 0 };
    lines_count_ended(s, cart->event, out, cart->person, 0, &before);
    if (cart->hold)
        lines_count(s, cart->hold - 1, -1, cart->person, 0, &before);
    for (uint32_t i = 0; i < cart->count; i++) {
        const uint32_t t = cart->type[i];
        const struct stock *stock = ticket_type_stock(s, cart->event, t);
        if (i >= first_fresh(cart))
            price_line(s, cart, i, (int64_t)stock->held + stock->sold + before.type[t], now_ms);
        before.type[t]++;
    }
}

static bool has_tiers(const struct stadium *s, const struct cart *cart)
{
    for (uint32_t i = first_fresh(cart); i < cart->count; i++) {
        if (ticket_type_get(s, cart->event, cart->type[i])->tier_off_minor[0])
            return true;
    }
    return false;
}

enum status cart_check(const struct stadium *s, struct cart *cart, int64_t now_ms,
                       struct facts *out)
{
    struct takings more;
    enum status status = use_voucher(s, cart, now_ms, out);
    if (status != STATUS_OK)
        return status;
    count_more(s, cart, &more);
    status = check_types(s, cart, now_ms, &more, out);
    if (status == STATUS_OK)
        status = claim_seats(s, cart, now_ms, out);
    if (status == STATUS_OK)
        status = cart_check_orphans(s, cart, now_ms, out);
    if (status != STATUS_OK)
        return status;
    status = check_room(s, cart, &more, out);
    if (!cart->behind && (status != STATUS_OK || has_tiers(s, cart))) {
        booking_expire(s, cart->event, now_ms, out);
        status = check_room(s, cart, &more, out);
    }
    if (status == STATUS_OK)
        price_lines(s, cart, now_ms, out);
    else
        out->count = 0;
    return status;
}

struct held_lines cart_lines(const struct cart *cart, struct arena *arena)
{
    const struct u32s type = { cart->type, cart->count }, seat = { cart->seat, cart->count };
    const struct u32s price = { cart->price_minor, cart->count };
    const struct u32s fee = { cart->fee_minor, cart->count };
    const struct u32s tax = { cart->tax_minor, cart->count };
    return (struct held_lines){
        .type = u32s_copy(type, arena),
        .seat = u32s_copy(seat, arena),
        .price_minor = u32s_copy(price, arena),
        .fee_minor = u32s_copy(fee, arena),
        .tax_minor = u32s_copy(tax, arena),
        .tax_added = cart->tax_added,
        .voucher = cart->voucher_lines ? cart->voucher : 0,
        .voucher_lines = cart->voucher_lines,
    };
}
