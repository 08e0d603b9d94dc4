#include "server/base/pool.h"

#include "server/base/pack.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_ROWS = 1024 };
#define NO_PAGE UINT32_MAX

/* ---- Pages ------------------------------------------------------------------------------- */

/* Rows that are not packed. */
struct open_page {
    uint32_t page; /* Its index. */
    bool looked_at;
    _Alignas(max_align_t) uint8_t rows[];
};

/* How many rows, then what pack_rows() says of them. */
struct packed_page {
    uint8_t count;
    uint8_t bytes[];
};

/* A pool's chunks are its pages: of one or the other kind. */
struct pool_pages {
    struct packer *packer;
    const struct pool *pool;
    struct packing packing;
    struct open_page **open; /* Room for all of them. */
    uint32_t open_count, open_room;
    uint32_t hand;            /* In `open`: where the packer looks next. */
    struct open_page *spare;  /* Of the last page that was packed; NULL: none. */
    struct open_page *run;    /* A copy for pool_run(). */
    struct open_page *peeked; /* One for pool_peek(): of the page it names, or NO_PAGE. */
};

/* Allocations are even: the lowest bit says which kind it is. */
static bool is_packed(const void *page)
{
    return (uintptr_t)page & 1;
}

static struct packed_page *packed_of(void *page)
{
    return (struct packed_page *)((uintptr_t)page - 1);
}

static size_t page_bytes(const struct pool_pages *pages)
{
    return sizeof(struct open_page) + PACK_ROWS * pages->packing.fields->size;
}

static void put_back(const struct pool_pages *pages, uint32_t index, void *rows, uint32_t count)
{
    const struct packing *packing = &pages->packing;
    for (uint32_t i = 0; packing->put_back && i < count; i++)
        packing->put_back(packing->ctx, index * PACK_ROWS + i,
                          (char *)rows + i * packing->fields->size);
}

/* Zeroed rows. */
static struct open_page *open_page(struct pool_pages *pages, uint32_t index)
{
    struct open_page *page = pages->spare;
    pages->spare = NULL;
    if (page)
        memset(page, 0, page_bytes(pages));
    else
        page = base_alloc(page_bytes(pages));
    page->page = index;
    if (pages->open_count == pages->open_room) {
        const uint32_t room = pages->open_room ? 2 * pages->open_room : 16;
        struct open_page **open = base_alloc(room * sizeof(struct open_page *));
        if (pages->open_count > 0)
            memcpy(open, pages->open, pages->open_count * sizeof(struct open_page *));
        free(pages->open);
        pages->open = open;
        pages->open_room = room;
    }
    pages->open[pages->open_count++] = page;
    pages->packer->open_bytes += page_bytes(pages);
    pages->pool->chunks[index] = page;
    return page;
}

static void unpack(struct pool_pages *pages, uint32_t index)
{
    struct packed_page *packed = packed_of(pages->pool->chunks[index]);
    struct open_page *page = open_page(pages, index);
    unpack_rows(pages->packing.fields, &pages->packer->texts, packed->bytes, true, page->rows,
                packed->count);
    put_back(pages, index, page->rows, packed->count);
    free(packed);
}

static void *page_get(struct pool_pages *pages, uint32_t index)
{
    if (is_packed(pages->pool->chunks[index / PACK_ROWS]))
        unpack(pages, index / PACK_ROWS);
    struct open_page *page = pages->pool->chunks[index / PACK_ROWS];
    page->looked_at = true;
    return page->rows + index % PACK_ROWS * pages->packing.fields->size;
}

/* The page at this place of `open`; the last one takes its place. */
static void pack(struct pool_pages *pages, uint32_t at)
{
    struct open_page *page = pages->open[at];
    const uint32_t first = page->page * PACK_ROWS, left = pages->pool->count - first;
    const uint32_t count = left < PACK_ROWS ? left : PACK_ROWS;
    const struct packing *packing = &pages->packing;
    uint8_t bytes[64 * 1024];
    assert(pack_bound(pages->packing.fields) <= sizeof(bytes));
    for (uint32_t i = 0; packing->leave_out && i < count; i++)
        packing->leave_out(packing->ctx, first + i, page->rows + i * packing->fields->size);
    const size_t size =
        pack_rows(pages->packing.fields, &pages->packer->texts, page->rows, count, bytes);
    struct packed_page *packed = base_alloc(sizeof(*packed) + size);
    packed->count = (uint8_t)count;
    memcpy(packed->bytes, bytes, size);
    pages->pool->chunks[page->page] = (void *)((uintptr_t)packed + 1);
    if (pages->peeked && pages->peeked->page == page->page)
        pages->peeked->page = NO_PAGE;
    pages->open[at] = pages->open[--pages->open_count];
    pages->packer->open_bytes -= page_bytes(pages);
    if (pages->spare)
        free(page);
    else
        pages->spare = page;
}

void packer_rest(struct packer *packer)
{
    while (packer->open_bytes > packer->most_bytes) {
        struct pool_pages *pages = packer->pools[packer->next];
        packer->next = (packer->next + 1) % packer->count;
        if (pages->open_count == 0)
            continue;
        pages->hand = pages->hand < pages->open_count ? pages->hand : 0;
        struct open_page *page = pages->open[pages->hand];
        if (page->looked_at) {
            page->looked_at = false;
            pages->hand++;
        } else {
            pack(pages, pages->hand);
        }
    }
}

