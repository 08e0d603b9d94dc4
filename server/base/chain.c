#include "server/base/chain.h"

#include "server/base/pool.h"

#include <assert.h>

static const struct field chained_rows[] = {
    FIELD(struct chained, before, 1, U32),
    FIELD(struct chained, after, 2, U32),
};
const struct fields chained_fields = FIELDS("chained", struct chained, chained_rows);

static struct chained *links_of(const struct pool *links, uint32_t index)
{
    return pool_get(links, index);
}

void chain_add(struct chain *chain, const struct pool *links, uint32_t index)
{
    *links_of(links, index) = (struct chained){ .before = chain->last };
    if (chain->last)
        links_of(links, chain->last - 1)->after = index + 1;
    else
        chain->first = index + 1;
    chain->last = index + 1;
    chain->count++;
}

void chain_remove(struct chain *chain, const struct pool *links, uint32_t index)
{
    struct chained *gone = links_of(links, index);
    assert(chain->count > 0);
    if (gone->before)
        links_of(links, gone->before - 1)->after = gone->after;
    else
        chain->first = gone->after;
    if (gone->after)
        links_of(links, gone->after - 1)->before = gone->before;
    else
        chain->last = gone->before;
    *gone = (struct chained){ 0 };
    chain->count--;
}

uint32_t chain_after(const struct pool *links, uint32_t index)
{
    return links_of(links, index)->after;
}
