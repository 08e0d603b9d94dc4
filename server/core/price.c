#include "server/core/price.h"

#include <assert.h>

uint64_t price_share(uint64_t value, uint64_t part, uint64_t whole)
{
    assert(whole > 0);
    return (2 * value * part + whole) / (2 * whole);
}

static bool tier_lasts(const struct ticket_type *type, uint32_t tier, uint32_t taken,
                       int64_t now_ms)
{
    return (type->tier_until_ms[tier] == 0 || now_ms < (int64_t)type->tier_until_ms[tier]) &&
           (type->tier_until_sold[tier] == 0 || taken < type->tier_until_sold[tier]);
}

uint32_t price_listed(const struct ticket_type *type, uint32_t category, uint32_t taken,
                      int64_t now_ms)
{
    const uint32_t price = type->price_minor[category];
    for (uint32_t i = 0; i < TYPE_TIERS && type->tier_off_minor[i]; i++) {
        if (tier_lasts(type, i, taken, now_ms))
            return price > type->tier_off_minor[i] ? price - type->tier_off_minor[i] : 0;
    }
    return price;
}

uint32_t price_less(const struct voucher *voucher, uint32_t price)
{
    switch (voucher->effect) {
    case VOUCHER_FIXED:
        return price < voucher->value_minor ? price : voucher->value_minor;
    case VOUCHER_AMOUNT:
        return price > voucher->value_minor ? price - voucher->value_minor : 0;
    case VOUCHER_PERCENT:
        return (uint32_t)price_share(price, PERCENT_WHOLE - voucher->percent_milli, PERCENT_WHOLE);
    default:
        return price;
    }
}

struct price price_of(const struct ticket_type *type, uint32_t price_minor)
{
    uint32_t fee_minor = 0;
    if (price_minor > 0)
        fee_minor = type->fee_minor +
                    (uint32_t)price_share(price_minor, type->fee_milli_percent, PERCENT_WHOLE);
    return price_with_fee(type, price_minor, fee_minor);
}

struct price price_with_fee(const struct ticket_type *type, uint32_t price_minor,
                            uint32_t fee_minor)
{
    struct price price = { .price_minor = price_minor,
                           .fee_minor = fee_minor,
                           .tax_added = !type->tax_included };
    const uint64_t due = (uint64_t)price.price_minor + price.fee_minor;
    if (type->tax_included)
        price.tax_minor =
            (uint32_t)(due - price_share(due, PERCENT_WHOLE,
                                         PERCENT_WHOLE + (uint64_t)type->tax_milli_percent));
    else
        price.tax_minor = (uint32_t)price_share(due, type->tax_milli_percent, PERCENT_WHOLE);
    return price;
}

struct price price_reversed(const struct price *price)
{
    const uint64_t due = (uint64_t)price->price_minor + price->fee_minor;
    struct price net = { .price_minor = price->price_minor, .fee_minor = price->fee_minor };
    if (price->tax_added || due == 0)
        return net;
    const uint32_t fee_tax = (uint32_t)price_share(price->tax_minor, price->fee_minor, due);
    net.price_minor -= price->tax_minor - fee_tax;
    net.fee_minor -= fee_tax;
    return net;
}

int64_t price_total(const struct price *price)
{
    return (int64_t)price->price_minor + price->fee_minor +
           (price->tax_added ? price->tax_minor : 0);
}
