#include "server/services/page.h"

#include "server/wire/id.h"

#include <stdio.h>
#include <stdlib.h>

enum { PAGE_SIZE = 50, PAGE_SIZE_MAX = 200 };

static uint32_t page_size(uint32_t size)
{
    return size == 0 ? PAGE_SIZE : size < PAGE_SIZE_MAX ? size : PAGE_SIZE_MAX;
}

bool page_read(uint32_t size, const char *token, struct page *page, struct refusal *refusal)
{
    const struct check check = { .refusal = refusal, .at = "" };
    *page = (struct page){ .size = page_size(size) };
    return token[0] == 0 || check_id(&check, "page_token", token, &page->after);
}

bool numbered_page_read(uint32_t size, const char *token, struct numbered_page *page,
                        struct refusal *refusal)
{
    const struct check check = { .refusal = refusal, .at = "" };
    char *end;
    const unsigned long after = strtoul(token, &end, 10);
    *page = (struct numbered_page){ .size = page_size(size), .after = (uint32_t)after };
    return (*end == 0 && token[0] != '-' && after <= UINT32_MAX) ||
           check_refuse(&check, "page_token",
                        "is no page's; take next_page_token of the one before");
}

char *numbered_page_token(uint32_t after, struct arena *arena)
{
    char *token = arena_alloc(arena, 12);
    snprintf(token, 12, "%u", after);
    return token;
}
