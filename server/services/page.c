#include "server/services/page.h"

#include "server/wire/id.h"

enum { PAGE_SIZE = 50, PAGE_SIZE_MAX = 200 };

bool page_read(uint32_t size, const char *token, struct page *page, struct refusal *refusal)
{
    const struct check check = { .refusal = refusal, .at = "" };
    *page = (struct page){ .size = size ? size : PAGE_SIZE };
    if (page->size > PAGE_SIZE_MAX)
        page->size = PAGE_SIZE_MAX;
    return token[0] == 0 || check_id(&check, "page_token", token, &page->after);
}
