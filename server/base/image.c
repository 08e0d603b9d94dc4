#include "server/base/image.h"

#include <string.h>

/* Nothing of ours is larger: 8 GiB. */
#define IMAGE_SLICE_MAX (UINT64_C(1) << 33)
enum { DEADLINES_MAX = 1 << 26 };

bool image_reads(const struct image *image)
{
    return image->source != NULL;
}

void image_bytes(struct image *image, void *data, size_t size)
{
    if (size == 0)
        return;
    if (!image->broken)
        image->broken = image_reads(image) ? !image->source->take(image->source, data, size)
                                           : !image->sink->put(image->sink, data, size);
    if (image->broken && image_reads(image))
        memset(data, 0, size);
}

void image_count(struct image *image, uint32_t *count, uint32_t most)
{
    image_bytes(image, count, sizeof(*count));
    if (*count <= most)
        return;
    image->broken = true;
    *count = 0;
}

void image_array(struct image *image, void **rows, size_t count, size_t size)
{
    if (image_reads(image))
        *rows = image->broken || count == 0 ? NULL : arena_array(image->arena, count, size);
    if (*rows)
        image_bytes(image, *rows, count * size);
}

void image_heap_array(struct image *image, void **rows, size_t count, size_t size)
{
    if (image_reads(image))
        *rows = image->broken || count == 0 ? NULL : base_alloc(count * size);
    if (*rows)
        image_bytes(image, *rows, count * size);
}

static uint64_t slice_size(struct image *image, uint64_t size)
{
    image_bytes(image, &size, sizeof(size));
    if (size > IMAGE_SLICE_MAX)
        image->broken = true;
    return image->broken ? 0 : size;
}

void image_slice(struct image *image, struct bytes *bytes)
{
    void *data = (void *)bytes->data;
    bytes->size = slice_size(image, bytes->size);
    image_array(image, &data, bytes->size, 1);
    bytes->data = data;
}

void image_heap_slice(struct image *image, struct bytes *bytes)
{
    void *data = (void *)bytes->data;
    bytes->size = slice_size(image, bytes->size);
    image_heap_array(image, &data, bytes->size, 1);
    bytes->data = data;
}

void image_u32s(struct image *image, struct u32s *column)
{
    struct bytes bytes = { (const uint8_t *)column->v, column->count * sizeof(*column->v) };
    image_slice(image, &bytes);
    *column =
        (struct u32s){ (const uint32_t *)bytes.data, (uint32_t)(bytes.size / sizeof(*column->v)) };
}

void image_pool(struct image *image, struct pool *pool)
{
    uint32_t count = pool->count;
    image_count(image, &count, pool->limit);
    for (uint32_t first = 0, run; first < count && !image->broken; first += run) {
        void *rows = image_reads(image) ? pool_extend(pool, count - first, &run)
                                        : (void *)pool_run(pool, first, &run);
        image_bytes(image, rows, run * pool->row_bytes);
        if (image_reads(image))
            pool_rest(pool);
    }
}

void image_deadlines(struct image *image, struct deadlines *d)
{
    image_count(image, &d->count, DEADLINES_MAX);
    if (image_reads(image))
        d->room = d->count;
    image_heap_array(image, (void **)&d->entries, d->count, sizeof(*d->entries));
    for (uint32_t i = 0; image_reads(image) && i < d->count; i++)
        if (d->entries[i].value >= DEADLINES_MAX)
            image->broken = true;
    if (image->broken && image_reads(image))
        d->count = d->room = 0;
    if (image_reads(image))
        deadlines_index(d);
}
