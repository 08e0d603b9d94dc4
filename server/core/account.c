#include "server/core/account.h"

#include "server/base/arena.h"
#include "server/base/fields.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { VARINT_MOST = 5, ACCOUNT_MOST = (3 + 2 * EVENT_TYPES) * VARINT_MOST };

static uint32_t take(const uint8_t **in)
{
    uint32_t value = 0;
    for (uint32_t shift = 0;; shift += 7) {
        const uint8_t byte = *(*in)++;
        value |= (uint32_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
}

/* Where what there is of the event begins, and ends (then *in is behind it); the end of all and
 * false: there is nothing. */
static bool find(struct bytes accounts, uint32_t event, const uint8_t **begin, const uint8_t **in)
{
    const uint8_t *end = accounts.data + accounts.size;
    for (*in = accounts.data; *in < end;) {
        *begin = *in;
        const bool found = take(in) == event;
        take(in);
        uint32_t left = 2 * take(in); /* Numbers. */
        while (left > 0)
            left -= *(*in)++ < 0x80;
        assert(*in <= end);
        if (found)
            return true;
    }
    *begin = end;
    return false;
}

static size_t account_encode(const struct account *account, uint8_t *out)
{
    const uint8_t *begin = out;
    out = varint_put(out, account->event);
    out = varint_put(out, account->newest);
    out = varint_put(out, account->count);
    for (uint32_t i = 0; i < account->count; i++)
        out = varint_put(varint_put(out, account->type[i]), account->tickets[i]);
    return (size_t)(out - begin);
}

struct account account_get(struct bytes accounts, uint32_t event)
{
    struct account account = { .event = event };
    const uint8_t *in, *end;
    if (accounts.size == 0 || !find(accounts, event, &in, &end))
        return account;
    take(&in);
    account.newest = take(&in);
    account.count = take(&in);
    assert(account.count <= EVENT_TYPES);
    for (uint32_t i = 0; i < account.count; i++) {
        account.type[i] = take(&in);
        account.tickets[i] = take(&in);
    }
    return account;
}

void account_put(struct bytes *accounts, const struct account *account)
{
    const uint8_t *begin = accounts->data, *in = accounts->data;
    if (accounts->size > 0)
        find(*accounts, account->event, &begin, &in);
    const size_t before = (size_t)(begin - accounts->data);
    const struct bytes rest = { in, accounts->size - (size_t)(in - accounts->data) };
    uint8_t encoded[ACCOUNT_MOST];
    const bool empty = account->newest == 0 && account->count == 0;
    const size_t size = empty ? 0 : account_encode(account, encoded);
    const size_t all = before + size + rest.size;
    uint8_t *bytes = all ? base_alloc(all) : NULL;
    if (before)
        memcpy(bytes, accounts->data, before);
    if (size)
        memcpy(bytes + before, encoded, size);
    if (rest.size)
        memcpy(bytes + before + size, rest.data, rest.size);
    free((void *)accounts->data);
    *accounts = (struct bytes){ bytes, all };
}

uint32_t account_tickets(const struct account *account, uint32_t type)
{
    for (uint32_t i = 0; i < account->count; i++)
        if (account->type[i] == type)
            return account->tickets[i];
    return 0;
}

void account_set_tickets(struct account *account, uint32_t type, uint32_t tickets)
{
    uint32_t i = 0;
    while (i < account->count && account->type[i] != type)
        i++;
    if (i == account->count) {
        assert(account->count < EVENT_TYPES);
        account->count++;
    }
    account->type[i] = type;
    account->tickets[i] = tickets;
    if (tickets > 0)
        return;
    account->count--;
    account->type[i] = account->type[account->count];
    account->tickets[i] = account->tickets[account->count];
    account->type[account->count] = account->tickets[account->count] = 0;
}