static void pages_fini(struct pool_pages *pages)
{
    for (uint32_t i = 0; i * PACK_ROWS < pages->pool->count; i++)
        free(is_packed(pages->pool->chunks[i]) ? packed_of(pages->pool->chunks[i])
                                               : pages->pool->chunks[i]);
    free(pages->pool->chunks);
    free(pages->open);
    free(pages->spare);
    free(pages->run);
    free(pages->peeked);
}

void packer_fini(struct packer *packer)
{
    for (uint32_t i = 0; i < packer->count; i++)
        pages_fini(packer->pools[i]);
    texts_fini(&packer->texts);
    *packer = (struct packer){ 0 };
}

/* ---- Pools ------------------------------------------------------------------------------- */

void pool_init(struct pool *pool, struct arena *arena, size_t row_bytes, uint32_t limit)
{
    *pool = (struct pool){ .arena = arena, .row_bytes = row_bytes, .limit = limit };
}

void pool_init_packed(struct pool *pool, struct arena *arena, const struct packing *packing,
                      uint32_t limit, struct packer *packer)
{
    const struct fields *fields = packing->fields;
    if (!packer) {
        pool_init(pool, arena, fields->size, limit);
        return;
    }
    assert(pack_can(fields) && packer->count < PACKER_POOLS);
    *pool = (struct pool){ .arena = arena, .row_bytes = fields->size, .limit = limit };
    pool->pages = arena_alloc(arena, sizeof(*pool->pages));
    *pool->pages = (struct pool_pages){ .packer = packer, .pool = pool, .packing = *packing };
    packer->pools[packer->count++] = pool->pages;
}

void *pool_get(const struct pool *pool, uint32_t index)
{
    assert(index < pool->count);
    if (pool->pages)
        return page_get(pool->pages, index);
    return (char *)pool->chunks[index / CHUNK_ROWS] + index % CHUNK_ROWS * pool->row_bytes;
}

/* A place for this chunk. */
static void make_room(struct pool *pool, uint32_t chunk)
{
    if (chunk < pool->room)
        return;
    const uint32_t room = pool->room ? 2 * pool->room : 16;
    void **chunks = pool->pages ? base_alloc(room * sizeof(*chunks))
                                : arena_array(pool->arena, room, sizeof(*chunks));
    if (pool->room > 0)
        memcpy(chunks, pool->chunks, pool->room * sizeof(*chunks));
    if (pool->pages)
        free(pool->chunks);
    pool->chunks = chunks;
    pool->room = room;
}

void *pool_add(struct pool *pool)
{
    assert(pool->count < pool->limit);
    const uint32_t index = pool->count++;
    make_room(pool, index / (pool->pages ? PACK_ROWS : CHUNK_ROWS));
    if (pool->pages) {
        if (!pool->chunks[index / PACK_ROWS])
            open_page(pool->pages, index / PACK_ROWS);
        return page_get(pool->pages, index);
    }
    void **chunk = &pool->chunks[index / CHUNK_ROWS];
    if (!*chunk)
        *chunk = arena_array(pool->arena, CHUNK_ROWS, pool->row_bytes);
    return pool_get(pool, index);
}

static uint32_t run_length(const struct pool *pool, uint32_t first, uint32_t left)
{
    const uint32_t rows = pool->pages ? PACK_ROWS : CHUNK_ROWS, most = rows - first % rows;
    return left < most ? left : most;
}

static struct open_page *copy_of(struct pool_pages *pages, uint32_t index, struct open_page *copy)
{
    const struct packed_page *packed = packed_of(pages->pool->chunks[index]);
    if (!copy)
        copy = base_alloc(page_bytes(pages));
    memset(copy, 0, page_bytes(pages));
    copy->page = index;
    unpack_rows(pages->packing.fields, &pages->packer->texts, packed->bytes, false, copy->rows,
                packed->count);
    return copy;
}

/* A pool without a packer has none. */
static bool row_is_packed(const struct pool *pool, uint32_t index)
{
    assert(index < pool->count);
    return pool->pages && is_packed(pool->chunks[index / PACK_ROWS]);
}

const void *pool_run(const struct pool *pool, uint32_t first, uint32_t *count)
{
    *count = run_length(pool, first, pool->count - first);
    if (!row_is_packed(pool, first))
        return pool_get(pool, first);
    struct pool_pages *pages = pool->pages;
    const uint32_t index = first / PACK_ROWS;
    pages->run = copy_of(pages, index, pages->run);
    put_back(pages, index, pages->run->rows, packed_of(pages->pool->chunks[index])->count);
    return pages->run->rows + first % PACK_ROWS * pool->row_bytes;
}

const void *pool_peek(const struct pool *pool, uint32_t index)
{
    if (!row_is_packed(pool, index))
        return pool_get(pool, index);
    struct pool_pages *pages = pool->pages;
    if (!pages->peeked || pages->peeked->page != index / PACK_ROWS) {
        pages->peeked = copy_of(pages, index / PACK_ROWS, pages->peeked);
        if (pages->packing.alone)
            put_back(pages, index / PACK_ROWS, pages->peeked->rows,
                     packed_of(pool->chunks[index / PACK_ROWS])->count);
    }
    return pages->peeked->rows + index % PACK_ROWS * pool->row_bytes;
}

void *pool_extend(struct pool *pool, uint32_t left, uint32_t *count)
{
    assert(left > 0 && left <= pool->limit - pool->count);
    const uint32_t first = pool->count;
    *count = run_length(pool, first, left);
    void *rows = pool_add(pool);
    pool->count = first + *count;
    return rows;
}

void pool_rest(struct pool *pool)
{
    if (pool->pages)
        packer_rest(pool->pages->packer);
}
