#include "server/core/account.h"

#include "server/base/arena.h"
#include "server/base/fields.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { VARINT_MOST = 5, ACCOUNT_MOST = (3 + 2 * EVENT_TYPES) * VARINT_MOST };

static uint32_t take(struct bytes *in)
{
    uint64_t value;
    const bool whole = varint_take(in, &value);
    assert(whole && value <= UINT32_MAX);
    (void)whole;
    return (uint32_t)value;
}

/* From the front. */
static struct account account_take(struct bytes *in)
{
    struct account account = { .event = take(in) };
    account.newest = take(in);
    account.count = take(in);
    assert(account.count <= EVENT_TYPES);
    for (uint32_t i = 0; i < account.count; i++) {
        account.type[i] = take(in);
        account.tickets[i] = take(in);
    }
    return account;
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
    while (accounts.size > 0) {
        const struct account account = account_take(&accounts);
        if (account.event == event)
            return account;
    }
    return (struct account){ .event = event };
}

void account_put(struct bytes *accounts, const struct account *account)
{
    struct bytes rest = *accounts;
    size_t before = accounts->size; /* Bytes before what there was of the event. */
    while (rest.size > 0) {
        const size_t at = accounts->size - rest.size;
        if (account_take(&rest).event == account->event) {
            before = at;
            break;
        }
    }
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
