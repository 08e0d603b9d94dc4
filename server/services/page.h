/* Lists come in pages that go on behind the last row of the page before, whatever has been added or
 * has changed in between. */
#ifndef SERVICES_PAGE_H
#define SERVICES_PAGE_H

#include "server/core/fact.h"
#include "server/core/id.h"

struct page {
    uint32_t size;
    struct id after; /* The last row of the page before; none: the first page. */
};

/* False: the token is none of ours, and *refusal says so. */
bool page_read(uint32_t size, const char *token, struct page *page, struct refusal *refusal);

#endif
