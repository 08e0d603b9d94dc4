/* Lists come in pages that go on behind the last row of the page before, whatever has been added or
 * has changed in between. */
#ifndef SERVICES_PAGE_H
#define SERVICES_PAGE_H

#include "server/base/arena.h"
#include "server/core/fact.h"
#include "server/core/id.h"

struct page {
    uint32_t size;
    struct id after; /* The last row of the page before; none: the first page. */
};

/* False: the token is none of ours, and *refusal says so. */
bool page_read(uint32_t size, const char *token, struct page *page, struct refusal *refusal);

/* Of a list in the order of its rows' numbers, which count from 1; likewise. */
struct numbered_page {
    uint32_t size, after;
};
bool numbered_page_read(uint32_t size, const char *token, struct numbered_page *page,
                        struct refusal *refusal);
char *numbered_page_token(uint32_t after, struct arena *arena);

#endif
